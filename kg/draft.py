"""Own how what a person types becomes the terms of a claim; not how it is checked or written.

What can be named and what a predicate takes is read off the ontology and the dossier.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.errors import InputError
from kg.fields import FIELDS, Field
from kg.ledger import entries
from kg.model import Term, Triple
from kg.names import Names
from kg.namespaces import PREFIXES, compact, iri
from kg.splice import Addition, Pairs
from kg.store import KnowledgeGraph
from kg.terms import literal_parts
from kg.values import above, allowed, day, literal, precision, words

__all__ = ["Row", "compose"]

_TYPE, _CLAIM, _SOURCE = iri("rdf:type"), iri("clef:Claim"), iri("clef:Source")
_SUBJECT, _PREDICATE, _STATED_IN = map(iri, ("clef:subject", "clef:predicate", "clef:statedIn"))
_LANGUAGE = iri("dct:language")
_LOW, _HIGH = iri("clef:lowerBound"), iri("clef:upperBound")
_PROPOSITION = frozenset({_SUBJECT, _PREDICATE, _STATED_IN, _LOW, _HIGH}) | frozenset(
    map(iri, ("clef:object", "clef:value", "clef:unit", "clef:aspect", "clef:polarity"))
)
_CLAIMABLE = (iri("clef:claimable"), '"true"^^' + iri("xsd:boolean"))
# The gate claim-predicate lets these two pass beside what is marked clef:claimable.
_ALSO_CLAIMABLE = frozenset({_TYPE, iri("dct:title")})


@dataclass(frozen=True, slots=True)
class Row:
    """What a person gave for one claim, by field; `place` is its line in a CSV, else empty."""

    cells: Mapping[str, str]
    place: str = ""

    def where(self, name: str) -> str:
        """Return what to call a field in a message."""
        return f"{self.place}, {name}" if self.place else f"--{name}"


def compose(graph: KnowledgeGraph, rows: Sequence[Row]) -> Addition:
    """Return what the file of a source gains by rows.

    Raise `InputError` or `NotFoundError` for a row that cannot be understood, for rows of several
    sources, and for what their source says already.
    """
    names = Names(graph)
    said = {_proposition(entry.said): compact(entry.node) for entry in entries(graph)}
    first = _next_number(graph)
    claims, sources, kinds = [], set(), list[Triple]()
    for number, row in enumerate(rows, first):
        reader = _Reader(graph, names, row)
        pairs = reader.pairs()
        kinds += reader.kinds
        node = iri(f"id:c{number:04d}")
        proposition = _proposition({p: (o,) for p, o in pairs})
        if proposition in said:
            raise InputError(
                f"this source says so already: {said[proposition]}", where=row.where("source")
            )
        said[proposition] = compact(node)
        sources.add(dict(pairs)[_STATED_IN])
        identifier = (iri("dct:identifier"), f'"C{number:04d}"')
        claims.append((node, ((_TYPE, _CLAIM), identifier, *pairs)))
    if len(sources) > 1:
        several = ", ".join(sorted(map(compact, sources)))
        raise InputError(
            f"the rows are of several sources: {several}",
            hint="one file is written at a time, whole or not at all: give one source at a time",
        )
    source = sources.pop()
    mentioned = (o for _, pairs in claims for p, o in pairs if p != _STATED_IN)
    kinds += _missing_kinds(graph, source, mentioned, {kind.subject for kind in kinds})
    return Addition(source, tuple(dict.fromkeys(kinds)), tuple(claims))


def _proposition(said: Mapping[Term, tuple[Term, ...]]) -> frozenset[tuple[Term, Term]]:
    return frozenset((p, o) for p, objects in said.items() if p in _PROPOSITION for o in objects)


def _next_number(graph: KnowledgeGraph) -> int:
    """Return the number after the last that names a claim, be it withdrawn."""
    name = re.compile(rf"<{re.escape(PREFIXES['id'])}c(\d+)>")
    found = (name.fullmatch(term) for triple in graph.triples for term in triple)
    return max((int(match[1]) for match in found if match), default=0) + 1


def _missing_kinds(
    graph: KnowledgeGraph, source: Term, mentioned: Iterable[Term], given: set[Term]
) -> Iterator[Triple]:
    """Yield the kinds that other files give what is mentioned, where the source's gives none."""
    typed = [t for t in graph.graphs["claims"] if t.predicate == _TYPE]
    own = given | {t.subject for t in typed if source in {a.source for a in graph.asserted[t]}}
    for term in dict.fromkeys(mentioned):
        if term.startswith(f"<{PREFIXES['id']}") and term not in own:
            kinds = [triple for triple in typed if triple.subject == term]
            if not kinds:
                name = compact(term)
                raise InputError(
                    f"no file says what kind of thing {name} is",
                    hint="say it as subject-kind or object-kind, such as clef:Place",
                )
            yield from kinds


