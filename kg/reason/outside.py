"""Own the derivations that rules run elsewhere gave; not what follows from their conclusions."""

from __future__ import annotations

from typing import NamedTuple

from kg.reason.facts import Fact

__all__ = ["Given", "Outside"]


class Given(NamedTuple):
    """A derivation made outside: the rule's name, the premises, the conclusion."""

    rule: str
    premises: tuple[Fact, ...]
    conclusion: Fact


class Outside:
    """Derivations by number, and by what they rest on and conclude."""

    def __init__(self) -> None:
        self._given: list[Given] = []
        self._to: dict[Fact, list[int]] = {}
        self._from: dict[Fact, list[int]] = {}

    def __bool__(self) -> bool:
        return bool(self._from)

    def __getitem__(self, number: int) -> Given:
        return self._given[number]

    def add(self, given: Given) -> int:
        """Keep a derivation, once, and return its number."""
        for number in self._to.get(given.conclusion, ()):
            if self._given[number] == given:
                return number
        number = len(self._given)
        self._given.append(given)
        self._to.setdefault(given.conclusion, []).append(number)
        for premise in dict.fromkeys(given.premises):
            self._from.setdefault(premise, []).append(number)
        return number

    def resting_on(self, premise: Fact) -> list[int]:
        """Return the derivations that a triple is a premise of."""
        return self._from.get(premise, [])

    def concluding(self, conclusion: Fact) -> list[int]:
        """Return the derivations that conclude a triple."""
        return self._to.get(conclusion, [])

    def forget(self, conclusion: Fact) -> None:
        """Drop the derivations that conclude a triple."""
        for number in self._to.pop(conclusion, ()):
            for premise in dict.fromkeys(self._given[number].premises):
                self._from[premise].remove(number)

    def all(self) -> list[Given]:
        """Return the derivations that were not forgotten, in the order given."""
        return [self._given[n] for n in sorted(n for numbers in self._to.values() for n in numbers)]
