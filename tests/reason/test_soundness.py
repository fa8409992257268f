"""Own what must not follow, and what must follow where other reasoners stop short."""

from __future__ import annotations

import pytest

from kg.check import Checker
from kg.model import Triple
from kg.reason import materialize
from reason.support import proof_of_clash, turtle

PROBES = {
    "functional: two subjects": (
        ":p a owl:FunctionalProperty . :a :p :x . :b :p :x .",
        ":a owl:sameAs :b .",
    ),
    "inverse functional: two objects of one subject": (
        ":p a owl:InverseFunctionalProperty . :a :p :x, :y . :b :p :z .",
        ":a owl:sameAs :b . :x owl:sameAs :y .",
    ),
    "key: the last property differs": (
        ":C owl:hasKey (:p :q) . :a a :C ; :p 1 ; :q 2 . :b a :C ; :p 1 ; :q 3 .",
        ":a owl:sameAs :b .",
    ),
    "key: not of the class": (
        ":C owl:hasKey (:p) . :a a :C ; :p 1 . :b :p 1 .",
        ":a owl:sameAs :b .",
    ),
    "chain: broken": (
        ":r owl:propertyChainAxiom (:p :q) . :a :p :b . :c :q :d .",
        ":a :r :d . :a :r :c . :c :r :b .",
    ),
    "intersection: one member missing": (
        ":C owl:intersectionOf (:D :E) . :a a :D .",
        ":a a :C . :a a :E .",
    ),
    "union: the member is not found": (
        ":C owl:unionOf (:D :E) . :a a :C .",
        ":a a :D . :a a :E .",
    ),
    "some values: the value is of another class": (
        ":R owl:onProperty :p ; owl:someValuesFrom :D . :a :p :b . :b a :E .",
        ":a a :R .",
    ),
    "some values: nothing is made up": (
        ":R owl:onProperty :p ; owl:someValuesFrom :D . :a a :R ; :p :b .",
        ":b a :D .",
    ),
    "all values: being so does not make one a member": (
        ":R owl:onProperty :p ; owl:allValuesFrom :D . :a :p :b . :b a :D .",
        ":a a :R .",
    ),
    "max one: of two subjects": (
        ":R owl:onProperty :p ; owl:maxCardinality 1 . :a a :R ; :p :x . :b :p :y .",
        ":x owl:sameAs :y .",
    ),
    "max two": (
        ":R owl:onProperty :p ; owl:maxCardinality 2 . :a a :R ; :p :x, :y .",
        ":x owl:sameAs :y .",
    ),
    "max one of a class: one value is not of it": (
        ":R owl:onProperty :p ; owl:onClass :D ; owl:maxQualifiedCardinality 1 ."
        " :a a :R ; :p :x, :y . :x a :D .",
        ":x owl:sameAs :y .",
    ),
    "sub-property: not upwards": (":p rdfs:subPropertyOf :q . :a :q :b .", ":a :p :b ."),
    "sub-class: not upwards": (":C rdfs:subClassOf :D . :a a :D .", ":a a :C ."),
    "different is not the same": (":a owl:differentFrom :b . :a :p :c .", ":b :p :c ."),
    "a literal has no range": (':p rdfs:range :C . :a :p "x" .', ":a a :C ."),
    "literals that only look alike": (
        ':R owl:onProperty :p ; owl:hasValue "1" . :a :p 1 .',
        ":a a :R .",
    ),
}


@pytest.mark.parametrize("probe", PROBES)
def test_does_not_follow(probe: str) -> None:
    given, forbidden = (turtle(text) for text in PROBES[probe])
    closure = materialize(given)
    assert not [triple for triple in forbidden if triple in closure]
    assert closure.clashes() == []


