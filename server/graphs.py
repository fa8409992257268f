"""Own the Graph Store Protocol at /graphs: graphs read and written whole; not the writing.

A graph is named by `?graph=IRI` or `?default` or, under /graphs/, by the address itself.
https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import NamedTuple
from urllib.parse import quote
from uuid import uuid4

import pyoxigraph as ox
from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.http import parse_options_header

from kg.errors import FormatError, InputError
from kg.formats import Format, for_name, for_suffix, offered
from kg.namespaces import BASE
from server.frames import Header
from server.negotiate import negotiate, offers_for
from server.parameters import Longest, in_url, values
from server.sparql import stream
from server.state import State, state
from server.writer import admitted, etag

__all__ = ["blueprint"]

blueprint = Blueprint("graphs", __name__)

_XML = (b"<?xml", b"<rdf:RDF", b"<!DOCTYPE")
_UNNAMED = ""


class _Part(NamedTuple):
    """A document of a request, and the name of its format."""

    content: bytes
    format_name: str


@blueprint.get("/graphs")
@blueprint.get("/graphs/<path:name>")
def read(name: str = "") -> Response:
    """Answer with a graph."""
    here, graph = state(), _graph(name)
    if graph is None:
        raise _nameless()
    chosen = negotiate(request.headers.get("Accept", ""), offers_for("graph")[:-1])
    if chosen is None:
        names = ", ".join(row.media_type for row in offered("graph"))
        raise FormatError(
            "a graph is not offered in a media type that is acceptable to you",
            hint=f"offered: {names}",
        )
    row = for_name(chosen, "graph")
    header = {
        "do": "graph",
        "graph": graph,
        "format": row.name,
        "all": here.config.workspace is None,
        "max_bytes": here.config.max_bytes,
    }
    address = request.remote_addr or ""
    with here.admission.admit(address):
        answer = here.pool.call(header, b"")
    response = stream(here, answer, row.content_type, address)
    response.set_etag(etag(answer.digest, row.name))
    response.vary.add("Accept")
    response.make_conditional(request)
    return response


@blueprint.put("/graphs")
@blueprint.put("/graphs/<path:name>")
def put(name: str = "") -> Response:
    """Put documents in the place of a graph."""
    return _write("put", name)


@blueprint.post("/graphs")
@blueprint.post("/graphs/<path:name>")
def post(name: str = "") -> Response:
    """Merge documents into a graph; without a name, into a new one."""
    return _write("post", name)


@blueprint.delete("/graphs")
@blueprint.delete("/graphs/<path:name>")
def delete(name: str = "") -> Response:
    """Remove a graph."""
    writer, graph = admitted(state().writer), _graph(name)
    if graph is None:
        raise _nameless()
    writer.write({"action": "delete", "graph": graph}, b"", must_exist=True)
    return _empty(204)


def _write(action: str, name: str) -> Response:
    here = state()
    writer, graph = admitted(here.writer), _graph(name)
    if graph is None:
        if action == "put":
            raise _nameless()
        graph = f"{request.base_url}/{uuid4()}"
    most = here.config.max_write_bytes
    Longest("a document", most, "CLEF_MAX_WRITE", "send it in parts, by POST").bound(request, most)
    parts = list(_parts())
    header: Header = {
        "action": action,
        "graph": graph,
        "documents": [(p.format_name, _base(here, graph), len(p.content)) for p in parts],
    }
    outcome = writer.write(header, b"".join(part.content for part in parts))
    if outcome.existed:
        return _empty(204)
    response = _empty(201)
    own = graph.startswith(request.host_url)
    response.location = graph if own else f"{request.host_url}graphs?graph={quote(graph, safe='')}"
    return response


def _empty(status: int) -> Response:
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response


def _base(here: State, graph: str) -> str:
    """Return what relative IRIs are read by; the files of a dossier are written for its base."""
    if here.config.workspace is None:
        return BASE
    return graph or request.base_url


def _graph(name: str) -> str | None:
    """Return the IRI of the graph that a request names, "" for the default one, if it names any."""
    pairs = in_url(request)
    named, default = values(pairs, "graph"), values(pairs, "default")
    if len(named) + len(default) + bool(name) > 1:
        raise InputError(
            "several graphs are named", hint="give one of ?default, ?graph=IRI and /graphs/NAME"
        )
    if default:
        return _UNNAMED
    if not named:
        return request.base_url if name else None
    try:
        return ox.NamedNode(named[0]).value
    except ValueError as error:
        raise InputError(
            f"a graph is named by an absolute IRI: {error}",
            hint="percent-encode the whole IRI, as in ?graph=http%3A%2F%2Fexample.org%2Fg",
        ) from None


def _nameless() -> InputError:
    return InputError("no graph is named", hint="give ?default or ?graph=IRI")


def _parts() -> Iterator[_Part]:
    if request.mimetype != "multipart/form-data":
        content = request.get_data()
        if content.strip():
            yield _Part(content, _format(request.content_type or "", "", content).name)
        return
    for file in request.files.values():
        content = file.read()
        yield _Part(content, _format(file.content_type or "", file.filename or "", content).name)
    for text in request.form.values():
        yield _Part(text.encode(), _format("", "", text.encode()).name)


def _format(content_type: str, filename: str, content: bytes) -> Format:
    """Return the format of a document: as it is said, else by its file's name, else by its look."""
    media_type, parameters = parse_options_header(content_type)
    charset = parameters.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(f"the charset is {charset}; send UTF-8")
    rows = offered("graph")
    if media_type and not (filename and media_type == "application/octet-stream"):
        for row in rows:
            if media_type.lower() in row.media_types:
                return row
        names = ", ".join(row.media_type for row in rows)
        raise UnsupportedMediaType(f"{media_type} is not read here; send one of {names}")
    if PurePath(filename).suffix:
        try:
            return for_suffix(PurePath(filename).suffix, "graph")
        except FormatError as error:
            raise UnsupportedMediaType(f"{filename}: {error}") from None
    start = content.lstrip()
    if start.startswith(_XML):
        return for_name("rdfxml")
    return for_name("jsonld") if start.startswith((b"{", b"[{")) else for_name("turtle")
