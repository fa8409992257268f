"""Own the ways from a term to what a graph says of it; not how that is told.

Everything is looked up in tables made once: a page asks hundreds of times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal, TypeAlias

from kg.model import Derivation, Origin, Term, Triple
from kg.namespaces import iri, local_name
from kg.store import KnowledgeGraph
from kg.terms import literal_parts
from kg.why import digest
from kg.witnesses import Witnesses

__all__ = ["Index", "Standing"]

Standing: TypeAlias = Literal["asserted", "accepted", "inferred"]
"""A triple stands in a file, was accepted from a claim, or follows by a rule."""

_TYPE, _LABEL, _TITLE = iri("rdf:type"), iri("rdfs:label"), iri("dct:title")
_NAMES = (_LABEL, _TITLE, iri("skos:prefLabel"))


class Index:
    """A published graph, by subject, by object and by the name of a statement; read-only."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph
        self._by_subject: dict[Term, list[Triple]] = defaultdict(list)
        self._by_object: dict[Term, list[Triple]] = defaultdict(list)
        self._objects: dict[tuple[Term, Term], list[Term]] = defaultdict(list)
        self._subjects: dict[tuple[Term, Term], list[Term]] = defaultdict(list)
        for triple in sorted(graph.triples):
            self._by_subject[triple.subject].append(triple)
            self._by_object[triple.object].append(triple)
            self._objects[triple.subject, triple.predicate].append(triple.object)
            self._subjects[triple.predicate, triple.object].append(triple.subject)

    def __contains__(self, term: object) -> bool:
        return term in self._by_subject or term in self._by_object

    def outgoing(self, subject: Term) -> tuple[Triple, ...]:
        """Return the triples about a term, sorted."""
        return tuple(self._by_subject.get(subject, ()))

    def incoming(self, term: Term) -> tuple[Triple, ...]:
        """Return the triples that lead to a term, sorted."""
        return tuple(self._by_object.get(term, ()))

    def objects(self, subject: Term, predicate: Term) -> tuple[Term, ...]:
        """Return what a term has for a property, sorted."""
        return tuple(self._objects.get((subject, predicate), ()))

    def subjects(self, predicate: Term, term: Term) -> tuple[Term, ...]:
        """Return the terms that have a term for a property, sorted."""
        return tuple(self._subjects.get((predicate, term), ()))

    def one(self, subject: Term, predicate: Term) -> Term | None:
        """Return the first of what a term has for a property, if it has any."""
        return next(iter(self.objects(subject, predicate)), None)

    def kinds(self, term: Term) -> frozenset[Term]:
        """Return the classes that a term belongs to, those that follow included."""
        return frozenset(self.objects(term, _TYPE))

    def members(self, kind: Term) -> tuple[Term, ...]:
        """Return the members of a class, sorted."""
        return self.subjects(_TYPE, kind)

    def standing(self, triple: Triple) -> Standing:
        """Tell how a triple of the graph stands in it."""
        if triple in self.graph.asserted or triple not in self.graph.derivations:
            return "asserted"
        return "accepted" if triple in self._accepted else "inferred"

    def derivation(self, name: str) -> tuple[Triple, Derivation] | None:
        """Return the derived triple whose statement has a name, 16 hex digits, if there is one."""
        triple = self._derived.get(name)
        return (triple, self.graph.derivations[triple]) if triple else None

    def origins(self, triple: Triple) -> tuple[Origin, ...]:
        """Return where a triple is asserted, and in which words."""
        return self.witnesses.origins(triple)

    def label(self, term: Term, language: str = "en") -> str:
        """Return the name of a term in a language, else in any, else the end of its IRI."""
        return self.text(term, _NAMES, language) or local_name(term) or term.strip("<>")

    def text(self, subject: Term, predicates: Iterable[Term], language: str) -> str:
        """Return the text that a term has in a language, else in English, else in any; or nothing.

        The properties are tried in turn.
        """
        for predicate in predicates:
            texts = self.texts(subject, predicate)
            if texts:
                return texts.get(language) or texts.get("en") or texts[min(texts)]
        return ""

    def texts(self, subject: Term, predicate: Term) -> Mapping[str, str]:
        """Return the texts that a term has for a property, by language; no language is empty."""
        found = (literal_parts(t) for t in self.objects(subject, predicate) if t[0] == '"')
        return {language or "": text for text, language, _ in found}

    @property
    def witnesses(self) -> Witnesses:
        """Who stands behind each asserted triple."""
        return self.graph.witnesses

    @cached_property
    def _accepted(self) -> frozenset[Triple]:
        return frozenset(self.graph.graphs["accepted"])

    @cached_property
    def _derived(self) -> dict[str, Triple]:
        return {digest(triple): triple for triple in self.graph.derivations}
