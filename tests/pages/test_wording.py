"""How pages word things: times, days, sources, standings; no claim stains another."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.claims import claim, claims_on
from kg.model import Triple
from kg.namespaces import iri
from server.library import Edition
from server.measures import bounded, duration, unit
from server.present import cited_apart, with_value
from server.present import sentence as in_words
from server.sayings import kind_words, sentence, voice
from server.tellings import tellings

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize(
    ("tongue", "years", "days"),
    [
        ("it", "6 anni, 2 mesi", "dall'8 maggio al 9 maggio"),
        ("en", "6 years, 2 months", "from 8 maggio to 9 maggio"),
    ],
)
def test_lengths_of_time_and_days(site: Flask, tongue: str, years: str, days: str) -> None:
    with site.test_request_context(f"/?lang={tongue}"):
        assert duration("P6Y2M") == years
        assert bounded("8 maggio", "9 maggio", dated=True) == days


def test_a_year_is_no_day(site: Flask) -> None:
    born = iri("clef:birthDate")
    with site.test_request_context("/?lang=en"):
        assert with_value(born, "1952") == "was born in 1952"
        assert with_value(born, "March 1, 1952") == "was born on March 1, 1952"
        assert with_value(born, "March 1952") == "was born in March 1952"
    with site.test_request_context("/?lang=it"):
        assert with_value(born, "1952") == "è nato nel 1952"
        assert with_value(born, "marzo 1952") == "è nato nel marzo 1952"
        assert with_value(born, "8 marzo 1952") == "è nato l'8 marzo 1952"


@pytest.mark.parametrize(
    ("name", "english", "italian"),
    [
        ("c0060", "First release of Leonardo Notarbartolo is dated 2009.", "risale al 2009."),
        ("c0549", "Sentence of Leonardo Notarbartolo has a term of 10 years.", "di 10 anni."),
    ],
)
def test_dates_and_terms_are_told_in_sentences(
    site: Flask, edition: Edition, name: str, english: str, italian: str
) -> None:
    one = claim(edition.index, iri(f"id:{name}"))
    with site.test_request_context("/?lang=en"):
        assert in_words(one) == english
    with site.test_request_context("/?lang=it"):
        assert in_words(one).endswith(italian)


def test_years_have_a_word_in_italian(site: Flask) -> None:
    with site.test_request_context("/?lang=it"):
        assert unit("a") == "anni"


def test_what_one_source_is_wrong_about_stains_no_other(site: Flask, edition: Edition) -> None:
    index = edition.index
    deprecated = iri("clef:Deprecated")
    split = 0
    with site.test_request_context("/"):
        for person in index.members(iri("clef:Person")):
            for told in tellings(index, claims_on(index, person)):
                assert len({(one.rank == deprecated, one.modality) for one in told.claims}) == 1
                split += "held to be wrong" in told.words
    assert split


def test_two_sources_are_never_cited_alike(site: Flask, edition: Edition) -> None:
    sources = edition.index.members(iri("clef:Source"))
    with site.test_request_context("/"):
        assert len({cited_apart(source) for source in sources}) == len(sources)
        told = voice(next(s for s in sources if s in edition.namesakes))
    assert re.search(r"“.+”", told)


def test_a_class_has_its_article(site: Flask) -> None:
    with site.test_request_context("/"):
        assert kind_words(iri("clef:Agent")) == "an “agent”"
        typed = Triple(iri("id:leonardo-notarbartolo"), iri("rdf:type"), iri("clef:Agent"))
        assert sentence(typed).endswith("is an “agent”")


def test_a_character_is_never_a_person_to_schema_org(
    visitor: FlaskClient, edition: Edition
) -> None:
    characters = {term[1:-1] for term in edition.index.members(iri("clef:Character"))}
    found = 0

    def check(node: object) -> None:
        nonlocal found
        if isinstance(node, list):
            for one in node:
                check(one)
        if isinstance(node, dict):
            if node.get("@id") in characters:
                found += 1
                assert node["@type"] == iri("clef:Character")[1:-1]
                assert node["disambiguatingDescription"] == "character"
            for one in node.values():
                check(one)

    names = ["everybody-loves-diamonds", *(c.rpartition("/")[2] for c in sorted(characters))]
    for name in names:
        page = visitor.get(f"/doc/{name}.html").text
        for text in re.findall(
            r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL
        ):
            check(json.loads(text))
    assert found > len(characters)


def test_no_range_over_notes(visitor: FlaskClient) -> None:
    page = visitor.get("/doc/antwerp-diamond-heist.html?claims=note").text
    assert re.search(r"\d+ claims, \d+ sources</span>", page)


def test_the_description_of_the_data_opens_in_a_browser(visitor: FlaskClient) -> None:
    for address in ("/", "/data/"):
        link = re.search(
            r'href="(/.well-known/void[^"]*)"', visitor.get(address, headers=HTML).text
        )
        assert link
        assert visitor.get(link[1], headers={"Accept": "text/html"}).status_code == 200


def test_a_licence_goes_by_its_name(visitor: FlaskClient) -> None:
    for address in ("/about", "/data/"):
        assert ">CC BY 4.0</a>" in visitor.get(address, headers=HTML).text


def test_help_explains_the_verdicts_and_what_documented_means(visitor: FlaskClient) -> None:
    page = visitor.get("/help", headers=HTML).text
    for word in ("True to the record", "Cannot tell", "documented", "follows", "invented"):
        assert f"<dt>{word}</dt>" in page


def test_the_form_for_paths_shows_names(visitor: FlaskClient) -> None:
    page = visitor.get("/paths?from=antwerp-diamond-heist&to=antwerp", headers=HTML).text
    assert 'name="to" value="Antwerp"' in page


def test_a_place_that_nothing_leads_to_names_its_claims(
    visitor: FlaskClient, edition: Edition
) -> None:
    (place, *_) = visitor.get("/places.json").get_json()
    assert "named_in" in place
    assert "named in 1 claim: " in visitor.get("/places", headers=HTML).text
    assert claim(edition.index, iri("id:c0209")).values == (iri("id:brussels"),)
