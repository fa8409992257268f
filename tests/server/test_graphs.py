"""The Graph Store HTTP Protocol, a row for each clause: a request, its response, what is left."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.server.writing import BEARER, exchange, held, seeded, workspace

PROBLEM = "application/problem+json"
TURTLE, NT, XML, JSON = (
    "text/turtle; charset=utf-8",
    "application/n-triples",
    "application/rdf+xml",
    "application/ld+json",
)
HELD = "<urn:s> <urn:p> <urn:o> ."
NEW = b"<urn:x> <urn:y> <urn:z> ."
NEW_XML = b"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:u="urn:"><rdf:Description rdf:about="urn:x"><u:y rdf:resource="urn:z"/></rdf:Description>
 </rdf:RDF>"""
NEW_JSON = b'[{"@id": "urn:x", "urn:y": {"@id": "urn:z"}}]'
GONE: set[str] = set()


class Row(NamedTuple):
    """One clause: its words, the request, the response, and what /graphs?graph=urn:g holds after.

    `after` is None where the graph is no more.
    """

    clause: str
    method: str
    url: str
    status: int
    data: Any = None
    sent_as: str | None = "text/turtle"
    after: set[str] | None = {HELD}  # noqa: RUF012  # a row is never changed
    body: str = ""
    headers: dict[str, str] = {}  # noqa: RUF012
    told: dict[str, str] = {}  # noqa: RUF012
    content_type: str | None = PROBLEM


G, ABSENT = "/graphs?graph=urn:g", "/graphs?graph=urn:absent"
X = "<urn:x> <urn:y> <urn:z> ."


def reads(clause: str, accept: str | None, content_type: str, **more: Any) -> Row:
    headers = {"Accept": accept} if accept else {}
    return Row(
        clause, "GET", G, 200, None, None, headers=headers, content_type=content_type, **more
    )


def sent(clause: str, method: str, data: Any, sent_as: str | None, **more: Any) -> Row:
    chosen: dict[str, Any] = {"status": 204, "content_type": None} | more
    after = {X} if method == "PUT" else {X, HELD}
    return Row(clause, method, G, data=data, sent_as=sent_as, **({"after": after} | chosen))


def fails(clause: str, method: str, url: str, status: int, **more: Any) -> Row:
    return Row(clause, method, url, status, **({"data": NEW} | more))


READS = [
    reads("5.2 GET without Accept", None, TURTLE, body="<urn:s>"),
    reads("5.2 GET any", "*/*", TURTLE),
    reads("5.2 GET as Turtle", "text/turtle", TURTLE),
    reads("5.2 GET as N-Triples", NT, NT, body=HELD),
    reads("5.2 GET as RDF/XML", XML, XML, body="rdf:RDF"),
    reads("5.2 GET as JSON-LD", JSON, JSON, body="urn:s"),
    reads("5.2 GET by quality", f"{XML};q=0.4, {NT};q=0.8", NT),
    Row("5.2 GET of no acceptable type", "GET", G, 406, headers={"Accept": "text/csv"},
        body="text/turtle"),
    Row("5.2 GET of an absent graph", "GET", ABSENT, 404, body="no such graph"),
    Row("5.2 GET of the default graph", "GET", "/graphs?default", 200, content_type=TURTLE),
    Row("5.2 GET of an empty graph", "GET", "/graphs?graph=urn:empty", 200, content_type=TURTLE),
    Row("5.2 GET of a file's IRI: no such graph", "GET", "/graphs?graph=file:///etc/passwd", 404),
    Row("5.6 HEAD", "HEAD", G, 200, content_type=TURTLE),
    Row("5.6 HEAD of an absent graph", "HEAD", ABSENT, 404),
    Row("4.1 direct: no such graph", "GET", "/graphs/none", 404),
    Row("OPTIONS", "OPTIONS", G, 200, content_type="text/html; charset=utf-8"),
]  # fmt: skip

