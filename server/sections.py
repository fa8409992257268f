"""Own the parts that pages about things are made of; not which page has which, nor their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from babel.numbers import format_decimal
from flask import url_for

from kg.claims import Claim, claims_on
from kg.index import Index
from kg.model import Term, Triple
from kg.namespaces import PREFIXES, iri, local_name
from kg.terms import literal_parts
from server import links
from server.measures import unit
from server.present import label
from server.standings import Line, line
from server.tellings import Telling, tellings
from server.words import gettext as _
from server.words import language

__all__ = [
    "Page",
    "Section",
    "claims_section",
    "facts",
    "follows",
    "incoming",
    "lines_for",
    "rest",
]

_TYPE, _NOTE = iri("rdf:type"), iri("clef:note")
_SPREAD = 3
"""How many amounts make a spread worth telling."""

_SHOWN = 5
"""How many values of one property, or ends of it, a page shows before it leads on."""

_WHOLE = 150
"""How many a page shows that is about one property alone."""

_MANY, _SHOWN_OF_MANY = 100, 2
"""The same for a thing of which more claims are made than a page has room for."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: its anchor, its heading, the template that tells it, what it tells."""

    name: str
    title: str
    template: str
    content: Mapping[str, Any]


@dataclass
class Page:
    """A page in the making: what it is about, and which statements it has told already."""

    index: Index
    term: Term
    told: set[Triple] = field(default_factory=set)

    def objects(self, name: str) -> tuple[Term, ...]:
        """Return what the thing has for a property of ours."""
        return self.index.objects(self.term, iri(name))

    def is_a(self, name: str) -> bool:
        """Tell whether the thing belongs to a class of ours."""
        return iri(name) in self.index.kinds(self.term)


class _Row(NamedTuple):
    """What there is for one property: lines, how many more there are, or what is contested."""

    predicate: Term
    lines: list[Line]
    left: int
    contested: Sequence[Telling] = ()


def claims_section(page: Page, only: str = "") -> Section | None:
    """Tell what sources say of the thing, property by property; or, with a name, of one alone."""
    grouped: dict[Term, list[Claim]] = defaultdict(list)
    for one in claims_on(page.index, page.term):
        if not only or local_name(one.predicate) == only:
            grouped[one.predicate].append(one)
    if not grouped:
        return None
    most = _SHOWN if sum(map(len, grouped.values())) <= _MANY else _SHOWN_OF_MANY
    rows = []
    for predicate in sorted(grouped, key=lambda p: (p == _NOTE, -len(grouped[p]), label(p))):
        every = tellings(page.index, grouped[predicate])
        shown = every[: _WHOLE if only else most]
        more = (
            ""
            if only
            else url_for(
                "documents.document", name=links.name_of(page.term), claims=local_name(predicate)
            )
        )
        sources = {source for one in grouped[predicate] for source in one.sources}
        rows.append(
            {
                "predicate": predicate,
                "tellings": shown,
                "left": len(every) - len(shown),
                "more": more,
                "claims": len(grouped[predicate]),
                "sources": len(sources),
                "spread": _spread(grouped[predicate]),
            }
        )
        page.told.update(t.accepted for t in every if t.accepted)
    return Section("claims", _("What sources say"), "claims", {"rows": rows})


def _spread(claims: list[Claim]) -> str:
    """Return the least and the greatest amount that claims give, in the unit that most use."""
    by_unit: dict[Term | None, set[Decimal]] = defaultdict(set)
    for one in claims:
        if one.predicate == _NOTE or any("@" in end.rpartition('"')[2] for end in one.values):
            return ""  # numbers beside free text answer different questions
        ends = [*one.values, *filter(None, (one.lower, one.upper))]
        numbers = {literal_parts(end)[0] for end in ends if end.endswith("integer>")}
        by_unit[one.unit] |= set(map(Decimal, numbers))
    name, amounts = max(by_unit.items(), key=lambda item: len(item[1]))
    if len(amounts) < _SPREAD:
        return ""
    low, high = (format_decimal(end, locale=language()) for end in (min(amounts), max(amounts)))
    told = _("from %(low)s to %(high)s", low=low, high=high)
    return f"{told} {unit(literal_parts(name)[0])}" if name else told


