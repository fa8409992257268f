"""Search and suggestions: which words find what, how surely, and what hostile words do."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.namespaces import compact, iri
from kg.search import Search, distance, similarity, words_of
from server.library import Edition

PAGE = {"Accept": "text/html"}


def first(search: Search, text: str) -> tuple[str, int]:
    hit = search.find(text)[0]
    return compact(hit.term), hit.score


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Kim Rossi Stuart", "id:kim-rossi-stuart"),
        ("  kim   ROSSI stuart ", "id:kim-rossi-stuart"),
        ("Synnøve Macody Lund", "id:synnove-macody-lund"),
        ("synnove macody lund", "id:synnove-macody-lund"),
        ("Tout le monde aime les diamants", "id:everybody-loves-diamonds"),
        ("Antwerp Heist", "id:antwerp-diamond-heist"),
        ("furto di diamanti di Anversa del 2003", "id:antwerp-diamond-heist"),
        ("C0123", "id:c0123"),
        ("wired-2009", "id:wired-2009"),
        ("clef:Person", "clef:Person"),
        (iri("clef:Person"), "clef:Person"),
        (iri("id:palermo")[1:-1], "id:palermo"),
    ],
)
def test_any_name_and_any_identifier_find_the_thing_first(
    edition: Edition, text: str, name: str
) -> None:
    assert first(edition.search, text) == (name, 100)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Stuart, Kim Rossi", "id:kim-rossi-stuart"),
        ("kim rosi stuart", "id:kim-rossi-stuart"),
        ("malcom mcdowell", "id:malcolm-mcdowell"),
        ("mlacolm mcdowell", "id:malcolm-mcdowell"),
        ("synnov", "id:synnove-macody-lund"),
        ("lovegrove", "id:eld-john-lovegrove"),
    ],
)
def test_parts_slips_and_other_orders_come_near(edition: Edition, text: str, name: str) -> None:
    found, score = first(edition.search, text)
    assert found == name
    assert 50 <= score < 100


def test_what_is_not_there_is_not_found(edition: Edition) -> None:
    assert edition.search.find("") == edition.search.find("zzqx vvkj") == []
    assert edition.search.find("...!?") == []
    assert "lovegrove" in edition.search.spellings("zlovegrvoe")


def test_every_named_thing_is_found_by_its_name(edition: Edition) -> None:
    index, search = edition.index, edition.search
    for term in edition.plain.things:
        for language in ("en", "it"):
            assert term in search.exact(index.label(term, language)), term


def test_kinds_narrow_what_is_found(edition: Edition) -> None:
    people = edition.search.find("palermo rome notarbartolo", [iri("clef:Person")])
    assert all(iri("clef:Person") in edition.index.kinds(hit.term) for hit in people)
    assert edition.search.find("palermo", [iri("clef:Person")]) == []


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_has_hits_in_order_and_within_bounds(edition: Edition, text: str) -> None:
    hits = edition.search.find(text)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 < hit.score <= 100 for hit in hits)
    assert hits == edition.search.find(text)


@settings(max_examples=200, deadline=None)
@given(one=st.text("abcde", max_size=7), other=st.text("abcde", max_size=7))
def test_the_distance_is_a_distance(one: str, other: str) -> None:
    found = distance(one, other)
    assert found == distance(other, one)
    assert (found == 0) == (one == other)
    assert abs(len(one) - len(other)) <= found <= max(len(one), len(other))


def test_neighbours_that_are_swapped_are_one_slip() -> None:
    assert distance("malcolm", "mlacolm") == 1
    assert words_of("Łódź–Straße, L'Heure") == ("lodz", "strasse", "l", "heure")
    assert similarity("Palermo", "palérmo") == 1


def test_results_stand_under_their_kinds_with_a_line_each(visitor: FlaskClient) -> None:
    text = visitor.get("/search?q=notarbartolo", headers=PAGE).text
    assert '<h2 id="kind-Person">People</h2>' in text
    assert '<a href="/doc/leonardo-notarbartolo">Leonardo Notarbartolo</a>' in text
    assert text.count("<h1>") == 1
    assert len(text) < 60_000
    assert "All " in text
    assert "kind=Statement" in text
    only = visitor.get("/search?q=notarbartolo&kind=Statement", headers=PAGE).text
    assert "The first 100 of" in only or only.count("<li>") > 8


def test_a_claim_stands_with_its_world_and_its_status(visitor: FlaskClient) -> None:
    found = visitor.get("/search.json?q=genius+hacker&kind=Statement").get_json()["groups"][0]
    for result in found["results"]:
        number, status = result["description"].split(": ")
        assert number
        world, modality = status.split(", ")[:2]
        assert world in {"on record", "on screen", "about the making of a work"}
        assert modality
    told = {result["description"] for result in found["results"]}
    assert any("self-reported" in line for line in told)


def test_the_same_in_italian(visitor: FlaskClient) -> None:
    text = visitor.get("/search?q=palermo&lang=it", headers=PAGE).text
    assert "Luoghi" in text
    assert 'name="lang" value="it"' in text
    assert 'href="/doc/palermo?lang=it"' in text


def test_an_empty_search_says_what_can_be_searched(visitor: FlaskClient) -> None:
    text = visitor.get("/search", headers=PAGE).text
    assert "by any of their names" in text
    assert visitor.get("/search.json").get_json() == {"query": "", "groups": []}


def test_no_result_leads_on(visitor: FlaskClient) -> None:
    text = visitor.get("/search?q=zzlovegrvoe", headers=PAGE).text
    assert "Did you mean" in text
    assert 'href="/search?q=lovegrove"' in text
    assert "Nothing has such a name" in visitor.get("/search?q=qqqq0000", headers=PAGE).text


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "\x00\x07\x1b[31m",
        "\u202e evil",
        "a" * 100_000,
        "a " * 50_000,
        "%",
        "{{7*7}}",
        "\U0001f600",
    ],
)
def test_hostile_words_are_words(visitor: FlaskClient, words: str) -> None:
    for path in ("/search", "/search.json", "/suggest"):
        answer = visitor.get(path, query_string={"q": words}, headers={"Accept": "*/*"})
        assert answer.status_code == (400 if len(words) > 200 else 200)
        assert "<script>alert" not in answer.text or answer.mimetype != "text/html"
        assert "<img" not in answer.text or answer.mimetype != "text/html"
        assert len(answer.data) < 60_000
    assert visitor.get("/search?q=%FF%C0").status_code == 200
    assert visitor.get("/search?q=a&kind=<x>").status_code == 400


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=clef:Pers&kind=class", ["clef:Person"]),
        ("q=born&kind=property", ["clef:bornIn", "clef:birthDate"]),
        ("q=id:kim-r&kind=entity", ["id:kim-rossi-stuart"]),
        ("q=persona&kind=class", ["clef:Person"]),
    ],
)
def test_suggestions_complete_what_is_typed(
    visitor: FlaskClient, query: str, names: list[str]
) -> None:
    found = visitor.get(f"/suggest?{query}").get_json()["results"]
    assert {"iri", "name", "label", "description", "kind", "address"} == set(found[0])
    assert set(names) <= {one["name"] for one in found}
    assert len(found) <= 20


def test_suggestions_are_few_and_of_the_kind_that_is_wanted(visitor: FlaskClient) -> None:
    assert len(visitor.get("/suggest?q=a").get_json()["results"]) == 20
    assert visitor.get("/suggest").get_json() == {"results": []}
    found = visitor.get("/suggest?q=a&kind=class").get_json()["results"]
    assert {one["kind"] for one in found} == {"term"}
    assert visitor.get("/suggest?q=a&kind=graph").status_code == 400


def test_every_page_has_the_box(visitor: FlaskClient) -> None:
    text = visitor.get("/sparql", headers=PAGE).text
    assert '<form role="search" action="/search" method="get">' in text
    assert '<label for="search-words">' in text
