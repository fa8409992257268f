"""Own what pages say in schema.org as JSON-LD; not what is true, nor who says so.

Only what the graph holds becomes a fact here. A claim stays one, a `Claim` with its source and how
it stands, and a step of the law is not told at all: nothing alleged is said of a person.
https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from kg.claims import claim
from kg.index import Index
from kg.model import Term
from kg.namespaces import PREFIXES, iri
from kg.terms import literal_parts
from server.colophon import address_of
from server.present import sentence
from server.standings import words_of

__all__ = ["MEANS", "comparison_jsonld", "embedded", "thing_jsonld"]

MEANS: Mapping[str, tuple[str, ...]] = {
    "actor": ("clef:creditsPerformance", "clef:performer"),
    "appearance": ("clef:statedIn",),
    "author": ("clef:author", "clef:writer", "dct:creator"),
    "birthDate": ("clef:birthDate",),
    "birthPlace": ("clef:bornIn",),
    "character": ("schema:character",),
    "containedInPlace": ("clef:inCity", "clef:inCountry"),
    "countryOfOrigin": ("clef:countryOfOrigin",),
    "creator": ("clef:creator",),
    "datePublished": ("clef:released", "dct:issued"),
    "deathDate": ("clef:deathDate",),
    "director": ("clef:director",),
    "episodeNumber": ("clef:episodeNumber",),
    "inLanguage": ("clef:originalLanguage", "dct:language"),
    "isBasedOn": ("schema:isBasedOn",),
    "isPartOf": ("schema:isPartOf",),
    "location": ("clef:tookPlaceAt",),
    "numberOfEpisodes": ("clef:numberOfEpisodes",),
    "numberOfPages": ("clef:numberOfPages",),
    "parentOrganization": ("clef:belongsTo",),
    "producer": ("clef:producer",),
    "productionCompany": ("clef:productionCompany",),
    "publisher": ("clef:publishedBy", "dct:publisher"),
    "sameAs": ("schema:sameAs",),
    "startDate": ("clef:date", "clef:occurred"),
    "url": ("schema:url",),
}
"""The properties of the graph that a property of schema.org stands for."""

_TOLD: tuple[tuple[str, str], ...] = (
    (
        "clef:Work",
        "datePublished inLanguage countryOfOrigin creator director author producer "
        "productionCompany publisher numberOfEpisodes numberOfPages episodeNumber isPartOf "
        "isBasedOn actor character sameAs",
    ),
    ("clef:Performance", "actor"),
    ("clef:Person", "birthDate birthPlace deathDate sameAs"),
    ("clef:Character", "sameAs"),
    ("clef:RealEvent", "startDate location sameAs"),
    ("clef:Place", "containedInPlace sameAs"),
    ("clef:Organisation", "parentOrganization sameAs"),
    ("clef:Source", "author publisher datePublished inLanguage url"),
    ("clef:Claim", "appearance"),
)
"""What is told of each kind of thing."""

_REVERSE = (("clef:Person", "actor"), ("clef:Character", "character"))
_SCHEMA, _CHARACTER = PREFIXES["schema"], iri("clef:Character")
_CONTEXT = {"@vocab": _SCHEMA}
_Node = dict[str, Any]


def thing_jsonld(index: Index, term: Term, language: str) -> Markup | None:
    """Return what the page about a thing says of it, or nothing for a kind that is not told."""
    kinds = index.kinds(term)
    if iri("clef:Comparison") in kinds:
        return comparison_jsonld(index, [term], language)
    told = next((told for kind, told in _TOLD if iri(kind) in kinds), None)
    if told is None or iri("clef:JusticeEvent") in kinds:
        return None
    node = _reference(index, term, language)
    node["mainEntityOfPage"] = {"@id": address_of(term)}
    if iri("clef:Claim") in kinds:
        node |= _claim(index, term)
    for name in told.split():
        if values := _values(index, term, name, language):
            node[name] = values[0] if len(values) == 1 else values
    for kind, name in _REVERSE:
        if iri(kind) in kinds:
            works = [
                _reference(index, work, language)
                for work in index.subjects(iri(f"schema:{name}"), term)
            ]
            if works:
                node["@reverse"] = {name: works}
    return embedded({"@context": _CONTEXT, **node})


def comparison_jsonld(index: Index, comparisons: Iterable[Term], language: str) -> Markup:
    """Return comparisons as reviews: what is told on screen, set against the record.

    The verdict is no rating of a person: what is reviewed is the claim on the story.
    """
    reviews = []
    for node in comparisons:
        story = index.one(node, iri("clef:storySide"))
        sources = index.objects(node, iri("clef:statedIn"))
        review: _Node = {
            "@id": node[1:-1],
            "@type": "ClaimReview",
            "url": {"@id": address_of(node)},
            "reviewBody": index.text(node, [iri("clef:text")], language),
            "isBasedOn": [_reference(index, source, language) for source in sources],
        }
        if story:
            review["claimReviewed"] = sentence(claim(index, story))
            review["itemReviewed"] = {
                **_reference(index, story, language),
                **_claim(index, story),
                "appearance": _values(index, story, "appearance", language),
            }
        reviews.append(review)
    return embedded({"@context": _CONTEXT, "@graph": reviews})


def _claim(index: Index, node: Term) -> _Node:
    """Return what a claim says, and how it stands, which is part of saying it."""
    one = claim(index, node)
    return {"text": sentence(one), "creativeWorkStatus": ", ".join(words_of(index, one))}


def _reference(index: Index, term: Term, language: str) -> _Node:
    """Return a thing by its IRI, kind and name."""
    kinds = sorted(k[len(_SCHEMA) + 1 : -1] for k in index.kinds(term) if k[1:].startswith(_SCHEMA))
    special = [kind for kind in kinds if kind != "CreativeWork"] or kinds
    node: _Node = {"@id": term[1:-1]}
    if _CHARACTER in index.kinds(term):
        # To schema.org a character is a Person: who reads that alone takes it for a real one.
        node["@type"] = _CHARACTER[1:-1]
        node["disambiguatingDescription"] = index.label(_CHARACTER, language)
    elif special:
        node["@type"] = special[0] if len(special) == 1 else special
    if iri("clef:Claim") not in index.kinds(term):
        node["name"] = index.label(term, language)
    return node


def _values(index: Index, term: Term, name: str, language: str) -> list[Any]:
    """Return what a thing has for a property of schema.org, each once, by name or as text."""
    ends = dict.fromkeys(end for ours in MEANS[name] for end in index.objects(term, iri(ours)))
    found: list[Any] = []
    for end in ends:
        if end.startswith('"'):
            text, _language, datatype = literal_parts(end)
            found.append(int(text) if datatype == f"{PREFIXES['xsd']}integer" else text)
        elif name in {"sameAs", "url"}:
            found.append({"@id": end[1:-1]})
        elif iri("clef:Performance") in index.kinds(end):
            actors = _values(index, end, "actor", language)
            found.append(_reference(index, end, language) | {"actor": actors[0]})
        else:
            found.append(_reference(index, end, language))
    return found


def embedded(node: _Node) -> Markup:
    """Return JSON that no reader of HTML takes for markup."""
    text = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704  # nothing of it is markup any more
