"""Own the answers that are kept, and their entity tags; not how they are found or sent.

An answer is kept under the digest of the data, the query, its dataset and the formats wanted; a
request, as it came, is kept as a name for one. Both are gone when the digest changes. The entity
tag is a hash of the same four, and of the code that writes the bytes:
https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import kg
import server
from kg.formats import Kind
from server.answer import Answer

__all__ = ["AsCame", "Key", "Named", "ResultCache", "has_it", "tag"]

_OVERHEAD = 1000
_WRITTEN_BY = ("*.py", "*.html", "*.po")


class Key(NamedTuple):
    """What an answer is the answer to."""

    identity: str
    query: str
    dataset: tuple[tuple[str, ...], tuple[str, ...]] | None
    formats: tuple[tuple[Kind, str | None], ...]


class AsCame(NamedTuple):
    """A request as it came: scheme and host, query string, and `Accept`."""

    origin: str
    query_string: str
    accept: str


class Named(NamedTuple):
    """What a request is answered with: the headers, and the key of the body."""

    key: Key
    tag: str
    headers: list[tuple[str, str]]
    headers_304: list[tuple[str, str]]


_Record: TypeAlias = tuple[int, Any]


def tag(key: Key, language: str = "") -> str:
    """Return the strong entity tag of the answer that a key stands for, in its quotes.

    A page is made from an answer in a `language`.
    """
    digest = hashlib.sha256(_code().encode())
    digest.update(repr((*key, language)).encode())
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
    def identity(self) -> str:
        """What is served at present; the answers to it are those that are kept."""
        return self._identity()

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

    def named(self, request: AsCame) -> tuple[Named, bytes] | None:
        """Return headers and body of what a request is answered with, if it is known and kept."""
        named: Named | None = self._get(request)
        if named is None or named.key.identity != self._of:
            return None  # it was named by one who had begun before the data changed
        answer = self.answer(named.key)
        return None if answer is None else (named, answer.body)

    def name(self, request: AsCame, named: Named) -> None:
        """Keep a request as a name for an answer."""
        self._put(request, 2 * len(request.query_string) + len(request.accept), named)

    def _get(self, key: object) -> Any:
        if self._identity() != self._of:
            self._forget()
        try:
            record = self._records[key]
            self._records.move_to_end(key)  # one step of the interpreter: no lock is needed
        except KeyError:  # not kept, or another thread has just dropped it
            return None
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


@cache
def _code() -> str:
    """Return the digest of all that decides how an answer is written."""
    total = hashlib.sha256(version("pyoxigraph").encode())
    for package in (kg, server):
        root = Path(package.__file__ or "").parent
        for path in sorted(p for suffix in _WRITTEN_BY for p in root.rglob(suffix)):
            total.update(path.read_bytes())
    return total.hexdigest()
