"""Own the page of all works, and what each draws on; not the page of one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, render_template

from kg.claims import claims_on
from kg.index import Index
from kg.kinds import kinds_of
from kg.model import Term, Triple
from kg.namespaces import compact, iri, local_name
from server.present import label
from server.state import state
from server.twins import respond
from server.views.dates import day_of, is_dated, stated
from server.views.listing import Columns, Facet, Sorts, data, listing
from server.views.standing import Backing, Said, backing, in_english, said
from server.words import gettext as _

__all__ = ["Tie", "Work", "page"]

_WAYS = (
    "adaptedFrom recounts dramatises depicts derivedFrom basedOn inspiredBy influencedBy"
    " likenedTo partOf"
)
_TIES = [iri(f"clef:{name}") for name in _WAYS.split()]
"""The ways in which a work draws on something, the closest first."""

_WORK, _NARROWER = iri("clef:Work"), iri("rdfs:subPropertyOf")


@dataclass(frozen=True, slots=True)
class Tie:
    """What a work draws on, in which way, and what that rests on."""

    statement: Triple
    backing: Backing


@dataclass(frozen=True, slots=True)
class Work:
    """One work: kind, format, release as sources give it, what it draws on, how much is said."""

    node: Term
    kinds: tuple[Term, ...]
    formats: tuple[Term, ...]
    released: tuple[Said, ...]
    ties: tuple[Tie, ...]
    claims: int

    @property
    def year(self) -> str:
        """The year that most sources give for the release; nothing where none gives any."""
        return day_of(self.released[0].first)[:4] if self.released else ""


def page(suffix: str | None = None) -> Response:
    """Answer with the works that were asked for, the latest first."""
    index = state().library.edition().index
    rows = [_work(index, node) for node in index.members(_WORK)]
    found = listing(rows, _facets(), sorts=_sorts(index), size=50)
    return respond(
        {
            "html": lambda: render_template("views/works.html", list=found),
            **data(_columns(index), found.every),
        },
        suffix,
    )


def _work(index: Index, node: Term) -> Work:
    claims = claims_on(index, node)
    released = [c for c in claims if c.predicate == iri("clef:released") and is_dated(c)]
    return Work(
        node=node,
        kinds=tuple(kinds_of(index, node)),
        formats=index.objects(node, iri("clef:format")),
        released=tuple(said(released)),
        ties=tuple(Tie(edge, backing(index, edge)) for edge in _ties(index, node)),
        claims=len(claims),
    )


def _ties(index: Index, node: Term) -> list[Triple]:
    """Return what a work draws on; of ways that are one within the other only the closer one."""
    found = [Triple(node, way, other) for way in _TIES for other in index.objects(node, way)]
    return [
        tie
        for tie in found
        if not any(
            Triple(node, closer, tie.object) in index.graph.triples
            for closer in index.subjects(_NARROWER, tie.predicate)
        )
    ]


def _facets() -> list[Facet[Work]]:
    def named(key: str) -> str:
        return label(iri(f"clef:{key}"))

    return [
        Facet("kind", _("Kind"), lambda row: map(local_name, row.kinds), named),
        Facet("format", _("Format"), lambda row: [local_name(f) for f in row.formats], named),
        Facet("year", _("Year"), lambda row: [row.year] if row.year else [], str, str),
        Facet(
            "way",
            _("How it draws on something"),
            lambda row: [local_name(tie.statement.predicate) for tie in row.ties],
            named,
        ),
    ]


def _sorts(index: Index) -> Sorts[Work]:
    def newest(row: Work) -> tuple[bool, int, str]:
        return not row.year, -int(row.year or 0), index.label(row.node)

    return {
        "date": (_("date"), newest),
        "name": (_("name"), lambda row: index.label(row.node).casefold()),
        "claims": (_("number of claims"), lambda row: (-row.claims, index.label(row.node))),
    }


def _columns(index: Index) -> Columns[Work]:
    def way(tie: Tie) -> str:
        return f"{compact(tie.statement.predicate)} {compact(tie.statement.object)}"

    return {
        "work": lambda row: compact(row.node),
        "name": lambda row: index.label(row.node),
        "kind": lambda row: [compact(kind) for kind in row.kinds],
        "format": lambda row: [compact(term) for term in row.formats],
        "released": lambda row: [stated(one.first) for one in row.released],
        "draws_on": lambda row: [way(tie) for tie in row.ties],
        "standing": lambda row: [
            ", ".join(in_english(index, tie.backing.marks)) for tie in row.ties
        ],
        "sources": lambda row: [str(len(tie.backing.sources)) for tie in row.ties],
        "claims": lambda row: row.claims,
    }
