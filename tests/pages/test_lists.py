"""Lists: what narrows, sorts and cuts them, in links with their numbers; what is refused."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from server.views.listing import Facet, as_csv, listing

PAGE = {"Accept": "text/html"}
LISTS = ("cast", "event", "events", "works", "sources", "places", "disputed", "timeline")
MOST = 60_000


@pytest.mark.parametrize("name", ["cast", "events", "works", "sources", "places", "disputed"])
def test_each_choice_leads_to_as_many_as_it_says(visitor: FlaskClient, name: str) -> None:
    page = visitor.get(f"/{name}", headers=PAGE).text
    choices = re.findall(
        r'<a href="([^"]+)">[^<]*</a> <span class="note">(\d+)</span></span>', page
    )
    assert choices
    for address, number in choices[:12]:
        data = visitor.get(unescape(address).replace(f"/{name}", f"/{name}.json")).json
        assert data
        rows = {row["group"] for row in data} if name == "disputed" else data
        assert len(rows) == int(number), address


def test_choices_add_up_and_can_be_undone(visitor: FlaskClient) -> None:
    some = visitor.get("/sources?kind=NewsSource&language=it", headers=PAGE).text
    assert "of 144" in some
    undo = re.search(r'href="([^"]+)" aria-current="true">Italian', some)
    assert undo
    assert unescape(undo[1]) == "/sources?kind=NewsSource"


def test_pages_follow_one_another(visitor: FlaskClient) -> None:
    first, last = (visitor.get(f"/disputed?page={n}", headers=PAGE).text for n in (1, 5))
    assert "shown are 1 to 12" in first
    assert "shown are 49 to 51" in last
    assert 'href="/disputed?page=5"' in first


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sources?kind=Nothing", 400),
        ("/sources?sort=colour", 400),
        ("/sources?page=0", 400),
        ("/sources?page=two", 400),
        ("/sources?page=%D9%A1", 400),
        ("/sources?page=99", 404),
        ("/cast?model=maybe", 400),
        ("/cast.ttl", 404),
        ("/questions/q00-nothing", 404),
        ("/around/nobody", 404),
        ("/paths?from=qzxqzx&to=flawless", 404),
        (f"/paths?from={'x' * 201}&to=flawless", 400),
    ],
)
def test_what_cannot_be_answered_is_refused_with_one_reason(
    visitor: FlaskClient, path: str, status: int
) -> None:
    answer = visitor.get(path)
    assert answer.status_code == status
    assert answer.json
    assert answer.json["detail"]


def test_strange_parameters_change_no_link(visitor: FlaskClient) -> None:
    asked = "endpoint=x&_external=1&_scheme=javascript&_anchor=%22%3E&values=1"
    page = visitor.get(f"/sources?{asked}", headers=PAGE)
    assert page.status_code == 200
    links = re.findall(r'href="([^"]*)"', page.text)
    assert not [link for link in links if not link.startswith(("/", "#", "data:,"))]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("language", ["en", "it"])
def test_a_page_is_small_and_whole(visitor: FlaskClient, name: str, language: str) -> None:
    page = visitor.get(f"/{name}?lang={language}", headers=PAGE)
    assert page.status_code == 200
    assert len(page.data) < MOST
    assert page.text.count("<h1") == 1
    assert f'<html lang="{language}">' in page.text
    assert " style=" not in page.text


@pytest.mark.parametrize("name", ["cast", "sources", "disputed", "timeline", "event", "paths"])
def test_a_still_copy_has_no_link_that_needs_a_query(site: Flask, name: str) -> None:
    with site.test_request_context(f"/{name}"):
        g.still = True
        body = site.view_functions[f"views.{name}"]().get_data(as_text=True)
    main = body[body.index("<main") : body.index("</main>")]
    assert "<form" not in main
    assert not re.search(r'href="[^"]*\?', main)


def test_a_list_is_narrowed_by_what_the_address_says(site: Flask) -> None:
    letters: Facet[str] = Facet("letter", "Letter", lambda row: [row[0]], str.upper)
    with site.test_request_context("/sources?letter=a"):
        found = listing(["ab", "ac", "b"], [letters], size=1)
    assert (found.every, found.shown, found.total) == (["ab", "ac"], ["ab"], 3)
    ((words, choices),) = found.facets
    assert (words, [(c.words, c.count, c.chosen) for c in choices]) == (
        "Letter",
        [("A", 2, True), ("B", 1, False)],
    )


def test_a_cell_with_several_values_is_one_cell() -> None:
    assert as_csv({"n": len, "each": list}, ["ab", 'c"']) == 'n,each\r\n2,a | b\r\n2,"c | """\r\n'
