"""Own how months, lengths of time and units are put in words; not which are shown."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Literal

from babel.dates import format_skeleton
from babel.units import format_unit, get_unit_name

from server.words import language

__all__ = ["duration", "lasting", "month", "period", "unit"]

_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII
)
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_UNITS = {
    "a": "duration-year",
    "cm": "length-centimeter",
    "m": "length-meter",
    "t": "mass-tonne",
    "[lb_av]": "mass-pound",
    "[in_i]": "length-inch",
}
"""The units of https://ucum.org/ucum that are told by a name; the others stand as they are."""


def duration(text: str) -> str:
    """Return a length of time of XML Schema in words.

    >>> duration("P1Y8M"), duration("PT50M"), duration("-P1D")
    ('1 year, 8 months', '50 minutes', '-P1D')
    """
    match = _DURATION.fullmatch(text)
    if not match or not any(match.groups()):
        return text
    told = zip(match.groups(), _PARTS, strict=True)
    return ", ".join(lasting(int(number), part, language()) for number, part in told if number)


def lasting(number: float, part: str, language: str) -> str:
    """Return a number of years, months, days, hours, minutes or seconds in words.

    >>> lasting(2, "day", "it"), lasting(1, "hour", "en")
    ('2 giorni', '1 hour')
    """
    # Babel has no long word for the days of Italian; its short one is the whole word.
    length: Literal["short", "long"] = "short" if part == "day" else "long"
    return format_unit(number, f"duration-{part}", length=length, locale=language)


def month(text: str) -> str:
    """Return a month of a year in words.

    >>> month("2003-02")
    'February 2003'
    """
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
    if not match:
        return text
    return str(format_skeleton("yMMMM", date(int(match[1]), int(match[2]), 1), locale=language()))


def period(first: str, last: str) -> str | None:
    """Return a whole year, a whole month or a single day between two dates; else `None`.

    >>> period("2003-01-01", "2003-12-31"), period("2003-02-01", "2003-02-28")
    ('2003', '2003-02')
    """
    if first == last:
        return first
    if first[:4] == last[:4] and (first[4:], last[4:]) == ("-01-01", "-12-31"):
        return first[:4]
    match = re.fullmatch(r"(\d{4})-(\d\d)-01", first)
    if match and last == f"{first[:8]}{monthrange(int(match[1]), int(match[2]))[1]}":
        return first[:7]
    return None


def unit(code: str) -> str:
    """Return the name of a unit, or the code itself.

    >>> unit("cm"), unit("USD")
    ('centimeters', 'USD')
    """
    return (get_unit_name(_UNITS[code], locale=language()) or code) if code in _UNITS else code
