"""Own what the commands share: their common arguments, the graph they open, what they print."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from kg import paths
from kg.errors import StorageError
from kg.pipeline import Inputs, open_or_build
from kg.store import KnowledgeGraph, write_whole

__all__ = [
    "Commands",
    "Progress",
    "build_folder",
    "dossier_arguments",
    "graph_of",
    "inputs_of",
    "write",
]

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def dossier_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of every command that works on a dossier."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=paths.dossier(),
        help="folder of the dossier (default: the one that comes with Clef)",
    )
    parser.add_argument(
        "--build",
        type=Path,
        metavar="DIR",
        help="folder of the built graph (default: build/<name of the dossier>)",
    )


def build_folder(arguments: argparse.Namespace) -> Path:
    """Return the folder of the built graph that the arguments name."""
    named: Path | None = arguments.build
    return named or Path("build") / arguments.data.resolve().name


class Progress:
    """Tells on a terminal what takes over a second; says nothing in a pipe."""

    def __init__(self) -> None:
        self._stage = ""
        self._due = False
        self._timer = threading.Timer(1.0, self._start)
        self._timer.daemon = True
        if sys.stderr.isatty():
            self._timer.start()

    def __call__(self, stage: str) -> None:
        self._stage = stage
        self._print()

    def _start(self) -> None:
        self._due = True
        self._print()

    def _print(self) -> None:
        if self._due and self._stage:
            print(f"clef: {self._stage} …", file=sys.stderr)


def inputs_of(arguments: argparse.Namespace, extra: Sequence[Path] = ()) -> Inputs:
    """Return what the arguments name to build from, with drafts on top."""
    return Inputs(paths.ontology(), arguments.data, tuple(extra))


def graph_of(arguments: argparse.Namespace) -> KnowledgeGraph:
    """Return the graph that the arguments name, built anew only if its inputs changed."""
    return open_or_build(inputs_of(arguments), build_folder(arguments), Progress())


def write(content: bytes, target: Path | None) -> None:
    """Write to a file, whole or not at all, or to standard output."""
    if target is None or str(target) == "-":
        try:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        except OSError as error:
            os.close(sys.stdout.fileno())  # what is left in the buffer would fail again at the end
            reason = f"standard output cannot be written: {error.strerror}"
            raise StorageError(reason, hint="free some space; the output is cut short") from error
    else:
        write_whole(target, content)