WRITES = [
    sent("5.3 PUT replaces", "PUT", NEW, "text/turtle"),
    sent("5.3 PUT of nothing leaves an empty graph", "PUT", b"", "text/turtle", after=GONE),
    Row("5.3 PUT creates", "PUT", ABSENT, 201, NEW, content_type=None,
        told={"Location": "http://localhost/graphs?graph=urn%3Aabsent"}),
    Row("5.3 PUT of nothing creates an empty graph", "PUT", ABSENT, 201, b"", content_type=None),
    Row("4.1 direct PUT creates", "PUT", "/graphs/a/b", 201, NEW, content_type=None,
        told={"Location": "http://localhost/graphs/a/b"}),
    Row("5.3 PUT of the default graph", "PUT", "/graphs?default", 204, NEW, content_type=None),
    sent("5.5 POST merges", "POST", NEW, "text/turtle"),
    sent("5.5 POST of what is there", "POST", HELD.encode(), "text/turtle", after={HELD}),
    sent("5.5 POST of nothing", "POST", b"", "text/turtle", after={HELD}),
    Row("5.5 POST creates", "POST", ABSENT, 201, NEW, content_type=None),
    Row("5.5 POST of the default graph", "POST", "/graphs?default", 204, NEW, content_type=None),
    Row("5.4 DELETE", "DELETE", G, 204, sent_as=None, after=None, content_type=None),
    Row("5.4 DELETE of the default graph empties it", "DELETE", "/graphs?default", 204,
        sent_as=None, content_type=None),
    Row("5.4 DELETE of an absent graph", "DELETE", ABSENT, 404, sent_as=None),
    sent("a document as N-Triples", "PUT", NEW, NT),
    sent("a document as RDF/XML", "PUT", NEW_XML, XML),
    sent("a document as JSON-LD", "PUT", NEW_JSON, JSON),
    sent("a document as TriG, of one graph", "PUT", NEW, "application/trig"),
    sent("a media type in capitals", "PUT", NEW, "Text/Turtle; Charset=UTF-8"),
    sent("no media type, RDF/XML", "PUT", NEW_XML, None),
    sent("no media type, Turtle", "PUT", NEW, None),
    sent("no media type, JSON-LD", "PUT", NEW_JSON, None),
    sent("5.5 multipart: all parts are merged", "POST",
         {"a": (BytesIO(NEW), "a.ttl", "text/turtle"),
          "b": (BytesIO(b"<urn:1> <urn:2> <urn:3> ."), "b.nt", NT)},
         "multipart/form-data", after={HELD, X, "<urn:1> <urn:2> <urn:3> ."}),
    sent("5.5 multipart: a type guessed from the suffix", "POST",
         {"a": (BytesIO(NEW_XML), "a.rdf", "application/octet-stream")}, "multipart/form-data"),
    sent("5.5 multipart: a part without a file", "POST", {"a": NEW.decode()},
         "multipart/form-data"),
    sent("relative IRIs are read by the graph's own", "PUT", b"<#x> <urn:y> <z> .", "text/turtle",
         after={"<urn:g#x> <urn:y> <urn:z> ."}),
]  # fmt: skip

BAD = [
    fails("4 no graph is named", "PUT", "/graphs", 400, body="no graph is named"),
    fails("4 no graph to read is named", "GET", "/graphs", 400, data=None, body="no graph is"),
    fails("4 no graph to remove is named", "DELETE", "/graphs", 400, data=None),
    fails("4 two graphs are named", "PUT", G + "&graph=urn:h", 400, body="several graphs"),
    fails("4 a graph and the default one", "PUT", G + "&default", 400, body="several graphs"),
    fails("4 a graph by parameter and address", "PUT", "/graphs/a?default", 400, body="several"),
    fails("4.2 a relative graph", "PUT", "/graphs?graph=g", 400, body="absolute IRI"),
    fails("4.2 an IRI that is none", "PUT", "/graphs?graph=" + quote("http://a b"), 400),
    fails("malformed UTF-8 in the address", "PUT", "/graphs?graph=urn:%ff", 400, body="UTF-8"),
    fails("5.1 malformed", "PUT", G, 400, data=b"<urn:x> <urn:y>\n <",
          body='"line":2'),
    fails("5.1 malformed, merged", "POST", G, 400, data=b"<urn:x> <urn:y> <urn:z> . <urn:x>",
          body='"column":'),
    fails("5.1 malformed RDF/XML", "PUT", G, 400, data=b"<a/>", sent_as=XML),
    fails("5.1 not what its type says", "PUT", G, 400, data=NEW, sent_as=XML),
    fails("5.1 malformed UTF-8", "PUT", G, 400, data=b"<urn:x> <urn:y> '\xff' ."),
    fails("one malformed part of two", "POST", G, 400, sent_as="multipart/form-data",
          data={"a": (BytesIO(NEW), "a.ttl"), "b": (BytesIO(b"<"), "b.ttl", "text/turtle")}),
    fails("a document of several graphs", "PUT", G, 400, data=b"<urn:h> { <urn:x> <urn:y> 1 }",
          sent_as="application/trig", body="Named graphs"),
    fails("5.1 a media type that is not RDF", "PUT", G, 415, sent_as="text/csv", body="turtle"),
    fails("5.1 a form", "POST", G, 415, sent_as="application/x-www-form-urlencoded"),
    fails("a charset", "PUT", G, 415, sent_as="text/turtle; charset=latin1", body="latin1"),
    fails("a part of another media type", "POST", G, 415, sent_as="multipart/form-data",
          data={"a": (BytesIO(NEW), "a.csv", "text/csv")}),
    fails("a part with another suffix", "POST", G, 415, sent_as="multipart/form-data",
          data={"a": (BytesIO(NEW), "a.csv", "application/octet-stream")}),
    fails("a document too long", "PUT", G, 413, data=b"#" * 5000, body='"code":'
          '"request-entity-too-large","detail":"a document may have 4,000 bytes at most","hint":'
          '"send it in parts, by POST; the operator may raise CLEF_MAX_WRITE'),
    fails("PATCH", "PATCH", G, 405, sent_as="application/sparql-update"),
]  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with workspace(tmp_path_factory.mktemp("graphs"), max_write_bytes=4000) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return seeded(
        app, f"DROP ALL; INSERT DATA {{ GRAPH <urn:g> {{ {HELD} }} }} ; CREATE GRAPH <urn:empty>"
    )


