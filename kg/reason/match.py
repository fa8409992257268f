"""Own the matching of patterns against the triples held, one binding at a time.

This is the slow and general way: for the schema, and for rules too long for generated code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from kg.reason.facts import Facts

__all__ = ["Bindings", "Pattern", "Slot", "bound", "can_hold", "solve"]

Slot: TypeAlias = int | str
"""A term's number, or the name of a variable."""
Pattern: TypeAlias = tuple[Slot, Slot, Slot]
Bindings: TypeAlias = dict[str, int]


def bound(slot: Slot, bindings: Bindings) -> Slot:
    """Return the value of a slot where it has one."""
    return bindings.get(slot, slot) if isinstance(slot, str) else slot


def _extended(
    pattern: Pattern, values: tuple[int, int, int], bindings: Bindings
) -> Bindings | None:
    more = dict(bindings)
    for slot, number in zip(pattern, values, strict=True):
        if isinstance(slot, str) and more.setdefault(slot, number) != number:
            return None
    return more


def _candidates(facts: Facts, pattern: Pattern) -> list[tuple[int, int, int]]:
    """Return the triples that agree with the numbers of a pattern whose predicate is one."""
    s, p, o = pattern
    assert isinstance(p, int)
    if isinstance(s, int) and isinstance(o, int):
        return [(s, p, o)] if facts.has(s, p, o) else []
    if isinstance(s, int):
        return [(s, p, obj) for obj in facts.objects(s, p)]
    if isinstance(o, int):
        return [(subject, p, o) for subject in facts.subjects(p, o)]
    return [(subject, p, obj) for subject, obj in facts.pairs(p)]


def _known(pattern: Pattern, bindings: Bindings) -> tuple[int, bool]:
    s, o = (isinstance(bound(slot, bindings), int) for slot in (pattern[0], pattern[2]))
    return s + o, s


def solve(facts: Facts, patterns: Sequence[Pattern], bindings: Bindings) -> Iterator[Bindings]:
    """Yield every way to bind the variables of the patterns, beginning with `bindings`."""
    if not patterns:
        yield bindings
        return
    at = max(range(len(patterns)), key=lambda i: _known(patterns[i], bindings))
    pattern, rest = patterns[at], [*patterns[:at], *patterns[at + 1 :]]
    s, p, o = (bound(slot, bindings) for slot in pattern)
    for values in _candidates(facts, (s, p, o)):
        more = _extended(pattern, values, bindings)
        if more is not None:
            yield from solve(facts, rest, more)


def can_hold(facts: Facts, patterns: Sequence[Pattern]) -> bool:
    """Say no where a pattern has no triple, or two classes of one thing share no instance."""
    for _, p, o in patterns:
        assert isinstance(p, int)
        if not (facts.subjects(p, o) if isinstance(o, int) else facts.so.get(p)):
            return False
    if len(patterns) != 2 or patterns[0][0] != patterns[1][0]:
        return True
    classes = [o for _, p, o in patterns if p == facts.type_id and isinstance(o, int)]
    return len(classes) < 2 or not set.isdisjoint(*(facts.os[facts.type_id][c] for c in classes))
