"""Own the answers that are kept, and the short way of a request to one; not how they are found.

An answer is kept under the digest of the data, the query, its dataset and the formats wanted; a
request, as it came, is kept as a name for one. Both are gone when the digest changes. The entity
tag is a hash of the same four, and of the code that writes the bytes:
https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import kg
import server
from kg.formats import Kind
from server.answer import Answer
from server.observe import ROUTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["CACHED", "Key", "ResultCache", "ShortWay", "has_it", "tag"]

CACHED = "clef.cached"
"""What a view puts into the WSGI environment: the key that its whole answer is kept under."""

_PATH = "/sparql"
_OVERHEAD = 1000
_NOT_ON_304 = {"content-length", "content-type"}


class Key(NamedTuple):
    """What an answer is the answer to."""

    identity: str
    query: str
    dataset: tuple[tuple[str, ...], tuple[str, ...]] | None
    formats: tuple[tuple[Kind, str | None], ...]


class _Request(NamedTuple):
    """A request as it came: host, query string and `Accept`."""

    host: str
    query_string: str
    accept: str


class _Named(NamedTuple):
    """What a request is answered with: the headers, and the key of the body."""

    key: Key
    tag: str
    headers: list[tuple[str, str]]
    headers_304: list[tuple[str, str]]


_Record: TypeAlias = tuple[int, Any]


def tag(key: Key) -> str:
    """Return the strong entity tag of the answer that a key stands for, in its quotes."""
    digest = hashlib.sha256(_code().encode())
    digest.update(repr(tuple(key)).encode())
    return f'"{digest.hexdigest()[:32]}"'


def has_it(if_none_match: str, etag: str) -> bool:
    """Tell whether a client says that it has what a tag stands for, or anything at all.

    >>> has_it('W/"a", "b"', '"b"'), has_it("*", '"b"'), has_it("", '"b"')
    (True, True, False)
    """
    return etag in if_none_match or if_none_match.strip() == "*"


class ResultCache:
    """Answers, the latest used ones, in a bounded number of bytes; safe to use from any thread."""

    def __init__(self, bound: int, identity: Callable[[], str]) -> None:
        self._bound = bound
        self._identity = identity
        self._of = identity()
        self._records: OrderedDict[object, _Record] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """How many bytes are held."""
        return self._size

    def answer(self, key: Key) -> Answer | None:
        """Return the answer that is kept under a key."""
        found: Answer | None = self._get(key)
        return found

    def keep(self, key: Key, answer: Answer) -> None:
        """Keep an answer, unless it is too large, does not last, or is of other data by now."""
        if answer.identity == key.identity and answer.spooled is None:
            self._put(key, len(answer.body) + 2 * len(key.query), answer)

    def named(self, request: _Request) -> tuple[_Named, Answer] | None:
        """Return what a request is answered with, if it came before and the answer is kept."""
        named: _Named | None = self._get(request)
        if named is None:
            return None
        answer = self.answer(named.key)
        return None if answer is None else (named, answer)

    def name(self, request: _Request, named: _Named) -> None:
        """Keep a request as a name for an answer."""
        self._put(request, 2 * len(request.query_string) + len(request.accept), named)

    def _get(self, key: object) -> Any:
        if self._identity() != self._of:
            self._forget()
        record = self._records.get(key)
        if record is None:
            return None
        with self._lock:
            if key in self._records:
                self._records.move_to_end(key)
        return record[1]

    def _put(self, key: object, size: int, value: object) -> None:
        size += _OVERHEAD
        if size > self._bound // 4:
            return
        if self._identity() != self._of:
            self._forget()
        with self._lock:
            old = self._records.pop(key, None)
            self._records[key] = (size, value)
            self._size += size - (old[0] if old else 0)
            while self._size > self._bound:
                self._size -= self._records.popitem(last=False)[1][0]

    def _forget(self) -> None:
        with self._lock:
            self._of = self._identity()
            self._records.clear()
            self._size = 0


class ShortWay:
    """A WSGI application before another: what it has answered, and is kept, it answers itself.

    Only GET and HEAD at the endpoint are. Flask takes longer to make a request and a response of
    its own than most answers take to be found.
    """

    def __init__(self, application: WSGIApplication, kept: ResultCache) -> None:
        self._application = application
        self._kept = kept

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if environ.get("PATH_INFO") != _PATH or method not in {"GET", "HEAD"}:
            return self._application(environ, start)
        request = _Request(
            environ.get("HTTP_HOST", ""),
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_ACCEPT", ""),
        )
        found = self._kept.named(request)
        if found is None:
            return self._application(environ, self._watching(environ, request, start))
        environ[ROUTE] = _PATH
        named, answer = found
        if has_it(environ.get("HTTP_IF_NONE_MATCH", ""), named.tag):
            start("304 NOT MODIFIED", named.headers_304.copy())
            return []
        start("200 OK", named.headers.copy())
        return [answer.body] if method == "GET" else []

    def _watching(
        self, environ: WSGIEnvironment, request: _Request, start: StartResponse
    ) -> StartResponse:
        """Return a `start_response` that keeps the headers of an answer which is kept."""

        def watch(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            key = environ.get(CACHED)
            etag = next((value for name, value in headers if name == "ETag"), "")
            if key is not None and etag and status.startswith("200"):
                fewer = [pair for pair in headers if pair[0].lower() not in _NOT_ON_304]
                self._kept.name(request, _Named(key, etag, headers.copy(), fewer))
            return start(status, headers, exc_info)

        return watch


@cache
def _code() -> str:
    """Return the digest of all that decides how an answer is written."""
    total = hashlib.sha256(version("pyoxigraph").encode())
    for package in (kg, server):
        root = Path(package.__file__ or "").parent
        for path in sorted((*root.rglob("*.py"), *root.rglob("*.html"))):
            total.update(path.read_bytes())
    return total.hexdigest()
