"""Own the SPARQL Protocol at /sparql: what is asked, and the answer as HTTP; not the answering.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from kg.errors import FormatError, InputError
from kg.formats import Kind, for_name, offered
from server.cache import CACHED, has_it, key_of, tag
from server.description import describe
from server.negotiate import HTML, negotiate, offers_for, wanted
from server.pages import query_page, result_page
from server.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("sparql", __name__)

_BEHIND_HTML: dict[Kind, str] = {"results": "json", "boolean": "json", "graph": "turtle"}
"""What the page for a browser is made from."""

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"


class _Asked(NamedTuple):
    query: str
    dataset: tuple[list[str], list[str]] | None
    format_name: str | None


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer a query; with no query string, say what this endpoint is."""
    if request.method != "POST" and not request.query_string:
        return _introduce()
    here = state()
    asked = _asked(here.config.max_query_bytes)
    names = wanted(request.headers.get("Accept", ""), asked.format_name)
    formats = {
        kind: _BEHIND_HTML[kind] if name == HTML.name else name for kind, name in names.items()
    }
    key = key_of(here.pool.identity, asked.query, asked.dataset, formats)
    etag = tag(key._replace(formats=tuple(names.items())))
    if request.method != "POST" and etag in request.headers.get("If-None-Match", ""):
        return _lasting(_varying(Response(status=304)), etag)
    answer = here.cache.answer(key)
    if answer is None:
        header = {"formats": formats, "dataset": asked.dataset, "max_bytes": here.config.max_bytes}
        answer = here.pool.run(header, asked.query)
        here.cache.keep(key, answer)
    name = names[answer.kind]
    if name is None or name == HTML.name:
        response = _varying(Response(result_page(asked.query, answer), mimetype="text/html"))
    else:
        content_type = for_name(name, answer.kind).content_type
        response = _varying(Response(answer.body, content_type=content_type))
        request.environ[CACHED] = key
    if not answer.lasting or answer.digest != key.digest:
        response.cache_control.no_store = True
        return response
    if request.method != "POST" and has_it(request.headers.get("If-None-Match", ""), etag):
        response = _varying(Response(status=304))
    return _lasting(response, etag)


def _introduce() -> Response:
    name = negotiate(request.headers.get("Accept", ""), offers_for("graph"))
    if name is None:
        names = ", ".join(row.media_type for row in offered("graph"))
        raise FormatError(
            "this endpoint is not described in a media type that is acceptable to you",
            hint=f"offered: {names}, text/html",
        )
    if name == HTML.name:
        return _varying(Response(query_page(), mimetype="text/html"))
    row = for_name(name, "graph")
    return _varying(Response(describe(request.base_url, row), content_type=row.content_type))


def _asked(limit: int) -> _Asked:
    """Read the request in whichever of the three forms it comes."""
    in_url = _parameters(request.query_string)
    if request.method != "POST":
        return _only_query(in_url, in_url, limit)
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(f"the charset is {charset}; send UTF-8")
    if request.mimetype == _FORM:
        in_body = _parameters(request.get_data())
        return _only_query(in_url + in_body, in_body, limit)
    if request.mimetype == _QUERY:
        query = ("query", _text(request.get_data()))
        return _only_query([*in_url, query], in_url, limit)
    raise UnsupportedMediaType(
        f"a query is posted as {_FORM} or {_QUERY}, not as {request.mimetype or 'nothing named'}"
    )


def _only_query(every: list[tuple[str, str]], chosen: list[tuple[str, str]], limit: int) -> _Asked:
    """Take the one query among `every` parameter; its graphs and format are among `chosen`."""
    queries = [value for name, value in every if name == "query" and value.strip()]
    if any(name == "update" for name, _ in every):
        raise InputError("this endpoint takes no updates", hint="send one parameter named query")
    if len(queries) != 1 or sum(name == "query" for name, _ in every) != 1:
        count = sum(name == "query" for name, _ in every)
        raise InputError(
            "the query is empty" if count == 1 else f"{count} queries were sent, not one",
            hint="send exactly one parameter named query",
        )
    if len(queries[0].encode()) > limit:
        raise RequestEntityTooLarge(f"the query is longer than {limit:,} bytes")
    default = [value for name, value in chosen if name == "default-graph-uri"]
    named = [value for name, value in chosen if name == "named-graph-uri"]
    formats = [value for name, value in chosen if name == "format"]
    return _Asked(
        queries[0], (default, named) if default or named else None, formats[0] if formats else None
    )


def _parameters(text: bytes) -> list[tuple[str, str]]:
    """Read `name=value&…`, each decoded once.

    Flask's own reading would put U+FFFD for what is not UTF-8, and so answer another question.
    """
    pairs = (pair.replace(b"+", b" ").partition(b"=") for pair in text.split(b"&") if pair)
    return [
        (_text(unquote_to_bytes(name)), _text(unquote_to_bytes(value))) for name, _, value in pairs
    ]


def _text(encoded: bytes) -> str:
    try:
        return encoded.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"the request is not UTF-8: {error.reason} at byte {error.start + 1}",
            hint="encode the query as UTF-8, then percent-encode it",
        ) from None


def _lasting(response: Response, etag: str) -> Response:
    """Say that the answer is the same as long as its tag is, and that this is to be asked."""
    response.headers["ETag"] = etag
    response.cache_control.no_cache = True
    return response


def _varying(response: Response) -> Response:
    response.vary.add("Accept")
    return response
