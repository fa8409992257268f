"""What the operator sees: a line for each answer that nobody can forge, and true figures."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import EnvironBuilder

from kg.errors import StorageError
from server.access_log import line, open_log
from server.app import create_app
from server.config import Config
from server.observe import Seen
from server.state import KEY

COMBINED = re.compile(
    r'(\S+) - - \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "((?:[^"\\]|\\x..)*)"'
    r' (\d{3}) (\d+|-) "((?:[^"\\]|\\x..)*)" "((?:[^"\\]|\\x..)*)"'
)
ASK = "/sparql?query=ASK%7B%7D"

Make = Callable[..., Flask]


@pytest.fixture
def make(snapshot: Path) -> Iterator[Make]:
    made = []

    def make(**settings: Any) -> Flask:
        made.append(create_app(Config(snapshot=snapshot, workers=1, **settings)))
        return made[-1]

    yield make
    for app in made:
        app.extensions[KEY].pool.close()


def seen(path: str, size: str = "5", **sent: str) -> Seen:
    environ = EnvironBuilder(path, headers=sent).get_environ()
    environ["REMOTE_ADDR"] = "192.0.2.1"
    return Seen(environ, "200", size, 0.1)


def test_a_line_is_in_the_combined_log_format() -> None:
    given = seen("/sparql?query=ASK%7B%7D", Referer="http://a.example/")
    given.environ["HTTP_USER_AGENT"] = "curl/8"
    assert line(given, time.gmtime(1767323045)) == (
        '192.0.2.1 - - [02/Jan/2026:03:04:05 +0000] "GET /sparql?query=ASK%7B%7D HTTP/1.1" 200 5'
        ' "http://a.example/" "curl/8"'
    )


@pytest.mark.parametrize("bad", ['" 200 5 "', "a\r\nb", "a\x1b[2J", "\\", "é\u2028", "\x00"])
def test_nothing_in_a_request_ends_its_field_or_its_line(bad: str) -> None:
    given = seen("/")
    for name in ("PATH_INFO", "QUERY_STRING", "HTTP_REFERER", "HTTP_USER_AGENT", "REQUEST_METHOD"):
        given.environ[name] = bad
    written = line(given, time.localtime())
    assert COMBINED.fullmatch(written)
    assert written.isascii()
    assert written.isprintable()


def test_an_answer_without_a_body_has_no_size() -> None:
    assert " 200 - " in line(seen("/", size=""), time.localtime())


def test_every_answer_has_its_line_and_a_moved_file_is_opened_anew(
    make: Make, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    client = make(access_log=str(log)).test_client()
    for path in (ASK, "/nothing", "/sparql?query=ASK"):
        client.get(path)
    client.head(ASK)
    found = [COMBINED.fullmatch(text) for text in log.read_text().splitlines()]
    assert [match and (match[3], match[4], match[5] == "-") for match in found] == [
        (f"GET {ASK} HTTP/1.1", "200", False),
        ("GET /nothing HTTP/1.1", "404", False),
        ("GET /sparql?query=ASK HTTP/1.1", "400", False),
        (f"HEAD {ASK} HTTP/1.1", "200", True),
    ]
    log.rename(tmp_path / "access.log.1")
    client.get("/healthz")
    assert "GET /healthz " in log.read_text()


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="access log"):
        open_log(str(tmp_path / "none" / "access.log"))


def test_the_client_behind_a_proxy_is_believed_only_where_there_is_one(
    make: Make, tmp_path: Path
) -> None:
    sent = {"X-Forwarded-For": "6.6.6.6, 198.51.100.7", "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "clef.example"}  # fmt: skip
    for proxies, client, secure in ((0, "127.0.0.1", False), (1, "198.51.100.7", True)):
        log = tmp_path / f"{proxies}.log"
        app = make(access_log=str(log), proxies=proxies)
        response = app.test_client().get("/sparql", headers=sent)
        assert log.read_text().startswith(f"{client} ")
        assert ("https://clef.example/sparql" in response.text) is secure
        assert ("Strict-Transport-Security" in response.headers) is secure


def figures(client: FlaskClient) -> dict[tuple[str, ...], float]:
    response = client.get("/metrics")
    assert response.mimetype == "text/plain"
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_the_figures_count_what_was_answered(make: Make) -> None:
    app = make()
    client = app.test_client()
    for path in (ASK, ASK, "/sparql?query=ASK", "/nothing"):
        client.get(path)
    client.open("/", method="BREW")
    found = figures(client)
    assert found["clef_http_requests_total", "GET", "/sparql", "200"] == 2
    assert found["clef_http_requests_total", "GET", "/sparql", "400"] == 1
    assert found["clef_http_requests_total", "GET", "none", "404"] == 1
    assert found["clef_http_requests_total", "other", "none", "405"] == 1
    assert found["clef_http_request_seconds_count", "/sparql"] == 3
    assert found["clef_triples",] == 2003
    assert found["clef_workers_idle",] == 1
    assert found["clef_queries_inside",] == 0
    assert found["clef_workers_replaced_total",] == 0
    assert found["clef_data_info", app.extensions[KEY].pool.digest] == 1
    assert found["process_resident_memory_bytes",] > 1e6


def test_a_worker_that_was_killed_shows_in_the_figures(make: Make) -> None:
    client = make(deadline_s=0.3).test_client()
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?i) }"
    assert client.get("/sparql", query_string={"query": endless}).status_code == 503
    found = figures(client)
    assert found["clef_workers_replaced_total",] == 1
    assert found["clef_http_requests_total", "GET", "/sparql", "503"] == 1


def test_the_figures_are_offered_as_openmetrics_too(client: FlaskClient) -> None:
    response = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert response.mimetype == "application/openmetrics-text"
    assert response.text.endswith("# EOF\n")
    assert response.headers["Cache-Control"] == "no-store"
