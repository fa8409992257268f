"""Own the step from the rules of OWL 2 RL to rules about one schema: predicates are constants.

The atoms of a rule that speak of the schema are matched against the triples held, here and now;
what is left speaks of instances and has numbers where the W3C rule has variables. An axiom that
itself follows from other axioms makes no rule where its instances follow from those of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.reason.datatypes import is_datatype, is_integer, same_value
from kg.reason.facts import Fact, Facts, Justification, Key
from kg.reason.lists import RdfList, read_lists
from kg.reason.match import Bindings, Pattern, Slot, bound, solve
from kg.reason.notation import NAMESPACES, Atom, Form, ListOf, expand, is_variable, read
from kg.reason.rules import RULES
from kg.reason.terms import Terms

__all__ = ["Compiler", "Names", "Rule"]

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


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule about one schema; `axioms` are the triples matched, premises before the body."""

    name: str
    head: Pattern | None
    body: tuple[Pattern, ...]
    unequal: tuple[tuple[Slot, Slot], ...]
    axioms: tuple[Fact, ...] = field(compare=False)
    variables: tuple[str, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A form, cut in what is matched against the schema and what is left for the instances."""

    form: Form
    schema: tuple[Atom | ListOf, ...]
    instance: tuple[Atom, ...]
    free: tuple[str, ...]


class Names:
    """The numbers of the terms that the engine itself knows."""

    __slots__ = (
        "different",
        "equal",
        "first",
        "ill",
        "nil",
        "range",
        "rest",
        "same",
        "thing",
        "type",
    )

    def __init__(self, terms: Terms) -> None:
        rdf, owl = NAMESPACES["rdf"], NAMESPACES["owl"]
        self.type = terms.id(f"<{rdf}type>")
        self.first = terms.id(f"<{rdf}first>")
        self.rest = terms.id(f"<{rdf}rest>")
        self.nil = terms.id(f"<{rdf}nil>")
        self.same = terms.id(f"<{owl}sameAs>")
        self.different = terms.id(f"<{owl}differentFrom>")
        self.range = terms.id(f"<{NAMESPACES['rdfs']}range>")
        self.thing = terms.id(f"<{owl}Thing>")
        self.equal = terms.id("clef:equal")
        self.ill = terms.id("clef:ill")


_TYPE = f"<{NAMESPACES['rdf']}type>"
_SAME = f"<{NAMESPACES['owl']}sameAs>"


def _open(atom: Atom) -> bool:
    """Say whether an atom has a variable where generated code wants a constant."""
    return is_variable(atom.predicate) or (atom.predicate == _TYPE and is_variable(atom.object))


def _parts(form: Form) -> _Parts:
    atoms = [item for item in form.body if isinstance(item, Atom)]
    predicates = {atom.predicate for atom in (*atoms, *form.heads) if is_variable(atom.predicate)}
    special = any(map(_open, (*atoms, *form.heads))) or len(atoms) < len(form.body)

    def is_schema(item: Atom | ListOf) -> bool:
        if isinstance(item, ListOf):
            return True
        if not special or _open(item) or item.predicate.startswith("clef:"):
            return False
        return item.predicate != _SAME or bool({item.subject, item.object} & predicates)

    schema = tuple(item for item in form.body if is_schema(item))
    instance = tuple(a for a in atoms if not is_schema(a))
    told = {term for item in schema if isinstance(item, Atom) for term in item.terms}
    told_by_use = {a.predicate for a in instance if is_variable(a.predicate)}
    same = any(isinstance(item, Atom) and item.predicate == _SAME for item in schema)
    free = {p for p in told_by_use if "[" not in p and (same or p not in told)}
    return _Parts(form, schema, instance, tuple(sorted(free)))


FORMS = tuple(_parts(form) for rule in RULES.values() for form in read(rule.name, rule.text))


class Compiler:
    """Reads the schema out of the triples held and gives the rules that it asks for."""

    def __init__(self, terms: Terms, facts: Facts, names: Names, *, full: bool) -> None:
        self._terms = terms
        self._facts = facts
        self._names = names
        self._full = full
        self._rule_of: list[Rule] = []
        self.schema_keys = frozenset(self._keys())

    def _keys(self) -> Iterator[Key]:
        yield self._names.first, None
        yield self._names.rest, None
        for parts in FORMS:
            for item in parts.schema:
                if isinstance(item, Atom) and item.predicate != _SAME:
                    predicate = self._terms.id(item.predicate)
                    if item.predicate == _TYPE:
                        yield predicate, self._terms.id(item.object)
                    else:
                        yield predicate, None

    def rules(self, known: list[Rule]) -> list[Rule]:
        """Return the rules for the schema as it stands; `known` decodes the justifications."""
        self._rule_of = known
        found = [
            rule for parts in FORMS for rule in self._specialised(parts) if self._says_more(rule)
        ]
        if self._full:
            return found
        reflexive, things = self._asked_for(found)
        if reflexive:
            same = [p for p in FORMS if p.form.rule == "eq-ref"]
            found += [rule for parts in same for rule in self._reflexive(parts)]
        else:
            found = [self._irreflexive(rule) for rule in found]
        return found if things else [rule for rule in found if not self._types_as_thing(rule)]

    def _skip(self, why: Justification, rules: frozenset[str]) -> bool:
        return why is not None and why[0] >= 0 and self._rule_of[why[0]].name in rules

    def _adds_nothing(self, axiom: Fact, rules: frozenset[str]) -> bool:
        """Say whether the instances of an axiom follow without it; ranges of literals do not."""
        of_literals = axiom[1] == self._names.range and is_datatype(self._terms.term(axiom[2]))
        return self._skip(self._facts.why(axiom), _REPLACED if of_literals else rules)

    def _match(
        self, parts: _Parts, start: Bindings
    ) -> Iterator[tuple[Bindings, RdfList, list[Fact]]]:
        rules = _FOLLOWS if parts.form.heads else _REPLACED
        patterns = [self._pattern(a, {}) for a in parts.schema if isinstance(a, Atom)]
        for bindings in self._solve(patterns, start):
            axioms = [self._ground(pattern, bindings) for pattern in patterns]
            if any(self._adds_nothing(axiom, rules) for axiom in axioms):
                continue
            listed = [item for item in parts.schema if isinstance(item, ListOf)]
            if not listed:
                yield bindings, RdfList((), ()), axioms
                continue
            for read_as in self._lists(bindings[listed[0].head]):
                base = listed[0].member
                members = {f"{base}_{i}": m for i, m in enumerate(read_as.members, 1)}
                if members:
                    yield {**bindings, **members}, read_as, [*axioms, *read_as.cells]

    def _solve(self, patterns: list[Pattern], start: Bindings) -> Iterator[Bindings]:
        """Match axioms; a number in a rule is any literal of an integer datatype that says it."""
        for at, (s, p, o) in enumerate(patterns):
            if isinstance(o, int) and o < 0:
                patterns[at] = (s, p, "?n")
                for bindings in solve(self._facts, patterns, start):
                    number = self._terms.term(bindings["?n"])
                    if is_integer(number) and same_value(number, self._terms.term(o)):
                        yield bindings
                return
        yield from solve(self._facts, patterns, start)

    def _lists(self, head: int) -> list[RdfList]:
        names = (self._names.first, self._names.rest, self._names.nil)
        return read_lists(self._facts, head, names, lambda why: self._skip(why, _REPLACED))

    def _specialised(self, parts: _Parts) -> Iterator[Rule]:
        if parts.form.rule == "eq-ref" and parts.free and not self._full:
            return
        yield from self._instances(parts)

    def _reflexive(self, parts: _Parts) -> Iterator[Rule]:
        return self._instances(parts)

    def _instances(self, parts: _Parts) -> Iterator[Rule]:
        for start in self._starts(parts):
            for bindings, read_as, axioms in self._match(parts, start):
                for indices in self._choices(parts.form, len(read_as.members)):
                    yield from self._build(parts, bindings, (len(read_as.members), indices), axioms)

    def _starts(self, parts: _Parts) -> list[Bindings]:
        """Bind predicates that no axiom binds: to every predicate in use, while it can matter."""
        if not parts.free:
            return [{}]
        gates = {self._terms.id(a.predicate) for a in parts.instance if not _open(a)}
        if not all(self._facts.so.get(gate) for gate in gates):
            return []
        hidden = {self._names.equal, self._names.ill}
        if parts.form.rule in _REPLACED and self._names.equal not in gates:
            hidden.add(self._names.same)
        (name,) = parts.free
        return [{name: p} for p in self._facts.predicates() if p not in hidden]

    @staticmethod
    def _choices(form: Form, count: int) -> list[dict[str, int]]:
        once = [
            t
            for a in (*form.body, *form.heads)
            if isinstance(a, Atom) and not a.every
            for t in a.terms
        ]
        if any("[j]" in term for term in once):
            return [{"i": i, "j": j} for i in range(1, count + 1) for j in range(i + 1, count + 1)]
        if any("[i]" in term for term in once):
            return [{"i": i} for i in range(1, count + 1)]
        return [{}]

    def _build(
        self,
        parts: _Parts,
        bindings: Bindings,
        listed: tuple[int, dict[str, int]],
        axioms: list[Fact],
    ) -> Iterator[Rule]:
        body = tuple(self._pattern(atom, bindings) for atom in expand(parts.instance, *listed))
        variables = sorted({slot for p in body for slot in p if isinstance(slot, str)})
        heads = [self._pattern(atom, bindings) for atom in expand(parts.form.heads, *listed)]
        for head in heads or (None,):
            yield Rule(parts.form.rule, head, body, (), tuple(axioms), tuple(variables))

    def _slot(self, term: str, bindings: Bindings) -> Slot:
        return bound(term, bindings) if is_variable(term) else self._terms.id(term)

    def _pattern(self, atom: Atom, bindings: Bindings) -> Pattern:
        s, p, o = (self._slot(term, bindings) for term in atom.terms)
        return s, p, o

    @staticmethod
    def _ground(pattern: Pattern, bindings: Bindings) -> Fact:
        s, p, o = (bound(slot, bindings) for slot in pattern)
        assert isinstance(s, int)
        assert isinstance(p, int)
        assert isinstance(o, int)
        return s, p, o

    @staticmethod
    def _says_more(rule: Rule) -> bool:
        """A conclusion must be a triple of RDF, and not be among the premises."""
        if rule.head is None:
            return True
        s, p, _ = rule.head
        legal = not any(isinstance(t, int) and t < 0 for t in (s, p))
        return legal and rule.head not in rule.body

    def _irreflexive(self, rule: Rule) -> Rule:
        if rule.head is None or rule.head[1] != self._names.same or rule.name == "eq-ref":
            return rule
        extra = (rule.head[0], rule.head[2])
        return Rule(
            rule.name, rule.head, rule.body, (*rule.unequal, extra), rule.axioms, rule.variables
        )

    def _types_as_thing(self, rule: Rule) -> bool:
        return rule.head is not None and rule.head[1:] == (self._names.type, self._names.thing)

    def _asked_for(self, rules: list[Rule]) -> tuple[bool, bool]:
        """Say whether a rule learns something from `x sameAs x`, and from `x type owl:Thing`."""
        reflexive = things = False
        for rule in rules:
            for s, p, o in rule.body:
                if p == self._names.same:
                    loud = rule.name not in _SILENT
                    reflexive |= s == o if rule.name in {"eq-diff2", "eq-diff3"} else loud
                elif p == self._names.type and rule.name not in _SILENT:
                    things |= o == self._names.thing or isinstance(o, str)
        return reflexive, things
