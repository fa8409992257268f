"""Own the pages that set works beside the record, a list, each, and each aspect; not the verdicts.

What the reader chose stands in the query string, and holds for the page and its twins alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, render_template, request

from kg.compare import Comparison, compare, episodes
from kg.errors import InputError, NotFoundError
from kg.index import Index
from kg.model import Term
from kg.namespaces import iri
from kg.policy import OBJECTIONS, STRICTNESS, Policy, independent
from kg.verdicts import RULES, VERDICTS
from server import compare_twins, links, parameters
from server.reviews import VERDICT_WORDS, chosen, question, reviews_jsonld
from server.spreads import FEW, MANY, spreads_of
from server.state import state
from server.twins import respond
from server.words import language

__all__ = ["blueprint", "strip"]

blueprint = Blueprint("comparisons", __name__)

_ALL = Policy(STRICTNESS["flexible"])


@blueprint.get("/compare")
@blueprint.get("/compare.<suffix>")
def listing(suffix: str | None = None) -> Response:
    """Answer with the works that can be compared."""
    edition = state().library.edition()
    index, found = edition.index, edition.compared
    page = partial(
        render_template,
        "compare_list.html",
        found=found,
        strip=strip,
        words=VERDICT_WORDS,
        rules=RULES,
        degrees=STRICTNESS,
        bases=index.members(iri("clef:ComparisonBasis")),
        text=lambda node, name: index.text(node, (iri(name),), language()),
    )
    return respond(
        {
            "html": page,
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
    found = _compared(index, name)
    return _answer(index, found, suffix, lambda: _page(index, found))


@blueprint.get("/compare/<name>/<aspect>")
@blueprint.get("/compare/<name>/<aspect>.<suffix>")
def one_aspect(name: str, aspect: str, suffix: str | None = None) -> Response:
    """Answer with one row of a comparison, and all that is claimed of what it asks."""
    index = state().library.edition().index
    whole = _compared(index, name)
    found = replace(whole, rows=tuple(row for row in whole.rows if row.name == aspect))
    if not found.rows:
        raise NotFoundError(f"no aspect of {name} is called {aspect}", hint="its page lists them")
    return _answer(index, found, suffix, lambda: _show(index, found, "aspect.html", MANY))


def _compared(index: Index, name: str) -> Comparison:
    work = links.term_of(name)
    if iri("clef:Work") not in index.kinds(work):
        raise NotFoundError(f"no work here is called {name}", hint="/compare lists the works")
    found = compare(index, work, _policy(index, work))
    if not found.rows:
        raise NotFoundError(f"nothing of {name} is compared with the record")
    return found


def _answer(
    index: Index, found: Comparison, suffix: str | None, page: Callable[[], str]
) -> Response:
    return respond(
        {
            "html": page,
            "csv": lambda: compare_twins.as_csv(found),
            "json": lambda: compare_twins.as_json(found),
            "turtle": lambda: compare_twins.as_turtle(index, found),
        },
        suffix,
    )


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
    in_rows = {
        source
        for row in found.rows
        for each in row.compared
        for one in (*each.story, *each.record)
        for source in one.claim.sources
    }
    return _show(
        index,
        found,
        "compare.html",
        FEW,
        strip=strip,
        sources=sorted(in_rows | found.policy.without),
        episodes=sorted(set(episodes(index, found.work).values())),
        degrees=STRICTNESS,
    )


def _show(
    index: Index, found: Comparison, template: str, most: tuple[int, int], **more: object
) -> str:
    return render_template(
        template,
        found=found,
        spreads=spreads_of(found.rows, most),
        question=question,
        players=lambda one: index.objects(one, iri("clef:playedBy")),
        text=lambda node, name: index.text(node, (iri(name),), language()),
        backing=lambda one: len(independent(index, _ALL, one)),
        chosen=chosen(found.policy),
        linked=reviews_jsonld(index, found),
        words=VERDICT_WORDS,
        rules=RULES,
        objections=OBJECTIONS,
        **more,
    )


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
