"""Own the running of one SPARQL query over a store; not who may ask, nor for how long."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, islice
from typing import IO, NamedTuple, cast

import pyoxigraph as ox

from kg.errors import (
    FormatError,
    InputError,
    QueryError,
    QueryLimitError,
    QueryRefusedError,
    QuerySyntaxError,
)
from kg.formats import Kind, for_name
from kg.namespaces import BASE, PREFIXES
from kg.sparql import Query, QueryForm, read

__all__ = [
    "KINDS",
    "NO_LIMITS",
    "Dataset",
    "Limits",
    "Query",
    "QueryForm",
    "check",
    "execute",
    "read",
    "vet",
]

KINDS: dict[QueryForm, Kind] = {
    "select": "results",
    "ask": "boolean",
    "construct": "graph",
    "describe": "graph",
}
"""What the answer to each form of query is."""

SORTED_UP_TO = 10_000
"""Graphs of up to so many triples are sorted and carry only the prefixes that they use."""

# Wider than any keyword: the engine compares a keyword by taking as many characters as it has, and
# counts those as read when it tells where it failed. So the failure stays within one token's slot.
_SLOT = 24


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a request chooses by IRI, in place of FROM and FROM NAMED."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class Limits(NamedTuple):
    """How large an answer may be, in bytes and in rows, that is solutions or triples."""

    size: int | None = None
    rows: int | None = None


NO_LIMITS = Limits()


def vet(text: str) -> QueryForm:
    """Return the form of a query that may be run.

    Raise `QueryRefusedError` for SERVICE and for updates, `QuerySyntaxError` for what is no query.

    >>> vet("PREFIX ex: <http://example.org/> ASK { ?s ex:SERVICE 'SERVICE' } # SERVICE")
    'ask'
    """
    return read(text).form


def execute(
    store: ox.Store,
    query: str | Query,
    *,
    format_name: str,
    dataset: Dataset | None = None,
    limits: Limits = NO_LIMITS,
) -> bytes:
    """Return the answer to a query, or to one already read, in the named format.

    The prefixes and the base of `kg.namespaces` are known. Where neither the query nor `dataset`
    chooses graphs, the default graph is the union of all. An IRI names a graph of the store and
    is never looked up. The same store gives the same bytes where the query is `lasting`. Raise
    `QueryLimitError` past a limit.
    """
    if isinstance(query, str):
        query = read(query)
    engine = for_name(format_name, KINDS[query.form]).engine
    out = _Bounded(limits, engine)
    chosen = _nodes(dataset) if dataset else (None, None)
    try:
        result = store.query(
            query.respelled()[0],
            base_iri=BASE,
            prefixes=PREFIXES,
            use_default_graph_as_union=dataset is None and not query.has_dataset,
            default_graph=chosen[0],
            named_graphs=chosen[1],
        )
        if isinstance(result, ox.QueryTriples):
            triples = result if limits.rows is None else _at_most(limits.rows, result)
            _write_graph(triples, cast("ox.RdfFormat", engine), out)
        else:
            result.serialize(cast("IO[bytes]", out), cast("ox.QueryResultsFormat", engine))
    except SyntaxError as error:
        raise _explain(store, query, str(error)) from None
    except RuntimeError as error:
        raise QueryError(str(error)) from None
    except OSError as error:  # only a query that leaves the store can meet one
        raise QueryRefusedError(f"the query reached out of the store: {error}") from None
    except MemoryError:
        raise QueryLimitError("the query needs more memory than it may have") from None
    return bytes(out.data)


def check(query: Query) -> None:
    """Raise `QuerySyntaxError` where a query is not SPARQL; it is run over no data."""
    execute(ox.Store(), query, format_name="json" if KINDS[query.form] != "graph" else "ntriples")


class _Rows(NamedTuple):
    """How the rows of a format are counted as the engine writes it."""

    mark: bytes
    before: int
    """What to add to the number of marks."""
    holds: re.Pattern[bytes] | None
    """What may hold a mark that is none."""


_ROWS: dict[ox.QueryResultsFormat | ox.RdfFormat, _Rows] = {
    ox.QueryResultsFormat.JSON: _Rows(b"},{", 1, re.compile(rb'"(?:[^"\\]|\\.)*+"?')),
    ox.QueryResultsFormat.XML: _Rows(b"</result>", 0, None),
    ox.QueryResultsFormat.CSV: _Rows(b"\n", -1, re.compile(rb'"[^"]*+"?')),
    ox.QueryResultsFormat.TSV: _Rows(b"\n", -1, None),
}


class _Bounded:
    """A writer for the engine that refuses to grow past its bounds, in bytes and in rows."""

    def __init__(self, limits: Limits, engine: ox.QueryResultsFormat | ox.RdfFormat) -> None:
        self.data = bytearray()
        self._bound, self._rows = limits
        self._counting = _ROWS.get(engine)
        self._marks = 0

    def write(self, chunk: bytes) -> int:
        if self._rows is not None and self._counting is not None:
            self._count(chunk, self._rows, self._counting)
        if self._bound is not None and len(self.data) + len(chunk) > self._bound:
            raise QueryLimitError(
                f"the answer is larger than {self._bound:,} bytes",
                hint="ask for less: add a LIMIT, or name fewer variables",
            )
        self.data += chunk
        return len(chunk)

    def _count(self, chunk: bytes, most: int, rows: _Rows) -> None:
        """Count at the speed of a search, and anew with care where that finds too many."""
        overlap = bytes(self.data[1 - len(rows.mark) :]) if len(rows.mark) > 1 else b""
        self._marks += (overlap + chunk).count(rows.mark)
        if self._marks + rows.before > most and rows.holds:
            self._marks = rows.holds.sub(b'""', bytes(self.data) + chunk).count(rows.mark)
        if self._marks + rows.before > most:
            raise _too_many_rows(most)

    def flush(self) -> None:
        """Do nothing: all is in memory."""


def _at_most(most: int, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    rest = iter(triples)
    yield from islice(rest, most)
    if next(rest, None) is not None:
        raise _too_many_rows(most)


def _too_many_rows(most: int) -> QueryLimitError:
    return QueryLimitError(
        f"the answer has more than {most:,} rows",
        hint="ask for less: add a LIMIT, or count the rows instead",
    )


def _write_graph(triples: Iterable[ox.Triple], engine: ox.RdfFormat, out: _Bounded) -> None:
    rest = iter(triples)
    head = list(islice(rest, SORTED_UP_TO + 1))
    if len(head) > SORTED_UP_TO:
        ox.serialize(chain(head, rest), cast("IO[bytes]", out), engine, prefixes=PREFIXES)
        return
    ordered = sorted((str(triple), triple) for triple in set(head))
    spelled = " ".join(text for text, _ in ordered)
    used = {prefix: space for prefix, space in PREFIXES.items() if f"<{space}" in spelled}
    buffer = BytesIO()
    ox.serialize((triple for _, triple in ordered), buffer, engine, prefixes=used)
    if engine == ox.RdfFormat.RDF_XML and b"<oxprefix: " in buffer.getvalue():
        raise FormatError(
            "RDF/XML cannot hold this graph: the IRI of a property or class ends in no XML name",
            hint="ask for Turtle, N-Triples or JSON-LD",
        )
    out.write(_without_idle_prefixes(buffer.getvalue()))


def _without_idle_prefixes(text: bytes) -> bytes:
    """Drop the prefixes at the head of Turtle or TriG that only a shortened literal would use."""
    head = re.match(rb"(?:@prefix [^\n]*\n)*", text)
    end = head.end() if head else 0
    body = text[end:]
    lines = text[:end].splitlines(keepends=True)
    return b"".join(line for line in lines if line.split()[1] in body) + body


def _nodes(
    dataset: Dataset,
) -> tuple[list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph], list[ox.NamedNode | ox.BlankNode]]:
    try:
        return [ox.NamedNode(iri) for iri in dataset.default], [
            ox.NamedNode(iri) for iri in dataset.named
        ]
    except ValueError as error:
        raise InputError(f"a graph is chosen by its absolute IRI: {error}") from None


def _explain(store: ox.Store, query: Query, told: str) -> QuerySyntaxError:
    """Return the error at the token where reading stopped, which the engine tells roughly."""
    unknown = _unknown_prefix(query)
    if unknown is not None:
        return unknown
    text, starts = query.respelled(_SLOT)
    text += " " * _SLOT
    try:
        store.query(text, base_iri=BASE, prefixes=PREFIXES)
    except SyntaxError as error:
        told = str(error)
    place, _, expected = told.partition(": expected ")
    column = re.search(r"1:(\d+)$", place)
    at = int(column[1]) - 1 if column else 0
    reason = re.search(r"(?:^|, |one of )((?:[A-Z][A-Za-z]*) [a-zA-Z ]{8,})", expected)
    if at >= len(text):
        message = reason[1] if reason else "the query ends too early"
        return query.source.fault(message, len(query.source.text.rstrip()))
    index = max(bisect_right(starts, at) - 1, 0)
    token = query.tokens[index]
    marks = re.findall(r'"([^"\\ ]+)"', expected) if at == starts[index] else []
    hint = f"expected one of {'  '.join(marks)}" if marks else ""
    message = reason[1] if reason else f"unexpected {token.text[:60]!r}"
    return query.source.fault(message, token.start, hint)


def _unknown_prefix(query: Query) -> QuerySyntaxError | None:
    declared = set(PREFIXES)
    previous = ""
    for token in query.tokens:
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if previous == "PREFIX":
                declared.add(prefix)
            elif prefix not in declared:
                hint = f"declare it with PREFIX, or use one that is known: {', '.join(PREFIXES)}"
                return query.source.fault(f"unknown prefix {prefix + ':'!r}", token.start, hint)
        previous = token.text.upper()
    return None
