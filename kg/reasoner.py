"""Own the closure of a dataset under changes: what each lets follow, and no longer follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyoxigraph as ox

from kg.change import Change, apply, quads
from kg.close import refuse_clashes
from kg.errors import InputError, RefusedWriteError
from kg.model import Triple
from kg.namespaces import BASE, GRAPHS
from kg.reason import Closure, materialize
from kg.store import Attribution
from kg.terms import to_oxigraph

__all__ = ["Reasoner"]

_INFERRED = ox.NamedNode(GRAPHS["inferred"])


class Reasoner:
    """The closure of what a store asserts in any graph. The store is changed through it alone.

    Raise `InconsistencyError` where the store contradicts itself, `InputError` where it holds
    what cannot be reasoned with.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        if store.contains_named_graph(_INFERRED):
            raise InputError(
                f"it holds a graph of its own called <{_INFERRED.value}>",
                hint="serve it with --no-reasoning, or remove that graph",
            )
        self._restart()
        self._refuse_clashes()

    def _restart(self) -> None:
        self._closure: Closure = materialize(_triples(self._store))
        self._inferred = set(self._closure.inferred())

    def lines(self) -> tuple[str, ...]:
        """Return what follows as lines of N-Quads."""
        return _lines(self._inferred)

    @contextmanager
    def trying(self, change: Change) -> Iterator[Change]:
        """Apply a change and yield what it does to the inferred graph; undo both if that fails.

        Raise `RefusedWriteError` for terms of RDF 1.2, `InconsistencyError` for a contradiction.
        """
        _refuse_new_terms(change)
        known = self._inferred
        try:
            self._shift(change)
            self._refuse_clashes()
            inferred = set(self._closure.inferred())
            self._inferred = inferred
            yield Change(removed=_lines(known - inferred), added=_lines(inferred - known))
        except BaseException:
            # The closure may have stopped anywhere: what the store says is the way back.
            apply(self._store, change.inverse())
            self._restart()
            raise

    def _shift(self, change: Change) -> None:
        candidates = set(_triples(quads((*change.removed, *change.added))))
        before = {triple for triple in candidates if self._holds(triple)}
        apply(self._store, change)
        after = {triple for triple in candidates if self._holds(triple)}
        try:
            self._closure.remove(before - after)
            self._closure.add(after - before)
        except RecursionError:
            raise InputError(
                "a chain, key or intersection has more members than can be made a rule of",
                hint="split the list: some hundreds of members work, a thousand do not",
            ) from None

    def _holds(self, triple: Triple) -> bool:
        subject, predicate, obj = map(to_oxigraph, triple)
        assert not isinstance(subject, ox.Literal)
        assert isinstance(predicate, ox.NamedNode)
        found = self._store.quads_for_pattern(subject, predicate, obj, None)
        return next(found, None) is not None

    def _refuse_clashes(self) -> None:
        if self._closure.clashes():
            refuse_clashes(self._closure, _attributions(self._store))


def _triples(found: Iterable[ox.Quad]) -> Iterator[Triple]:
    return (Triple(str(q.subject), str(q.predicate), str(q.object)) for q in found)


def _lines(triples: Iterable[Triple]) -> tuple[str, ...]:
    return tuple(sorted(f"{s} {p} {o} {_INFERRED} ." for s, p, o in triples))


def _attributions(store: ox.Store) -> dict[Triple, tuple[Attribution, ...]]:
    found: dict[Triple, tuple[Attribution, ...]] = {}
    for quad in store:
        triple = next(_triples([quad]))
        name = quad.graph_name
        graph = name.value if isinstance(name, ox.NamedNode) else f"{BASE}graph/default"
        found[triple] = (*found.get(triple, ()), Attribution(graph, f"<{graph}>"))
    return found


def _refuse_new_terms(change: Change) -> None:
    for quad in quads(change.added):
        obj = quad.object
        if isinstance(obj, ox.Triple) or (isinstance(obj, ox.Literal) and obj.direction):
            raise RefusedWriteError(
                f"{obj} is a term of RDF 1.2, which is not reasoned with here",
                hint="leave it out, or serve the workspace with --no-reasoning",
            )
