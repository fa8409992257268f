"""Own the documents about things and terms, and the way from a thing to its document.

A thing is not a page: its IRI answers 303 See Other, https://www.w3.org/TR/cooluris/#r303gendocument.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.exceptions import Gone

from kg.describe import describe
from kg.errors import NotFoundError
from kg.formats import offered
from kg.index import Index
from kg.model import Term, Triple
from kg.namespaces import BASE, GRAPHS, WHY, compact, iri, local_name
from kg.serialize import serialize
from kg.terms import literal_parts
from server import links
from server.colophon import address_of, announce, colophon, license_of
from server.parameters import query_of
from server.present import phrase
from server.reference import reference_page
from server.standings import denials, words_of
from server.state import state
from server.things import page_of
from server.twins import FORMS, Writers, respond
from server.words import language

__all__ = ["blueprint"]

blueprint = Blueprint("documents", __name__)

_APART = {"trig", "nquads"}
"""The formats that keep the named graphs apart."""


@blueprint.get("/id/<name>")
def thing(name: str) -> Response:
    """Lead from a thing to the document about it, in the form that a suffix names."""
    stem, _, suffix = name.partition(".")
    term = _known(links.term_of(stem if suffix in _SUFFIXES else name))
    return _see_other(url_for("documents.document", name=local_name(term), suffix=suffix or None))


@blueprint.get("/graph/<name>")
def graph(name: str) -> Response:
    """Lead from a named graph to the file that holds it."""
    state().library.edition()  # which a workspace has none of
    if name not in {*GRAPHS, local_name(WHY)}:
        raise NotFoundError(f"no graph here is called {name}")
    return _see_other(f"{request.script_root}/data/{name}.ttl")


@blueprint.get("/ontology/<path:name>")
def module(name: str) -> Response:
    """Lead from a module of the ontology to the reference of its terms."""
    term = f"<{BASE}ontology/{name}>"
    _known(term)
    return _see_other(url_for("documents.ontology"))


@blueprint.get("/doc/<name>")
@blueprint.get("/doc/<name>.<suffix>")
def document(name: str, suffix: str | None = None) -> Response:
    """Answer with the document about a thing."""
    return _document("id", name, suffix)


@blueprint.get("/ns")
@blueprint.get("/ns.<suffix>")
def ontology(suffix: str | None = None) -> Response:
    """Answer with the whole ontology; the page is a reference of its terms."""
    edition = state().library.edition()
    index = edition.index
    modules = index.members(iri("owl:Ontology"))
    of_it = colophon(edition, f"{BASE}ns", modules)
    triples = edition.graph.graphs["ontology"]
    writers = {**_data(triples, of_it), "html": reference_page}
    response = respond(writers, suffix)
    announce(response, edition, f"{BASE}ns", None)
    return response


@blueprint.get("/ns/<name>")
@blueprint.get("/ns/<name>.<suffix>")
def term(name: str, suffix: str | None = None) -> Response:
    """Answer with the document about a class, a property or a value of the ontology."""
    return _document("clef", name, suffix)


@blueprint.get("/rule/<name>")
@blueprint.get("/rule/<name>.<suffix>")
def rule(name: str, suffix: str | None = None) -> Response:
    """Answer with the document about a rule, which is a text and so needs no 303."""
    return _document("rule", name, suffix)


@blueprint.get("/shape/<name>")
@blueprint.get("/shape/<name>.<suffix>")
def shape(name: str, suffix: str | None = None) -> Response:
    """Answer with the document about a shape, which is a text and so needs no 303."""
    return _document("shape", name, suffix)


_SUFFIXES = {form.suffix for form in FORMS.values()}


def _known(term: Term) -> Term:
    index = state().library.edition().index
    if term not in index:
        raise NotFoundError(f"nothing here is called {compact(term)}")
    if iri("clef:Withdrawn") in index.kinds(term):
        day = index.one(term, iri("clef:date"))
        raise Gone(f"{compact(term)} was withdrawn" + (f": {phrase(day)}" if day else ""))
    return term


def _see_other(address: str) -> Response:
    """Lead to a page here, with the query that came."""
    where = address.partition("?")[0]
    query = query_of(request)
    response = redirect(f"{where}?{query}" if query else where, 303)
    response.vary.add("Accept")
    response.headers.add("Link", f'<{where}>; rel="describedby"')
    return response  # type: ignore[return-value]


def _document(prefix: str, name: str, suffix: str | None) -> Response:
    term = _known(links.term_of(name, prefix))
    edition = state().library.edition()
    address = address_of(term)
    of_it = colophon(edition, address, [term])
    writers = {**_data(describe(edition.index, term), of_it), "html": lambda: _page(term)}
    response = respond(writers, suffix)
    announce(response, edition, address, term)
    return response


def _data(triples: Iterable[Triple], of_it: list[Triple]) -> Writers:
    """Return what writes triples, and what a document says of itself, in each format."""
    return {
        row.name: lambda name=row.name: serialize(  # type: ignore[misc]
            dict(_apart(triples, of_it)) if name in _APART else {"": [*triples, *of_it]}, name
        )
        for row in offered("graph")
    }


def _apart(triples: Iterable[Triple], of_it: list[Triple]) -> Iterator[tuple[str, list[Triple]]]:
    """Yield the triples graph by graph; what a document says of itself is in none of them."""
    wanted = set(triples)
    yield "", of_it
    for name, held in state().library.edition().graph_sets.items():
        if found := wanted & held:
            yield GRAPHS[name], sorted(found)


def _page(term: Term) -> str:
    template, shown = page_of(term)
    return render_template(template, term=term, address=address_of(term), **shown)


@blueprint.record_once
def _give_filters(setup: BlueprintSetupState) -> None:
    """Give templates the wording of claims and statements."""
    here = _index
    setup.app.jinja_env.filters |= {
        "comparison": links.comparison,
        "definition": lambda term: here().text(term, [iri("skos:definition")], language()),
        "denials": lambda claims: denials(here(), claims),
        "licence": lambda term: license_of(state().library.edition(), term or None),
        "local": local_name,
        "status": lambda one: words_of(here(), one),
        "tag": _tag,
        "text": lambda term: here().text(term, [iri("clef:text")], language()),
        "web": _web,
        "why": links.why,
    }


def _tag(term: Term) -> str | None:
    """Return the language that a literal, or the name of a thing, stands in on this page."""
    if term.startswith('"'):
        return literal_parts(term)[1]
    for name in _NAMES:
        if texts := _index().texts(term, name):
            return next((code for code in (language(), "en") if code in texts), min(texts)) or None
    return None


_NAMES = (iri("rdfs:label"), iri("dct:title"))


def _web(term: Term) -> str:
    """Return the address that a literal holds, if it is one of the web."""
    text, _language, datatype = literal_parts(term) if term.startswith('"') else ("", None, None)
    is_address = datatype == iri("xsd:anyURI")[1:-1] and text.startswith(("http://", "https://"))
    return text if is_address else ""


def _index() -> Index:
    """Return the index of what is served."""
    return state().library.edition().index
