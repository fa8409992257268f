"""What a person types finds the terms that are meant: typed values, and names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.errors import InputError
from kg.ledger import entries
from kg.model import Term, Triple
from kg.names import Names
from kg.namespaces import compact, expand, iri
from kg.store import KnowledgeGraph
from kg.terms import literal_parts
from kg.values import above, allowed, day, literal, precision

# ── values ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("predicate", "text", "term"),
    [
        ("clef:crewSize", "5", '"5"^^xsd:integer'),
        ("clef:crewSize", "005", '"5"^^xsd:integer'),
        ("clef:lootValue", "100000000", '"100000000"^^xsd:integer'),
        ("clef:lootValue", "1.50", '"1.5"^^xsd:decimal'),
        ("clef:date", "2003-02-15", '"2003-02-15"^^xsd:date'),
        ("clef:date", "2003-02", '"2003-02"^^xsd:gYearMonth'),
        ("clef:date", "2003", '"2003"^^xsd:gYear'),
        ("clef:term", "P18M", '"P1Y6M"^^xsd:duration'),
        ("clef:shootingDuration", "PT5H30M", '"PT5H30M"^^xsd:duration'),
        ("clef:originalLanguage", "it", '"it"'),
        ("clef:method", "by the 'back' door", "\"by the 'back' door\"@en"),
        ("clef:method", '"dal retro"@it', '"dal retro"@it'),
        ("clef:note", "2003", '"2003"@en'),
        ("dct:title", "Porto \\ di vetro", '"Porto \\\\ di vetro"@en'),
    ],
)
def test_a_value_is_typed_by_what_its_predicate_takes(
    small: KnowledgeGraph, predicate: str, text: str, term: str
) -> None:
    typed = literal(text, allowed(small, expand(predicate)), where="--value")
    assert compact(typed) == term


@pytest.mark.parametrize(
    ("predicate", "text", "hint"),
    [
        ("clef:crewSize", "five", "write a whole number in plain digits"),
        ("clef:crewSize", "4.5", "write a whole number"),
        ("clef:lootValue", "100,000", "a number, such as 1.5"),
        ("clef:date", "2003-02-30", "write a day, such as 2003-02-15; or a month"),
        ("clef:date", "2003-13", "a month, such as 2003-02"),
        ("clef:date", "15/02/2003", "a year, such as 2003"),
        ("clef:date", "0000", "a year"),
        ("clef:term", "ten years", "a duration, such as P6M"),
        ("clef:term", "P", "a duration"),
        ("clef:term", "P1YT", "a duration"),
        ("clef:method", '"dal retro"@', 'write "words"@en'),
        ("clef:method", '"dal "retro""@it', "a quotation mark within"),
        ("clef:crewSize", '"5"^^no:such', 'or "P6M"^^xsd:duration'),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_can(
    small: KnowledgeGraph, predicate: str, text: str, hint: str
) -> None:
    with pytest.raises(InputError) as caught:
        literal(text, allowed(small, expand(predicate)), where="--value")
    assert caught.value.where == "--value"
    assert hint in caught.value.hint


def test_every_claim_of_the_dossier_is_typed_again_as_it_stands(graph: KnowledgeGraph) -> None:
    typed = 0
    for entry in entries(graph):
        (predicate,) = entry.said[iri("clef:predicate")]
        for part in ("clef:value", "clef:lowerBound", "clef:upperBound"):
            for term in entry.said.get(iri(part), ()):
                text, language, _ = literal_parts(term)
                # A note takes any value, so that one which is not words is given in full.
                loose = predicate == iri("clef:note") and language is None
                plain = language in (None, "en") and not text.startswith('"') and not loose
                given = text if plain else term
                assert literal(given, allowed(graph, predicate), where=entry.cells["node"]) == term
                typed += 1
    assert typed > 20


def test_every_claimable_predicate_takes_an_object_or_values_that_can_be_given(
    graph: KnowledgeGraph,
) -> None:
    known = {"xsd:integer", "xsd:decimal", "xsd:duration", "xsd:boolean", "xsd:string"}
    known |= {"xsd:date", "xsd:gYearMonth", "xsd:gYear", "rdf:langString"}
    marked = [t.subject for t in graph.graphs["ontology"] if t.predicate == iri("clef:claimable")]
    assert marked
    for predicate in marked:
        assert {compact(datatype) for datatype in allowed(graph, predicate)} <= known


def test_bounds_of_a_date_become_days_and_say_how_finely_they_date() -> None:
    year, month = '"2004"^^' + iri("xsd:gYear"), '"2004-02"^^' + iri("xsd:gYearMonth")
    whole = '"5"^^' + iri("xsd:integer")
    assert compact(day(year, last=False)) == '"2004-01-01"^^xsd:date'
    assert compact(day(year, last=True)) == '"2004-12-31"^^xsd:date'
    assert compact(day(month, last=True)) == '"2004-02-29"^^xsd:date'
    assert day(whole, last=True) == whole
    assert precision([month, year]) == iri("clef:YearPrecision")
    assert precision([month, day(month, last=True)]) == iri("clef:MonthPrecision")
    assert precision([whole]) is None
    assert precision([]) is None


def test_numbers_and_dates_have_an_order_and_words_have_none() -> None:
    def whole(text: str) -> Term:
        return f'"{text}"^^' + iri("xsd:integer")

    assert above(whole("10"), whole("9"))
    assert not above(whole("9"), whole("10"))
    assert above('"1.5"^^' + iri("xsd:decimal"), whole("1"))
    assert not above('"b"@en', '"a"@en')
    assert not above(whole("1"), '"2003"^^' + iri("xsd:gYear"))


# ── names ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "id:quill-theft",
        "quill-theft",
        "Quill theft",
        "FURTO QUILL",
        compact(iri("id:quill-theft")),
        iri("id:quill-theft").strip("<>"),
    ],
)
def test_a_thing_is_found_by_any_of_its_names(small: KnowledgeGraph, text: str) -> None:
    names = Names(small)
    assert names.find(text, names.entities(), where="") == iri("id:quill-theft")


def test_a_name_of_several_asks_which_and_prefers_what_is_likely(small: KnowledgeGraph) -> None:
    names = Names(small)
    genres, formats = names.in_range(iri("clef:genre")), names.in_range(iri("clef:format"))
    both = {"clef:CrimeGenre", "clef:LimitedSeries"}
    assert both <= {compact(term) for term in genres | formats}
    labelled = replace(
        small,
        graphs=dict(small.graphs)
        | {
            "claims": (
                *small.graphs["claims"],
                *(Triple(iri(name), iri("skos:altLabel"), '"both"@en') for name in sorted(both)),
            )
        },
    )
    names = Names(labelled)
    assert names.find("both", names.things(), genres, where="") == iri("clef:CrimeGenre")
    with pytest.raises(InputError, match="the name of several") as caught:
        names.find("both", names.things(), where="--object")
    assert caught.value.hint == "write one of clef:CrimeGenre, clef:LimitedSeries"
