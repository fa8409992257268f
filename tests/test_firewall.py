"""The firewall: whatever a story tells, nothing of it is said of a real person or event.

The facts are drawn from the ontology, so that a property that is new there is tried as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from story import TYPE, World, claim, comparison, concluded, draft, drafts, performances, world

from kg import paths
from kg.interpret import Interpretation
from kg.model import Dataset, Finding, Term, Triple
from kg.namespaces import compact, iri
from kg.store import KnowledgeGraph
from kg.validate import validate

INVERSE, NARROWER = iri("owl:inverseOf"), iri("rdfs:subPropertyOf")
DOSSIERS = Path(__file__).parent / "dossiers"
JOINS = [
    "clef:counterpartOf", "clef:portrays", "clef:depicts", "clef:dramatises", "clef:basedOn",
    "clef:inspiredBy", "clef:actedInStoryOf", "clef:comparedWith",
]  # fmt: skip
"""All that may join the layers, with their inverses."""
CREDITS = ["clef:gavePerformance", "clef:playsCharacter", "clef:actedIn", "clef:coStarOf"]
"""What performances say of those who give them."""
SENSITIVE = ["clef:involvedIn", "clef:ledBy", "clef:ledEffort"]


@pytest.fixture(scope="module")
def small() -> World:
    return world(DOSSIERS / "disputed-memoir")


@pytest.fixture(scope="module")
def whole() -> World:
    return world(paths.dossier())


def both_ways(told: World, *curies: str) -> set[Term]:
    """Return properties with their inverses, and what other ontologies call them."""
    named = set(map(iri, curies))
    pairs = [t[::2] for t in told.known if t.predicate == INVERSE]
    named |= {b for a, b in pairs if a in named} | {a for a, b in pairs if b in named}
    return named | {t.object for t in told.known if t.predicate == NARROWER and t.subject in named}


def record(told: World, triples: Iterable[Triple], aside: set[Term]) -> set[Triple]:
    """Return what the triples say of what is real: its kinds, its values, its ties to others."""
    real = told.layer("Real")
    return {
        t
        for t in triples
        if t.subject in real
        and t.predicate not in aside
        and (t.predicate == TYPE or t.object.startswith('"') or t.object in real)
    }


def crossings(told: World, triples: Iterable[Triple], aside: set[Term]) -> set[Triple]:
    """Return what ties something real to something of a story in any way that is not allowed."""
    real, fiction = told.layer("Real"), told.layer("Fictional")
    return {
        t
        for t in triples
        if t.predicate not in aside
        and (
            (t.subject in real and t.object in fiction)
            or (t.subject in fiction and t.object in real)
        )
    }


def breach(told: World, meaning: Interpretation, *aside: str) -> list[str]:
    """Return what a draft adds to the record or takes from it, and what it ties to a story."""
    after = concluded(meaning)
    allowed = both_ways(told, *JOINS, *aside)
    changed = record(told, told.before, allowed) ^ record(told, after, allowed)
    changed |= crossings(told, after - told.before, both_ways(told, *JOINS, *CREDITS))
    return sorted(" ".join(map(compact, triple)) for triple in changed)


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_what_a_story_tells_changes_nothing_of_the_record(
    small: World, data: st.DataObject
) -> None:
    meaning = small.told(data.draw(drafts(small, small.story())))
    assert meaning.closure.clashes() == []
    assert breach(small, meaning) == []


@settings(max_examples=2, deadline=None)
@given(data=st.data())
def test_nothing_reaches_the_record_of_the_dossier_that_comes_with_clef(
    whole: World, data: st.DataObject
) -> None:
    meaning = whole.told(data.draw(drafts(whole, whole.story())))
    assert meaning.closure.clashes() == []
    assert breach(whole, meaning) == []


@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_a_performance_says_of_people_only_that_they_gave_it(
    small: World, data: st.DataObject
) -> None:
    text = data.draw(performances(small)) + data.draw(drafts(small, small.story()))
    meaning = small.told(text)
    assert meaning.closure.clashes() == []
    assert breach(small, meaning, *CREDITS) == []


def test_a_comparison_says_nothing_of_what_it_compares(small: World) -> None:
    told = claim("zz-told", "clef:note", "id:zz-telling", 'clef:value "he rows away rich"@en')
    meaning = small.told(told + comparison("id:zz-film", "id:zz-told", "id:dm-0001"))
    compared = Triple(*map(iri, ("id:zz-film", "clef:comparedWith", "id:tobrin-askelwade")))
    assert compared in concluded(meaning)
    assert breach(small, meaning) == []


def test_every_kind_of_fact_that_is_drawn_is_sound_and_reaches_its_story(small: World) -> None:
    """Else the tests above would show nothing: of each kind one, valid, and accepted."""
    kinds = [kind for kind in small.story() if kind.predicate not in SENSITIVE]
    assert len(kinds) > 15
    text = "".join(
        claim(f"zz-{number}", kind.predicate, kind.subjects[-1], kind.said[-1])
        for number, kind in enumerate(kinds)
    )
    meaning = small.told(text)
    assert meaning.closure.clashes() == []
    found = refusals(small, text)
    assert [each for each in found if each.node.removeprefix("id:zz-").isdigit()] == []
    aside = {t.subject for t in small.known if t.predicate == iri("clef:claimOnly")}
    accepted = {compact(t.predicate) for t in meaning.accepted}
    assert {kind.predicate for kind in kinds if iri(kind.predicate) not in aside} <= accepted


def refusals(told: World, text: str) -> list[Finding]:
    """Return what validation finds in the dossier with a draft."""
    return validate(Dataset((*told.dataset.files, draft(text))), paths.ontology())


@st.composite
def wild(draw: st.DrawFn, told: World) -> str:
    """Draw a claim that puts a thing of a story at one end, whatever domain and range say."""
    fiction = told.of("clef:FictionalEntity", "clef:Performance")
    anything = [*fiction, *told.of("clef:RealEntity", "clef:Work")]
    ends = [draw(st.sampled_from(fiction)), draw(st.sampled_from(anything))]
    subject, thing = draw(st.permutations(ends))
    kind = draw(st.sampled_from(told.claims)).predicate
    how = draw(st.sampled_from(told.of("clef:Modality"))).removeprefix("clef:")
    return claim("zz-wild", kind, subject, f"clef:object {thing}", how)


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_a_claim_that_mixes_the_layers_is_refused_or_changes_nothing(
    small: World, data: st.DataObject
) -> None:
    text = data.draw(wild(small))
    meaning = small.told(text)
    if not meaning.closure.clashes() and breach(small, meaning):
        assert [found for found in refusals(small, text) if found.node == "id:zz-wild"]


def test_a_hole_in_the_firewall_is_noticed(small: World) -> None:
    """A chain that carries what a figure does over to whom it stands for."""
    told = claim("zz-part-in", "clef:takesPartIn", "id:zz-figure", "clef:object id:zz-telling")
    told += claim("zz-who", "clef:counterpartOf", "id:zz-figure", "clef:object id:tobrin-askelwade")
    told += claim(
        "zz-what", "clef:counterpartOf", "id:zz-telling", "clef:object id:hollowmere-purse-theft"
    )
    hole = (
        "clef:involvedIn owl:propertyChainAxiom"
        " ( clef:hasFictionalCounterpart clef:takesPartIn clef:counterpartOf ) ."
    )
    assert breach(small, small.told(told)) == []
    found = breach(small, small.told(told + hole))
    assert "id:tobrin-askelwade clef:involvedIn id:hollowmere-purse-theft" in found


def shared(triples: Iterable[Triple]) -> set[str]:
    """Return the classes of others that hold both things of stories and of the record."""
    under = {t[::2] for t in triples if t.predicate == iri("rdfs:subClassOf")}
    above = [
        {above for kind, above in under if kind == layer or (kind, layer) in under}
        for layer in (iri("clef:RealEntity"), iri("clef:FictionalEntity"))
    ]
    return {name for name in map(compact, set.intersection(*above)) if name[:5] != "clef:"}


def test_no_class_holds_both_people_and_characters(graph: KnowledgeGraph) -> None:
    """Nor anything else of both layers: whoever joins by a class of others would mix them."""
    assert shared(graph.triples) == set()
    mixed = Triple(iri("clef:Character"), iri("rdfs:subClassOf"), iri("schema:Person"))
    assert shared({*graph.triples, mixed}) == {"schema:Person"}
    people = {t.subject for t in graph.triples if t[1:] == (TYPE, iri("schema:Person"))}
    assert people == {t.subject for t in graph.triples if t[1:] == (TYPE, iri("clef:Person"))}


def test_a_slip_between_the_layers_is_told(small: World) -> None:
    slips = [
        ("clef:targetPlace", "id:zz-telling", "id:hollowmere-purse-theft"),
        ("clef:targetPlace", "id:hollowmere-purse-theft", "id:zz-cellar"),
        ("clef:ledBy", "id:zz-telling", "id:tobrin-askelwade"),
        ("clef:performanceKind", "id:zz-part", "id:tobrin-askelwade"),
        ("clef:genre", "id:zz-film", "id:tobrin-askelwade"),
        ("clef:term", "id:hollowmere-purse-theft", "id:zz-telling"),
    ]
    text = "".join(
        claim(f"zz-slip-{number}", kind, subject, f"clef:object {thing}")
        for number, (kind, subject, thing) in enumerate(slips)
    )
    apart = {"claim-ends", "claim-layers"}
    told = {found.node for found in refusals(small, text) if found.check in apart}
    assert told == {f"id:zz-slip-{number}" for number in range(len(slips))}
