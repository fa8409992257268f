"""The pages of questions: each has its expected answer, got from a worker, and its query."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg import paths
from kg.query import KINDS, vet
from kg.questions import Question, load_questions
from server.views.headings import heading
from server.words import translations

EXPECTED = Path(__file__).resolve().parents[1] / "questions"
QUESTIONS = [q for q in load_questions(paths.ontology() / "questions") if not q.needs_proofs]
PAGE = {"Accept": "text/html"}


def expected(name: str) -> int:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return sum(1 for _row in csv.reader(file)) - 1


def test_every_question_is_listed_in_words(visitor: FlaskClient) -> None:
    page = visitor.get("/questions", headers=PAGE).text
    assert page.count('href="/questions/q') == len(QUESTIONS) >= 60
    assert "Who plays whom in the series?" in page


@pytest.mark.parametrize("language", ["en", "it"])
def test_the_columns_have_words_in_both_languages(visitor: FlaskClient, language: str) -> None:
    """A variable of SPARQL is a name for the data, in English: in the page it is a fault."""
    known = translations("it")
    for question in QUESTIONS:
        page = visitor.get(f"/questions/{question.name}?lang={language}", headers=PAGE).text
        page = unescape(page)
        names = re.findall(r'<th scope="col"([^>]*)>([^<]*)</th>', page)
        assert [name for marked, name in names if marked] == [], question.name
        asked = re.findall(r"\?(\w+)", question.text)
        assert not {name for _, name in names} & {one for one in asked if one != one.lower()}
        if language == "it":
            assert {name for _, name in names} <= {one for said in known.values() for one in said}


def test_a_column_without_words_is_shown_as_it_is(site: Flask) -> None:
    with site.test_request_context("/?lang=it"):
        assert heading("atLeast") == "Almeno"
        assert heading("somethingElse") == ""


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_question_has_its_answer_as_a_table(visitor: FlaskClient, question: Question) -> None:
    page = visitor.get(f"/questions/{question.name}", headers=PAGE)
    assert page.status_code == 200
    assert len(page.data) < 60_000
    number = expected(question.name)
    assert (f"{number} row" in page.text) == (number > 0)
    if KINDS[vet(question.text)] == "results":
        answer = visitor.get(f"/questions/{question.name}.csv")
        assert len(list(csv.reader(io.StringIO(answer.text)))) == number + 1
    assert visitor.get(f"/questions/{question.name}.rq").text == question.text


def test_an_answer_names_things_and_leads_to_them(visitor: FlaskClient) -> None:
    page = visitor.get("/questions/q01-who-plays-whom", headers=PAGE).text
    assert '<a href="/doc/kim-rossi-stuart">Kim Rossi Stuart</a>' in page
    editor = next(line for line in page.splitlines() if "Open in the editor" in line)
    address = editor.split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert parse_qs(urlsplit(address).query)["query"] == [QUESTIONS[0].text]


def test_what_is_asked_twice_is_kept(visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/questions/q02-who-credits-whom.json"
    first = visitor.get(path).data
    monkeypatch.setattr("server.views.questions.run", None)
    assert visitor.get(path).data == first


def test_a_graph_is_a_table_and_turtle(visitor: FlaskClient) -> None:
    page = visitor.get("/questions/q38-as-wikidata", headers=PAGE)
    assert page.status_code == 200
    assert "<th" in page.text
    assert visitor.get("/questions/q38-as-wikidata.ttl").mimetype == "text/turtle"
    assert visitor.get("/questions/q38-as-wikidata.csv").status_code == 404