@pytest.mark.parametrize("row", [*READS, *WRITES, *BAD], ids=lambda row: row.clause)
def test_protocol(client: FlaskClient, row: Row) -> None:
    for part in row.data.values() if isinstance(row.data, dict) else ():
        if isinstance(part, tuple):
            part[0].seek(0)
    data = (
        {
            k: (BytesIO(v[0].getvalue()), *v[1:]) if isinstance(v, tuple) else v
            for k, v in row.data.items()
        }
        if isinstance(row.data, dict)
        else row.data
    )
    response = exchange(client, row, data=data, headers=BEARER | row.headers)
    for name, value in row.told.items():
        assert response.headers[name] == value
    assert held(client, G) == row.after
    if row.status == 201:
        assert held(client, response.headers["Location"]) == ({X} if row.data else set())
    if row.method == "HEAD":
        assert response.data == b""
    if row.status == 405:
        assert set(response.headers["Allow"].split(", ")) == {
            "DELETE",
            "GET",
            "HEAD",
            "OPTIONS",
            "POST",
            "PUT",
        }


def test_a_post_to_the_store_makes_a_new_graph_each_time(client: FlaskClient) -> None:
    places = set()
    for _ in range(2):
        response = client.post("/graphs", data=NEW, content_type="text/turtle", headers=BEARER)
        assert response.status_code == 201
        places.add(response.headers["Location"])
        assert held(client, response.headers["Location"]) == {X}
    assert len(places) == 2
    assert "http://localhost/graphs" not in places


def test_blank_nodes_of_two_documents_are_two(client: FlaskClient) -> None:
    for _ in range(2):
        response = client.post(G, data=b"_:a <urn:p> <urn:o> .", content_type=NT, headers=BEARER)
        assert response.status_code == 204
    assert len(held(client, G) or ()) == 3


def test_what_is_put_is_what_is_got_in_every_format(client: FlaskClient) -> None:
    for row in (
        ox.RdfFormat.TURTLE,
        ox.RdfFormat.N_TRIPLES,
        ox.RdfFormat.RDF_XML,
        ox.RdfFormat.JSON_LD,
    ):
        text = client.get(G, headers={"Accept": row.media_type}).data
        response = client.put(
            "/graphs/copy", data=text, content_type=row.media_type, headers=BEARER
        )
        assert response.status_code in {201, 204}
        assert held(client, "/graphs/copy") == {HELD}


def test_conditions_are_compared_with_the_version_that_is_written(client: FlaskClient) -> None:
    tag = client.get(G).headers["ETag"]
    assert client.get(G, headers={"If-None-Match": tag}).status_code == 304
    other = client.get(G, headers={"Accept": NT}).headers["ETag"]
    assert other != tag

    def put(condition: str, value: str, url: str = G) -> int:
        headers = BEARER | {condition: value}
        return client.put(url, data=NEW, content_type="text/turtle", headers=headers).status_code

    assert put("If-None-Match", "*") == 412
    assert put("If-Match", '"another"') == 412
    assert put("If-Match", "*", ABSENT) == 412
    assert held(client, G) == {HELD}
    assert put("If-Match", tag) == 204
    assert put("If-Match", tag) == 412
    assert put("If-Match", "*") == 204
    assert put("If-None-Match", "*", ABSENT) == 201
    assert client.get(G, headers={"If-None-Match": tag}).status_code == 200
    gone = client.delete(G, headers=BEARER | {"If-Match": tag})
    assert gone.status_code == 412


def test_a_client_that_may_not_write_reads(client: FlaskClient) -> None:
    assert client.get(G).status_code == 200
    for method in ("PUT", "POST", "DELETE"):
        response = client.open(G, method=method, data=NEW, content_type="text/turtle")
        assert response.status_code == 401
    assert held(client, G) == {HELD}
