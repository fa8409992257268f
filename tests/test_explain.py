"""Every inferred triple has a proof that the checker accepts; a spoilt one it rejects."""

from __future__ import annotations

import json
from dataclasses import replace

import pyoxigraph as ox
import pytest

from kg.check import Checker
from kg.errors import NotInGraphError, ProofError
from kg.explain import explain, proof_of, steps, verify
from kg.model import Proof, Triple
from kg.namespaces import BASE, expand, iri
from kg.store import KnowledgeGraph
from kg.tell import as_json, as_text, as_triples, sentences
from kg.why import digest
from kg.witnesses import Witnesses

BASIS = "id:everybody-loves-diamonds clef:basedOn id:antwerp-diamond-heist"
PORTRAYAL = "id:kim-rossi-stuart clef:portrays id:leonardo-notarbartolo"
CONVICTION = "id:leonardo-notarbartolo clef:convictedOver id:antwerp-diamond-heist"


def triple(text: str) -> Triple:
    return Triple(*map(expand, text.split()))


def test_every_inferred_triple_has_an_accepted_proof_down_to_sources(
    graph: KnowledgeGraph, rules: dict[str, str]
) -> None:
    derived = [*graph.graphs["accepted"], *graph.graphs["inferred"]]
    assert len(derived) > 2000
    assert set(derived) == graph.derivations.keys()
    witnesses = Witnesses(graph.asserted)
    checker = Checker(asserted=witnesses.sources(), rules=rules, closure=graph.triples)
    for conclusion in derived:
        proof = proof_of(conclusion, graph.derivations.get, witnesses)
        checker.check(proof)
        leaves = [step for step in steps(proof) if step.rule is None]
        assert leaves
        assert all(leaf.origins for leaf in leaves)


@pytest.mark.parametrize("text", [BASIS, PORTRAYAL, CONVICTION])
def test_a_proof_ends_in_sources_with_their_places(graph: KnowledgeGraph, text: str) -> None:
    proof = explain(graph, triple(text))
    origins = {origin for step in steps(proof) for origin in step.origins if origin.node}
    assert iri("id:nationalworld-2023") in {origin.source for origin in origins}
    assert all(origin.locator for origin in origins)
    assert any(origin.quotation for origin in origins)
    told = as_text(proof, sentences(graph.graphs["ontology"]))
    assert "nationalworld-2023, " in told
    assert "unknown rule" not in told


def test_a_flipped_premise_is_rejected(graph: KnowledgeGraph, rules: dict[str, str]) -> None:
    proof = explain(graph, triple(PORTRAYAL))
    first = proof.premises[0]
    assert first.conclusion is not None
    s, p, o = first.conclusion
    flipped = replace(first, conclusion=Triple(o, p, s))
    with pytest.raises(ProofError):
        verify(graph, replace(proof, premises=(flipped, *proof.premises[1:])), rules)


def test_a_foreign_rule_is_rejected(graph: KnowledgeGraph, rules: dict[str, str]) -> None:
    proof = replace(explain(graph, triple(BASIS)), rule="because-i-say-so")
    with pytest.raises(ProofError, match="foreign rule"):
        verify(graph, proof, rules)


def test_a_missing_leaf_is_rejected(graph: KnowledgeGraph, rules: dict[str, str]) -> None:
    made_up = Proof(triple("id:rupert-everett clef:portrays id:pietro-tavano"))
    with pytest.raises(ProofError, match="missing leaf"):
        verify(graph, made_up, rules)
    proof = explain(graph, triple(BASIS))
    with pytest.raises(ProofError):
        verify(graph, replace(proof, premises=proof.premises[1:]), rules)


