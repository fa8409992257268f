"""Withdrawing a source: exactly what has no proof left without it falls, for every source."""

from __future__ import annotations

import multiprocessing
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from kg.alternatives import all_derivations
from kg.interpret import interpret, reinterpret
from kg.model import Dataset, Derivation, Term, Triple
from kg.namespaces import iri
from kg.pipeline import Assessment

COMPARISONS = frozenset(map(iri, ("clef:Divergence", "clef:Correspondence")))
STATED_IN = iri("clef:statedIn")
A_SOURCE = (iri("rdf:type"), iri("clef:Source"))

Way = tuple[Triple, int]


def without(dataset: Dataset, source: Term) -> Dataset:
    """Return a dataset less the file of a source, and less the comparisons that rest on it."""
    kept = []
    for file in dataset.files:
        if file.source != source:
            leaning = {t.subject for t in file.triples if t[1:] == (STATED_IN, source)}
            rest = tuple(t for t in file.triples if t.subject not in leaning)
            kept.append(replace(file, triples=rest))
    return Dataset(tuple(kept))


@dataclass(frozen=True)
class Whole:
    """The whole dossier, and every way to derive a triple of it.

    `pending` counts, of each way, the premises that are derived themselves; `uses` lists the ways
    that a triple is a premise of.
    """

    assessment: Assessment
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
    _shared.append(Whole(assessment, heard, ways, pending, uses))
    yield _shared[0]
    _shared.clear()


def rebuilt(source: Term) -> tuple[set[Triple], set[Triple]]:
    """Return what is heard once a source is gone, and what follows: all rules gone through anew.

    It takes the closure apart, so it runs in a process of its own.
    """
    here = _shared[0].assessment
    left = reinterpret(here.meaning, without(here.dataset, source), here.rules)
    return set(left.heard), set(left.closure.inferred())


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


def judged(heard: set[Triple], after: set[Triple]) -> tuple[list[Triple], set[Triple]]:
    """Return what falls by only one of the two reckonings, and all that falls."""
    here = _shared[0]
    fallen = here.ways.keys() - after - heard
    unproved = here.ways.keys() - proved(heard) - heard
    return sorted(fallen ^ unproved), fallen


def compare(source: Term) -> tuple[Term, list[Triple], int]:
    """Return of a source what is odd about its withdrawal, and how much falls with it."""
    odd, fallen = judged(*rebuilt(source))
    return source, odd, len(fallen)


def test_for_every_source_exactly_what_has_no_other_proof_falls(whole: Whole) -> None:
    files = whole.assessment.dataset.files
    every = sorted(f.source for f in files if f.source and (f.source, *A_SOURCE) in f.triples)
    assert len(every) == 144
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        results = pool.map(compare, every, chunksize=1)
    assert [(source, odd) for source, odd, _ in results if odd] == []
    assert all(count for _, _, count in results), "every source carries something"


@pytest.mark.parametrize("name", ["id:nationalworld-2023", "id:flawless-2010", "id:wired-2009"])
def test_taking_out_is_as_good_as_never_having_had(whole: Whole, name: str) -> None:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        ((heard, taken),) = pool.map(rebuilt, [iri(name)])
    fresh = interpret(without(whole.assessment.dataset, iri(name)), whole.assessment.rules)
    assert set(fresh.heard) == heard
    assert set(fresh.closure.inferred()) == taken


@pytest.mark.usefixtures("whole")
def test_what_stays_or_falls_without_reason_is_noticed() -> None:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        ((heard, after),) = pool.map(rebuilt, [iri("id:flawless-2010")])
    odd, fallen = judged(heard, after)
    assert odd == []
    stays, falls = min(fallen), min(after & _shared[0].ways.keys() - heard)
    assert judged(heard, after | {stays})[0] == [stays]
    assert judged(heard, after - {falls})[0] == [falls]


def test_a_comparison_falls_with_either_of_its_sources(assessment: Assessment) -> None:
    triples = set(assessment.dataset.triples())
    compared = {t.subject for t in triples if t.object in COMPARISONS}
    assert len(compared) >= 25
    stated = [t for t in triples if t.subject in compared and t.predicate == STATED_IN]
    assert len(stated) > len(compared)
    for comparison, _, source in stated[::8]:
        left = without(assessment.dataset, source)
        assert comparison not in {t.subject for t in left.triples()}
