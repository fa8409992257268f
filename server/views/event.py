"""Own the page with the record of what the dossier is about: what sources say happened.

Only claims of the record stand here, none of a story. A step in a legal process stands as one,
with the sources that document it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response, render_template

from kg.claims import Claim, claim, claims_on, sorted_claims
from kg.errors import NotFoundError
from kg.index import Index
from kg.model import Term
from kg.namespaces import compact, iri
from kg.terms import literal_parts
from server.state import state
from server.twins import respond
from server.views.listing import Columns, data
from server.views.standing import Said, in_english, said
from server.words import gettext as _

__all__ = ["Line", "Step", "about", "page", "subjects"]

_SECTIONS = {
    section: names.split()
    for section, names in {
        "When": "occurred date timeInside discovered discoveredBy",
        "Where": "tookPlaceAt targetPlace",
        "Who took part": "ledBy ledEffort involvedIn roleInEvent"
        " crewSize crewNationality crewDescribedAs",
        "How it was prepared": "preparationDuration rehearsedIn rentedPremises",
        "Ways in and out": "entryRoute method sensorSpray exitRoute fateOfTapes",
        "What was taken": "boxesOpened stolenGoods lootValue lootDescribedAs",
        "What was recovered": "lootRecovery",
        "What came of it in law": "firstArrests accomplicesSentenced",
        "What it is called, and how it is explained": "superlative nickname describedAs theory",
    }.items()
}
"""The questions that a reader has, in that order, and the properties that answer them."""

_ANSWERED = {iri(f"clef:{name}"): section for section, names in _SECTIONS.items() for name in names}
_ELSE = "What else sources say"
_LAW = "What came of it in law"
_ROLE, _NOTE = iri("clef:roleInEvent"), iri("clef:note")
_CONCERNS, _IMPOSES = iri("clef:concernsEvent"), iri("clef:imposes")
_WHOM = [
    iri(f"clef:{name}")
    for name in ("accuses", "charges", "arrests", "convicts", "acquits", "releases")
]


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a property of an event, or of somebody with regard to it.

    `heading` is the property, or what a note is on.
    """

    event: Term
    section: str
    subject: Term
    predicate: Term
    heading: Term
    said: Said


@dataclass(frozen=True, slots=True)
class Step:
    """A step in a legal process over an event: of which kind, whom it touches, what is said."""

    node: Term
    kind: Term
    whom: tuple[Term, ...]
    sources: tuple[Term, ...]
    marks: tuple[str, ...]
    details: tuple[tuple[Term, Said], ...]


def page(suffix: str | None = None) -> Response:
    """Answer with the record of the events that the dossier is about."""
    index = state().library.edition().index
    events = subjects(index)
    if not events:
        raise NotFoundError("this dossier is not about an event", hint="see /events")
    lines = [line for event in events for line in _lines(index, event, alone=len(events) == 1)]
    return respond(
        {"html": lambda: _page(index, events, lines), **data(_columns(index), lines)}, suffix
    )


def subjects(index: Index) -> list[Term]:
    """Return the real events that the dossier is about."""
    return [node for node in about(index) if iri("clef:RealEvent") in index.kinds(node)]


def about(index: Index) -> list[Term]:
    """Return what the dossier says that it is about."""
    dossiers = index.members(iri("dcat:Dataset"))
    return [term for node in dossiers for term in index.objects(node, iri("dct:subject"))]


def _page(index: Index, events: list[Term], lines: list[Line]) -> str:
    told = []
    for event in events:
        sections: dict[str, dict[tuple[Term, Term], list[Said]]] = {
            name: defaultdict(list) for name in (*_SECTIONS, _ELSE)
        }
        for line in lines:
            if line.event == event:
                sections[line.section][line.subject, line.heading].append(line.said)
        told.append((event, [(_(name), kept) for name, kept in sections.items()], _(_LAW)))
    steps = {event: _steps(index, event) for event in events}
    return render_template("views/event.html", events=told, steps=steps)


def _lines(index: Index, event: Term, *, alone: bool) -> list[Line]:
    """Return what the record says of an event, in the order of the page."""
    groups: dict[tuple[Term, Term, Term], list[Claim]] = defaultdict(list)
    for one in _claims(index, event, alone=alone):
        heading = one.aspect if one.predicate == _NOTE and one.aspect else one.predicate
        groups[one.subject, one.predicate, heading].append(one)
    found = [
        Line(event, _ANSWERED.get(predicate, _ELSE), subject, predicate, heading, value)
        for (subject, predicate, heading), claims in groups.items()
        for value in said(claims)
    ]
    order = {predicate: number for number, predicate in enumerate(_ANSWERED)}
    return sorted(
        found, key=lambda line: (order.get(line.predicate, len(order)), index.label(line.heading))
    )


def _claims(index: Index, event: Term, *, alone: bool) -> Iterable[Claim]:
    """Yield the claims of the record on an event, those that lead to it, and roles in it.

    A role names no event: it is told where the dossier is about one alone.
    """
    yield from (one for one in claims_on(index, event) if one.world == "real")
    agents = set(index.members(iri("clef:Agent")))
    leading = _saying(index, iri("clef:object"), event)
    yield from (one for one in leading if one.world == "real" and one.subject in agents)
    if alone:
        roles = _saying(index, iri("clef:predicate"), _ROLE)
        yield from (one for one in roles if one.world == "real")


def _saying(index: Index, part: Term, term: Term) -> list[Claim]:
    """Return the claims that have a term for a part, such as their object."""
    claims = set(index.members(iri("clef:Claim")))
    return sorted_claims(
        claim(index, node) for node in index.subjects(part, term) if node in claims
    )


def _steps(index: Index, event: Term) -> list[Step]:
    """Return the steps in a legal process over an event, and what these impose."""
    concerned = list(index.subjects(_CONCERNS, event))
    imposed = [node for step in concerned for node in index.objects(step, _IMPOSES)]
    return [_step(index, node) for node in dict.fromkeys([*concerned, *imposed])]


def _step(index: Index, node: Term) -> Step:
    kinds = [k for k in index.kinds(node) if iri("clef:JusticeEvent") in _above(index, k)]
    details = defaultdict(list)
    for one in claims_on(index, node):
        details[one.predicate].append(one)
    return Step(
        node=node,
        kind=min(kinds, default=iri("clef:JusticeEvent")),
        whom=tuple(whom for name in _WHOM for whom in index.objects(node, name)),
        sources=index.objects(node, iri("clef:statedIn")),
        marks=index.objects(node, iri("clef:modality")),
        details=tuple((p, value) for p, claims in details.items() for value in said(claims)),
    )


def _above(index: Index, kind: Term) -> tuple[Term, ...]:
    return index.objects(kind, iri("rdfs:subClassOf"))


def _columns(index: Index) -> Columns[Line]:
    return {
        "event": lambda row: compact(row.event),
        "section": lambda row: row.section,
        "subject": lambda row: compact(row.subject),
        "property": lambda row: compact(row.predicate),
        "value": lambda row: [_plain(value) for value in row.said.first.values],
        "at_least": lambda row: _plain(row.said.first.lower),
        "at_most": lambda row: _plain(row.said.first.upper),
        "unit": lambda row: _plain(row.said.first.unit),
        "standing": lambda row: in_english(index, row.said.marks),
        "sources": lambda row: [compact(source) for source in row.said.sources],
        "claims": lambda row: [one.identifier for one in row.said.claims],
    }


def _plain(term: Term | None) -> str:
    if not term:
        return ""
    return literal_parts(term)[0] if term.startswith('"') else compact(term)