LATE = {
    "a sub-property of rdfs:subClassOf": (
        ":under rdfs:subPropertyOf rdfs:subClassOf . :C :under :D . :a a :C .",
        ":a a :D .",
    ),
    "a property found to be transitive": (
        ":Long rdfs:subClassOf owl:TransitiveProperty . :p a :Long . :a :p :b . :b :p :c .",
        ":a :p :c .",
    ),
    "properties found to be the same": (
        ":k a owl:InverseFunctionalProperty . :p :k 1 . :q :k 1 . :a :p :b .",
        ":a :q :b .",
    ),
    "a list whose end is inferred": (
        ":more rdfs:subPropertyOf rdf:rest . :C owl:unionOf :l . :l rdf:first :D ; :more :m ."
        " :m rdf:first :E ; rdf:rest rdf:nil . :a a :D . :b a :E .",
        ":a a :C . :b a :C .",
    ),
    "what holds of owl:Thing": (
        "owl:Thing rdfs:subClassOf :Being . :C a owl:Class . :a a :C . :p rdfs:range owl:Thing ."
        " :b :p :c .",
        ":a a :Being . :c a :Being . :C rdfs:subClassOf :Being .",
    ),
    "a sub-property of rdf:type": (
        ":kind rdfs:subPropertyOf rdf:type . rdf:type rdfs:subPropertyOf :isA . :a :kind :C .",
        ":a a :C ; :isA :C .",
    ),
    "what is said of owl:sameAs": (
        "owl:sameAs rdfs:subPropertyOf :like . :a owl:sameAs :b . :c :p :d .",
        ":a :like :b , :a . :b :like :a . :c :like :c . :d :like :d .",
    ),
    "restrictions with the same filler": (
        ":C owl:onProperty :p ; owl:someValuesFrom :E . :D owl:onProperty :p ;"
        " owl:someValuesFrom :E . :E a owl:Class .",
        ":C rdfs:subClassOf :D . :D owl:equivalentClass :C .",
    ),
    "a literal of a datatype that is asked for": (
        ":R owl:onProperty :age ; owl:someValuesFrom xsd:integer . :a :age 40 .",
        ":a a :R .",
    ),
    "a literal that a range makes a value asked for": (
        ":R owl:onProperty :p ; owl:someValuesFrom :B . :C rdfs:subClassOf :B ."
        ' :p rdfs:range :C . :a :p "x" .',
        ":a a :R .",
    ),
    "a long chain": (
        f":r owl:propertyChainAxiom ( {':p ' * 30} ) ."
        + "".join(f" :n{i} :p :n{i + 1} ." for i in range(30)),
        ":n0 :r :n30 .",
    ),
    "an intersection of many": (
        f":C owl:intersectionOf ( {' '.join(f':D{i}' for i in range(40))} ) ."
        + "".join(f" :a a :D{i} ." for i in range(40)),
        ":a a :C .",
    ),
    "a key of many": (
        f":C owl:hasKey ( {' '.join(f':k{i}' for i in range(25))} ) . :a a :C . :b a :C ."
        + "".join(f" :a :k{i} {i} . :b :k{i} {i} ." for i in range(25)),
        ":a owl:sameAs :b .",
    ),
}


@pytest.mark.parametrize("probe", LATE)
def test_follows(probe: str) -> None:
    given, expected = (turtle(text) for text in LATE[probe])
    closure = materialize(given)
    assert [triple for triple in expected if triple not in closure] == []


REFUTED = {
    "a literal of two classes that are disjoint": (
        ':p rdfs:range :C , :D . :C owl:disjointWith :D . :a :p "x" .',
        "cax-dw",
    ),
    "a literal of a class that has none": (":p rdfs:range owl:Nothing . :a :p 1 .", "cls-nothing2"),
    "a class and two literal values": (
        ":R owl:onProperty :p ; owl:onClass :D ; owl:maxQualifiedCardinality 1 ."
        " :p rdfs:range :D . :a a :R ; :p 1 , 2 .",
        "eq-diff1",
    ),
    "one member of a list twice": ("[] a owl:AllDifferent ; owl:members (:a :b :a) .", "eq-diff2"),
}


