"""Own how months, lengths of time and units are put in words; not which are shown."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from babel.dates import format_skeleton
from babel.units import format_unit, get_unit_name

from server.words import gettext as _
from server.words import language

__all__ = ["bounded", "duration", "elided", "lasting", "month", "period", "unit"]

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

    >>> [lasting(6, part, "it") for part in ("year", "month", "day", "hour")]
    ['6 anni', '6 mesi', '6 giorni', '6 ore']
    >>> [lasting(6, part, "en") for part in ("year", "month", "day", "hour")]
    ['6 years', '6 months', '6 days', '6 hours']
    """
    name = f"duration-{part}"
    told = format_unit(number, name, length="long", locale=language)
    # Babel has no long words for the years, months and days of Italian; its short ones are whole.
    return format_unit(number, name, length="short", locale=language) if name in told else told


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


def bounded(low: str, high: str, *, dated: bool = False) -> str:
    """Return an interval in words; an end that is open is empty. Days have words of their own.

    >>> bounded("", "March 1, 2003", dated=True), bounded("3", ""), bounded("3", "5")
    ('by March 1, 2003', 'at least 3', '3 to 5')
    """
    if dated and low and high:
        return elided(_("from %(first)s to %(last)s", first=low, last=high))
    if dated:
        told = _("from %(first)s onwards", first=low) if low else _("by %(last)s", last=high)
        return elided(told)
    if low and high:
        return _("%(low)s to %(high)s", low=low, high=high)
    return _("at least %(low)s", low=low) if low else _("at most %(high)s", high=high)


def elided(text: str) -> str:
    """Return Italian words with the article as it stands before a number that begins in a vowel."""
    return re.sub(r"\b(dal|al|il) (?=(?:8|11)\b)", _short, text)


def _short(match: re.Match[str]) -> str:
    return {"dal": "dall'", "al": "all'", "il": "l'"}[match[1]]


def unit(code: str) -> str:
    """Return the name of a unit, or the code itself.

    >>> unit("cm"), unit("USD")
    ('centimeters', 'USD')
    """
    if code not in _UNITS:
        return code
    names = (get_unit_name(_UNITS[code], length, language()) for length in ("long", "short"))
    return next(filter(None, names), code)  # Babel has no long word for the years of Italian
