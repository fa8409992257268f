"""The SPARQL 1.1 Protocol for queries: every row of the table, and which graphs are asked."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from protocol_rows import ASK, BAD, COUNT, FORM, FORMS, NEGOTIATED, QUERY, Row, asking

from kg.namespaces import GRAPHS

EVERYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@pytest.mark.parametrize("row", [*FORMS, *BAD, *NEGOTIATED], ids=lambda row: row.clause)
def test_protocol(client: FlaskClient, row: Row) -> None:
    headers: dict[str, Any] = row.sent | ({"Accept": row.accept} if row.accept else {})
    response = client.open(
        row.url, method=row.method, data=row.data, content_type=row.sent_as, headers=headers
    )
    assert response.status_code == row.status, response.text
    assert response.headers["Content-Type"] == row.content_type
    assert row.body in response.text
    for name, value in row.headers.items():
        assert ", ".join(sorted(response.headers[name].split(", "))) == value
    for name, value in EVERYWHERE.items():
        assert response.headers[name] == value
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Credentials" not in response.headers
    if row.method != "OPTIONS":
        assert response.headers["Vary"].split(", ")[0] == "Accept"
    if row.method == "HEAD":
        assert response.data == b""
        assert int(response.headers["Content-Length"]) > 0


def test_every_clause_is_named_once_and_by_its_section() -> None:
    clauses = [row.clause for row in (*FORMS, *BAD, *NEGOTIATED)]
    assert len(set(clauses)) == len(clauses)
    assert {clause.split()[0].split(".")[0] for clause in clauses} == {
        "2", "4", "HTTP", "SD", "CORS", "Clef",
    }  # fmt: skip


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
