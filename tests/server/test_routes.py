"""Every route there is, whoever adds one: HEAD as GET, OPTIONS, and 405 with Allow for the rest."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
HELD = {"name": "eld", "suffix": "ttl", "filename": "site.css"}
"""What stands in the places of a route; anything stands in one that is not here."""

SAME = ("Content-Type", "Content-Length", "Vary", "ETag", "Last-Modified", "Link", "Location")
OF_A_MOMENT = {"/metrics"}
"""Routes whose answer changes from one moment to the next."""


@pytest.fixture(scope="module")
def every(app: Flask) -> list[tuple[str, Rule]]:
    """Return each route with an address that it answers."""
    bound = app.url_map.bind("localhost")
    return [
        (bound.build(rule.endpoint, {name: HELD.get(name, "1") for name in rule.arguments}), rule)
        for rule in app.url_map.iter_rules()
    ]


@pytest.fixture(scope="module")
def methods(every: list[tuple[str, Rule]]) -> dict[str, set[str]]:
    """Return the methods that each of these addresses takes: several rules may match one."""
    taken: dict[str, set[str]] = {}
    for url, rule in every:
        taken.setdefault(url, set()).update(rule.methods or ())
    return taken


def test_the_table_has_the_routes_of_every_part(every: list[tuple[str, Rule]]) -> None:
    routes = {rule.rule for _, rule in every}
    assert {"/sparql", "/update", "/graphs", "/.well-known/void", "/metrics"} <= routes
    assert {"/doc/<name>", "/doc/<name>.<suffix>", "/ns/<name>", "/why/<name>"} <= routes


def test_head_has_the_headers_of_get_and_no_body(
    client: FlaskClient, methods: dict[str, set[str]]
) -> None:
    asked = [url for url, taken in methods.items() if "GET" in taken]
    assert len(asked) > 10
    for url in asked:
        assert "HEAD" in methods[url]
        with client.get(url) as get, client.head(url) as head:
            assert (head.status_code, head.data) == (get.status_code, b""), url
            assert get.status_code < 500
            told = [{name: one.headers.getlist(name) for name in SAME} for one in (get, head)]
            assert told[0] == told[1] or url in OF_A_MOMENT


def test_options_tells_the_methods(client: FlaskClient, methods: dict[str, set[str]]) -> None:
    for url, taken in methods.items():
        answer = client.options(url)
        assert (answer.status_code, answer.data) == (200, b""), url
        assert set(answer.headers["Allow"].split(", ")) == taken


@pytest.mark.parametrize("method", sorted(METHODS | {"TRACE", "NONSENSE"}))
def test_another_method_is_a_405_that_tells_the_right_ones(
    client: FlaskClient, methods: dict[str, set[str]], method: str
) -> None:
    for url, taken in methods.items():
        if method in taken:
            continue
        answer = client.open(url, method=method)
        assert answer.status_code == 405, (url, method)
        assert set(answer.headers["Allow"].split(", ")) == taken
        if method != "HEAD":
            assert answer.get_json()["code"] == "method-not-allowed"