def lines_for(page: Page, predicate: Term) -> list[Line]:
    """Return what the thing has for a property, as lines, and note that it is told.

    What only says more generally what another property says is left for the end of the page.
    """
    every = [Triple(page.term, predicate, end) for end in page.index.objects(page.term, predicate)]
    found = [triple for triple in every if not _general(page, triple)]
    page.told.update(found)
    spoken = [t for t in found if _speaks(t.object)] or found
    return [line(page.index, triple, page.term) for triple in spoken]


def facts(page: Page, name: str, title: str, properties: Sequence[str]) -> Section | None:
    """Tell what the thing has for some properties, in their order.

    Where nothing is accepted, because sources disagree, the first of what they say is told.
    """
    rows: list[_Row] = []
    for predicate in map(iri, properties):
        lines = lines_for(page, predicate)
        contested = (
            [] if lines else tellings(page.index, claims_on(page.index, page.term, predicate))
        )
        if lines or contested:
            rows.append(_Row(predicate, lines, 0, contested[:2]))
    return Section(name, title, "facts", {"rows": rows}) if rows else None


def follows(page: Page) -> Section | None:
    """Tell what else is accepted or follows, and is worth a reader's while."""
    triples = [t for t in page.index.outgoing(page.term) if t not in page.told]
    kept = [t for t in triples if page.index.standing(t) != "asserted" and not _noise(page, t)]
    return _told(page, kept, ("follows", _("What follows from it")))


def incoming(page: Page) -> Section | None:
    """Tell what leads to the thing and is not told from its side already."""
    outgoing = page.index.outgoing(page.term)
    mirrored = {(t.object, _inverse(page.index, t.predicate)) for t in outgoing}
    mirrored |= {(t.object, t.predicate) for t in outgoing}  # as with what is symmetric
    kept = [
        t
        for t in page.index.incoming(page.term)
        if (t.subject, t.predicate) not in mirrored
        and t not in page.told
        and not t.subject.startswith("_:")
        and not _noise(page, t)
    ]
    return _told(page, kept, ("incoming", _("What leads here")))


def rest(page: Page) -> Section | None:
    """Tell the remaining statements, which readers seldom want, behind a click."""
    triples = [t for t in page.index.outgoing(page.term) if t not in page.told]
    kept = [t for t in triples if not t.object.startswith("_:")]
    return _told(page, kept, ("rest", _("For completeness")), "rest")


def _told(
    page: Page, triples: list[Triple], heading: tuple[str, str], template: str = "facts"
) -> Section | None:
    grouped: dict[Term, list[Triple]] = defaultdict(list)
    for triple in triples:
        grouped[triple.predicate].append(triple)
    most = _SHOWN if template == "rest" else 4 * _SHOWN
    rows: list[_Row] = []
    for predicate in sorted(grouped, key=label):
        group = sorted(grouped[predicate], key=lambda t: label(t.object))
        lines = [line(page.index, triple, page.term) for triple in group[:most]]
        rows.append(_Row(predicate, lines, len(group) - len(lines)))
    page.told.update(triples)
    name, title = heading
    backwards = name == "incoming"
    return Section(name, title, template, {"rows": rows, "backwards": backwards}) if rows else None


def _noise(page: Page, triple: Triple) -> bool:
    """Tell whether a statement is true and of no use to a reader.

    It is so of what says the same in another vocabulary or more generally, and of the book-keeping
    of claims, which the page tells in better words.
    """
    index, predicate = page.index, triple.predicate
    if predicate == _TYPE or not predicate.startswith(f"<{PREFIXES['clef']}"):
        return index.standing(triple) == "inferred" or predicate == _TYPE
    if index.one(predicate, iri("rdfs:isDefinedBy")) == f"<{PREFIXES['clef'][:-3]}ontology/claims>":
        return True
    return _general(page, triple)


def _general(page: Page, triple: Triple) -> bool:
    """Tell whether a statement follows from a narrower one with the same two ends."""
    derivation = page.index.graph.derivations.get(triple)
    if derivation is None or derivation.rule != "prp-spo1":
        return False
    return any(
        premise[::2] == triple[::2] and premise.predicate != triple.predicate
        for premise in derivation.premises
    )


def _inverse(index: Index, predicate: Term) -> Term | None:
    name = iri("owl:inverseOf")
    return index.one(predicate, name) or next(iter(index.subjects(name, predicate)), None)


def _speaks(term: Term) -> bool:
    return "@" not in term.rpartition('"')[2] or term.endswith(f"@{language()}")
