"""Own the short way of a query to its answer, before Flask; not what an answer is.

Flask takes longer to make a request and a response of its own than most answers take to be found.
So what it has answered once, and is kept, is answered here; and a plain query, once Flask has shown
with which headers such an answer goes out, is run from here. All else is left to Flask, with what
is known already: an answer that needs more, or the error that the query met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import unquote_to_bytes

from werkzeug.exceptions import HTTPException

from kg.errors import ClefError
from kg.formats import Kind
from server.answer import Answer
from server.cache import AsCame, Key, Named, ResultCache, has_it, tag
from server.observe import ROUTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["FOUND", "SENT", "Found", "Run", "ShortWay"]

FOUND = "clef.found"
"""Where the environment holds what was found before Flask: `Found`, or the error to raise."""

SENT = "clef.sent"
"""Where a view leaves the key and the answer that its response is, whole and unchanged."""

_PATH = "/sparql"
_SHAPES_MOST = 512
_OF_THE_BODY = {"content-length", "content-type"}

_Headers: TypeAlias = list[tuple[str, str]]
Run: TypeAlias = Callable[[Key, str], Answer]
"""Runs what a key asks, for the client at an address."""


class Found(NamedTuple):
    """An answer that Flask is to send."""

    key: Key
    answer: Answer


class _Shape(NamedTuple):
    """How answers go out to those who ask as someone did: the formats, the headers of each kind."""

    formats: tuple[tuple[Kind, str | None], ...]
    headers: dict[Kind, _Headers]


class ShortWay:
    """A WSGI application before another, for GET and HEAD of answers at the endpoint."""

    def __init__(
        self, application: WSGIApplication, kept: ResultCache, run: Run, longest: int
    ) -> None:
        self._application = application
        self._kept = kept
        self._run = run
        self._longest = longest
        self._shapes: dict[tuple[str, str], _Shape] = {}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if environ.get("PATH_INFO") != _PATH or method not in {"GET", "HEAD"}:
            return self._application(environ, start)
        request = AsCame(
            f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}",
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_ACCEPT", ""),
        )
        found = self._kept.named(request) or self._newly(environ, request)
        if found is None:
            return self._application(environ, self._watching(environ, request, start))
        environ[ROUTE] = _PATH
        named, body = found
        if has_it(environ.get("HTTP_IF_NONE_MATCH", ""), named.tag):
            start("304 NOT MODIFIED", named.headers_304.copy())
            return []
        start("200 OK", named.headers.copy())
        return [body] if method == "GET" else []

    def _newly(self, environ: WSGIEnvironment, request: AsCame) -> tuple[Named, bytes] | None:
        """Answer a plain query from here; `None` where Flask has to."""
        shape = self._shapes.get((request.origin, request.accept))
        query = _plain(request.query_string, self._longest) if shape else None
        if shape is None or query is None:
            return None
        key = Key(self._kept.identity, query, None, shape.formats)
        etag = tag(key)
        if etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            some = next(iter(shape.headers.values()))
            return Named(key, etag, [], [*_without_body(some), ("ETag", etag)]), b""
        answer = self._kept.answer(key)
        if answer is None:
            try:
                answer = self._run(key, environ.get("REMOTE_ADDR", ""))
            except (ClefError, HTTPException) as error:
                environ[FOUND] = error
                return None
            self._kept.keep(key, answer)
        headers = shape.headers.get(answer.kind)
        if headers is None or answer.spooled or answer.identity != key.identity:
            environ[FOUND] = Found(key, answer)
            return None
        more = [("ETag", etag), ("Content-Length", str(len(answer.body)))]
        named = Named(key, etag, headers + more, [*_without_body(headers), more[0]])
        self._kept.name(request, named)
        return named, answer.body

    def _watching(
        self, environ: WSGIEnvironment, request: AsCame, start: StartResponse
    ) -> StartResponse:
        """Return a `start_response` that learns from an answer which Flask sends."""

        def watch(status: str, headers: _Headers, exc_info: Any = None) -> Any:
            sent: Found | None = environ.get(SENT)
            etag = next((value for name, value in headers if name == "ETag"), "")
            if sent and etag and status.startswith("200"):
                self._learn(request, sent, etag, headers)
            return start(status, headers, exc_info)

        return watch

    def _learn(self, request: AsCame, sent: Found, etag: str, headers: _Headers) -> None:
        fewer = _without_body(headers)
        self._kept.name(request, Named(sent.key, etag, headers.copy(), fewer))
        if _plain(request.query_string, self._longest) is None:
            return
        if len(self._shapes) >= _SHAPES_MOST:
            self._shapes.clear()
        of = (request.origin, request.accept)
        shape = self._shapes.setdefault(of, _Shape(sent.key.formats, {}))
        shape.headers[sent.answer.kind] = [
            pair for pair in headers if pair[0].lower() not in {"etag", "content-length"}
        ]


def _without_body(headers: _Headers) -> _Headers:
    return [pair for pair in headers if pair[0].lower() not in _OF_THE_BODY]


def _plain(query_string: str, longest: int) -> str | None:
    """Return the query of a query string that holds nothing else, if nothing is wrong with it.

    >>> _plain("query=ASK+%7B%7D", 100), _plain("query=ASK{}&format=xml", 100), _plain("q=", 100)
    ('ASK {}', None, None)
    """
    name, _, value = query_string.partition("=")
    if name != "query" or "&" in value:
        return None
    try:
        query = unquote_to_bytes(value.replace("+", " ")).decode()
    except UnicodeError:
        return None
    return query if query.strip() and len(query.encode()) <= longest else None
