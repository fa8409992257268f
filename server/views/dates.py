"""Own the days that claims give: which claims give one, the first and last day meant."""

from __future__ import annotations

from kg.claims import Claim
from kg.model import Term
from kg.namespaces import iri
from kg.terms import literal_parts
from kg.values import day

__all__ = ["day_of", "days_of", "is_dated", "stated"]

_DATES = frozenset(iri(f"xsd:{name}")[1:-1] for name in ("date", "gYear", "gYearMonth"))


def is_dated(one: Claim) -> bool:
    """Tell whether a claim gives a day, a month or a year, or bounds that are such."""
    return any(_dated(term) for term in (*one.values, one.lower, one.upper))


def day_of(one: Claim) -> str:
    """Return the first day that a claim can mean, as ISO 8601 has it; its last one failing that."""
    first, last = days_of(one)
    return first or last


def days_of(one: Claim) -> tuple[str, str]:
    """Return the first and the last day that a claim can mean; an end that is open is empty.

    A month or a year is all of its days.
    """
    given = sorted(value for value in one.values if _dated(value))
    low, high = (given[0], given[-1]) if given else (one.lower, one.upper)
    return (_end(low, last=False), _end(high, last=True))


def stated(one: Claim) -> str:
    """Return a date as a claim gives it, a year as a year; of bounds an interval of ISO 8601.

    An end that is open is `..`.
    """
    given = sorted(literal_parts(value)[0] for value in one.values if _dated(value))
    if given:
        return "/".join(given)
    ends = (one.lower, one.upper)
    return "/".join(literal_parts(end)[0] if end and _dated(end) else ".." for end in ends)


def _dated(term: Term | None) -> bool:
    return term is not None and term.startswith('"') and literal_parts(term)[2] in _DATES


def _end(term: Term | None, *, last: bool) -> str:
    """Return the first or last day of a date; nothing for what is no date."""
    return literal_parts(day(term, last=last))[0] if term and _dated(term) else ""
