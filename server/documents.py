"""Own the documents about things and terms, and the way from a thing to its document.

A thing is not a page: its IRI answers 303 See Other, https://www.w3.org/TR/cooluris/#r303gendocument.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for

from kg.describe import describe
from kg.errors import NotFoundError
from kg.formats import offered
from kg.model import Term
from kg.namespaces import compact
from kg.serialize import serialize
from server import links
from server.state import state
from server.twins import Writers, respond

__all__ = ["blueprint"]

blueprint = Blueprint("documents", __name__)


@blueprint.get("/id/<name>")
def thing(name: str) -> Response:
    """Lead from a thing to the document about it."""
    _known(links.term_of(name))
    query = request.query_string.decode("ascii", "replace")
    where = url_for("documents.document", name=name).partition("?")[0]
    response = redirect(f"{where}?{query}" if query else where, 303)
    response.vary.add("Accept")
    return response  # type: ignore[return-value]


@blueprint.get("/doc/<name>")
@blueprint.get("/doc/<name>.<suffix>")
def document(name: str, suffix: str | None = None) -> Response:
    """Answer with the document about a thing."""
    return _document(_known(links.term_of(name)), suffix)


@blueprint.get("/ns/<name>")
@blueprint.get("/ns/<name>.<suffix>")
def term(name: str, suffix: str | None = None) -> Response:
    """Answer with the document about a class or property of the ontology."""
    return _document(_known(links.term_of(name, "clef")), suffix)


@blueprint.get("/rule/<name>")
@blueprint.get("/rule/<name>.<suffix>")
def rule(name: str, suffix: str | None = None) -> Response:
    """Answer with the document about a rule."""
    return _document(_known(links.term_of(name, "rule")), suffix)


def _known(term: Term) -> Term:
    if term not in state().library.edition().index:
        raise NotFoundError(f"nothing here is called {compact(term)}")
    return term


def _document(term: Term, suffix: str | None) -> Response:
    triples = describe(state().library.edition().index, term)
    data: Writers = {
        row.name: lambda name=row.name: serialize({"": triples}, name)  # type: ignore[misc]
        for row in offered("graph")
    }
    return respond({**data, "html": lambda: _page(term)}, suffix)


def _page(term: Term) -> str:
    index = state().library.edition().index
    return render_template(
        "document.html", term=term, outgoing=index.outgoing(term), incoming=index.incoming(term)
    )
