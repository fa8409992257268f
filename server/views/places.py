"""Own the page of all places, real and told, and what each has to do with the rest."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, render_template

from kg.claims import Claim, claim, claims_on
from kg.connect import Connections
from kg.index import Index
from kg.model import Term, Triple
from kg.namespaces import compact, iri, local_name
from server.present import label
from server.state import state
from server.twins import respond
from server.views.listing import Columns, Facet, data, listing
from server.views.standing import Backing, backing, in_english
from server.words import gettext as _

__all__ = ["Place", "page"]

_WITHIN = frozenset(iri(f"clef:{name}") for name in ("inCity", "inCountry", "locatedIn"))
_WORLDS = {"real": "on record", "fiction": "in a story"}


@dataclass(frozen=True, slots=True)
class Place:
    """One place: in which places it lies, what leads to it, and how much is said of it.

    `named` are the claims that give it as their value.
    """

    node: Term
    world: str
    within: tuple[Term, ...]
    ties: tuple[tuple[Triple, Backing], ...]
    claims: int
    named: tuple[Claim, ...]


def page(suffix: str | None = None) -> Response:
    """Answer with the places that were asked for, by name."""
    edition = state().library.edition()
    index = edition.index
    worlds = (("real", iri("clef:Place")), ("fiction", iri("clef:StoryPlace")))
    rows = [
        _place(index, edition.connections, node, world)
        for world, kind in worlds
        for node in index.members(kind)
    ]
    rows.sort(key=lambda row: index.label(row.node).casefold())
    found = listing(rows, _facets(), size=60)
    return respond(
        {
            "html": lambda: render_template("views/places.html", list=found),
            **data(_columns(index), found.every),
        },
        suffix,
    )


def _place(index: Index, connections: Connections, node: Term, world: str) -> Place:
    edges = connections.edges(node)
    within = [e.object for e in edges if e.subject == node and e.predicate in _WITHIN]
    leading = [e for e in edges if e.object == node and e.predicate not in _WITHIN]
    return Place(
        node=node,
        world=world,
        within=tuple(within),
        ties=tuple((edge, backing(index, edge)) for edge in leading),
        claims=len(claims_on(index, node)),
        named=tuple(claim(index, one) for one in index.subjects(iri("clef:object"), node)),
    )


def _facets() -> list[Facet[Place]]:
    return [
        Facet("world", _("World"), lambda row: [row.world], lambda key: _(_WORLDS[key])),
        Facet(
            "way",
            _("What it has to do with the rest"),
            lambda row: [local_name(edge.predicate) for edge, _backing in row.ties],
            lambda key: label(iri(f"clef:{key}")),
        ),
    ]


def _columns(index: Index) -> Columns[Place]:
    return {
        "place": lambda row: compact(row.node),
        "name": lambda row: index.label(row.node),
        "world": lambda row: row.world,
        "within": lambda row: [compact(term) for term in row.within],
        "leads_here": lambda row: [
            f"{compact(edge.subject)} {compact(edge.predicate)}" for edge, _backing in row.ties
        ],
        "standing": lambda row: [
            ", ".join(in_english(index, backed.marks)) for _edge, backed in row.ties
        ],
        "sources": lambda row: [str(len(backed.sources)) for _edge, backed in row.ties],
        "claims": lambda row: row.claims,
        "named_in": lambda row: [one.identifier for one in row.named],
    }
