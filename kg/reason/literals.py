"""Own what is noted about the literals that occur: values they share, faults, asked-for types."""

from __future__ import annotations

from collections.abc import Iterable

from kg.reason.datatypes import belongs, ill_typed, is_datatype, value
from kg.reason.facts import OF_VALUE, Facts
from kg.reason.forms import Names
from kg.reason.terms import Terms

__all__ = ["Literals"]


class Literals:
    """The literals met so far; what is noted of them stands among the triples, out of sight."""

    def __init__(self, terms: Terms, facts: Facts, names: Names) -> None:
        self._terms = terms
        self._facts = facts
        self._names = names
        self._met: dict[int, None] = {}
        self._alike: dict[object, list[int]] = {}
        self._datatypes: list[int] = []

    def meet(self, literals: Iterable[int]) -> None:
        """Note literals that occur: which are ill-typed, and which denote the same."""
        for literal in literals:
            if literal not in self._met:
                self._met[literal] = None
                self._meet(literal)

    def _meet(self, literal: int) -> None:
        self._classify(literal)
        term = self._terms.term(literal)
        if ill_typed(term):
            self._facts.add(literal, self._names.ill, literal, None)
            return
        denoted = value(term)
        if denoted is None:
            return
        alike = self._alike.setdefault(denoted, [])
        for other in alike:
            self._facts.add(literal, self._names.equal, other, None)
            self._facts.add(other, self._names.equal, literal, None)
        alike.append(literal)

    def ask(self) -> None:
        """Give the literals met, and those to come, the datatypes among the classes asked for."""
        found = sorted(c for c in self._facts.asked if is_datatype(self._terms.term(c)))
        if found != self._datatypes:
            self._datatypes = found
            for literal in self._met:
                self._classify(literal)

    def _classify(self, literal: int) -> None:
        for datatype in self._datatypes:
            if self.is_value(literal, datatype):
                self._facts.add(literal, self._names.type, datatype, (OF_VALUE,))

    def is_value(self, literal: int, datatype: int) -> bool:
        """Say whether a literal denotes a value of a datatype that is asked for."""
        term = self._terms.term
        return (
            literal < 0 and datatype in self._datatypes and belongs(term(literal), term(datatype))
        )

    def has_variants(self, literal: int) -> bool:
        """Say whether another literal that occurred denotes the same."""
        return literal < 0 and bool(self._facts.objects(literal, self._names.equal))
