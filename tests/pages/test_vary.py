"""What an answer tells caches: whatever differs by language says so, and no graph does."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

WORDS = [
    "/",
    "/search?q=palermo",
    "/search.json?q=palermo",
    "/search.csv?q=palermo",
    "/compare/everybody-loves-diamonds",
    "/compare/everybody-loves-diamonds.json",
    "/compare/everybody-loves-diamonds.csv",
    "/reconcile",
    "/reconcile?queries=%7B%22q%22%3A%7B%22query%22%3A%22palermo%22%7D%7D",
    "/reconcile/suggest/entity?prefix=palermo",
    "/reconcile/preview?id=palermo",
    "/doc/nobody-at-all",
    "/sparql?query=ASK",
]


@pytest.mark.parametrize("path", WORDS)
def test_what_is_in_the_language_of_the_request_says_so(visitor: FlaskClient, path: str) -> None:
    answers = [
        visitor.get(path, headers={"Accept": "text/html, */*;q=0.5", "Accept-Language": tongue})
        for tongue in ("en", "it")
    ]
    assert all("Accept-Language" in answer.vary for answer in answers)


def test_a_graph_is_the_same_in_every_language(visitor: FlaskClient) -> None:
    assert "Accept-Language" not in visitor.get("/doc/palermo.ttl").vary
