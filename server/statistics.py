"""Own the figures of the data that is served, counted by queries; not how they are told.

They are counted when first asked for, and anew when the data has changed.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from kg.errors import ClefError, QueryLimitError
from kg.model import Triple
from kg.namespaces import BASE, PREFIXES
from server.pool import WorkerPool

__all__ = ["DUMP", "Counted", "Counts", "Partition", "Statistics"]

DUMP = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
"""The query whose answer is all of the data."""

_DUMPED = ("turtle", "ntriples")
_PATIENCE_S = 2.0
_RETRY_S = 60.0
_ALL = "(COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ns) (COUNT(DISTINCT ?o) AS ?no)"
_OF_GRAPHS = (
    f"SELECT ?g {_ALL} (COUNT(DISTINCT ?p) AS ?np) {{ GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g"
)
_OF_WHOLE = f"SELECT {_ALL} (COUNT(DISTINCT ?p) AS ?np) {{ ?s ?p ?o }}"
_CLASSES_OF_GRAPHS = (
    "SELECT ?g (COUNT(DISTINCT ?c) AS ?n) { GRAPH ?g { ?s a ?c FILTER ISIRI(?c) } } GROUP BY ?g"
)
_CLASSES = "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER ISIRI(?c) } GROUP BY ?c"
_PROPERTIES = f"SELECT ?p {_ALL} {{ ?s ?p ?o }} GROUP BY ?p"
_OF_CLASSES = f"SELECT ?c ?p {_ALL} {{ ?s a ?c ; ?p ?o FILTER ISIRI(?c) }} GROUP BY ?c ?p"
_ENTITIES = f"?s ?p ?o FILTER(STRSTARTS(STR(?s), '{PREFIXES['id']}'))"
_LINKED = f"""SELECT ?p ?space (COUNT(DISTINCT *) AS ?n) {{
  VALUES ?p {{ owl:sameAs owl:equivalentClass owl:equivalentProperty skos:exactMatch
    skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch schema:sameAs }}
  ?s ?p ?o FILTER(ISIRI(?o) && !STRSTARTS(STR(?o), '{BASE}'))
  BIND(REPLACE(STR(?o), IF(REGEX(STR(?o), '[/#]'), '[^/#]*$', '[^:]*$'), '') AS ?space)
}} GROUP BY ?p ?space"""
_ABOUT = "CONSTRUCT { ?d ?p ?o } WHERE { ?d a dcat:Dataset ; ?p ?o }"

_Rows: TypeAlias = Callable[[str], list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of one graph."""

    triples: int
    subjects: int
    properties: int
    objects: int
    classes: int


@dataclass(frozen=True, slots=True)
class Partition:
    """The triples with one property: of a whole graph, or of the members of one class."""

    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of one state of the data; keys are IRIs.

    `whole` and the partitions are of the default graph, `graphs` of the named ones. `links` counts,
    for a property that says that two IRIs mean the same or the like, the objects in a namespace
    that is not ours. `dumps` has, by name of a format, the size of all of the data.
    """

    whole: Counts
    graphs: dict[str, Counts]
    classes: dict[str, int]
    properties: dict[str, Partition]
    of_class: dict[str, dict[str, Partition]]
    links: dict[tuple[str, str], int]
    entities: int
    examples: tuple[str, ...]
    about: tuple[Triple, ...]
    dumps: dict[str, int]


class Counted:
    """Keeps the statistics of what a pool answers from; safe to use from any number of threads."""

    def __init__(self, pool: WorkerPool, max_bytes: int) -> None:
        self._pool = pool
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._state = _State("")

    def get(self) -> Statistics | None:
        """Return the statistics, or `None` where they take long to count or more than they may.

        Counting goes on while nobody waits; what failed is tried again after a while.
        """
        with self._lock:
            state, digest = self._state, self._pool.digest
            stale = state.failed_at is not None and time.monotonic() - state.failed_at > _RETRY_S
            if state.digest != digest or stale:
                state = self._state = _State(digest)
                counting = threading.Thread(target=self._run, args=(state,), name="clef-count")
                counting.daemon = True
                counting.start()
        state.done.wait(_PATIENCE_S)
        return state.found

    def _run(self, state: _State) -> None:
        try:
            state.found = _count(self._pool, self._max_bytes)
        except ClefError:
            state.failed_at = time.monotonic()
        finally:
            state.done.set()


class _State:
    """What is known of the data of one digest."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        self.found: Statistics | None = None
        self.failed_at: float | None = None
        self.done = threading.Event()


def _count(pool: WorkerPool, max_bytes: int) -> Statistics:
    def rows(text: str) -> list[dict[str, str]]:
        answer = pool.run({"formats": {"results": "json"}}, text)
        found = json.loads(answer.read())["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in found]

    about = pool.run({"formats": {"graph": "ntriples"}}, _ABOUT).read()
    classes = {row["c"]: int(row["n"]) for row in rows(_CLASSES)}
    return Statistics(
        whole=_counts(rows(_OF_WHOLE)[0], len(classes)),
        graphs=_graphs(rows),
        classes=classes,
        properties={row["p"]: _partition(row) for row in rows(_PROPERTIES)},
        of_class=_of_classes(rows),
        links={(row["p"], row["space"]): int(row["n"]) for row in rows(_LINKED)},
        entities=int(rows(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {_ENTITIES} }}")[0]["n"]),
        examples=_examples(rows),
        about=tuple(
            Triple(str(quad.subject), str(quad.predicate), str(quad.object))
            for quad in ox.parse(about, format=ox.RdfFormat.N_TRIPLES)
        ),
        dumps=_dumps(pool, max_bytes),
    )


def _counts(row: dict[str, str], classes: int) -> Counts:
    return Counts(int(row["n"]), int(row["ns"]), int(row["np"]), int(row["no"]), classes)


def _partition(row: dict[str, str]) -> Partition:
    return Partition(int(row["n"]), int(row["ns"]), int(row["no"]))


def _graphs(rows: _Rows) -> dict[str, Counts]:
    classes = {row["g"]: int(row["n"]) for row in rows(_CLASSES_OF_GRAPHS)}
    return {row["g"]: _counts(row, classes.get(row["g"], 0)) for row in rows(_OF_GRAPHS)}


def _of_classes(rows: _Rows) -> dict[str, dict[str, Partition]]:
    found: dict[str, dict[str, Partition]] = defaultdict(dict)
    for row in rows(_OF_CLASSES):
        found[row["c"]][row["p"]] = _partition(row)
    return dict(found)


def _examples(rows: _Rows) -> tuple[str, ...]:
    text = f"SELECT ?s {{ {_ENTITIES} }} GROUP BY ?s ORDER BY DESC(COUNT(*)) ?s LIMIT 3"
    return tuple(row["s"] for row in rows(text))


def _dumps(pool: WorkerPool, max_bytes: int) -> dict[str, int]:
    """Return the sizes of all of the data, where it is no larger than an answer may be."""
    sizes = {}
    for name in _DUMPED:
        with contextlib.suppress(QueryLimitError):
            answer = pool.run({"formats": {"graph": name}, "max_bytes": max_bytes}, DUMP)
            sizes[name] = answer.length
            answer.close()
    return sizes
