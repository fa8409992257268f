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
    assert re.search(r'<td><a href="[^"]+/id/heist">id:heist</a></td>', text)
    assert '<td lang="en">Everybody Loves &lt;Diamonds&gt;</td>' in text
    assert '5 <span class="note">xsd:integer</span>' in text
    assert "format=csv" in text


def test_a_page_shows_the_first_rows_and_says_so(client: FlaskClient) -> None:
    text = ask(client, "SELECT * { ?c dct:identifier ?i }")
    assert "2,000 rows, of which the first 1,000 are shown" in text
    assert text.count("<tr>") == 1001


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
    assert "<script" not in text
    assert 'href="javascript' not in text


def test_no_page_has_script_or_inline_style() -> None:
    for template in (Path(server.__file__).parent / "templates").iterdir():
        text = template.read_text()
        assert "<script" not in text
        assert not re.search(r"\s(style|on[a-z]+)=", text), template.name


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
