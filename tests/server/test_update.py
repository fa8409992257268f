"""The SPARQL 1.1 Protocol for updates, a row for each clause: what is sent, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.server.writing import BEARER, TOKEN, exchange, held, seeded, workspace

JSON = "application/json"
PROBLEM = "application/problem+json"
FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"
NONE: dict[str, str] = {}
SEED = """
INSERT DATA {
  <urn:a> <urn:p> 1 . GRAPH <urn:g> { <urn:g1> <urn:p> 2 } GRAPH <urn:h> { <urn:h1> <urn:p> 3 } }
"""
COPY = "INSERT { GRAPH <urn:out> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
COPY_NAMED = "INSERT { GRAPH <urn:out> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }"
TOO_LONG = (
    '"detail":"an update may have 1,000 bytes at most","hint":"send it in several requests;'
    ' the operator may raise CLEF_MAX_WRITE (clef serve --max-write)"'
)
A, G1, H1 = ("<urn:a> <urn:p> 1", "<urn:g1> <urn:p> 2", "<urn:h1> <urn:p> 3")


class Row(NamedTuple):
    """One clause: its words, the request, the response, and what the graph urn:out then holds."""

    clause: str
    status: int
    data: bytes | str | None = None
    sent_as: str | None = FORM
    url: str = "/update"
    method: str = "POST"
    content_type: str = JSON
    body: str = ""
    headers: dict[str, str] = BEARER
    out: tuple[str, ...] = ()


def form(*pairs: tuple[str, str]) -> str:
    return urlencode(pairs)


def update(text: str) -> str:
    return form(("update", text))


def using(*pairs: tuple[str, str]) -> str:
    return "/update?" + urlencode(pairs)


FORMS = [
    Row("2.2.1 update by POST, form", 200, update(COPY), out=(A,), body='"added":1'),
    Row("2.2.1 form with charset", 200, update(COPY), f"{FORM}; charset=UTF-8", out=(A,)),
    Row("2.2.2 update by POST, direct", 200, COPY, UPDATE, out=(A,)),
    Row("2.2.2 direct, charset", 200, COPY, f"{UPDATE}; charset=utf-8", out=(A,)),
    Row("2.2 decoded exactly once", 200,
        update("INSERT DATA { GRAPH <urn:out> { <urn:x> <urn:p> '%41' } }"),
        out=('<urn:x> <urn:p> "%41"',)),
    Row("2.2 an empty update does nothing", 200, update(""), body='"added":0'),
    Row("2.2 several operations are one update", 200,
        update(f"{COPY} ; DELETE WHERE {{ GRAPH <urn:out> {{ <urn:a> ?p ?o }} }} ; {COPY_NAMED}"),
        out=(G1, H1)),
    Row("2.2.3 using-graph-uri", 200, form(("update", COPY), ("using-graph-uri", "urn:g")),
        out=(G1,)),
    Row("2.2.3 two using-graph-uri", 200,
        form(("update", COPY), ("using-graph-uri", "urn:g"), ("using-graph-uri", "urn:h")),
        out=(G1, H1)),
    Row("2.2.3 using-named-graph-uri", 200,
        form(("update", COPY_NAMED), ("using-named-graph-uri", "urn:h")), out=(H1,)),
    Row("2.2.3 both, of a direct POST in the URL", 200, f"{COPY} ; {COPY_NAMED}", UPDATE,
        url=using(("using-graph-uri", "urn:g"), ("using-named-graph-uri", "urn:h")), out=(G1, H1)),
    Row("2.2.3 using on every operation, DELETE WHERE too", 200,
        form(("update", f"{COPY_NAMED} ; DELETE WHERE {{ GRAPH <urn:out> {{ ?s ?p ?o }} }}"),
             ("using-named-graph-uri", "urn:g"), ("using-named-graph-uri", "urn:out"))),
    Row("2.2.3 an unknown graph is empty, and is not fetched", 200,
        form(("update", COPY), ("using-graph-uri", "http://127.0.0.1:9/"))),
    Row("USING in the text", 200, update(COPY.replace("WHERE", "USING <urn:h> WHERE")), out=(H1,)),
    Row("WITH in the text", 200, update(f"WITH <urn:g> {COPY}"), out=(G1,)),
    Row("unknown parameters do not count", 200, form(("update", COPY), ("x", "y")), out=(A,)),
    Row("OPTIONS tells the methods", 200, None, None, method="OPTIONS",
        content_type="text/html; charset=utf-8", headers=NONE),
]  # fmt: skip

BAD = [
    Row("2.2 no update", 400, form(("x", "y")), content_type=PROBLEM, body="0 updates"),
    Row("2.2 two updates", 400, form(("update", COPY), ("update", COPY)), content_type=PROBLEM,
        body="2 updates"),
    Row("2.2 an update in URL and body", 400, COPY, UPDATE, url=using(("update", COPY)),
        content_type=PROBLEM, body="2 updates"),
    Row("2.2 an update in the URL alone", 400, "", url=using(("update", COPY)),
        content_type=PROBLEM, body="stands in the URL"),
    Row("2.2 update and query", 400, form(("update", COPY), ("query", "ASK {}")),
        content_type=PROBLEM, body="not queries"),
    Row("2.2 by GET: never carried out", 405, None, None, url=using(("update", COPY)),
        method="GET", content_type=PROBLEM),
    Row("2.2 by PUT", 405, COPY, UPDATE, method="PUT", content_type=PROBLEM),
    Row("2.2.3 using-graph-uri and USING", 400,
        form(("update", COPY.replace("WHERE", "USING <urn:h> WHERE")),
             ("using-graph-uri", "urn:g")),
        content_type=PROBLEM, body="USING"),
    Row("2.2.3 using-graph-uri and USING NAMED", 400,
        form(("update", COPY.replace("WHERE", "USING NAMED <urn:h> WHERE")),
             ("using-graph-uri", "urn:g")),
        content_type=PROBLEM, body="USING"),
    Row("2.2.3 using-named-graph-uri and WITH", 400,
        form(("update", f"WITH <urn:g> {COPY}"), ("using-named-graph-uri", "urn:g")),
        content_type=PROBLEM, body="WITH"),
    Row("2.2.3 a relative graph", 400, form(("update", COPY), ("using-graph-uri", "g")),
        content_type=PROBLEM, body="absolute IRI"),
    Row("2.2.4 not in the grammar", 400, update("INSERT DATA {\n <urn:a> ?b 1 }"),
        content_type=PROBLEM, body='"line":2'),
    Row("2.2.4 a later operation not in the grammar: none is carried out", 400,
        update(f"{COPY} ; NONSENSE"), content_type=PROBLEM, body="query-syntax"),
    Row("2.2.4 a query", 400, update("SELECT * { ?s ?p ?o }"), content_type=PROBLEM),
    Row("2.2.4 what fails in the middle undoes what came before", 400,
        update(f"{COPY} ; DROP GRAPH <urn:none>"), content_type=PROBLEM, body="does not exist"),
    Row("malformed UTF-8 in the form", 400, "update=%C3%28", content_type=PROBLEM, body="UTF-8"),
    Row("malformed UTF-8 in the body", 400, b"CLEAR ALL # \xff", UPDATE, content_type=PROBLEM,
        body="UTF-8"),
    Row("LOAD", 403, update("LOAD <http://127.0.0.1:9/> INTO GRAPH <urn:out>"),
        content_type=PROBLEM, body="LOAD"),
    Row("LOAD SILENT, of a file", 403, update("CLEAR ALL;LOADSILENT<file:///etc/passwd>"),
        content_type=PROBLEM, body="LOAD"),
    Row("LOAD as part of a name", 403, update("PREFIX load: <http://127.0.0.1:9/> LOAD:x"),
        content_type=PROBLEM, body="LOAD"),
    Row("SERVICE", 403,
        update("INSERT { <urn:a> ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"),
        content_type=PROBLEM, body="SERVICE"),
    Row("too long", 413, update("A" * 1500), content_type=PROBLEM, body=TOO_LONG),
    Row("a body too long", 413, "#" * 80_000, UPDATE, content_type=PROBLEM, body=TOO_LONG),
    Row("a blank node in DELETE DATA", 400,
        update("INSERT DATA { <urn:a> <urn:b> 1 } ;\nDELETE DATA { _:a <urn:p> 1 }"),
        content_type=PROBLEM, body='"line":2'),
    Row("as a query by its media type", 415, COPY, "application/sparql-query", content_type=PROBLEM,
        body="sparql-update"),
    Row("a body of no type", 415, COPY, None, content_type=PROBLEM),
    Row("a body in Latin-1", 415, COPY, f"{UPDATE}; charset=latin1", content_type=PROBLEM),
]  # fmt: skip

ACCESS = [
    Row("no token", 401, update(COPY), headers=NONE, content_type=PROBLEM, body="Authorization"),
    Row("another token", 401, update(COPY), headers={"Authorization": f"Bearer {TOKEN}x"},
        content_type=PROBLEM, body="not the token"),
    Row("a token of other letters", 401, update(COPY), headers={"Authorization": "Bearer é"},
        content_type=PROBLEM, body="not the token"),
    Row("an empty token", 401, update(COPY), headers={"Authorization": "Bearer "},
        content_type=PROBLEM),
    Row("a password", 401, update(COPY), headers={"Authorization": "Basic YTpi"},
        content_type=PROBLEM),
    Row("an error as text", 401, update(COPY), headers={"Accept": "text/plain"},
        content_type="text/plain; charset=utf-8", body="token"),
]  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with workspace(tmp_path_factory.mktemp("update"), max_write_bytes=1000) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return seeded(app, "CLEAR ALL", SEED)


def in_graph(client: FlaskClient, graph: str) -> set[str]:
    integer = '"^^<http://www.w3.org/2001/XMLSchema#integer>'
    lines = held(client, f"/graphs?graph={graph}") or set()
    return {line.removesuffix(" .").replace(integer, '"') for line in lines}


def short(triple: str) -> str:
    subject, predicate, number = triple.split(" ")
    return f'{subject} {predicate} "{number}"' if number.isdigit() else triple


@pytest.mark.parametrize("row", [*FORMS, *BAD, *ACCESS], ids=lambda row: row.clause)
def test_protocol(client: FlaskClient, row: Row) -> None:
    response = exchange(client, row)
    assert in_graph(client, "urn:out") == set(map(short, row.out))
    if row.status == 405:
        assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}
    if row.status == 401:
        assert response.headers["WWW-Authenticate"].startswith('Bearer realm="clef"')
    if row.status >= 400:
        assert in_graph(client, "urn:g") == {short(G1)}
        assert json.loads(response.data)["title"] if row.content_type == PROBLEM else response.text


def test_nobody_writes_where_nothing_is_said_of_writing(tmp_path: Path) -> None:
    with workspace(tmp_path, token_file=None) as app:
        client = app.test_client()
        for method, url in (
            ("POST", "/update"),
            ("PUT", "/graphs?default"),
            ("DELETE", "/graphs?default"),
        ):
            response = client.open(url, method=method, headers=BEARER)
            assert response.status_code == 403
            assert "--writable --token-file" in response.text
        assert client.get("/graphs?default").status_code == 200


def test_a_write_is_seen_by_every_query_after_it(client: FlaskClient) -> None:
    for number in range(20):
        text = f"INSERT DATA {{ <urn:n> <urn:p> {number} }}"
        told = client.post("/update", data={"update": text}, headers=BEARER).get_json()
        for _ in range(3):
            query = f"ASK {{ <urn:n> <urn:p> {number} }}"
            assert client.get("/sparql", query_string={"query": query}).get_json()["boolean"]
        assert client.get("/healthz").get_json()["digest"] == told["digest"]


def test_the_default_graph_of_a_plain_store_is_the_unnamed_one(client: FlaskClient) -> None:
    query = "SELECT ?s { ?s ?p ?o }"
    answer = client.get("/sparql", query_string={"query": query, "format": "csv"})
    assert answer.text == "s\r\nurn:a\r\n"


def test_an_update_that_never_ends_is_stopped_and_changes_nothing(tmp_path: Path) -> None:
    with workspace(tmp_path, deadline_s=0.5) as app:
        client = app.test_client()
        seed = "INSERT DATA {" + " ".join(f"<urn:{n}> <urn:p> {n} ." for n in range(300)) + "}"
        assert client.post("/update", data={"update": seed}, headers=BEARER).status_code == 200
        endless = (
            "INSERT { <urn:x> <urn:y> ?n } WHERE { SELECT (COUNT(*) AS ?n) {"
            " ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f && ?f < ?i) } }"
        )
        response = client.post("/update", data={"update": endless}, headers=BEARER)
        assert (response.status_code, response.get_json()["code"]) == (503, "query-timeout")
        query = {"query": "ASK { <urn:x> ?y ?n }"}
        assert client.get("/sparql", query_string=query).get_json()["boolean"] is False
        after = client.post("/update", data={"update": "CLEAR ALL"}, headers=BEARER)
        assert after.get_json()["removed"] == 300
