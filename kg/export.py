"""Own which triples of a graph leave it under which name; how they are written is serialize's."""

from __future__ import annotations

from kg.errors import InputError
from kg.namespaces import GRAPHS
from kg.serialize import serialize
from kg.store import KnowledgeGraph

__all__ = ["SELECTIONS", "export"]

SELECTIONS = (*GRAPHS, "all")


def export(graph: KnowledgeGraph, selection: str, format_name: str) -> bytes:
    """Return one named graph, or all of them, in a format; the same bytes for the same content.

    Raise `InputError` for another selection, `FormatError` for a format that writes no RDF.
    """
    if selection not in SELECTIONS:
        raise InputError(f"no graph {selection!r}", hint=f"one of {', '.join(SELECTIONS)}")
    names = GRAPHS if selection == "all" else [selection]
    return serialize({GRAPHS[name]: graph.graphs[name] for name in names}, format_name)
