"""SERVICE calls whom the operator has named, at addresses that are allowed, and nobody else."""

from __future__ import annotations

import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from test_serve import Server, start, stop

from kg.errors import (
    ClefError,
    InputError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    ServiceError,
)
from kg.namespaces import BASE
from server import federation
from server.config import Config
from server.federation import AllowList
from server.pool import WorkerPool

FORMATS = {"formats": {"boolean": "json", "results": "json", "graph": "turtle"}}
Answering = Callable[[http.server.BaseHTTPRequestHandler], None]
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def other(snapshot: Path) -> Iterator[Server]:
    """A second endpoint, of the same software and in processes of its own."""
    server = start(snapshot)
    yield server
    stop(server)


class Elsewhere(http.server.ThreadingHTTPServer):
    """An endpoint that a test tells how to answer, and that knows how often it was called."""

    daemon_threads = True
    called = 0
    answering: Answering

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        self.server.called += 1
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.answering(self)

    do_POST = do_GET  # noqa: N815  # the name is the library's

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    server = Elsewhere(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def says(body: bytes, kind: str = "application/sparql-results+json") -> Answering:
    def answering(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answering


def moves(target: str, status: int = 302) -> Answering:
    def answering(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Location", target)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answering


@pytest.fixture(scope="module")
def pools(snapshot: Path) -> Iterator[Callable[[str], WorkerPool]]:
    made: dict[str, WorkerPool] = {}

    def pool(services: str) -> WorkerPool:
        if services not in made:
            config = Config(snapshot=snapshot, workers=1, deadline_s=2, services=services)
            made[services] = WorkerPool(config)
        return made[services]

    yield pool
    for one in made.values():
        one.close()


@pytest.fixture
def ask(snapshot: Path, elsewhere: Elsewhere) -> Iterator[Callable[[str], Rows]]:
    """Ask an endpoint that may call `elsewhere`, and get the rows as name to value."""
    port = elsewhere.server_port
    pool = WorkerPool(
        Config(snapshot=snapshot, workers=1, deadline_s=2, services=f"127.0.0.1:{port}")
    )
    yield lambda query: rows(pool, query)
    pool.close()


def rows(pool: WorkerPool, query: str) -> Rows:
    found = json.loads(pool.run(FORMATS, query).body)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def solutions(names: list[str], *bindings: dict[str, dict[str, str]]) -> bytes:
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


def uri(value: str) -> dict[str, str]:
    return {"type": "uri", "value": value}


def test_two_real_endpoints_are_joined(other: Server, pools: Callable[[str], WorkerPool]) -> None:
    url = f"http://127.0.0.1:{other.port}/sparql"
    pool = pools(f"127.0.0.1:{other.port}")
    found = rows(
        pool,
        f"PREFIX far: <{url}#> SELECT ?title ?event (COUNT(?c) AS ?n) {{ ?w dct:title ?title"
        f" SERVICE <{url}> {{ ?w clef:basedOn ?event }}"
        f" SERVICE SILENT <{url}> {{ SELECT ?c {{ ?c dct:identifier ?i FILTER(?i < 'C0010') }} }}"
        " } GROUP BY ?title ?event",
    )
    assert found == [{"title": "Everybody Loves <Diamonds>", "event": f"{BASE}id/heist", "n": "10"}]
    assert not pool.run(FORMATS, f"ASK {{ SERVICE <{url}> {{ ?s ?p ?o }} }}").identity


def test_a_long_query_is_posted(other: Server, pools: Callable[[str], WorkerPool]) -> None:
    values = " ".join(f"id:n{n}" for n in range(1000))
    found = rows(
        pools(f"127.0.0.1:{other.port}"),
        f"SELECT ?e {{ SERVICE <http://127.0.0.1:{other.port}/sparql>"
        f" {{ VALUES ?w {{ {values} id:eld }} ?w clef:basedOn ?e }} }}",
    )
    assert found == [{"e": f"{BASE}id/heist"}]


def test_every_kind_of_term_comes_in_and_nothing_else(
    elsewhere: Elsewhere, ask: Callable[[str], Rows]
) -> None:
    literal = {"type": "literal", "value": 'a "b"\n\\ } SERVICE', "xml:lang": "en"}
    elsewhere.answering = says(
        solutions(
            ["a", "b", "c", "unasked"],
            {"a": uri("http://x/y"), "b": literal, "c": {"type": "bnode", "value": "n1"}},
            {"a": uri("http://x/z"), "unasked": uri("http://q/")},
        )
    )
    found = ask(f"SELECT * {{ SERVICE <{elsewhere.url}> {{ ?a ?b ?c }} }} ORDER BY ?a")
    assert found[0]["a"] == "http://x/y"
    assert found[0]["b"] == literal["value"]
    assert "/.well-known/genid/" in found[0]["c"]
    assert found[1] == {"a": "http://x/z"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"head":{},"boolean":true}',
        solutions(["a"], {"a": uri("http://x/> } SERVICE <http://127.0.0.1/")}),
        solutions(["a"], {"a": {"type": "literal", "value": "x", "xml:lang": "en } SERVICE"}}),
        solutions(["a"], {"a": {"type": "literal", "value": "x", "datatype": "no iri> ?x"}}),
    ],
    ids=["no JSON", "a boolean", "an IRI that is none", "a language that is none", "a datatype"],
)
def test_an_answer_that_is_none_is_an_error_of_the_other(
    elsewhere: Elsewhere, ask: Callable[[str], Rows], body: bytes
) -> None:
    elsewhere.answering = says(body)
    with pytest.raises(ServiceError):
        ask(f"SELECT * {{ SERVICE <{elsewhere.url}> {{ ?a ?b ?c }} }}")


def test_silent_leaves_out_what_fails(elsewhere: Elsewhere, ask: Callable[[str], Rows]) -> None:
    elsewhere.answering = says(b"sorry", "text/html")
    query = f"{{ SERVICE <{elsewhere.url}> {{ ?a ?b ?c }} BIND(1 AS ?n) }}"
    with pytest.raises(ServiceError, match="answered 200 with text/html"):
        ask(f"SELECT * {query}")
    assert ask(f"SELECT * {query.replace('SERVICE', 'SERVICE SILENT')}") == [{"n": "1"}]


def test_a_redirect_is_followed_to_who_is_named_and_to_nobody_else(
    elsewhere: Elsewhere, ask: Callable[[str], Rows]
) -> None:
    answer = says(solutions(["a"], {"a": uri("http://x/y")}))

    def once(handler: http.server.BaseHTTPRequestHandler) -> None:
        (answer if handler.path.startswith("/there") else moves("/there"))(handler)

    query = f"SELECT * {{ SERVICE SILENT <{elsewhere.url}> {{ ?a ?b ?c }} }}"
    elsewhere.answering = once
    assert ask(query) == [{"a": "http://x/y"}]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        for target in (
            f"http://127.0.0.1:{listener.getsockname()[1]}/",
            "http://169.254.169.254/latest/meta-data",
            "http://10.0.0.1/",
            "file:///etc/passwd",
            f"http://a:b@127.0.0.1:{elsewhere.server_port}/",
        ):
            elsewhere.answering = moves(target)
            with pytest.raises(QueryRefusedError, match="SERVICE may not call"):
                ask(query)
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_redirects_without_end_are_given_up(
    elsewhere: Elsewhere, ask: Callable[[str], Rows]
) -> None:
    elsewhere.answering = moves("/again")
    with pytest.raises(ServiceError, match="redirects more than"):
        ask(f"SELECT * {{ SERVICE <{elsewhere.url}> {{ ?a ?b ?c }} }}")
    assert elsewhere.called == federation.MOST_REDIRECTS + 1


@pytest.mark.parametrize("how", ["silence", "drops"])
def test_an_endpoint_that_takes_its_time_is_given_up_at_the_deadline(
    elsewhere: Elsewhere, ask: Callable[[str], Rows], how: str
) -> None:
    """No worker is held meanwhile: the only one answers a bystander."""
    over = threading.Event()

    def slowly(handler: http.server.BaseHTTPRequestHandler) -> None:
        if how == "silence":
            over.wait(10)
            return
        handler.send_response(200)
        handler.send_header("Content-Type", "application/sparql-results+json")
        handler.end_headers()
        while not over.wait(0.05):
            handler.wfile.write(b" ")

    elsewhere.answering = slowly
    failed: list[ClefError] = []

    def call() -> None:
        try:
            ask(f"SELECT * {{ SERVICE SILENT <{elsewhere.url}> {{ ?a ?b ?c }} }}")
        except ClefError as error:
            failed.append(error)

    begin = time.monotonic()
    thread = threading.Thread(target=call)
    thread.start()
    answered = 0
    while thread.is_alive():
        assert ask("SELECT (1 AS ?x) {}")
        answered += 1
    over.set()
    assert time.monotonic() - begin < 6
    assert answered > 10
    assert [type(error) for error in failed] == [QueryTimeoutError]


def test_an_answer_too_long_is_given_up(
    elsewhere: Elsewhere, ask: Callable[[str], Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(federation, "MOST_BYTES", 1000)
    elsewhere.answering = says(b" " * 1001)
    with pytest.raises(ServiceError, match="more than 1,000 bytes"):
        ask(f"SELECT * {{ SERVICE <{elsewhere.url}> {{ ?a ?b ?c }} }}")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("ASK { SERVICE ?u { ?s ?p ?o } }", QueryRefusedError),
        ("ASK { SERVICE <URL> { SERVICE <URL> { ?s ?p ?o } } }", QueryRefusedError),
        ("ASK { SERVICE <here> { ?s ?p ?o } }", QueryRefusedError),
        ("ASK { SERVICE <file:///etc/passwd> { ?s ?p ?o } }", QueryRefusedError),
        ("ASK { SERVICE <http://nobody.example/> { ?s ?p ?o } }", QueryRefusedError),
        ("ASK { SERVICE <URL> { ?s ?p ?o } SERVICE <http://127.0.0.1:1/> {} }", QueryRefusedError),
        ("ASK {" + "SERVICE <URL> { ?s ?p ?o } " * 9 + "}", QueryRefusedError),
        ("ASK { ?s ?p trueSERVICE <URL> { ?s ?p ?o } }", QueryRefusedError),
        ("ASK { SERVICE <URL> { ?s ?p } }", QuerySyntaxError),
        ("ASK { SERVICE <URL> ?s ?p ?o }", QuerySyntaxError),
        ("ASK { SERVICE <URL> { ?s ?p ?o }", QuerySyntaxError),
        ("ASK { SERVICE nope:x { ?s ?p ?o } }", QuerySyntaxError),
    ],
)
def test_a_call_that_may_not_be_made_makes_none(
    elsewhere: Elsewhere, ask: Callable[[str], Rows], query: str, error: type[ClefError]
) -> None:
    elsewhere.answering = says(solutions(["s"]))
    with pytest.raises(error):
        ask(query.replace("URL", elsewhere.url))
    assert elsewhere.called == 0


def test_a_name_is_judged_by_every_address_that_it_has(
    monkeypatch: pytest.MonkeyPatch, elsewhere: Elsewhere
) -> None:
    """The name is allowed; where it leads is not, and the answer of one look-up is what counts."""
    looked_up: list[str] = []

    def getaddrinfo(host: str, port: int, **_: object) -> list[Any]:
        looked_up.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("93.184.216.34", "127.0.0.1")
        ]

    monkeypatch.setattr(federation.socket, "getaddrinfo", getaddrinfo)
    port = elsewhere.server_port
    call = {"endpoint": f"http://far.example:{port}/", "query": "ASK {}", "silent": True}
    with pytest.raises(QueryRefusedError, match="which is not public"):
        federation.Federation(f"far.example:{port}").ask([call], time.monotonic() + 5)
    assert looked_up == ["far.example"]
    assert elsewhere.called == 0


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.0.1",  # noqa: S104
        "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::",
        "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "ff02::1",
        "2001:0:0:0:0:0:80ff:fffe",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused_unless_its_network_is_allowed(
    address: str,
) -> None:
    assert not AllowList.read("far.example").admits(address)
    plain = address.partition("%")[0]
    length = 128 if ":" in plain else 32
    assert AllowList.read(f"far.example {plain}/{length}").admits(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111"])
def test_a_public_address_is_admitted(address: str) -> None:
    assert AllowList.read("far.example").admits(address)


@pytest.mark.parametrize(
    "text", ["http://a.example/", "a.example:99999", "10.0.0.1/8", "a b/c", "u@a.example", ":80"]
)
def test_an_entry_that_is_none_is_told(text: str) -> None:
    with pytest.raises(InputError, match="CLEF_SERVICES"):
        AllowList.read(text)
