"""What the perspectives show of the real dossier, checked by hand; and of made-up ones."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from kg import paths
from kg.pipeline import Inputs, build
from kg.store import save_snapshot
from server.app import create_app
from server.config import Config
from server.library import Edition
from server.state import KEY

DOSSIERS = Path(__file__).resolve().parents[1] / "dossiers"
LISTS = ("cast", "events", "works", "sources", "places", "disputed", "timeline")
PAGE = {"Accept": "text/html"}


def table(visitor: FlaskClient, path: str) -> list[dict[str, str]]:
    answer = visitor.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize(
    ("name", "number"),
    [("cast", 22), ("events", 17), ("works", 29), ("sources", 144), ("places", 39)],
)
def test_a_list_has_all_there_are(visitor: FlaskClient, name: str, number: int) -> None:
    assert len(table(visitor, f"/{name}.csv")) == number
    rows: list[Any] = json.loads(visitor.get(f"/{name}.json").text)
    assert len(rows) == number
    assert f"{number} " in text_of(visitor.get(f"/{name}").text)


def test_the_cast_stands_in_billing_order_with_whom_it_stands_for(visitor: FlaskClient) -> None:
    rows = table(visitor, "/cast.csv")
    billed = [int(row["billing"]) for row in rows if row["billing"]]
    assert billed == list(range(1, 17))
    assert rows[0]["performer_name"] == "Kim Rossi Stuart"
    assert rows[0]["counterpart"] == "id:leonardo-notarbartolo"
    assert (rows[0]["closeness"], rows[0]["standing"]) == ("same name", "reported")
    assert {row["performer_name"] for row in rows if row["model"] == "invented"} == {
        "Rupert Everett"
    }
    assert sum(row["model"] == "real" for row in rows) == 2
    page = text_of(visitor.get("/cast").text)
    assert "“unnamed role” reported, disputed · 1 source" in page
    assert "a part that no source names" in page


def test_the_record_of_the_event_is_of_the_record_alone(
    visitor: FlaskClient, edition: Edition
) -> None:
    rows = table(visitor, "/event.csv")
    assert {row["event"] for row in rows} == {"id:antwerp-diamond-heist"}
    claims = [claim for row in rows for claim in row["claims"].split(" | ")]
    assert len(claims) == len(set(claims))
    told = {entry.cells["claim_id"]: entry.cells["world"] for g in edition.conflicts for entry in g}
    assert {told[claim] for claim in claims if claim in told} == {"real"}
    assert not [claim for claim in claims if claim.startswith("statement")]
    loot = [row for row in rows if row["property"] == "clef:lootValue"]
    assert sum(len(row["claims"].split(" | ")) for row in loot) == 39
    assert {row["section"] for row in loot} == {"What was taken"}
    led = {row["value"]: row["standing"] for row in rows if row["property"] == "clef:ledBy"}
    assert led["id:unnamed-diamond-dealer"] == "self-reported | disputed"


def test_the_event_page_tells_steps_of_courts_with_their_sources(visitor: FlaskClient) -> None:
    page = text_of(visitor.get("/event").text)
    assert "On record: 2003 Antwerp diamond heist" in page
    assert re.search(
        r"conviction of Leonardo Notarbartolo \(conviction: .{,40}found by a court", page
    )
    assert "denied: Before a magistrate on 3 March 2003, Leonardo Notarbartolo denied" in page


def test_every_group_that_competes_is_told_with_all_its_claims(
    visitor: FlaskClient, edition: Edition
) -> None:
    rows = table(visitor, "/disputed.csv")
    groups = {row["group"] for row in rows}
    assert len(groups) == len(edition.conflicts) == 51
    competing = [row["claim"] for row in rows if row["deprecated"] == "false"]
    assert len(competing) == sum(map(len, edition.conflicts))
    assert rows[0]["property"] == "clef:lootValue"
    page = visitor.get("/disputed").text
    assert page.count('<section class="card"') == 12
    assert '<svg class="plot"' in page


def test_what_is_held_to_be_wrong_stands_beside_a_dispute_and_is_not_counted(
    visitor: FlaskClient,
) -> None:
    rows = table(visitor, "/disputed.csv")
    wrong = [row for row in rows if row["deprecated"] == "true"]
    assert {(row["claim"], row["unit"]) for row in wrong} == {
        ("C0234", ""), ("C0235", ""), ("C0358", "USD"), ("C0359", "USD"), ("C0360", "EUR"),
        ("C0575", ""),
    }  # fmt: skip
    assert len({row["claim"] for row in wrong}) == len(wrong)
    page = text_of(visitor.get("/disputed").text)
    assert "1,000,000,000 USD estimated, deprecated" in page
    first = [row for row in rows if row["group"] == rows[0]["group"]]
    competing = [row for row in first if row["deprecated"] == "false"]
    assert len(first) == len(competing) + 2
    assert f"values · {len(competing)} claims" in page
    assert "Brussels" not in page


def test_works_say_how_closely_they_draw_on_something(visitor: FlaskClient) -> None:
    rows = {row["work"]: row for row in table(visitor, "/works.csv")}
    series = rows["id:everybody-loves-diamonds"]["draws_on"].split(" | ")
    assert "clef:dramatises id:antwerp-diamond-heist" in series
    assert "clef:inspiredBy id:antwerp-diamond-heist" not in series
    assert rows["id:stolen-heist-of-the-century"]["draws_on"].startswith(
        "clef:adaptedFrom id:flawless"
    )
    assert sum(row["kind"] == "clef:Episode" for row in rows.values()) == 8


def test_a_source_is_told_with_its_claims(visitor: FlaskClient) -> None:
    rows = {row["source"]: row for row in table(visitor, "/sources.csv")}
    assert rows["id:wired-2009"]["issued"] == "2009-04"
    counted = {row: int(rows[row]["claims"]) for row in rows}
    assert sum(counted.values()) >= 719
    assert table(visitor, "/sources.csv?sort=claims")[0]["source"] == max(
        counted, key=lambda name: counted[name]
    )


def test_places_keep_story_and_record_apart(visitor: FlaskClient) -> None:
    rows = table(visitor, "/places.csv")
    assert [row["place"] for row in rows if row["world"] == "fiction"] == [
        "id:eld-antwerp-diamond-centre"
    ]
    filmed = [row for row in rows if "clef:filmedIn" in row["leads_here"]]
    assert len(filmed) == 8


@pytest.fixture(scope="module", params=sorted(p.name for p in DOSSIERS.iterdir() if p.is_dir()))
def other(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("other") / "snapshot"
    save_snapshot(build(Inputs(paths.ontology(), DOSSIERS / request.param)), folder)
    app = create_app(Config(snapshot=folder, workers=1))
    yield app.test_client()
    app.extensions[KEY].close()


def test_a_dossier_of_another_work_has_the_same_pages(other: FlaskClient) -> None:
    for name in (*LISTS, "questions", "paths"):
        answer = other.get(f"/{name}", headers=PAGE)
        assert answer.status_code == 200, name
        assert answer.text.count("<h1") == 1
        assert "diamond" not in answer.text.casefold()
    assert table(other, "/cast.csv")
    about = 'href="/event"' in other.get("/events").text
    assert other.get("/event.csv").status_code == (200 if about else 404)
    assert table(other, "/sources.csv")
    assert "no questions of its own" in other.get("/questions").text


def test_only_who_is_of_the_record_is_joined_to_an_event(visitor: FlaskClient) -> None:
    """No performer of a work that tells of the event stands among the convicted."""
    rows = {row["event"]: row for row in json.loads(visitor.get("/events.json").text)}
    heist = rows["id:antwerp-diamond-heist"]
    assert heist["touches"] == [
        "id:ferdinando-finotto",
        "id:leonardo-notarbartolo",
        "id:pietro-tavano",
    ]
    assert heist["touches_by"] == ["clef:convictedOver"] * 3
    performers = {row["performer"] for row in table(visitor, "/cast.csv")}
    touched = {who for row in table(visitor, "/events.csv") for who in row["touches"].split(" | ")}
    assert not performers & touched
    assert all(len(row["touches"]) == len(row["touches_by"]) for row in rows.values())
