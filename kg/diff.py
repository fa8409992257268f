"""Own what a change of the data changes in a graph: nodes, conflicts, conclusions; not its telling.

A triple that leaves one named graph for another still stands: only what no named graph holds any
more has fallen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter

from kg.model import Derivation, Proof, Term, Triple
from kg.namespaces import iri
from kg.store import KnowledgeGraph
from kg.witnesses import Witnesses

__all__ = ["Difference", "Reason", "Reasons", "Side", "compare"]

_TYPE = iri("rdf:type")
_CLAIM = iri("clef:Claim")
_KEPT_APART = frozenset(map(iri, ("clef:Statement", "clef:Source")))
_CONFLICTS, _AGREES = iri("clef:conflictsWith"), iri("clef:corroborates")

Pair = tuple[Term, Term]


@dataclass(frozen=True, slots=True)
class Side:
    """What one graph holds and the other does not: lost, of the old graph; gained, of the new.

    `nodes` are the claims, sources and other nodes written on this side alone, each with what is
    said of it; `conclusions` stand in an order in which each follows what it rests on. `aside`
    counts those that only speak of claims and sources themselves.
    """

    graph: KnowledgeGraph
    claims: tuple[Term, ...]
    others: Mapping[Term, tuple[Triple, ...]]
    conflicts: tuple[Pair, ...]
    agreements: tuple[Pair, ...]
    accepted: tuple[Triple, ...]
    inferred: tuple[Triple, ...]
    aside: int
    axioms: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What an old graph alone holds, what a new one alone holds, and the nodes that changed.

    `changed` gives for each node written in both what is no longer said of it, and what is new.
    """

    lost: Side
    gained: Side
    changed: Mapping[Term, tuple[tuple[Triple, ...], tuple[Triple, ...]]]

    def __bool__(self) -> bool:
        return self.lost.graph.digest != self.gained.graph.digest


def compare(old: KnowledgeGraph, new: KnowledgeGraph) -> Difference:
    """Return the difference between two graphs."""
    before, after = _written(old), _written(new)
    changed = {}
    for node in sorted(before.keys() & after.keys()):
        gone, come = before[node] - after[node], after[node] - before[node]
        if gone or come:
            changed[node] = (tuple(sorted(gone)), tuple(sorted(come)))
    return Difference(_side(old, new), _side(new, old), changed)


def _written(graph: KnowledgeGraph) -> dict[Term, set[Triple]]:
    found: dict[Term, set[Triple]] = defaultdict(set)
    for triple in graph.graphs["claims"]:
        found[triple.subject].add(triple)
    return found


def _side(graph: KnowledgeGraph, other: KnowledgeGraph) -> Side:
    written, elsewhere = _written(graph), _written(other)
    alone = sorted(written.keys() - elsewhere.keys())
    claims = tuple(node for node in alone if Triple(node, _TYPE, _CLAIM) in written[node])
    apart = _instances(graph) | _instances(other)
    fresh = {t for name in ("accepted", "inferred") for t in graph.graphs[name]} - other.triples
    plain = {t for t in fresh if t.subject not in apart and t.object not in apart}
    ordered = _ordered(plain, graph.derivations)
    conflicts, agreements = _between(fresh, _CONFLICTS), _between(fresh, _AGREES)
    told = sum(1 for t in fresh - plain if t.predicate in (_CONFLICTS, _AGREES))
    accepted = frozenset(graph.graphs["accepted"])
    return Side(
        graph,
        claims,
        {node: tuple(sorted(written[node])) for node in alone if node not in claims},
        conflicts,
        agreements,
        tuple(t for t in ordered if t in accepted),
        tuple(t for t in ordered if t not in accepted),
        len(fresh) - len(plain) - told,
        len(set(graph.graphs["ontology"]).difference(other.graphs["ontology"])),
    )


def _instances(graph: KnowledgeGraph) -> set[Term]:
    """Return the claims, other statements and sources of a graph."""
    return {t.subject for t in graph.triples if t.predicate == _TYPE and t.object in _KEPT_APART}


def _between(triples: Iterable[Triple], predicate: Term) -> tuple[Pair, ...]:
    """Return the pairs that a symmetric property links, each once."""
    linked = (t for t in triples if t.predicate == predicate)
    return tuple(sorted({(min(t[::2]), max(t[::2])) for t in linked}))


def _ordered(triples: set[Triple], derivations: Mapping[Triple, Derivation]) -> list[Triple]:
    """Return triples with each after those of them that it rests on, else by their text."""
    sorter = TopologicalSorter(
        {t: [p for p in derivations[t].premises if p in triples] for t in triples}
    )
    sorter.prepare()
    found: list[Triple] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        found.extend(ready)
        sorter.done(*ready)
    return found


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a conclusion stands on one side: the rule, its premises on this side alone, and on both.

    Where all stand on both, `since` is what the other side alone says of what they speak of.
    """

    rule: str
    changed: tuple[Proof, ...]
    standing: tuple[Proof, ...]
    since: tuple[Triple, ...]


class Reasons:
    """Gives the reasons of what stands in one graph and not in another."""

    def __init__(self, graph: KnowledgeGraph, other: KnowledgeGraph) -> None:
        self._graph, self._other = graph, other
        self._witnesses = Witnesses(graph.asserted)

    def of(self, triple: Triple) -> Reason:
        """Return the reason of a conclusion."""
        derivation = self._graph.derivations[triple]
        premises = tuple(map(self._leaf, derivation.premises))
        changed = tuple(p for p in premises if p.conclusion not in self._other.triples)
        standing = tuple(p for p in premises if p.conclusion in self._other.triples)
        since = () if changed else self._new_about({p.subject for p in derivation.premises})
        return Reason(derivation.rule, changed, standing, since)

    def _leaf(self, triple: Triple) -> Proof:
        recorded = self._graph.derivations.get(triple)
        if recorded:
            return Proof(triple, recorded.rule)
        return Proof(triple, origins=self._witnesses.origins(triple))

    def _new_about(self, nodes: set[Term]) -> tuple[Triple, ...]:
        return tuple(triple for triple in self._telling if triple.subject in nodes)

    @cached_property
    def _telling(self) -> list[Triple]:
        """What the other graph alone says, in its files or as a conflict."""
        fresh = self._other.triples - self._graph.triples
        said = self._other.asserted
        return sorted(t for t in fresh if t in said or t.predicate == _CONFLICTS)
