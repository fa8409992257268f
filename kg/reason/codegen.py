"""Own the Python functions made from rules about one schema; not when they are called.

Nested loops over the two indices, written out as text and compiled: for a batch of new triples
(`forward`), for the triples that one triple led to (`uses`), and for all ways to conclude
something (`ways`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from kg.reason.compile import Rule
from kg.reason.facts import Facts, Justification, Key
from kg.reason.match import Pattern, Slot, solve

__all__ = [
    "Batch",
    "Generator",
    "Reader",
    "forward",
    "justified",
    "literal_subject",
    "uses",
    "ways",
]

Batch = Callable[[list[Any]], None]
Generator = Callable[..., Iterator[Any]]

_LONGEST = 12
"""Python nests twenty loops at most: a longer join goes to `kg.reason.match` from here on."""


class Reader(NamedTuple):
    """A rule by its number, and the place in its body where a new triple stands."""

    number: int
    rule: Rule
    at: int


def _name(slot: Slot) -> str:
    return f"v_{slot[1:]}" if isinstance(slot, str) else str(slot)


def _why(number: int, rule: Rule) -> str:
    return f"({number}, {''.join(_name(v) + ', ' for v in rule.variables)})"


class _Writer:
    """Lines of a function, with the depth of the line to come."""

    def __init__(self, facts: Facts, signature: str) -> None:
        self.facts = facts
        self.lines = [f"def function({signature}):"]
        self.depth = 1
        self.constants: dict[str, Any] = {}

    def line(self, text: str) -> None:
        self.lines.append(" " * self.depth + text)

    def block(self, text: str) -> None:
        self.line(text)
        self.depth += 1

    def bind(self, pattern: tuple[Slot, ...], values: tuple[str, ...], bound: set[str]) -> None:
        """Match slots with the variables of the generated code that hold their values."""
        for slot, value in zip(pattern, values, strict=True):
            if isinstance(slot, str) and slot not in bound:
                self.line(f"{_name(slot)} = {value}")
                bound.add(slot)
            else:
                self.block(f"if {_name(slot)} == {value}:")

    def conditions(self, rule: Rule, bound: set[str], done: set[int]) -> None:
        """Test each condition as soon as its two terms are known."""
        for at, (one, other) in enumerate(rule.unequal):
            ready = all(not isinstance(t, str) or t in bound for t in (one, other))
            if at not in done and ready:
                done.add(at)
                self.block(f"if {_name(one)} != {_name(other)}:")

    def atom(self, pattern: Pattern, bound: set[str], *, copy: bool) -> None:
        """Look up or loop over the triples that match a pattern."""
        s, p, o = pattern
        assert isinstance(p, int)
        self.facts.touch(p)
        known_s, known_o = (not isinstance(t, str) or t in bound for t in (s, o))
        wrap = "tuple({})" if copy else "{}"
        if known_s and known_o:
            self.block(f"if {_name(o)} in so[{p}].get({_name(s)}, NONE):")
        elif known_s:
            self.block(f"for {_name(o)} in {wrap.format(f'so[{p}].get({_name(s)}, NONE)')}:")
        elif known_o:
            self.facts.invert(p)
            self.block(f"for {_name(s)} in {wrap.format(f'os[{p}].get({_name(o)}, NONE)')}:")
        else:
            self.block(f"for {_name(s)}, some in {wrap.format(f'so[{p}].items()')}:")
            if s == o:
                self.block(f"if {_name(s)} in some:")
            else:
                self.block(f"for {_name(o)} in {wrap.format('some')}:")
        bound.update(t for t in (s, o) if isinstance(t, str))

    def join(self, rule: Rule, rest: list[Pattern], bound: set[str]) -> None:
        """Write the loops that find the triples for the rest of a rule's body."""
        done: set[int] = set()
        self.conditions(rule, bound, done)
        if len(rest) > _LONGEST:
            self._solve(rule, rest, bound)
            rest = []
            self.conditions(rule, bound, done)
        while rest:
            pattern = max(rest, key=lambda a: _rank(a, bound, self.facts))
            rest.remove(pattern)
            copies = rule.head is not None and rule.head[1] == pattern[1]
            self.atom(pattern, bound, copy=copies)
            self.conditions(rule, bound, done)

    def _solve(self, rule: Rule, rest: list[Pattern], bound: set[str]) -> None:
        name = f"REST{len(self.constants)}"
        self.constants[name] = tuple(rest)
        for _, p, _ in rest:
            assert isinstance(p, int)
            self.facts.invert(p)
        given = ", ".join(f"{v!r}: {_name(v)}" for v in sorted(bound))
        self.block(f"for found in list(SOLVE(FACTS, {name}, {{{given}}})):")
        for variable in rule.variables:
            if variable not in bound:
                self.line(f"{_name(variable)} = found[{variable!r}]")
                bound.add(variable)

    def compiled(self) -> Any:
        """Return the function written."""
        space: dict[str, Any] = {
            "so": self.facts.so,
            "os": self.facts.os,
            "FACTS": self.facts,
            "NONE": {},
            "SOLVE": solve,
            **self.constants,
        }
        exec("\n".join(self.lines), space)  # noqa: S102  # the text is made here, of numbers alone
        return space["function"]


