"""Own the axes of plots: how a value becomes a place on a line, and the marks on it; no drawing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_decimal

from kg.claims import Claim
from kg.model import Term
from kg.namespaces import PREFIXES
from kg.terms import literal_parts
from kg.values import day
from server.measures import lasting

__all__ = ["Axis", "Scale", "Span", "axis_for", "span_of"]

_XSD = PREFIXES["xsd"]
_NUMBERS = frozenset(f"{_XSD}{name}" for name in ("integer", "decimal", "nonNegativeInteger"))
_DATES = frozenset(f"{_XSD}{name}" for name in ("date", "gYearMonth", "gYear"))
_DURATION = re.compile(r"P(?:(\d+)([YMD])|T(\d+)([HMS]))")
_PARTS = {"Y": "year", "M": "month", "D": "day", "TH": "hour", "TM": "minute", "TS": "second"}
_LOG_FROM, _FINE_DAYS = 50, 31

Span: TypeAlias = tuple[float, float]
"""The least and the greatest value that a claim allows; an open end is infinite."""


class Scale(NamedTuple):
    """What can share an axis: numbers of one unit, dates, or durations counted in one part."""

    kind: str
    unit: str


def span_of(claim: Claim) -> tuple[Scale, Span] | None:
    """Return the scale and the span of what a claim gives, where it can stand on an axis.

    What a claim denies is no value that it gives.
    """
    given = [t for t in (*claim.values, claim.lower, claim.upper) if t and t.startswith('"')]
    read = [_read(term) for term in given]
    kinds = {one[0] for one in read if one}
    if claim.denies or len(claim.values) > 1 or len(kinds) != 1 or None in read:
        return None
    (scale,) = kinds
    if claim.unit:
        scale = Scale(scale.kind, literal_parts(claim.unit)[0])
    lows = [one[1][0] for one in read if one]
    highs = [one[1][1] for one in read if one]
    open_below = not claim.values and not claim.lower
    open_above = not claim.values and not claim.upper
    return scale, (-math.inf if open_below else min(lows), math.inf if open_above else max(highs))


def _read(term: Term) -> tuple[Scale, Span] | None:
    text, _language, datatype = literal_parts(term)
    if datatype in _NUMBERS:
        return Scale("number", ""), (float(text), float(text))
    if datatype in _DATES:
        ends = (literal_parts(day(term, last=last))[0] for last in (False, True))
        try:
            low, high = (float(date.fromisoformat(end).toordinal()) for end in ends)
        except ValueError:
            return None
        return Scale("date", ""), (low, high)
    length = _DURATION.fullmatch(text) if datatype == f"{_XSD}duration" else None
    if length:
        part = length[2] or f"T{length[4]}"
        count = float(length[1] or length[3])
        return Scale("duration", _PARTS[part]), (count, count)
    return None


@dataclass(frozen=True, slots=True)
class Axis:
    """A line from a low to a high value, even or in powers of ten."""

    scale: Scale
    low: float
    high: float
    log: bool

    def place(self, value: float) -> float:
        """Return where a value stands, from 0 to 1."""
        low, high, at = ((math.log10(v) if self.log else v) for v in (self.low, self.high, value))
        return (at - low) / (high - low)

    def holds(self, span: Span) -> bool:
        """Tell whether any of a span lies on this axis."""
        return span[0] <= self.high and span[1] >= self.low

    def ticks(self, language: str) -> list[tuple[float, str]]:
        """Return the marks of the axis and their labels in a language."""
        return [
            (at, self._short(at, language)) for at in self._marks() if self.low <= at <= self.high
        ]

    def told(self, value: float, language: str) -> str:
        """Return a value in full, as a person writes it."""
        if self.scale.kind == "date":
            return format_date(date.fromordinal(int(value)), "long", locale=language)
        if self.scale.kind == "duration":
            return lasting(value, self.scale.unit, language)
        number = format_decimal(value, locale=language)
        return f"{number} {self.scale.unit}" if self.scale.unit else number

    def _short(self, value: float, language: str) -> str:
        if self.scale.kind != "date":
            return format_compact_decimal(value, fraction_digits=1, locale=language)
        width = self.high - self.low
        form = "d MMM" if width <= 100 else "MMM y" if width <= 900 else "y"
        return format_date(date.fromordinal(int(value)), form, locale=language)

    def _marks(self) -> Iterator[float]:
        if self.log:
            first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
            between = (1, 2, 5) if last - first <= 4 else (1,)
            yield from (n * 10.0**power for power in range(first, last + 1) for n in between)
        elif self.scale.kind == "date" and self.high - self.low > 100:
            yield from self._months()
        else:
            step = _step((self.high - self.low) / 6)
            first = math.ceil(self.low / step)
            yield from (n * step for n in range(first, math.floor(self.high / step) + 1))

    def _months(self) -> Iterator[float]:
        """Yield the first days of months, or of years where there are many."""
        months = round((self.high - self.low) / 30.4)
        step = next(n for n in (1, 3, 12, 60, 120, 600, 1200, 12000) if months / n <= 7)
        start = date.fromordinal(int(self.low))
        at = (start.year * 12 + start.month) // step * step
        while (year := at // 12) <= date.fromordinal(int(self.high)).year:
            if year > 0:
                yield float(date(year, at % 12 + 1, 1).toordinal())
            at += step


def axis_for(scale: Scale, spans: Sequence[Span]) -> Axis:
    """Return the axis that shows spans.

    Where days and whole years stand together, the axis is that of the days: a year would press
    them into one point.
    """
    fine = [span for span in spans if span[1] - span[0] <= _FINE_DAYS]
    shown = fine if scale.kind == "date" and len(set(fine)) > 1 else spans
    if scale.kind == "date" and shown is fine:
        shown = _together(fine)
    ends = [end for span in shown for end in span if math.isfinite(end)]
    low, high = min(ends), max(ends)
    if scale.kind == "number" and low > 0 and high / low >= _LOG_FROM:
        return Axis(scale, low / 1.5, high * 1.5, log=True)
    room = (high - low) * 0.06 or 1.0
    return Axis(scale, low - room, high + room, log=False)


def _together(spans: Sequence[Span]) -> list[Span]:
    """Return the spans of days that lie near most of them: within a hundred days of the middle."""
    middle = sorted(span[0] for span in spans)[len(spans) // 2]
    near = [span for span in spans if abs(span[0] - middle) <= timedelta(days=100).days]
    return near if len(set(near)) > 1 else list(spans)


def _step(least: float) -> float:
    """Return the next of 1, 2, 5, 10, 20 ... that is at least so much, never below 1."""
    if least <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= least)
