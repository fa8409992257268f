"""Own the reading of RDF lists out of the triples held, also of ones that are not well formed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from kg.reason.facts import Fact, Facts, Justification

__all__ = ["RdfList", "read_lists"]

_MOST = 256
"""A list whose cells have several members or rests can be read in 2^n ways: we read these many."""


class RdfList(NamedTuple):
    """One way to read a list: its members, and the triples of its cells from first to last."""

    members: tuple[int, ...]
    cells: tuple[Fact, ...]


def read_lists(
    facts: Facts, head: int, names: tuple[int, int, int], skip: Callable[[Justification], bool]
) -> list[RdfList]:
    """Return the ways to walk from `head` to `rdf:nil`; no way passes a cell twice.

    `names` are the numbers of `rdf:first`, `rdf:rest` and `rdf:nil`; triples whose justification
    `skip` are as if they were not there.
    """
    first, rest, nil = names

    def values(cell: int, predicate: int) -> list[int]:
        return [o for o, why in facts.objects(cell, predicate).items() if not skip(why)]

    def walk() -> Iterator[RdfList]:
        stack: list[tuple[int, RdfList, frozenset[int]]] = [(head, RdfList((), ()), frozenset())]
        while stack:
            cell, so_far, seen = stack.pop()
            if cell == nil:
                yield so_far
                continue
            if cell in seen:
                continue
            branches = [
                (after, RdfList((*so_far.members, member), (*so_far.cells, *cells)), seen | {cell})
                for member in values(cell, first)
                for after in values(cell, rest)
                for cells in [((cell, first, member), (cell, rest, after))]
            ]
            stack.extend(reversed(branches))

    return list(islice(walk(), _MOST))
