"""Own the page of what sources disagree on, the widest spread first; nobody is given right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import Response, render_template
from markupsafe import Markup

from kg.claims import Claim, claim, claims_on
from kg.index import Index
from kg.model import Term
from kg.namespaces import compact, iri, local_name
from kg.terms import literal_parts
from server.plots import dot_plot
from server.present import label
from server.state import state
from server.twins import respond
from server.views.listing import Columns, Facet, Sorts, as_csv, as_json, listing
from server.views.standing import Said, in_english, said
from server.words import gettext as _

__all__ = ["Dispute", "disputes", "page", "plot"]

_DEPRECATED = iri("clef:Deprecated")
_WORLDS = {"real": "on record", "fiction": "in a story", "production": "about a work"}


@dataclass(frozen=True, slots=True)
class Dispute:
    """Claims that compete: what they are about, of which layer, and the values that they give.

    `name` is that of the first claim, by which the group is found on the page. `wrong` is what is
    said of the same and held to be wrong: it stands beside the others and competes with none.
    """

    name: str
    subject: Term
    predicate: Term
    world: str
    values: tuple[Said, ...]
    wrong: tuple[Said, ...]
    claims: int

    @property
    def told(self) -> tuple[Said, ...]:
        """Every value, what is held to be wrong last."""
        return self.values + self.wrong


def page(suffix: str | None = None) -> Response:
    """Answer with the groups of competing claims that were asked for."""
    edition = state().library.edition()
    index = edition.index
    groups = [[claim(index, entry.node) for entry in group] for group in edition.conflicts]
    found = listing(disputes(index, groups), _facets(), sorts=_sorts(index), size=12)
    columns = _columns(index)
    rows = [
        (group, value, one) for group in found.every for value in group.told for one in value.claims
    ]
    return respond(
        {
            "html": lambda: render_template("views/disputed.html", list=found, worlds=_WORLDS),
            "csv": lambda: as_csv(columns, rows),
            "json": lambda: as_json(columns, rows),
        },
        suffix,
    )


def disputes(index: Index, groups: list[list[Claim]]) -> list[Dispute]:
    """Return groups of competing claims as what they are about and which values they give."""
    return [_dispute(index, group) for group in groups]


def plot(group: Dispute) -> Markup | None:
    """Return the drawing of the values of a group, where they can be drawn."""
    return dot_plot(one for value in group.told for one in value.claims)


def _dispute(index: Index, group: list[Claim]) -> Dispute:
    about = Counter((one.subject, one.predicate) for one in group)
    (subject, predicate), _number = about.most_common(1)[0]
    return Dispute(
        name=group[0].identifier,
        subject=subject,
        predicate=predicate,
        world=group[0].world,
        values=tuple(said(group)),
        wrong=tuple(said(_held_wrong(index, group))),
        claims=len(group),
    )


def _held_wrong(index: Index, group: list[Claim]) -> list[Claim]:
    """Return the claims that would compete in a group, in one unit with it, were they not wrong."""
    about = {(one.subject, one.predicate, one.unit) for one in group}
    return [
        one
        for pair in sorted({(subject, predicate) for subject, predicate, _unit in about})
        for one in claims_on(index, *pair)
        if one.rank == _DEPRECATED and (one.subject, one.predicate, one.unit) in about
    ]


def _facets() -> list[Facet[Dispute]]:
    return [
        Facet("world", _("World"), lambda row: [row.world], lambda key: _(_WORLDS[key])),
        Facet(
            "about",
            _("What it is about"),
            lambda row: [local_name(row.subject)],
            lambda key: label(iri(f"id:{key}")),
        ),
    ]


def _sorts(index: Index) -> Sorts[Dispute]:
    def name(row: Dispute) -> str:
        return f"{index.label(row.subject)} {index.label(row.predicate)}".casefold()

    return {
        "spread": (_("number of values"), lambda row: (-len(row.values), -row.claims, row.name)),
        "claims": (_("number of claims"), lambda row: (-row.claims, row.name)),
        "name": (_("name"), name),
    }


def _columns(index: Index) -> Columns[tuple[Dispute, Said, Claim]]:
    def words(terms: tuple[Term, ...]) -> list[str]:
        return [literal_parts(t)[0] if t.startswith('"') else compact(t) for t in terms]

    def bound(term: Term | None) -> str:
        return literal_parts(term)[0] if term else ""

    return {
        "group": lambda row: row[0].name,
        "world": lambda row: row[0].world,
        "subject": lambda row: compact(row[2].subject),
        "property": lambda row: compact(row[2].predicate),
        "value": lambda row: words(row[2].values),
        "at_least": lambda row: bound(row[2].lower),
        "at_most": lambda row: bound(row[2].upper),
        "unit": lambda row: words((row[2].unit,)) if row[2].unit else "",
        "denies": lambda row: "true" if row[2].denies else "false",
        "standing": lambda row: in_english(index, [row[2].modality]),
        "deprecated": lambda row: "true" if row[2].rank == _DEPRECATED else "false",
        "sources": lambda row: [compact(source) for source in row[2].sources],
        "claim": lambda row: row[2].identifier,
    }
