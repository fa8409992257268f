"""Own that any sequence of additions and withdrawals ends where a fresh start would."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kg.model import Derivation, Triple
from kg.reason import materialize
from reason.graphs import Axiom, facts, flat, individuals, ontologies, properties
from reason.support import proof_of


class Editing(RuleBasedStateMachine):
    """Edit a closure, and compare it with one made of what is left."""

    def __init__(self) -> None:
        super().__init__()
        self.asserted: set[Triple] = set()
        self.given: list[tuple[Triple, Derivation]] = []
        self.closure = materialize([])

    @initialize(axioms=ontologies())
    def begin(self, axioms: list[Axiom]) -> None:
        self.asserted = set(flat(axioms))
        self.closure = materialize(self.asserted)

    @rule(axioms=st.lists(facts(), min_size=1, max_size=3))
    def add_facts(self, axioms: list[Axiom]) -> None:
        self.asserted.update(flat(axioms))
        self.closure.add(flat(axioms))

    @rule(axioms=ontologies())
    def add_anything(self, axioms: list[Axiom]) -> None:
        self.asserted.update(flat(axioms[:2]))
        self.closure.add(flat(axioms[:2]))

    @precondition(lambda self: self.asserted)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        some = st.lists(st.sampled_from(sorted(self.asserted)), min_size=1, max_size=3)
        triples = set(data.draw(some))
        self.asserted -= triples
        self.given = [(triple, why) for triple, why in self.given if triple not in triples]
        self.closure.remove(triples)

    @precondition(lambda self: self.asserted)
    @rule(data=st.data(), subject=individuals, predicate=properties, obj=individuals)
    def derive(self, data: st.DataObject, subject: str, predicate: str, obj: str) -> None:
        held = sorted({*self.asserted, *self.closure.inferred()})
        premises = data.draw(st.lists(st.sampled_from(held), min_size=1, max_size=2))
        item = (Triple(subject, predicate, obj), Derivation("outside", tuple(premises)))
        self.given.append(item)
        self.closure.derive([item])

    @precondition(lambda self: self.given)
    @rule(data=st.data())
    def remove_given(self, data: st.DataObject) -> None:
        triple = data.draw(st.sampled_from(sorted(triple for triple, _ in self.given)))
        self.asserted.discard(triple)
        self.given = [item for item in self.given if item[0] != triple]
        self.closure.remove([triple])

    @invariant()
    def equals_a_fresh_start(self) -> None:
        fresh = materialize(self.asserted)
        waiting = list(self.given)
        while ready := [
            item for item in waiting if all(premise in fresh for premise in item[1].premises)
        ]:
            fresh.derive(ready)
            waiting = [item for item in waiting if item not in ready]
        assert set(self.closure.inferred()) == set(fresh.inferred())
        assert len(self.closure) == len(fresh)
        assert self.closure.clashes() == fresh.clashes()

    @invariant()
    def every_proof_holds(self) -> None:
        for triple in self.closure.inferred():
            proof_of(self.closure, triple)


Editing.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
TestEditing = Editing.TestCase
