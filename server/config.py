"""Own the settings of the server: names, meanings, defaults and limits; not where they are used.

Each is a variable of the environment, and a flag of `clef serve` that counts more. granian builds
the application in a process of its own, so that the settings travel in the environment.
docs/http.md shows the same table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, NamedTuple

from kg.errors import InputError

__all__ = ["SETTINGS", "Config", "Setting"]


_NO_BOUND = 2.0**53  # what a float still counts exactly; infinity is no setting


class Setting(NamedTuple):
    """One row of the table: a field of `Config`, and how a person names and understands it."""

    name: str
    kind: str
    variable: str
    meaning: str
    default: str
    least: float
    most: float
    has_flag: bool

    @property
    def flag(self) -> str:
        """The flag of `clef serve`; empty where the command finds the value by itself."""
        name = self.variable.removeprefix("CLEF_").lower().replace("_", "-")
        return f"--{name}" if self.has_flag else ""

    @property
    def called(self) -> str:
        """Both names, for a message."""
        return f"{self.variable} ({self.flag})" if self.flag else self.variable


def _row(
    variable: str,
    meaning: str,
    *,
    least: float = -math.inf,
    most: float = _NO_BOUND,
    has_flag: bool = True,
) -> dict[str, Any]:
    """Return what a `Setting` says beyond what the field of `Config` says itself."""
    return {
        "variable": variable,
        "meaning": meaning,
        "least": least,
        "most": most,
        "has_flag": has_flag,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one server; times in seconds, sizes in bytes."""

    snapshot: Path = field(
        metadata=_row(
            "CLEF_SNAPSHOT", "directory with `dataset.nq` and `manifest.json`", has_flag=False
        )
    )
    questions: Path | None = field(
        default=None,
        metadata=_row("CLEF_QUESTIONS", "directory of the example queries", has_flag=False),
    )
    host: str = field(default="127.0.0.1", metadata=_row("CLEF_HOST", "address to listen on"))
    port: int = field(
        default=8000, metadata=_row("CLEF_PORT", "port to listen on", least=1, most=65535)
    )
    proxies: int = field(
        default=0,
        metadata=_row(
            "CLEF_PROXIES", "reverse proxies in front, whose `X-Forwarded-…` is believed", least=0
        ),
    )
    workers: int = field(
        default=4, metadata=_row("CLEF_WORKERS", "processes that run queries", least=1)
    )
    deadline_s: float = field(
        default=10.0, metadata=_row("CLEF_DEADLINE", "seconds that one query may take", least=0.001)
    )
    queue: int = field(
        default=48, metadata=_row("CLEF_QUEUE", "queries that may run or wait at once", least=1)
    )
    queue_wait_s: float = field(
        default=2.0,
        metadata=_row("CLEF_QUEUE_WAIT", "seconds that a query waits for a free worker", least=0),
    )
    per_client: int = field(
        default=3,
        metadata=_row("CLEF_PER_CLIENT", "queries of one client that may run at once", least=1),
    )
    max_bytes: int = field(
        default=64 * 1024**2, metadata=_row("CLEF_MAX_BYTES", "largest answer, in bytes", least=1)
    )
    max_rows: int = field(
        default=1_000_000, metadata=_row("CLEF_MAX_ROWS", "most rows of an answer", least=1)
    )
    memory_bytes: int = field(
        default=512 * 1024**2,
        metadata=_row("CLEF_MEMORY", "memory of a worker beyond its data, in bytes", least=1),
    )
    max_query_bytes: int = field(
        default=1_000_000, metadata=_row("CLEF_MAX_QUERY", "longest query, in bytes", least=1)
    )
    cache_bytes: int = field(
        default=64 * 1024**2,
        metadata=_row("CLEF_CACHE", "answers that are kept, in bytes; 0 keeps none", least=0),
    )
    services: str = field(
        default="",
        metadata=_row("CLEF_SERVICES", "hosts that `SERVICE` may call, as `HOST:PORT,…`"),
    )
    max_write_bytes: int = field(
        default=64 * 1024**2,
        metadata=_row("CLEF_MAX_WRITE", "longest document to write, in bytes", least=1),
    )
    token_file: Path | None = field(
        default=None,
        metadata=_row(
            "CLEF_TOKEN_FILE", "file of the token with which a client may write", has_flag=False
        ),
    )
    data: Path | None = field(
        default=None,
        metadata=_row(
            "CLEF_DATA",
            "folder of the dossier: what withdrawals are worked out from, and writes go to",
            has_flag=False,
        ),
    )
    workspace: Path | None = field(
        default=None,
        metadata=_row(
            "CLEF_WORKSPACE", "folder of a workspace to serve, not a dossier", has_flag=False
        ),
    )
    reasoning: int = field(
        default=1,
        metadata=_row(
            "CLEF_REASONING",
            "0 serves a workspace as a plain store",
            least=0,
            most=1,
            has_flag=False,
        ),
    )
    access_log: str = field(
        default="",
        metadata=_row("CLEF_ACCESS_LOG", "file of the access log; `-` is standard output"),
    )
    stop_wait_s: int = field(
        default=1,
        metadata=_row(
            "CLEF_STOP_WAIT", "seconds that a stop waits for what is being answered", least=1
        ),
    )

    def __post_init__(self) -> None:
        for row in SETTINGS:
            value = getattr(self, row.name)
            # NaN is not between anything.
            if isinstance(value, int | float) and not row.least <= value <= row.most:
                most = f" and at most {row.most:.0f}" if row.most < _NO_BOUND else ""
                hint = f"give at least {row.least:g}{most}"
                raise InputError(f"{row.called} is {value}", hint=hint)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Config:
        """Return the settings that the environment gives, with the defaults for the rest."""
        found = {
            row.name: _convert(row, environment[row.variable])
            for row in SETTINGS
            if environment.get(row.variable)
        }
        if "workspace" in found:  # which is all there is to serve
            found.setdefault("snapshot", found["workspace"])
        if "snapshot" not in found:
            raise InputError("CLEF_SNAPSHOT is not set", hint='it is a directory; see "clef build"')
        return cls(**found)  # type: ignore[arg-type]  # _convert gives each field its own type

    def to_environment(self) -> dict[str, str]:
        """Return the environment that `from_environment` reads back to the same settings."""
        values = {row.variable: getattr(self, row.name) for row in SETTINGS}
        return {name: str(value) for name, value in values.items() if value not in {None, ""}}

    @property
    def default_graph(self) -> Literal["union", "ours", "plain"]:
        """What the default graph of a query is, as in `server.worker`.

        A dossier that is written to holds what its sources say twice: in their own graphs too.
        """
        if self.workspace is not None:
            return "union" if self.reasoning else "plain"
        return "ours" if self.data and self.token_file else "union"

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the server."""
        shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://[{shown}]:{self.port}/" if ":" in shown else f"http://{shown}:{self.port}/"


def _setting(own: Field[Any]) -> Setting:
    default = "required" if own.default is MISSING else own.default
    told = "none" if default in {None, ""} else str(default).removesuffix(".0")
    kind = str(own.type).removesuffix(" | None")
    return Setting(name=own.name, kind=kind, default=told, **own.metadata)


SETTINGS = tuple(_setting(own) for own in fields(Config))
"""Every setting, in the order in which the documents show them."""


_KINDS: dict[str, type[Path | str | float]] = {
    "Path": Path,
    "str": str,
    "int": int,
    "float": float,
}


def _convert(row: Setting, text: str) -> Path | str | float:
    try:
        return _KINDS[row.kind](text)
    except ValueError:
        whole = "whole number" if row.kind == "int" else "number"
        raise InputError(f"{row.called} is {text!r}", hint=f"give a {whole}") from None
