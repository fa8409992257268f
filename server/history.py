"""Own which version of the dataset is served: where a copy starts, and what it must take since.

A worker loads the base and then takes each change in turn, so that it always holds one whole
version. The digest names the version: that of the base is the SHA-256 of its file, and each
change makes the next one from it.
"""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from kg.change import Change
from kg.errors import NotFoundError, StorageError

__all__ = ["LONG_BYTES", "History", "Version", "open_dataset"]

LONG_BYTES = 16 * 1024**2
"""Changes of more bytes than this, and than the base, make a history long."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its number, its digest, and by how many quads it differs from the first."""

    number: int
    digest: str
    growth: int = 0


class History:
    """The versions from the base on; safe to use from several threads."""

    def __init__(self, dataset: int) -> None:
        """Take an open file of N-Quads as the base; it is closed with the history."""
        with open(dataset, "rb", closefd=False) as file:  # it is open
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self._lock = threading.Lock()
        self._base = dataset
        self._changes: list[bytes] = []
        self._first = 0  # the version before the first of the changes
        self._bytes = 0
        self._at = (Version(0, digest), 0)

    @property
    def now(self) -> Version:
        """The version that a request which begins now must see."""
        return self._at[0]

    @property
    def at_base(self) -> tuple[Version, int]:
        """The present version, and the number of the one that new copies start from.

        It is the same value, not only an equal one, until either changes.
        """
        return self._at

    @property
    def is_long(self) -> bool:
        """Whether so much has changed since the base that a new one is worth its time."""
        with self._lock:
            return self._bytes > max(LONG_BYTES, os.fstat(self._base).st_size)

    def base(self) -> tuple[int, int]:
        """Return an open file for a new copy, which closes it, and the number of its version."""
        with self._lock:
            return os.dup(self._base), self._at[1]

    def since(self, number: int) -> tuple[Version, list[bytes] | None]:
        """Return the present version and the changes that lead to it from another, encoded.

        `None` where they are forgotten.
        """
        with self._lock:
            at = number - self._first
            return self.now, self._changes[at:] if at >= 0 else None

    def extend(self, change: Change) -> None:
        """Make a change the next version."""
        encoded = change.encode()
        digest = hashlib.sha256(self.now.digest.encode() + encoded).hexdigest()
        growth = self.now.growth + len(change.added) - len(change.removed)
        with self._lock:
            self._changes.append(encoded)
            self._bytes += len(encoded)
            self._at = (Version(self.now.number + 1, digest, growth), self._at[1])

    def rebase(self, dataset: int) -> None:
        """Take an open file that holds the present version as the base of new copies."""
        with self._lock:
            old, self._base = self._base, dataset
            self._at, self._bytes = (self.now, self.now.number), 0
        os.close(old)

    def forget(self) -> None:
        """Drop the changes before the base: no copy needs them any more."""
        with self._lock:
            del self._changes[: self._at[1] - self._first]
            self._first = self._at[1]

    def close(self) -> None:
        """Close the base."""
        os.close(self._base)


def open_dataset(path: Path) -> int:
    """Open a dataset once: a build may replace the file while this server goes on serving it."""
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise NotFoundError("no snapshot", where=str(path), hint="run: clef build") from None
    except OSError as error:
        raise StorageError(str(error), where=str(path)) from None
