"""Own the two indices of the triples held, each with its justification; not where they come from.

`so[p][s]` maps objects to justifications, `os[p][o]` is the set of subjects. A justification is
`None` for an asserted triple, else a tuple: the number of a rule and the values of its variables,
or `GIVEN` and the number of a derivation given from outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

__all__ = ["GIVEN", "Fact", "Facts", "Justification", "Key"]

Fact: TypeAlias = tuple[int, int, int]
Justification: TypeAlias = tuple[int, ...] | None
Key: TypeAlias = tuple[int, int | None]
"""What a batch of new triples has in common: a predicate, or `rdf:type` and the class."""

GIVEN = -1
_NONE: dict[int, Justification] = {}
_EMPTY: frozenset[int] = frozenset()


class Facts:
    """The triples held, and the queue of those whose consequences are not yet drawn."""

    __slots__ = ("os", "queue", "read", "so", "type_id")

    def __init__(self, type_id: int) -> None:
        self.type_id = type_id
        self.so: dict[int, dict[int, dict[int, Justification]]] = {}
        self.os: dict[int, dict[int, set[int]]] = {}
        self.queue: dict[Key, list[tuple[int, int]]] = {}
        self.read: set[Key] = set()

    def key(self, predicate: int, obj: int) -> Key:
        """Return the batch that a triple belongs to."""
        return (predicate, obj) if predicate == self.type_id else (predicate, None)

    def touch(self, predicate: int) -> None:
        """Make sure that both indices have room for a predicate."""
        self.so.setdefault(predicate, {})
        self.os.setdefault(predicate, {})

    def add(self, subject: int, predicate: int, obj: int, why: Justification) -> bool:
        """Hold a triple and queue it; return whether it is new."""
        self.touch(predicate)
        objects = self.so[predicate].setdefault(subject, {})
        if obj in objects:
            return False
        objects[obj] = why
        self.os[predicate].setdefault(obj, set()).add(subject)
        key = self.key(predicate, obj)
        if key in self.read or (key[1] is not None and (predicate, None) in self.read):
            self.queue.setdefault(key, []).append((subject, obj))
        return True

    def remove(self, subject: int, predicate: int, obj: int) -> None:
        """Let a triple go that is held."""
        objects = self.so[predicate][subject]
        del objects[obj]
        if not objects:
            del self.so[predicate][subject]
        subjects = self.os[predicate][obj]
        subjects.discard(subject)
        if not subjects:
            del self.os[predicate][obj]

    def has(self, subject: int, predicate: int, obj: int) -> bool:
        """Say whether a triple is held."""
        return obj in self.so.get(predicate, {}).get(subject, _NONE)

    def why(self, fact: Fact) -> Justification:
        """Return the justification of a triple; raise KeyError where it is not held."""
        subject, predicate, obj = fact
        return self.so[predicate][subject][obj]

    def objects(self, subject: int, predicate: int) -> dict[int, Justification]:
        """Return the objects of a subject, with justifications."""
        return self.so.get(predicate, {}).get(subject, _NONE)

    def subjects(self, predicate: int, obj: int) -> frozenset[int] | set[int]:
        """Return the subjects of an object."""
        return self.os.get(predicate, {}).get(obj, _EMPTY)

    def pairs(self, predicate: int) -> Iterator[tuple[int, int]]:
        """Yield subject and object of every triple with a predicate."""
        for subject, objects in self.so.get(predicate, {}).items():
            for obj in objects:
                yield subject, obj

    def of(self, key: Key) -> list[tuple[int, int]]:
        """Return subject and object of every triple that belongs to a batch."""
        predicate, obj = key
        if obj is None:
            return list(self.pairs(predicate))
        return [(subject, obj) for subject in self.subjects(predicate, obj)]

    def predicates(self) -> list[int]:
        """Return the predicates in use, in the order of their first triple."""
        return [predicate for predicate, subjects in self.so.items() if subjects]

    def __iter__(self) -> Iterator[Fact]:
        for predicate, subjects in self.so.items():
            for subject, objects in subjects.items():
                for obj in objects:
                    yield subject, predicate, obj

    def __len__(self) -> int:
        return sum(len(objects) for subjects in self.so.values() for objects in subjects.values())
