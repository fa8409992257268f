"""Own the replacing of several files of a folder at once: all of them or, after a kill, none.

What is to be written is staged beside the files; then one rename, of the list of moves, decides.
From there on the moves are made, by this process or by the next one that opens the folder.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

from kg.errors import NotStoredError, StorageError
from kg.journal import sync_folder

__all__ = ["Staging", "lock_folder"]

LOCK_WAIT_S = 3.0
_POLL_S = 0.02


class Staging:
    """The area `.clef/` of a folder; one process at a time has it.

    Opening it ends what a killed process had decided, and clears away what it had not. Raise
    `StorageError` where another process has it, or where the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._area = folder / ".clef"
        self._decided = self._area / "moves"
        try:
            self._area.mkdir(exist_ok=True)
            self._lock = lock_folder(self._area)
            self._finish()
        except OSError as error:
            raise StorageError(f"cannot be written: {error}", where=str(folder)) from error

    def replace(self, contents: Mapping[str, bytes | None]) -> None:
        """Give files, by their paths in the folder, new contents; `None` removes one.

        Raise `NotStoredError`, with nothing changed, where that cannot be stored.
        """
        if self._decided.exists():
            raise StorageError(
                "an earlier write could not be carried out whole",
                where=str(self._folder),
                hint="mend the folder and start the server again, which ends that write",
            )
        try:
            moves = self._stage(contents)
        except OSError as error:
            self._decided.unlink(missing_ok=True)
            self._clear()
            raise NotStoredError(
                f"cannot be written: {error.strerror}",
                where=str(self._folder),
                hint="free some space and send it again; nothing was changed",
            ) from error
        try:
            self._move(moves)
        except OSError as error:
            raise StorageError(f"cannot be written: {error}", where=str(self._folder)) from error

    def close(self) -> None:
        """Give up the folder."""
        os.close(self._lock)

    def _stage(self, contents: Mapping[str, bytes | None]) -> dict[str, str | None]:
        moves: dict[str, str | None] = {}
        for number, (name, content) in enumerate(sorted(contents.items())):
            moves[name] = None
            if content is not None:
                moves[name] = f"{number}.new"
                _write(self._area / f"{number}.new", content)
        _write(self._area / "moves.new", json.dumps(moves).encode())
        sync_folder(self._area)
        (self._area / "moves.new").rename(self._decided)
        sync_folder(self._area)
        return moves

    def _move(self, moves: Mapping[str, str | None]) -> None:
        """Make the moves, some of which may have been made; then forget them."""
        for name, staged in moves.items():
            target = self._folder / name
            if staged is None:
                target.unlink(missing_ok=True)
            elif (self._area / staged).exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                (self._area / staged).rename(target)
            if target.parent.exists():
                sync_folder(target.parent)
        self._decided.unlink()
        sync_folder(self._area)

    def _finish(self) -> None:
        if self._decided.exists():
            self._move(json.loads(self._decided.read_bytes()))
        self._clear()

    def _clear(self) -> None:
        for path in self._area.glob("*.new"):
            path.unlink(missing_ok=True)


def lock_folder(folder: Path) -> int:
    """Return the open lock of a folder; raise `StorageError` where another process has it.

    A process that was killed may take a moment to be gone: it is waited for.
    """
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    until = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < until:
                time.sleep(_POLL_S)
                continue
            os.close(handle)
            raise StorageError(
                "another process has this folder open for writing",
                where=str(folder),
                hint="stop the other server first",
            ) from None
        return handle


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
