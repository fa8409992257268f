"""Own what must hold of any closure: idempotent, monotone, free of order and of names."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.check import Checker
from kg.model import Triple
from kg.reason import Closure, materialize
from reason.graphs import Axiom, flat, ontologies
from reason.support import proof_of, proof_of_clash, refused


def held(closure: Closure, triples: list[Triple]) -> set[Triple]:
    return {*triples, *closure.inferred()}


@settings(max_examples=40, deadline=None)
@given(ontologies())
def test_closing_what_is_closed_infers_nothing(axioms: list[Axiom]) -> None:
    triples = held(materialize(flat(axioms)), flat(axioms))
    assert not set(materialize(triples).inferred())


@settings(max_examples=40, deadline=None)
@given(ontologies(), ontologies())
def test_more_premises_never_lose_a_conclusion(one: list[Axiom], more: list[Axiom]) -> None:
    few, many = flat(one), flat([*one, *more])
    assert held(materialize(few), few) <= held(materialize(many), many)


@settings(max_examples=40, deadline=None)
@given(ontologies(), st.integers())
def test_the_order_of_the_input_changes_nothing(axioms: list[Axiom], seed: int) -> None:
    triples = flat(axioms)
    shuffled = random.Random(seed).sample(triples, len(triples))  # noqa: S311
    one, other = materialize(triples), materialize(shuffled)
    assert list(one.inferred()) == list(other.inferred())
    assert one.clashes() == other.clashes()
    for triple in one.inferred():
        assert one.derivation(triple) == other.derivation(triple)


@settings(max_examples=40, deadline=None)
@given(ontologies(), st.integers(0, 999))
def test_other_names_give_the_same_closure_in_other_names(axioms: list[Axiom], salt: int) -> None:
    def renamed(triple: Triple) -> Triple:
        return Triple(*(term.replace("example.org/", f"{salt}.example/") for term in triple))

    triples = flat(axioms)
    closure, other = materialize(triples), materialize(map(renamed, triples))
    assert set(map(renamed, closure.inferred())) == set(other.inferred())
    assert len(closure.clashes()) == len(other.clashes())


@settings(max_examples=40, deadline=None)
@given(ontologies())
def test_every_proof_satisfies_the_checker(axioms: list[Axiom]) -> None:
    triples = flat(axioms)
    closure = materialize(triples)
    checker = Checker(asserted=dict.fromkeys(triples, frozenset({"<urn:source>"})))
    proofs = [proof_of(closure, triple) for triple in closure.inferred()]
    proofs += [proof_of_clash(closure, clash) for clash in closure.clashes()]
    assert refused(checker, proofs) == []


@settings(max_examples=20, deadline=None)
@given(ontologies())
def test_the_full_closure_adds_only_what_says_nothing(axioms: list[Axiom]) -> None:
    triples = flat(axioms)
    closure = materialize(triples)
    full = set(closure.inferred(full=True))
    assert set(closure.inferred()) <= full
    again = materialize([*triples, *full])
    assert set(again.inferred()) == set()
    assert set(again.inferred(full=True)) == set()
