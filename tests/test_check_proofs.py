"""Own what makes steps a proof: its leaves, its places, no circle, any depth, any sharing."""

from __future__ import annotations

import sys

import pytest
from reason.support import refused

from kg.check import Checker, check
from kg.errors import ProofError
from kg.model import Origin, Proof, Term, Triple
from kg.namespaces import iri
from tests.shorthand import triple

SOURCE = "<urn:source>"


def leaf(text: str) -> Proof:
    return Proof(triple(text))


def said(*proofs: Proof) -> dict[Triple, frozenset[Term]]:
    """Return the leaves of these proofs as a source's assertions."""
    asserted: dict[Triple, frozenset[Term]] = {}
    done: set[int] = set()
    stack = list(proofs)
    while stack:
        step = stack.pop()
        if id(step) not in done:
            done.add(id(step))
            stack += step.premises
            if step.rule is None and step.conclusion:
                asserted[step.conclusion] = frozenset({SOURCE})
    return asserted


def turned(proof: Proof) -> Proof:
    """Return the proof by eq-sym of an owl:sameAs the other way round."""
    assert proof.conclusion
    s, p, o = proof.conclusion
    return Proof(Triple(o, p, s), "eq-sym", (proof,))


def test_a_leaf_needs_a_source() -> None:
    proof = leaf("x p y")
    check(proof, asserted=said(proof))
    with pytest.raises(ProofError, match=r"last step: missing leaf: .* is not asserted"):
        check(proof, asserted={})
    with pytest.raises(ProofError, match=r"missing leaf: .* is asserted by no source"):
        check(proof, asserted={triple("x p y"): frozenset()})


def test_a_leaf_may_name_only_sources_that_assert_it() -> None:
    proof = Proof(triple("x p y"), origins=(Origin(SOURCE, "f.ttl"),))
    check(proof, asserted=said(proof))
    with pytest.raises(ProofError, match="is not asserted by <urn:source>"):
        check(proof, asserted={triple("x p y"): frozenset({"<urn:other>"})})


def test_a_leaf_has_no_premises_and_is_no_contradiction() -> None:
    proof = Proof(triple("x p y"), premises=(leaf("x p z"),))
    with pytest.raises(ProofError, match="has premises and no rule"):
        check(proof, asserted=said(leaf("x p z"), leaf("x p y")))
    with pytest.raises(ProofError, match="missing leaf"):
        check(Proof(None), asserted={})


def test_nothing_follows_from_a_contradiction() -> None:
    clash = Proof(None, "cls-nothing2", (leaf("x rdf:type owl:Nothing"),))
    check(clash, asserted=said(clash))
    with pytest.raises(ProofError, match="a contradiction among its premises"):
        check(Proof(triple("x p x"), "eq-ref", (clash,)), asserted=said(clash))


@pytest.mark.parametrize("rule", ["", "prp-spo3", "EQ-SYM", "rule:promote"])
def test_a_foreign_rule_is_rejected(rule: str) -> None:
    proof = Proof(triple("y owl:sameAs x"), rule, (leaf("x owl:sameAs y"),))
    with pytest.raises(ProofError, match="foreign rule"):
        check(proof, asserted=said(proof))


@pytest.mark.parametrize("word", ["?y", "0", ""])
def test_a_conclusion_is_made_of_terms(word: str) -> None:
    proof = leaf("x owl:sameAs y")
    odd = Proof(Triple(word, iri("owl:sameAs"), "<urn:x>"), "eq-sym", (proof,))
    with pytest.raises(ProofError, match="is not written in N-Triples terms"):
        check(odd, asserted=said(proof))


def test_the_rejected_step_is_named_by_its_place() -> None:
    bad = Proof(triple("y owl:sameAs z"), "eq-sym", (leaf("y owl:sameAs w"),))
    proof = Proof(triple("x owl:sameAs z"), "eq-trans", (leaf("x owl:sameAs y"), bad))
    with pytest.raises(ProofError, match="does not follow by eq-sym") as caught:
        check(proof, asserted=said(proof))
    assert caught.value.where == "step 2"
    with pytest.raises(ProofError, match="missing leaf") as caught:
        check(proof, asserted=said(leaf("x owl:sameAs y")))
    assert caught.value.where == "step 2.1"


