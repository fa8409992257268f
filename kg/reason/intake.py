"""Own the numbering and the order of a first set of triples; not what is made of them.

Terms are numbered in their own order and triples sorted by number, so that what is recorded later
does not depend on the order in which the triples came.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from kg.errors import InputError
from kg.model import Triple
from kg.reason.facts import Fact
from kg.reason.terms import Terms

__all__ = ["Batches", "batches", "numbered", "without_collection"]

Batches = dict[int, list[tuple[int, int]]]
"""Sorted pairs of subject and object, by predicate."""


def _check(triple: Triple) -> None:
    subject, predicate, obj = triple
    if subject[0] == '"' or predicate[0] != "<":
        raise InputError(
            f"not a triple of RDF: {subject} {predicate} {obj}",
            hint="a subject is an IRI or a blank node, a predicate is an IRI",
        )


def numbered(triples: Iterable[Triple], terms: Terms) -> list[Fact]:
    """Return a few triples as numbers, sorted by their terms."""
    number = terms.id
    facts: list[Fact] = []
    for triple in sorted(set(triples)):
        _check(triple)
        facts.append((number(triple[0]), number(triple[1]), number(triple[2])))
    return facts


def batches(triples: Iterable[Triple], terms: Terms) -> Batches:
    """Return many triples as numbers, by predicate."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for triple in triples:
        subject, predicate, obj = triple
        if subject[0] == '"' or predicate[0] != "<":
            _check(triple)
        columns = found.get(predicate)
        if columns is None:
            columns = found[predicate] = ([], [])
        columns[0].append(subject)
        columns[1].append(obj)
    used = set(found).union(*(column for columns in found.values() for column in columns))
    ids = {term: terms.id(term) for term in sorted(used)}
    return {
        ids[predicate]: sorted(
            zip(map(ids.__getitem__, subjects), map(ids.__getitem__, objects), strict=True)
        )
        for predicate, (subjects, objects) in sorted(found.items())
    }


@contextmanager
def without_collection() -> Iterator[None]:
    """Keep the cyclic garbage collector out of a bulk of new objects that all stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
