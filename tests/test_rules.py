"""Own one case per rule of OWL 2 RL: what it infers, what it refutes, and that its proof holds.

A folder `tests/rules/<rule>` or `<rule>.<case>` holds `in.ttl`; `out.ttl`, all that is inferred
(none where the file is not there); `clash.txt`, the contradictions with a line of premises each in
N-Triples under the name of the rule; and `full.ttl`, what the rule adds to the full closure.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from reason.support import proof_of, proof_of_clash, read, refused, rules_used

from kg.check import Checker
from kg.errors import ProofError
from kg.model import Clash, Proof, Triple
from kg.reason import RULES, Closure, materialize

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("rules/*/in.ttl"))
TERM = re.compile(r'<[^>]*>|_:\w+|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^>]*>)?')
UNSAYABLE = {"dt-type2"}
"""A rule whose every conclusion has a literal for its subject, so that RDF cannot say it."""


def rule_of(folder: Path) -> str:
    return folder.name.partition(".")[0]


def expected_clashes(folder: Path) -> list[Clash]:
    path = folder / "clash.txt"
    if not path.exists():
        return []
    blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
    return [
        Clash(head[2:], tuple(map(ntriple, lines))) for head, *lines in map(str.splitlines, blocks)
    ]


def ntriple(line: str) -> Triple:
    """Read a line of N-Triples in which a step may speak of a literal."""
    return Triple(*TERM.findall(line))


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@cache
def closed(folder: Path) -> Closure:
    return materialize(read(folder / "in.ttl"))


@pytest.fixture
def closure(folder: Path) -> Closure:
    return closed(folder)


@cache
def proofs(folder: Path) -> list[Proof]:
    """Return the proofs of all that is inferred, what says nothing too if the case is about it."""
    closure = closed(folder)
    said = closure.full() if (folder / "full.ttl").exists() else closure
    found = [proof_of(said, triple) for triple in sorted({*closure.inferred(), *full_of(folder)})]
    return found + [proof_of_clash(closure, clash) for clash in closure.clashes()]


def full_of(folder: Path) -> list[Triple]:
    path = folder / "full.ttl"
    return read(path) if path.exists() else []


def test_every_rule_has_a_folder() -> None:
    assert {rule_of(folder) for folder in FOLDERS} == set(RULES)


def test_rules_carry_their_name_table_and_link() -> None:
    assert len(RULES) == 78
    for name, rule in RULES.items():
        assert rule.name == name
        assert 4 <= rule.table <= 9
        assert re.fullmatch(r"https://www\.w3\.org/TR/owl2-profiles/#tab-rules-\w[\w-]*", rule.link)
        assert "⇒" in rule.text or name in UNSAYABLE


def test_infers_what_the_folder_says_and_no_more(folder: Path, closure: Closure) -> None:
    path = folder / "out.ttl"
    assert sorted(closure.inferred()) == (sorted(read(path)) if path.exists() else [])


def test_finds_the_clashes_that_the_folder_says_and_no_more(folder: Path, closure: Closure) -> None:
    assert closure.clashes() == expected_clashes(folder)


def test_full_closure_has_what_says_nothing(folder: Path, closure: Closure) -> None:
    said = set(full_of(folder))
    if said:
        assert said <= set(closure.inferred(full=True))
        assert not said & set(closure.inferred())


def test_the_rule_itself_is_at_work(folder: Path) -> None:
    assert rule_of(folder) in set().union(*map(rules_used, proofs(folder))) | UNSAYABLE


def test_the_checker_accepts_every_proof(folder: Path) -> None:
    asserted = {triple: frozenset({"<urn:source>"}) for triple in read(folder / "in.ttl")}
    checker = Checker(asserted=asserted)
    assert refused(checker, proofs(folder)) == []


def test_the_checker_refuses_a_proof_with_a_premise_less() -> None:
    case = Path(__file__).parent / "rules" / "prp-trp"
    asserted = {triple: frozenset({"<urn:source>"}) for triple in read(case / "in.ttl")}
    whole = proofs(case)[0]
    with pytest.raises(ProofError):
        Checker(asserted=asserted).check(Proof(whole.conclusion, whole.rule, whole.premises[1:]))


def test_full_closure_holds_no_triple_outside_rdf() -> None:
    case = Path(__file__).parent / "rules" / "dt-eq"
    for triple in closed(case).inferred(full=True):
        assert isinstance(triple, Triple)
        assert triple.subject[0] != '"'
        assert triple.predicate[0] == "<"
