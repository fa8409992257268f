"""Withdrawing a source: exactly what has no proof left without it falls, for every source."""

from __future__ import annotations

import gc
import multiprocessing
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from kg.alternatives import all_derivations
from kg.check import Checker
from kg.explain import proof_of
from kg.interpret import interpret
from kg.model import Derivation, Term, Triple
from kg.namespaces import iri
from kg.pipeline import Assessment, publish
from kg.store import KnowledgeGraph
from kg.withdraw import Withdrawal, as_json, from_json, withdraw, without

COMPARISONS = frozenset(map(iri, ("clef:Divergence", "clef:Correspondence")))
STATED_IN = iri("clef:statedIn")
A_SOURCE = (iri("rdf:type"), iri("clef:Source"))
SOME = ["id:nationalworld-2023", "id:flawless-2010", "id:wired-2009"]

Way = tuple[Triple, int]


@dataclass(frozen=True)
class Whole:
    """The whole dossier, what is published of it, and every way to derive a triple of it.

    `pending` counts, of each way, the premises that are derived themselves; `uses` lists the ways
    that a triple is a premise of.
    """

    assessment: Assessment
    graph: KnowledgeGraph
    heard: frozenset[Triple]
    ways: Mapping[Triple, Sequence[Derivation]]
    pending: Mapping[Way, int]
    uses: Mapping[Triple, Sequence[Way]]


_shared: list[Whole] = []
"""What every process of the pool starts with; it is forked, not sent."""


@pytest.fixture(scope="module")
def whole(assessment: Assessment) -> Iterator[Whole]:
    meaning = assessment.meaning
    lookup = all_derivations(meaning, assessment.rules)
    # What is asserted may be derived besides, and stand when nobody asserts it any more.
    every = (*meaning.accepted, *meaning.closure.inferred(), *assessment.dataset.triples("data"))
    ways = {triple: lookup(triple) for triple in every}
    heard = frozenset(meaning.heard)
    pending: dict[Way, int] = {}
    uses: dict[Triple, list[Way]] = defaultdict(list)
    for triple, found in ways.items():
        for number, way in enumerate(found):
            premises = set(way.premises)
            pending[triple, number] = len(premises - heard)
            for premise in premises:
                uses[premise].append((triple, number))
    _shared.append(Whole(assessment, publish(assessment, "", ""), heard, ways, pending, uses))
    gc.collect()
    gc.freeze()  # a collection in a fork would copy every page
    yield _shared[0]
    gc.unfreeze()
    _shared.clear()


def withdrawn(source: Term) -> Withdrawal:
    """Return the withdrawal of a source; it takes the closure apart, so it has its own process."""
    here = _shared[0]
    return withdraw(here.assessment, here.graph, source)


def apart(source: Term) -> Withdrawal:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(withdrawn, [source])


def heard_without(source: Term) -> set[Triple]:
    """Return what is heard without a source; the gate looks at nothing but what is asserted."""
    here = _shared[0]
    return here.heard & set(without(here.assessment.dataset, source).triples())


def proved(heard: set[Triple]) -> set[Triple]:
    """Return what has a proof from what is heard, by the derivations of the whole."""
    here = _shared[0]
    pending = dict(here.pending)
    for lost in here.heard - heard:
        for way in here.uses.get(lost, ()):
            pending[way] += 1
    found: set[Triple] = set()
    ready = [triple for (triple, _), count in pending.items() if not count]
    while ready:
        triple = ready.pop()
        if triple not in found:
            found.add(triple)
            # A premise that is heard was never waited for.
            for way in here.uses.get(triple, ()) if triple not in heard else ():
                pending[way] -= 1
                if not pending[way]:
                    ready.append(way[0])
    return found


def oddities(found: Withdrawal) -> list[Triple]:
    """Return what falls or stands by only one of the two reckonings."""
    here = _shared[0]
    heard = heard_without(found.source)
    unproved = here.ways.keys() - proved(heard) - heard
    derived, asserted = here.graph.derivations.keys(), here.graph.asserted.keys()
    odd = set(found.fallen) ^ (unproved & derived)
    odd |= (set(found.silenced) & here.heard) ^ (unproved & asserted & here.heard)
    return sorted(odd | (found.standing.keys() & unproved))


def compare(source: Term) -> tuple[Term, list[Triple], int]:
    """Return of a source what is odd about its withdrawal, and how much falls with it."""
    found = withdrawn(source)
    return source, oddities(found), len(found.fallen)


def test_for_every_source_exactly_what_has_no_other_proof_falls(whole: Whole) -> None:
    files = whole.assessment.dataset.files
    every = sorted(f.source for f in files if f.source and (f.source, *A_SOURCE) in f.triples)
    assert len(every) == 144
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        results = pool.map(compare, every, chunksize=1)
    assert [(source, odd) for source, odd, _ in results if odd] == []
    assert all(count for _, _, count in results), "every source carries something"


@pytest.mark.parametrize("name", SOME)
def test_taking_out_is_as_good_as_never_having_had(whole: Whole, name: str) -> None:
    found = apart(iri(name))
    assessment, graph = whole.assessment, whole.graph
    left = without(assessment.dataset, iri(name))
    meaning = interpret(left, assessment.rules)
    fresh = publish(Assessment(left, assessment.rules, [], meaning, []), "", "")
    assert set(found.fallen) == graph.derivations.keys() - fresh.triples
    assert set(found.silenced) == graph.asserted.keys() - fresh.triples
    assert set(found.risen) == fresh.derivations.keys() - graph.triples
    assert found.standing.keys() <= fresh.triples & graph.triples
    assert from_json(as_json(found)) == found


@pytest.mark.parametrize("name", SOME)
def test_what_stands_has_a_proof_without_the_source(
    whole: Whole, rules: dict[str, str], name: str
) -> None:
    found = apart(iri(name))
    left = without(whole.assessment.dataset, iri(name))
    meaning = interpret(left, whole.assessment.rules)
    after = publish(Assessment(left, whole.assessment.rules, [], meaning, []), "", "")
    checker = Checker(asserted=after.witnesses.sources(), rules=rules, closure=meaning.held.triples)
    assert found.standing
    for triple, sources in {**found.standing, **found.risen}.items():
        checker.check(proof_of(triple, found.steps.get, after.witnesses))
        assert iri(name) not in sources


@pytest.mark.usefixtures("whole")
def test_what_stays_or_falls_without_reason_is_noticed() -> None:
    source = iri("id:flawless-2010")
    found = apart(source)
    assert oddities(found) == []
    kept, fallen = min(found.standing), min(found.fallen)
    assert oddities(replace(found, fallen=tuple(set(found.fallen) - {fallen}))) == [fallen]
    assert oddities(replace(found, fallen=(*found.fallen, kept))) == [kept]


def test_a_comparison_falls_with_either_of_its_sources(assessment: Assessment) -> None:
    triples = set(assessment.dataset.triples())
    compared = {t.subject for t in triples if t.object in COMPARISONS}
    assert len(compared) >= 25
    stated = [t for t in triples if t.subject in compared and t.predicate == STATED_IN]
    assert len(stated) > len(compared)
    for comparison, _, source in stated[::8]:
        left = without(assessment.dataset, source)
        assert comparison not in {t.subject for t in left.triples()}
