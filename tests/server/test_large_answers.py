"""A large answer goes through a file in pieces: whole or not at all, and nobody waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.errors import QueryLimitError, QueryTimeoutError, StorageError
from kg.output import PIECE_BYTES
from server import processes
from server.app import create_app
from server.config import Config
from server.pool import WorkerPool
from server.state import KEY

CROSS = "SELECT * { ?a dct:identifier ?x . ?b dct:identifier ?y } LIMIT 60000"
CSV = {"formats": {"results": "csv"}}


@pytest.fixture(scope="module")
def app(snapshot: Path) -> Iterator[Flask]:
    """An application with one worker, and so with one that is free only once it has answered."""
    app = create_app(Config(snapshot=snapshot, workers=1, queue_wait_s=0.5, deadline_s=5))
    yield app
    app.extensions[KEY].pool.close()


@pytest.fixture
def pool(app: Flask) -> WorkerPool:
    found: WorkerPool = app.extensions[KEY].pool
    return found


def test_a_large_answer_is_in_a_file_and_a_small_one_is_not(pool: WorkerPool) -> None:
    small = pool.run(CSV, "SELECT (1 AS ?x) {}")
    assert (small.body, small.spooled, small.length) == (b"x\r\n1\r\n", None, 6)
    large = pool.run(CSV, CROSS)
    assert (large.body, large.spooled is None) == (b"", False)
    size = large.length
    assert size > 4 * PIECE_BYTES
    content = large.read()
    assert len(content) == size
    assert content.count(b"\r\n") == 60_001
    assert large.spooled
    assert large.spooled.closed


def test_the_worker_is_free_while_the_client_still_reads(client: FlaskClient) -> None:
    query = {"query": CROSS, "format": "csv"}
    with client.get("/sparql", query_string=query) as slow:
        assert client.get("/sparql?query=ASK%7B%7D").status_code == 200
        assert int(slow.headers["Content-Length"]) == len(slow.data)
        assert slow.data.endswith(b"\r\n")
    with client.get("/sparql", query_string=query) as again:
        assert again.data == slow.data


def test_every_format_is_whole(client: FlaskClient) -> None:
    for name, end in (("json", b"]}}"), ("xml", b"</sparql>"), ("tsv", b"\n")):
        with client.get("/sparql", query_string={"query": CROSS, "format": name}) as response:
            assert response.status_code == 200
            assert response.data.endswith(end)
            assert len(response.data) == int(response.headers["Content-Length"])


def test_head_of_a_large_answer_tells_its_size(client: FlaskClient) -> None:
    query = {"query": CROSS, "format": "csv"}
    for _ in range(6):  # more than may be on their way to one client
        with client.head("/sparql", query_string=query) as response:
            assert (response.status_code, response.data) == (200, b"")
            assert int(response.headers["Content-Length"]) > PIECE_BYTES


def test_what_fails_after_the_first_pieces_is_an_error_and_not_half_an_answer(
    pool: WorkerPool,
) -> None:
    with pytest.raises(QueryLimitError, match="larger than"):
        pool.run(CSV | {"max_bytes": 3 * PIECE_BYTES}, CROSS)
    assert pool.run(CSV, "SELECT (1 AS ?x) {}").body


def test_a_deadline_in_the_middle_of_an_answer_is_a_timeout(snapshot: Path) -> None:
    pool = WorkerPool(Config(snapshot=snapshot, workers=1, deadline_s=0.4, max_bytes=2**50))
    try:
        with pytest.raises(QueryTimeoutError):
            pool.run(CSV, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    finally:
        pool.close()


def test_a_full_disk_is_told_as_our_fault(
    pool: WorkerPool, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(processes.tempfile, "TemporaryFile", full)
        with pytest.raises(StorageError, match="could not be kept"):
            pool.run(CSV, CROSS)
        assert client.get("/sparql", query_string={"query": CROSS}).status_code == 500
    assert client.get("/sparql?query=ASK%7B%7D").status_code == 200


def test_a_large_answer_is_no_page(client: FlaskClient) -> None:
    """A page would be made in memory."""
    query = {"query": CROSS, "format": "html"}
    response = client.get("/sparql", query_string=query)
    assert response.status_code == 422
    assert "larger than" in response.text
