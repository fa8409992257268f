"""Own the drawing of a proof: where each box and line of it stands; not the words in it.

The conclusion stands on top, what it rests on below it and further in, so that a line of the
drawing is a line of the list that it follows.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import NamedTuple

from flask import render_template

from server.present import label
from server.telling import Step, steps_of
from server.words import gettext as _
from server.words import ngettext

__all__ = ["Box", "Drawing", "draw", "svg"]

_WIDTH, _INDENT, _GAP, _LINE, _PAD = 600, 28, 12, 18, 8
_LETTERS, _NOTE_LETTERS, _NOTE_LINE, _SOURCES = 78, 92, 14, 2
_MOST_BOXES = 60
_MARKS: Mapping[str, str] = {
    "step": "follows",
    "again": "as above",
    "claim": "claimed",
    "fact": "documented",
    "axiom": "our ontology",
}


class Box(NamedTuple):
    """One step: its corner and height, its lines and small ones, the foot of what it is below."""

    kind: str
    x: int
    y: int
    height: int
    lines: tuple[tuple[int, str], ...]
    note: tuple[tuple[int, str], ...]
    parent: tuple[int, int] | None


class Drawing(NamedTuple):
    """A proof laid out; `left_out` counts the steps for which there is no room."""

    title: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    left_out: int


def draw(step: Step, title: str) -> Drawing:
    """Return where everything of a proof stands."""
    every = list(steps_of(step))
    boxes: list[Box] = []
    above: dict[int, Box] = {}
    y = _PAD
    for depth, each in every[:_MOST_BOXES]:
        parent = above.get(depth - 1)
        box = _box(each, _PAD + depth * _INDENT, y)
        if parent:
            box = box._replace(parent=(parent.x + _PAD, parent.y + parent.height))
        boxes.append(box)
        above[depth] = box
        y += box.height + _GAP
    deepest = max(box.x for box in boxes)
    return Drawing(title, deepest + _WIDTH + _PAD, y, tuple(boxes), len(every) - len(boxes))


def _box(step: Step, x: int, y: int) -> Box:
    below = y + _PAD - 4
    lines, below = _lines(step.sentence, _LETTERS, below, _LINE)
    note, below = _lines(_note(step), _NOTE_LETTERS, below + 2, _NOTE_LINE)
    return Box(step.kind, x, y, below + 4 + _PAD - y, lines, note, None)


def _lines(
    text: str, letters: int, foot: int, pitch: int
) -> tuple[tuple[tuple[int, str], ...], int]:
    """Return a text in lines that go below a foot, each with its place, and the foot of the last.

    Nothing is cut: the end of a sentence may be that a claim is denied.
    """
    placed = [(foot + (n + 1) * pitch, line) for n, line in enumerate(textwrap.wrap(text, letters))]
    return tuple(placed), placed[-1][0]


def _note(step: Step) -> str:
    mark = ", ".join(filter(None, (_(_MARKS[step.kind]), step.status)))
    if step.kind == "step":
        return f"{mark}: {step.rule_words or step.rule}"
    sources = list(dict.fromkeys(label(said.source) for said in step.said))
    if len(sources) > _SOURCES:
        more = len(sources) - _SOURCES
        counted = ngettext("and one more source", "and %(num)s more sources", more)
        sources[_SOURCES:] = [counted]
    return f"{mark}: {'; '.join(sources)}".rstrip(": ")


def svg(drawing: Drawing) -> str:
    """Return a drawing as a file of its own."""
    return render_template("proof.svg", drawing=drawing)
