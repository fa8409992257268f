"""The page of one aspect of a comparison: it lists all that is claimed, and its twins no more."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

PAGE = {"Accept": "text/html"}
WORK = "/compare/everybody-loves-diamonds"
LOOT = f"{WORK}/eld-heist-lootDescribedAs"


def aspects(visitor: FlaskClient) -> list[str]:
    page = visitor.get(WORK, headers=PAGE).text
    return sorted(set(re.findall(rf'href="({WORK}/[^"]+)"', page)))


def test_all_claims_are_listed_with_their_places(visitor: FlaskClient) -> None:
    page = visitor.get(LOOT, headers=PAGE).text
    table = page[page.index("<table>") : page.index("</table>")]
    lines = list(csv.DictReader(io.StringIO(visitor.get(f"{LOOT}.csv").text)))
    values = [line for line in lines if line["side"] == "record"]
    assert len(values) == 39
    assert {f"/doc/{line['claim'].lower()}" for line in values} == set(
        re.findall(r'href="([^"]+)"', table)
    )
    for line in values:
        assert f"({line['locator']})" in unescape(table)
    assert "as CSV" not in page  # nothing is left out


def test_the_twins_are_about_the_aspect_alone(visitor: FlaskClient) -> None:
    (row,) = visitor.get(f"{LOOT}.json").get_json()["rows"]
    whole = visitor.get(f"{WORK}.json").get_json()["rows"]
    assert row in whole
    assert len(visitor.get(f"{LOOT}.ttl").data) < len(visitor.get(f"{WORK}.ttl").data) / 3
    page = visitor.get(f"{LOOT}?strictness=strict", headers=PAGE).text
    assert f'href="{LOOT}.csv?strictness=strict"' in page
    assert f'href="{WORK}?strictness=strict#eld-heist-lootDescribedAs"' in page


@pytest.mark.parametrize("lang", ["en", "it"])
def test_every_aspect_is_a_small_page(visitor: FlaskClient, lang: str) -> None:
    found = aspects(visitor)
    assert len(found) > 8
    for address in found:
        answer = visitor.get(f"{address}?lang={lang}", headers=PAGE)
        assert answer.status_code == 200
        assert len(answer.data) < 30_000
        assert answer.text.count("<h1>") == 1


def test_a_choice_is_kept_from_page_to_page(visitor: FlaskClient) -> None:
    page = visitor.get(f"{WORK}?strictness=flexible&without=decider-2023", headers=PAGE).text
    kept = re.findall(rf'href="{WORK}/([^"?]+)\?([^"]+)"', page)
    assert kept
    assert {query for _name, query in kept} == {"strictness=flexible&amp;without=decider-2023"}


@pytest.mark.parametrize("path", [f"{WORK}/nothing", "/compare/nothing/eld-heist-crewSize"])
def test_what_is_no_aspect_is_not_found(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path).status_code == 404