def test_a_circular_proof_is_rejected() -> None:
    first = leaf("x owl:sameAs y")
    check(turned(first), asserted=said(first))
    with pytest.raises(ProofError, match="circular proof") as caught:
        check(turned(turned(first)), asserted=said(first))
    assert caught.value.where == "last step"


def test_a_proof_that_contains_itself_is_rejected() -> None:
    proof = turned(leaf("x owl:sameAs y"))
    object.__setattr__(proof, "premises", (turned(proof),))
    with pytest.raises(ProofError, match="circular proof"):
        check(proof, asserted={triple("x owl:sameAs y"): frozenset({SOURCE})})


def together(one: Proof, other: Proof) -> Proof:
    """Return the proof by eq-trans of two owl:sameAs that meet."""
    assert one.conclusion
    assert other.conclusion
    subject, same, target = (
        one.conclusion.subject,
        one.conclusion.predicate,
        other.conclusion.object,
    )
    return Proof(Triple(subject, same, target), "eq-trans", (one, other))


def test_a_circle_is_found_through_a_step_that_was_met_before() -> None:
    shared = turned(leaf("x owl:sameAs y"))
    proof = together(turned(shared), shared)
    for premises in (proof.premises, proof.premises[::-1]):
        root = Proof(proof.conclusion, proof.rule, premises)
        with pytest.raises(ProofError, match="circular proof"):
            check(root, asserted=said(root))


def test_a_conclusion_may_be_proved_twice_side_by_side() -> None:
    derived = together(leaf("x owl:sameAs w"), leaf("w owl:sameAs y"))
    right = together(turned(derived), leaf("x owl:sameAs v"))
    proof = together(leaf("x owl:sameAs y"), together(right, leaf("v owl:sameAs z")))
    assert derived.conclusion == turned(turned(derived)).conclusion
    assert refused(Checker(asserted=said(proof)), [proof]) == []


def chain(length: int) -> Proof:
    """Return a proof as deep as `length`."""
    proof = leaf("x p y0")
    for at in range(length):
        axiom = leaf(f"y{at} owl:sameAs y{at + 1}")
        proof = Proof(triple(f"x p y{at + 1}"), "eq-rep-o", (axiom, proof))
    return proof


def test_a_chain_of_twenty_thousand_steps_is_checked() -> None:
    assert sys.getrecursionlimit() < 20_000
    proof = chain(20_000)
    asserted = said(proof)
    check(proof, asserted=asserted)
    del asserted[triple("x p y0")]
    with pytest.raises(ProofError, match="missing leaf") as caught:
        check(proof, asserted=asserted)
    assert caught.value.where == "step 2.2.2.2.2.2.2.2.2.2.2.2… (20000 deep)"


def test_a_circle_at_the_bottom_of_a_deep_chain_is_found() -> None:
    proof = leaf("x0 owl:sameAs y")
    for at in range(5_000):
        premises = (leaf(f"x{at + 1} owl:sameAs x{at}"), proof)
        proof = Proof(triple(f"x{at + 1} owl:sameAs y"), "eq-trans", premises)
    closing = Proof(triple("x0 owl:sameAs y"), "eq-trans", (leaf("x0 owl:sameAs x5000"), proof))
    with pytest.raises(ProofError, match="circular proof"):
        check(closing, asserted=said(closing))


def test_shared_steps_are_verified_once() -> None:
    proof = leaf("x rdf:type c0")
    for at in range(1, 201):  # 2 ** 200 steps, were they not shared
        sides = [
            Proof(triple(f"x rdf:type {side}{at}"), "cax-sco", (axiom, proof))
            for side in "de"
            for axiom in [leaf(f"c{at - 1} rdfs:subClassOf {side}{at}")]
        ]
        lines = f"c{at} owl:intersectionOf l{at},l{at} rdf:first d{at},l{at} rdf:rest m{at}"
        lines += f",m{at} rdf:first e{at},m{at} rdf:rest rdf:nil"
        axioms = [leaf(line) for line in lines.split(",")]
        proof = Proof(triple(f"x rdf:type c{at}"), "cls-int1", (*axioms, *sides))
    asserted = said(proof)
    checker = Checker(asserted=asserted)
    checker.check(proof)
    checker.check(proof)
    del asserted[triple("x rdf:type c0")]
    with pytest.raises(ProofError, match="missing leaf"):
        checker.check(proof)
