"""owlrl and the reasoner come to the same conclusions on this dossier, and differ when one errs."""

from __future__ import annotations

import pytest

from kg.model import Triple
from kg.namespaces import compact, expand
from kg.pipeline import Assessment
from kg.reason import materialize
from kg.referee import Opinion, consult, says_nothing

EXEMPTIONS = {
    "a literal as subject": ('"x"', "rdf:type", "clef:Person"),
    "an axiom about a standard term": ("rdfs:label", "a", "owl:AnnotationProperty"),
    "a reflexive sameAs": ("id:rome", "owl:sameAs", "id:rome"),
    "a reflexive subclass": ("clef:Person", "rdfs:subClassOf", "clef:Person"),
    "everything is a thing": ("id:rome", "a", "owl:Thing"),
}


@pytest.fixture(scope="module")
def asserted(assessment: Assessment) -> list[Triple]:
    return [*assessment.dataset.triples(), *assessment.meaning.accepted]


@pytest.fixture(scope="module")
def opinion(asserted: list[Triple]) -> Opinion:
    return consult(asserted)


def test_both_engines_give_the_same_triples(asserted: list[Triple], opinion: Opinion) -> None:
    closure = materialize(asserted)
    ours = {t for t in (*asserted, *closure.inferred()) if not says_nothing(t)}
    assert len(ours) > 7000
    assert [tuple(map(compact, t)) for t in sorted(ours ^ opinion.triples)] == []
    assert opinion.errors == ()


def test_the_comparison_notices_a_missing_and_an_extra_axiom(
    asserted: list[Triple], opinion: Opinion
) -> None:
    chain = expand("owl:propertyChainAxiom")
    without = [t for t in asserted if t[:2] != (expand("clef:portrays"), chain)]
    closure = materialize(without)
    ours = {t for t in (*without, *closure.inferred()) if not says_nothing(t)}
    missed = opinion.triples - ours
    portrayal = ("id:kim-rossi-stuart", "clef:portrays", "id:leonardo-notarbartolo")
    assert Triple(*map(expand, portrayal)) in missed


@pytest.mark.parametrize("name", EXEMPTIONS)
def test_what_is_left_out_of_the_comparison_says_nothing(name: str) -> None:
    assert says_nothing(Triple(*map(expand, EXEMPTIONS[name])))


def test_what_says_something_stays_in_the_comparison(opinion: Opinion) -> None:
    basis = ("id:everybody-loves-diamonds", "clef:basedOn", "id:antwerp-diamond-heist")
    assert Triple(*map(expand, basis)) in opinion.triples


def test_a_contradiction_is_told_in_the_words_of_owlrl() -> None:
    lines = (
        ("id:a", "a", "clef:Person"),
        ("id:a", "a", "clef:Character"),
        ("clef:Person", "owl:disjointWith", "clef:Character"),
    )
    errors = consult([Triple(*map(expand, line)) for line in lines]).errors
    assert errors
    assert "Person" in errors[0]
