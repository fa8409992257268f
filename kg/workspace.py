"""Own a writable dataset in a folder: its journal, its checkpoints, its closure; no dossier.

The folder holds `data-N.nq`, everything asserted at checkpoint N, and `journal-N`, the changes
since. A write is in the journal before it is acknowledged.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pyoxigraph as ox

from kg.change import Change, apply, fill, graphs_of, heading
from kg.errors import InputError, NotStoredError, RefusedWriteError, StorageError
from kg.journal import Journal, sync_folder
from kg.namespaces import GRAPHS
from kg.staging import lock_folder

if TYPE_CHECKING:  # a plain store starts without what reasoning needs
    from kg.reasoner import Reasoner

__all__ = ["Workspace"]

INFERRED = GRAPHS["inferred"]
_OURS = re.compile(r"lock|data-\d{6}\.nq(?:\.new)?|journal-\d{6}")


class Workspace:
    """A dataset that is written by changes; not safe for several threads.

    With a `reasoner`, made from the store, what follows by OWL 2 RL from all graphs together stands
    in `INFERRED`, and a contradiction is refused. Without one it is a plain store. Raise
    `InputError` for a folder that holds something else, `StorageError` where it cannot be used,
    `InconsistencyError` where its content contradicts itself.
    """

    joined: ClassVar[bool] = False

    def __init__(
        self, folder: Path, *, reasoner: Callable[[ox.Store], Reasoner] | None = None
    ) -> None:
        self._folder = folder
        self._store = ox.Store()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            strange = [path.name for path in folder.iterdir() if not _OURS.fullmatch(path.name)]
            if strange:
                raise InputError(
                    f"holds other files, such as {min(strange)}",
                    where=str(folder),
                    hint="name a new or empty folder; nothing was changed",
                )
            with ExitStack() as undo:
                self._lock = lock_folder(folder)
                undo.callback(os.close, self._lock)
                self._open()
                undo.callback(self._journal.close)
                self._reasoner = reasoner(self._store) if reasoner else None
                undo.pop_all()
        except OSError as error:
            raise StorageError(f"cannot be opened: {error}", where=str(folder)) from error

    def _open(self) -> None:
        found = sorted(self._folder.glob("data-??????.nq"))
        self._number = int(found[-1].stem[-6:]) if found else 0
        if found:
            fill(self._store, found[-1])
        self._journal = Journal(self._folder / f"journal-{self._number:06}")
        records, self._journal.records = self._journal.records, []
        for record in records:
            apply(self._store, Change.decode(record))
        if records or not found:
            self.checkpoint()
        self._sweep()

    @property
    def _data(self) -> Path:
        return self._folder / f"data-{self._number:06}.nq"

    def commit(self, change: Change) -> Change:
        """Make a change durable; return it with all that follows from it, for copies to take.

        Raise `RefusedWriteError`, `InconsistencyError` with the proof of each contradiction, or
        `NotStoredError`; then nothing has changed.
        """
        if self._reasoner is None:
            self._journal.append(change.encode())
            apply(self._store, change)
            return change
        touched = {*change.created, *change.dropped, *graphs_of(change)}
        if INFERRED in touched:
            raise RefusedWriteError(
                f"<{INFERRED}> is computed: what stands there follows from the other graphs",
                hint="write to another graph; to take a conclusion back, remove what it rests on",
            )
        with self._reasoner.trying(change) as inferred:
            self._journal.append(change.encode())
        return Change(
            change.removed + inferred.removed,
            change.added + inferred.added,
            change.dropped,
            change.created,
        )

    def checkpoint(self) -> None:
        """Write everything anew and begin an empty journal; a kill leaves the old or the new."""
        number = self._number + 1
        target = self._folder / f"data-{number:06}.nq"
        fresh = target.with_suffix(".nq.new")
        try:
            with fresh.open("wb") as file:
                file.write(heading(self._graphs()))
                self._store.dump(file, ox.RdfFormat.N_QUADS)
                file.flush()
                os.fsync(file.fileno())
            journal = Journal(self._folder / f"journal-{number:06}")
            fresh.rename(target)
            sync_folder(self._folder)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise NotStoredError(
                f"no checkpoint can be written: {error.strerror}",
                where=str(self._folder),
                hint="free some space; nothing is lost, for the journal goes on",
            ) from error
        self._journal.close()
        self._number, self._journal = number, journal
        self._sweep()

    def served(self) -> int:
        """Return an open file of all that copies start from, the inferred graph included."""
        try:
            if self._reasoner is None:
                return os.open(self._data, os.O_RDONLY | os.O_CLOEXEC)
            with tempfile.TemporaryFile(dir=self._folder) as file:
                file.write(heading([*self._graphs(), INFERRED]))
                self._store.dump(file, ox.RdfFormat.N_QUADS)
                file.write("".join(f"{line}\n" for line in self._reasoner.lines()).encode())
                file.flush()
                return os.dup(file.fileno())
        except OSError as error:
            raise StorageError(f"cannot be read: {error}", where=str(self._folder)) from error

    def close(self) -> None:
        """Give up the folder."""
        self._journal.close()
        os.close(self._lock)

    def _graphs(self) -> list[str]:
        return [n.value for n in self._store.named_graphs() if isinstance(n, ox.NamedNode)]

    def _sweep(self) -> None:
        """Remove what a checkpoint has made superfluous."""
        kept = {"lock", self._data.name, f"journal-{self._number:06}"}
        for path in self._folder.iterdir():
            if path.name not in kept:
                path.unlink()
