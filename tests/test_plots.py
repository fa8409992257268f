"""Plots of values: one unit to an axis, days among years, and the same said in words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kg.claims import Claim, claims_on
from kg.index import Index
from kg.namespaces import iri
from kg.store import KnowledgeGraph
from server.axes import Scale, axis_for, span_of
from server.plots import dot_plot

HEIST = iri("id:antwerp-diamond-heist")


@pytest.fixture(scope="module")
def index(graph: KnowledgeGraph) -> Index:
    return Index(graph)


def values(index: Index, predicate: str) -> list[Claim]:
    return claims_on(index, HEIST, iri(predicate))


def test_every_unit_has_an_axis_of_its_own(index: Index) -> None:
    claims = values(index, "clef:lootValue")
    spans = [span_of(one) for one in claims]
    units = {one[0].unit for one in spans if one}
    assert {"USD", "EUR", "GBP", ""} <= units
    drawn = dot_plot(claims)
    assert drawn is not None
    assert drawn.count("<svg") == drawn.count("<title>") == 3  # two sums in pounds are no spread
    dots = "".join(re.findall('class="dot(?: faint)?" d="([^"]*)"', drawn)).count("h0")
    bars = "".join(re.findall('class="bar(?: faint)?" d="([^"]*)"', drawn)).count("H")
    assert dots + bars == 37


def test_what_is_on_no_line_is_told_in_words(index: Index) -> None:
    drawn = dot_plot(values(index, "clef:lootValue"))
    assert drawn is not None
    assert re.search(r"On no line: [\d,]+ GBP; [^;]*GBP\.</p>", drawn)
    assert drawn.count("the unit is not stated") == 1
    vault = iri("id:antwerp-diamond-center-vault")
    drawn = dot_plot(claims_on(index, vault, iri("clef:doorThickness")))
    assert drawn is not None
    assert "On no line: 12 inches; 2 meters." in drawn


def test_what_is_on_no_line_is_never_of_the_story_nor_denied(index: Index) -> None:
    claims = values(index, "clef:crewSize")
    words = values(index, "clef:method")
    drawn = dot_plot([*claims, replace(claims[0], unit='"XTS"', denies=True)], words)
    assert drawn is not None
    assert "On no line" not in drawn
    many = [replace(claims[0], unit=f'"X{n}"') for n in range(9)]
    drawn = dot_plot([*claims, *many, many[0]])
    assert drawn is not None
    assert "X0 (2); " in drawn
    assert drawn.endswith("X5; 3 other values.</p>")


def test_what_is_pale_is_said_to_be_deprecated(index: Index) -> None:
    claims = values(index, "clef:lootValue")
    drawn = dot_plot(claims)
    assert drawn is not None
    pale = [plot for plot in drawn.split("<svg")[1:] if " faint" in plot]
    assert len(pale) == drawn.count("what is pale is deprecated") == 2
    assert all("what is pale is deprecated" in plot for plot in pale)
    kept = dot_plot(one for one in claims if one.rank != iri("clef:Deprecated"))
    assert kept is not None
    assert "pale" not in kept


def test_days_are_not_pressed_together_by_whole_years(index: Index) -> None:
    claims = values(index, "clef:occurred")
    drawn = dot_plot(claims)
    assert drawn is not None
    assert "15 Feb" in drawn
    assert "2 lie outside the picture" in drawn


def test_what_is_told_on_screen_is_a_cross(index: Index) -> None:
    told = claims_on(index, iri("id:eld-heist"), iri("clef:crewSize"))
    drawn = dot_plot(values(index, "clef:crewSize"), told)
    assert drawn is not None
    assert drawn.count("l10 10") == len(told) == 2
    assert "most often 5 (6)" in drawn


def test_words_and_single_values_have_no_plot(index: Index) -> None:
    assert dot_plot(values(index, "clef:method")) is None
    assert dot_plot(values(index, "clef:crewSize")[:1]) is None
    assert dot_plot([]) is None


def test_an_open_end_stays_open(index: Index) -> None:
    atleast = next(
        one for one in values(index, "clef:lootValue") if not one.values and not one.upper
    )
    spanned = span_of(atleast)
    assert spanned is not None
    assert spanned[1][1] == float("inf")


def test_what_is_denied_is_not_drawn(index: Index) -> None:
    one = values(index, "clef:crewSize")[0]
    assert span_of(one)
    assert span_of(replace(one, denies=True)) is None


def test_a_unit_is_never_dropped(index: Index) -> None:
    first = values(index, "clef:lootValue")[0]
    assert span_of(replace(first, unit='"XTS"')) != span_of(first)


@pytest.mark.parametrize(
    ("spans", "log"),
    [([(1.0, 1.0), (1000.0, 1000.0)], True), ([(0.0, 0.0), (1000.0, 1000.0)], False)],
)
def test_an_axis_goes_by_powers_only_where_it_can(
    spans: list[tuple[float, float]], log: bool
) -> None:
    axis = axis_for(Scale("number", ""), spans)
    assert axis.log is log
    assert all(0 <= axis.place(end) <= 1 for span in spans for end in span)
    assert axis.ticks("en")
