"""Own the one read-only graph that is queried: its named graphs, its proofs, its form on disk."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.denials import Denials
from kg.errors import NotFoundError, StorageError
from kg.model import Derivation, Triple
from kg.namespaces import GRAPHS, WHY
from kg.questions import names_proofs
from kg.why import statements
from kg.witnesses import Attribution, Witnesses

__all__ = [
    "KnowledgeGraph",
    "load_snapshot",
    "read_manifest",
    "save_snapshot",
    "swap",
    "write_whole",
]

FORMAT = 1
_FILES = ("dataset.nq", "proofs.json", "manifest.json")


@dataclass(frozen=True)
class KnowledgeGraph:
    """A published dataset: named graphs of sorted triples, who asserted what, why the rest holds.

    `inputs` is the digest of all that it was built from.
    """

    dossier: str
    inputs: str
    graphs: Mapping[str, tuple[Triple, ...]]
    asserted: Mapping[Triple, tuple[Attribution, ...]]
    derivations: Mapping[Triple, Derivation]
    _nquads: bytes = field(default=b"", repr=False, compare=False)

    @cached_property
    def nquads(self) -> bytes:
        """The dataset as sorted N-Quads."""
        if self._nquads:
            return self._nquads
        lines = [
            f"{t.subject} {t.predicate} {t.object} <{GRAPHS[name]}> .\n"
            for name, triples in self.graphs.items()
            for t in triples
        ]
        return "".join(sorted(lines)).encode()

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the dataset's sorted N-Quads: same content, same digest."""
        return hashlib.sha256(self.nquads).hexdigest()

    @cached_property
    def attribution(self) -> str:
        """The SHA-256 of the dataset and of who asserts each of its triples.

        Two graphs may hold the same and owe it to different sources; what falls without one does
        not then agree.
        """
        total = hashlib.sha256(self.digest.encode())
        for triple, group in sorted(self.asserted.items()):
            said = " ".join(f"{one.file} {one.source}" for one in group)
            total.update(f"{triple} {said}\n".encode())
        return total.hexdigest()

    @cached_property
    def store(self) -> ox.Store:
        """The store that queries run on."""
        store = ox.Store()
        store.bulk_load(self.nquads, format=ox.RdfFormat.N_QUADS)
        return store

    @cached_property
    def _store_with_proofs(self) -> ox.Store:
        store = ox.Store()
        store.bulk_load(self.nquads, format=ox.RdfFormat.N_QUADS)
        said = statements(self.derivations, self.witnesses.origins)
        text = "\n".join(map(str, said))
        graph = ox.NamedNode(WHY)
        store.bulk_load(text, format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
        return store

    def store_for(self, query: str) -> ox.Store:
        """Return the store to run a query on: with the graph of proofs where the query names it.

        That graph is many times larger than the rest, and few queries ask for it.
        """
        return self._store_with_proofs if names_proofs(query) else self.store

    @cached_property
    def witnesses(self) -> Witnesses:
        """Who stands behind each asserted triple."""
        return Witnesses(self.asserted)

    @cached_property
    def denials(self) -> Denials:
        """Which claims say or deny a triple."""
        return Denials(self.graphs)

    @cached_property
    def triples(self) -> frozenset[Triple]:
        """Every triple of the union of the named graphs."""
        return frozenset(t for triples in self.graphs.values() for t in triples)

    def manifest(self) -> dict[str, object]:
        """Return what the snapshot says of itself."""
        counts = {name: len(triples) for name, triples in self.graphs.items()}
        return {
            "format": FORMAT,
            "dossier": self.dossier,
            "inputs": self.inputs,
            "digest": self.digest,
            "counts": counts,
        }


def save_snapshot(graph: KnowledgeGraph, folder: Path) -> None:
    """Write a graph to a folder, whole or not at all; what stood there is replaced.

    Raise `StorageError` where the disk is full or the folder cannot be written.
    """
    if not _is_ours(folder):
        raise StorageError(
            "is there already and is no built graph",
            where=str(folder),
            hint="name another folder with --build; nothing was changed",
        )
    content = {
        "dataset.nq": graph.nquads,
        "proofs.json": _proofs(graph),
        "manifest.json": json.dumps(graph.manifest(), indent=1).encode() + b"\n",
    }
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise _not_written(folder, error) from error
    try:
        for name, data in content.items():
            with (fresh / name).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        fresh.chmod(0o755)
        swap(fresh, folder)
    except OSError as error:
        raise _not_written(folder, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder may be replaced: it is not there, or holds nothing but a snapshot."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return False
    return not folder.exists() or {path.name for path in folder.iterdir()} <= set(_FILES)


def write_whole(target: Path, content: bytes) -> None:
    """Write a file, whole or not at all; raise `StorageError` where that cannot be done.

    A file that is replaced keeps its permissions.
    """
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, fresh)
        fresh.replace(target)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise _not_written(target, error) from error


def load_snapshot(folder: Path) -> KnowledgeGraph:
    """Read a graph back; raise `NotFoundError` or, for one that is damaged, `StorageError`."""
    try:
        data, proofs, manifest = (folder.joinpath(name).read_bytes() for name in _FILES)
    except FileNotFoundError as error:
        raise NotFoundError("no snapshot", where=str(folder), hint="run: clef build") from error
    except OSError as error:
        raise StorageError(str(error), where=str(folder)) from error
    try:
        about = json.loads(manifest)
        if about["format"] != FORMAT or hashlib.sha256(data).hexdigest() != about["digest"]:
            raise ValueError("its content is not what its manifest says")
        return _restore(data, json.loads(proofs), about)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        hint = "remove the folder and run: clef build"
        raise StorageError(f"damaged snapshot: {error}", where=str(folder), hint=hint) from error


def read_manifest(folder: Path) -> dict[str, object]:
    """Return a snapshot's manifest, or nothing where there is none that can be read."""
    with contextlib.suppress(OSError, ValueError):
        manifest = json.loads((folder / "manifest.json").read_bytes())
        if isinstance(manifest, dict) and manifest.get("format") == FORMAT:
            return manifest
    return {}


def swap(fresh: Path, folder: Path) -> None:
    """Put a finished folder in the place of another; a kill in between leaves the old or none."""
    old = fresh.with_name(f"{fresh.name}-old")
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _not_written(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"cannot be written: {error.strerror}",
        where=str(folder),
        hint="free some space, or name another place; nothing was changed",
    )


def _proofs(graph: KnowledgeGraph) -> bytes:
    """Return attributions and derivations as JSON over numbered terms, triples and files."""
    every = sorted(graph.asserted.keys() | graph.derivations.keys())
    terms = sorted({term for triple in every for term in triple})
    term_number = {term: number for number, term in enumerate(terms)}
    number = {triple: index for index, triple in enumerate(every)}
    files = sorted({a for group in graph.asserted.values() for a in group}, key=lambda a: a.file)
    file_number = {attribution: index for index, attribution in enumerate(files)}
    content = {
        "graphs": {n: [number[t] for t in triples] for n, triples in graph.graphs.items()},
        "terms": terms,
        "triples": [[term_number[term] for term in triple] for triple in every],
        "files": [[a.file, a.source] for a in files],
        "asserted": [
            [number[t], *(file_number[a] for a in group)]
            for t, group in sorted(graph.asserted.items())
        ],
        "derivations": [
            [number[t], d.rule, *(number[p] for p in d.premises)]
            for t, d in sorted(graph.derivations.items())
        ],
    }
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _restore(data: bytes, proofs: Any, about: Any) -> KnowledgeGraph:
    terms, files = proofs["terms"], [Attribution(file, src) for file, src in proofs["files"]]
    triples = [Triple(terms[s], terms[p], terms[o]) for s, p, o in proofs["triples"]]
    return KnowledgeGraph(
        dossier=about["dossier"],
        inputs=about["inputs"],
        graphs={n: tuple(triples[i] for i in ids) for n, ids in proofs["graphs"].items()},
        asserted={triples[i]: tuple(files[f] for f in group) for i, *group in proofs["asserted"]},
        derivations={
            triples[i]: Derivation(rule, tuple(triples[p] for p in premises))
            for i, rule, *premises in proofs["derivations"]
        },
        _nquads=data,
    )
