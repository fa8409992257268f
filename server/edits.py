"""Own what a worker does besides queries: it follows the versions, shows a graph, weighs a write.

A header's `do` says which:

    apply   take the encoded change that is the payload, and so hold the next version
    graph   answer with the graph of the IRI `graph`, in the format `format`; "" is the unnamed
            graph or, with `all`, the union of all graphs
    edit    answer with what a request to write would change, and change nothing

An edit has an `action`. For `update`, the payload is the text, `default` and `named` are the
graphs that the request chooses, and `all` has WHERE see all graphs where nobody chooses any. For
`put`, `post` and `delete`, `graph` is as above, and `documents` tell the format, the base and the
length of each document that the payload holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyoxigraph as ox

from kg import change, edit
from kg.errors import NotFoundError
from kg.query import Dataset, Limits, Output, answer, read
from server.frames import Header

__all__ = ["done"]

_WHOLE = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def done(
    store: ox.Store, header: Header, payload: bytes, pass_on: Callable[[bytes], None]
) -> tuple[Header, bytes]:
    """Do what the header says; return the header and the payload to answer with."""
    if header["do"] == "apply":
        change.apply(store, change.Change.decode(payload))
        return {}, b""
    if header["do"] == "edit":
        existed = edit.graph_exists(store, header.get("graph", ""))
        return {"kind": "dataset", "existed": existed}, _edited(store, header, payload).encode()
    return {"kind": "graph"}, _graph(store, header, pass_on)


def _graph(store: ox.Store, header: Header, pass_on: Callable[[bytes], None]) -> bytes:
    graph = header["graph"]
    if not edit.graph_exists(store, graph):
        raise NotFoundError("there is no such graph here", where=f"<{graph}>")
    every = Dataset(union=header["all"], whole=header["whole"])
    dataset = Dataset((graph,)) if graph else every
    out = Output(Limits(header["max_bytes"]), pass_on)
    answer(store, read(_WHOLE), out, format_name=header["format"], dataset=dataset)
    return bytes(out.data)


def _edited(store: ox.Store, header: Header, payload: bytes) -> change.Change:
    action, documents = header["action"], _documents(header, payload)
    if action == "update":
        using = edit.Using(tuple(header["default"]), tuple(header["named"]), header["all"])
        return edit.update(store, payload.decode(), using)
    if action == "put":
        return edit.replace(store, header["graph"], documents)
    if action == "post":
        return edit.merge(store, header["graph"], documents)
    return edit.remove(store, header["graph"])


def _documents(header: Header, payload: bytes) -> Iterator[edit.Document]:
    at = 0
    for format_name, base, length in header.get("documents", ()):
        yield edit.Document(payload[at : at + length], format_name, base)
        at += length
