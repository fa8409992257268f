"""Entity tags are true, unchanged answers are not sent again, and kept ones are the right ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.sparql import read
from server.answer import Answer
from server.app import create_app
from server.cache import Key, ResultCache, tag
from server.config import Config
from server.frames import Header
from server.pool import WorkerPool
from server.state import KEY

SELECT = "SELECT ?o { id:eld clef:basedOn ?o }"
STRONG = re.compile(r'"[0-9a-f]{32}"')


@pytest.fixture(scope="module")
def kept(snapshot: Path) -> Iterator[Flask]:
    app = create_app(Config(snapshot=snapshot, workers=1))
    yield app
    app.extensions[KEY].pool.close()


@pytest.fixture
def client(kept: Flask) -> FlaskClient:
    return kept.test_client()


class Counter:
    runs = 0


@pytest.fixture
def counted(kept: Flask, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """Count the queries that reach the pool."""
    pool = kept.extensions[KEY].pool
    plain, counter = pool.run, Counter()

    def run(header: Header, text: str) -> Answer:
        counter.runs += 1
        answer: Answer = plain(header, text)
        return answer

    monkeypatch.setattr(pool, "run", run)
    return counter


def get(client: FlaskClient, query: str, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/sparql?" + urlencode({"query": query}), headers=named)


def test_an_answer_has_a_strong_tag_that_format_query_and_data_decide(client: FlaskClient) -> None:
    tags = [
        get(client, SELECT, Accept="text/csv").headers["ETag"],
        get(client, SELECT, Accept="application/sparql-results+json").headers["ETag"],
        get(client, SELECT + " LIMIT 1", Accept="text/csv").headers["ETag"],
        client.get("/sparql?" + urlencode({"query": SELECT, "default-graph-uri": "x:y"})).headers[
            "ETag"
        ],
        get(client, SELECT, Accept="text/html").headers["ETag"],
    ]
    assert all(STRONG.fullmatch(one) for one in tags)
    assert len(set(tags)) == len(tags)
    assert get(client, SELECT, Accept="text/csv").headers["ETag"] == tags[0]
    assert tag(Key("a", "q", None, ())) != tag(Key("b", "q", None, ()))


@pytest.mark.parametrize("accept", ["text/csv", "text/html", "*/*"])
def test_an_unchanged_answer_is_304_without_a_run(
    client: FlaskClient, counted: Counter, accept: str
) -> None:
    query = f"{SELECT} # {accept}"
    first = get(client, query, Accept=accept)
    etag = first.headers["ETag"]
    runs = counted.runs
    for value in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        reply = get(client, query, Accept=accept, If_None_Match=value)
        assert (reply.status_code, reply.data) == (304, b"")
        for name in ("ETag", "Vary", "Cache-Control", "Access-Control-Allow-Origin"):
            assert reply.headers[name] == first.headers[name]
        assert "Content-Length" not in reply.headers
    assert counted.runs == runs
    changed = get(client, query, Accept=accept, If_None_Match='"other"')
    assert (changed.status_code, changed.data) == (200, first.data)
    posted = client.post("/sparql", data={"query": query}, headers={"If-None-Match": etag})
    assert posted.status_code == 200


def test_an_unchanged_answer_is_known_though_it_is_no_longer_kept(
    client: FlaskClient, counted: Counter, kept: Flask
) -> None:
    etag = get(client, SELECT).headers["ETag"]
    kept.extensions[KEY].cache._forget()
    runs = counted.runs
    assert get(client, SELECT, If_None_Match=etag).status_code == 304
    assert counted.runs == runs


def test_a_kept_answer_is_the_same_to_the_byte_by_whichever_way(
    client: FlaskClient, counted: Counter
) -> None:
    query = f"{SELECT} # once"
    first = get(client, query, Accept="text/csv")
    again = get(client, query, Accept="text/csv")
    other_header = get(client, query, Accept="text/csv;q=0.9")
    posted = client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"})
    assert counted.runs == 1
    assert {r.data for r in (first, again, other_header, posted)} == {first.data}
    assert dict(again.headers) == dict(first.headers)
    head = client.head("/sparql?" + urlencode({"query": query}), headers={"Accept": "text/csv"})
    assert (head.data, dict(head.headers)) == (b"", dict(first.headers))
    get(client, query, Accept="application/sparql-results+xml")
    assert counted.runs == 2


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?x) {}",
        "SELECT (rand() AS ?x) {}",
        "SELECT (UUID() AS ?x) {}",
        "SELECT (STRUUID() AS ?x) {}",
        "SELECT (BNODE() AS ?x) {}",
        "CONSTRUCT { _:b <x:y> ?o } WHERE { ?s clef:basedOn ?o }",
        "CONSTRUCT { [] <x:y> ?o } WHERE { ?s clef:basedOn ?o }",
    ],
)
def test_what_differs_from_run_to_run_has_no_tag_and_is_not_kept(
    client: FlaskClient, query: str
) -> None:
    replies = [get(client, query) for _ in range(2)]
    assert replies[0].data != replies[1].data
    for reply in replies:
        assert "ETag" not in reply.headers
        assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "lasting"),
    [
        ("ASK { ?s ?p 'NOW()' } # RAND()", True),
        ("SELECT ?now { ?s :NOW ?now }", True),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p [] FILTER(?s != 1) }", True),
        ("CONSTRUCT WHERE { ?s ?p ?o }", True),
        ("ASK { FILTER(trueNOW()) }", False),
        ("CONSTRUCT { ?s ?p (1 2) } WHERE { ?s ?p ?o }", False),
        ("SELECT (\\u004eOW() AS ?x) {}", False),
    ],
)
def test_whether_an_answer_lasts_is_read_from_the_query(query: str, lasting: bool) -> None:
    assert read(query).lasting is lasting


def test_errors_are_not_kept(client: FlaskClient, counted: Counter) -> None:
    for _ in range(2):
        reply = get(client, "ASK { ?s ?p }")
        assert reply.status_code == 400
        assert "ETag" not in reply.headers
    assert counted.runs == 2


def test_another_host_or_path_is_another_request(client: FlaskClient) -> None:
    get(client, SELECT)
    assert client.get("/?" + urlencode({"query": SELECT})).mimetype == "text/html"


def key(digest: str, number: int = 0) -> Key:
    return Key(digest, f"ASK {{}} # {number}", None, (("boolean", "json"),))


def test_answers_are_gone_when_the_digest_changes() -> None:
    now = ["old"]
    kept = ResultCache(1_000_000, lambda: now[0])
    kept.keep(key("old"), Answer("boolean", b"yes", identity="old"))
    assert kept.answer(key("old"))
    now[0] = "new"
    assert kept.answer(key("old")) is None
    assert kept.size == 0


def test_an_answer_to_other_data_than_it_was_asked_of_is_not_kept() -> None:
    kept = ResultCache(1_000_000, lambda: "old")
    kept.keep(key("old"), Answer("boolean", b"yes", identity="new"))
    assert kept.answer(key("old")) is None


def test_the_bound_in_bytes_holds_and_the_latest_used_stay() -> None:
    bound = 100_000
    kept = ResultCache(bound, lambda: "d")
    for number in range(100):
        kept.keep(key("d", number), Answer("boolean", b"x" * 5000, identity="d"))
        assert kept.answer(key("d", 0)), number
        assert kept.size <= bound
    assert kept.answer(key("d", 99))
    assert kept.answer(key("d", 50)) is None
    kept.keep(key("d", 1000), Answer("boolean", b"x" * bound, identity="d"))
    assert kept.answer(key("d", 1000)) is None


def test_nothing_is_kept_where_the_bound_is_0(snapshot: Path) -> None:
    app = create_app(Config(snapshot=snapshot, workers=1, cache_bytes=0))
    here = app.extensions[KEY]
    try:
        etag = get(app.test_client(), SELECT).headers["ETag"]
        assert get(app.test_client(), SELECT, If_None_Match=etag).status_code == 304
        assert here.cache.size == 0
    finally:
        here.pool.close()


def test_the_same_data_have_the_same_identity_in_another_process(snapshot: Path) -> None:
    identities = set()
    for _ in range(2):
        pool = WorkerPool(Config(snapshot=snapshot, workers=1))
        identities.add(pool.identity)
        pool.close()
    assert len(identities) == 1
