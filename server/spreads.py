"""Own the values that claims of a comparison give, question by question; not the verdicts.

A page of many aspects lists the first values of each; the page of one aspect lists all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from kg.aspects import NOTES, Judged
from kg.claims import Claim
from kg.compare import Row
from kg.model import Term
from server.axes import span_of
from server.plots import dot_plot
from server.present import status_of, value_of
from server.words import gettext as _

__all__ = ["FEW", "MANY", "Group", "Spread", "spreads_of"]

FEW, MANY = (4, 1), (60, 20)
"""How many different values are listed, and how many claims of each; the CSV has all."""

_CURRENCY = re.compile(r'"[A-Z]{3}".*')


@dataclass(frozen=True, slots=True)
class Group:
    """Claims that give the same value and stand alike; `shown` are those that are listed."""

    value: str
    status: str
    objection: str | None
    claims: list[Claim]
    shown: list[Claim]


@dataclass(frozen=True, slots=True)
class Spread:
    """The claims on record that answer one question, and the plot of them, if they have one."""

    predicate: Term
    subject: Term
    claims: list[Judged]
    groups: list[Group]
    plot: Markup | None

    @property
    def counted(self) -> int:
        """How many of the claims count."""
        return sum(one.objection is None for one in self.claims)

    @property
    def shortened(self) -> bool:
        """Whether fewer claims are listed than there are."""
        return sum(len(group.shown) for group in self.groups) < len(self.claims)


def spreads_of(rows: Iterable[Row], most: tuple[int, int]) -> dict[str, list[Spread]]:
    """Return the disputed values of rows, by the name of the row; of each `most` are listed.

    One claim alone is no spread, whatever it conflicts with. Where two rows are answered by the
    same claims, the first has the plot.
    """
    drawn: set[tuple[Term, Term]] = set()
    return {row.name: list(_spreads(row, most, drawn)) for row in rows}


def _spreads(row: Row, most: tuple[int, int], drawn: set[tuple[Term, Term]]) -> Iterator[Spread]:
    asked: dict[tuple[Term, Term], list[Judged]] = {}
    for one in row.record:
        if one.claim.predicate not in NOTES:
            asked.setdefault((one.claim.subject, one.claim.predicate), []).append(one)
    marks = [one.claim for one in row.story if not one.objection]
    for (subject, predicate), claims in asked.items():
        if len(claims) < 2 or not any(one.claim.disputed for one in claims):
            continue
        ordered = sorted(claims, key=lambda one: (_place(one), one.claim.identifier))
        counted = [one.claim for one in ordered if not one.objection]
        plot = dot_plot(counted, marks) if (subject, predicate) not in drawn else None
        drawn.add((subject, predicate))
        groups = _first(_grouped(ordered, most[1]), most[0])
        yield Spread(predicate, subject, ordered, groups, plot)


def _first(groups: list[Group], most: int) -> list[Group]:
    """Return the first groups, and the first of every unit that these lack."""
    shown = groups[:most]
    for group in groups[most:]:
        if group.claims[0].unit not in {one.claims[0].unit for one in shown}:
            shown.append(group)
    return shown


def _grouped(claims: list[Judged], named: int) -> list[Group]:
    """Return claims by what they say and how they stand, those that count and most say first."""
    groups: dict[tuple[str, str, str | None], list[Claim]] = {}
    money = any(_CURRENCY.fullmatch(one.claim.unit or "") for one in claims)
    for one in claims:
        value = value_of(one.claim)
        if money and not one.claim.unit:
            value = _("%(sum)s, currency not stated", sum=value)
        told = _("not %(value)s", value=value) if one.claim.denies else value
        key = (told, status_of(one.claim), one.objection)
        groups.setdefault(key, []).append(one.claim)
    found = [Group(*key, alike, alike[:named]) for key, alike in groups.items()]
    return sorted(found, key=lambda group: (group.objection is not None, -len(group.claims)))


def _place(one: Judged) -> tuple[str, float]:
    spanned = span_of(one.claim)
    return (spanned[0].unit, spanned[1][0]) if spanned else ("", 0.0)
