"""Own the timeline: record, works and stories on a lane each, and the same as a list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask import Response, render_template

from kg.claims import Claim, claim
from kg.index import Index
from kg.model import Term
from kg.namespaces import compact, iri
from server.state import state
from server.twins import respond
from server.views.dates import day_of, days_of, is_dated, stated
from server.views.listing import Columns, Facet, data, listing
from server.views.standing import Said, in_english, said
from server.words import gettext as _

__all__ = ["Drawing", "Item", "Mark", "draw", "items", "page"]

_LANES = {"real": "On record", "production": "Works", "fiction": "On screen"}
_DEPRECATED, _BORN = iri("clef:Deprecated"), iri("clef:birthDate")
_WIDTH, _LEFT, _RIGHT = 960, 100, 945
_STEP, _SIZE = 26, 24


@dataclass(frozen=True, slots=True)
class Item:
    """A date that claims give: of what, in which way, on which lane, by whom."""

    lane: str
    subject: Term
    predicate: Term
    said: Said
    first: str
    last: str


class Mark(NamedTuple):
    """One item as it is drawn: its number in the list, the middle, the width of its days."""

    number: int
    item: Item
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where everything stands in the picture."""

    height: int
    lanes: list[tuple[str, float]]
    years: list[tuple[int, float]]
    marks: list[Mark]


def page(suffix: str | None = None) -> Response:
    """Answer with what has a date, the earliest first."""
    index = state().library.edition().index
    found = listing(items(index), _facets(), size=80)
    return respond(
        {
            "html": lambda: render_template(
                "views/timeline.html",
                list=found,
                drawing=draw(found.shown, found.first),
                lanes=_LANES,
            ),
            **data(_columns(index), found.every),
        },
        suffix,
    )


def items(index: Index) -> list[Item]:
    """Return what claims date, save births and what is deprecated; a date of a thing is one."""
    groups: dict[tuple[str, Term, Term], list[Claim]] = defaultdict(list)
    for node in index.members(iri("clef:Claim")):
        one = claim(index, node)
        if is_dated(one) and one.rank != _DEPRECATED and one.predicate != _BORN and not one.denies:
            groups[one.world, one.subject, one.predicate].append(one)
    found = [
        Item(world, subject, predicate, value, day_of(value.first), days_of(value.first)[1])
        for (world, subject, predicate), claims in groups.items()
        for value in said(claims)
    ]
    return sorted(found, key=lambda item: (item.first, item.last, item.lane, item.said.first.node))


def draw(shown: list[Item], before: int = 0) -> Drawing:
    """Return the picture of items: years along it, a lane for each world, no mark on another."""
    if not shown:
        return Drawing(0, [], [], [])
    low = int(shown[0].first[:4])
    high = max(int((item.last or item.first)[:4]) for item in shown) + 1
    start, days = date(low, 1, 1).toordinal(), date(high, 1, 1).toordinal()

    def x(day: str) -> float:
        part = (date.fromisoformat(day).toordinal() - start) / (days - start)
        return round(_LEFT + part * (_RIGHT - _LEFT), 1)

    lanes, marks, top = [], [], 20
    for lane in _LANES:
        ends: list[float] = []
        placed = []
        for number, item in enumerate(shown, before + 1):
            if item.lane == lane:
                left, right = x(item.first), x(item.last or item.first)
                left = min(left, _RIGHT - _SIZE)
                width = max(_SIZE, right - left)
                level = next((n for n, end in enumerate(ends) if end <= left), len(ends))
                ends[level : level + 1] = [left + width + 2]
                placed.append(Mark(number, item, left, top + level * _STEP, round(width, 1)))
        if placed:
            lanes.append((lane, float(top + _SIZE / 2)))
            marks += placed
            top += len(ends) * _STEP + 14
    step = max(1, -(-(high - low) // 12))
    years = [(year, x(f"{year:04}-01-01")) for year in range(low, high + 1, step)]
    return Drawing(top + 24, lanes, years, marks)


def _facets() -> list[Facet[Item]]:
    return [Facet("lane", _("Lane"), lambda row: [row.lane], lambda key: _(_LANES[key]))]


def _columns(index: Index) -> Columns[Item]:
    return {
        "lane": lambda row: row.lane,
        "date": lambda row: stated(row.said.first),
        "subject": lambda row: compact(row.subject),
        "name": lambda row: index.label(row.subject),
        "property": lambda row: compact(row.predicate),
        "standing": lambda row: in_english(index, row.said.marks),
        "sources": lambda row: [compact(source) for source in row.said.sources],
        "claims": lambda row: [one.identifier for one in row.said.claims],
    }
