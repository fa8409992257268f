"""Own which facts may leave the graph without their claim: never what is only said of somebody.

A table that is filled from here shows a value and no status beside it. So only what is asserted
or was accepted is given, of things that are no statements; nothing that touches on guilt; and of
what is told on the word of a source, such as an arrest, no more than was accepted.
"""

from __future__ import annotations

from functools import cached_property

from kg.index import Index
from kg.model import Term, Triple
from kg.namespaces import iri

__all__ = ["PlainFacts"]

_THINGS = tuple(iri(f"clef:{name}") for name in ("RealEntity", "FictionalEntity", "Work", "Source"))
_DOCUMENTED, _STATEMENT = iri("clef:Documented"), iri("clef:Statement")
_TYPE = iri("rdf:type")
_NAMES = frozenset(map(iri, ("rdfs:label", "skos:altLabel", "dct:title")))
_TRUE = '"true"^^' + iri("xsd:boolean")


class PlainFacts:
    """The things of a graph, and what may be told of each without its source."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @cached_property
    def things(self) -> frozenset[Term]:
        """What facts are about: people, characters, works, events, places, sources."""
        index = self._index
        members = {term for kind in _THINGS for term in index.members(kind)}
        named = (term for term in members if term.startswith("<"))
        return frozenset(term for term in named if _STATEMENT not in index.kinds(term))

    @cached_property
    def by_kind(self) -> dict[Term, tuple[Term, ...]]:
        """The things of each kind, kinds that follow included."""
        found: dict[Term, list[Term]] = {}
        for term in sorted(self.things):
            for kind in self._index.kinds(term):
                found.setdefault(kind, []).append(term)
        return {kind: tuple(terms) for kind, terms in found.items()}

    @cached_property
    def properties(self) -> frozenset[Term]:
        """The properties for which some thing has a value that may be told."""
        return frozenset(fact.predicate for thing in self.things for fact in self.of(thing))

    @cached_property
    def _sensitive(self) -> frozenset[Term]:
        return frozenset(self._index.subjects(iri("clef:sensitive"), _TRUE))

    def of(self, term: Term) -> list[Triple]:
        """Return the facts about a thing that may be told without their source, sorted."""
        return self._facts.get(term, [])

    def values(self, term: Term, predicate: Term) -> list[Term]:
        """Return what a thing has for a property, of that which may be told."""
        return [fact.object for fact in self.of(term) if fact.predicate == predicate]

    @cached_property
    def _facts(self) -> dict[Term, list[Triple]]:
        """The facts of each thing, looked through once: a batch asks for them again and again."""
        told = {term: filter(self._may_leave, self._index.outgoing(term)) for term in self.things}
        return {term: list(facts) for term, facts in told.items()}

    def _may_leave(self, fact: Triple) -> bool:
        if fact.subject not in self.things or fact.predicate in {_TYPE, *self._sensitive}:
            return False
        standing = self._index.standing(fact)
        if standing == "asserted" and fact.predicate not in _NAMES:
            return _DOCUMENTED not in self._index.kinds(fact.subject)
        return standing != "inferred" and not fact.object.startswith("_:")
