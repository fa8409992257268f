"""Own what a document says of itself, in RDF and in `Link`; not what it says of its topic.

Its IRI begins with `BASE`, as the IRI of its topic does: the same bytes wherever it is served.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Response, request, url_for

from kg.formats import offered
from kg.model import Term, Triple
from kg.namespaces import BASE, PREFIXES, iri, local_name
from server.description import Place, format_iri
from server.library import Edition
from server.parameters import query_of
from server.statements import Statements, link

__all__ = ["DESCRIBED", "address_of", "announce", "colophon", "license_name", "license_of"]

DESCRIBED = {"id": "doc", "clef": "ns", "rule": "rule", "shape": "shape"}
"""The folder with the documents about the terms of a namespace, by its prefix."""

_LICENSE = iri("dct:license")


def address_of(term: Term) -> str:
    """Return the permanent address of the document about a term of ours.

    >>> address_of(iri("id:x")).removeprefix(BASE), address_of(iri("clef:Work")).removeprefix(BASE)
    ('doc/x', 'ns/Work')
    """
    prefix = next(p for p in DESCRIBED if term.startswith(f"<{PREFIXES[p]}"))
    return f"{BASE}{DESCRIBED[prefix]}/{local_name(term)}"


def license_of(edition: Edition, term: Term | None = None) -> Term | None:
    """Return under what a term is published: its ontology's licence, else the dossier's."""
    index = edition.index
    module = index.one(term, iri("rdfs:isDefinedBy")) if term else None
    found = index.one(module, _LICENSE) if module else None
    return found or (index.one(edition.dossier, _LICENSE) if edition.dossier else None)


def license_name(term: Term) -> str:
    """Return what a licence is called, where its IRI says so; else the IRI.

    >>> license_name("<https://creativecommons.org/licenses/by/4.0/>")
    'CC BY 4.0'
    """
    match = re.fullmatch(r"<https?://creativecommons\.org/licenses/([a-z-]+)/([\d.]+)/?>", term)
    return f"CC {match[1].upper()} {match[2]}" if match else term[1:-1]


def colophon(edition: Edition, address: str, topics: Iterable[Term]) -> list[Triple]:
    """Return what the document at an address says of itself: topic, licence, date, forms.

    A topic that is itself found at that address, as a rule is, has its document under a fragment.
    """
    out = Statements()
    about = list(topics)
    page = link(f"{address}#document" if f"<{address}>" in about else address)
    license_ = license_of(edition, about[0]) if about else None
    forms = {link(f"{address}{row.suffixes[0]}"): row for row in offered("graph")}
    out.say(
        page,
        rdf_type=iri("foaf:Document"),
        dct_modified=f'"{edition.made:%Y-%m-%dT%H:%M:%SZ}"^^{iri("xsd:dateTime")}',
        dct_license=[license_] if license_ else [],
        dct_hasFormat=list(forms),
        void_inDataset=edition.dossier or link(f"{Place(request.url_root, '').void}#dataset"),
    )
    if len(about) == 1:
        out.say(page, foaf_primaryTopic=about[0])
        out.say(about[0], foaf_isPrimaryTopicOf=page)
    else:
        out.say(page, foaf_topic=about)
    for form, row in forms.items():
        out.say(form, dct_format=format_iri(row))
    return out.triples


def announce(response: Response, edition: Edition, address: str, topic: Term | None) -> None:
    """Name in `Link` the document's permanent address, its licence, what describes it, its topic.

    https://www.rfc-editor.org/rfc/rfc6596 canonical, rfc4946 license, rfc6892 describes.
    """
    query = query_of(request)
    path = f"{request.script_root}{request.path}" + (f"?{query}" if query else "")
    here = response.headers.get("Content-Location") or path
    kind = response.mimetype
    links = [(here, f'rel="self"; type="{kind}"'), (address, 'rel="canonical"')]
    if kind == "text/html":
        links.append((f"{request.script_root}{_path(address)}.ttl", _DESCRIBEDBY))
    links.append((url_for("introduce.void").partition("?")[0], 'rel="describedby"'))
    license_ = license_of(edition, topic)
    if license_:
        links.append((license_[1:-1], 'rel="license"'))
    if topic:
        links.append((topic[1:-1], 'rel="describes"'))
    for target, words in links:
        response.headers.add("Link", f"<{target}>; {words}")


_DESCRIBEDBY = 'rel="describedby"; type="text/turtle"'


def _path(address: str) -> str:
    """Return the path here of an address under `BASE`."""
    return "/" + address.removeprefix(BASE)
