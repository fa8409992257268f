"""Own the closing of a set of triples under the rules, forwards and backwards; not the terms.

Forwards it is semi-naive: each batch of new triples of one predicate, or of one class, goes once
through the function made for it. A triple's justification names triples that were held before it
was, so a proof has no cycle. Backwards it drops the triples whose recorded justification lost a
premise, looks for another one among what is left, and goes on forwards from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kg.reason.codegen import Batch, Generator, Reader, forward, justified, uses, ways
from kg.reason.compile import Compiler, Rule
from kg.reason.facts import GIVEN, OF_VALUE, Fact, Facts, Justification, Key
from kg.reason.forms import Names
from kg.reason.intake import Batches
from kg.reason.literals import Literals
from kg.reason.match import Pattern, can_hold
from kg.reason.outside import Given, Outside
from kg.reason.terms import Terms

__all__ = ["Engine"]


def _by_object(pairs: list[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for subject, obj in pairs:
        found.setdefault(obj, []).append(subject)
    return dict(sorted(found.items()))


class Engine:
    """Numbers in, closure out."""

    def __init__(self, *, full: bool = False) -> None:
        self.terms = Terms()
        self.names = Names(self.terms)
        self.facts = Facts(self.names.type)
        self.rules: list[Rule] = []
        self.outside = Outside()
        self.literals = Literals(self.terms, self.facts, self.names)
        self._compiler = Compiler(self.terms, self.facts, self.names, full=full)
        self._numbers: dict[tuple[Rule, tuple[Fact, ...]], int] = {}
        self._readers: dict[Key, list[Reader]] = {}
        self._concluding: dict[Key, list[int]] = {}
        self._forward: dict[Key, Batch | None] = {}
        self._uses: dict[Key, Generator] = {}
        self._ways: dict[int, Generator] = {}
        self._gates: tuple[int, ...] = ()
        self._fired = 0
        self.facts.read |= self._compiler.schema_keys

    # ---- forwards

    def start(self, triples: Batches) -> None:
        """Close a first set of triples: what they say of the schema comes before the rest."""
        self.literals.meet(sorted({o for pairs in triples.values() for _, o in pairs if o < 0}))
        keys, classes = self._compiler.schema_keys, _by_object(triples.pop(self.names.type, []))
        for predicate in [p for p in triples if (p, None) in keys]:
            self.facts.load(predicate, triples.pop(predicate))
        for class_ in [c for c in classes if (self.names.type, c) in keys]:
            self.facts.load_class(class_, classes.pop(class_))
        self.saturate(recompile=True)
        for predicate, pairs in triples.items():
            self.facts.load(predicate, pairs)
        for class_, subjects in classes.items():
            self.facts.load_class(class_, subjects)
        self.saturate()

    def insert(self, facts: Iterable[Fact]) -> None:
        """Assert more triples and close again."""
        for subject, predicate, obj in facts:
            self.facts.hold(subject, predicate, obj)
            if obj < 0:
                self.literals.meet((obj,))
        self.saturate()

    def give(self, given: Given) -> None:
        """Take a derivation made outside; it counts for as long as its premises are held."""
        number = self.outside.add(given)
        for _, predicate, obj in given.premises:
            self._watch(self.facts.key(predicate, obj))
        if given.conclusion[2] < 0:
            self.literals.meet((given.conclusion[2],))
        self._revive((number,))

    def _watch(self, key: Key) -> None:
        if key not in self.facts.read:
            self.facts.read.add(key)
            self._stale(key)

    def _revive(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            given = self.outside[number]
            if all(self.facts.has(*premise) for premise in given.premises):
                self.facts.add(*given.conclusion, (GIVEN, number))

    def saturate(self, *, recompile: bool = False) -> None:
        """Draw every consequence of what is queued, and of the rules that it brings about."""
        while True:
            changed = self._drain()
            gates = self._open_gates()
            if not (recompile or changed or gates != self._gates):
                return
            recompile, self._gates = False, gates
            for rule in self._compiler.rules(self.rules):
                self._take(rule)
            self._ask()
            self._fire(range(self._fired, len(self.rules)))
            self._fired = len(self.rules)

    def _open_gates(self) -> tuple[int, ...]:
        """Return what rules for every predicate depend on, the predicates if they are in use."""
        so, names = self.facts.so, self.names
        gates = [name for name in (names.same, names.equal, names.ill) if so.get(name)]
        return (*gates, *self.facts.predicates()) if gates else ()

    def _drain(self) -> bool:
        queue, schema, changed = self.facts.queue, self._compiler.schema_keys, False
        while queue:
            key = next(iter(queue))
            delta = queue.pop(key)
            if not delta:
                continue
            changed |= key in schema or (
                key[0] == self.names.same and any(self.facts.so.get(s) for s, _ in delta)
            )
            self._run(key, delta)
            predicate, class_ = key
            general = class_ is not None and self._function((predicate, None)) is not None
            if not (general or self.outside):
                continue
            pairs = delta if class_ is None else [(subject, class_) for subject in delta]
            if general:
                self._run((predicate, None), pairs)
            for subject, obj in pairs if self.outside else ():
                self._revive(self.outside.resting_on((subject, predicate, obj)))
        return changed

    def _run(self, key: Key, delta: list[Any]) -> None:
        function = self._function(key)
        if function:
            function(delta)

    def _function(self, key: Key) -> Batch | None:
        if key not in self._forward:
            readers = self._readers.get(key)
            self._forward[key] = forward(self.facts, key, readers) if readers else None
        return self._forward[key]

    # ---- the rules

    def _take(self, rule: Rule) -> None:
        """Add a rule that is new; one that refutes is new with other axioms too."""
        known = (rule, rule.axioms if rule.head is None else ())
        if known in self._numbers:
            return
        number = self._numbers[known] = len(self.rules)
        self.rules.append(rule)
        if rule.head is None:
            return
        self._concluding.setdefault(self._pattern_key(rule.head), []).append(number)
        keys: dict[Key, None] = {}
        for at, pattern in enumerate(rule.body):
            key = self._pattern_key(pattern)
            self._readers.setdefault(key, []).append(Reader(number, rule, at))
            keys[key] = None
        for key in keys:
            self._forward.pop(key, None)
            self._uses.pop(key, None)
            self._watch(key)

    def _pattern_key(self, pattern: Pattern) -> Key:
        _, p, o = pattern
        assert isinstance(p, int)
        return (p, o) if p == self.names.type and isinstance(o, int) else (p, None)

    def _stale(self, key: Key) -> None:
        """Forget the functions that did not queue triples of this batch: now somebody reads it."""
        concluding = list(self._concluding.get(key, ()))
        if key == (self.names.type, None):
            concluding = [n for k, ns in self._concluding.items() if k[0] == key[0] for n in ns]
        for number in concluding:
            for pattern in self.rules[number].body:
                self._forward.pop(self._pattern_key(pattern), None)

    def _fire(self, numbers: Iterable[int]) -> None:
        """Draw the consequences of some rules from all that is held."""
        for number in numbers:
            rule = self.rules[number]
            if rule.head is None or not can_hold(self.facts, rule.body):
                continue
            found = list(ways(self.facts, number, rule)())
            for why in found:
                self.facts.add(*justified(why, rule, rule.head), why)

    def _ask(self) -> None:
        """Begin to note literals as instances of classes that a new rule asks for."""
        new = self._compiler.asked - self.facts.asked
        if not new:
            return
        self.facts.asked |= new
        for functions in (self._forward, self._uses, self._ways):
            functions.clear()
        self.literals.ask()
        concluding = {n for c in new for n in self._concluding.get((self.names.type, c), ())}
        self._fire(sorted(n for n in concluding if n < self._fired))

    # ---- backwards

    def delete(self, facts: Iterable[Fact]) -> bool:
        """Withdraw triples; return False, with nothing done, where only a new start will do."""
        doomed = [fact for fact in dict.fromkeys(facts) if self.facts.has(*fact)]
        gone = self._dependent(doomed)
        if any(self.literals.has_variants(obj) for _, _, obj in doomed):
            return False
        if any(map(self._carries_rules, gone)):
            return False
        for fact in gone:
            self.facts.remove(*fact)
        for fact in gone:
            why = next(self.justifications(fact), None)
            if why is not None:
                self.facts.add(*fact, why)
        self.saturate()
        return True

    def _carries_rules(self, fact: Fact) -> bool:
        s, p, o = fact
        if self.facts.key(p, o) in self._compiler.schema_keys:
            return True
        return p == self.names.same and bool(self.facts.so.get(s))

    def _dependent(self, doomed: list[Fact]) -> list[Fact]:
        """Return the triples given and all whose recorded proof uses one of them."""
        seen = dict.fromkeys(doomed)
        stack = list(reversed(doomed))
        while stack:
            fact = stack.pop()
            for conclusion in self._justified_by(fact):
                if conclusion not in seen:
                    seen[conclusion] = None
                    stack.append(conclusion)
        return list(seen)

    def _justified_by(self, fact: Fact) -> Iterator[Fact]:
        s, p, o = fact
        key = self.facts.key(p, o)
        for reader in dict.fromkeys((key, (p, None))):
            readers = self._readers.get(reader)
            if not readers:
                continue
            if reader not in self._uses:
                self._uses[reader] = uses(self.facts, readers)
            for conclusion, why in self._uses[reader](s, o):
                held = self.facts.objects(conclusion[0], conclusion[1])
                if held.get(conclusion[2]) == why:
                    yield conclusion
        for number in self.outside.resting_on(fact):
            conclusion = self.outside[number].conclusion
            if self.facts.has(*conclusion) and self.facts.why(conclusion) == (GIVEN, number):
                yield conclusion

    # ---- reasons

    def justifications(self, fact: Fact) -> Iterator[Justification]:
        """Yield every justification of a triple by triples that are held."""
        s, p, o = fact
        key = self.facts.key(p, o)
        for reader in dict.fromkeys((key, (p, None))):
            for number in self._concluding.get(reader, ()):
                if number not in self._ways:
                    self._ways[number] = ways(self.facts, number, self.rules[number], headed=True)
                yield from self._ways[number](s, o)
        if p == self.names.type and self.literals.is_value(s, o):
            yield (OF_VALUE,)
        for number in self.outside.concluding(fact):
            if all(self.facts.has(*premise) for premise in self.outside[number].premises):
                yield GIVEN, number

    def all_ways(self, number: int) -> Iterator[tuple[int, ...]]:
        """Yield every way to apply a rule that concludes `false`."""
        if not can_hold(self.facts, self.rules[number].body):
            return
        if number not in self._ways:
            self._ways[number] = ways(self.facts, number, self.rules[number])
        yield from self._ways[number]()

    def differences(self) -> Iterator[tuple[str, tuple[Fact, ...]]]:
        """Yield the members that a list says are all different and that are the same."""
        return self._compiler.differences()
