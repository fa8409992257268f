"""Own the page that lists the events of the record; not what is said of the one at the centre."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, render_template

from kg.claims import claim, claims_on
from kg.connect import Connections
from kg.index import Index
from kg.kinds import kinds_of
from kg.model import Term, Triple
from kg.namespaces import compact, iri, local_name
from server.present import label
from server.state import state
from server.twins import respond
from server.views.dates import day_of, is_dated, stated
from server.views.event import subjects
from server.views.listing import Columns, Facet, Sorts, data, listing
from server.views.standing import Said, in_english, said
from server.words import gettext as _

__all__ = ["Happening", "page"]

_EVENT = iri("clef:RealEvent")
_OWN = frozenset(map(iri, ("clef:date", "clef:occurred")))


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of the record: its kind, when it was by what sources say, and how much is said.

    `whom` are the agents of the record that a statement joins to it, each with the statement.
    """

    node: Term
    kinds: tuple[Term, ...]
    whom: tuple[tuple[Term, Triple], ...]
    dates: tuple[Said, ...]
    claims: int
    sources: int
    central: bool

    @property
    def date_of(self) -> Term | None:
        """What the date is of, where it is not of the event itself."""
        asked = self.dates[0].first.predicate if self.dates else None
        return None if asked in _OWN else asked

    @property
    def first(self) -> str:
        """The first day that most sources give; nothing where none gives any."""
        return day_of(self.dates[0].first) if self.dates else ""


def page(suffix: str | None = None) -> Response:
    """Answer with the events of the record that were asked for, the earliest first."""
    edition = state().library.edition()
    index = edition.index
    central = subjects(index)
    rows = [
        _happening(index, edition.connections, node, central=node in central)
        for node in index.members(_EVENT)
    ]
    found = listing(rows, _facets(), sorts=_sorts(index), size=80)
    return respond(
        {
            "html": lambda: render_template("views/events.html", list=found, central=central),
            **data(_columns(index), found.every),
        },
        suffix,
    )


def _happening(index: Index, joined: Connections, node: Term, *, central: bool) -> Happening:
    claims = [one for one in claims_on(index, node) if one.world == "real"]
    agents = set(index.members(iri("clef:Agent")))
    # Not every statement: performers of a work that tells of it are joined to it by the story.
    ends = [(e.object if e.subject == node else e.subject, e) for e in joined.edges(node)]
    stated = {source for one in claims for source in one.sources}
    stated |= set(index.objects(node, iri("clef:statedIn")))
    known = set(index.members(iri("clef:Claim")))
    leading = [claim(index, n) for n in index.subjects(iri("clef:object"), node) if n in known]
    dated = [one for one in claims if is_dated(one) and not one.denies]
    own = [one for one in dated if one.predicate in _OWN]
    return Happening(
        node=node,
        kinds=tuple(kinds_of(index, node)),
        whom=tuple((who, edge) for who, edge in sorted(ends) if who in agents),
        dates=tuple(said(own or dated)),
        claims=len(claims) + len(leading),
        sources=len(stated | {source for one in leading for source in one.sources}),
        central=central,
    )


def _facets() -> list[Facet[Happening]]:
    return [
        Facet(
            "kind",
            _("Kind"),
            lambda row: map(local_name, row.kinds),
            lambda key: label(iri(f"clef:{key}")),
        )
    ]


def _sorts(index: Index) -> Sorts[Happening]:
    return {
        "date": (_("date"), lambda row: (not row.first, row.first, index.label(row.node))),
        "name": (_("name"), lambda row: index.label(row.node).casefold()),
        "sources": (_("number of sources"), lambda row: (-row.sources, index.label(row.node))),
    }


def _columns(index: Index) -> Columns[Happening]:
    return {
        "event": lambda row: compact(row.node),
        "name": lambda row: index.label(row.node),
        "kind": lambda row: [compact(kind) for kind in row.kinds],
        "touches": lambda row: [compact(who) for who, _edge in row.whom],
        "touches_by": lambda row: [compact(edge.predicate) for _who, edge in row.whom],
        "date": lambda row: stated(row.dates[0].first) if row.dates else "",
        "date_of": lambda row: compact(row.date_of) if row.date_of else "",
        "date_standing": lambda row: in_english(index, row.dates[0].marks) if row.dates else [],
        "dates_given": lambda row: len(row.dates),
        "claims": lambda row: row.claims,
        "sources": lambda row: row.sources,
    }
