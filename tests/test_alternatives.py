"""Every minimal proof of a triple: all of them, the smallest first, none in a circle."""

from __future__ import annotations

import itertools

import pytest

from kg.alternatives import all_derivations, proofs_of
from kg.check import Checker
from kg.errors import NotInGraphError
from kg.explain import steps
from kg.model import Derivation, Proof, Triple
from kg.namespaces import expand
from kg.pipeline import Assessment
from kg.store import KnowledgeGraph
from kg.witnesses import Attribution, Witnesses


def atom(name: str) -> Triple:
    return Triple(f"<urn:{name}>", "<urn:p>", "<urn:o>")


def asserted(names: str) -> Witnesses:
    here = (Attribution("file", "<urn:source>"),)
    return Witnesses({atom(name): here for name in names})


def ways(table: dict[str, list[str]]) -> dict[Triple, list[Derivation]]:
    return {
        atom(name): [Derivation("r", tuple(map(atom, premises))) for premises in rows]
        for name, rows in table.items()
    }


def leaves(proof: Proof) -> str:
    found = {s.conclusion.subject[5:-1] for s in steps(proof) if s.rule is None and s.conclusion}
    return "".join(sorted(found))


def found(table: dict[str, list[str]], goal: str, witnesses: Witnesses) -> list[str]:
    known = ways(table)
    proofs = proofs_of(atom(goal), lambda triple: known.get(triple, []), witnesses)
    return [leaves(proof) for proof in proofs]


def test_every_choice_of_ways_is_found_smallest_first() -> None:
    table = {"g": ["xy", "d"], "x": ["a", "b"], "y": ["c"]}
    assert found(table, "g", asserted("abcd")) == ["d", "ac", "bc"]


def test_a_proof_that_rests_on_more_than_another_is_left_out() -> None:
    assert found({"g": ["a", "ab", "x"], "x": ["ac"]}, "g", asserted("abc")) == ["a"]


def test_no_proof_comes_back_to_itself() -> None:
    table = {"g": ["x"], "x": ["g", "y", "a"], "y": ["x", "b"]}
    assert found(table, "g", asserted("ab")) == ["a", "b"]


def test_a_statement_that_is_needed_twice_is_proved_once() -> None:
    table = {"g": ["xy"], "x": ["z"], "y": ["z"], "z": ["a", "b"]}
    assert found(table, "g", asserted("ab")) == ["a", "b"]


def test_what_is_asserted_needs_no_other_proof() -> None:
    assert found({"a": ["b"]}, "a", asserted("ab")) == ["a"]


def test_where_there_is_none_it_is_said() -> None:
    with pytest.raises(NotInGraphError):
        found({"g": ["g"], "h": ["i"]}, "g", asserted("a"))


def test_a_search_without_end_is_ended() -> None:
    """Forty statements with two ways each have 2 ** 40 proofs; the first come at once."""
    known = {
        atom(f"n{n}"): [
            Derivation("r", (atom(f"n{n + 1}"), atom(f"{side}{n}"))) for side in ("l", "r")
        ]
        for n in range(40)
    }
    here = (Attribution("file", "<urn:source>"),)
    names = [f"{side}{n}" for n in range(40) for side in "lr"] + ["n40"]
    witnesses = Witnesses({atom(name): here for name in names})
    proofs = proofs_of(atom("n0"), lambda triple: known.get(triple, []), witnesses)
    assert len(list(itertools.islice(proofs, 5))) == 5


def test_the_proofs_of_the_dossier_are_accepted_by_the_checker(
    assessment: Assessment, graph: KnowledgeGraph, rules: dict[str, str]
) -> None:
    witnesses = Witnesses(graph.asserted)
    checker = Checker(asserted=witnesses.sources(), rules=rules, closure=graph.triples)
    lookup = all_derivations(assessment.meaning, assessment.rules)
    several = 0
    for triple in [*graph.graphs["accepted"], *graph.graphs["inferred"]][::150]:
        proofs = list(itertools.islice(proofs_of(triple, lookup, witnesses), 4))
        several += len(proofs) > 1
        assert proofs
        assert all(proof.conclusion == triple for proof in proofs)
        for proof in proofs:
            checker.check(proof)
    assert several > 5


def test_an_actor_of_the_series_is_one_by_claim_and_by_performance(
    assessment: Assessment, graph: KnowledgeGraph
) -> None:
    names = ("id:malcolm-mcdowell", "clef:actedIn", "id:everybody-loves-diamonds")
    lookup = all_derivations(assessment.meaning, assessment.rules)
    proofs = list(proofs_of(Triple(*map(expand, names)), lookup, Witnesses(graph.asserted)))
    assert [proof.rule for proof in proofs] == ["promote", "prp-spo2"]
