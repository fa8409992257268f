"""What a hostile client sends gets its honest status in time, while a bystander is served."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from test_serve import ENDLESS, Server, start, stop

BYSTANDER = "SELECT ?o { id:eld clef:basedOn ?o }"
DEADLINE = 1.0
ANY = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
NUMBERS = " ".join(map(str, range(20_000)))
DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))


class Attack(NamedTuple):
    """A query, and the statuses that are honest for it."""

    name: str
    query: str
    statuses: tuple[int, ...]
    code: str = ""


ATTACKS = [
    Attack("a cross product, counted", ENDLESS, (503,), "query-timeout"),
    Attack("a cross product, sorted", f"SELECT * {{ {ANY} }} ORDER BY ?c ?f ?i", (422, 503)),
    Attack("rows without end", f"SELECT * {{ {ANY} }}", (422,), "query-limit"),
    Attack("a graph without end", f"CONSTRUCT {{ ?a ?e ?i }} {{ {ANY} }}", (422, 503)),
    Attack("distinct rows without end", f"SELECT DISTINCT ?a ?f ?i {{ {ANY} }}", (422, 503)),
    Attack("groups without end", f"SELECT ?c ?f (COUNT(*) AS ?n) {{ {ANY} }} GROUP BY ?c ?f ?i",
           (422, 503)),
    Attack("deep paths", "SELECT (COUNT(*) AS ?n) { ?a (!<x:x>)* ?b . ?c (!<x:x>|^!<x:x>)+ ?d ."
           " ?e (!<x:x>)*/(!<x:y>)* ?f }", (503,), "query-timeout"),
    Attack("a regular expression that backtracks",
           'ASK { FILTER(REGEX("' + "a" * 5000 + '!", "^(a+)+$")) }', (200,)),
    Attack("a regular expression that grows",
           'ASK { FILTER(REGEX("aaaa", "((((a{1,99}){1,99}){1,99}){1,99})")) }', (200, 400)),
    Attack("huge VALUES", f"SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {NUMBERS} }} VALUES ?y"
           f" {{ {NUMBERS} }} VALUES ?z {{ 1 2 3 4 5 }} FILTER(?x * ?y + ?z = 7) }}", (422, 503)),
    Attack("nested subqueries", "SELECT * {" * 60 + "?s ?p ?o" + "}" * 60, (200, 422)),
    Attack("a nest too deep", "ASK " + "{" * 10_000, (422,), "query-limit"),
    Attack("a string that doubles",
           f'SELECT (STRLEN(?x40) AS ?n) {{ BIND("xx" AS ?x0) {DOUBLED} }}', (200, 422, 503)),
    Attack("SERVICE to this machine", "ASK { SERVICE <http://127.0.0.1:80/> {} }", (403,)),
    Attack("SERVICE by name", "ASK { SERVICE SILENT <http://localhost/> {} }", (403,)),
    Attack("SERVICE to IPv6", "ASK { SERVICE <http://[::1]/> {} }", (403,)),
    Attack("SERVICE to a private network", "ASK { SERVICE <http://10.0.0.1/> {} }", (403,)),
    Attack("SERVICE to metadata", "ASK { SERVICE <http://169.254.169.254/latest> {} }", (403,)),
    Attack("SERVICE, an address as a number", "ASK { SERVICE <http://2130706433/> {} }", (403,)),
    Attack("SERVICE to what a variable names",
           "ASK { VALUES ?u { <http://127.0.0.1/> } SERVICE ?u {} }", (403,)),
    Attack("LOAD", "LOAD <file:///etc/passwd>", (403,), "query-refused"),
    Attack("FROM a file", "ASK FROM <file:///etc/passwd> { ?s ?p ?o }", (200,)),
    Attack("FROM NAMED a page", "ASK FROM NAMED <http://127.0.0.1/> { GRAPH ?g { ?s ?p ?o } }",
           (200,)),
]  # fmt: skip


@pytest.fixture(scope="module")
def server(snapshot: Path) -> Iterator[Server]:
    server = start(snapshot, CLEF_MEMORY=str(200 * 1024**2))
    yield server
    stop(server)


@pytest.fixture
def bystander(server: Server) -> Iterator[list[int]]:
    """Ask on while the test runs; every request must have been answered with 200."""
    statuses: list[int] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            # A query of its own each time: none is answered from the cache.
            statuses.append(server.ask(f"{BYSTANDER} # {len(statuses)}").status)

    thread = threading.Thread(target=ask)
    thread.start()
    yield statuses
    over.set()
    thread.join(10)
    assert not thread.is_alive()
    assert set(statuses) == {200}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gets_its_status_and_a_bystander_is_served(
    server: Server, bystander: list[int], attack: Attack
) -> None:
    begin = time.monotonic()
    reply = server.request("POST", "/sparql", attack.query.encode())
    seconds = time.monotonic() - begin
    assert reply.status in attack.statuses, reply.body
    assert seconds < 5 * DEADLINE  # left alone, some run for years
    if reply.status >= 400:
        assert reply.headers.get_content_type() == "application/problem+json"
        problem = json.loads(reply.body)
        assert problem["detail"]
        assert attack.code in {"", problem["code"]}
    if "FROM" in attack.query:
        assert json.loads(reply.body)["boolean"] is False
    while not bystander:
        time.sleep(0.01)


def test_many_attackers_at_once_leave_the_server_whole(server: Server) -> None:
    statuses: list[int] = []

    def attack() -> None:
        statuses.append(server.request("POST", "/sparql", ENDLESS.encode()).status)

    threads = [threading.Thread(target=attack) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(statuses) == 12
    assert set(statuses) <= {429, 503}
    assert server.ask(BYSTANDER).status == 200


@pytest.mark.usefixtures("bystander")
def test_a_query_of_ten_megabytes_is_refused(server: Server) -> None:
    assert server.request("POST", "/sparql", b"#" * 10_000_000).status == 413
    assert server.request("GET", "/healthz").status == 200


def raw(server: Server, request: bytes, seconds: float = 6) -> bytes:
    """Send bytes as they are, and return all that comes back until the end or a silence."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as sock:
        sock.sendall(request)
        received = b""
        try:
            while chunk := sock.recv(65536):
                received += chunk
                sock.settimeout(0.3)
        except (TimeoutError, ConnectionResetError):
            pass
        return received


