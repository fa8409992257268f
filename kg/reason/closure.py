"""Own the closure as its users see it: triples of terms, added, withdrawn and explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from kg.errors import NotInGraphError
from kg.model import Clash, Derivation, Triple
from kg.reason.engine import Engine
from kg.reason.facts import Fact
from kg.reason.intake import batches, numbered, without_collection
from kg.reason.outside import Given
from kg.reason.quiet import says_nothing
from kg.reason.reasons import Reason, Reasons

__all__ = ["Closure", "materialize"]


class Closure:
    """Asserted triples, and all that follows from them by the rules of OWL 2 RL.

    The closure is a function of the triples asserted and the derivations given, whatever the
    order they came in. Which of several derivations is recorded depends on nothing but the
    triples while they come at once, and on the order of the calls after that.
    """

    def __init__(self, triples: Iterable[Triple] = (), *, full: bool = False) -> None:
        self._full = full
        self._engine = Engine(full=full)
        self._start(triples)
        self._reasons = Reasons(self._engine)

    def _start(self, triples: Iterable[Triple]) -> None:
        engine = self._engine
        with without_collection():
            numbers = batches(triples, engine.terms)
            engine.literals.meet(
                sorted({o for pairs in numbers.values() for _, o in pairs if o < 0})
            )
            engine.start(numbers)

    def _find(self, triple: Triple) -> Fact | None:
        find = self._engine.terms.find
        s, p, o = find(triple[0]), find(triple[1]), find(triple[2])
        return None if s is None or p is None or o is None else (s, p, o)

    def _held(self, triple: Triple) -> Fact | None:
        fact = self._find(triple)
        return fact if fact and self._engine.facts.has(*fact) else None

    def _triple(self, fact: Fact) -> Triple:
        term = self._engine.terms.term
        return Triple(term(fact[0]), term(fact[1]), term(fact[2]))

    def add(self, triples: Iterable[Triple]) -> None:
        """Assert more triples and close again; what was inferred may become asserted."""
        self._engine.insert(numbered(triples, self._engine.terms))
        self._reasons = Reasons(self._engine)

    def remove(self, triples: Iterable[Triple]) -> None:
        """Withdraw triples asserted or given, and all that no longer follows.

        A triple that still follows by a rule stays, inferred. Triples not held are passed over.
        """
        found = [fact for fact in map(self._held, sorted(set(triples))) if fact]
        facts = [fact for fact in found if self._withdrawable(fact)]
        for fact in facts:
            self._engine.outside.forget(fact)
        if not self._engine.delete(facts):
            self._restart(set(facts))
        self._reasons = Reasons(self._engine)

    def _visible(self) -> Iterator[Fact]:
        return (fact for fact in self._engine.facts if fact[0] >= 0)

    def _asserted(self) -> Iterator[Fact]:
        facts = self._engine.facts
        return (fact for fact in self._visible() if facts.why(fact) is None)

    def _given(self) -> list[tuple[Triple, Derivation]]:
        return [
            (self._triple(conclusion), Derivation(rule, tuple(map(self._triple, premises))))
            for rule, premises, conclusion in self._engine.outside.all()
        ]

    def _withdrawable(self, fact: Fact) -> bool:
        given = self._engine.outside.concluding(fact)
        return bool(given) or self._engine.facts.why(fact) is None

    def _restart(self, without: set[Fact]) -> None:
        """Close again from the start: what was withdrawn carried rules."""
        kept = [self._triple(fact) for fact in self._asserted() if fact not in without]
        given = self._given()
        self._engine = Engine(full=self._full)
        self._start(kept)
        self._give(given)

    def derive(self, items: Iterable[tuple[Triple, Derivation]]) -> list[Triple]:
        """Take conclusions of rules run outside, each with its derivation, and close again.

        A conclusion holds for as long as its premises do, and comes back with them. Return what is
        inferred now and was not held. Raise NotInGraphError where a premise is not held, before
        anything is taken.
        """
        items = sorted(items, key=lambda item: (item[0], item[1].rule, item[1].premises))
        concluded = {triple for triple, _ in items}
        for triple, derivation in items:
            for premise in derivation.premises:
                if premise not in self and premise not in concluded:
                    raise NotInGraphError(
                        f"a premise of {derivation.rule} does not hold: {premise}",
                        hint=f"it was to conclude {triple}",
                    )
        facts = self._engine.facts
        sizes = facts.sizes()
        self._give(items)
        return list(self._said(fact for fact in facts.since(sizes) if fact[0] >= 0))

    def _give(self, items: Iterable[tuple[Triple, Derivation]]) -> None:
        number = self._engine.terms.id
        for triple, derivation in items:
            premises = [
                (number(p.subject), number(p.predicate), number(p.object))
                for p in derivation.premises
            ]
            conclusion = (number(triple[0]), number(triple[1]), number(triple[2]))
            self._engine.give(Given(derivation.rule, tuple(premises), conclusion))
        self._engine.saturate()
        self._reasons = Reasons(self._engine)

    def clashes(self) -> list[Clash]:
        """Return the contradictions, sorted; each set of premises once per rule."""
        found: dict[tuple[str, frozenset[Triple]], Clash] = {}
        for rule, premises in self._reasons.contradictions():
            clash = Clash(rule, tuple(map(self._triple, premises)))
            key = rule, frozenset(clash.premises)
            if key not in found or clash.premises < found[key].premises:
                found[key] = clash
        return sorted(found.values(), key=lambda clash: (clash.rule, clash.premises))

    def __contains__(self, triple: Triple) -> bool:
        """Say whether a triple is held, or is a step of a clash that speaks of a literal."""
        fact = self._find(triple)
        return fact is not None and self._reasons.known(fact)

    def __len__(self) -> int:
        """Return how many triples are asserted or, without what says nothing, inferred."""
        return sum(1 for _ in self._asserted()) + sum(1 for _ in self.inferred())

    def asserted(self, triple: Triple) -> bool:
        """Say whether a triple is held because it was asserted."""
        fact = self._held(triple)
        return fact is not None and self._engine.facts.why(fact) is None

    def derivation(self, triple: Triple) -> Derivation | None:
        """Return the recorded derivation, None where asserted; raise KeyError where not held.

        Its premises are triples held, and the derivations of those never lead back here.
        """
        fact = self._find(triple)
        if fact is None:
            raise KeyError(triple)
        reason = self._reasons.of(fact)
        return None if reason is None else self._derivation(reason)

    def _derivation(self, reason: Reason) -> Derivation:
        return Derivation(reason.rule, tuple(map(self._triple, reason.premises)))

    def derivations(self, triple: Triple, *, limit: int | None = None) -> Iterator[Derivation]:
        """Yield every way in which one rule concludes a triple that is held, up to `limit`.

        Some may lead back to the triple itself. Raise KeyError where it is not held.
        """
        fact = self._held(triple)
        if fact is None:
            raise KeyError(triple)
        return islice(map(self._derivation, self._reasons.others(fact)), limit)

    def inferred(self, *, full: bool = False) -> Iterator[Triple]:
        """Yield what was inferred: without what says nothing, or `full`, all that RDF can say."""
        closure = self.full() if full else self
        why = closure._engine.facts.why
        facts = (fact for fact in closure._visible() if why(fact) is not None)
        return closure._triples(facts) if full else closure._said(facts)

    def _triples(self, facts: Iterable[Fact]) -> Iterator[Triple]:
        # A blank node may stand for a property in an axiom, but in no triple for its predicate.
        return (triple for triple in map(self._triple, facts) if triple.predicate[0] == "<")

    def _said(self, facts: Iterable[Fact]) -> Iterator[Triple]:
        return (triple for triple in self._triples(facts) if not says_nothing(triple))

    def full(self) -> Closure:
        """Return the closure under every rule, those included that say nothing."""
        held = Closure(map(self._triple, self._asserted()), full=True)
        held._give(self._given())
        return held


def materialize(triples: Iterable[Triple]) -> Closure:
    """Close a set of triples under the rules of OWL 2 RL.

    >>> a, b, c = ("<http://e/a>", "<http://e/b>", "<http://e/c>")
    >>> part = "<http://e/part>"
    >>> transitive = Triple(
    ...     part,
    ...     "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
    ...     "<http://www.w3.org/2002/07/owl#TransitiveProperty>",
    ... )
    >>> closure = materialize([transitive, Triple(a, part, b), Triple(b, part, c)])
    >>> closure.derivation(Triple(a, part, c)).rule
    'prp-trp'
    """
    return Closure(triples)
