"""Own what robots and language models are told: which pages there are, and how to ask here.

https://www.sitemaps.org/protocol.html, https://www.rfc-editor.org/rfc/rfc9309,
https://llmstxt.org/.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, render_template, request, url_for

from kg.errors import NotFoundError
from kg.kinds import kinds_of
from kg.model import Term
from kg.namespaces import BASE, iri
from server import links
from server.library import Edition
from server.state import state

__all__ = ["PER_MAP", "blueprint"]

blueprint = Blueprint("crawlers", __name__)

PER_MAP = 50_000
"""How many addresses a sitemap holds at most."""

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_OF_TERMS = {"id": "documents.document", "clef": "documents.term", "rule": "documents.rule"}
_ASKED = ("/sparql?", "/search", "/suggest", "/reconcile", "/update", "/graphs", "/metrics")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Answer with every page, or where there are too many, with the maps of them."""
    edition = state().library.edition()
    count = sum(1 for _page in _pages(edition))
    if count <= PER_MAP:
        return _map(edition, 0)
    maps = (
        _root(url_for("crawlers.part", number=number + 1)) for number in range(-(-count // PER_MAP))
    )
    return _xml("sitemapindex", "sitemap", maps, edition)


@blueprint.get("/sitemap-<int:number>.xml")
def part(number: int) -> Response:
    """Answer with one of several maps."""
    return _map(state().library.edition(), number - 1)


def _map(edition: Edition, number: int) -> Response:
    pages = list(_pages(edition))[max(number, 0) * PER_MAP : (number + 1) * PER_MAP]
    if number < 0 or not pages:
        raise NotFoundError(f"there is no map {number + 1}", hint="see /sitemap.xml")
    return _xml("urlset", "url", map(_root, pages), edition)


def _root(path: str) -> str:
    """Return the whole address of a path that `url_for` gave."""
    return request.host_url.rstrip("/") + path.partition("?")[0]


def _xml(outer: str, inner: str, addresses: Iterator[str], edition: Edition) -> Response:
    day = edition.made.date().isoformat()
    rows = "".join(
        f"<{inner}><loc>{escape(address)}</loc><lastmod>{day}</lastmod></{inner}>\n"
        for address in addresses
    )
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{_NAMESPACE}">\n'
    response = Response(f"{head}{rows}</{outer}>\n", mimetype="application/xml")
    response.last_modified = edition.made
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


def _pages(edition: Edition) -> Iterator[str]:
    """Yield the paths of all pages: those that stand alone, then those of things and terms."""
    rules = {rule.rule: rule for rule in current_app.url_map.iter_rules()}
    for name, rule in sorted(rules.items()):
        page = f"{name}index" if name.endswith("/") else name
        stands_alone = not rule.arguments and not name.startswith(_ASKED)
        if stands_alone and (f"{page}.<suffix>" in rules or name == "/"):
            yield url_for(rule.endpoint)
    works = (links.name_of(one.work) for one in edition.compared)
    yield from filter(None, (links.page("/compare", work) for work in works if work))
    names = (question.name for question in state().questions)
    yield from filter(None, (links.page("/questions", name) for name in names))
    subjects = sorted({triple.subject for triple in edition.graph.triples})
    for term in subjects:
        for prefix, endpoint in _OF_TERMS.items():
            name_there = links.name_of(term, prefix)
            if name_there:
                yield url_for(endpoint, name=name_there)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Tell robots what not to ask: pages that are made for each question anew."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _ASKED)]
    if not state().config.workspace:
        lines += ["", f"Sitemap: {_root(url_for('crawlers.sitemap'))}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/llms.txt")
def llms() -> Response:
    """Tell a language model what this is, how it is asked, and what must not be mixed up."""
    here = state()
    if here.config.workspace:
        text = render_template("llms-workspace.txt", endpoint=_root(url_for("sparql.sparql")))
        return Response(text, mimetype="text/plain")
    edition = here.library.edition()
    index, dossier = edition.index, edition.dossier
    works = index.members(iri("clef:DramatisedWork"))
    text = render_template(
        "llms.txt",
        root=request.url_root.rstrip("/"),
        base=BASE,
        title=index.label(dossier) if dossier else here.dossier,
        description=index.text(dossier, [iri("dct:description")], "en") if dossier else "",
        licences=[t[1:-1] for t in index.objects(dossier, iri("dct:license"))] if dossier else [],
        works=[(index.label(work), _kind(edition, work), links.href(work)) for work in works],
        questions=here.questions,
    )
    return Response(text, mimetype="text/plain")


def _kind(edition: Edition, term: Term) -> str:
    return ", ".join(edition.index.label(kind) for kind in kinds_of(edition.index, term))
