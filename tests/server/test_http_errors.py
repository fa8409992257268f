"""Every error has its status, and none tells what is inside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from kg import errors
from server.errors import STATUS, init_app


def family(kind: type[errors.ClefError]) -> Iterator[type[errors.ClefError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from family(child)


def test_every_error_has_a_status_and_nothing_else_has() -> None:
    assert set(STATUS) == set(family(errors.ClefError))
    for status, title in STATUS.values():
        assert 400 <= status < 600
        assert title


@pytest.fixture
def failing() -> Flask:
    app = Flask("failing")
    init_app(app)

    @app.get("/bug")
    def bug() -> str:
        raise RuntimeError("secret")

    @app.get("/disk")
    def disk() -> str:
        raise errors.StorageError("secret", where="/a/secret/path")

    @app.get("/busy")
    def busy() -> str:
        raise errors.OverloadError("all busy", hint="wait")

    return app


@pytest.mark.parametrize("path", ["/bug", "/disk"])
def test_what_went_wrong_inside_is_logged_and_not_told(
    failing: Flask, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    response = failing.test_client().get(path)
    assert response.status_code == 500
    assert response.mimetype == "application/problem+json"
    assert "secret" not in response.text
    assert "secret" in caplog.text


def test_a_503_says_when_to_come_back(failing: Flask) -> None:
    response = failing.test_client().get("/busy")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.get_json() == {
        "title": "Busy",
        "status": 503,
        "code": "overload",
        "detail": "all busy",
        "hint": "wait",
    }
