"""Own the edition of a dossier that pages are made from; not the queries, which workers run.

A page reads terms and proofs, hundreds at a time, so the graph is held here as an index.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from kg import paths
from kg.compare import Comparison, compare, works
from kg.connect import Connections
from kg.dossier import WritableDossier
from kg.dumps import Dumps
from kg.errors import NotFoundError
from kg.explain import verifier
from kg.index import Index
from kg.ledger import Entry, conflict_groups, entries
from kg.model import Proof, Term, Triple
from kg.namespaces import PREFIXES, iri
from kg.plain import PlainFacts
from kg.policy import Policy
from kg.rules import rule_texts
from kg.search import Search
from kg.store import KnowledgeGraph, load_snapshot
from kg.tell import sentences

__all__ = ["Edition", "Library"]


@dataclass(frozen=True)
class Edition:
    """One version of a dossier, and when it came to be."""

    graph: KnowledgeGraph
    made: datetime

    @cached_property
    def index(self) -> Index:
        """The ways from a term to what is said of it."""
        return Index(self.graph)

    @cached_property
    def search(self) -> Search:
        """The names by which words find the terms."""
        return Search(self.index)

    @cached_property
    def plain(self) -> PlainFacts:
        """What may be told of things without their claims."""
        return PlainFacts(self.index)

    @cached_property
    def compared(self) -> tuple[Comparison, ...]:
        """The works beside the record, as they are seen where a reader chose nothing."""
        return tuple(compare(self.index, work, Policy()) for work in works(self.index))

    @cached_property
    def dumps(self) -> Dumps:
        """The graph as files."""
        return Dumps(self.graph)

    @cached_property
    def connections(self) -> Connections:
        """How the things of the dossier hang together."""
        return Connections(self.index)

    @cached_property
    def conflicts(self) -> list[list[Entry]]:
        """The claims that compete with one another, group by group."""
        return conflict_groups(entries(self.graph))

    @cached_property
    def verify(self) -> Callable[[Proof], None]:
        """Have the independent checker accept a proof, or raise `ProofError`."""
        return verifier(self.graph, rule_texts(paths.ontology() / "rules"))

    @cached_property
    def rule_words(self) -> Mapping[str, str]:
        """The words for every rule by name, as proofs in plain text and JSON tell them."""
        return sentences(self.graph.graphs["ontology"])

    @cached_property
    def axioms(self) -> frozenset[Triple]:
        """What stands in the ontology: its authors say it, and no source does."""
        return frozenset(self.graph.graphs["ontology"])

    @cached_property
    def graph_sets(self) -> Mapping[str, frozenset[Triple]]:
        """The triples of each named graph, by its name."""
        return {name: frozenset(triples) for name, triples in self.graph.graphs.items()}

    @cached_property
    def examples(self) -> Mapping[Term, Triple]:
        """A statement about a thing for each property and class, the first by name."""
        found: dict[Term, Triple] = {}
        for triple in sorted(self.graph.triples, reverse=True):
            if triple.subject.startswith(f"<{PREFIXES['id']}"):
                found[triple.predicate] = triple
                if triple.predicate == iri("rdf:type"):
                    found[triple.object] = triple
        return found

    @cached_property
    def namesakes(self) -> frozenset[Term]:
        """The sources that have their publisher and year in common with another."""
        found: dict[tuple[str, str], set[Term]] = defaultdict(set)
        for source in self.index.members(iri("clef:Source")):
            publisher = self.index.text(source, (iri("dct:publisher"),), "en")
            year = self.index.text(source, (iri("dct:issued"),), "en")[:4]
            found[publisher, year].add(source)
        return frozenset().union(*(group for group in found.values() if len(group) > 1))

    @cached_property
    def dossier(self) -> Term | None:
        """The node that describes the dossier, if it has one."""
        return next(iter(self.index.members(iri("dcat:Dataset"))), None)


class Library:
    """Gives the newest edition; safe to use from several threads."""

    def __init__(self, snapshot: Path | None, written: WritableDossier | None = None) -> None:
        """Read the snapshot now: a build may put another in its place while this one is served."""
        self._written = written
        self._edition = _read(snapshot) if snapshot else None
        self._lock = threading.Lock()

    def edition(self) -> Edition:
        """Return the newest edition; raise `NotFoundError` where no dossier is served."""
        with self._lock:
            if self._written:
                graph = self._written.graph
                if self._edition is None or self._edition.graph is not graph:
                    self._edition = Edition(graph, datetime.now(UTC))
            if self._edition is None:
                raise NotFoundError(
                    "there are no pages here: they are of a dossier and its proofs",
                    hint="ask it at /sparql, or read a graph at /graphs",
                )
            return self._edition


def _read(snapshot: Path) -> Edition:
    graph = load_snapshot(snapshot)
    made = int((snapshot / "manifest.json").stat().st_mtime)
    return Edition(graph, datetime.fromtimestamp(made, UTC))
