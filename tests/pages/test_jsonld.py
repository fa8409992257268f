"""schema.org in pages: it parses without the network, and says nothing that the graph does not."""

from __future__ import annotations

import json
import re

import pytest
import rdflib
from flask.testing import FlaskClient

from kg.claims import claim
from kg.index import Index
from kg.model import Term, Triple
from kg.namespaces import PREFIXES, iri
from kg.store import KnowledgeGraph
from kg.terms import from_rdflib, literal_parts
from server import links
from server.colophon import address_of
from server.jsonld import MEANS, comparison_jsonld, thing_jsonld
from server.library import Edition

# rdflib's reader of JSON-LD uses what rdflib itself has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")

KINDS = (
    "Work",
    "Person",
    "Character",
    "Performance",
    "RealEvent",
    "Place",
    "Organisation",
    "Source",
    "Comparison",
    "StoryEvent",
)
OF_A_PERSON = {"name", "birthDate", "birthPlace", "deathDate", "sameAs", "mainEntityOfPage", "type"}
SCHEMA = PREFIXES["schema"]


def embedded(page: str) -> list[str]:
    return re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)


def parsed(text: str) -> list[Triple]:
    graph = rdflib.Graph().parse(data=text, format="json-ld")
    return [Triple(*map(from_rdflib, triple)) for triple in graph]


def short(predicate: Term) -> str:
    return "type" if predicate == iri("rdf:type") else predicate[len(SCHEMA) + 1 : -1]


def says_the_same(index: Index, triple: Triple, names: tuple[str, ...]) -> bool:
    """Tell whether the graph has it, under one of our properties; of a literal, the same text."""
    text = literal_parts(triple.object)[0] if triple.object.startswith('"') else None
    for name in names:
        for end in index.objects(triple.subject, iri(name)):
            if end == triple.object or (text and end[0] == '"' and literal_parts(end)[0] == text):
                return True
    return False


REVIEW = {"reviewBody": "clef:text", "isBasedOn": "clef:statedIn", "itemReviewed": "clef:storySide"}
NAMES = ("rdfs:label", "dct:title", "skos:prefLabel")
WORDS = {"text", "creativeWorkStatus", "claimReviewed"}
"""What is put in words from several triples; how, is tested for itself."""


def entailed(index: Index, triple: Triple) -> bool:
    """Tell whether the graph holds what a triple of schema.org says of the world."""
    name = short(triple.predicate)
    compares = iri("clef:Comparison") in index.kinds(triple.subject)
    if name in WORDS:
        return compares or iri("clef:Claim") in index.kinds(triple.subject)
    if name == "mainEntityOfPage" or (compares and name == "url"):
        return triple.object == f"<{address_of(triple.subject)}>"
    if name == "type":
        return triple in index.graph.triples or (compares and triple.object.endswith("Review>"))
    if name == "disambiguatingDescription":
        return iri("clef:Character") in index.kinds(triple.subject)
    if name == "name":
        return says_the_same(index, triple, NAMES)
    ours = (REVIEW[name],) if compares else MEANS[name]
    return triple in index.graph.triples or says_the_same(index, triple, ours)


@pytest.mark.parametrize("kind", KINDS)
def test_each_fact_is_in_the_graph(visitor: FlaskClient, edition: Edition, kind: str) -> None:
    index = edition.index
    told = 0
    for term in index.members(iri(f"clef:{kind}")):
        for text in embedded(visitor.get(f"/doc/{links.name_of(term)}.html").text):
            assert json.loads(text)["@context"] == {"@vocab": SCHEMA}  # nothing is fetched
            triples = parsed(text)
            assert triples
            told += 1
            assert [t for t in triples if not entailed(index, t)] == []
    assert told or kind == "StoryEvent"


def test_of_a_person_only_plain_facts_are_told(visitor: FlaskClient, edition: Edition) -> None:
    """Nothing about courts, and nothing that a claim alone says."""
    index = edition.index
    people = set(index.members(iri("clef:Person")))
    for term in people:
        for text in embedded(visitor.get(f"/doc/{links.name_of(term)}.html").text):
            about = {short(t.predicate) for t in parsed(text) if t.subject in people}
            assert about <= OF_A_PERSON
    steps = index.members(iri("clef:JusticeEvent"))
    assert steps
    for term in steps:
        assert embedded(visitor.get(f"/doc/{links.name_of(term)}.html").text) == []


def test_a_claim_is_told_as_a_claim_with_how_it_stands(
    visitor: FlaskClient, edition: Edition
) -> None:
    index = edition.index
    for term in index.members(iri("clef:Claim"))[::9]:
        (text,) = embedded(visitor.get(f"/doc/{links.name_of(term)}.html").text)
        node = json.loads(text)
        assert node["@type"] == "Claim"
        mode = index.label(claim(index, term).modality)
        assert node["creativeWorkStatus"].startswith("reported" if mode == "asserted" else mode)
        assert [t for t in parsed(text) if not entailed(index, t)] == []
    (text,) = embedded(visitor.get("/doc/c0432.html").text)
    assert json.loads(text)["creativeWorkStatus"] == "alleged, denied"


def test_a_work_has_its_performances(visitor: FlaskClient) -> None:
    (text,) = embedded(visitor.get("/doc/everybody-loves-diamonds.html").text)
    node = json.loads(text)
    assert node["@type"] == "TVSeries"
    roles = [role for role in node["actor"] if role["@type"] == "PerformanceRole"]
    assert len(roles) > 15
    assert all(role["actor"]["@type"] == "Person" for role in roles)


def test_comparisons_are_reviews_of_what_the_story_tells(visitor: FlaskClient) -> None:
    with visitor.application.test_request_context():
        index = links_index(visitor)
        nodes = index.members(iri("clef:Comparison"))
        graph = json.loads(comparison_jsonld(index, nodes, "en"))["@graph"]
    assert len(graph) == len(nodes)
    assert {node["@type"] for node in graph} == {"ClaimReview"}
    assert all(node["itemReviewed"]["@type"] == "Claim" for node in graph)
    assert all("reviewRating" not in node for node in graph)


def links_index(visitor: FlaskClient) -> Index:
    index: Index = visitor.application.extensions["clef"].library.edition().index
    return index


def test_no_text_ends_the_script() -> None:
    place = iri("id:place")
    said = (
        Triple(place, iri("rdf:type"), iri("clef:Place")),
        Triple(place, iri("rdfs:label"), '"</script><b>&\\u2028"@en'),
    )
    graphs = {"ontology": (), "claims": said, "accepted": (), "inferred": ()}
    told = thing_jsonld(Index(KnowledgeGraph("d", "", graphs, {}, {})), place, "en")
    assert told
    assert not set("<>&\u2028") & set(told)
    assert json.loads(told)["name"].startswith("</script>")