@pytest.mark.usefixtures("bystander")
def test_bodies_that_do_not_come_are_given_up_at_the_deadline(server: Server) -> None:
    """More of them than one client may have, and the clients hold on after their answer."""
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 100\r\n\r\nASK"
    )
    clients = [socket.create_connection(("127.0.0.1", server.port), timeout=8) for _ in range(20)]
    try:
        for client in clients:
            client.sendall(head)
        told = sorted(client.recv(4096)[9:12] for client in clients)
        assert told == [b"408"] * 16 + [b"429"] * 4
    finally:
        for client in clients:
            client.close()


@pytest.mark.usefixtures("bystander")
def test_a_head_that_does_not_come_ends_the_connection(server: Server) -> None:
    begin = time.monotonic()
    assert raw(server, b"GET /sparql HTTP/1.1\r\nHost: x\r\nX-") == b""
    assert time.monotonic() - begin < 5


QUERY = urlencode({"query": "ASK {}"}).encode()


@pytest.mark.usefixtures("bystander")
@pytest.mark.parametrize(
    ("request_", "statuses"),
    [
        (b"GET /sparql?query=%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: x\r\n\r\n", (400,)),
        (b"GET /%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: x\r\n\r\n", (404,)),
        (b"GET /sparql?" + QUERY + b" HTTP/1.1\r\nHost: x\r\nAccept: a\rSet-Cookie: a\r\n\r\n",
         (200, 400, 406)),
        (b"GET /sparql?" + QUERY + b" HTTP/1.1\r\nHost: x\r\nAccept: \xff\xfe\r\n\r\n", (200, 400)),
        (b"GET /sparql?" + QUERY + b" HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", (200, 400)),
        (b"GET /sparql?" + QUERY + b" HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
         (400, 414, 431)),
        (b"GET /sparql?query=" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", (400, 414)),
        (b"GET /sparql?" + QUERY + b" HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
         (400, 431)),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"
         b"ASK {}", (400,)),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
         b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
         (400,)),
        (b"GARBAGE\r\n\r\n", (400,)),
        (b"GET  /sparql\r\n\r\n", (400,)),
    ],
    ids=["line breaks in the query", "line breaks in the path", "a line break in a header",
         "bytes that are no text", "two hosts", "a header of a megabyte", "a long URL",
         "5,000 headers", "two lengths", "a length and chunks", "no request", "no version"],
)  # fmt: skip
def test_what_is_no_proper_request_does_no_harm(
    server: Server, request_: bytes, statuses: tuple[int, ...]
) -> None:
    answer = raw(server, request_)
    head, _, rest = answer.partition(b"\r\n\r\n")
    assert int(head.split()[1]) in statuses, head
    assert b"set-cookie" not in head.lower()
    assert rest.count(b"HTTP/1.1 ") <= 1


def test_every_worker_is_there_afterwards(server: Server) -> None:
    until = time.monotonic() + 5
    while len(server.children()) != 4 and time.monotonic() < until:
        time.sleep(0.05)
    assert len(server.children()) == 4
    assert server.ask(BYSTANDER).status == 200
