"""Applications that one may write to, for the tests of the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from server.app import create_app
from server.config import Config
from server.state import KEY

TOKEN = "correct-horse-battery-staple"  # noqa: S105  # of no real server
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def token_file(folder: Path) -> Path:
    path = folder / "token"
    path.write_text(TOKEN + "\n")
    return path


@contextmanager
def running(config: Config) -> Iterator[Flask]:
    app = create_app(config)
    try:
        yield app
    finally:
        app.extensions[KEY].close()


@contextmanager
def workspace(folder: Path, **settings: Any) -> Iterator[Flask]:
    """Run an application over a workspace; without `reasoning=1`, over a plain store."""
    chosen: dict[str, Any] = {"reasoning": 0, "workers": 2, "deadline_s": 5, "per_client": 100}
    chosen["token_file"] = token_file(folder)
    place = folder / "workspace"
    config = Config(snapshot=place, workspace=place, **(chosen | settings))
    with running(config) as app:
        yield app
