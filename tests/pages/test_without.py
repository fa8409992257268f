"""Pages without a source: what they say is what a dossier without its file would hold."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections import Counter
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.model import Triple
from kg.namespaces import iri
from kg.pipeline import Inputs, publish, reread
from kg.why import digest
from server.library import Edition
from server.scholar import Scholar
from server.state import KEY

PAGE = {"Accept": "text/html"}
SOURCE = "nationalworld-2023"
FORWARDS = {iri("clef:actedIn"), iri("clef:portrays")}
BACKWARDS = {iri("clef:hasActor"), iri("clef:portrayedBy")}
COUNTS = re.compile(r"<dt>([^<]*)</dt><dd>(\d+)</dd>")


def triples(rows: list[list[str]]) -> set[Triple]:
    return {Triple(*row) for row in rows}


def test_a_page_says_what_a_rebuild_without_the_file_would(
    visitor: FlaskClient, edition: Edition, inputs: Inputs, tmp_path: Path
) -> None:
    """Of a source that no comparison in another file leans on."""
    name = "rtl-2022"
    told = visitor.get(f"/without/{name}.json").get_json()
    data = shutil.copytree(inputs.data, tmp_path / "data" / inputs.data.name)
    (data / "sources" / f"{name}.ttl").unlink()
    fresh = publish(reread(Inputs(inputs.ontology, data)), "", "")
    graph = edition.graph
    assert triples(told["fallen"]) == graph.derivations.keys() - fresh.triples
    assert triples(told["silenced"]) == graph.asserted.keys() - fresh.triples
    risen = triples([row["triple"] for row in told["risen"]])
    assert risen == fresh.derivations.keys() - graph.triples
    assert risen, "its word holds something back"


def test_the_forms_count_the_same(visitor: FlaskClient, edition: Edition) -> None:
    told = visitor.get(f"/without/{SOURCE}.json").get_json()
    table = list(csv.DictReader(io.StringIO(visitor.get(f"/without/{SOURCE}.csv").text)))
    assert Counter(row["what"] for row in table) == {
        "silenced": len(told["silenced"]),
        "falls": len(told["fallen"]),
        "stands": len(told["standing"]),
        "rises": len(told["risen"]),
    }
    answer = visitor.get(f"/without/{SOURCE}", headers=PAGE)
    page = answer.get_data(as_text=True)
    counts = dict(COUNTS.findall(page))
    derived = edition.graph.derivations
    standing = [row for row in told["standing"] if Triple(*row["triple"]) in derived]
    assert counts["Conclusions that fall"] == str(len(told["fallen"]))
    assert counts["Conclusions that rested on it and stand without it"] == str(len(standing))
    assert counts["Conclusions that only its word held back"] == str(len(told["risen"]))
    assert len(answer.data) < 60_000
    shown = sum(map(int, re.findall(r"\((\d+)\)</summary>", page)))
    shown += sum(map(int, re.findall(r"kept in the data, (?:is|are) (\d+) statement", page)))
    assert shown == len(told["fallen"]) + len(standing) + len(told["risen"])
    assert "and " in page
    assert " more" in page


@pytest.mark.parametrize("language", ["en", "it"])
def test_what_a_viewer_asks_about_comes_first(
    visitor: FlaskClient, edition: Edition, language: str
) -> None:
    """First what is said of things, then the same from the other end, then the claims."""
    page = visitor.get(f"/without/{SOURCE}?lang={language}", headers=PAGE).get_data(as_text=True)
    falls = unescape(page).partition("<h2>")[2].partition("<h2>")[0]
    first, mirrored, others = falls.split("<h3>")[1:]
    summary = re.compile(r"<summary>(.*) \([\d.,]+\)</summary>")
    groups = [summary.findall(part) for part in (first, mirrored, others)]
    names = {term: edition.index.label(term, language) for term in FORWARDS | BACKWARDS}
    assert {names[term] for term in FORWARDS} <= set(groups[0])
    assert {names[term] for term in BACKWARDS} <= set(groups[1])
    assert edition.index.label(iri("clef:Documented"), language) not in "".join(groups[0])
    typed = ["“" in name for name in groups[0]]
    assert typed == sorted(typed), "of which class something is comes last"
    assert not [word for word in ("wasAttributedTo", "CreativeWork", "_:") if word in falls]
    assert not re.search(r" (?:states|dice) eld-cmp", falls), "a comparison is called one"
    assert not re.search(r"(class without a name|classe senza nome)[^.]", falls)
    assert re.search(r"(class without a name|classe senza nome)\.", falls)


def test_what_stands_says_on_whose_word(visitor: FlaskClient) -> None:
    told = visitor.get(f"/without/{SOURCE}.json").get_json()
    resting = [row for row in told["standing"] if row["rests_on"]]
    assert resting
    assert all(iri(f"id:{SOURCE}") not in row["rests_on"] for row in resting)
    page = visitor.get(f"/without/{SOURCE}", headers=PAGE).get_data(as_text=True)
    assert "on the word of" in page


def test_a_why_page_and_the_page_of_the_source_agree(
    visitor: FlaskClient, edition: Edition
) -> None:
    told = visitor.get(f"/without/{SOURCE}.json").get_json()
    fallen = min(t for t in triples(told["fallen"]) if t[1] == iri("clef:portrays"))
    page = visitor.get(f"/why/{digest(fallen)}", headers=PAGE).get_data(as_text=True)
    assert "it falls" in page
    standing = {
        Triple(*row["triple"]) for row in told["standing"]
    } & edition.graph.derivations.keys()
    page = visitor.get(f"/why/{digest(min(standing))}", headers=PAGE).get_data(as_text=True)
    assert "it still holds" in page


def test_both_languages(visitor: FlaskClient) -> None:
    page = visitor.get(f"/without/{SOURCE}?lang=it", headers=PAGE).get_data(as_text=True)
    assert '<html lang="it">' in page
    assert "Che cosa cade" in page
    assert "What falls" not in page


@pytest.mark.parametrize("name", ["nobody", "leonardo-notarbartolo"])
def test_what_is_no_source_is_not_found(visitor: FlaskClient, name: str) -> None:
    answer = visitor.get(f"/without/{name}")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_without_the_files_a_page_says_so(site: Flask, visitor: FlaskClient) -> None:
    here = site.extensions[KEY]
    with_files, without_files = here.scholar, Scholar(None)
    object.__setattr__(here, "scholar", without_files)
    try:
        answer = visitor.get(f"/without/{SOURCE}")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "clef serve" in json.loads(answer.data)["hint"]
        page = visitor.get("/why/241b79ad4401dab0", headers=PAGE)
        assert page.status_code == 200
        assert "could not be worked out" in page.get_data(as_text=True)
    finally:
        object.__setattr__(here, "scholar", with_files)