def _rank(pattern: Pattern, bound: set[str], facts: Facts) -> tuple[int, bool, int]:
    """Prefer what is bound, then a bound subject, then a small relation."""
    s, p, o = pattern
    known_s, known_o = (not isinstance(t, str) or t in bound for t in (s, o))
    size = len(facts.so.get(p, ())) if isinstance(p, int) else 0
    if not isinstance(o, str) and isinstance(p, int):
        size = len(facts.subjects(p, o))
    return known_s + known_o, known_s, -size


def literal_subject(rule: Rule, facts: Facts) -> bool:
    """Say whether the subject of the conclusion can turn out to be a literal.

    Some triple of the body has it for its object or its instance, and none for its subject.
    """
    assert rule.head is not None
    subject = rule.head[0]
    if not isinstance(subject, str):
        return False
    about = [(p, o) for s, p, o in rule.body if s == subject]
    return all(p == facts.type_id and (isinstance(o, str) or o in facts.asked) for p, o in about)


def _guard(writer: _Writer, rule: Rule) -> None:
    """Keep literals from becoming subjects, but for instances of a class that is asked for."""
    if rule.head is None or not literal_subject(rule, writer.facts):
        return
    subject, p, o = rule.head
    if p != writer.facts.type_id or o not in writer.facts.asked:
        writer.block(f"if {_name(subject)} >= 0:")


def _start(writer: _Writer, reader: Reader, *, of_class: bool = False) -> None:
    """Match the new triple `s`, `o` and join the rest; of a class, `o` is known to match."""
    s, _, o = reader.rule.body[reader.at]
    bound: set[str] = set()
    writer.bind((s,) if of_class else (s, o), ("s",) if of_class else ("s", "o"), bound)
    rest = [a for i, a in enumerate(reader.rule.body) if i != reader.at]
    writer.join(reader.rule, rest, bound)
    _guard(writer, reader.rule)


