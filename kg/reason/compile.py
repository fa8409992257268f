"""Own the step from the rules of OWL 2 RL to rules about one schema: predicates are constants.

The patterns of a rule that speak of the schema are matched against the triples held, here and
now; what is left speaks of instances and has numbers where the W3C rule has variables. An axiom
that itself follows from other axioms makes no rule where its instances follow from theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kg.model import Term
from kg.reason.datatypes import is_datatype, is_integer, same_value
from kg.reason.facts import Fact, Facts, Justification
from kg.reason.forms import Names, Prepared, prepare
from kg.reason.lists import RdfList, read_lists
from kg.reason.match import Bindings, Pattern, Slot, solve
from kg.reason.terms import Terms

__all__ = ["Compiler", "Rule"]

_REPLACED = frozenset({"eq-rep-s", "eq-rep-p", "eq-rep-o"})
_FOLLOWS = _REPLACED | {
    "scm-sco",
    "scm-eqc1",
    "scm-eqc2",
    "scm-spo",
    "scm-eqp1",
    "scm-eqp2",
    "scm-dom1",
    "scm-dom2",
    "scm-rng1",
    "scm-rng2",
    "scm-int",
    "scm-uni",
}
"""Rules whose conclusions are axioms with no instances beyond those of their premises."""

_SILENT = frozenset({"eq-ref", "eq-sym", "eq-trans", *_REPLACED, "eq-diff1"})
"""Rules that learn nothing from `x owl:sameAs x`, nor from `x rdf:type owl:Thing`."""

_DIFFERENT = frozenset({"eq-diff2", "eq-diff3"})

_WIDER = frozenset({"cls-svf1", "cls-maxqc1", "cls-maxqc3"})
"""Rules that have a twin for owl:Thing, which asks for no type."""

_NO_LIST = RdfList((), ())


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule about one schema; `axioms` are the triples matched, premises before the body."""

    name: str
    head: Pattern | None
    body: tuple[Pattern, ...]
    unequal: tuple[tuple[Slot, Slot], ...]
    axioms: tuple[Fact, ...] = field(compare=False)
    variables: tuple[str, ...] = field(compare=False)


def _bind(pattern: Pattern, bindings: Bindings) -> Pattern:
    s, p, o = pattern
    return (
        bindings.get(s, s) if isinstance(s, str) else s,
        bindings.get(p, p) if isinstance(p, str) else p,
        bindings.get(o, o) if isinstance(o, str) else o,
    )


def _ground(pattern: Pattern, bindings: Bindings) -> Fact:
    s, p, o = (slot if isinstance(slot, int) else bindings[slot] for slot in pattern)
    return s, p, o


