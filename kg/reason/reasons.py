"""Own the reading of justifications: derivations, other derivations, contradictions.

A step on the way to a contradiction may speak of a literal, `"1" owl:sameAs "2"`: it is no triple
of RDF and never held, but it is a step of the W3C text, and here is its derivation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kg.reason.codegen import justified, literal_subject, ways
from kg.reason.compile import Rule
from kg.reason.datatypes import differ, is_datatype, lies_outside
from kg.reason.engine import Engine
from kg.reason.facts import GIVEN, OF_VALUE, Fact

__all__ = ["Reason", "Reasons"]


class Reason(NamedTuple):
    """A rule's name and the premises that it was applied to."""

    rule: str
    premises: tuple[Fact, ...]


class Reasons:
    """Answers why, out of the justifications that an engine recorded."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._of_literals: dict[Fact, Reason] = {}

    def of(self, fact: Fact) -> Reason | None:
        """Return the recorded reason, None where asserted; raise KeyError where there is none."""
        engine = self._engine
        if engine.facts.has(*fact):
            why = engine.facts.why(fact)
            return None if why is None else self.decoded(why)
        return Reason("dt-eq", ()) if self._one_value(fact) else self._of_literals[fact]

    def known(self, fact: Fact) -> bool:
        """Say whether a triple is held, or is a step met on the way to a contradiction."""
        held = self._engine.facts.has(*fact)
        return held or fact in self._of_literals or self._one_value(fact)

    def _one_value(self, fact: Fact) -> bool:
        s, p, o = fact
        names = self._engine.names
        return p == names.same and self._engine.facts.has(s, names.equal, o)

    def decoded(self, why: tuple[int, ...]) -> Reason:
        """Return the rule and premises that a justification stands for."""
        engine = self._engine
        if why[0] == OF_VALUE:
            return Reason("dt-type2", ())
        if why[0] == GIVEN:
            given = engine.outside[why[1]]
            return Reason(given.rule, given.premises)
        rule = engine.rules[why[0]]
        body = [justified(why, rule, pattern) for pattern in rule.body]
        shown = [self._shown(fact) for fact in body if fact[1] != engine.names.ill]
        return Reason(rule.name, (*rule.axioms, *shown))

    def _shown(self, fact: Fact) -> Fact:
        s, p, o = fact
        return (s, self._engine.names.same, o) if p == self._engine.names.equal else fact

    def contradictions(self) -> Iterator[Reason]:
        """Yield each way in which a rule concludes `false`."""
        for number, rule in enumerate(self._engine.rules):
            if rule.head is None:
                for why in self._engine.all_ways(number):
                    yield self.decoded(why)
            elif literal_subject(rule, self._engine.facts):
                yield from self._refuted(number, rule)
        yield from self._refuted_sames()
        for name, premises in self._engine.differences():
            yield Reason(name, premises)

    def _refuted(self, number: int, rule: Rule) -> Iterator[Reason]:
        """Yield what a rule says of literals that cannot be so."""
        names, term = self._engine.names, self._engine.terms.term
        assert rule.head is not None
        p, o = rule.head[1:]
        typed = p == names.type and isinstance(o, int) and is_datatype(term(o))
        if not typed and p != names.same:
            return
        for why in ways(self._engine.facts, number, rule, of_literals=True)():
            subject, _, obj = fact = justified(why, rule, rule.head)
            if typed and lies_outside(term(subject), term(obj)):
                self._of_literals[fact] = self.decoded(why)
                yield Reason("dt-not-type", (fact,))
            elif not typed and obj < 0 and self._two_values(subject, obj):
                self._of_literals[fact] = self.decoded(why)
                yield self._different(fact)

    def _refuted_sames(self) -> Iterator[Reason]:
        """Yield two literals with two values that are each the same as one thing."""
        names = self._engine.names
        for thing, objects in self._engine.facts.so.get(names.same, {}).items():
            literals = [o for o in objects if o < 0]
            for one in literals:
                for other in literals:
                    if self._two_values(one, other):
                        turned, fact = (one, names.same, thing), (one, names.same, other)
                        self._of_literals[turned] = Reason("eq-sym", ((thing, names.same, one),))
                        self._of_literals[fact] = Reason(
                            "eq-trans", (turned, (thing, names.same, other))
                        )
                        yield self._different(fact)

    def _two_values(self, one: int, other: int) -> bool:
        """Say whether two literals differ, in one of the two orders alone."""
        texts = self._engine.terms.term(one), self._engine.terms.term(other)
        return texts[0] < texts[1] and differ(*texts)

    def _different(self, same: Fact) -> Reason:
        different = (same[0], self._engine.names.different, same[2])
        self._of_literals[different] = Reason("dt-diff", ())
        return Reason("eq-diff1", (same, different))

    def others(self, fact: Fact) -> Iterator[Reason]:
        """Yield every reason for a triple held, by triples held."""
        for why in self._engine.justifications(fact):
            if why is not None:
                yield self.decoded(why)
