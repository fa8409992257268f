"""Own how a worker is asked what a request to write would change, and how it answers.

The header has `action`: for `update`, the payload is its text, `default` and `named` the graphs
that the request chooses, and `union` tells whether WHERE sees the union of all graphs where
nobody chooses any; for `put`, `post` and `delete`, `graph` is the IRI, "" for the unnamed graph,
and `documents` tell the format, the base and the length of each that the payload holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg import edit
from kg.edit import Document, Using

if TYPE_CHECKING:
    import pyoxigraph as ox

    from server.frames import Header

__all__ = ["edited"]


def edited(store: ox.Store, header: Header, payload: bytes) -> tuple[Header, bytes]:
    """Return whether the graph exists, and the encoded change."""
    action = header["action"]
    if action == "update":
        using = Using(tuple(header["default"]), tuple(header["named"]), header["union"])
        return {"existed": True}, edit.update(store, payload.decode(), using).encode()
    graph = header["graph"]
    existed = edit.graph_exists(store, graph)
    documents = _documents(header, payload)
    if action == "delete":
        change = edit.remove(store, graph)
    elif action == "put":
        change = edit.replace(store, graph, documents)
    else:
        change = edit.merge(store, graph, documents)
    return {"existed": existed}, change.encode()


def _documents(header: Header, payload: bytes) -> Iterator[Document]:
    at = 0
    for format_name, base, length in header["documents"]:
        yield Document(payload[at : at + length], format_name, base)
        at += length
