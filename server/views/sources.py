"""Own the page of all sources: what each is and how much it says; not what it says."""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from flask import Response, render_template

from kg.index import Index
from kg.model import Term
from kg.namespaces import compact, iri, local_name
from kg.terms import literal_parts
from server.present import label
from server.state import state
from server.twins import respond
from server.views.listing import Columns, Facet, Sorts, data, listing
from server.words import gettext as _
from server.words import language

__all__ = ["Source", "page", "tongue"]


@dataclass(frozen=True, slots=True)
class Source:
    """One source: its node and what is known of it; what is not known is empty."""

    node: Term
    title: str
    kind: Term | None
    publisher: str
    issued: Term | None
    language: str
    url: str
    claims: int

    @property
    def date(self) -> str:
        """The date as ISO 8601 has it: a year, a month or a day."""
        return literal_parts(self.issued)[0] if self.issued else ""


def page(suffix: str | None = None) -> Response:
    """Answer with the sources that were asked for."""
    index = state().library.edition().index
    found = listing(_sources(index), _facets(), sorts=_sorts(), size=150)
    return respond(
        {
            "html": lambda: render_template("views/sources.html", list=found),
            **data(_columns(index), found.every),
        },
        suffix,
    )


def tongue(code: str) -> str:
    """Return the name of a language in the language of the page."""
    try:
        return Locale.parse(code).get_display_name(language()) or code
    except (UnknownLocaleError, ValueError):
        return code


def _sources(index: Index) -> list[Source]:
    return [_source(index, node) for node in index.members(iri("clef:Source"))]


def _source(index: Index, node: Term) -> Source:
    def words(name: str) -> str:
        found = index.one(node, iri(name))
        return literal_parts(found)[0] if found and found.startswith('"') else ""

    stated = index.subjects(iri("clef:statedIn"), node)
    return Source(
        node=node,
        title=index.text(node, (iri("dct:title"), iri("rdfs:label")), words("dct:language"))
        or local_name(node),
        kind=index.one(node, iri("clef:sourceKind")),
        publisher=words("dct:publisher"),
        issued=index.one(node, iri("dct:issued")),
        language=words("dct:language"),
        url=words("schema:url"),
        claims=sum(iri("clef:Claim") in index.kinds(claim) for claim in stated),
    )


def _facets() -> list[Facet[Source]]:
    return [
        Facet(
            "kind",
            _("Kind"),
            lambda row: [local_name(row.kind)] if row.kind else [],
            lambda key: label(iri(f"clef:{key}")),
        ),
        Facet(
            "language", _("Language"), lambda row: [row.language] if row.language else [], tongue
        ),
        Facet("year", _("Year"), lambda row: [row.date[:4]] if row.date else [], str, str),
    ]


def _sorts() -> Sorts[Source]:
    return {
        "date": (_("date"), lambda row: (not row.date, row.date, row.title)),
        "title": (_("title"), lambda row: row.title.casefold()),
        "publisher": (_("publisher"), lambda row: (not row.publisher, row.publisher.casefold())),
        "claims": (_("number of claims"), lambda row: (-row.claims, row.title)),
    }


def _columns(index: Index) -> Columns[Source]:
    return {
        "source": lambda row: compact(row.node),
        "title": lambda row: row.title,
        "kind": lambda row: index.label(row.kind) if row.kind else "",
        "publisher": lambda row: row.publisher,
        "issued": lambda row: row.date,
        "language": lambda row: row.language,
        "claims": lambda row: row.claims,
        "url": lambda row: row.url,
    }
