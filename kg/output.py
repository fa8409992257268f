"""Own what an answer is written to, and the bounds of its size; not the writing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from kg.errors import QueryLimitError

__all__ = ["NO_LIMITS", "Limits", "Output"]

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

    def expect(self, engine: _Engine) -> None:
        """Count the rows of a format from here on, where it has rows."""
        self._mark, more = _MARKS.get(engine, (b"", 0))
        self._marks = -more

    def write(self, chunk: bytes) -> int:
        """Take a chunk; raise `QueryLimitError` past a limit."""
        size, rows = self._limits
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
        return len(chunk)

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
