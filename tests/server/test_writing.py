"""Writers and readers side by side: each answer is of one version, and of none older than asked."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg import paths
from kg.errors import InputError
from kg.namespaces import BASE
from kg.pipeline import Inputs, open_or_build
from server import history
from server.config import Config
from server.state import KEY, State
from server.writer import read_token
from tests.seed import seed_dossier
from tests.server.writing import BEARER, running, token_file, workspace
from tests.test_writable_dossier import IN_PERSON, SOURCE, TURTLE

PROBLEM = "application/problem+json"
SUMS = "SELECT (COUNT(*) AS ?n) (SUM(?v) AS ?sum) { ?s <urn:value> ?v }"
GRAPH = f"/graphs?graph={SOURCE}"


def send(client: FlaskClient, text: str) -> int:
    return client.post("/update", data={"update": text}, headers=BEARER).status_code


def test_every_reader_sees_one_version_and_never_an_older_one(tmp_path: Path) -> None:
    """Each write replaces all hundred values by the next number: a mixture shows in the sum."""
    with workspace(tmp_path, workers=4, queue_wait_s=30) as app:
        written, done = [0], threading.Event()
        faults: list[str] = []
        answers: list[int] = []

        def read() -> None:
            client = app.test_client()
            while not done.is_set():
                least = written[0]
                answer = client.get("/sparql", query_string={"query": SUMS, "format": "csv"})
                count, total = map(int, answer.text.split()[1].split(","))
                answers.append(total)
                if count and (count != 100 or total % 100 or total // 100 < least):
                    faults.append(f"{count} values, {total} in sum, at least {least}")
                time.sleep(0.005)  # the writer is of this process too

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        client = app.test_client()
        for number in range(1, 30):
            values = " ".join(f"<urn:s{n}> <urn:value> {number} ." for n in range(100))
            text = f"DELETE WHERE {{ ?s <urn:value> ?v }} ; INSERT DATA {{ {values} }}"
            assert send(client, text) == 200
            written[0] = number
        done.set()
        for reader in readers:
            reader.join()
        assert not faults
        assert len(set(answers)) > 5


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    with workspace(tmp_path, queue_wait_s=30) as app:
        assert send(app.test_client(), "INSERT DATA { <urn:count> <urn:is> 0 }") == 200

        def count() -> None:
            client = app.test_client()
            for _ in range(15):
                assert send(client, "DELETE { ?c <urn:is> ?n } INSERT { ?c <urn:is> ?m }"
                            " WHERE { ?c <urn:is> ?n BIND(?n + 1 AS ?m) }") == 200  # fmt: skip

        writers = [threading.Thread(target=count) for _ in range(2)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        ask = {"query": "ASK { <urn:count> <urn:is> 30 }"}
        assert app.test_client().get("/sparql", query_string=ask).get_json()["boolean"]


def test_after_many_changes_the_workers_begin_anew_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "LONG_BYTES", 5000)
    with workspace(tmp_path) as app:
        client = app.test_client()
        state: State = app.extensions[KEY]
        first = set(state.pool._every)
        for number in range(60):
            assert send(client, f"INSERT DATA {{ <urn:s{number}> <urn:value> {number} }}") == 200
            answer = client.get("/sparql", query_string={"query": SUMS, "format": "csv"})
            assert answer.text.split()[1] == f"{number + 1},{sum(range(number + 1))}"
        until = time.monotonic() + 20
        while first & state.pool._every and time.monotonic() < until:
            client.get("/healthz")
            time.sleep(0.05)
        assert not first & state.pool._every
        assert client.get("/healthz").get_json()["triples"] == 60
        (checkpoint,) = (tmp_path / "workspace").glob("data-*.nq")
        assert checkpoint.name > "data-000001.nq"


def test_a_killed_worker_comes_back_with_every_change(tmp_path: Path) -> None:
    with workspace(tmp_path, workers=1, queue_wait_s=20) as app:
        client = app.test_client()
        for number in range(5):
            assert send(client, f"INSERT DATA {{ <urn:s{number}> <urn:value> {number} }}") == 200
        (worker,) = app.extensions[KEY].pool._every
        os.kill(worker.pid, signal.SIGKILL)
        while worker.is_alive():
            time.sleep(0.001)
        answer = client.get("/sparql", query_string={"query": SUMS, "format": "csv"})
        assert answer.text.split()[1] == "5,10"


def test_a_full_disk_is_told_as_507_and_changes_nothing(tmp_path: Path) -> None:
    """A limit on the size of files fails a write in its middle, as a full disk does."""
    with workspace(tmp_path) as app:
        client = app.test_client()
        assert send(client, "INSERT DATA { <urn:a> <urn:value> 1 }") == 200
        digest = client.get("/healthz").get_json()["digest"]
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
        try:
            document = f"<urn:x> <urn:y> '{'z' * 3000}' ."
            response = client.put(
                "/graphs/x", data=document, content_type="text/turtle", headers=BEARER
            )
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, handler)
        assert response.status_code == 507
        assert response.content_type == PROBLEM
        assert "nothing was changed" in response.text
        assert client.get("/healthz").get_json()["digest"] == digest
        assert client.get("/graphs/x").status_code == 404
        assert send(client, "INSERT DATA { <urn:a> <urn:value> 2 }") == 200
    with workspace(tmp_path) as app:
        assert app.test_client().get("/healthz").get_json()["triples"] == 2


def test_a_workspace_with_reasoning_answers_with_what_follows(tmp_path: Path) -> None:
    with workspace(tmp_path, reasoning=1) as app:
        client = app.test_client()
        assert (
            send(client, "INSERT DATA { <urn:C> rdfs:subClassOf <urn:D> . <urn:x> a <urn:C> }")
            == 200
        )
        ask = {"query": "ASK { GRAPH graph:inferred { <urn:x> a <urn:D> } }"}
        assert client.get("/sparql", query_string=ask).get_json()["boolean"]
        union = {"query": "ASK { <urn:x> a <urn:C> , <urn:D> }"}
        assert client.get("/sparql", query_string=union).get_json()["boolean"]
        held = client.get("/graphs?default", headers={"Accept": "application/n-triples"}).text
        assert "urn:x" in held
        assert len(held.splitlines()) == 2  # what was asserted, and nothing else
        text = "INSERT DATA { <urn:D> owl:disjointWith <urn:C> }"
        response = client.post("/update", data={"update": text}, headers=BEARER)
        assert (response.status_code, response.get_json()["code"]) == (422, "inconsistent")
        assert "contradiction" in response.get_json()["detail"]


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Path]]:
    folder = tmp_path_factory.mktemp("dossier")
    data = folder / "data" / "dossier"
    shutil.copytree(seed_dossier(), data)
    open_or_build(Inputs(paths.ontology(), data), folder / "build")
    config = Config(
        snapshot=folder / "build", data=data, token_file=token_file(folder), workers=2, deadline_s=5
    )
    with running(config) as app:
        yield app, data


def put(client: FlaskClient, text: str) -> tuple[int, str]:
    response = client.put(GRAPH, data=text.encode(), content_type="text/turtle", headers=BEARER)
    return response.status_code, response.text


def test_a_dossier_takes_a_source_and_lets_it_go(dossier: tuple[Flask, Path]) -> None:
    app, data = dossier
    client = app.test_client()
    ask = {"query": "ASK { GRAPH graph:accepted { ?work clef:filmedIn id:turin } }"}
    known = client.get("/sparql", query_string=ask).get_json()["boolean"]
    assert put(client, TURTLE) == (201, "")
    assert (data / "sources" / "example-2023.ttl").exists()
    assert client.get("/sparql", query_string=ask).get_json()["boolean"]
    held = client.get(GRAPH, headers={"Accept": "application/n-triples"})
    assert f"<{BASE}id/c9001>" in held.text
    with client.get("/graphs?default") as response:
        assert response.status_code == 200
    assert put(client, TURTLE) == (204, "")
    assert client.delete(GRAPH, headers=BEARER).status_code == 204
    assert client.get(GRAPH).status_code == 404
    assert not (data / "sources" / "example-2023.ttl").exists()
    assert client.get("/sparql", query_string=ask).get_json()["boolean"] == known


def test_a_dossier_refuses_with_the_report_or_the_proof(dossier: tuple[Flask, Path]) -> None:
    client = dossier[0].test_client()
    digest = client.get("/healthz").get_json()["digest"]
    status, text = put(client, TURTLE.replace("clef:rank clef:Normal", ""))
    assert status == 422
    assert '"code":"validation"' in text
    assert "Give exactly one clef:rank" in text
    status, text = put(client, TURTLE + IN_PERSON)
    assert status == 422
    assert '"code":"inconsistent"' in text
    assert "contradiction" in text
    response = client.post(
        "/update",
        data={"update": "INSERT DATA { GRAPH graph:inferred { id:turin a clef:Work } }"},
        headers=BEARER,
    )
    assert (response.status_code, response.get_json()["code"]) == (403, "write-refused")
    assert client.get("/healthz").get_json()["digest"] == digest


@pytest.mark.parametrize("text", ["", "\n", "short", "two words of a token here", "é" * 20])
def test_a_token_that_protects_nothing_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "token").write_text(text)
    with pytest.raises(InputError, match="holds no token"):
        read_token(tmp_path / "token")
    with pytest.raises(InputError, match="no such token file"):
        read_token(tmp_path / "none")
