"""An rdflib graph in, an rdflib graph out; a clash is explained."""

from __future__ import annotations

import doctest

import pytest
import rdflib

import kg
from kg import close
from kg.errors import InconsistencyError, InputError

GIVEN = """@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Cat rdfs:subClassOf :Animal ; owl:disjointWith :Stone . :tom a :Cat ; :age "07"^^:years .
"""


def test_the_example_of_the_documentation_holds() -> None:
    assert doctest.testmod(close).attempted > 0
    assert doctest.testmod(close).failed == 0


def test_a_graph_is_closed_and_the_given_one_left_as_it_was() -> None:
    given = rdflib.Graph().parse(data=GIVEN, format="turtle")
    before = set(given)
    closed = kg.materialize(given)
    assert set(given) == before
    assert before < set(closed)
    ex = rdflib.Namespace("http://example.org/")
    assert (ex.tom, rdflib.RDF.type, ex.Animal) in closed
    assert (ex.tom, rdflib.RDF.type, rdflib.OWL.Thing) not in closed


def test_a_contradiction_is_explained_by_what_the_graph_says() -> None:
    given = rdflib.Graph().parse(data=GIVEN + ":tom a :Stone .", format="turtle")
    with pytest.raises(InconsistencyError) as caught:
        kg.materialize(given)
    text = str(caught.value)
    assert "cax-dw" in text
    assert "<http://example.org/tom> rdf:type <http://example.org/Stone>" in text


def test_a_list_too_long_for_a_rule_is_told() -> None:
    members = " ".join(f":C{n}" for n in range(3000))
    data = (
        GIVEN + f":D owl:intersectionOf ( {members} ) . :x a " + " , ".join(members.split()) + " ."
    )
    with pytest.raises(InputError, match="more members than can be made a rule of"):
        kg.materialize(rdflib.Graph().parse(data=data, format="turtle"))


def test_the_package_offers_no_other_name() -> None:
    assert kg.__all__ == ["materialize"]
    with pytest.raises(AttributeError, match="nonsense"):
        _ = kg.nonsense
