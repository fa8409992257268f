"""Own the public surface of the reasoner: what it holds, gives, takes back and refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import kg.reason
from kg.errors import InputError, NotInGraphError
from kg.model import Derivation, Triple
from kg.reason import Closure, materialize
from reason.support import proof_of, turtle

TRANSITIVE = ":in a owl:TransitiveProperty . :a :in :b . :b :in :c ."


def one(text: str) -> Triple:
    (triple,) = turtle(text)
    return triple


def test_public_names_are_sorted_and_there() -> None:
    assert kg.reason.__all__ == ["RULES", "Closure", "RlRule", "materialize"]
    assert all(hasattr(kg.reason, name) for name in kg.reason.__all__)


def test_holds_what_was_asserted_and_what_follows() -> None:
    closure = materialize(turtle(TRANSITIVE))
    assert one(":a :in :b .") in closure
    assert one(":a :in :c .") in closure
    assert one(":c :in :a .") not in closure
    assert closure.asserted(one(":a :in :b ."))
    assert not closure.asserted(one(":a :in :c ."))
    assert not closure.asserted(one(":c :in :a ."))
    assert len(closure) == 4


def test_names_the_rule_and_the_premises_in_the_order_of_the_rule() -> None:
    closure = materialize(turtle(TRANSITIVE))
    expected = Derivation("prp-trp", tuple(turtle(TRANSITIVE)))
    assert closure.derivation(one(":a :in :c .")) == expected
    assert closure.derivation(one(":a :in :b .")) is None
    with pytest.raises(KeyError):
        closure.derivation(one(":c :in :a ."))


def test_cells_of_a_list_are_premises_from_first_to_last() -> None:
    axiom = ":r owl:propertyChainAxiom :l . :l rdf:first :p ; rdf:rest :m ."
    cells = " :m rdf:first :q ; rdf:rest rdf:nil . :a :p :b . :b :q :c ."
    closure = materialize(turtle(axiom + cells))
    derivation = closure.derivation(one(":a :r :c ."))
    assert derivation == Derivation("prp-spo2", tuple(turtle(axiom + cells)))


def test_an_asserted_triple_that_also_follows_stays_asserted_until_withdrawn() -> None:
    closure = materialize(turtle(TRANSITIVE))
    closure.add([one(":a :in :c .")])
    assert closure.asserted(one(":a :in :c ."))
    assert list(closure.inferred()) == []
    closure.remove([one(":a :in :c .")])
    assert list(closure.inferred()) == [one(":a :in :c .")]


def test_what_loses_its_last_proof_falls() -> None:
    closure = materialize(turtle(TRANSITIVE + " :a :in :x . :x :in :c ."))
    closure.remove([one(":b :in :c .")])
    assert list(closure.inferred()) == [one(":a :in :c .")]
    closure.remove([one(":x :in :c .")])
    assert list(closure.inferred()) == []


def test_proofs_in_a_circle_hold_nothing_up() -> None:
    symmetric = ":near a owl:SymmetricProperty . :in rdfs:subPropertyOf :near . :a :in :b ."
    closure = materialize(turtle(symmetric))
    closure.remove([one(":a :in :b .")])
    assert list(closure.inferred()) == []


def test_withdrawing_an_axiom_withdraws_its_consequences() -> None:
    closure = materialize(turtle(TRANSITIVE))
    closure.remove([one(":in a owl:TransitiveProperty .")])
    assert list(closure.inferred()) == []
    closure.add([one(":in a owl:TransitiveProperty .")])
    assert list(closure.inferred()) == [one(":a :in :c .")]


def test_withdrawing_what_is_not_asserted_changes_nothing() -> None:
    closure = materialize(turtle(TRANSITIVE))
    closure.remove(turtle(":a :in :c . :c :in :a . :x :y :z ."))
    assert list(closure.inferred()) == [one(":a :in :c .")]


def test_takes_conclusions_from_outside_and_closes_on_them() -> None:
    closure = materialize(turtle(TRANSITIVE + " :d :knows :a ."))
    premise, conclusion = one(":d :knows :a ."), one(":c :in :d .")
    closure.derive([(conclusion, Derivation("rule:guess", (premise,)))])
    assert closure.derivation(conclusion) == Derivation("rule:guess", (premise,))
    assert one(":a :in :d .") in closure
    assert rule_names(closure, one(":a :in :d .")) == {"prp-trp", "rule:guess"}
    closure.remove([premise])
    assert conclusion not in closure
    assert one(":a :in :d .") not in closure
    closure.add([premise])
    assert one(":a :in :d .") in closure


def rule_names(closure: Closure, triple: Triple) -> set[str]:
    proof = proof_of(closure, triple)
    found, stack = set(), [proof]
    while stack:
        step = stack.pop()
        found |= {step.rule} if step.rule else set()
        stack.extend(step.premises)
    return found


def test_conclusions_from_outside_can_rest_on_each_other_in_any_order() -> None:
    closure = materialize(turtle(":a :p :b ."))
    items = [
        (one(":a :r :b ."), Derivation("two", (one(":a :s :b ."),))),
        (one(":a :s :b ."), Derivation("one", (one(":a :p :b ."),))),
    ]
    closure.derive(items)
    assert set(closure.inferred()) == {triple for triple, _ in items}


def test_refuses_a_conclusion_whose_premise_is_not_held() -> None:
    closure = materialize(turtle(":a :p :b ."))
    with pytest.raises(NotInGraphError, match="a premise of guess does not hold"):
        closure.derive([(one(":a :q :b ."), Derivation("guess", (one(":b :p :a ."),)))])
    assert len(closure) == 1


def test_withdraws_a_conclusion_from_outside_by_itself() -> None:
    closure = materialize(turtle(":a :p :b ."))
    closure.derive([(one(":a :q :b ."), Derivation("guess", (one(":a :p :b ."),)))])
    closure.remove([one(":a :q :b .")])
    assert list(closure.inferred()) == []


def test_gives_every_derivation_when_asked() -> None:
    closure = materialize(turtle(TRANSITIVE + " :a :in :x . :x :in :c . :a :inside :c ."))
    closure.add(turtle(":inside rdfs:subPropertyOf :in ."))
    found = list(closure.derivations(one(":a :in :c .")))
    assert sorted(d.rule for d in found) == ["prp-spo1", "prp-trp", "prp-trp"]
    assert closure.derivation(one(":a :in :c .")) in found
    assert len(list(closure.derivations(one(":a :in :c ."), limit=1))) == 1
    with pytest.raises(KeyError):
        closure.derivations(one(":c :in :a ."))


def test_refuses_what_rdf_cannot_say() -> None:
    for triple in (Triple('"x"', "<urn:p>", "<urn:o>"), Triple("<urn:s>", "_:p", "<urn:o>")):
        with pytest.raises(InputError, match="not a triple of RDF"):
            materialize([triple])


def test_a_literal_is_never_a_subject() -> None:
    closure = materialize(turtle(":p owl:inverseOf :q ; rdfs:range :C . :a :p 1 , :b ."))
    assert not [t for t in closure.inferred(full=True) if t.subject.startswith('"')]
    assert one(":b :q :a .") in closure


def test_a_clash_names_its_premises_in_the_order_of_the_rule() -> None:
    (clash,) = materialize(turtle(":C owl:disjointWith :D . :a a :C , :D .")).clashes()
    assert clash.rule == "cax-dw"
    assert list(clash.premises) == turtle(":C owl:disjointWith :D . :a a :C , :D .")


def test_steps_about_literals_can_be_asked_for() -> None:
    closure = materialize(turtle(":p a owl:FunctionalProperty . :a :p 1 , 2 ."))
    (clash,) = closure.clashes()
    assert clash.rule == "eq-diff1"
    assert [closure.derivation(step).rule for step in clash.premises] == ["prp-fp", "dt-diff"]
    assert all(step in closure for step in clash.premises)
    closure.remove(turtle(":a :p 2 ."))
    assert closure.clashes() == []


PRINT_ALL = """
from kg.reason import materialize
from reason.support import turtle
text = ":in a owl:TransitiveProperty . :a :in :b . :b :in :c . :c :in :d . :d owl:sameAs :e ."
closure = materialize(turtle(text))
for triple in closure.inferred():
    print(triple, closure.derivation(triple))
"""


def test_the_hash_seed_changes_nothing() -> None:
    outputs = set()
    for seed in ("0", "1", "4242"):
        path = os.pathsep.join(sys.path)
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": path}
        done = subprocess.run(
            [sys.executable, "-c", PRINT_ALL], env=environment, capture_output=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert outputs.pop().count(b"prp-trp") > 2


DOCUMENTATION = Path(__file__).parents[2] / "docs" / "reasoning.md"


def test_the_documentation_lists_every_rule_as_it_is_run() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    for rule in kg.reason.RULES.values():
        assert rule.link in text
        assert all(f"{rule.name}: {line}\n" in text for line in rule.text.splitlines())


def test_the_documented_example_runs() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    example = text.partition("```python\n")[2].partition("```")[0]
    told: dict[str, object] = {}
    exec(example, told)  # noqa: S102  # our own text
    assert isinstance(told["closure"], Closure)
    assert told["found"] not in told["closure"]  # as the example ends by removing a premise
