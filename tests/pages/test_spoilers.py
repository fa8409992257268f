"""The limit of what a reader has seen: offered where episodes are known, kept by every form."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg import paths
from kg.pipeline import Inputs, build
from kg.store import save_snapshot
from server.app import create_app
from server.config import Config
from server.state import KEY

PAGE = {"Accept": "text/html"}
WORK = "/compare/skyward-velqueth"
DOSSIER = Path(__file__).resolve().parents[1] / "dossiers" / "many-actors"
SOURCED = (
    'clef:statedIn id:guide-1999 ; clef:locator "p. 1"@en ; clef:quotation "so it is told"@en ;'
    " clef:modality clef:Asserted ; clef:rank clef:Normal"
)
NAMES = """@prefix id: <id/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
id:sv-launch rdfs:label "the launch as it is told"@en , "il lancio come è raccontato"@it .
"""


def numbered(episode: str, number: int) -> str:
    return (
        f'id:sg-{episode} a clef:Claim ; dct:identifier "sg-{episode}" ;'
        f" clef:subject id:skyward-velqueth-{episode} ; clef:predicate clef:episodeNumber ;"
        f" clef:value {number} ; {SOURCED} .\n"
    )


def compared(name: str, subject: str, told: str, record: str) -> str:
    text = f'clef:text "{told}."@en , "{told}!"@it'
    return (
        f'id:sg-{name} a clef:Claim ; dct:identifier "sg-{name}" ; clef:subject id:{subject} ;'
        f' clef:predicate clef:note ; clef:value "{told}"@en ; clef:aspect clef:Dramatisation ;'
        f" {text} ; {SOURCED} .\n"
        f'id:cmp-{name} a clef:Divergence ; dct:identifier "cmp-{name}" ;'
        f" clef:comparesWork id:skyward-velqueth ; clef:storySide id:sg-{name} ;"
        f" clef:recordSide id:{record} ; clef:divergenceKind clef:Retimed ;"
        f" clef:basis clef:Observed ; {text} ; clef:statedIn id:life-aloft-1974 ; {SOURCED} .\n"
    )


def guide(last: int) -> str:
    """Return a made-up episode guide; `last` is the number of the first of another season."""
    return (
        """@prefix clef: <ns#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix id: <id/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
id:guide-1999 a clef:Source ; dct:identifier "guide-1999" ; dct:title "A guide (made up)"@en ;
  dct:publisher "Nobody" ; dct:issued "1999"^^xsd:gYear ; dct:language "en" ;
  clef:sourceKind clef:BookSource .
"""
        f"id:sv-launch a clef:StoryEvent ; clef:toldIn id:skyward-velqueth-1x01 ; {SOURCED} .\n"
        + numbered("1x01", 1)
        + numbered("1x02", 2)
        + numbered("2x01", last)
        + compared("launch", "sv-launch", "The launch is in May", "ma-0201")
        + compared("landing", "sv-crossing", "The landing is in July", "ma-0202")
    )


@pytest.fixture(scope="module")
def series(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    """A visitor of a made-up series of which it is known which episode tells what."""
    folder = tmp_path_factory.mktemp("series")
    shutil.copytree(DOSSIER, folder / "dossier")
    (folder / "dossier" / "sources" / "guide-1999.ttl").write_text(
        guide(getattr(request, "param", 3)), "utf-8"
    )
    (folder / "dossier" / "entities" / "launch.ttl").write_text(NAMES, "utf-8")
    save_snapshot(build(Inputs(paths.ontology(), folder / "dossier")), folder / "snapshot")
    app = create_app(Config(snapshot=folder / "snapshot", workers=1))
    yield app.test_client()
    app.extensions[KEY].close()


def offered(page: str) -> list[str]:
    choice = re.search(r'<select id="through".*?</select>', page, re.DOTALL)
    return re.findall(r"<option[^>]*>(\d+)</option>", choice[0]) if choice else []


def test_the_limit_is_offered_and_kept_by_the_page(series: FlaskClient) -> None:
    assert offered(series.get(WORK, headers=PAGE).text) == ["1", "2", "3"]
    held = series.get(f"{WORK}?through=1", headers=PAGE).text
    assert "<option selected>1</option>" in held
    assert "The launch is in May." in held
    assert "Held back: episode 2 tells it." in held
    assert "The landing" not in held
    assert f'href="{WORK}.csv?through=1"' in held


@pytest.mark.parametrize("series", [1], indirect=True)
def test_seasons_that_each_count_from_one_have_no_order(series: FlaskClient) -> None:
    whole = series.get(WORK, headers=PAGE).text
    assert "The landing is in July." in whole
    assert offered(whole) == []
    assert series.get(f"{WORK}?through=1").status_code == 400


def test_the_limit_holds_for_every_form_and_for_the_aspect(
    series: FlaskClient,
) -> None:
    lines = list(csv.DictReader(io.StringIO(series.get(f"{WORK}.csv?through=1").text)))
    withheld = {line["row"]: line["withheld"] for line in lines}
    assert (withheld["sg-launch"], withheld["sg-landing"]) == ("no", "yes")
    told = series.get(f"{WORK}.json?through=1").get_json()
    assert told["policy"]["through"] == 1
    rows = {row["name"]: row for row in told["rows"]}
    assert rows["sg-launch"]["verdict"] == "loose"
    assert "verdict" not in rows["sg-landing"]
    for address in (f"{WORK}.ttl", f"{WORK}/sg-landing.ttl", f"{WORK}/sg-landing"):
        assert "sg-landing>" not in series.get(f"{address}?through=1", headers=PAGE).text
        assert "The landing" not in series.get(f"{address}?through=1", headers=PAGE).text
    assert "The landing" in series.get(f"{WORK}/sg-landing?through=2", headers=PAGE).text
    assert "id:sg-launch" in series.get(f"{WORK}.ttl?through=1").text


def test_an_episode_that_is_not_there_cannot_be_chosen(
    series: FlaskClient,
) -> None:
    for form in ("", ".csv", ".json", ".ttl"):
        assert series.get(f"{WORK}{form}?through=0").status_code == 400
    assert series.get(f"{WORK}?through=9", headers=PAGE).status_code == 200  # all was seen
