"""The table of formats: its rows are sound, and each lookup finds what a person means."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.errors import FormatError
from kg.formats import FORMATS, Format, Kind, for_name, for_suffix, offered

TRIPLE = ox.Triple(
    ox.NamedNode("http://example.org/s"),
    ox.NamedNode("http://example.org/p"),
    ox.Literal("é", language="it"),
)


def test_no_name_or_suffix_stands_for_two_formats() -> None:
    names = [row.name for row in FORMATS]
    suffixes = [suffix for row in FORMATS for suffix in row.suffixes]
    assert len(set(names)) == len(names)
    assert len(set(suffixes)) == len(suffixes)


@pytest.mark.parametrize("kind", ["graph", "dataset", "results", "boolean"])
def test_no_media_type_is_ambiguous_within_a_kind(kind: Kind) -> None:
    types = [media_type for row in offered(kind) for media_type in row.media_types]
    assert types
    assert len(set(types)) == len(types)


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_the_canonical_media_type_is_the_one_the_engine_knows(row: Format) -> None:
    assert row.engine.media_type.partition(";")[0] == row.media_type


@pytest.mark.parametrize("row", offered("graph"), ids=lambda row: row.name)
def test_a_graph_survives_the_round_trip(row: Format) -> None:
    engine = row.engine
    assert isinstance(engine, ox.RdfFormat)
    text = ox.serialize([TRIPLE], format=engine)
    assert text is not None
    assert [quad.triple for quad in ox.parse(text, format=engine)] == [TRIPLE]


def test_csv_and_tsv_cannot_carry_a_boolean() -> None:
    assert [row.name for row in offered("boolean")] == ["json", "xml"]


@pytest.mark.parametrize(
    ("given", "name"),
    [("turtle", "turtle"), ("TTL", "turtle"), ("JSON-LD", "jsonld"), ("rdf/xml", "rdfxml")],
)
def test_a_name_is_found_whatever_its_punctuation(given: str, name: str) -> None:
    assert for_name(given).name == name


def test_a_suffix_names_a_format() -> None:
    assert for_suffix(".NQ").name == "nquads"


def test_what_is_not_offered_is_refused_with_the_list() -> None:
    for lookup in (for_name, for_suffix):
        with pytest.raises(FormatError) as caught:
            lookup("yaml", "boolean")
        assert "json (application/sparql-results+json), xml" in caught.value.hint


def test_only_text_types_name_their_charset() -> None:
    assert for_name("csv").content_type == "text/csv; charset=utf-8"
    assert for_name("json").content_type == "application/sparql-results+json"