@pytest.mark.parametrize("probe", REFUTED)
def test_is_a_contradiction(probe: str) -> None:
    text, rule = REFUTED[probe]
    given = turtle(text)
    closure = materialize(given)
    assert [clash.rule for clash in closure.clashes()] == [rule]
    checker = Checker(asserted=dict.fromkeys(given, frozenset({"<urn:source>"})))
    checker.check(proof_of_clash(closure, closure.clashes()[0]))


LISTS = {
    "a cycle": ":l rdf:first :D ; rdf:rest :l .",
    "a longer cycle": ":l rdf:first :D ; rdf:rest :m . :m rdf:first :E ; rdf:rest :l .",
    "no end": ":l rdf:first :D ; rdf:rest :m . :m rdf:first :E .",
    "no first": ":l rdf:rest :m . :m rdf:first :E ; rdf:rest rdf:nil .",
    "nothing": "",
}


@pytest.mark.parametrize("shape", LISTS)
def test_a_list_that_is_no_list_says_nothing(shape: str) -> None:
    closure = materialize(turtle(f":C owl:unionOf :l . {LISTS[shape]} :a a :D . :b a :E ."))
    assert list(closure.inferred()) == []


def test_a_list_that_can_be_read_in_two_ways_is_read_in_both() -> None:
    given = turtle(
        ":r owl:propertyChainAxiom :l . :l rdf:first :p , :q ; rdf:rest :m ."
        " :m rdf:first :s ; rdf:rest rdf:nil . :a :p :b . :c :q :b . :b :s :d ."
    )
    assert sorted(materialize(given).inferred()) == sorted(turtle(":a :r :d . :c :r :d ."))


def test_a_cycle_with_a_way_out_is_read_without_the_cycle() -> None:
    given = turtle(":C owl:unionOf :l . :l rdf:first :D ; rdf:rest :l , rdf:nil . :a a :D .")
    assert sorted(materialize(given).inferred()) == sorted(
        turtle(":D rdfs:subClassOf :C . :a a :C .")
    )


def test_cells_with_many_members_end_in_good_time() -> None:
    cells = " ".join(
        f":l{i} rdf:first :p, :q, :r ; rdf:rest {f':l{i + 1}' if i < 19 else 'rdf:nil'} ."
        for i in range(20)
    )
    closure = materialize(turtle(f":r owl:propertyChainAxiom :l0 . {cells}"))
    assert list(closure.inferred()) == []


def test_many_names_of_one_thing_end_in_good_time() -> None:
    names = " ".join(f":p{i} owl:sameAs :p{i + 1} ." for i in range(12))
    lists = ":r owl:propertyChainAxiom (" + " ".join(f":p{i}" for i in range(8)) + ") ."
    closure = materialize(turtle(names + lists + " :a :p0 :a ."))
    assert turtle(":a :r :a .")[0] in closure


def test_long_lists_end_in_good_time() -> None:
    members = " ".join(f":m{i}" for i in range(3000))
    text = f"[] a owl:AllDifferent ; owl:members ( {members} ) . :C owl:oneOf ( {members} ) ."
    closure = materialize(turtle(text + " :m7 owl:sameAs :m2999 ."))
    assert [clash.rule for clash in closure.clashes()] == ["eq-diff2"]
    assert turtle(":m2999 a :C .")[0] in closure


def test_a_blank_node_is_never_a_predicate() -> None:
    narrower = "<http://www.w3.org/2000/01/rdf-schema#subPropertyOf>"
    closure = materialize(
        [
            Triple("<urn:p>", narrower, "_:b"),
            Triple("_:b", narrower, "<urn:q>"),
            Triple("<urn:x>", "<urn:p>", "<urn:y>"),
        ]
    )
    inferred = set(closure.inferred())
    assert Triple("<urn:x>", "<urn:q>", "<urn:y>") in inferred
    assert all(triple.predicate.startswith("<") for triple in inferred)
