"""Own the settings of the server: their names, defaults and limits; not where they are used.

granian builds the application in a process of its own, so that the settings travel in the
environment; docs/http.md has the same table.

    CLEF_SNAPSHOT        directory with dataset.nq and manifest.json (required)
    CLEF_QUESTIONS       directory of the example queries             (none)
    CLEF_HOST            address to listen on                         127.0.0.1
    CLEF_PORT            port to listen on                            8000
    CLEF_WORKERS         processes that run queries                   4
    CLEF_DEADLINE        seconds that one query may take              10
    CLEF_QUEUE_WAIT      seconds to wait for a free worker            2
    CLEF_MAX_BYTES       largest answer, in bytes                     67108864
    CLEF_MEMORY          memory of a worker beyond its data, in bytes 536870912
    CLEF_MAX_QUERY       longest query, in bytes                      1000000
    CLEF_MAX_ROWS        most rows of an answer                       1000000
    CLEF_CACHE           bytes of answers that are kept               67108864
    CLEF_SERVICES        endpoints that SERVICE may call              (none)
    CLEF_PROCESSES       processes that take requests                 1
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError

__all__ = ["Config"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one server; the environment's name of each is in the module's table."""

    snapshot: Path
    questions: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 4
    deadline_s: float = 10.0
    queue_wait_s: float = 2.0
    max_bytes: int = 64 * 1024**2
    memory_bytes: int = 512 * 1024**2
    max_query_bytes: int = 1_000_000
    max_rows: int = 1_000_000
    cache_bytes: int = 64 * 1024**2
    services: str | None = None
    processes: int = 1

    def __post_init__(self) -> None:
        above_0 = "workers deadline_s max_bytes memory_bytes max_query_bytes max_rows processes"
        for name in above_0.split():
            if not 0 < getattr(self, name) < math.inf:
                raise InputError(f"{_VARIABLES[name]} is {getattr(self, name)}, not more than 0")
        for name in ("queue_wait_s", "cache_bytes"):
            if not 0 <= getattr(self, name) < math.inf:
                raise InputError(f"{_VARIABLES[name]} is {getattr(self, name)}, not 0 or more")
        if not 0 < self.port < 65536:
            raise InputError(f"CLEF_PORT is {self.port}", hint="a port is from 1 to 65535")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Config:
        """Return the settings that the environment gives, with the defaults for the rest."""
        found = {
            name: _convert(name, environment[variable])
            for name, variable in _VARIABLES.items()
            if environment.get(variable)
        }
        if "snapshot" not in found:
            raise InputError("CLEF_SNAPSHOT is not set", hint='it is a directory; see "clef build"')
        return cls(**found)  # type: ignore[arg-type]  # _convert gives each field its own type

    def to_environment(self) -> dict[str, str]:
        """Return the environment that `from_environment` reads back to the same settings."""
        return {
            variable: str(getattr(self, name))
            for name, variable in _VARIABLES.items()
            if getattr(self, name) is not None
        }

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the server."""
        shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://[{shown}]:{self.port}/" if ":" in shown else f"http://{shown}:{self.port}/"


_VARIABLES = {
    "snapshot": "CLEF_SNAPSHOT",
    "questions": "CLEF_QUESTIONS",
    "host": "CLEF_HOST",
    "port": "CLEF_PORT",
    "workers": "CLEF_WORKERS",
    "deadline_s": "CLEF_DEADLINE",
    "queue_wait_s": "CLEF_QUEUE_WAIT",
    "max_bytes": "CLEF_MAX_BYTES",
    "memory_bytes": "CLEF_MEMORY",
    "max_query_bytes": "CLEF_MAX_QUERY",
    "max_rows": "CLEF_MAX_ROWS",
    "cache_bytes": "CLEF_CACHE",
    "services": "CLEF_SERVICES",
    "processes": "CLEF_PROCESSES",
}


def _convert(name: str, text: str) -> Path | str | float:
    if name in {"snapshot", "questions"}:
        return Path(text)
    if name in {"host", "services"}:
        return text
    try:
        return float(text) if name.endswith("_s") else int(text)
    except ValueError:
        raise InputError(f"{_VARIABLES[name]} is {text!r}, which is not a number") from None
