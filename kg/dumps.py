"""Own the files in which a graph is given away whole: their names, forms, sizes and checksums.

A file is written when it is first asked for and kept packed: what is asked for twice is the same
to the byte.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from dataclasses import dataclass

from kg.export import SELECTIONS, export
from kg.formats import Format, offered
from kg.store import KnowledgeGraph

__all__ = ["SUMS", "Dumps", "File"]

SUMS = "SHA256SUMS"
"""The name of the list of checksums, as `sha256sum --check` reads it."""

_PACKED = "why"  # every proof, in the one form that is written as fast as it is read


@dataclass(frozen=True, slots=True)
class File:
    """A file that is there to be fetched: which graph it holds, or `all`, and in which format."""

    name: str
    selection: str
    format: Format

    @property
    def media_type(self) -> str:
        """What it is sent as."""
        return "application/gzip" if self.name.endswith(".gz") else self.format.media_type


def _files() -> dict[str, File]:
    found = {}
    for selection in SELECTIONS:
        for row in offered("graph"):
            name = f"{selection}{row.suffixes[0]}"
            if selection != _PACKED:
                found[name] = File(name, selection, row)
            elif row.name == "ntriples":
                found[f"{name}.gz"] = File(f"{name}.gz", selection, row)
    return found


class Dumps:
    """The files of one graph; safe to use from several threads."""

    files = _files()
    """Every file by its name."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph
        self._lock = threading.Lock()
        self._packed: dict[str, bytes] = {}
        self._sums: dict[str, tuple[int, str]] = {}

    def content(self, file: File) -> bytes:
        """Return what a file holds."""
        self._make(file)
        packed = self._packed[file.name]
        return packed if file.name.endswith(".gz") else gzip.decompress(packed)

    def size(self, file: File) -> int:
        """Return how many bytes a file has."""
        return self._make(file)[0]

    def checksum(self, file: File) -> str:
        """Return the SHA-256 of a file in hexadecimal."""
        return self._make(file)[1]

    def sums(self) -> str:
        """Return the checksums of all files, a line each."""
        return "".join(f"{self.checksum(file)}  {name}\n" for name, file in self.files.items())

    def _make(self, file: File) -> tuple[int, str]:
        with self._lock:  # it is written once, however many ask
            if file.name not in self._sums:
                content = export(self._graph, file.selection, file.format.name)
                packed = gzip.compress(content, compresslevel=6, mtime=0)
                if file.name.endswith(".gz"):
                    content = packed
                self._packed[file.name] = packed
                self._sums[file.name] = (len(content), hashlib.sha256(content).hexdigest())
            return self._sums[file.name]
