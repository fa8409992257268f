"""The verdicts of a comparison as reviews: the page, its Turtle and its JSON say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kg import paths
from kg.namespaces import BASE, PREFIXES
from kg.pipeline import Inputs, build
from kg.store import save_snapshot
from kg.terms import rdflib_graph
from server.app import create_app
from server.config import Config
from server.library import Edition
from server.reviews import VERDICT_WORDS
from server.state import KEY

# rdflib's reader of JSON-LD uses what rdflib itself has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")

WORK = "/compare/everybody-loves-diamonds"
SCHEMA = Namespace(PREFIXES["schema"])
DOSSIER = Path(__file__).resolve().parents[1] / "dossiers" / "composite"
POLICIES = ("", "strictness=strict", "strictness=flexible&without=wired-2009")


def embedded(visitor: FlaskClient, address: str) -> Graph:
    """Return what a page tells to programs; reading it fetches nothing."""
    page = visitor.get(address, headers={"Accept": "text/html"}).text
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert isinstance(json.loads(text)["@context"], dict)
    return Graph().parse(data=text, format="json-ld")


def twin(visitor: FlaskClient, address: str) -> Graph:
    return Graph().parse(data=visitor.get(address).data, format="turtle")


def ends(graph: Graph, node: Node, name: str) -> set[str]:
    return {str(end) for end in graph.objects(node, SCHEMA[name])}


def told(visitor: FlaskClient, query: str) -> dict[str, dict[str, Any]]:
    """Return the rows with a verdict, by name, as the JSON has them."""
    rows = visitor.get(f"{WORK}.json?{query}").get_json()["rows"]
    return {row["name"]: row for row in rows if row["verdict"] != "unknown"}


@pytest.mark.parametrize("query", POLICIES)
def test_the_page_and_its_turtle_say_the_same(
    visitor: FlaskClient, edition: Edition, query: str
) -> None:
    graph = set(rdflib_graph(edition.graph.triples))
    pages = [embedded(visitor, f"{WORK}?{query}&lang={lang}") for lang in ("en", "it")]
    turtle = set(twin(visitor, f"{WORK}.ttl?{query}"))
    said = {triple for page in pages for triple in page}
    assert turtle - graph == said - graph
    assert said <= turtle
    assert not set(pages[0].subjects()) ^ set(pages[1].subjects())


@pytest.mark.parametrize("query", POLICIES)
def test_every_verdict_is_a_review_of_what_is_told(visitor: FlaskClient, query: str) -> None:
    page, rows = embedded(visitor, f"{WORK}?{query}"), told(visitor, query)
    start = f"{BASE}{WORK[1:]}" + (f"?{query}" if query else "")
    reviews = set(page.subjects(RDF.type, SCHEMA.ClaimReview))
    assert reviews == {URIRef(f"{start}#{name}") for name in rows}
    for name, row in rows.items():
        review = URIRef(f"{start}#{name}")
        (rating,) = page.objects(review, SCHEMA.reviewRating)
        assert ends(page, rating, "alternateName") == {VERDICT_WORDS[row["verdict"]]}
        assert ends(page, rating, "ratingExplanation") == {row["because"]}
        asked = ends(page, review, "name") | ends(page, review, "claimReviewed")
        assert row["question"] in asked
        assert ends(page, review, "url") == {str(review)}
        assert ends(page, review, "author") == {BASE}
        compared = {
            f"{PREFIXES['id']}{name.lower()}"
            for each in row["comparisons"]
            for name in each["record"]
        }
        assert compared <= ends(page, review, "isBasedOn")


def test_a_claim_on_the_story_is_reviewed_with_how_it_stands(visitor: FlaskClient) -> None:
    page = embedded(visitor, WORK)
    for name, row in told(visitor, "").items():
        (review,) = (r for r in page.subjects(RDF.type) if str(r).endswith(f"#{name}"))
        items = set(page.objects(review, SCHEMA.itemReviewed))
        if row["question"].startswith("Is there a real person"):
            assert {str(item) for item in items} == {row["about"]}
            continue
        claims = {claim["iri"]: claim for claim in row["screen"]}
        assert {str(item) for item in items} <= set(claims)
        for item in items:
            claim = claims[str(item)]
            assert (item, RDF.type, SCHEMA.Claim) in page
            assert ends(page, item, "appearance") == set(claim["source"])
            (standing,) = ends(page, item, "creativeWorkStatus")
            assert standing.split(", ")[0] == claim["status"].split(", ")[0]


def test_nobody_is_reviewed(visitor: FlaskClient, edition: Edition) -> None:
    """Whether a character is real is asked of the character, and no claim on a person is told."""
    page, index = embedded(visitor, f"{WORK}?strictness=flexible"), edition.index
    kinds = {
        kind
        for item in page.objects(predicate=SCHEMA.itemReviewed)
        for kind in page.objects(item, RDF.type)
    }
    assert kinds == {SCHEMA.Claim, URIRef(f"{PREFIXES['clef']}Character")}
    people = {URIRef(one[1:-1]) for one in index.members(f"<{PREFIXES['clef']}Person>")}
    assert not people & {*page.subjects(), *page.objects()}


def test_an_aspect_has_the_review_that_the_whole_page_has(visitor: FlaskClient) -> None:
    whole = set(embedded(visitor, WORK))
    alone = embedded(visitor, f"{WORK}/eld-heist-crewSize")
    assert len(set(alone.subjects(RDF.type, SCHEMA.ClaimReview))) == 1
    assert set(alone) < whole
    assert (None, SCHEMA.alternateName, Literal("Close", lang="en")) in alone
    untold = visitor.get(f"{WORK}/eld-ghigo-roleInStory", headers={"Accept": "text/html"})
    assert "ld+json" not in untold.text


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A visitor of a made-up dossier."""
    folder = tmp_path_factory.mktemp("reviewed") / "snapshot"
    save_snapshot(build(Inputs(paths.ontology(), DOSSIER)), folder)
    app = create_app(Config(snapshot=folder, workers=1))
    yield app.test_client()
    app.extensions[KEY].close()


def test_a_made_up_work_is_reviewed_too(stranger: FlaskClient) -> None:
    address = "/compare/the-ninth-ferryman"
    page = embedded(stranger, address)
    rated = {
        str(review).rpartition("#")[2]: str(word)
        for review in page.subjects(RDF.type, SCHEMA.ClaimReview)
        for rating in page.objects(review, SCHEMA.reviewRating)
        for word in page.objects(rating, SCHEMA.alternateName)
    }
    assert rated == {
        "tnf-marda-describedAs": "Loose",
        "tnf-marda": "Loose",
        "tnf-hobarth": "True to the record",
        "tnf-jolyon": "Invented",
    }
    assert set(page) <= set(twin(stranger, f"{address}.ttl"))