def _emit(writer: _Writer, reader: Reader) -> None:
    """Write the addition of a conclusion to the indices and to the queue."""
    rule = reader.rule
    assert rule.head is not None
    s, p, o = rule.head
    why, subject, obj = _why(reader.number, rule), _name(s), _name(o)
    if p != writer.facts.type_id:
        writer.line(f"held = S{p}.get({subject})")
        writer.line(f"if held is None: held = S{p}[{subject}] = {{}}")
        writer.block(f"if {obj} not in held:")
        writer.line(f"held[{obj}] = {why}")
        writer.block(f"if O{p} is not None:")
        writer.line(f"back = O{p}.get({obj})")
        writer.line(f"if back is None: O{p}[{obj}] = {{{subject}}}")
        writer.line(f"else: back.add({subject})")
        writer.depth -= 1
        if (p, None) in writer.facts.read:
            writer.line(f"Q{p}.append(({subject}, {obj}))")
    elif isinstance(o, str):
        writer.line(f"FACTS.add({subject}, {p}, {obj}, {why})")
    else:
        writer.block(f"if {subject} not in C{o}:")
        writer.line(f"C{o}.add({subject})")
        writer.line(f"held = S{p}.get({subject})")
        writer.line(f"if held is None: S{p}[{subject}] = {{{o}: {why}}}")
        writer.line(f"else: held[{o}] = {why}")
        if writer.facts.is_read((p, o)):
            writer.line(f"QC{o}.append({subject})")


def _open(facts: Facts, head: Pattern) -> list[str]:
    """Return the lines that fetch what additions of a conclusion need."""
    _, p, o = head
    assert isinstance(p, int)
    facts.touch(p)
    lines = [f"S{p}, O{p} = so[{p}], os.get({p})"]
    if isinstance(o, int) and p == facts.type_id:
        lines.append(f"C{o} = os[{p}].setdefault({o}, set())")
        if facts.is_read((p, o)):
            lines.append(f"QC{o} = queue.setdefault(({p}, {o}), [])")
    elif (p, None) in facts.read:
        lines.append(f"Q{p} = queue.setdefault(({p}, None), [])")
    return lines


def forward(facts: Facts, key: Key, readers: list[Reader]) -> Batch:
    """Return a function that adds what follows from a batch of new triples."""
    writer = _Writer(facts, "delta")
    writer.line("queue = FACTS.queue")
    heads = [reader.rule.head for reader in readers if reader.rule.head is not None]
    for line in dict.fromkeys(line for head in heads for line in _open(facts, head)):
        writer.line(line)
    writer.block("for s in delta:" if key[1] is not None else "for s, o in delta:")
    depth = writer.depth
    for reader in readers:
        _start(writer, reader, of_class=key[1] is not None)
        _emit(writer, reader)
        writer.depth = depth
    compiled: Batch = writer.compiled()
    return compiled


def uses(facts: Facts, readers: list[Reader]) -> Generator:
    """Return a generator of (conclusion, justification) over the rules that read one triple."""
    writer = _Writer(facts, "s, o")
    writer.line("if False: yield")
    for reader in readers:
        assert reader.rule.head is not None
        _start(writer, reader)
        conclusion = ", ".join(_name(slot) for slot in reader.rule.head)
        writer.line(f"yield ({conclusion}), {_why(reader.number, reader.rule)}")
        writer.depth = 1
    compiled: Generator = writer.compiled()
    return compiled


def ways(
    facts: Facts, number: int, rule: Rule, *, headed: bool = False, of_literals: bool = False
) -> Generator:
    """Return a generator of the justifications by one rule: of a given head, or of all.

    With `of_literals` those alone that conclude something of a literal, else none that may not.
    """
    writer = _Writer(facts, "s, o" if headed else "")
    bound: set[str] = set()
    if headed:
        assert rule.head is not None
        writer.bind((rule.head[0], rule.head[2]), ("s", "o"), bound)
    writer.join(rule, list(rule.body), bound)
    if of_literals:
        assert rule.head is not None
        writer.block(f"if {_name(rule.head[0])} < 0:")
    elif not headed:
        _guard(writer, rule)
    writer.line(f"yield {_why(number, rule)}")
    compiled: Generator = writer.compiled()
    return compiled


def justified(why: Justification, rule: Rule, pattern: Pattern) -> tuple[int, int, int]:
    """Return the triple that a pattern of a rule stands for in one of its applications."""
    assert why is not None
    values = dict(zip(rule.variables, why[1:], strict=True))
    s, p, o = (values[t] if isinstance(t, str) else t for t in pattern)
    return s, p, o
