"""Own how the tests read graphs for the reasoner, build proofs from derivations and check them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kg.check import Checker
from kg.errors import ProofError
from kg.model import Clash, Proof, Triple
from kg.reason import Closure

PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def triples(text: str | bytes, known: dict[str, str] | None = None) -> list[Triple]:
    """Read Turtle; blank nodes are called `_:b0`, `_:b1` … in the order in which they appear.

    Labels written out (`_:b1` in an expected file) stay as they are.
    """
    names: dict[str, str] = {} if known is None else known

    def name(term: str) -> str:
        written = term.startswith("_:b") and term[3:].isdigit()
        return (
            names.setdefault(term, f"_:b{len(names)}") if term[0] == "_" and not written else term
        )

    found = ox.parse(text, format=ox.RdfFormat.TURTLE)
    return [Triple(*(name(str(t)) for t in (q.subject, q.predicate, q.object))) for q in found]


def turtle(text: str) -> list[Triple]:
    """Read Turtle that uses the prefixes of the tests."""
    return triples(PREFIXES + text)


def read(path: Path) -> list[Triple]:
    """Read a Turtle file."""
    return triples(path.read_bytes())


def refused(checker: Checker, proofs: Iterable[Proof]) -> list[str]:
    """Return what the checker says against each proof that it does not accept."""
    said = []
    for proof in proofs:
        try:
            checker.check(proof)
        except ProofError as error:
            said.append(str(error))
    return said


def proof_of(closure: Closure, triple: Triple) -> Proof:
    """Unfold the recorded derivations under a triple; fail on a cycle or a premise not held."""
    known: dict[Triple, Proof] = {}
    open_: set[Triple] = set()

    def unfold(step: Triple) -> Proof:
        if step not in known:
            assert step in closure, f"not held: {step}"
            assert step not in open_, f"a proof of {step} rests on itself"
            open_.add(step)
            derivation = closure.derivation(step)
            known[step] = (
                Proof(step)
                if derivation is None
                else Proof(step, derivation.rule, tuple(map(unfold, derivation.premises)))
            )
            open_.discard(step)
        return known[step]

    return unfold(triple)


def proof_of_clash(closure: Closure, clash: Clash) -> Proof:
    """Unfold the derivations under a contradiction."""
    return Proof(None, clash.rule, tuple(proof_of(closure, p) for p in clash.premises))


def rules_used(proof: Proof) -> set[str]:
    """Return the names of the rules in a proof."""
    used = {proof.rule} if proof.rule else set()
    return used.union(*map(rules_used, proof.premises))
