"""The SPARQL 1.1 Protocol for queries, a row for each clause: what is sent, and what comes back."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient

from kg.namespaces import GRAPHS

JSON = "application/sparql-results+json"
PROBLEM = "application/problem+json"
TURTLE = "text/turtle; charset=utf-8"
SELECT = "SELECT ?o { id:eld clef:basedOn ?o }"
ASK = "ASK { id:eld clef:basedOn id:heist }"
GRAPH = "CONSTRUCT { ?s clef:basedOn ?o } WHERE { ?s clef:basedOn ?o }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"


class Row(NamedTuple):
    """One clause: its words, the request, and what the response must be."""

    clause: str
    method: str
    url: str
    status: int
    content_type: str = PROBLEM
    body: str = ""
    accept: str | None = None
    data: bytes | str | None = None
    sent_as: str | None = None
    headers: dict[str, str] = {}  # noqa: RUF012  # a row is never changed


def asking(*pairs: tuple[str, str]) -> str:
    return "/sparql?" + urlencode(pairs)


def get(query: str) -> str:
    return asking(("query", query))


FORMS = [
    Row("query by GET", "GET", get(SELECT), 200, JSON, "id/heist"),
    Row("query by GET, raw UTF-8", "GET", "/sparql?query=ASK{FILTER('é'!='e')}", 200, JSON, "true"),
    Row("a plus is a space", "GET", "/sparql?query=ASK+%7B+%7D", 200, JSON, "true"),
    Row("decoded exactly once", "GET", get("SELECT ('%41' AS ?x) {}"), 200, JSON, "%41"),
    Row("query by POST, form", "POST", "/sparql", 200, JSON, "id/heist",
        data=urlencode({"query": SELECT}), sent_as=FORM),
    Row("query by POST, form with charset", "POST", "/sparql", 200, JSON, "true",
        data=urlencode({"query": ASK}), sent_as=f"{FORM}; charset=UTF-8"),
    Row("query by POST, direct", "POST", "/sparql", 200, JSON, "id/heist",
        data=SELECT, sent_as=QUERY),
    Row("query by POST, direct, UTF-8", "POST", "/sparql", 200, JSON, "é",
        data="SELECT ('é' AS ?x) {}".encode(), sent_as=QUERY),
    Row("HEAD has no body", "HEAD", get(SELECT), 200, JSON),
    Row("OPTIONS tells the methods", "OPTIONS", "/sparql", 200, "text/html; charset=utf-8",
        headers={"Allow": "GET, HEAD, OPTIONS, POST",
                 "Access-Control-Allow-Headers": "Accept, Content-Type"}),
    Row("unknown parameters do not count", "GET", asking(("query", ASK), ("x", "y")), 200, JSON),
]  # fmt: skip

BAD = [
    Row("no query", "GET", "/sparql?x=y", 400, body="0 queries were sent"),
    Row("two queries", "GET", asking(("query", ASK), ("query", ASK)), 400, body="2 queries"),
    Row("an empty query", "GET", "/sparql?query=", 400, body="the query is empty"),
    Row("a query in URL and form", "POST", get(ASK), 400, body="2 queries",
        data=urlencode({"query": ASK}), sent_as=FORM),
    Row("a query in URL and body", "POST", get(ASK), 400, body="2 queries",
        data=ASK, sent_as=QUERY),
    Row("a form without a query", "POST", "/sparql", 400, body="0 queries", data="", sent_as=FORM),
    Row("query and update", "GET", asking(("query", ASK), ("update", "x")), 400, body="not updates"),
    Row("malformed UTF-8 in the URL", "GET", "/sparql?query=ASK%7B%FF%7D", 400, body="not UTF-8"),
    Row("malformed UTF-8 in the form", "POST", "/sparql", 400, body="not UTF-8",
        data="query=%C3%28", sent_as=FORM),
    Row("malformed UTF-8 in the body", "POST", "/sparql", 400, body="not UTF-8",
        data=b"ASK { '\xff' }", sent_as=QUERY),
    Row("not in the grammar", "GET", get("ASK {\n ?s }"), 400, body='"line":2'),
    Row("an unknown function", "GET", get("SELECT (<urn:f>(1) AS ?x) {}"), 400, body="urn:f"),
    Row("SERVICE", "GET", get("ASK { SERVICE <http://127.0.0.1/> {} }"), 403, body="SERVICE"),
    Row("an update as a query", "GET", get("LOAD <file:///etc/passwd>"), 403, body="LOAD"),
    Row("no such path", "GET", "/nothing", 404),
    Row("PUT", "PUT", "/sparql", 405, headers={"Allow": "GET, HEAD, OPTIONS, POST"}),
    Row("DELETE", "DELETE", "/sparql", 405, headers={"Allow": "GET, HEAD, OPTIONS, POST"}),
    Row("rows as Turtle", "GET", get(SELECT), 406, body="text/csv", accept="text/turtle"),
    Row("a boolean as CSV", "GET", get(ASK), 406, body="results+xml", accept="text/csv"),
    Row("a graph as CSV", "GET", get(GRAPH), 406, body="text/turtle", accept="text/csv"),
    Row("all excluded", "GET", get(SELECT), 406, accept="*/*;q=0"),
    Row("a description as CSV", "GET", "/sparql", 406, body="text/turtle", accept="text/csv"),
    Row("a format nobody knows", "GET", asking(("query", ASK), ("format", "yaml")), 406,
        body="no format is called"),
    Row("a query too long", "POST", "/sparql", 413, body="20,000 bytes",
        data="ASK {" + " " * 20_000 + "}", sent_as=QUERY),
    Row("a body too long", "POST", "/sparql", 413, data="a" * 200_000, sent_as=QUERY),
    Row("an update by its media type", "POST", "/sparql", 415, body="sparql-query",
        data="CLEAR ALL", sent_as="application/sparql-update"),
    Row("a body of no type", "POST", "/sparql", 415, data="ASK {}"),
    Row("a body in Latin-1", "POST", "/sparql", 415, data="ASK {}",
        sent_as=f"{QUERY}; charset=latin1"),
    Row("an answer too large", "GET", get("SELECT * { ?a ?b ?c . ?d ?e ?f }"), 422,
        body="larger than 500,000 bytes"),
]  # fmt: skip

NEGOTIATED = [
    Row("no Accept, rows", "GET", get(SELECT), 200, JSON),
    Row("any, rows", "GET", get(SELECT), 200, JSON, accept="*/*"),
    Row("no Accept, boolean", "GET", get(ASK), 200, JSON),
    Row("no Accept, graph", "GET", get(GRAPH), 200, TURTLE),
    Row("any, graph", "GET", get(GRAPH), 200, TURTLE, accept="*/*"),
    Row("XML", "GET", get(SELECT), 200, "application/sparql-results+xml", "<sparql",
        accept="application/sparql-results+xml"),
    Row("CSV", "GET", get(SELECT), 200, "text/csv; charset=utf-8", "o\r\n", accept="text/csv"),
    Row("TSV", "GET", get(SELECT), 200, "text/tab-separated-values; charset=utf-8", "?o\n",
        accept="text/tab-separated-values"),
    Row("boolean in XML", "GET", get(ASK), 200, "application/sparql-results+xml", "true",
        accept="application/xml"),
    Row("N-Triples", "GET", get(GRAPH), 200, "application/n-triples", "id/heist> .",
        accept="application/n-triples"),
    Row("RDF/XML", "GET", get(GRAPH), 200, "application/rdf+xml", "<rdf:RDF",
        accept="application/rdf+xml"),
    Row("JSON-LD", "GET", get(GRAPH), 200, "application/ld+json", '"@id"',
        accept='application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"'),
    Row("TriG", "GET", get(GRAPH), 200, "application/trig", "clef:basedOn",
        accept="application/trig"),
    Row("N-Quads", "GET", get("DESCRIBE id:eld"), 200, "application/n-quads", "id/eld>",
        accept="application/n-quads"),
    Row("the best quality", "GET", get(SELECT), 200, "text/csv; charset=utf-8",
        accept="application/json;q=0.4, text/csv;q=0.8"),
    Row("what a client asks for any form", "GET", get(GRAPH), 200, "application/rdf+xml",
        accept=f"{JSON}, application/rdf+xml;q=0.9, */*;q=0.1"),
    Row("what a browser asks", "GET", get(SELECT), 200, "text/html; charset=utf-8", "<table>",
        accept="text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    Row("format over Accept", "GET", asking(("query", SELECT), ("format", "tsv")), 200,
        "text/tab-separated-values; charset=utf-8", accept="text/html"),
    Row("an error as a page", "GET", get("ASK {"), 400, "text/html; charset=utf-8",
        "<strong>line 1, column 6:</strong>", accept="text/html"),
    Row("an error as text", "GET", get("DESCRIBE {"), 400, "text/plain; charset=utf-8",
        "line 1, column 10\n", accept="text/plain"),
    Row("an error as JSON", "GET", get("ASK {"), 400, PROBLEM, '"column":6', accept=JSON),
    Row("no query: a description", "GET", "/sparql", 200, TURTLE, "sd:SPARQL11Query"),
    Row("no query, a browser: a form", "GET", "/sparql", 200, "text/html; charset=utf-8",
        "<textarea", accept="text/html"),
]  # fmt: skip


@pytest.mark.parametrize("row", [*FORMS, *BAD, *NEGOTIATED], ids=lambda row: row.clause)
def test_protocol(client: FlaskClient, row: Row) -> None:
    headers: dict[str, Any] = {"Accept": row.accept} if row.accept else {}
    response = client.open(
        row.url, method=row.method, data=row.data, content_type=row.sent_as, headers=headers
    )
    assert response.status_code == row.status, response.text
    assert response.headers["Content-Type"] == row.content_type
    assert row.body in response.text
    for name, value in row.headers.items():
        assert ", ".join(sorted(response.headers[name].split(", "))) == value
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if row.method != "OPTIONS":
        assert response.headers["Vary"] == "Accept"
    if row.method == "HEAD":
        assert response.data == b""
        assert int(response.headers["Content-Length"]) > 0


def count(client: FlaskClient, *pairs: tuple[str, str], query: str = COUNT) -> int:
    response = client.get(asking(("query", query), ("format", "csv"), *pairs))
    assert response.status_code == 200, response.text
    return int(response.text.split()[1])


def test_the_default_graph_is_the_union_of_the_named_graphs(client: FlaskClient) -> None:
    assert count(client) == 2003


def test_the_graphs_of_the_request_count_more_than_from(client: FlaskClient) -> None:
    chosen = ("default-graph-uri", GRAPHS["inferred"])
    assert count(client, query="SELECT (COUNT(*) AS ?n) FROM graph:claims { ?s ?p ?o }") == 2000
    assert count(client, chosen) == 1
    assert count(client, chosen, ("default-graph-uri", GRAPHS["ontology"])) == 2
    text = "SELECT (COUNT(*) AS ?n) FROM graph:claims { ?s ?p ?o }"
    assert count(client, chosen, query=text) == 1
    assert count(client, ("named-graph-uri", GRAPHS["claims"])) == 0


def test_the_graphs_of_a_direct_post_stand_in_its_url(client: FlaskClient) -> None:
    url = "/sparql?format=csv&default-graph-uri=" + quote(GRAPHS["inferred"], safe="")
    assert client.post(url, data=COUNT, content_type=QUERY).text == "n\r\n1\r\n"


def test_the_graphs_of_a_form_stand_in_its_body(client: FlaskClient) -> None:
    pairs = [("query", COUNT), ("format", "csv"), ("default-graph-uri", GRAPHS["inferred"])]
    answer = client.post("/sparql", data=urlencode(pairs), content_type=FORM)
    assert answer.text == "n\r\n1\r\n"


@pytest.mark.parametrize("iri", ["file:///etc/passwd", "http://127.0.0.1:1/", "urn:none"])
def test_a_graph_that_is_not_in_the_store_is_empty(client: FlaskClient, iri: str) -> None:
    assert count(client, ("default-graph-uri", iri)) == 0
    assert count(client, query=COUNT.replace("{", f"FROM <{iri}> {{")) == 0


def test_a_graph_is_named_by_an_absolute_iri(client: FlaskClient) -> None:
    response = client.get(asking(("query", ASK), ("default-graph-uri", "claims")))
    assert response.status_code == 400
    assert "absolute IRI" in response.text


def test_a_header_in_a_parameter_stays_in_it(client: FlaskClient) -> None:
    response = client.get(asking(("query", ASK), ("format", "csv\r\nX-Evil: 1")))
    assert response.status_code == 406
    assert "X-Evil" not in response.headers
