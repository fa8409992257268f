"""Own the pages that set works beside the record, a list and one for each; not the verdicts.

What the reader chose stands in the query string, and holds for the page and its twins alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from kg.aspects import Judged
from kg.claims import Claim
from kg.compare import Comparison, Row, compare, episodes
from kg.errors import InputError, NotFoundError
from kg.index import Index
from kg.model import Term
from kg.namespaces import iri
from kg.policy import OBJECTIONS, STRICTNESS, Policy, independent
from kg.verdicts import RULES, VERDICTS
from server import compare_twins, links, parameters
from server.axes import span_of
from server.plots import dot_plot
from server.present import status_of, value_of
from server.state import state
from server.twins import respond
from server.words import gettext as _
from server.words import language

__all__ = ["VERDICT_WORDS", "blueprint", "question", "strip"]

blueprint = Blueprint("comparisons", __name__)

VERDICT_WORDS = {
    "true": "True to the record",
    "close": "Close",
    "loose": "Loose",
    "invented": "Invented",
    "unknown": "Cannot tell",
}
"""What each verdict is called; the icon and the colour say the same."""

_SHOWN, _NAMED = 4, 2
"""How many different values a table of the page has, and how many claims each; the CSV has all."""

_CURRENCY = re.compile(r'"[A-Z]{3}".*')
_ALL = Policy(STRICTNESS["flexible"])
_ASKS = (iri("clef:asks"),)
_NOTES = frozenset(map(iri, ("clef:note", "clef:connectedWith")))


@dataclass(frozen=True, slots=True)
class Group:
    """Claims that give the same value and stand alike."""

    value: str
    status: str
    objection: str | None
    claims: list[Claim]


@dataclass(frozen=True, slots=True)
class Spread:
    """The claims on record that answer one question, and where on the page they are listed."""

    predicate: Term
    subject: Term
    claims: list[Judged]
    groups: list[Group]
    plot: Markup | None
    row: str

    @property
    def counted(self) -> int:
        """How many of the claims count."""
        return sum(one.objection is None for one in self.claims)

    @property
    def shortened(self) -> bool:
        """Whether the page lists fewer claims than there are."""
        return sum(len(group.claims[:_NAMED]) for group in self.groups) < len(self.claims)


@blueprint.get("/compare")
@blueprint.get("/compare.<suffix>")
def listing(suffix: str | None = None) -> Response:
    """Answer with the works that can be compared."""
    found = state().library.edition().compared
    return respond(
        {
            "html": lambda: render_template(
                "compare_list.html", found=found, strip=strip, words=VERDICT_WORDS
            ),
            "csv": lambda: compare_twins.list_csv(found),
            "json": lambda: compare_twins.list_json(found),
        },
        suffix,
    )


@blueprint.get("/compare/<name>")
@blueprint.get("/compare/<name>.<suffix>")
def comparison(name: str, suffix: str | None = None) -> Response:
    """Answer with the comparison of one work."""
    index = state().library.edition().index
    work = links.term_of(name)
    if iri("clef:Work") not in index.kinds(work):
        raise NotFoundError(f"no work here is called {name}", hint="/compare lists the works")
    found = compare(index, work, _policy(index, work))
    if not found.rows:
        raise NotFoundError(f"nothing of {name} is compared with the record")
    return respond(
        {
            "html": lambda: _page(index, found),
            "csv": lambda: compare_twins.as_csv(found, question),
            "json": lambda: compare_twins.as_json(found, question),
            "turtle": lambda: compare_twins.as_turtle(index, found),
        },
        suffix,
    )


def question(row: Row) -> str:
    """Return what a row asks, in words; it never gives the answer away."""
    index = state().library.edition().index
    if row.is_character:
        who = re.sub(r" \([^()]*\)$", "", index.label(row.subject, language()))
        return _("Is there a real person behind %(who)s?", who=who)
    for predicate in row.predicates:
        asked = index.text(predicate, _ASKS, language())
        if asked:
            return asked
    named = [index.label(predicate, language()) for predicate in row.predicates]
    return named[0][:1].upper() + named[0][1:] if named else _("What happens?")


def _policy(index: Index, work: Term) -> Policy:
    """Return what the reader chose; raise `InputError` for what cannot be chosen."""
    given = parameters.in_url(request)
    strictness = _one(given, "strictness") or "balanced"
    if strictness not in STRICTNESS:
        raise InputError(
            f"no strictness is called {strictness!r}", hint=f"one of {', '.join(STRICTNESS)}"
        )
    through = _one(given, "through")
    numbers = sorted(set(episodes(index, work).values()))
    beyond = numbers and through.isdecimal() and int(through) > numbers[-1]
    if through and through not in map(str, numbers) and not beyond:
        listed = ", ".join(map(str, numbers)) or "none: no episode of this work has a number here"
        raise InputError(f"no episode has the number {through!r}", hint=f"one of {listed}")
    names = [name for name in parameters.values(given, "without") if name]
    for name in names:
        if iri("clef:Source") not in index.kinds(links.term_of(name)):
            raise InputError(f"no source here is called {name!r}", hint="each claim names its own")
    without = frozenset(map(links.term_of, names))
    return Policy(STRICTNESS[strictness], int(through) if through else None, without)


def _one(given: parameters.Pairs, name: str) -> str:
    found = [value for value in parameters.values(given, name) if value]
    if len(found) > 1:
        raise InputError(f"{name} is given {len(found)} times", hint="give it once")
    return found[0] if found else ""


def _page(index: Index, found: Comparison) -> str:
    listed: dict[tuple[Term, Term], str] = {}
    spreads = {row.name: _spreads(row, listed) for row in found.rows}
    in_rows = {
        source
        for row in found.rows
        for each in row.compared
        for one in (*each.story, *each.record)
        for source in one.claim.sources
    }
    return render_template(
        "compare.html",
        found=found,
        spreads=spreads,
        strip=strip,
        question=question,
        players=lambda one: index.objects(one, iri("clef:playedBy")),
        text=lambda node, name: index.text(node, (iri(name),), language()),
        sources=sorted(in_rows | found.policy.without),
        backing=lambda one: len(independent(index, _ALL, one)),
        episodes=sorted(set(episodes(index, found.work).values())),
        named=_NAMED,
        words=VERDICT_WORDS,
        rules=RULES,
        objections=OBJECTIONS,
        degrees=STRICTNESS,
        bases=index.members(iri("clef:ComparisonBasis")),
    )


def _spreads(row: Row, listed: dict[tuple[Term, Term], str]) -> list[Spread]:
    """Return the claims of a row by the question that they answer; `listed` is what went before."""
    groups: dict[tuple[Term, Term], list[Judged]] = {}
    for one in row.record:
        if one.claim.predicate not in _NOTES:
            groups.setdefault((one.claim.subject, one.claim.predicate), []).append(one)
    found = []
    marks = [one.claim for one in row.story if not one.objection]
    for (subject, predicate), claims in groups.items():
        if not any(one.claim.disputed for one in claims):
            continue
        where = listed.setdefault((subject, predicate), row.name)
        ordered = sorted(claims, key=lambda one: (_place(one), one.claim.identifier))
        counted = [one.claim for one in ordered if not one.objection]
        plot = dot_plot(counted, marks) if where == row.name else None
        alike = _few(_grouped(ordered)) if where == row.name else []
        found.append(Spread(predicate, subject, ordered, alike, plot, where))
    return found


def _few(groups: list[Group]) -> list[Group]:
    """Return the first groups, and the first of every unit that these lack."""
    shown = groups[:_SHOWN]
    for group in groups[_SHOWN:]:
        if group.claims[0].unit not in {one.claims[0].unit for one in shown}:
            shown.append(group)
    return shown


def _grouped(claims: list[Judged]) -> list[Group]:
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
    found = [Group(*key, alike) for key, alike in groups.items()]
    return sorted(found, key=lambda group: (group.objection is not None, -len(group.claims)))


def _place(one: Judged) -> tuple[str, float]:
    spanned = span_of(one.claim)
    return (spanned[0].unit, spanned[1][0]) if spanned else ("", 0.0)


def strip(found: Comparison) -> list[tuple[str, float, float]]:
    """Return the parts of the strip: the verdict, where it begins and how wide, of a hundred."""
    shown = [(verdict, found.counts[verdict]) for verdict in VERDICTS if found.counts[verdict]]
    total = sum(number for _verdict, number in shown)
    parts, at = [], 0.0
    for verdict, number in shown:
        width = 100 * number / total
        parts.append((verdict, round(at, 2), round(width - 0.4, 2)))
        at += width
    return parts
