"""Own the numbers that stand for terms inside the engine; not the triples made of them.

A literal has a negative number, so that one comparison keeps literals from becoming subjects.
"""

from __future__ import annotations

from kg.model import Term

__all__ = ["Terms"]


class Terms:
    """A two-way dictionary between terms and numbers."""

    __slots__ = ("_ids", "_literals", "_names")

    def __init__(self) -> None:
        self._ids: dict[Term, int] = {}
        self._names: list[Term] = []
        self._literals: list[Term] = [""]

    def id(self, term: Term) -> int:
        """Return the number of a term, giving it the next one if it is new."""
        found = self._ids.get(term)
        if found is not None:
            return found
        if term[0] == '"':
            number = -len(self._literals)
            self._literals.append(term)
        else:
            number = len(self._names)
            self._names.append(term)
        self._ids[term] = number
        return number

    def find(self, term: Term) -> int | None:
        """Return the number of a term, None where it was never met."""
        return self._ids.get(term)

    def term(self, number: int) -> Term:
        """Return the term of a number."""
        return self._names[number] if number >= 0 else self._literals[-number]
