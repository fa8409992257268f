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

    def branches(cell: int) -> list[tuple[int, int]]:
        return [(m, after) for m in values(cell, first) for after in values(cell, rest)]

    def walk() -> Iterator[RdfList]:
        stack: list[tuple[int, list[tuple[int, int, int]]]] = [(head, [])]
        while stack:
            cell, way = stack.pop()
            seen = {step[0] for step in way}
            while cell != nil and cell not in seen:
                seen.add(cell)
                following = branches(cell)
                if len(following) != 1:
                    stack.extend((after, [*way, (cell, m, after)]) for m, after in following[::-1])
                    break
                ((member, after),) = following
                way.append((cell, member, after))
                cell = after
            if cell == nil:
                members = tuple(step[1] for step in way)
                cells = (((c, first, m), (c, rest, after)) for c, m, after in way)
                yield RdfList(members, tuple(fact for pair in cells for fact in pair))

    return list(islice(walk(), _MOST))
