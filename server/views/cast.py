"""Own the page of who plays whom, and whom a part stands for; not the pages of people."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeAlias

from flask import Response, render_template

from kg.claims import claims_on
from kg.index import Index
from kg.model import Term, Triple
from kg.namespaces import compact, iri, local_name
from kg.terms import literal_parts
from server.present import label
from server.state import state
from server.twins import respond
from server.views.event import about
from server.views.listing import Columns, Facet, data, listing
from server.views.standing import Backing, Said, backing, in_english, said
from server.words import gettext as _

__all__ = ["Part", "page", "parts"]

Model: TypeAlias = Literal["real", "invented", "unknown"]
"""Whether a part stands for somebody real, was invented, or no source says."""

_MODELS = {
    "real": "stands for somebody real",
    "invented": "invented for the work",
    "unknown": "not known",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One performer's part in one work.

    `models` are those whom sources name as the real counterpart, or say that it is not;
    `closeness` says of each how near the part comes. `made_up` is what says that it was invented.
    """

    performance: Term
    work: Term
    performer: Term | None
    character: Term | None
    described: tuple[Said, ...]
    billing: int | None
    kind: Term | None
    credit: Backing
    models: tuple[Said, ...]
    closeness: tuple[Term, ...]
    made_up: Backing | None

    @property
    def model(self) -> Model:
        """Whether the part stands for somebody real, as far as sources say."""
        if any(not one.first.denies for one in self.models):
            return "real"
        return "invented" if self.made_up else "unknown"


def page(suffix: str | None = None) -> Response:
    """Answer with the parts that were asked for, in the order of the credits."""
    index = state().library.edition().index
    found = listing(parts(index), _facets(), size=60)
    return respond(
        {
            "html": lambda: render_template(
                "views/cast.html",
                list=found,
                groups=[list(rows) for _work, rows in groupby(found.shown, lambda p: p.work)],
            ),
            **data(_columns(index), found.every),
        },
        suffix,
    )


def parts(index: Index) -> list[Part]:
    """Return every part: the works that the dossier is about first, in billing order."""
    subjects = set(about(index))
    found = [_part(index, node) for node in index.members(iri("clef:Performance"))]
    return sorted(
        found,
        key=lambda part: (
            part.work not in subjects,
            index.label(part.work),
            part.billing is None,
            part.billing or 0,
            index.label(part.performance),
        ),
    )


def _part(index: Index, node: Term) -> Part:
    character = index.one(node, iri("clef:ofCharacter"))
    work = index.one(node, iri("clef:inWork")) or node
    claims = claims_on(index, node)
    places = [index.one(claim.node, iri("clef:billingPosition")) for claim in claims]
    models = said(claims_on(index, character, iri("clef:counterpartOf"))) if character else []
    close = {index.one(c.node, iri("clef:closeness")) for one in models for c in one.claims}
    invented = Triple(character or node, iri("rdf:type"), iri("clef:InventedCharacter"))
    credit = (
        Triple(node, iri("clef:ofCharacter"), character)
        if character
        else Triple(node, iri("clef:inWork"), work)
    )
    return Part(
        performance=node,
        work=work,
        performer=index.one(node, iri("clef:performer")),
        character=character,
        described=tuple(said(c for c in claims if c.predicate == iri("clef:roleDescribedAs"))),
        billing=min((int(literal_parts(p)[0]) for p in places if p), default=None),
        kind=index.one(node, iri("clef:performanceKind")),
        credit=backing(index, credit),
        models=tuple(models),
        closeness=tuple(sorted(filter(None, close))),
        made_up=backing(index, invented) if invented in index.graph.triples else None,
    )


def _facets() -> list[Facet[Part]]:
    return [
        Facet(
            "work",
            _("Work"),
            lambda row: [local_name(row.work)],
            lambda key: label(iri(f"id:{key}")),
        ),
        Facet("model", _("The part"), lambda row: [row.model], lambda key: _(_MODELS[key])),
    ]


def _columns(index: Index) -> Columns[Part]:
    def name(term: Term | None) -> str:
        return index.label(term) if term else ""

    def node(term: Term | None) -> str:
        return compact(term) if term else ""

    return {
        "work": lambda row: node(row.work),
        "work_name": lambda row: name(row.work),
        "billing": lambda row: row.billing,
        "performer": lambda row: node(row.performer),
        "performer_name": lambda row: name(row.performer),
        "character": lambda row: node(row.character),
        "character_name": lambda row: name(row.character),
        "described_as": lambda row: [_english(one) for one in row.described],
        "sources": lambda row: [compact(source) for source in row.credit.sources],
        "model": lambda row: row.model,
        "counterpart": lambda row: [node(one.first.values[0]) for one in row.models],
        "counterpart_name": lambda row: [name(one.first.values[0]) for one in row.models],
        "closeness": lambda row: [name(term) for term in row.closeness],
        "standing": lambda row: [", ".join(in_english(index, one.marks)) for one in row.models],
    }


def _english(one: Said) -> str:
    return " / ".join(literal_parts(v)[0] if v[0] == '"' else v for v in one.first.values)
