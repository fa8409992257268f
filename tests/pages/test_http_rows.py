"""Every route has its place in docs/http.md, and the examples there are answered as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

PAGE = Path(__file__).resolve().parents[2] / "docs" / "http.md"
ROW = re.compile(
    r"^\| `(GET|POST) ([^`]+)` \| `([^`]+)`(?: with `([^`]+)`)? \| (\d+) `([^`]+)` \|", re.MULTILINE
)
ROWS = ROW.findall(PAGE.read_text(encoding="utf-8"))


def test_every_route_is_documented(site: Flask) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for rule in site.url_map.iter_rules():
        assert re.search(rf"(?:GET|POST) {re.escape(rule.rule)}[`?]", page), rule.rule


@pytest.mark.parametrize("row", ROWS, ids=[row[1] for row in ROWS])
def test_an_example_is_answered_as_shown(visitor: FlaskClient, row: tuple[str, ...]) -> None:
    method, route, example, body, status, media_type = row
    rule, _ = visitor.application.url_map.bind("").match(
        example.partition("?")[0], method, return_rule=True
    )
    assert rule.rule == route
    sent = dict([body.split("=", 1)]) if body else None
    answer = visitor.open(example, method=method, data=sent)
    assert (answer.status_code, answer.mimetype) == (int(status), media_type)
