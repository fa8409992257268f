"""Own the two indices of the triples held, each with its justification; not where they come from.

`so[p][s]` maps objects to justifications. `os[p][o]` is the set of subjects, for `rdf:type` and
for the predicates that something was looked up by object in. A justification is `None` for an
asserted triple, else a tuple: the number of a rule and the values of its variables, `GIVEN` and
the number of a derivation given from outside, or `OF_VALUE` for a literal's own datatype.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeAlias

__all__ = ["GIVEN", "OF_VALUE", "Fact", "Facts", "Justification", "Key", "Sizes"]

Fact: TypeAlias = tuple[int, int, int]
Justification: TypeAlias = tuple[int, ...] | None
Key: TypeAlias = tuple[int, int | None]
"""What a batch of new triples has in common: a predicate, or `rdf:type` and the class."""

GIVEN = -1
OF_VALUE = -2
Sizes: TypeAlias = dict[int, dict[int, int]]
_NONE: dict[int, Justification] = {}
_EMPTY: frozenset[int] = frozenset()


class Facts:
    """The triples held, and the queue of those whose consequences are not yet drawn.

    The queue has subjects under a class, pairs of subject and object under a predicate. `asked`
    are the classes of which literals are noted as instances, the one case of such a subject.
    """

    __slots__ = ("asked", "os", "queue", "read", "so", "type_id")

    def __init__(self, type_id: int) -> None:
        self.type_id = type_id
        self.so: dict[int, dict[int, dict[int, Justification]]] = {type_id: {}}
        self.os: dict[int, dict[int, set[int]]] = {type_id: {}}
        self.queue: dict[Key, list[Any]] = {}
        self.read: set[Key] = set()
        self.asked: set[int] = set()

    def key(self, predicate: int, obj: int) -> Key:
        """Return the batch that a triple belongs to."""
        return (predicate, obj) if predicate == self.type_id else (predicate, None)

    def is_read(self, key: Key) -> bool:
        """Say whether a rule reads the triples of a batch."""
        return key in self.read or (key[0], None) in self.read

    def touch(self, predicate: int) -> None:
        """Make sure that there is room for a predicate."""
        self.so.setdefault(predicate, {})

    def invert(self, predicate: int) -> dict[int, set[int]]:
        """Return the index by object of a predicate, made where there was none."""
        found = self.os.get(predicate)
        if found is None:
            found = self.os[predicate] = {}
            for subject, objects in self.so.get(predicate, {}).items():
                for obj in objects:
                    found.setdefault(obj, set()).add(subject)
        return found

    def load(self, predicate: int, pairs: list[tuple[int, int]]) -> None:
        """Assert many triples of one predicate."""
        if predicate == self.type_id or predicate in self.os:
            for subject, obj in pairs:
                self.hold(subject, predicate, obj)
            return
        subjects = self.so.setdefault(predicate, {})
        for subject, obj in pairs:
            objects = subjects.get(subject)
            if objects is None:
                subjects[subject] = {obj: None}
            else:
                objects[obj] = None
        if (predicate, None) in self.read:
            self.queue.setdefault((predicate, None), []).extend(pairs)

    def load_class(self, class_: int, subjects: list[int]) -> None:
        """Assert many instances of one class."""
        types = self.so[self.type_id]
        for subject in subjects:
            objects = types.get(subject)
            if objects is None:
                types[subject] = {class_: None}
            else:
                objects[class_] = None
        self.os[self.type_id].setdefault(class_, set()).update(subjects)
        if self.is_read((self.type_id, class_)):
            self.queue.setdefault((self.type_id, class_), []).extend(subjects)

    def hold(self, subject: int, predicate: int, obj: int) -> None:
        """Hold a triple for its own sake, also one that was inferred."""
        if not self.add(subject, predicate, obj, None):
            self.so[predicate][subject][obj] = None

    def add(self, subject: int, predicate: int, obj: int, why: Justification) -> bool:
        """Hold a triple and queue it; return whether it is new."""
        objects = self.so.setdefault(predicate, {}).setdefault(subject, {})
        if obj in objects:
            return False
        objects[obj] = why
        inverse = self.os.get(predicate)
        if inverse is not None:
            inverse.setdefault(obj, set()).add(subject)
        key = self.key(predicate, obj)
        if self.is_read(key):
            new = (subject, obj) if key[1] is None else subject
            self.queue.setdefault(key, []).append(new)
        return True

    def remove(self, subject: int, predicate: int, obj: int) -> None:
        """Let a triple go that is held."""
        objects = self.so[predicate][subject]
        del objects[obj]
        if not objects:
            del self.so[predicate][subject]
        inverse = self.os.get(predicate)
        if inverse is not None:
            subjects = inverse[obj]
            subjects.discard(subject)
            if not subjects:
                del inverse[obj]

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
        return self.invert(predicate).get(obj, _EMPTY)

    def pairs(self, predicate: int) -> Iterator[tuple[int, int]]:
        """Yield subject and object of every triple with a predicate."""
        for subject, objects in self.so.get(predicate, {}).items():
            for obj in objects:
                yield subject, obj

    def predicates(self) -> list[int]:
        """Return the predicates in use, in the order of their first triple."""
        return [predicate for predicate, subjects in self.so.items() if subjects]

    def sizes(self) -> Sizes:
        """Return how many objects each subject has, for `since`."""
        return {
            predicate: {subject: len(objects) for subject, objects in subjects.items()}
            for predicate, subjects in self.so.items()
        }

    def since(self, sizes: Sizes) -> Iterator[Fact]:
        """Yield the triples that came since, none having gone: dictionaries keep their order."""
        for predicate, subjects in self.so.items():
            had = sizes.get(predicate, {})
            for subject, objects in subjects.items():
                for obj in islice(objects, had.get(subject, 0), None):
                    yield subject, predicate, obj

    def __iter__(self) -> Iterator[Fact]:
        for predicate, subjects in self.so.items():
            for subject, objects in subjects.items():
                for obj in objects:
                    yield subject, predicate, obj
