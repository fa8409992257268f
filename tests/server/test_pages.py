"""The pages: what they say, that they escape what they show, and that they need no script."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

import server
from kg.errors import OverloadError
from kg.namespaces import GRAPHS
from server.frames import Header
from server.pool import Answer
from server.state import KEY

PAGE = {"Accept": "text/html"}


def ask(client: FlaskClient, query: str) -> str:
    response = client.get("/sparql?" + urlencode({"query": query}), headers=PAGE)
    assert response.mimetype == "text/html"
    return response.text


def test_the_front_page_gives_the_figures_of_the_dossier(client: FlaskClient) -> None:
    text = client.get("/").text
    assert "<strong>antwerp</strong>" in text
    assert "2,003 triples" in text
    assert '<code>graph:claims</code></th><td class="number">2,000</td>' in text


def test_every_example_on_the_front_page_is_a_link_that_answers(client: FlaskClient) -> None:
    text = client.get("/").text
    assert "Which works are based on the heist &amp; why?" in text
    links = [unescape(link) for link in re.findall(r'href="(/sparql\?[^"]+)"', text)]
    assert len(links) == 1
    for link in links:
        assert "1 row" in client.get(link, headers=PAGE).text


def test_rows_are_a_table_with_links_and_short_names(client: FlaskClient) -> None:
    text = ask(client, "SELECT ?o ?t ?n { id:eld clef:basedOn ?o ; dct:title ?t BIND(5 AS ?n) }")
    assert '<td><a href="/doc/heist">heist</a> <span class="note">id:heist</span></td>' in text
    assert '<td lang="en">Everybody Loves &lt;Diamonds&gt;</td>' in text
    assert '5 <span class="note">xsd:integer</span>' in text
    assert "format=csv" in text


def test_a_page_shows_the_first_rows_and_says_so(client: FlaskClient) -> None:
    text = ask(client, "SELECT * { ?c dct:identifier ?i }")
    told = re.search(r"2,000 rows, of which the first (\d+) are shown", text)
    assert told
    assert text.count("<tr>") == int(told[1]) + 1 > 100
    assert len(text.encode()) < 60 * 1024
    assert "The beginning of a graph" in ask(client, "CONSTRUCT WHERE { ?c dct:identifier ?i }")
    assert len(ask(client, "CONSTRUCT WHERE { ?c dct:identifier ?i }").encode()) < 60 * 1024


def test_the_words_of_a_query_are_the_heading_of_its_answer(client: FlaskClient) -> None:
    assert "<h1>Is there &lt;anything&gt;?</h1>" in ask(client, "# Is there <anything>?\nASK {}")


def test_a_query_that_is_not_understood_is_shown_with_its_line_marked(client: FlaskClient) -> None:
    text = ask(client, "SELECT *\nWHEER\n{}")
    assert "<strong>line 2, column 1:</strong>" in text
    assert "   1  SELECT *\n   2  <mark>WHEER</mark>\n      ^\n   3  {}" in text


def test_what_is_inferred_can_be_left_out_and_the_choice_stays(client: FlaskClient) -> None:
    text = ask(client, "ASK { id:eld clef:basedOn id:heist }")
    offered = re.findall(r'name="default-graph-uri" value="([^"]+)">', text)
    assert [iri.rpartition("/")[2] for iri in offered] == list(GRAPHS)
    asked = {
        "query": "ASK { id:eld clef:basedOn id:heist }",
        "default-graph-uri": [iri for iri in offered if not iri.endswith("inferred")],
    }
    without = client.get("/sparql?" + urlencode(asked, doseq=True), headers=PAGE).text
    assert "<strong>Yes</strong>" in text
    assert "<strong>No</strong>" in without
    assert without.count(" checked") == 3
    link = unescape(re.search(r'href="(/sparql[^"]+format=json[^"]*)"', without)[1])  # type: ignore[index]
    assert client.get(link).get_json()["boolean"] is False


def test_a_page_is_of_its_language_and_so_is_its_tag(client: FlaskClient) -> None:
    link = "/sparql?" + urlencode({"query": "ASK {}"})
    english, italian = (client.get(f"{link}&lang={x}", headers=PAGE) for x in ("en", "it"))
    assert "<h1>Answer</h1>" in english.text
    assert "<h1>Risposta</h1>" in italian.text
    assert "Accept-Language" in italian.headers["Vary"]
    tag = english.headers["ETag"]
    assert tag != italian.headers["ETag"]
    again = client.get(f"{link}&lang=en", headers={**PAGE, "If-None-Match": tag})
    other = client.get(f"{link}&lang=it", headers={**PAGE, "If-None-Match": tag})
    assert (again.status_code, other.status_code) == (304, 200)
    assert "Interroga" in client.get("/sparql?lang=it", headers=PAGE).text


def test_a_boolean_and_a_graph_have_their_pages(client: FlaskClient) -> None:
    assert "<strong>Yes</strong>" in ask(client, "ASK {}")
    assert "clef:basedOn id:heist" in ask(client, "DESCRIBE id:eld")
    assert "# an empty graph" in ask(client, "DESCRIBE id:nobody")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ('<script>x</script>' AS ?x) (<javascript:x> AS ?y) {}",
        "CONSTRUCT { <x:x> <x:y> '<script>x</script>' } {}",
        "ASK { '<script>x</script>",
        "ASK { <script>x</script> }",
    ],
)
def test_what_a_query_says_is_never_markup(client: FlaskClient, query: str) -> None:
    text = ask(client, query)
    assert "<script>" not in text
    assert 'href="javascript' not in text


def test_no_page_has_inline_script_or_style() -> None:
    for template in (Path(server.__file__).parent / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        for opening, content in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
            assert (" src=" in opening and not content) or "application/ld+json" in opening
        assert not re.search(r"<[a-z][^>{]*\s(style|on[a-z]+)=", text), template.name


def test_the_style_sheet_is_served(client: FlaskClient) -> None:
    with client.get("/static/site.css") as response:
        assert response.mimetype == "text/css"
        assert "prefers-color-scheme: dark" in response.text


def test_health_tells_the_digest_and_the_size(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    content = response.get_json()
    assert content["status"] == "ok"
    assert content["triples"] == 2003
    assert re.fullmatch(r"[0-9a-f]{64}", content["digest"])
    assert response.headers["Cache-Control"] == "no-store"


def test_health_is_503_where_no_worker_answers(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(header: Header, text: str) -> Answer:
        raise OverloadError(f"no worker for {text} {header}")

    monkeypatch.setattr(app.extensions[KEY].pool, "run", busy)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.get_json() == {"status": "unavailable", "code": "overload"}
    assert int(response.headers["Retry-After"]) > 0
