"""The pages that set a work beside the record, as a visitor and as a program meet them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg import paths
from kg.pipeline import Inputs, build
from kg.policy import OBJECTIONS, STRICTNESS
from kg.store import save_snapshot
from kg.terms import rdflib_graph
from kg.verdicts import RULES, VERDICTS
from server import words
from server.app import create_app
from server.config import Config
from server.reviews import VERDICT_WORDS
from server.state import KEY

PAGE = {"Accept": "text/html"}
WORK = "/compare/everybody-loves-diamonds"
ROOT = Path(__file__).resolve().parents[2]
DOSSIERS = ROOT / "tests" / "dossiers"
LARGEST = 55_000
"""A page may have 60 KB; this one grows with the dossier, so it keeps well below."""


def page(visitor: FlaskClient, address: str = WORK) -> str:
    answer = visitor.get(address, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def sections(text: str) -> dict[str, str]:
    """Return the rows of a page by their names."""
    parts = re.findall(r'<section class="card row" id="([^"]+)">(.*?)</section>', text, re.DOTALL)
    return dict(parts)


def test_the_list_leads_to_every_work(visitor: FlaskClient) -> None:
    text = page(visitor, "/compare")
    assert f'href="{WORK}"' in text
    assert json.loads(visitor.get("/compare.json").data)["works"][0]["rows"] == 34
    assert len(visitor.get("/compare.csv").text.splitlines()) == 2


@pytest.mark.parametrize("lang", ["en", "it"])
@pytest.mark.parametrize("strictness", STRICTNESS)
def test_the_page_is_light_and_whole(visitor: FlaskClient, strictness: str, lang: str) -> None:
    text = page(visitor, f"{WORK}?lang={lang}&strictness={strictness}")
    assert len(text.encode()) < LARGEST
    assert text.count("<h1>") == 1
    assert "style=" not in text
    assert "Everybody Loves Diamonds" in text


def test_every_verdict_has_a_word_an_icon_and_a_class(visitor: FlaskClient) -> None:
    css = (ROOT / "server" / "static" / "site.css").read_text(encoding="utf-8")
    assert set(VERDICT_WORDS) == set(VERDICTS)
    for name in VERDICTS:
        assert f".{name} {{ --verdict: var(--{name}); }}" in css
    for name in set(VERDICTS) - {"invented"}:  # its icon is the empty ring that all share
        assert f".verdict.{name}::before" in css
    found = re.findall(r'<span class="verdict (\w+)">([^<]+)</span>', page(visitor))
    assert {VERDICT_WORDS[name] for name, _word in found} == set(VERDICT_WORDS.values())
    assert all(VERDICT_WORDS[name] == word for name, word in found)


def test_the_strip_says_what_the_legend_says(visitor: FlaskClient) -> None:
    text = page(visitor)
    title = re.search(r'<svg class="strip" role="img"><title>([^<]+)</title>', text)
    assert title
    counts = json.loads(visitor.get(f"{WORK}.json").data)["verdicts"]
    assert title[1] == ", ".join(f"{VERDICT_WORDS[name]}: {n}" for name, n in counts.items())
    legend = re.findall(r'<span class="verdict (\w+)">[^<]+</span> <span>(\d+)</span></li>', text)
    assert {name: int(number) for name, number in legend} == counts
    widths = [
        float(width) for width in re.findall(r'<rect class="\w+" x="[^"]+" width="([\d.]+)%', text)
    ]
    assert sum(widths) == pytest.approx(100, abs=3)


def test_every_link_of_the_page_is_answered(visitor: FlaskClient) -> None:
    found = set(re.findall(r'href="(/(?:doc|compare)[^"#]*)"', page(visitor)))
    assert len(found) > 120
    assert {link: visitor.get(link).status_code for link in found} == dict.fromkeys(found, 200)


def test_links_within_the_page_lead_to_rows(visitor: FlaskClient) -> None:
    text = page(visitor)
    names = re.findall(r' id="([^"]+)"', text)
    assert len(set(names)) == len(names)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(names)


def test_a_disputed_value_has_a_plot_and_its_claims(visitor: FlaskClient) -> None:
    found = sections(page(visitor))
    loot = found["eld-heist-lootDescribedAs"]
    assert loot.count('<svg class="plot"') == loot.count("<title>") == 3  # no sum is converted
    assert "What 39 claims say (34 count)" in loot
    assert 'class="screen"' in found["eld-heist-crewSize"]
    assert f'href="{WORK}/eld-heist-lootDescribedAs">All of them' in loot
    assert "What 1 claim says" not in page(visitor)
    assert f'href="{WORK}/eld-gang-hasLeader">What 5 claims say</a> (2 count)' in page(visitor)


def test_every_claim_stands_with_its_status_and_sources(visitor: FlaskClient) -> None:
    for row in sections(page(visitor)).values():
        for item in re.findall(r'<li><a href="/doc/c[^<]*</a>(.*?)</li>', row, re.DOTALL):
            assert re.search(r"(?:one source:|\d+ independent sources, here) <a", item), item
    led = sections(page(visitor, f"{WORK}?strictness=flexible"))["eld-gang-hasLeader"]
    assert "self-reported, according to Leonardo Notarbartolo, disputed; one source" in led
    assert "agrees with what somebody says of themselves (self-reported)" in led
    assert "a resemblance that no source makes" in page(visitor, f"{WORK}/eld-ghigo-roleInStory")
    assert (
        "<q>specially created for the series</q>" in sections(page(visitor))["eld-john-lovegrove"]
    )


def test_what_is_denied_is_said_to_be(visitor: FlaskClient) -> None:
    text = page(visitor, f"{WORK}/eld-heist-exitRoute")
    assert '<th scope="row">not through the garage</th>' in text


def test_a_card_is_told_in_plain_words(visitor: FlaskClient) -> None:
    text, italian = page(visitor), page(visitor, f"{WORK}?lang=it")
    assert "they differ: another number; compared by an editor" in text
    assert "differiscono: un altro numero; confrontato da un redattore" in italian
    assert "22 valori, dal 1 gennaio 2003 al 31 dicembre 2003" in italian
    assert '"riferito, accettato"' in italian  # its status words agree with one another
    for told in ("crew size", "layers of security 10", "has target", "has term"):
        assert told not in text


def test_the_formula_is_told(visitor: FlaskClient) -> None:
    text, formula = page(visitor), page(visitor, "/compare")
    for name, rule in RULES.items():
        assert f'<tr id="rule-{name}"><td>{rule.words}</td>' in formula
    for degree in STRICTNESS.values():
        assert degree.words in formula
        assert degree.words in page(visitor, f"{WORK}?strictness={degree.name}")
    assert 'href="/compare#formula"' in text
    assert "true (3) + close (6) = 9, of the 16 aspects with a verdict" in text


def test_what_is_held_back_is_asked_and_not_answered(visitor: FlaskClient) -> None:
    whole, held = sections(page(visitor)), page(visitor, f"{WORK}?through=7")
    assert "so all of it is held back" in held
    for name, row in sections(held).items():
        asked = re.search(r"<h3><span>(.*?)</span>", row, re.DOTALL)
        assert asked
        if name in whole:
            assert asked[0] in whole[name]
        assert "/doc/" not in row
        assert "verdict" not in row
    lines = list(csv.DictReader(io.StringIO(visitor.get(f"{WORK}.csv?through=7").text)))
    assert {(line["verdict"], line["claim"], line["withheld"]) for line in lines} == {
        ("", "", "yes")
    }
    rows = json.loads(visitor.get(f"{WORK}.json?through=7").data)["rows"]
    assert all(set(row) == {"name", "question", "about", "withheld"} for row in rows)
    assert visitor.get(f"{WORK}.ttl?through=7").text.count("clef:Claim") == 0


@pytest.mark.parametrize(
    "query",
    [
        "strictness=harsh",
        "strictness=strict&strictness=balanced",
        "through=0",
        "through=first",
        "without=nobody",
        "without=everybody-loves-diamonds",
        "without=a%20b",
    ],
)
@pytest.mark.parametrize("suffix", ["", ".csv"])
def test_what_cannot_be_chosen_is_refused(visitor: FlaskClient, query: str, suffix: str) -> None:
    answer = visitor.get(f"{WORK}{suffix}?{query}")
    assert answer.status_code == 400
    assert json.loads(answer.data)["hint"]


def test_a_choice_holds_for_the_twins_and_the_form(visitor: FlaskClient) -> None:
    query = "strictness=strict&without=wired-2009&lang=it"
    text = page(visitor, f"{WORK}?{query}")
    assert f'href="{WORK}.csv?{query.replace("&", "&amp;")}"' in text
    assert '<option value="strict" selected>' in text
    assert 'name="without" value="wired-2009" checked>' in text
    assert '<input type="hidden" name="lang" value="it">' in text
    policy = json.loads(visitor.get(f"{WORK}.json?{query}").data)["policy"]
    assert policy == {"strictness": "strict", "through": None, "without": ["wired-2009"]}


def test_an_empty_choice_is_none(visitor: FlaskClient) -> None:
    plain = visitor.get(f"{WORK}.json").data
    assert visitor.get(f"{WORK}.json?strictness=&through=&without=").data == plain


def test_the_twins_say_the_same(visitor: FlaskClient) -> None:
    told = json.loads(visitor.get(f"{WORK}.json").data)
    lines = list(csv.DictReader(io.StringIO(visitor.get(f"{WORK}.csv").text)))
    assert {(line["row"], line["verdict"]) for line in lines} == {
        (row["name"], row["verdict"]) for row in told["rows"]
    }
    assert sum(len(row["record"]) + len(row["screen"]) for row in told["rows"]) == sum(
        bool(line["claim"]) for line in lines
    )
    turtle = rdflib_graph([]).parse(data=visitor.get(f"{WORK}.ttl").data, format="turtle")
    nodes = {str(node) for node in turtle.subjects()}
    assert {one["comparison"] for row in told["rows"] for one in row["comparisons"]} <= nodes


def test_every_word_has_its_italian() -> None:
    known = words.translations("it")
    said = [*VERDICT_WORDS.values(), *OBJECTIONS.values(), *(rule.words for rule in RULES.values())]
    said += [text for one in STRICTNESS.values() for text in (one.label, one.words)]
    for name in ("aspect", "compare", "compare_list", "compare_parts", "verdicts"):
        text = (ROOT / "server" / "templates" / f"{name}.html").read_text(encoding="utf-8")
        said += re.findall(r'gettext\("([^"]+)"', text) + re.findall(
            r'_\(["\']([^"\']+)["\']', text
        )
    assert [word for word in said if word not in known] == []


@pytest.mark.parametrize("path", ["/compare/nothing", "/compare/leonardo-notarbartolo"])
def test_what_is_no_work_is_not_found(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


@pytest.fixture(scope="module", params=["composite", "many-actors"])
def stranger(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    """A visitor of a made-up dossier, of other works and other people."""
    folder = tmp_path_factory.mktemp("made-up") / "snapshot"
    save_snapshot(build(Inputs(paths.ontology(), DOSSIERS / request.param)), folder)
    app = create_app(Config(snapshot=folder, workers=1))
    yield app.test_client()
    app.extensions[KEY].close()


def test_a_made_up_dossier_has_its_pages(stranger: FlaskClient) -> None:
    found = set(re.findall(r'href="(/compare/[^"]+)"', page(stranger, "/compare")))
    assert found
    for address in found:
        text = page(stranger, address)
        assert sections(text)
        assert "Diamond" not in text
        for link in set(re.findall(r'href="(/doc/[^"]*)"', text)):
            assert stranger.get(link).status_code == 200
