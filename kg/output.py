"""Own what an answer is written to, and the bounds of its size; not the writing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from kg.errors import FormatError, QueryLimitError

__all__ = ["NO_LIMITS", "Limits", "Output", "fit_for_xml"]

PIECE_BYTES = 256 * 1024
"""How much of an answer is collected before it is passed on."""

_Engine: TypeAlias = ox.QueryResultsFormat | ox.RdfFormat

# What ends a row as the engine writes it, and how many more of them there are than rows. A literal
# that holds the mark counts as a row more; to tell the two apart would take longer than to write.
_MARKS: dict[_Engine, tuple[bytes, int]] = {
    ox.QueryResultsFormat.JSON: (b"},{", -1),
    ox.QueryResultsFormat.XML: (b"</result>", 0),
    ox.QueryResultsFormat.CSV: (b"\n", 1),
    ox.QueryResultsFormat.TSV: (b"\n", 1),
}

_XML = frozenset({ox.RdfFormat.RDF_XML, ox.QueryResultsFormat.XML})
_NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_NO_NAME = b"<oxprefix: "  # what the engine writes for a property that has no name in XML


def fit_for_xml(piece: bytes, before: bytes = b"") -> bytes:
    """Return a piece of XML as a parser gives it back: a carriage return by its number.

    `before` is the end of the piece before. Raise `FormatError` where no XML can say it.
    """
    if _NO_NAME in before + piece:
        raise FormatError(
            "RDF/XML cannot hold this graph: the IRI of a property or class ends in no XML name",
            hint="ask for Turtle, N-Triples or JSON-LD",
        )
    if _NOT_IN_XML.search(before + piece):
        raise FormatError(
            "XML cannot hold this: a literal has a control character or a noncharacter",
            hint="ask for JSON, or a graph as Turtle",
        )
    return piece.replace(b"\r", b"&#xD;")


class Limits(NamedTuple):
    """How large an answer may be, in bytes and in rows, that is solutions or triples."""

    size: int | None = None
    rows: int | None = None


NO_LIMITS = Limits()


class Output:
    """What an answer is written to: `data` grows, up to the limits.

    With `pass_on`, what has been collected is handed on piece by piece, and `data` is the rest.
    """

    def __init__(
        self, limits: Limits = NO_LIMITS, pass_on: Callable[[bytes], None] | None = None
    ) -> None:
        self.data = bytearray()
        self._limits = limits
        self._pass_on = pass_on
        self._written = 0
        self._mark, self._marks = b"", 0
        self._end = b""
        self._is_xml, self._before = False, b""

    def expect(self, engine: _Engine) -> None:
        """Watch over a format from here on: the rows, where it has rows, and what XML holds."""
        self._is_xml = engine in _XML
        self._mark, more = _MARKS.get(engine, (b"", 0))
        self._marks = -more

    def write(self, chunk: bytes) -> int:
        """Take a chunk; raise `QueryLimitError` past a limit."""
        size, rows = self._limits
        given = len(chunk)
        if self._is_xml:
            before, self._before = self._before, chunk[1 - len(_NO_NAME) :]
            chunk = fit_for_xml(chunk, before)
        self._written += len(chunk)
        if size is not None and self._written > size:
            raise QueryLimitError(
                f"the answer is larger than {size:,} bytes",
                hint="ask for less: add a LIMIT, or name fewer variables",
            )
        if rows is not None and self._mark:
            self._marks += (self._end + chunk).count(self._mark)
            self._end = (self._end + chunk)[1 - len(self._mark) :] if self._mark[1:] else b""
            if self._marks > rows:
                raise _too_many(rows)
        self.data += chunk
        if self._pass_on and len(self.data) >= PIECE_BYTES:
            self._pass_on(bytes(self.data))
            self.data.clear()
        return given

    def flush(self) -> None:
        """Do nothing: all is in memory, or handed on."""

    def at_most(self, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
        """Yield the rows of a graph; raise `QueryLimitError` past the limit."""
        rest = iter(triples)
        yield from islice(rest, self._limits.rows)
        if next(rest, None) is not None:
            raise _too_many(self._limits.rows or 0)


def _too_many(rows: int) -> QueryLimitError:
    return QueryLimitError(
        f"the answer has more than {rows:,} rows",
        hint="ask for less: add a LIMIT, or count the rows instead",
    )
