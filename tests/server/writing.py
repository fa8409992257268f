"""Applications that one may write to, for the tests of the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.app import create_app
from server.config import Config
from server.state import KEY

TOKEN = "correct-horse-battery-staple"  # noqa: S105  # of no real server
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def token_file(folder: Path) -> Path:
    path = folder / "token"
    path.write_text(TOKEN + "\n")
    return path


def seeded(app: Flask, *updates: str) -> FlaskClient:
    """Return a client of an application in which these updates have been carried out."""
    client = app.test_client()
    for text in updates:
        assert client.post("/update", data={"update": text}, headers=BEARER).status_code == 200
    return client


def held(client: FlaskClient, url: str) -> set[str] | None:
    """Return the lines of a graph in N-Triples; nothing where there is no such graph."""
    answer = client.get(url, headers={"Accept": "application/n-triples"})
    return set(answer.text.splitlines()) if answer.status_code == 200 else None


def exchange(client: FlaskClient, row: Any, **sent: Any) -> TestResponse:
    """Send the request of a row of a table; the response is as the row says."""
    sent = {"data": row.data, "headers": row.headers} | sent
    response = client.open(row.url, method=row.method, content_type=row.sent_as, **sent)
    assert response.status_code == row.status, response.text
    assert response.headers.get("Content-Type") == row.content_type
    assert row.body in response.text
    return response


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
