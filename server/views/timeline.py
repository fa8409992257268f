"""Own the timeline: record, works and stories on a lane each, and the same as a list."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
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
_STEP, _SIZE, _PAD = 26, 24, 4
_BREAK, _ROWS = 16, 5


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
    x: int
    y: int
    width: int


class Year(NamedTuple):
    """A year of the drawing: where it begins, and how many marks stand beside each other in it."""

    year: int
    x: int
    columns: int

    @property
    def width(self) -> int:
        """How much of the axis it takes."""
        return self.columns * _STEP + 2 * _PAD


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where everything stands in the picture, and from when to when years are left out."""

    width: int
    height: int
    lanes: list[tuple[str, int]]
    years: list[Year]
    left_out: list[tuple[int, int]]
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
    """Return the picture of items: years along it, a lane for each world, no mark on another.

    A year has the room that its dates need, and one without any has none. Within a year, marks
    stand in the order of the days: those of one night would lie on each other by a measure of time.
    """
    years = _years(shown)
    lanes, marks, top = [], [], 4
    for lane in _LANES:
        numbered = [(n, item) for n, item in enumerate(shown, before + 1) if item.lane == lane]
        if numbered:
            lanes.append((lane, top + 14))
            placed = _placed(numbered, years, top + 22)
            marks += placed
            top = max(mark.y for mark in placed) + _STEP + 10
    along = list(years.values())
    width = along[-1].x + along[-1].width + _PAD if along else 0
    gaps = [(one.year + 1, other.year - 1) for one, other in pairwise(along)]
    left_out = [gap for gap in gaps if gap[0] <= gap[1]]
    return Drawing(width, top + 26, lanes, along, left_out, marks)


def _years(shown: list[Item]) -> dict[int, Year]:
    """Return the years in which something begins or ends."""
    starts = Counter((item.lane, _year(item.first)) for item in shown)
    most: dict[int, int] = {_year(item.last): 1 for item in shown if item.last}
    for (_lane, year), number in starts.items():
        most[year] = max(most.get(year, 1), number)
    years: dict[int, Year] = {}
    x = _PAD
    for year in sorted(most):
        if years and year - 1 not in years:
            x += _BREAK
        years[year] = Year(year, x, -(-most[year] // _ROWS))
        x += years[year].width
    return years


def _placed(numbered: list[tuple[int, Item]], years: dict[int, Year], top: int) -> list[Mark]:
    """Return the marks of a lane, each in its year; one of several years goes to the last."""
    starts = Counter(_year(item.first) for _number, item in numbered)
    met: Counter[int] = Counter()
    ends: list[int] = []
    marks = []
    for number, item in numbered:
        year, last = years[_year(item.first)], years[_year(item.last or item.first)]
        rows = -(-starts[year.year] // year.columns)
        left = year.x + _PAD + met[year.year] // rows * _STEP
        met[year.year] += 1
        right = left + _SIZE if last == year else last.x + last.width - _PAD
        level = next((n for n, end in enumerate(ends) if end <= left), len(ends))
        ends[level : level + 1] = [right]
        marks.append(Mark(number, item, left, top + level * _STEP, right - left))
    return marks


def _year(day: str) -> int:
    return int(day[:4])


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
