"""Own which triples of a graph leave it under which name; how they are written is serialize's."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.errors import FormatError, InputError
from kg.formats import for_name
from kg.model import Triple
from kg.namespaces import GRAPHS, PREFIXES, WHY
from kg.serialize import serialize
from kg.store import KnowledgeGraph
from kg.why import statements
from kg.witnesses import Witnesses

__all__ = ["SELECTIONS", "export"]

SELECTIONS = (*GRAPHS, "why", "all")

_REIFIED = {"turtle", "trig", "ntriples", "nquads"}


def export(
    graph: KnowledgeGraph, selection: str, format_name: str, *, reifiers: bool = False
) -> bytes:
    """Return one named graph, all of them, or `why`, in a format; same content, same bytes.

    `why` is every derivation; with `reifiers` in the form of RDF 1.2. Raise `InputError` for
    another selection, `FormatError` for a format that writes no RDF or knows no reifiers.
    """
    if selection not in SELECTIONS:
        raise InputError(f"no graph {selection!r}", hint=f"one of {', '.join(SELECTIONS)}")
    if reifiers and selection != "why":
        raise InputError("only the graph why has reifiers", hint="add --graph why")
    if selection == "why":
        witnesses = Witnesses(graph.asserted)
        found = list(statements(graph.derivations, witnesses.origins, reifiers=reifiers))
        return (
            _reified(found, WHY, format_name) if reifiers else serialize({WHY: found}, format_name)
        )
    names = GRAPHS if selection == "all" else [selection]
    return serialize({GRAPHS[name]: graph.graphs[name] for name in names}, format_name)


def _reified(triples: Iterable[Triple], graph: str, format_name: str) -> bytes:
    """Return triples with triple terms, which pyoxigraph alone can write."""
    row = for_name(format_name)
    if row.name not in _REIFIED or not isinstance(row.engine, ox.RdfFormat):
        raise FormatError(
            f"{row.label} has no form for the reifiers of RDF 1.2",
            hint=f"one of {', '.join(sorted(_REIFIED))}",
        )
    ending = f" <{graph}> .\n" if row.engine.supports_datasets else " .\n"
    lines = sorted({f"{t.subject} {t.predicate} {t.object}{ending}" for t in triples})
    quads = ox.parse("".join(lines), format=ox.RdfFormat.N_QUADS)
    written = ox.serialize(quads, format=row.engine, prefixes=PREFIXES)
    assert written is not None
    return written
