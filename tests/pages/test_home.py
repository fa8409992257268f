"""The front page of a dossier, that of a workspace, and the pages of errors: each leads on."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.server.writing import BEARER, workspace

PAGE = {"Accept": "text/html"}


def test_viewers_come_first_and_programs_last(visitor: FlaskClient) -> None:
    text = visitor.get("/").text
    order = [
        'role="search"',
        'href="/doc/everybody-loves-diamonds"',
        "True to the record",
        "What viewers ask",
        "How to read it",
        "The verdicts",
        "alleged",
        "For programs",
        "/.well-known/void",
        "/reconcile",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert text.count("<h1>") == 1
    assert len(text) < 60_000


@pytest.mark.parametrize("language", ["en", "it"])
def test_every_link_of_the_front_page_leads_somewhere(visitor: FlaskClient, language: str) -> None:
    text = visitor.get(f"/?lang={language}").text
    links = {unescape(link) for link in re.findall(r'href="(/[^"]*)"', text)}
    assert len(links) > 10
    for link in sorted(links):
        with visitor.get(link) as answer:
            assert answer.status_code == 200, link


def test_the_front_page_in_italian_says_the_same(visitor: FlaskClient) -> None:
    text = visitor.get("/?lang=it").text
    assert "Come leggerlo" in text
    assert "presunto" in text
    assert "For programs" not in text


def test_the_front_page_is_sent_once(visitor: FlaskClient) -> None:
    answer = visitor.get("/")
    assert answer.last_modified
    known = {"If-None-Match": answer.headers["ETag"]}
    assert visitor.get("/", headers=known).status_code == 304
    assert visitor.get("/?lang=it", headers=known).status_code == 200


def test_a_workspace_says_what_it_is_and_holds(tmp_path: Path) -> None:
    with workspace(tmp_path) as app:
        client = app.test_client()
        client.put(
            "/graphs?graph=urn:my-graph",
            data="<urn:a> <urn:b> 1, 2 .",
            headers={**BEARER, "Content-Type": "text/turtle"},
        )
        text = client.get("/").text
        assert '<code>urn:my-graph</code></a></th><td class="number">2</td>' in text
        assert "Authorization: Bearer $TOKEN" in text
        assert "plain store" in text
        for words in ("film", "series", "heist", 'role="search"', "/data/", "on screen"):
            assert words not in text
        for link in re.findall(r'href="(/[^"]*)"', text):
            with client.get(unescape(link)) as answer:
                assert answer.status_code == 200, link


def test_what_a_workspace_has_no_pages_for_is_not_found(tmp_path: Path) -> None:
    with workspace(tmp_path, token_file=None) as app:
        client = app.test_client()
        assert "Nobody may write" in client.get("/").text
        for path in (
            "/search?q=a",
            "/suggest?q=a",
            "/reconcile",
            "/sitemap.xml",
            "/data/",
            "/graph/claims",
        ):
            assert client.get(path).status_code == 404, path
            assert client.get(path, headers=PAGE).status_code == 404, path
        assert "Sitemap" not in client.get("/robots.txt").text
        assert client.get("/llms.txt").text.startswith("# A Clef workspace")


def test_what_is_not_found_is_searched_for(visitor: FlaskClient) -> None:
    text = visitor.get("/doc/leonardo-notarbartol", headers=PAGE).text
    assert 'value="leonardo notarbartol"' in text
    assert 'href="/doc/leonardo-notarbartolo"' in text
    hostile = visitor.get("/doc/%3Cscript%3Ex%3C%2Fscript%3E", headers=PAGE)
    assert hostile.status_code == 404
    assert "<script>x" not in hostile.text


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/doc/palermo.xls", "/doc/palermo.ttl"),
        ("/.well-known/void", "/.well-known/void?format=turtle"),
        ("/sparql?query=ASK{}&format=turtle", "/sparql?query=ASK%7B%7D&format=json"),
        ("/sparql?query=DESCRIBE id:palermo&format=csv", "format=jsonld"),
    ],
)
def test_other_forms_are_links_that_answer(visitor: FlaskClient, path: str, link: str) -> None:
    text = visitor.get(path, headers=PAGE).text
    section = text[text.index("What there is of it") : text.index("</main>")]
    found = [unescape(one) for one in re.findall(r'href="([^"]+)"', section)]
    assert any(link in one for one in found)
    for one in found:
        assert visitor.get(one).status_code == 200, one
