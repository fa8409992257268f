"""The server as it is run: a process on a port, asked by real clients, some of them hostile."""

from __future__ import annotations

import csv
import http.client
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from kg.errors import InputError, NotFoundError
from kg.namespaces import BASE
from server.config import Config
from server.serve import serve

RUN = """
import os, sys
from server.config import Config
from server.serve import serve
sys.exit(serve(Config.from_environment(os.environ)))
"""
SELECT = "SELECT ?o { id:eld clef:basedOn ?o }"
GRAPH = "CONSTRUCT WHERE { ?s clef:basedOn ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f && ?f < ?i) }"
HEIST = f"{BASE}id/heist"


class Reply(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Server(NamedTuple):
    """A running server."""

    process: subprocess.Popen[str]
    port: int
    first_line: str
    seconds_to_ready: float

    def ask(self, query: str, accept: str = "*/*") -> Reply:
        return self.request("GET", "/sparql?" + urlencode({"query": query}), accept=accept)

    def request(
        self, method: str, path: str, body: bytes | None = None, accept: str = "*/*"
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Accept": accept, "Content-Type": "application/sparql-query"}
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def children(self) -> list[int]:
        """Return every process below this one."""
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            for task in Path(f"/proc/{pid}/task").iterdir():
                below = [int(child) for child in (task / "children").read_text().split()]
                found += below
                todo += below
        return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def start(snapshot: Path, **settings: str) -> Server:
    port = free_port()
    config = Config(snapshot=snapshot, port=port, workers=2, deadline_s=1, max_bytes=500_000)
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", RUN],
        env=os.environ | config.to_environment() | settings,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    line = process.stdout.readline()
    return Server(process, port, line, time.monotonic() - begin)


def stop(server: Server) -> None:
    server.process.kill()
    server.process.wait()
    assert server.process.stdout
    server.process.stdout.close()


@pytest.fixture(scope="module")
def server(snapshot: Path) -> Iterator[Server]:
    server = start(snapshot)
    yield server
    stop(server)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def all_end(pids: list[int], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while any(map(is_running, pids)) and time.monotonic() < until:
        time.sleep(0.01)
    return not any(map(is_running, pids))


def test_it_says_that_it_is_ready_when_it_answers_and_that_is_soon(server: Server) -> None:
    assert server.first_line == (
        f"Clef is ready: http://127.0.0.1:{server.port}/  (SPARQL at /sparql)\n"
    )
    assert server.request("GET", "/healthz").status == 200
    assert server.seconds_to_ready < 4  # the target of 2 s is measured, not tested


def test_rows_in_four_formats_say_the_same(server: Server) -> None:
    reply = server.ask(SELECT, "application/sparql-results+json")
    assert json.loads(reply.body)["results"]["bindings"][0]["o"]["value"] == HEIST
    reply = server.ask(SELECT, "application/sparql-results+xml")
    root = ET.fromstring(reply.body)  # noqa: S314  # our own answer
    assert [node.text for node in root.iter() if node.tag.endswith("}uri")] == [HEIST]
    reply = server.ask(SELECT, "text/csv")
    assert list(csv.reader(io.StringIO(reply.body.decode()))) == [["o"], [HEIST]]
    reply = server.ask(SELECT, "text/tab-separated-values")
    assert reply.body.decode() == f"?o\n<{HEIST}>\n"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
    ],
)
def test_a_graph_in_four_formats_says_the_same(
    server: Server, accept: str, form: ox.RdfFormat
) -> None:
    reply = server.ask(GRAPH, accept)
    assert reply.headers.get_content_type() == accept
    (quad,) = ox.parse(reply.body, format=form)
    assert quad.object == ox.NamedNode(HEIST)


def test_head_has_the_headers_of_get_and_no_body(server: Server) -> None:
    path = "/sparql?" + urlencode({"query": SELECT})
    get, head = server.request("GET", path), server.request("HEAD", path)
    assert head.body == b""
    for name in ("Content-Type", "Content-Length", "Vary"):
        assert head.headers[name] == get.headers[name]


def test_an_endless_query_is_stopped_while_another_client_is_answered(server: Server) -> None:
    replies: list[Reply] = []
    begin = time.monotonic()
    thread = threading.Thread(target=lambda: replies.append(server.ask(ENDLESS)))
    thread.start()
    answered = 0
    while thread.is_alive():
        assert server.ask(SELECT).status == 200
        answered += 1
    assert 1 <= time.monotonic() - begin < 8  # left alone it runs for hours
    assert answered > 10
    (reply,) = replies
    assert reply.status == 503
    assert int(reply.headers["Retry-After"]) > 0
    assert json.loads(reply.body)["code"] == "query-timeout"


def test_service_is_refused_and_no_connection_is_made(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        for silent in ("", "SILENT "):
            reply = server.ask(f"ASK {{ SERVICE {silent}<http://127.0.0.1:{port}/> {{}} }}")
            assert reply.status == 403
        reply = server.ask(f"ASK FROM <http://127.0.0.1:{port}/> {{ ?s ?p ?o }}")
        assert json.loads(reply.body)["boolean"] is False
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("LOAD <file:///etc/passwd>", 403, "query-refused"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", 422, "query-limit"),
        ("ASK { \ufffe", 400, "query-syntax"),
        ("ASK " + "{" * 10_000, 422, "query-limit"),
    ],
)
def test_a_hostile_query_gets_its_status(
    server: Server, query: str, status: int, code: str
) -> None:
    reply = server.ask(query)
    assert (reply.status, json.loads(reply.body)["code"]) == (status, code)


def test_a_file_named_by_from_reads_as_an_empty_graph(server: Server) -> None:
    reply = server.ask("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "text/csv")
    assert (reply.status, reply.body) == (200, b"o,p,s\r\n")


def test_a_query_of_ten_megabytes_is_too_long(server: Server) -> None:
    reply = server.request("POST", "/sparql", b"a" * 10_000_000)
    assert reply.status == 413


def test_malformed_utf_8_and_two_queries_are_bad_requests(server: Server) -> None:
    assert server.request("GET", "/sparql?query=ASK%7B%FF%7D").status == 400
    assert server.request("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D").status == 400
    assert server.request("POST", "/sparql", b"ASK { '\xc3\x28' }").status == 400


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_two_seconds_even_in_the_middle_of_a_query(
    snapshot: Path, how: signal.Signals
) -> None:
    server = start(snapshot, CLEF_DEADLINE="30")
    try:
        pids = server.children()
        assert len(pids) == 4  # that which answers, that which holds the data, two workers

        def ask() -> None:
            with pytest.raises((OSError, http.client.HTTPException)):
                server.ask(ENDLESS)

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.3)
        server.process.send_signal(how)
        assert server.process.wait(2) == 0
        assert all_end(pids, 1)
        thread.join()
    finally:
        stop(server)


def test_killing_it_leaves_no_process_behind(snapshot: Path) -> None:
    server = start(snapshot)
    pids = server.children()
    assert len(pids) == 4
    stop(server)
    assert all_end(pids, 3)


def test_a_taken_port_is_told_in_one_line(snapshot: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port}"):
            serve(Config(snapshot=snapshot, port=port))


def test_a_missing_snapshot_is_told_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no snapshot"):
        serve(Config(snapshot=tmp_path))


def test_a_damaged_snapshot_is_told_and_ends_the_server(snapshot: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes((snapshot / "manifest.json").read_bytes())
    (tmp_path / "dataset.nq").write_text("<a:a> <a:b> <a:c> <a:d> .\n")
    config = Config(snapshot=tmp_path, port=free_port(), workers=1)
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        env=os.environ | config.to_environment(),
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    assert done.returncode == 1
    assert re.fullmatch(r"clef: \S+: damaged snapshot.*\n  remove .*\n", done.stderr)
