"""Own which claims say a triple, and which deny it; not whether it holds.

Everything is looked up in tables made once: every proof that is shown asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import product

from kg.model import Term, Triple
from kg.namespaces import iri

__all__ = ["DENIES", "Denials"]

DENIES = (iri("clef:polarity"), '"false"^^' + iri("xsd:boolean"))
"""The property and the value by which a claim says that its triple does not hold."""

_PARTS = tuple(map(iri, ("clef:subject", "clef:predicate", "clef:object", "clef:value")))
_RIVALS = (iri("clef:disputedBy"), iri("clef:conflictsWith"))


class Denials:
    """The claims of a graph by what they say, and those that deny it; read-only."""

    def __init__(self, graphs: Mapping[str, Iterable[Triple]]) -> None:
        parts: dict[Term, dict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._denying: set[Term] = set()
        for triple in {triple for triples in graphs.values() for triple in triples}:
            if triple.predicate in _PARTS:
                parts[triple.subject][triple.predicate].append(triple.object)
            elif triple[1:] == DENIES:
                self._denying.add(triple.subject)
        self._nodes: dict[Triple, list[Term]] = defaultdict(list)
        for node, found in parts.items():
            subjects, predicates, objects, values = (found[name] for name in _PARTS)
            for said in product(subjects, predicates, [*objects, *values]):
                self._nodes[Triple(*said)].append(node)
        self._claims = {t.subject for t in graphs["claims"] if t.predicate == _PARTS[0]}
        self._rivals: dict[tuple[Term, Term], list[Term]] = defaultdict(list)
        for subject, predicate, rival in graphs["inferred"]:
            if predicate in _RIVALS:
                self._rivals[subject, predicate].append(rival)

    def claims(self, triple: Triple, *, denied: bool = False) -> list[Term]:
        """Return the claims that say a triple, or those that deny it, sorted."""
        nodes = self._claims.intersection(self._nodes.get(triple, ()))
        return sorted(node for node in nodes if (node in self._denying) == denied)

    def of(self, triple: Triple) -> list[Term]:
        """Return the claims that deny a triple, or something wider, sorted."""
        disputed_by, conflicts_with = _RIVALS
        found = set(self.claims(triple, denied=True))
        for node in self._nodes.get(triple, ()):
            found.update(self._rivals.get((node, disputed_by), ()))
        for claim in self.claims(triple):
            found.update(self._denying.intersection(self._rivals.get((claim, conflicts_with), ())))
        return sorted(found)
