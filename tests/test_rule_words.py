"""Every rule of OWL 2 RL that can stand in a proof has a sentence that gives the reason."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kg import paths
from kg.load import load_file
from kg.model import Triple
from kg.namespaces import expand, iri
from kg.pipeline import Assessment
from kg.reason import RULES
from kg.tell import sentences
from kg.terms import literal_parts

INVERSE = expand("rule:prp-inv1")
DEFINITION, LINK = iri("skos:definition"), iri("rdfs:seeAlso")
NARROWER = "A narrower property implies the wider one."


@pytest.fixture(scope="module")
def words() -> frozenset[Triple]:
    return frozenset(load_file(paths.ontology() / "rules" / "owl2rl.ttl").triples)


def faults(words: Iterable[Triple]) -> list[str]:
    """Return what is wrong with the nodes of rules, measured by the rules of the engine."""
    rules = {expand(f"rule:{name}"): rule for name, rule in RULES.items()}
    nodes = {t.subject for t in words if t[1:] == (iri("rdf:type"), iri("clef:Rule"))}
    found = [f"{node}: a rule on one side only" for node in sorted(nodes ^ rules.keys())]
    for node, rule in rules.items():
        about = [t for t in words if t.subject == node]
        said = {f"@{literal_parts(t.object)[1]}" for t in about if t.predicate == DEFINITION}
        said |= {t.object for t in about if t.predicate == LINK}
        wanted = {"@en", "@it", f"<{rule.link}>"}
        found += [f"{node}: {part}" for part in sorted(said ^ wanted)]
    return found


def test_every_rule_of_the_engine_has_words_in_both_languages(words: frozenset[Triple]) -> None:
    assert len(RULES) > 70
    assert faults(words) == []


@pytest.mark.parametrize("tag", ["en", "it"])
def test_a_rule_without_its_words_is_noticed(tag: str, words: frozenset[Triple]) -> None:
    spoken = (INVERSE, DEFINITION)
    broken = {t for t in words if t[:2] != spoken or not t.object.endswith(f"@{tag}")}
    assert faults(broken) == [f"{INVERSE}: @{tag}"]


def test_a_rule_without_its_table_is_noticed(words: frozenset[Triple]) -> None:
    broken = {t for t in words if t[:2] != (INVERSE, LINK)}
    assert faults(broken) == [f"{INVERSE}: <{RULES['prp-inv1'].link}>"]


def test_a_rule_that_only_one_side_knows_is_noticed(words: frozenset[Triple]) -> None:
    stray = Triple(expand("rule:prp-spo3"), iri("rdf:type"), iri("clef:Rule"))
    broken = {*words, stray} - {Triple(INVERSE, *stray[1:])}
    assert faults(broken) == [
        f"{node}: a rule on one side only" for node in (INVERSE, stray.subject)
    ]


def test_a_proof_gives_the_sentence_as_its_reason(assessment: Assessment) -> None:
    told = sentences(assessment.dataset.triples("ontology"))
    assert told["prp-spo1"] == NARROWER
    assert sentences(())["prp-spo1"] != NARROWER
