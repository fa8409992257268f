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

__all__ = ["Box", "Drawing", "draw", "svg"]

_WIDTH, _INDENT, _GAP, _LINE, _PAD = 600, 28, 12, 18, 8
_LETTERS, _LINES = 78, 2
_MOST_BOXES = 60
_MARKS: Mapping[str, str] = {
    "step": "inferred",
    "again": "as above",
    "claim": "claimed",
    "fact": "documented",
    "axiom": "our ontology",
}


class Box(NamedTuple):
    """One step of the drawing: its corner, its height, its lines, the foot of what it is below."""

    kind: str
    x: int
    y: int
    height: int
    lines: tuple[tuple[int, str], ...]
    note: tuple[int, str]
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
    words = textwrap.wrap(step.sentence, _LETTERS, max_lines=_LINES, placeholder=" …")
    lines = tuple((y + _PAD + (row + 1) * _LINE - 4, text) for row, text in enumerate(words))
    note = _note(step)
    bottom = y + _PAD + (len(words) + 1) * _LINE - 4
    return Box(step.kind, x, y, (len(words) + 1) * _LINE + 2 * _PAD, lines, (bottom, note), None)


def _note(step: Step) -> str:
    mark = _(_MARKS[step.kind])
    if step.kind == "step":
        text = f"{mark}: {step.rule_words or step.rule}"
    else:
        text = f"{mark}: {', '.join(label(said.source) for said in step.said)}".rstrip(": ")
    return textwrap.shorten(text, _LETTERS + 8, placeholder=" …")


def svg(drawing: Drawing) -> str:
    """Return a drawing as a file of its own."""
    return render_template("proof.svg", drawing=drawing)
