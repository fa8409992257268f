"""Own where boxes and lines stand in drawings of things and their edges; not what they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.connect import Trail
from kg.model import Term, Triple
from server.present import label

__all__ = ["Box", "Drawing", "Line", "draw_around", "draw_paths", "nodes_of"]

_WIDE, _HIGH, _GAP = 190, 30, 14
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Box:
    """A thing as it is drawn: its words, shortened to the box, and its corner."""

    node: Term
    words: str
    x: int
    y: int
    centre: bool = False

    @property
    def short(self) -> str:
        """The words that fit in the box."""
        fits = len(self.words) <= _LETTERS
        return self.words if fits else f"{self.words[: _LETTERS - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Line:
    """An edge as it is drawn, from one box to another; `at` says how far along its words stand."""

    edge: Triple
    words: str
    ends: tuple[int, int, int, int]
    at: float = 0.5

    @property
    def middle(self) -> tuple[int, int]:
        """The place of the words."""
        x1, y1, x2, y2 = self.ends
        return int(x1 + (x2 - x1) * self.at), int(y1 + (y2 - y1) * self.at) - 4


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and lines, the size of the whole, and that of a box."""

    width: int
    height: int
    boxes: list[Box]
    lines: list[Line]
    wide: int = _WIDE
    high: int = _HIGH


def draw_paths(start: Term, trails: Iterable[Trail]) -> Drawing:
    """Return paths from left to right, a row each, in their order."""
    boxes, lines, longest = [], [], 0
    pitch, row = _WIDE + 6 * _GAP + 40, _HIGH + 2 * _GAP
    rows = list(trails)
    for at, trail in enumerate(rows):
        nodes = nodes_of(start, trail)
        longest = max(longest, len(trail))
        placed = [
            Box(node, label(node), 10 + n * pitch, 14 + at * row, n in {0, len(trail)})
            for n, node in enumerate(nodes)
        ]
        for n, edge in enumerate(trail):
            ends = placed[n : n + 2] if edge.subject == nodes[n] else placed[n : n + 2][::-1]
            lines.append(_line(edge, *ends))
        boxes += placed
    return Drawing(20 + longest * pitch + _WIDE, len(rows) * row + _GAP, boxes, lines)


def draw_around(centre: Term, edges: Iterable[Triple]) -> Drawing:
    """Return a thing in the middle, what leads to it at its left, what it leads to at its right."""
    edges = list(edges)
    sides = (
        [edge for edge in edges if edge.subject != centre],
        [edge for edge in edges if edge.subject == centre],
    )
    row = _HIGH + _GAP
    height = 20 + max(1, *map(len, sides)) * row
    middle = Box(centre, label(centre), 385, (height - _HIGH) // 2, centre=True)
    boxes, lines = [middle], []
    for side, x in zip(sides, (10, 760), strict=True):
        top = (height - len(side) * row) // 2
        for at, edge in enumerate(side):
            other = edge.object if edge.subject == centre else edge.subject
            box = Box(other, label(other), x, top + at * row)
            boxes.append(box)
            # The words stand near the outer box: in the middle they would lie on one another.
            away = edge.subject == centre
            ends = (middle, box) if away else (box, middle)
            lines.append(_line(edge, *ends, at=0.7 if away else 0.3))
    return Drawing(960, height, boxes, lines)


def nodes_of(start: Term, trail: Trail) -> list[Term]:
    """Return the things on a path, in order."""
    nodes = [start]
    for edge in trail:
        nodes.append(edge.object if edge.subject == nodes[-1] else edge.subject)
    return nodes


def _line(edge: Triple, start: Box, end: Box, *, at: float = 0.5) -> Line:
    """Return the line from the side of one box to the near side of the other."""
    forward = start.x <= end.x
    x1 = start.x + (_WIDE if forward and start.x != end.x else 0)
    x2 = end.x + (0 if forward else _WIDE)
    ends = (x1, start.y + _HIGH // 2, x2, end.y + _HIGH // 2)
    return Line(edge, label(edge.predicate), ends, at)
