"""Requests that no client of good will sends: each has its honest status; none breaks a page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import create_environ, run_wsgi_app

HALF = "\ud800"
"""Half a character, which JSON may name and no text can hold."""


@pytest.mark.parametrize(
    "host",
    ["xn--a", 'evil"><script>x', "a b", "evil.com/path", "a..b", "x" * 300, "[::1", "a:b", "é"],
)
@pytest.mark.parametrize(
    "path",
    ["/robots.txt", "/sitemap.xml", "/reconcile", "/.well-known/void", "/llms.txt", "/doc/palermo"],
)
def test_a_host_that_is_none_is_refused(site: Flask, host: str, path: str) -> None:
    environ = create_environ(path) | {"HTTP_HOST": host}
    body, status, _headers = run_wsgi_app(site.wsgi_app, environ)
    assert status == "400 BAD REQUEST"
    assert host.encode() not in b"".join(body)


@pytest.mark.parametrize("host", ["[::1]:80", "192.0.2.7", "facts.example:8080", "my_host", ""])
def test_a_host_may_be_a_name_or_an_address(site: Flask, host: str) -> None:
    environ = create_environ("/robots.txt") | {"HTTP_HOST": host}
    assert run_wsgi_app(site.wsgi_app, environ)[1] == "200 OK"


@pytest.mark.parametrize(
    "asked",
    [
        {"queries": {"q0": {"query": "a", "type_strict": []}}},
        {"queries": {"q0": {"query": "a", "type_strict": {}}}},
        {"queries": {"q0": {"query": "a", "limit": []}}},
        {"queries": {"q0": {"query": "a", "properties": [{"pid": [], "v": 1}]}}},
        {"queries": {HALF: {"query": 1}}},
        {"extend": {"ids": ["a"], "properties": [{"id": "a", "settings": {"limit": []}}]}},
        {"extend": {"ids": ["a"], "properties": [{"id": HALF, "settings": {"limit": {}}}]}},
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/html", "text/plain"])
def test_what_is_no_reconciliation_query_is_refused(
    visitor: FlaskClient, asked: dict[str, Any], accept: str
) -> None:
    form = {name: json.dumps(value) for name, value in asked.items()}
    answer = visitor.post("/reconcile", data=form, headers={"Accept": accept})
    assert answer.status_code == 400
    assert answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap-99999999999999999999999.xml",
        f"/sitemap-{'9' * 4300}.xml",
        "/id//palermo",
        "/doc//palermo",
        "///evil.example/doc/palermo",
    ],
)
def test_what_is_not_there_is_not_found(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert "Location" not in answer.headers
