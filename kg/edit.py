"""Own what a request to write would change, worked out without changing anything; not the writing.

Standards: https://www.w3.org/TR/sparql11-update/, https://www.w3.org/TR/sparql11-http-rdf-update/.
The store comes out as it went in: what becomes of the change is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import pyoxigraph as ox

from kg.calls import refuse_service
from kg.change import Change, apply, lines_of, written
from kg.errors import (
    InputError,
    QueryError,
    QueryLimitError,
    QueryRefusedError,
    RdfSyntaxError,
)
from kg.formats import for_name
from kg.namespaces import BASE, GRAPHS, PREFIXES
from kg.query import explained
from kg.tokens import Source, Token, place_of, read_tokens, respelled

__all__ = ["Document", "Using", "graph_exists", "merge", "remove", "replace", "update"]

_VERBS = frozenset(["ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "MOVE"])


@dataclass(frozen=True, slots=True)
class Using:
    """The graphs that WHERE sees in each operation.

    Where nobody chooses any, `union` has it see the union of those of a dossier, and all as named.
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    union: bool = False


class Document(NamedTuple):
    """RDF to read: its bytes, the name of their format, and the IRI to read relative IRIs by."""

    content: bytes
    format_name: str
    base: str


def update(store: ox.Store, text: str, using: Using) -> Change:
    """Return what an update would change.

    Raise `QuerySyntaxError`, `QueryRefusedError` for LOAD and SERVICE, `InputError` where both
    the request and the text choose graphs, `QueryError` for what the store will not do.
    """
    source = Source(text)
    tokens = tuple(read_tokens(source))
    words = [token.text.upper() if token.kind == "word" else "" for token in tokens]
    refuse_service(source, tokens, words)
    _refuse_load(source, tokens, words)
    _check_syntax(source, tokens)
    used = _with_using(store, tokens, words, using)
    if "DATA" in words and sum(word in _VERBS for word in words) == 1:
        return _of_data(store, tokens, words)
    return _by_running(store, used)


def _refuse_load(source: Source, tokens: tuple[Token, ...], words: list[str]) -> None:
    """Refuse LOAD however it is written: the engine finds the keyword in `LOADSILENT`, `LOAD:x`."""
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind == "mark":
            depth += token.text.count("{") - token.text.count("}")
        keyword = token.kind == "word" and "LOAD" in words[index]
        name = token.kind == "name" and token.text.upper().startswith("LOAD") and depth == 0
        before = tokens[index - 1] if index else None
        begins = before is None or before.kind in {"iri", "mark", "string"}
        if keyword or (name and begins):
            raise QueryRefusedError(
                "LOAD is not run: nothing is fetched or read from disk",
                where=place_of(source, token),
                hint="send the document itself: PUT or POST it to /graphs",
            )


def _check_syntax(source: Source, tokens: tuple[Token, ...]) -> None:
    """Read the whole text before any of it is run; what an empty store refuses is no matter."""
    empty = ox.Store()
    try:
        empty.update(respelled(tokens)[0], base_iri=BASE, prefixes=PREFIXES)
    except SyntaxError as error:
        raise explained(empty.update, source, tokens, str(error)) from None
    except RuntimeError:
        return
    except OSError as error:
        raise QueryRefusedError(f"the update reached out of the store: {error}") from None


def _with_using(
    store: ox.Store, tokens: tuple[Token, ...], words: list[str], using: Using
) -> tuple[Token, ...]:
    """Return the tokens with what WHERE sees put before each WHERE as USING and USING NAMED.

    https://www.w3.org/TR/sparql11-protocol/#update-dataset
    """
    chosen = {"USING", "WITH"} & set(words)
    if using.default or using.named:
        if chosen:
            raise InputError(
                f"the graphs are chosen by the request and by {' and '.join(sorted(chosen))}",
                hint="leave out using-graph-uri and using-named-graph-uri, or USING and WITH",
            )
        default, named = using.default, using.named
    elif using.union and not chosen:
        named = tuple(_names(store))
        default = tuple(name for name in named if name in GRAPHS.values()) or named
    else:
        return tokens
    clause = [*_clause("USING", default), *_clause("USING NAMED", named)]
    return tuple(_insert(tokens, words, clause))


def _clause(keyword: str, graphs: Iterable[str]) -> Iterator[Token]:
    for graph in graphs:
        try:
            name = str(ox.NamedNode(graph))
        except ValueError as error:
            raise InputError(f"a graph is chosen by its absolute IRI: {error}") from None
        yield Token("word", keyword, 0, apart=True)
        yield Token("iri", name, 0, apart=True)


def _insert(tokens: tuple[Token, ...], words: list[str], clause: list[Token]) -> Iterator[Token]:
    """Yield the tokens, `DELETE WHERE {…}` spelled as the `DELETE {…} WHERE {…}` that it means."""
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind == "mark":
            depth += token.text.count("{") - token.text.count("}")
        if words[index] == "WHERE" and depth == 0:
            if words[index - 1] == "DELETE":
                yield from _group(tokens, index + 1)
            yield from clause
        yield token


