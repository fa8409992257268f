"""The timeline: three lanes kept apart, drawn as it is listed, dates as claims give them."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from flask.testing import FlaskClient

from kg.claims import claim
from kg.namespaces import iri
from server.library import Edition
from server.views.dates import days_of, stated
from server.views.timeline import draw, items


def test_the_drawing_has_a_mark_for_each_entry_of_the_list(visitor: FlaskClient) -> None:
    page = visitor.get("/timeline", headers={"Accept": "text/html"}).text
    marks = re.findall(r'<a href="#(n\d+)"><title>', page)
    entries = re.findall(r'<li id="(n\d+)">', page)
    assert sorted(marks) == sorted(entries)
    assert len(entries) == 54
    assert '<title id="drawn">Timeline' in page


def test_a_lane_holds_what_is_of_its_world(edition: Edition) -> None:
    found = items(edition.index)
    lanes = {lane: {i.subject for i in found if i.lane == lane} for lane in ("real", "fiction")}
    assert iri("id:antwerp-diamond-heist") in lanes["real"]
    assert lanes["fiction"] == {iri("id:eld-heist")}
    assert iri("clef:birthDate") not in {item.predicate for item in found}
    assert [item.first for item in found] == sorted(item.first for item in found)


def test_no_mark_lies_on_another(edition: Edition) -> None:
    drawing = draw(items(edition.index))
    rows: dict[float, list[tuple[float, float]]] = {}
    for mark in drawing.marks:
        rows.setdefault(mark.y, []).append((mark.x, mark.x + mark.width))
    for spans in rows.values():
        spans.sort()
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert draw([]).marks == []


def test_the_axis_has_room_where_there_are_dates(edition: Edition) -> None:
    found = items(edition.index)
    drawing = draw(found)
    years = {one.year: one for one in drawing.years}
    dated = {int(day[:4]) for item in found for day in (item.first, item.last or item.first)}
    assert years.keys() == dated
    assert (1972, 1999) in drawing.left_out
    for mark in drawing.marks:
        year = years[int(mark.item.first[:4])]
        assert year.x < mark.x < mark.x + mark.width < year.x + year.width
    assert drawing.height < 400
    assert drawing.width <= 992
    for one, other in pairwise(drawing.years):
        gap = other.x - one.x - one.width
        assert (gap > 0) == (other.year > one.year + 1)
        assert min(one.width, other.width) > 30  # four digits of 12 pixels and a space


def test_what_lasts_for_years_reaches_its_last(edition: Edition) -> None:
    first = items(edition.index)[0]
    long = replace(first, first="1940-02-03", last="1945-05-08")
    short = replace(first, first="1943", last="1943-12-31")
    drawing = draw([long, short])
    assert [one.year for one in drawing.years] == [1940, 1943, 1945]
    assert drawing.left_out == [(1941, 1942), (1944, 1944)]
    one, other = drawing.marks
    assert one.x < drawing.years[1].x < drawing.years[2].x < one.x + one.width < drawing.width
    assert one.y != other.y


def test_words_say_which_years_are_left_out(visitor: FlaskClient) -> None:
    page = visitor.get("/timeline").text
    said = re.search(r"years in which nothing begins or ends: ([^<]+)\.</p>", page)
    assert said
    assert said[1].split(", ") == ["1972–1999", "2004", "2008", "2011", "2014"]
    assert page.count('<path class="edge"') == 5
    alone = visitor.get("/timeline?lane=fiction").text
    assert "marks stand in the order of their dates" in alone
    assert "Left out" not in alone


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("c0058", ("2005-01-01", "2005-12-31")),
        ("c0212", ("2003-02-15", "2003-02-16")),
        ("c0047", ("", "")),
    ],
)
def test_a_date_is_all_of_its_days(edition: Edition, name: str, days: tuple[str, str]) -> None:
    assert days_of(claim(edition.index, iri(f"id:{name}"))) == days


@pytest.mark.parametrize(
    ("name", "date"),
    [("c0058", "2005"), ("c0212", "2003-02-15/2003-02-16")],
)
def test_data_gives_a_date_as_it_is_stated(edition: Edition, name: str, date: str) -> None:
    assert stated(claim(edition.index, iri(f"id:{name}"))) == date


def test_no_data_of_dates_says_more_than_a_claim(visitor: FlaskClient) -> None:
    dates = [row["date"] for row in visitor.get("/timeline.json").get_json()]
    events = {row["event"]: row["date"] for row in visitor.get("/events.json").get_json()}
    assert {"2005", "2005-10-04"} <= set(events.values())
    assert "2005" in dates
    assert not [date for date in (*dates, *events.values()) if date.startswith("2005-01-01")]
    assert 'datetime="2005-01-01"' not in visitor.get("/timeline").text
    assert ",2005," in visitor.get("/events.csv").text