def test_a_circular_proof_is_rejected(graph: KnowledgeGraph, rules: dict[str, str]) -> None:
    proof = explain(graph, triple("id:kim-rossi-stuart clef:coStarOf id:rupert-everett"))
    turned = explain(graph, triple("id:rupert-everett clef:coStarOf id:kim-rossi-stuart"))
    symmetric = Proof(triple("clef:coStarOf a owl:SymmetricProperty"))
    inner = Proof(turned.conclusion, "prp-symp", (proof, symmetric))
    with pytest.raises(ProofError, match=r"circ|own conclusion|itself"):
        verify(graph, Proof(proof.conclusion, "prp-symp", (inner, symmetric)), rules)


def test_a_promotion_whose_condition_fails_is_rejected(
    graph: KnowledgeGraph, rules: dict[str, str]
) -> None:
    """The claim that he led the heist is sensitive: no step may promote it."""
    held_back = triple("id:leonardo-notarbartolo clef:ledEffort id:antwerp-diamond-heist")
    claim = {t.predicate: t for t in graph.graphs["claims"] if t.subject == iri("id:c0055")}
    parts = (
        "rdf:type",
        "clef:subject",
        "clef:predicate",
        "clef:object",
        "clef:modality",
        "clef:rank",
    )
    premises = [Proof(claim[iri(part)]) for part in parts]
    premises.append(
        Proof(
            triple(
                'clef:Asserted clef:promotable "true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
            )
        )
    )
    with pytest.raises(ProofError):
        verify(graph, Proof(held_back, "promote", tuple(premises)), rules)


def test_words_that_no_source_says_are_rejected(
    graph: KnowledgeGraph, rules: dict[str, str]
) -> None:
    asserted = triple("id:c0006 clef:object id:antwerp-diamond-heist")
    (origin,) = Witnesses(graph.asserted).origins(asserted)
    verify(graph, Proof(asserted, origins=(origin,)), rules)
    forged = replace(origin, quotation="he did it")
    with pytest.raises(ProofError, match="in these words"):
        verify(graph, Proof(asserted, origins=(forged,)), rules)


def test_what_is_not_in_the_graph_says_which_claims_are_held_back(graph: KnowledgeGraph) -> None:
    with pytest.raises(NotInGraphError) as caught:
        explain(graph, triple("id:leonardo-notarbartolo clef:ledEffort id:antwerp-diamond-heist"))
    assert "id:c0055" in caught.value.hint
    with pytest.raises(NotInGraphError) as caught:
        explain(graph, triple("id:rome clef:ledEffort id:antwerp-diamond-heist"))
    assert not caught.value.hint


def test_json_numbers_every_step_and_keeps_every_origin(graph: KnowledgeGraph) -> None:
    proof = explain(graph, triple(BASIS))
    told = json.loads(as_json(proof, sentences(graph.graphs["ontology"])))["steps"]
    assert [step["step"] for step in told] == list(range(1, len(steps(proof)) + 1))
    assert told[0]["triple"] == list(triple(BASIS))
    assert all(step.get("rule") or step["stated"] for step in told)
    named = {number for step in told for number in step.get("premises", [])}
    assert named == {step["step"] for step in told[1:]}


def test_a_proof_as_triples_names_rules_premises_and_claims(graph: KnowledgeGraph) -> None:
    found = set(as_triples(explain(graph, triple(BASIS))))
    conclusion = iri(f"id:statement-{digest(triple(BASIS))}")
    assert Triple(conclusion, iri("clef:byRule"), iri("rule:prp-spo1")) in found
    assert {t.object for t in found if t.predicate == iri("clef:supportedBy")} == {iri("id:c0006")}
    store = ox.Store()
    store.load("\n".join(map(str, found)), format=ox.RdfFormat.N_TRIPLES)
    reached = store.query(
        "SELECT DISTINCT ?c WHERE { ?s clef:premise*/clef:supportedBy ?c }",
        prefixes={"clef": BASE + "ns#"},
    )
    assert isinstance(reached, ox.QuerySolutions)
    assert [str(row["c"]) for row in reached] == [iri("id:c0006")]
