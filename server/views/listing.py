"""Own how a list is narrowed, sorted, cut into pages and written as data; not what it lists.

Everything that was chosen stands in the address, and every choice is a link with its number.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar
from urllib.parse import quote, urlencode

from flask import request

from kg.errors import InputError, NotFoundError
from server.twins import Writers

__all__ = [
    "Choice",
    "Columns",
    "Facet",
    "Listing",
    "Sorts",
    "as_csv",
    "as_json",
    "data",
    "listing",
    "paged",
]

Row = TypeVar("Row")
Cell: TypeAlias = str | int | None
Columns: TypeAlias = Mapping[str, Callable[[Row], Cell | Sequence[str]]]
"""What the data holds of a row, by the name of the column."""

Sorts: TypeAlias = Mapping[str, tuple[str, Callable[[Row], Any]]]
"""The orders that a list can have: words and key, by the value of `sort`."""


@dataclass(frozen=True, slots=True)
class Facet(Generic[Row]):
    """A way to narrow a list: its parameter, its words, the keys that a row has, and their words.

    `order` sorts the keys; without it those with the most rows come first.
    """

    name: str
    words: str
    keys: Callable[[Row], Iterable[str]]
    told: Callable[[str], str]
    order: Callable[[str], Any] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One link: its words, how many rows it leads to, where, and whether it is chosen."""

    words: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """The rows that were asked for, those that this page shows, and the links to the others."""

    every: list[Row]
    total: int
    shown: list[Row]
    first: int
    page: int
    pages: list[Choice]
    facets: list[tuple[str, list[Choice]]]
    sorts: list[Choice]

    @property
    def narrowed(self) -> bool:
        """Whether rows are left out by choice."""
        return len(self.every) < self.total


def listing(
    rows: Sequence[Row],
    facets: Sequence[Facet[Row]] = (),
    *,
    sorts: Sorts[Row] | None = None,
    size: int = 100,
) -> Listing[Row]:
    """Return what the request asks to see of a list.

    The first of `sorts` is the order of a request that asks for none.
    Raise `InputError` for a choice that there is not, `NotFoundError` past the last page.
    """
    chosen = {facet.name: _chosen(facet, rows) for facet in facets}
    every = _matching(rows, facets, chosen)
    order = request.args.get("sort") or next(iter(sorts or {}), "")
    if sorts:
        if order not in sorts:
            raise InputError(f"nothing sorts by {order!r}", hint=f"sort by {', '.join(sorts)}")
        every = sorted(every, key=sorts[order][1])
    cut = paged(every, size)
    return Listing(
        every=every,
        total=len(rows),
        shown=cut.shown,
        first=cut.first,
        page=cut.page,
        pages=cut.pages,
        facets=[(facet.words, _choices(facet, rows, facets, chosen)) for facet in facets],
        sorts=[
            Choice(words, 0, _address(sort=name), name == order)
            for name, (words, _key) in (sorts or {}).items()
        ],
    )


def paged(rows: list[Row], size: int) -> Listing[Row]:
    """Return the page of a list that the request asks for."""
    text = request.args.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise InputError(f"{text!r} is no page", hint="give its number, such as page=2")
    page, last = int(text), max(1, -(-len(rows) // size))
    if page > last:
        raise NotFoundError(f"there is no page {page}", hint=f"the last one is {last}")
    first = (page - 1) * size
    pages = [Choice(str(n), size, _address(page=str(n)), n == page) for n in range(1, last + 1)]
    return Listing(
        every=rows,
        total=len(rows),
        shown=rows[first : first + size],
        first=first,
        page=page,
        pages=pages if last > 1 else [],
        facets=[],
        sorts=[],
    )


def data(columns: Columns[Row], rows: Iterable[Row]) -> Writers:
    """Return what writes rows as CSV and as JSON."""
    kept = list(rows)
    return {"csv": lambda: as_csv(columns, kept), "json": lambda: as_json(columns, kept)}


def as_csv(columns: Columns[Row], rows: Iterable[Row]) -> str:
    """Return rows as CSV; of several values in a cell each stands apart by a bar."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        cells = [write(row) for write in columns.values()]
        writer.writerow([c if isinstance(c, str | int) else " | ".join(c or ()) for c in cells])
    return text.getvalue()


def as_json(columns: Columns[Row], rows: Iterable[Row]) -> str:
    """Return rows as a JSON array of objects."""
    found = [{name: write(row) for name, write in columns.items()} for row in rows]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _chosen(facet: Facet[Row], rows: Iterable[Row]) -> str:
    key = request.args.get(facet.name, "")
    if key and not any(key in facet.keys(row) for row in rows):
        raise InputError(f"nothing here has {key!r} for {facet.name}")
    return key


def _matching(
    rows: Iterable[Row], facets: Iterable[Facet[Row]], chosen: Mapping[str, str]
) -> list[Row]:
    wanted = [(facet, chosen[facet.name]) for facet in facets if chosen[facet.name]]
    return [row for row in rows if all(key in facet.keys(row) for facet, key in wanted)]


def _choices(
    facet: Facet[Row],
    rows: Iterable[Row],
    facets: Iterable[Facet[Row]],
    chosen: Mapping[str, str],
) -> list[Choice]:
    """Return the links of a facet; the number of each is that of the rows it would show."""
    others = [other for other in facets if other is not facet]
    left = _matching(rows, others, chosen)
    counts = Counter(key for row in left for key in set(facet.keys(row)))
    order = facet.order or (lambda key: (-counts[key], facet.told(key)))
    now = chosen[facet.name]
    return [
        Choice(
            facet.told(key),
            counts[key],
            _address(**{facet.name: "" if key == now else key}),
            key == now,
        )
        for key in sorted(counts, key=order)
    ]


def _address(**changed: str) -> str:
    """Return the address of this page with other choices; a choice that is empty is left out."""
    kept = {name: value for name, value in request.args.items() if name != "page"}
    asked = {name: value for name, value in (kept | changed).items() if value}
    if asked.get("page") == "1":
        del asked["page"]
    here = quote(f"{request.script_root}{request.path}")
    return f"{here}?{urlencode(asked)}" if asked else here