def _group(tokens: tuple[Token, ...], start: int) -> Iterator[Token]:
    depth = 0
    for token in tokens[start:]:
        depth += token.text.count("{") - token.text.count("}") if token.kind == "mark" else 0
        yield token
        if depth == 0:
            return


def _of_data(store: ox.Store, tokens: tuple[Token, ...], words: list[str]) -> Change:
    """Return what one INSERT DATA or DELETE DATA changes, at the cost of its own size alone."""
    at = words.index("DATA") - 1
    inserts = words[at] == "INSERT"
    word = tokens[at]._replace(text="INSERT")
    scratch = ox.Store()
    scratch.update(
        respelled((*tokens[:at], word, *tokens[at + 1 :]))[0], base_iri=BASE, prefixes=PREFIXES
    )
    if inserts:
        new = written(quad for quad in scratch if quad not in store)
        graphs = (n.value for n in scratch.named_graphs() if isinstance(n, ox.NamedNode))
        return Change(added=new, created=tuple(g for g in graphs if not graph_exists(store, g)))
    return Change(removed=written(quad for quad in scratch if quad in store))


def _by_running(store: ox.Store, tokens: tuple[Token, ...]) -> Change:
    """Return what an update changes by running it, comparing, and undoing it."""
    before, graphs = set(_dump(store)), set(_names(store))
    try:
        store.update(respelled(tokens)[0], base_iri=BASE, prefixes=PREFIXES)
    except RuntimeError as error:  # with nothing changed, as an update is a transaction
        raise QueryError(str(error), hint="nothing was changed") from None
    except OSError as error:
        raise QueryRefusedError(f"the update reached out of the store: {error}") from None
    except MemoryError:
        raise QueryLimitError("the update needs more memory than it may have") from None
    after, graphs_after = set(_dump(store)), set(_names(store))
    change = Change(
        tuple(sorted(before - after)),
        tuple(sorted(after - before)),
        tuple(sorted(graphs - graphs_after)),
        tuple(sorted(graphs_after - graphs)),
    )
    apply(store, change.inverse())
    return change


def _dump(store: ox.Store) -> tuple[str, ...]:
    text = store.dump(format=ox.RdfFormat.N_QUADS)
    assert text is not None
    return lines_of(text)


def _names(store: ox.Store) -> Iterator[str]:
    return (name.value for name in store.named_graphs() if isinstance(name, ox.NamedNode))


def graph_exists(store: ox.Store, graph: str) -> bool:
    """Tell whether there is a graph of this IRI; the default graph, named "", always is."""
    return not graph or store.contains_named_graph(ox.NamedNode(graph))


def replace(store: ox.Store, graph: str, documents: Iterable[Document]) -> Change:
    """Return what putting documents in the place of a graph changes."""
    held, new = set(_content(store, graph)), _read(graph, documents)
    created = () if graph_exists(store, graph) else (graph,)
    return Change(written(held - new), written(new - held), created=created)


def merge(store: ox.Store, graph: str, documents: Iterable[Document]) -> Change:
    """Return what an RDF merge of documents into a graph changes: their blank nodes are new."""
    new = {quad for quad in _read(graph, documents) if quad not in store}
    return Change(added=written(new), created=() if graph_exists(store, graph) else (graph,))


def remove(store: ox.Store, graph: str) -> Change:
    """Return what removing a graph changes; the default graph is only emptied."""
    dropped = (graph,) if graph and graph_exists(store, graph) else ()
    return Change(removed=written(_content(store, graph)), dropped=dropped)


def _content(store: ox.Store, graph: str) -> Iterator[ox.Quad]:
    return store.quads_for_pattern(None, None, None, _node(graph))


def _node(graph: str) -> ox.NamedNode | ox.DefaultGraph:
    return ox.NamedNode(graph) if graph else ox.DefaultGraph()


def _read(graph: str, documents: Iterable[Document]) -> set[ox.Quad]:
    place = partial(ox.Quad, graph_name=_node(graph))
    return {
        place(quad.subject, quad.predicate, quad.object)
        for document in documents
        for quad in _parsed(document)
    }


def _parsed(document: Document) -> Iterator[ox.Quad]:
    engine = for_name(document.format_name, "graph").engine
    assert isinstance(engine, ox.RdfFormat)
    try:
        yield from ox.parse(
            document.content,
            format=engine,
            base_iri=document.base,
            without_named_graphs=True,
            rename_blank_nodes=True,
        )
    except SyntaxError as fault:
        message = str(fault.msg).partition(": ")[2] if fault.lineno else str(fault.msg)
        raise RdfSyntaxError(
            message or str(fault.msg), line=fault.lineno or 0, column=fault.offset or 0
        ) from None
