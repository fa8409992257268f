"""Own writes to a dossier: its files stay the source of truth, and only what holds is written.

The file of each source is a named graph, called as the source is, and that graph alone is
written: its triples become the file. All else is computed from the files, or edited in them by
hand. A write is validated and reasoned with before a byte is stored.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from kg.change import Change, graphs_of, heading
from kg.errors import RefusedWriteError, StaleError, StorageError
from kg.interpret import interpret, reinterpret
from kg.load import ordered, read_source, turtle_files
from kg.model import Dataset, SourceFile, Triple
from kg.namespaces import BASE, GRAPHS, PREFIXES, compact, iri
from kg.pipeline import Assessment, Inputs, assess, judge, publish, title
from kg.serialize import turtle
from kg.staging import Staging
from kg.store import KnowledgeGraph
from kg.validate import validate

__all__ = ["WritableDossier", "finish_write"]

_ID = PREFIXES["id"]
_NAME = re.compile(rf"{re.escape(_ID)}([a-z0-9]+(?:-[a-z0-9]+)*)")
_FIRST_LINE = (
    '# IRIs are relative to the base in kg/namespaces.py; "clef export" writes them whole.\n'
)
_SOURCE = (iri("rdf:type"), iri("clef:Source"))

Graphs = dict[str, frozenset[Triple]]


class WritableDossier:
    """The files of a dossier, and the graphs that follow from them; not safe for several threads.

    Raise what `kg.pipeline.build` raises, and `StorageError` where another process writes to the
    same dossier. `graph` is what is published now.
    """

    graph: KnowledgeGraph
    joined: ClassVar[bool] = True

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs = replace(inputs, data=inputs.data.resolve())
        self._prefix = f"{inputs.data.parent.name}/{inputs.data.name}/"
        self._staging = Staging(inputs.data)  # which ends a write that a kill broke off
        assessment = assess(inputs)
        assessment.refuse()
        self._take(assessment)

    def _take(self, assessment: Assessment) -> None:
        self._assessment = assessment
        self.graph = publish(assessment, title(assessment.dataset) or self._inputs.data.name, "")
        self._graphs = _graphs(self.graph, assessment.dataset)
        self._seen = self._look()

    def commit(self, change: Change) -> Change:
        """Write the files of the sources that a change touches; return all that changed with them.

        Raise `RefusedWriteError` for any other graph, `ValidationError` with the report,
        `InconsistencyError` with the proof of each contradiction, `StaleError` where somebody
        edited the files, and `NotStoredError`; then nothing has changed.
        """
        if self._look() != self._seen:
            raise StaleError(
                "the files of the dossier were edited since the server read them",
                where=str(self._inputs.data),
                hint="start the server again; nothing was changed",
            )
        contents = self._contents(change)
        before = self._assessment
        dataset = self._with(contents)
        try:
            findings = validate(dataset, self._inputs.ontology, before.dataset)
            anew = reinterpret(before.meaning, dataset, before.rules)
            after = judge(dataset, before.rules, anew, findings)
            after.refuse()
            self._staging.replace(contents)
        except BaseException:
            # The closure was changed on the way: the files say what it was.
            meaning = interpret(before.dataset, before.rules)
            self._assessment = replace(before, meaning=meaning)
            raise
        old = self._graphs
        self._take(after)
        return _difference(old, self._graphs)

    def checkpoint(self) -> None:
        """Do nothing: the files are always whole."""

    def served(self) -> int:
        """Return an open file of all graphs, those of the sources included."""
        with tempfile.TemporaryFile() as file:
            file.write(heading(self._graphs))
            for name, triples in self._graphs.items():
                file.write("".join(f"{line}\n" for line in _lines(name, triples)).encode())
            file.flush()
            return os.dup(file.fileno())

    def close(self) -> None:
        """Give up the dossier."""
        self._staging.close()

    def _look(self) -> dict[Path, tuple[int, int, int]]:
        """Return what tells whether anybody else has touched a file."""
        try:
            found = {path: path.stat() for path in turtle_files(self._inputs.data)}
        except OSError as error:
            raise StorageError(f"cannot be read: {error}") from error
        return {path: (s.st_mtime_ns, s.st_size, s.st_ino) for path, s in found.items()}

    def _contents(self, change: Change) -> dict[str, bytes | None]:
        """Return the new content of each file that a change touches, by its path."""
        files = {f.source: f for f in self._assessment.dataset.files if f.role == "data"}
        contents: dict[str, bytes | None] = {}
        touched = graphs_of(change)
        for name in {*touched, *change.created, *change.dropped}:
            gone, come = touched.get(name, (set(), set()))
            held = files.get(f"<{name}>")
            slug = _slug(name)
            triples = (self._graphs.get(name, frozenset()) - gone) | come
            path = self._path(held) if held else f"sources/{slug}.ttl"
            kept = triples or name in change.created
            if kept and Triple(f"<{name}>", *_SOURCE) not in triples:
                raise RefusedWriteError(
                    f"the graph of a source describes it: {compact(f'<{name}>')} a clef:Source",
                    where=f"<{name}>",
                    hint="name the graph as the source in it is named, or add what it is",
                )
            contents[path] = _written(triples) if triples else None
        return contents

    def _path(self, file: SourceFile) -> str:
        """Return the path of a file in the folder of the dossier."""
        return file.name.removeprefix(self._prefix)

    def _with(self, contents: Mapping[str, bytes | None]) -> Dataset:
        """Return the dataset as it will be read once the files have these contents."""
        kept = [
            file
            for file in self._assessment.dataset.files
            if file.role != "data" or self._path(file) not in contents
        ]
        new = [
            read_source(content, Path(path), name=self._prefix + path, role="data")
            for path, content in contents.items()
            if content is not None
        ]
        return ordered([*kept, *new])


def finish_write(data: Path) -> None:
    """End a write to a dossier that a kill broke off; see `kg.staging`."""
    Staging(data).close()


def _slug(graph: str) -> str:
    """Return the name of the file for a source; raise `RefusedWriteError` for another graph."""
    match = _NAME.fullmatch(graph)
    if match:
        return match[1]
    if not graph or graph in GRAPHS.values():
        told = f"<{graph}>" if graph else "the default graph"
        raise RefusedWriteError(
            f"{told} is computed from the files of the dossier",
            hint=f"write to the graph of a source, such as <{_ID}nationalworld-2023>",
        )
    raise RefusedWriteError(
        f"<{graph}> is no graph of a dossier",
        hint=f"write to the graph of a source, called <{_ID}NAME> with a to z, digits and hyphens",
    )


def _written(triples: Iterable[Triple]) -> bytes:
    head, blank, body = turtle(triples).decode().partition("\n\n")
    return (_FIRST_LINE + head.replace(f" <{BASE}", " <") + blank + body).encode()


def _graphs(published: KnowledgeGraph, dataset: Dataset) -> Graphs:
    """Return the published graphs and those of the sources, by IRI."""
    graphs = {GRAPHS[name]: frozenset(triples) for name, triples in published.graphs.items()}
    for file in dataset.files:
        if file.role == "data" and file.source:
            graphs[file.source[1:-1]] = frozenset(file.triples)
    return graphs


def _lines(name: str, triples: Iterable[Triple]) -> tuple[str, ...]:
    return tuple(sorted(f"{s} {p} {o} <{name}> ." for s, p, o in triples))


def _difference(old: Graphs, new: Graphs) -> Change:
    empty: frozenset[Triple] = frozenset()
    removed: list[str] = []
    added: list[str] = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name, empty), new.get(name, empty)
        removed += _lines(name, before - after)
        added += _lines(name, after - before)
    return Change(
        tuple(removed),
        tuple(added),
        tuple(sorted(old.keys() - new.keys())),
        tuple(sorted(new.keys() - old.keys())),
    )
