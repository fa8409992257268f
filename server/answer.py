"""Own the value that a query worker's answer is; not how it was asked."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any

from kg.formats import Kind

__all__ = ["Answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker answered, and which kind of answer it is.

    A large one is not in `body` but in the file `spooled`, which stands at its beginning and is
    gone once it is closed: the worker is free for others however slowly a client reads. `digest`
    names the version of the dataset that was asked, `existed` tells whether it had the graph that
    was named. `identity` is that of the pool where the same query always has the same answer, to
    the byte, and empty otherwise. `calls` are of an answer that is none yet: what to ask elsewhere.
    """

    kind: Kind
    body: bytes
    spooled: IO[bytes] | None = None
    digest: str = ""
    existed: bool = False
    identity: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)

    @property
    def length(self) -> int:
        """The size in bytes."""
        return os.fstat(self.spooled.fileno()).st_size if self.spooled else len(self.body)

    def read(self) -> bytes:
        """Return all of it, and close it."""
        with self.spooled or BytesIO(self.body) as whole:
            return whole.read()

    def close(self) -> None:
        """Let go of the file, if there is one."""
        if self.spooled:
            self.spooled.close()
