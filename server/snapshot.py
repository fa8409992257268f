"""Own the dataset file that is served, from its opening on; not what is in it."""

from __future__ import annotations

import hashlib
import mmap
import os
import secrets
from pathlib import Path

from kg.errors import NotFoundError, StorageError

__all__ = ["Snapshot"]


class Snapshot:
    """A file that is opened once: a build may replace it while this server goes on serving it."""

    def __init__(self, file: Path) -> None:
        try:
            self._descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise NotFoundError("no snapshot", where=str(file), hint="run: clef build") from None
        except OSError as error:
            raise StorageError(str(error), where=str(file)) from None
        with open(self._descriptor, "rb", closefd=False) as data:  # it is open
            self.digest = hashlib.file_digest(data, "sha256").hexdigest()
            has_blank_nodes = _holds(data.fileno(), b"_:")
        self.identity = self.digest + (secrets.token_hex(8) if has_blank_nodes else "")
        """The digest; where there are blank nodes, whose names change with each loading, more."""

    @property
    def path(self) -> str:
        """Where a process that has inherited the file finds it."""
        return f"/dev/fd/{self._descriptor}"

    def close(self) -> None:
        """Let the file go."""
        os.close(self._descriptor)


def _holds(descriptor: int, text: bytes) -> bool:
    if not os.fstat(descriptor).st_size:
        return False
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as data:
        return data.find(text) >= 0