class _Reader:
    """Reads one row, field by field, in the order that a claim is written in."""

    def __init__(self, graph: KnowledgeGraph, names: Names, row: Row) -> None:
        self._graph, self._names, self._row = graph, names, row
        self._takes: set[Term] = set()
        self._likely: set[Term] = names.entities()
        self._language = ""
        self._bounds: list[Term] = []
        self.kinds: list[Triple] = []
        """The kinds that the row gives to what it names."""

    def pairs(self) -> Pairs:
        """Return the pairs of the claim."""
        found: list[tuple[Term, Term]] = []
        for name, field in FIELDS.items():
            text = self._row.cells.get(name, "").strip() or field.default
            if text and field.property == _TYPE:
                self.kinds.append(self._kind(field, text, name, dict(found)))
            elif text:
                found.append((field.property, self._term(field, text, self._row.where(name))))
            elif field.required:
                raise InputError("is missing", where=self._row.where(name), hint=field.help)
            elif name == "date-precision" and (fineness := precision(self._bounds)):
                found.append((field.property, fineness))
        self._refuse_crossed(dict(found))
        return tuple(found)

    def _kind(self, field: Field, text: str, name: str, found: Mapping[Term, Term]) -> Triple:
        of = name.removesuffix("-kind")
        thing = found.get(FIELDS[of].property)
        if thing is None:
            raise InputError(f"is the kind of no {of}", where=self._row.where(name))
        return Triple(thing, _TYPE, self._name(field, text, self._row.where(name)))

    def _term(self, field: Field, text: str, where: str) -> Term:
        if field.reads == "name":
            return self._name(field, text, where)
        if field.reads == "value":
            term = literal(text, self._takes, where=where)
            if field.property not in (_LOW, _HIGH):
                return term
            self._bounds.append(term)
            return day(term, last=field.property == _HIGH)
        if field.reads.startswith("xsd:"):
            return literal(text, {iri(field.reads)}, where=where)
        return words(text, field.reads or self._language, where=where)

    def _name(self, field: Field, text: str, where: str) -> Term:
        names, likely = self._names, set[Term]()
        if field.property == _PREDICATE:
            among = {t.subject for t in self._graph.graphs["ontology"] if t[1:] == _CLAIMABLE}
            among |= _ALSO_CLAIMABLE
        elif field.property == _TYPE:
            ours = f"<{PREFIXES['clef']}"
            among = {kind for kind in names.of_kind(iri("owl:Class")) if kind.startswith(ours)}
        elif not (among := names.in_range(field.property)):
            among, likely = names.things(), self._likely
        term = names.find(text, among, likely, where=where, hint=field.hint)
        if field.property == _PREDICATE:
            self._takes = allowed(self._graph, term)
            self._likely = names.in_range(term) or self._likely
        elif field.property == _STATED_IN:
            self._language = self._language_of(term, where)
        return term

    def _language_of(self, source: Term, where: str) -> str:
        """Return the language of a source; a source in several is quoted with the language."""
        found = [t.object for t in self._graph.graphs["claims"] if t[:2] == (source, _LANGUAGE)]
        quotation = self._row.cells.get("quotation", "").strip()
        if len(found) != 1 and quotation and not quotation.startswith('"'):
            raise InputError(
                f"{compact(source)} is not in one language",
                where=where,
                hint="write the quotation with its language: '\"furto\"@it'",
            )
        return literal_parts(found[0])[0] if found else ""

    def _refuse_crossed(self, said: Mapping[Term, Term]) -> None:
        """Refuse bounds that leave nothing between them."""
        low, high = said.get(_LOW), said.get(_HIGH)
        if low and high and above(low, high):
            raise InputError(
                f"{compact(low)} is above {compact(high)}",
                where=self._row.where("from"),
                hint="give the lower bound as from, the upper one as to",
            )
