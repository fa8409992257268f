"""Own the value that says how one version of a dataset differs from the one before it.

A quad is its line of N-Quads without the line break, as the store writes it; blank nodes keep
their names, so that every copy of a dataset that takes the same changes stays the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.model import Triple

__all__ = [
    "Change",
    "apply",
    "fill",
    "graphs_of",
    "heading",
    "lines_of",
    "quads",
    "triples_of",
    "written",
]

_GRAPH = "# graph "


@dataclass(frozen=True, slots=True)
class Change:
    """Quads that go and come, and named graphs that cease and begin to be there, empty or not."""

    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    created: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.removed or self.added or self.dropped or self.created)

    def inverse(self) -> Change:
        """Return the change that undoes this one."""
        return Change(self.added, self.removed, self.created, self.dropped)

    def encode(self) -> bytes:
        """Return the bytes that `decode` reads."""
        parts = [self.removed, self.added, self.dropped, self.created]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def decode(cls, encoded: bytes) -> Change:
        """Return the change that was encoded; raise `ValueError` for what is none."""
        parts = json.loads(encoded)
        if len(parts) != 4:
            raise ValueError("not a change")
        return cls(*map(tuple, parts))


def quads(lines: Iterable[str]) -> Iterator[ox.Quad]:
    """Yield the quads of lines, their blank nodes under the names they have there."""
    yield from ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS)


def written(found: Iterable[ox.Quad]) -> tuple[str, ...]:
    """Return quads as the lines that a change holds."""
    text = ox.serialize(found, format=ox.RdfFormat.N_QUADS)
    assert text is not None
    return lines_of(text)


def lines_of(text: bytes) -> tuple[str, ...]:
    """Return the lines of N-Quads as the store writes them: no line break is left in a literal."""
    return tuple(line for line in text.decode().split("\n") if line)


def graphs_of(change: Change) -> dict[str, tuple[set[Triple], set[Triple]]]:
    """Return what goes and comes by graph; the key is its IRI, empty for the default graph."""
    found: dict[str, tuple[set[Triple], set[Triple]]] = {}
    for side, lines in enumerate((change.removed, change.added)):
        for name, triple in triples_of(lines):
            found.setdefault(name, (set(), set()))[side].add(triple)
    return found


def triples_of(lines: Iterable[str]) -> Iterator[tuple[str, Triple]]:
    """Yield the graph, as in `graphs_of`, and the triple of each line."""
    for quad in quads(lines):
        name = quad.graph_name
        graph = name.value if isinstance(name, ox.NamedNode) else ""
        yield graph, Triple(str(quad.subject), str(quad.predicate), str(quad.object))


def apply(store: ox.Store, change: Change) -> None:
    """Bring a store from the version before a change to the one after it."""
    for quad in quads(change.removed):
        store.remove(quad)
    for graph in change.dropped:
        store.remove_graph(ox.NamedNode(graph))
    for graph in change.created:
        store.add_graph(ox.NamedNode(graph))
    store.extend(quads(change.added))


def heading(graphs: Iterable[str]) -> bytes:
    """Return the head of a file of N-Quads that names graphs which may be empty, as `fill` reads.

    N-Quads has no form for an empty graph, which
    https://www.w3.org/TR/sparql11-update/#createClause knows.
    """
    return "".join(f"{_GRAPH}{graph}\n" for graph in sorted(graphs)).encode()


def fill(store: ox.Store, path: Path) -> None:
    """Load a file of N-Quads, its blank nodes under the names they have there."""
    with path.open("rb") as file:
        for line in file:
            if not line.startswith(_GRAPH.encode()):
                break
            store.add_graph(ox.NamedNode(line.decode().removeprefix(_GRAPH).strip()))
    store.bulk_extend(ox.parse(path=path, format=ox.RdfFormat.N_QUADS))
