"""What somebody denies is never called denied alone: the denial stands beside it, with its link."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.claims import claim
from kg.namespaces import iri, local_name
from server.library import Edition

PAGE = {"Accept": "text/html"}
ENTRY = re.compile(r"<(?:dd|li|td|p)\b")
STATUS = re.compile(r'<span class="(?:note|status)">([^<]*)')
DENIAL = re.compile(r'<div class="denial"><strong>[^<]*</strong>([^<]*)<a href="/doc/([^"?]+)')
WORDS = {"en": "denied", "it": "negato"}
PAGES = {
    "/event": 3,
    "/disputed": 1,
    "/doc/leonardo-notarbartolo": 2,
    "/around/leonardo-notarbartolo": 1,
    "/cast": 0,
    "/timeline": 0,
}
"""How many entries at least are called denied; where there is none, none may be so bare."""


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("address", PAGES)
def test_a_denial_stands_beside_what_it_denies(
    visitor: FlaskClient, edition: Edition, address: str, language: str
) -> None:
    page = visitor.get(f"{address}?lang={language}", headers=PAGE).text
    word = re.compile(rf"\b{WORDS[language]}\b")
    denied = [
        entry
        for entry in ENTRY.split(page)
        if any(word.search(status) for status in STATUS.findall(entry))
    ]
    assert len(denied) >= PAGES[address]
    for entry in denied:
        found = DENIAL.findall(entry)
        assert found, entry
        for text, name in found:
            one = claim(edition.index, iri(f"id:{name}"))
            assert one.denies
            assert unescape(text).strip(" –") == one.text[language]


@pytest.mark.parametrize("language", WORDS)
def test_a_denial_is_told_in_its_own_words(
    visitor: FlaskClient, edition: Edition, language: str
) -> None:
    """What it denies, with “denied” before it, does not say who denied it, nor to whom."""
    index = edition.index
    page = unescape(visitor.get(f"/event?lang={language}", headers=PAGE).text)
    for name in ("c0491", "c0542", "c0543"):
        one = claim(index, iri(f"id:{name}"))
        assert one.denies
        entry = page.partition(f"{WORDS[language]}: {one.text[language]}")[2]
        assert f'href="/doc/{local_name(one.node)}' in entry.partition("</dd>")[0]


def test_a_part_shows_who_denies_whom_it_stands_for(site: Flask, edition: Edition) -> None:
    """No source of this dossier denies it; the words are those of every list."""
    denied = claim(edition.index, iri("id:c0055"))
    macro = "{% from 'views/parts.html' import standing %}{{ standing(one) }}"
    with site.test_request_context("/"):
        told = site.jinja_env.from_string(macro)
        shown = told.render(one={"marks": ["denied"], "claims": [denied], "sources": ()})
    assert DENIAL.findall(shown)


def test_a_value_is_nobodys_word_where_one_of_its_sources_gives_it_itself(
    visitor: FlaskClient,
) -> None:
    page = visitor.get(
        "/disputed?about=antwerp-diamond-heist", headers={"Accept": "text/html"}
    ).text
    row = page[page.index(">1,000,000,000 USD<") :].partition("</tr>")[0]
    assert "C0358" in row
    assert "C0359" in row
    assert "according to" not in row
