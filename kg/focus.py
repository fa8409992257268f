"""Own which nodes shapes must look at again after a change, and what they read of the graph then.

A shape reads the graph by walks: from its focus node along the steps of its paths, into the shapes
that its values must have, to the types of values. What a change does not touch on any walk from a
node, it does not touch in what the shapes find about that node.
Standard: https://www.w3.org/TR/shacl/#property-paths.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from typing import TypeAlias

from kg.model import Term, Triple
from kg.namespaces import PREFIXES, iri

__all__ = ["Graph", "Walk", "affected", "read_from", "walks"]

Step: TypeAlias = tuple[Term | None, bool]
"""A predicate, `None` for any, and whether it is followed from subject to object."""

Walk: TypeAlias = tuple[Step, ...]

_SH = f"<{PREFIXES['sh']}"
_TYPE, _SUB_CLASS = iri("rdf:type"), iri("rdfs:subClassOf")
_NESTED = frozenset(map(iri, ("sh:node", "sh:not", "sh:qualifiedValueShape")))
_NESTED_LISTS = frozenset(map(iri, ("sh:and", "sh:or", "sh:xone")))
_PAIRS = frozenset(map(iri, ("sh:disjoint", "sh:equals", "sh:lessThan", "sh:lessThanOrEquals")))
_OF_VALUES = """class closed datatype deactivated description flags group hasValue
    ignoredProperties in languageIn maxCount maxExclusive maxInclusive maxLength message minCount
    minExclusive minInclusive minLength name nodeKind order path pattern property
    qualifiedMaxCount qualifiedMinCount severity targetClass targetNode targetObjectsOf
    targetSubjectsOf uniqueLang"""
_KNOWN = _NESTED | _NESTED_LISTS | _PAIRS | {iri(f"sh:{name}") for name in _OF_VALUES.split()}
_ENDS: dict[Term, Step] = {iri("sh:class"): (_TYPE, True), iri("sh:closed"): (None, True)}


class Graph:
    """Triples, found by subject or by object."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.about: dict[Term, list[Triple]] = defaultdict(list)
        self.to: dict[Term, list[Triple]] = defaultdict(list)
        for triple in triples:
            self.about[triple.subject].append(triple)
            self.to[triple.object].append(triple)

    def values(self, node: Term, predicate: str) -> list[Term]:
        """Return the objects of a node's property, by CURIE."""
        wanted = iri(predicate)
        return [t.object for t in self.about.get(node, ()) if t.predicate == wanted]

    def members(self, head: Term) -> list[Term]:
        """Return the members of an RDF list."""
        found: list[Term] = []
        while firsts := self.values(head, "rdf:first"):
            found += firsts
            (head,) = self.values(head, "rdf:rest")
        return found

    def follow(self, node: Term, step: Step) -> Iterator[tuple[Term, Triple]]:
        """Yield the nodes that a step leads to, and the triples that lead there."""
        predicate, forward = step
        for triple in (self.about if forward else self.to).get(node, ()):
            if predicate in {None, triple.predicate}:
                yield triple.object if forward else triple.subject, triple


def walks(shapes: Graph) -> frozenset[Walk] | None:
    """Return the walks of all shapes; `None` where one reads the graph in a way not known here."""
    found: set[Walk] = set()
    try:
        for node in list(shapes.about):
            targets = {_target(t) for t in shapes.about[node]} - {None}
            if targets:
                found |= {(step,) for step in targets if step}
                found |= _of_shape(shapes, node, (), ())
    except LookupError:
        return None
    return frozenset(found)


def _target(triple: Triple) -> Step | None:
    """Return the step that finds out whether a node is a target, where a triple says so."""
    kind = triple.predicate
    if kind == iri("sh:targetSubjectsOf"):
        return triple.object, True
    if kind == iri("sh:targetObjectsOf"):
        return triple.object, False
    return (_TYPE, True) if kind in {iri("sh:targetClass"), iri("sh:targetNode")} else None


def _of_shape(shapes: Graph, shape: Term, focus: Walk, value: Walk) -> set[Walk]:
    """Return the walks of a shape: `focus` leads to its focus node, `value` to its values."""
    found = {value} if value else set()
    for triple in shapes.about[shape]:
        name, obj = triple.predicate, triple.object
        if name.startswith(_SH) and name not in _KNOWN:
            raise LookupError(name)
        if name == iri("sh:property"):
            for path in _paths(shapes, shapes.values(obj, "sh:path")[0]):
                found |= _of_shape(shapes, obj, value, value + path)
        elif name in _NESTED | _NESTED_LISTS:
            for member in [obj] if name in _NESTED else shapes.members(obj):
                found |= _of_shape(shapes, member, value, value)
        elif name in _PAIRS:
            found.add((*focus, (obj, True)))
        elif name in _ENDS:
            found.add((*value, _ENDS[name]))
    return found


def _paths(shapes: Graph, path: Term) -> list[Walk]:
    """Return the walks that a property path stands for."""
    if path.startswith("<"):
        return [((path, True),)]
    if inverse := shapes.values(path, "sh:inversePath"):
        back = _paths(shapes, inverse[0])
        return [tuple((p, not forward) for p, forward in reversed(walk)) for walk in back]
    if either := shapes.values(path, "sh:alternativePath"):
        return [w for member in shapes.members(either[0]) for w in _paths(shapes, member)]
    parts = [_paths(shapes, member) for member in shapes.members(path)]
    if not parts:
        raise LookupError(path)  # a path of any length
    return [sum(walk, ()) for walk in product(*parts)]


def affected(
    every: frozenset[Walk], changed: Iterable[Triple], around: Graph
) -> frozenset[Term] | None:
    """Return the nodes about which shapes may find something else after a change.

    `around` holds the graph before and after. `None` means any node.
    """
    crossing: dict[Term | None, set[tuple[Walk, bool]]] = defaultdict(set)
    for walk in every:
        for at, (predicate, forward) in enumerate(walk):
            crossing[predicate].add((walk[:at], forward))
    found: set[Term] = set()
    for triple in changed:
        if triple.predicate == _SUB_CLASS:
            return None
        for way, forward in crossing[triple.predicate] | crossing[None]:
            ends = {triple.subject if forward else triple.object}
            for predicate, onward in reversed(way):
                back = (predicate, not onward)
                ends = {node for end in ends for node, _ in around.follow(end, back)}
            found |= ends
    return frozenset(found)


def read_from(every: frozenset[Walk], nodes: Iterable[Term], graph: Graph) -> set[Triple]:
    """Return all that shapes read of a graph when they look at some nodes."""
    found = {t for about in graph.about.values() for t in about if t.predicate == _SUB_CLASS}
    for node in nodes:
        found.update(graph.about.get(node, ()))
        for walk in every:
            ends = {node}
            for step in walk:
                steps = [pair for end in ends for pair in graph.follow(end, step)]
                found.update(triple for _, triple in steps)
                ends = {end for end, _ in steps}
    return found
