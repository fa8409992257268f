"""Own the running of one SPARQL query over a store; not who may ask, nor for how long."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, islice
from typing import IO, cast

import pyoxigraph as ox

from kg.errors import (
    InputError,
    QueryError,
    QueryLimitError,
    QueryRefusedError,
    QuerySyntaxError,
)
from kg.formats import Kind, for_name
from kg.namespaces import BASE, PREFIXES
from kg.output import NO_LIMITS, Limits, Output
from kg.sparql import Query, QueryForm, read
from kg.tokens import Source, Token, respelled

__all__ = [
    "KINDS",
    "NO_LIMITS",
    "Dataset",
    "Limits",
    "Output",
    "Query",
    "QueryForm",
    "answer",
    "check",
    "execute",
    "explained",
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
_REASON = re.compile(r"(?:^|, |one of )((?:[A-Z][A-Za-z]*) [a-zA-Z ]{8,})")


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a request chooses by IRI, in place of FROM and FROM NAMED.

    Where none is chosen, `union` tells whether the default graph is a union or the unnamed graph,
    and `whole` of which graphs, if not of all: the engine counts a triple once for each.
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    union: bool = True
    whole: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.default or self.named)


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
    chooses graphs, the default graph is the union of all, unless `dataset` says it is the unnamed
    one. An IRI names a graph of the store and is never looked up. The same store gives the same
    bytes where the query is `lasting`. Raise `QueryLimitError` past a limit.
    """
    if isinstance(query, str):
        query = read(query)
    out = Output(limits)
    answer(store, query, out, format_name=format_name, dataset=dataset)
    return bytes(out.data)


def answer(
    store: ox.Store, query: Query, out: Output, *, format_name: str, dataset: Dataset | None
) -> None:
    """Write the answer to a query as `execute` returns it; void where an error is raised."""
    engine = for_name(format_name, KINDS[query.form]).engine
    dataset = Dataset() if dataset is None else dataset
    chosen = _chosen(query, dataset)
    try:
        result = store.query(
            query.respelled()[0],
            base_iri=BASE,
            prefixes=query.prefixes,
            use_default_graph_as_union=dataset.union
            and not query.has_dataset
            and chosen[0] is None,
            default_graph=chosen[0],
            named_graphs=chosen[1],
        )
        out.expect(engine)
        if isinstance(result, ox.QueryTriples):
            _write_graph(out.at_most(result), cast("ox.RdfFormat", engine), out)
        else:
            result.serialize(cast("IO[bytes]", out), cast("ox.QueryResultsFormat", engine))
    except SyntaxError as error:
        raise explained(store.query, query.source, query.tokens, str(error)) from None
    except RuntimeError as error:
        raise QueryError(str(error)) from None
    except OSError as error:  # only a query that leaves the store can meet one
        raise QueryRefusedError(f"the query reached out of the store: {error}") from None
    except MemoryError:
        raise QueryLimitError("the query needs more memory than it may have") from None


def check(query: Query) -> None:
    """Raise `QuerySyntaxError` where a query is not SPARQL; it is run over no data."""
    execute(ox.Store(), query, format_name="json" if KINDS[query.form] != "graph" else "ntriples")


def _write_graph(triples: Iterable[ox.Triple], engine: ox.RdfFormat, out: Output) -> None:
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
    out.write(_without_idle_prefixes(buffer.getvalue()))


def _without_idle_prefixes(text: bytes) -> bytes:
    """Drop the prefixes at the head of Turtle or TriG that only a shortened literal would use."""
    head = re.match(rb"(?:@prefix [^\n]*\n)*", text)
    end = head.end() if head else 0
    body = text[end:]
    lines = text[:end].splitlines(keepends=True)
    return b"".join(line for line in lines if line.split()[1] in body) + body


def _chosen(
    query: Query, dataset: Dataset
) -> tuple[
    list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None,
    list[ox.NamedNode | ox.BlankNode] | None,
]:
    """Return the graphs that the engine takes for the default one, and those it takes as named."""
    if not dataset and (query.has_dataset or not dataset.union or not dataset.whole):
        return None, None
    try:  # each once: the engine would count the triples of a graph as often as it is named
        default = [
            ox.NamedNode(iri)
            for iri in dict.fromkeys(dataset.default if dataset else dataset.whole)
        ]
        named = [ox.NamedNode(iri) for iri in dict.fromkeys(dataset.named)]
        return [*default], [*named] if dataset else None
    except ValueError as error:
        raise InputError(f"a graph is chosen by its absolute IRI: {error}") from None


def explained(
    run: Callable[..., object], source: Source, tokens: tuple[Token, ...], told: str
) -> QuerySyntaxError:
    """Return the error at the token where reading stopped, which the engine tells roughly.

    `run` is the engine's way to run such a text, and `told` what it said of this one.
    """
    unknown = _unknown_prefix(source, tokens)
    if unknown is not None:
        return unknown
    text, starts = respelled(tokens, _SLOT)
    text += " " * _SLOT
    first = told
    try:
        run(text, base_iri=BASE, prefixes=PREFIXES)
    except SyntaxError as error:
        told = str(error)
    place, _, expected = told.partition(": expected ")
    column = re.search(r"1:(\d+)$", place)
    at = int(column[1]) - 1 if column else 0
    reason = _REASON.search(expected) or _REASON.search(first.partition(": expected ")[2])
    if at >= len(text):
        message = reason[1] if reason else "the query ends too early"
        return source.fault(message, len(source.text.rstrip()))
    index = max(bisect_right(starts, at) - 1, 0)
    token = tokens[index]
    marks = re.findall(r'"([^"\\ ]+)"', expected) if at == starts[index] else []
    hint = f"expected one of {'  '.join(marks)}" if marks else ""
    message = reason[1] if reason else f"unexpected {token.text[:60]!r}"
    return source.fault(message, token.start, hint)


def _unknown_prefix(source: Source, tokens: tuple[Token, ...]) -> QuerySyntaxError | None:
    declared = set(PREFIXES)
    previous = ""
    for token in tokens:
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if previous == "PREFIX":
                declared.add(prefix)
            elif prefix not in declared:
                hint = f"declare it with PREFIX, or use one that is known: {', '.join(PREFIXES)}"
                return source.fault(f"unknown prefix {prefix + ':'!r}", token.start, hint)
        previous = token.text.upper()
    return None