class Compiler:
    """Reads the schema out of the triples held and gives the rules that it asks for."""

    def __init__(self, terms: Terms, facts: Facts, names: Names, *, full: bool) -> None:
        self._terms = terms
        self._facts = facts
        self._names = names
        self._full = full
        self._rule_of: list[Rule] = []
        self._built: dict[tuple[int, tuple[Fact, ...], int | None], list[Rule]] = {}
        self._forms = prepare(terms)
        self.asked: set[int] = set()
        self.schema_keys = frozenset(
            {(names.first, None), (names.rest, None)}.union(
                *(form.schema_keys(names.type) for form in self._forms)
            )
        )

    def rules(self, known: list[Rule]) -> list[Rule]:
        """Return the rules for the schema as it stands; `known` decodes the justifications."""
        self._rule_of = known
        found = self._found()
        self._ask(found)
        return found

    def _found(self) -> list[Rule]:
        found = [
            rule
            for at, form in enumerate(self._forms)
            if form.name not in _DIFFERENT
            and (self._full or not (form.name == "eq-ref" and form.by_use))
            for rule in self._instances(at, form)
        ]
        if self._full:
            return found
        reflexive, things = self._asked_for(found)
        if reflexive or self._has_twins():
            for at, form in enumerate(self._forms):
                if form.name == "eq-ref" and form.by_use:
                    found += self._instances(at, form)
        else:
            found = [self._irreflexive(rule) for rule in found]
        return found if things else [rule for rule in found if not self._types_as_thing(rule)]

    # ---- matching the schema

    def _instances(self, at: int, form: Prepared) -> Iterator[Rule]:
        for start in self._starts(form):
            for bindings, read_as, axioms in self._match(form, start):
                used = None if form.free is None else bindings[form.free]
                key = (at, (*axioms, *read_as.cells), used)
                if key not in self._built:
                    self._built[key] = [
                        rule
                        for rule in self._build(form, bindings, read_as, key[1])
                        if self._says_more(rule)
                    ]
                yield from self._built[key]

    def _starts(self, form: Prepared) -> list[Bindings]:
        """Bind a predicate that no axiom binds: to every predicate in use, while it can matter."""
        if form.free is None:
            return [{}]
        if not all(self._facts.so.get(gate) for gate in form.gates):
            return []
        hidden = {self._names.equal, self._names.ill}
        if form.name in _REPLACED and self._names.equal not in form.gates:
            hidden.add(self._names.same)
        return [{form.free: p} for p in self._facts.predicates() if p not in hidden]

    def _match(
        self, form: Prepared, start: Bindings
    ) -> Iterator[tuple[Bindings, RdfList, list[Fact]]]:
        rules = _REPLACED if form.refutes else _FOLLOWS
        for bindings in solve(self._facts, form.schema, start):
            if form.number and not self._says(bindings["?n"], form.number):
                continue
            axioms = [_ground(pattern, bindings) for pattern in form.schema]
            if any(self._adds_nothing(axiom, rules) for axiom in axioms):
                continue
            if form.listed is None:
                yield bindings, _NO_LIST, axioms
                continue
            for read_as in self._lists(bindings[form.listed.head]):
                base = form.listed.member
                members = {f"{base}_{i}": m for i, m in enumerate(read_as.members, 1)}
                if members:
                    yield {**bindings, **members}, read_as, axioms

    def _says(self, literal: int, number: Term) -> bool:
        term = self._terms.term(literal)
        return is_integer(term) and same_value(term, number)

    def _skip(self, why: Justification, rules: frozenset[str]) -> bool:
        return why is not None and why[0] >= 0 and self._rule_of[why[0]].name in rules

    def _adds_nothing(self, axiom: Fact, rules: frozenset[str]) -> bool:
        """Say whether the instances of an axiom follow without it; ranges of literals do not."""
        why = self._facts.why(axiom)
        if why is None:
            return False
        of_literals = axiom[1] == self._names.range and is_datatype(self._terms.term(axiom[2]))
        return self._skip(why, _REPLACED if of_literals else rules)

    def _lists(self, head: int) -> list[RdfList]:
        names = (self._names.first, self._names.rest, self._names.nil)
        return read_lists(self._facts, head, names, lambda why: self._skip(why, _REPLACED))

    # ---- lists of what is all different

    def _all_different(self) -> Iterator[tuple[str, RdfList, list[Fact]]]:
        for form in self._forms:
            if form.name in _DIFFERENT:
                for _, read_as, axioms in self._match(form, {}):
                    yield form.name, read_as, axioms

    def _has_twins(self) -> bool:
        """Say whether a list of what is all different names one member twice."""
        lists = (read_as.members for _, read_as, _ in self._all_different())
        return any(len(set(members)) < len(members) for members in lists)

    def differences(self) -> Iterator[tuple[str, tuple[Fact, ...]]]:
        """Yield eq-diff2 and eq-diff3, and their premises, for members that are the same.

        Of n members that would be n² rules, nearly all of them idle: here they are looked up.
        """
        same = self._names.same
        for name, read_as, axioms in self._all_different():
            places: dict[int, list[int]] = {}
            for at, member in enumerate(read_as.members):
                places.setdefault(member, []).append(at)
            for at, member in enumerate(read_as.members):
                for other in self._facts.objects(member, same):
                    if any(at < place for place in places.get(other, ())):
                        yield name, (*axioms, *read_as.cells, (member, same, other))

    # ---- building rules

    def _build(
        self, form: Prepared, bindings: Bindings, read_as: RdfList, axioms: tuple[Fact, ...]
    ) -> Iterator[Rule]:
        for rest, conclusions in form.templates(len(read_as.members)):
            body = tuple(_bind(pattern, bindings) for pattern in rest)
            variables = tuple(sorted({slot for p in body for slot in p if isinstance(slot, str)}))
            heads = [_bind(pattern, bindings) for pattern in conclusions]
            for head in heads or (None,):
                yield Rule(form.name, head, body, (), axioms, variables)

    def _says_more(self, rule: Rule) -> bool:
        """A conclusion must be a triple of RDF, and not be among the premises."""
        thing = (self._names.type, self._names.thing)
        if rule.name in _WIDER and not self._full and any(p[1:] == thing for p in rule.body):
            return False
        if rule.head is None:
            return True
        s, p, _ = rule.head
        legal = not any(isinstance(t, int) and t < 0 for t in (s, p))
        return legal and rule.head not in rule.body

    def _irreflexive(self, rule: Rule) -> Rule:
        if rule.head is None or rule.head[1] != self._names.same or rule.name == "eq-ref":
            return rule
        return replace(rule, unequal=((rule.head[0], rule.head[2]),))

    def _types_as_thing(self, rule: Rule) -> bool:
        return rule.head is not None and rule.head[1:] == (self._names.type, self._names.thing)

    def _asked_for(self, rules: list[Rule]) -> tuple[bool, bool]:
        """Say whether a rule learns something from `x sameAs x`, and from `x type owl:Thing`."""
        reflexive = things = False
        for rule in rules:
            if rule.name in _SILENT:
                continue
            for _, p, o in rule.body:
                if p == self._names.same:
                    reflexive = True
                elif p == self._names.type:
                    things |= o == self._names.thing or isinstance(o, str)
        return reflexive, things

    def _ask(self, rules: list[Rule]) -> None:
        """Note the classes whose instances matter even where they are literals.

        Those are the classes of a value that a rule asks for, those that a contradiction is
        about, and those that either follows from.
        """
        for rule in rules:
            others = [(s, o) for s, p, o in rule.body if p != self._names.type]
            for s, p, o in rule.body:
                if p != self._names.type or not isinstance(s, str) or not isinstance(o, int):
                    continue
                wanted = rule.head is None or any(s == value for _, value in others)
                if wanted and all(s != subject for subject, _ in others):
                    self.asked.add(o)
        before = 0
        while before != len(self.asked):
            before = len(self.asked)
            for rule in rules:
                if rule.head and rule.head[1] == self._names.type and rule.head[2] in self.asked:
                    self.asked.update(
                        o
                        for s, p, o in rule.body
                        if p == self._names.type and s == rule.head[0] and isinstance(o, int)
                    )
