"""Own how the things of a graph hang together: their edges, and the paths between two of them.

An edge is a statement of the graph between two things: no claim that is not accepted is one.
Claims, sources, performances, classes and the marks of claims are no things, or everything would
be near to everything. Of several statements that say the same, the most exact one is the edge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from kg.index import Index
from kg.model import Term, Triple
from kg.namespaces import PREFIXES, iri

__all__ = ["LONGEST", "MOST", "Connections", "Trail"]

LONGEST = 5
"""How many edges a path has at most."""

MOST = 8
"""How many paths are told."""

_TRIED = 20_000
_OURS = f"<{PREFIXES['clef']}"
_NAMED = f"<{PREFIXES['id']}"
_THINGS = tuple(iri(f"clef:{name}") for name in ("RealEntity", "FictionalEntity", "Work"))
_INVERSE, _NARROWER = iri("owl:inverseOf"), iri("rdfs:subPropertyOf")
_SYMMETRIC = iri("owl:SymmetricProperty")
_ASIDE = frozenset({iri("clef:comparedWith"), iri("clef:actedInStoryOf")})
"""What we say ourselves, comparing; what is short for acting in a work and what that tells of."""

Trail = tuple[Triple, ...]
"""Edges in the order in which they are walked; each may lead either way."""


class Connections:
    """The things of a graph and the edges between them, found once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.things = frozenset(node for kind in _THINGS for node in index.members(kind))
        self._edges: dict[Term, list[Triple]] = defaultdict(list)
        self._near: dict[Term, dict[Term, Triple]] = defaultdict(dict)
        for thing in sorted(self.things):
            for triple in index.outgoing(thing):
                if self._joins(triple):
                    self._edges[thing].append(triple)
                    self._edges[triple.object].append(triple)
        for thing, edges in self._edges.items():
            for edge in sorted(edges, key=self._strength):
                self._near[thing].setdefault(_other(edge, thing), edge)

    def edges(self, thing: Term) -> tuple[Triple, ...]:
        """Return the edges of a thing, those that lead from it first.

        Of what is no thing, such as a claim or a source, they are the statements that join it to
        anything that the dossier names.
        """
        found = self._edges.get(thing, []) if thing in self.things else self._loose(thing)
        return tuple(sorted(found, key=lambda edge: (edge.subject != thing, *edge[1:], edge[0])))

    def paths(self, start: Term, end: Term) -> list[Trail]:
        """Return the shortest paths between two things, and those one edge longer.

        The most telling come first: shorter ones, then those by way of what has fewer edges.
        """
        away = self._distances(end)
        nearest = away.get(start)
        if nearest is None or start == end:
            return []
        found: list[Trail] = []
        for length in range(nearest, min(nearest + 1, LONGEST) + 1):
            walked = self._walk(start, end, length, away)
            found += [path for _, path in zip(range(_TRIED), walked, strict=False)]
        return sorted(found, key=lambda path: (len(path), self._crowd(path), path))[:MOST]

    def _joins(self, triple: Triple) -> bool:
        subject, predicate, obj = triple
        if obj not in self.things or subject == obj or not predicate.startswith(_OURS):
            return False
        if predicate in self._backward | _ASIDE:
            return False
        if predicate in self._symmetric:
            # Inferred, it is short for two edges through what both share, and says less than they.
            return self._index.standing(triple) != "inferred"
        return not any(
            Triple(subject, narrower, obj) in self._index.graph.triples
            for narrower in self._index.subjects(_NARROWER, predicate)
        )

    def _loose(self, node: Term) -> list[Triple]:
        return [
            triple
            for triple in (*self._index.outgoing(node), *self._index.incoming(node))
            if triple.predicate.startswith(_OURS)
            and triple.predicate not in self._backward
            and _other(triple, node).startswith(_NAMED)
        ]

    def _distances(self, end: Term) -> dict[Term, int]:
        away, waiting = {end: 0}, [end]
        for node in waiting:
            if away[node] == LONGEST:
                break
            for other in self._near.get(node, ()):
                if other not in away:
                    away[other] = away[node] + 1
                    waiting.append(other)
        return away

    def _walk(self, start: Term, end: Term, length: int, away: dict[Term, int]) -> Iterator[Trail]:
        """Yield the paths of a length that meet no thing twice."""
        waiting: list[tuple[Term, Trail, frozenset[Term]]] = [(start, (), frozenset({start}))]
        while waiting:
            node, path, seen = waiting.pop()
            if len(path) == length:
                if node == end:
                    yield path
                continue
            left = length - len(path) - 1
            for other, edge in self._near.get(node, {}).items():
                near_enough = away.get(other, LONGEST) <= left and (other != end or not left)
                if near_enough and other not in seen:
                    waiting.append((other, (*path, edge), seen | {other}))

    def _strength(self, edge: Triple) -> tuple[bool, Triple]:
        """Put what a source says before what follows."""
        return self._index.standing(edge) == "inferred", edge

    def _crowd(self, path: Trail) -> int:
        return sum(len(self._edges[node]) for edge in path for node in (edge.subject, edge.object))

    @cached_property
    def _backward(self) -> frozenset[Term]:
        """The properties that only say the other way round what another one says."""
        index = self._index
        forward = {t.subject for t in index.graph.triples if t.predicate == _INVERSE}
        behind = {t.object for t in index.graph.triples if t.predicate == _INVERSE}
        return frozenset(behind - forward)

    @cached_property
    def _symmetric(self) -> frozenset[Term]:
        return frozenset(self._index.members(_SYMMETRIC))


def _other(edge: Triple, end: Term) -> Term:
    return edge.object if edge.subject == end else edge.subject
