"""Own where boxes and lines stand in drawings of things and their edges; not what they say."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from kg.connect import Trail
from kg.model import Term, Triple
from server.present import label
from server.views.standing import Backing, told

__all__ = ["Box", "Drawing", "Line", "Said", "draw_around", "draw_paths", "nodes_of"]

_TURN, _GAP, _PAD = 20, 10, 7
_LINE, _SAID_LINE = 16, 14
_LETTER, _SAID_LETTER = 7.6, 7.0
_SEEN = 240  # how far down the middle of a tall drawing is: seen before anybody scrolls

Backed: TypeAlias = Mapping[Triple, Backing]
"""What each edge rests on."""


class _Size(NamedTuple):
    """How wide a box is, and how long the level part of a line, on which its words stand."""

    wide: int
    run: int

    def box(self, node: Term, x: int) -> Box:
        """Return the box of a thing, as high as the lines of its name."""
        return Box(node, textwrap.wrap(label(node), int(self.wide / _LETTER)), x)

    def said(self, edge: Triple, backing: Backing) -> Said:
        """Return the words of a line."""
        texts = label(edge.predicate), ", ".join(told(backing.marks))
        return Said(*(textwrap.wrap(text, int(self.run / _SAID_LETTER)) for text in texts))


# Three boxes, and ways of three steps, are as wide as the page has room.
_AROUND, _PATHS = _Size(200, 160), _Size(148, 126)


class Said(NamedTuple):
    """What is written at a line, in lines: what it says above it, how it stands below it."""

    above: list[str]
    below: list[str]

    @property
    def high(self) -> int:
        """How much room it takes; the line runs through the middle of it."""
        return 2 * _SAID_LINE * max(len(self.above), len(self.below)) + _PAD


@dataclass(frozen=True, slots=True)
class Box:
    """A thing as it is drawn: its name in lines, its left side and its middle."""

    node: Term
    lines: list[str]
    x: int
    middle: int = 0
    centre: bool = False

    @property
    def high(self) -> int:
        """How high the box is, by its lines."""
        return len(self.lines) * _LINE + 2 * _PAD

    @property
    def top(self) -> int:
        """Where the box begins."""
        return self.middle - self.high // 2


@dataclass(frozen=True, slots=True)
class Line:
    """An edge as it is drawn: its path from one box to another, level where its words stand.

    `forward` tells that the edge leads where the path does.
    """

    said: Said
    path: str
    x: int
    y: int
    forward: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and lines, and the size of the whole; the rest is how big a box and its lines are."""

    width: int
    height: int
    wide: int
    boxes: list[Box]
    lines: list[Line]
    pad: int = _PAD
    line: int = _LINE
    said_line: int = _SAID_LINE


def draw_paths(start: Term, trails: Iterable[Trail], backed: Backed) -> Drawing:
    """Return paths from left to right, a row each, in their order."""
    wide, run = _PATHS
    boxes: list[Box] = []
    lines: list[Line] = []
    height = _GAP
    for trail in trails:
        nodes = nodes_of(start, trail)
        row = [_PATHS.box(node, _GAP + n * (wide + run)) for n, node in enumerate(nodes)]
        said = [_PATHS.said(edge, backed[edge]) for edge in trail]
        high = _high(*row, *said)
        y = height + high // 2
        height += high
        ends = {0, len(trail)}
        boxes += [replace(box, middle=y, centre=n in ends) for n, box in enumerate(row)]
        for box, node, words, edge in zip(row, nodes, said, trail, strict=False):
            x = box.x + wide
            path = f"M{x} {y}H{x + run}"
            lines.append(Line(words, path, x + run // 2, y, forward=edge.subject == node))
    width = max(box.x for box in boxes) + wide + _GAP
    return Drawing(width, height + _GAP, wide, boxes, lines)


def draw_around(centre: Term, edges: Iterable[Triple], backed: Backed) -> Drawing:
    """Return a thing in the middle, what leads to it at its left, what it leads to at its right.

    The thing is the first of the boxes, and each line is that of the box after it.
    """
    edges = list(edges)
    wide, run = _AROUND
    inner = _GAP + (wide + run + _TURN if any(edge.subject != centre for edge in edges) else 0)
    outer = inner + wide + _TURN + run
    columns: tuple[list[tuple[Box, Said]], ...] = ([], [])
    for edge in edges:
        away = edge.subject == centre
        box = _AROUND.box(edge.object, outer) if away else _AROUND.box(edge.subject, _GAP)
        columns[away].append((box, _AROUND.said(edge, backed[edge])))
    tall = [sum(_high(box, said) for box, said in column) for column in columns]
    middle = _AROUND.box(centre, inner)
    height = max(middle.high, *tall) + 2 * _GAP
    middle = replace(middle, middle=min(height // 2, _SEEN), centre=True)
    boxes, lines = [middle], []
    for column, room in zip(columns, tall, strict=True):
        top = max(_GAP, middle.middle - room // 2)
        for box, said in column:
            high = _high(box, said)
            boxes.append(replace(box, middle=top + high // 2))
            lines.append(_joined(boxes[-1], middle, said))
            top += high
    width = max(box.x for box in boxes) + wide + _GAP
    return Drawing(width, height, wide, boxes, lines)


def nodes_of(start: Term, trail: Trail) -> list[Term]:
    """Return the things on a path, in order."""
    nodes = [start]
    for edge in trail:
        nodes.append(edge.object if edge.subject == nodes[-1] else edge.subject)
    return nodes


def _joined(box: Box, middle: Box, said: Said) -> Line:
    """Return the line from a box: level as far as its words go, then to the box in the middle."""
    wide, run = _AROUND
    leads = box.x < middle.x
    way = 1 if leads else -1
    begin = box.x + wide if leads else box.x
    turn = begin + way * run
    path = f"M{begin} {box.middle}H{turn}V{middle.middle}H{turn + way * _TURN}"
    return Line(said, path, (begin + turn) // 2, box.middle, forward=leads)


def _high(*parts: Box | Said) -> int:
    """Return the height of a row of boxes and of what is said between them."""
    return max(part.high for part in parts) + _GAP
