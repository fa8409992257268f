"""Own the proofs that the checker must accept and the thousand ways of spoiling them.

The cases, one step each, stand in `check/owl2rl.txt`. Every mutation of a case must be rejected
unless it is another instance of the rule: `EQUALLY_VALID` says which those are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kg.check import check
from kg.check.matching import NAMES
from kg.errors import ProofError
from kg.model import Proof, Term, Triple
from kg.namespaces import iri
from tests.shorthand import term, triple

SOURCE = "<urn:source>"

CASES = Path(__file__).parent / "check" / "owl2rl.txt"
W3C = [
    "eq-ref",
    "eq-sym",
    "eq-trans",
    "eq-rep-s",
    "eq-rep-p",
    "eq-rep-o",
    "eq-diff1",
    "eq-diff2",
    "eq-diff3",
    "prp-ap",
    "prp-dom",
    "prp-rng",
    "prp-fp",
    "prp-ifp",
    "prp-irp",
    "prp-symp",
    "prp-asyp",
    "prp-trp",
    "prp-spo1",
    "prp-spo2",
    "prp-eqp1",
    "prp-eqp2",
    "prp-pdw",
    "prp-adp",
    "prp-inv1",
    "prp-inv2",
    "prp-key",
    "prp-npa1",
    "prp-npa2",
    "cls-thing",
    "cls-nothing1",
    "cls-nothing2",
    "cls-int1",
    "cls-int2",
    "cls-uni",
    "cls-com",
    "cls-svf1",
    "cls-svf2",
    "cls-avf",
    "cls-hv1",
    "cls-hv2",
    "cls-maxc1",
    "cls-maxc2",
    "cls-maxqc1",
    "cls-maxqc2",
    "cls-maxqc3",
    "cls-maxqc4",
    "cls-oo",
    "cax-sco",
    "cax-eqc1",
    "cax-eqc2",
    "cax-dw",
    "cax-adc",
    "dt-type1",
    "dt-type2",
    "dt-eq",
    "dt-diff",
    "dt-not-type",
    "scm-cls",
    "scm-sco",
    "scm-eqc1",
    "scm-eqc2",
    "scm-op",
    "scm-dp",
    "scm-spo",
    "scm-eqp1",
    "scm-eqp2",
    "scm-dom1",
    "scm-dom2",
    "scm-rng1",
    "scm-rng2",
    "scm-hv",
    "scm-svf1",
    "scm-svf2",
    "scm-avf1",
    "scm-avf2",
    "scm-int",
    "scm-uni",
]

EQUALLY_VALID = """
eq-ref | flip 0 | both ends of a triple are heads of the rule
eq-trans | by eq-rep-o | it is replacement in the object of an owl:sameAs
prp-pdw, cls-com, cax-dw | flip 0 | the axiom is symmetric
scm-eqc1, scm-eqp1 | flip 0, conclusion 5 | the axiom is symmetric, and both directions are heads
prp-fp, prp-ifp, prp-key | conclusion 5 | the rule does not tell the two matches apart
cls-maxc2, cls-maxqc3, cls-maxqc4 | conclusion 5 | the rule does not tell the two matches apart
scm-eqc2, scm-eqp2, dt-eq | conclusion 5 | the rule is symmetric
eq-diff2, eq-diff3, prp-adp, cax-adc | drop 7 | the last member is used: the list need not go on
cls-uni, scm-int | drop 6 | the last member is used: the list need not go on
dt-diff | drop 0, drop 1, flip 0, flip 1 | the rule has no body, a premise only shows a literal
dt-diff | conclusion 5 | the rule is symmetric
"""
"""Rules, the mutations of their cases that follow all the same, and why."""


def excused(rule: str) -> set[str]:
    rows = [line.split(" | ") for line in EQUALLY_VALID.strip().splitlines()]
    lists = [mutations.split(", ") for rules, mutations, _ in rows if rule in rules.split(", ")]
    return {mutation for each in lists for mutation in each}


def triples(text: str) -> list[Triple]:
    found: list[Triple] = []
    for atom in filter(None, (part.strip() for part in text.split(" . "))):
        found += cells(*atom.strip("()").split()) if atom.startswith("(") else [triple(atom)]
    return found


def cells(head: str, *members: str) -> list[Triple]:
    nodes = [head, *(f"{head}{at}" for at in range(1, len(members))), "rdf:nil"]
    rows = zip(nodes, members, nodes[1:], strict=False)
    lines = ((f"{node} rdf:first {m}", f"{node} rdf:rest {rest}") for node, m, rest in rows)
    return [triple(line) for pair in lines for line in pair]


class Case(NamedTuple):
    """One step: what was done to it, its rule, premises and conclusion."""

    name: str
    rule: str
    premises: list[Triple]
    end: Triple | None

    def proof(self) -> Proof:
        return Proof(self.end, self.rule, tuple(Proof(premise) for premise in self.premises))

    def accepted(self) -> bool:
        try:
            check(self.proof(), asserted=said(*self.premises))
        except ProofError:
            return False
        return True


def said(*asserted: Triple) -> dict[Triple, frozenset[Term]]:
    return dict.fromkeys(asserted, frozenset({SOURCE}))


def case(line: str) -> Case:
    rule, premises, end = (part.strip() for part in line.split("|"))
    return Case(line, rule, triples(premises), None if end == "false" else triple(end))


LINES = CASES.read_text(encoding="utf-8").splitlines()
GOOD = [case(line) for line in LINES if not line.startswith("#")]
every_case = pytest.mark.parametrize("good", GOOD, ids=lambda good: good.name)


def spoiled(good: Case) -> Iterator[Case]:
    """Yield the case spoiled in one place, in every place and manner."""
    for at, (s, p, o) in enumerate(good.premises):
        rest = [*good.premises[:at], *good.premises[at + 1 :]]
        yield good._replace(name=f"drop {at}", premises=rest)
        if s != o:
            yield good._replace(name=f"flip {at}", premises=[*rest, Triple(o, p, s)])
    for extra in triples(
        "j k2 j2 . x p j . j a c . j rdf:first j2 . l rdf:rest j . l1 rdf:first z2"
    ):
        yield good._replace(name=f"extra {extra}", premises=[*good.premises, extra])
    ends: list[Triple | None] = [None, triple("j k2 j2")]
    if good.end is not None:
        s, p, o = good.end
        j = term("j")
        ends += [Triple(j, p, o), Triple(s, j, o), Triple(s, p, j), Triple(o, p, s)]
    for at, end in enumerate(ends):
        if end != good.end:
            yield good._replace(name=f"conclusion {at}", end=end)
    for rule in W3C:
        if rule != good.rule:
            yield good._replace(name=f"by {rule}", rule=rule)


def test_every_rule_of_tables_4_to_9_has_a_case() -> None:
    assert len(W3C) == len(set(W3C)) == 78
    assert {good.rule for good in GOOD} == set(W3C) == NAMES


@every_case
def test_a_good_step_is_accepted_whatever_the_order_of_its_premises(good: Case) -> None:
    assert good.accepted()
    assert good._replace(premises=good.premises[::-1]).accepted()
    assert good._replace(premises=good.premises * 2).accepted()


@every_case
def test_a_spoiled_step_is_rejected_unless_it_is_another_instance_of_the_rule(good: Case) -> None:
    accepted = {bad.name for bad in spoiled(good) if bad.accepted()}
    assert accepted == excused(good.rule)


@every_case
def test_a_term_replaced_by_a_stranger_is_noticed_wherever_the_step_needs_it(good: Case) -> None:
    everything = [*good.premises, *([good.end] if good.end else [])]
    uses = Counter(part for each in everything for part in each)
    for at, premise in enumerate(good.premises):
        for place in range(3):
            parts = list(premise)
            free = uses[parts[place]] == 1 and parts[place].startswith("<urn:")
            free |= parts[place] == iri("rdf:nil") and f"drop {at}" in excused(good.rule)
            parts[place] = "<urn:stranger>"
            changed = [*good.premises[:at], Triple(*parts), *good.premises[at + 1 :]]
            assert good._replace(premises=changed).accepted() == free, (premise, place)


@every_case
def test_a_leaf_must_be_asserted_and_by_a_source(good: Case) -> None:
    for premise in good.premises:
        asserted = said(*good.premises)
        del asserted[premise]
        with pytest.raises(ProofError, match=r"missing leaf: .* is not asserted"):
            check(good.proof(), asserted=asserted)
        for sources in (frozenset[Term](), frozenset({""})):
            with pytest.raises(ProofError, match=r"missing leaf: .* by no source"):
                check(good.proof(), asserted={**asserted, premise: sources})


@pytest.mark.parametrize(
    "line",
    [
        "cls-int1 | c owl:intersectionOf l . (l d e) . y a d | y a c",
        "cls-int1 | c owl:intersectionOf rdf:nil | y a c",
        "cls-oo | c owl:oneOf rdf:nil | j a c",
        "cls-int1 | c owl:intersectionOf l . l rdf:first d . y a d | y a c",
        "cls-int1 | c owl:intersectionOf l . l rdf:first d . l rdf:rest l . y a d | y a c",
        "cls-int1 | c owl:intersectionOf l . l rdf:first d . l rdf:rest m . y a d | y a c",
        "prp-spo2 | p owl:propertyChainAxiom l . l rdf:first q . x q y | x p y",
        "prp-key | c owl:hasKey l . l rdf:first p . x a c . x p v . y a c . y p v | x owl:sameAs y",
        "cls-oo | c owl:oneOf l . l rdf:first i . l1 rdf:first j | j a c",
        "cls-oo | c owl:oneOf l . l rdf:rest l1 . l1 rdf:first j | j a c",
        "cls-oo | c owl:oneOf l . l rdf:first i . l rdf:rest l1 . l1 rdf:first j | i a c",
        "cax-adc | n a owl:AllDisjointClasses . n owl:members l . (l c d) . x a c | false",
        "eq-diff2 | n a owl:AllDifferent . n owl:members l . (l i j) . j owl:sameAs i | false",
    ],
)
def test_a_list_cut_short_or_badly_built_is_rejected(line: str) -> None:
    assert not case(line).accepted()


def test_the_cells_up_to_the_last_member_used_stand_for_the_list() -> None:
    prefix = "l rdf:first i . l rdf:rest l1 . l1 rdf:first j"
    assert case(f"cls-oo | c owl:oneOf l . {prefix} | j a c").accepted()
    assert case(f"scm-uni | c owl:unionOf l . {prefix} | j rdfs:subClassOf c").accepted()
    clash = f"n a owl:AllDifferent . n owl:distinctMembers l . {prefix} . i owl:sameAs j"
    assert case(f"eq-diff3 | {clash} | false").accepted()


def test_a_list_longer_than_the_stack_is_read() -> None:
    members = [f"m{at}" for at in range(1500)]
    typed = " . ".join(f"y a {member}" for member in members)
    axiom = f"c owl:intersectionOf l . (l {' '.join(members)})"
    assert case(f"cls-int1 | {axiom} . {typed} | y a c").accepted()
