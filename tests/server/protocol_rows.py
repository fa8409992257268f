"""The clauses of the SPARQL 1.1 Protocol for queries, and of HTTP where it leans on that.

A clause begins with its section: a number of https://www.w3.org/TR/sparql11-protocol/, `HTTP` and a
number of https://www.rfc-editor.org/rfc/rfc9110, `SD` for
https://www.w3.org/TR/sparql11-service-description/, `CORS` for
https://fetch.spec.whatwg.org/#http-cors-protocol, `Clef` for what docs/http.md promises beyond.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
CSV, TSV = "text/csv; charset=utf-8", "text/tab-separated-values; charset=utf-8"
PROBLEM = "application/problem+json"
TURTLE = "text/turtle; charset=utf-8"
PAGE = "text/html; charset=utf-8"
SELECT = "SELECT ?o { id:eld clef:basedOn ?o }"
ASK = "ASK { id:eld clef:basedOn id:heist }"
GRAPH = "CONSTRUCT { ?s clef:basedOn ?o } WHERE { ?s clef:basedOn ?o }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ALLOW = {"Allow": "GET, HEAD, OPTIONS, POST"}

TOO_LONG = (
    '"code":"request-entity-too-large","detail":"a query may have 20,000 bytes at most","hint":'
    '"make it shorter; the operator may raise CLEF_MAX_QUERY (clef serve --max-query)"'
)


class Row(NamedTuple):
    """One clause: the request, and what the response must be."""

    clause: str
    method: str
    url: str
    status: int
    content_type: str = PROBLEM
    body: str = ""
    accept: str | None = None
    data: bytes | str | None = None
    sent_as: str | None = None
    sent: dict[str, str] = {}  # noqa: RUF012  # a row is never changed
    headers: dict[str, str] = {}  # noqa: RUF012


def asking(*pairs: tuple[str, str]) -> str:
    return "/sparql?" + urlencode(pairs)


def get(query: str) -> str:
    return asking(("query", query))


def formatted(query: str, name: str) -> str:
    return asking(("query", query), ("format", name))


FORMS = [
    Row("2.1.1 query by GET", "GET", get(SELECT), 200, JSON, "id/heist"),
    Row("2.1.1 raw UTF-8 in the URL", "GET", "/sparql?query=ASK{FILTER('é'!='e')}", 200, JSON,
        "true"),
    Row("2.1.1 a plus is a space", "GET", "/sparql?query=ASK+%7B+%7D", 200, JSON, "true"),
    Row("2.1.1 a percent-encoded plus is a plus", "GET", get("SELECT (1+1 AS ?x) {}"), 200, JSON,
        '"2"'),
    Row("2.1.1 decoded exactly once", "GET", get("SELECT ('%41' AS ?x) {}"), 200, JSON, "%41"),
    Row("2.1.1 any order of parameters", "GET",
        asking(("default-graph-uri", "urn:x"), ("query", ASK)), 200, JSON, "false"),
    Row("2.1.2 query by POST, form", "POST", "/sparql", 200, JSON, "id/heist",
        data=urlencode({"query": SELECT}), sent_as=FORM),
    Row("2.1.2 form with charset", "POST", "/sparql", 200, JSON, "true",
        data=urlencode({"query": ASK}), sent_as=f"{FORM}; charset=UTF-8"),
    Row("2.1.2 a form is decoded exactly once", "POST", "/sparql", 200, JSON, "%41",
        data=urlencode({"query": "SELECT ('%41' AS ?x) {}"}), sent_as=FORM),
    Row("2.1.2 its graphs in the body", "POST", "/sparql", 200, JSON, "false",
        data=urlencode({"query": ASK, "default-graph-uri": "urn:x"}), sent_as=FORM),
    Row("2.1.2 its graphs in the URL are not lost", "POST", "/sparql?default-graph-uri=urn:x", 200,
        JSON, "false", data=urlencode({"query": ASK}), sent_as=FORM),
    Row("2.1.3 query by POST, direct", "POST", "/sparql", 200, JSON, "id/heist",
        data=SELECT, sent_as=QUERY),
    Row("2.1.3 direct, UTF-8", "POST", "/sparql", 200, JSON, "é",
        data="SELECT ('é' AS ?x) {}".encode(), sent_as=QUERY),
    Row("2.1.3 its graphs in the URL", "POST", "/sparql?default-graph-uri=urn:x", 200, JSON,
        "false", data=ASK, sent_as=QUERY),
    Row("2.1.3 a plus in a body is a plus", "POST", "/sparql", 200, JSON, '"2"',
        data="SELECT (1+1 AS ?x) {}", sent_as=QUERY),
    Row("2.1 unknown parameters do not count", "GET", asking(("query", ASK), ("x", "y")), 200,
        JSON),
    Row("2.1 version of SPARQL 1.2 may be sent", "GET", asking(("query", ASK), ("version", "1.2")),
        200, JSON),
    Row("4.2 the base is of the service", "GET", get("ASK { <id/eld> clef:basedOn <id/heist> }"),
        200, JSON, "true"),
    Row("HTTP 9.3.2 HEAD has no body", "HEAD", get(SELECT), 200, JSON),
    Row("HTTP 9.3.2 HEAD of an error", "HEAD", get("ASK {"), 400),
    Row("HTTP 9.3.2 HEAD of the description", "HEAD", "/sparql", 200, TURTLE),
    Row("HTTP 9.3.7 OPTIONS tells the methods", "OPTIONS", "/sparql", 200, PAGE, headers=ALLOW),
    Row("CORS a preflight", "OPTIONS", "/sparql", 200, PAGE,
        sent={"Origin": "http://a.example", "Access-Control-Request-Method": "POST"},
        headers={"Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
                 "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS, POST",
                 "Access-Control-Max-Age": "86400"}),
    Row("CORS a read from another site", "GET", get(ASK), 200, JSON,
        sent={"Origin": "http://a.example", "Cookie": "a=b"}),
]  # fmt: skip

BAD = [
    Row("2.1.7 no query", "GET", "/sparql?x=y", 400, body="0 queries were sent"),
    Row("2.1.7 two queries", "GET", asking(("query", ASK), ("query", ASK)), 400, body="2 queries"),
    Row("2.1.7 an empty query", "GET", "/sparql?query=", 400, body="the query is empty"),
    Row("2.1.7 a query in URL and form", "POST", get(ASK), 400, body="2 queries",
        data=urlencode({"query": ASK}), sent_as=FORM),
    Row("2.1.7 a query in URL and body", "POST", get(ASK), 400, body="2 queries",
        data=ASK, sent_as=QUERY),
    Row("2.1.7 a form without a query", "POST", "/sparql", 400, body="0 queries", data="",
        sent_as=FORM),
    Row("2.1.7 query and update", "GET", asking(("query", ASK), ("update", "x")), 400,
        body="not updates"),
    Row("2.2 an update by GET", "GET", asking(("update", "CLEAR ALL")), 400, body="not updates"),
    Row("2.2 an update in a form", "POST", "/sparql", 400, body="not updates",
        data="update=CLEAR+ALL", sent_as=FORM),
    Row("2.2 an update by its media type", "POST", "/sparql", 415, body="sparql-query",
        data="CLEAR ALL", sent_as="application/sparql-update"),
    Row("2.1.7 malformed UTF-8 in the URL", "GET", "/sparql?query=ASK%7B%FF%7D", 400,
        body="not UTF-8"),
    Row("2.1.7 malformed UTF-8 in a name", "GET", "/sparql?query=ASK%7B%7D&%FF=1", 400,
        body="not UTF-8"),
    Row("2.1.7 malformed UTF-8 in the form", "POST", "/sparql", 400, body="not UTF-8",
        data="query=%C3%28", sent_as=FORM),
    Row("2.1.7 malformed UTF-8 in the body", "POST", "/sparql", 400, body="not UTF-8",
        data=b"ASK { '\xff' }", sent_as=QUERY),
    Row("2.1.7 not in the grammar", "GET", get("ASK {\n ?s }"), 400, body='"line":2'),
    Row("2.1.7 an unknown prefix, with a hint", "GET", get("ASK { foo:x ?p ?o }"), 400,
        body="declare it with PREFIX"),
    Row("2.1.7 an unknown function", "GET", get("SELECT (<urn:f>(1) AS ?x) {}"), 400, body="urn:f"),
    Row("2.1.4 a relative graph", "GET", asking(("query", ASK), ("named-graph-uri", "x")), 400,
        body="absolute IRI"),
    Row("Clef SERVICE", "GET", get("ASK { SERVICE <http://127.0.0.1/> {} }"), 403, body="SERVICE"),
    Row("Clef an update as a query", "GET", get("LOAD <file:///etc/passwd>"), 403, body="LOAD"),
    Row("HTTP 15.5.5 no such path", "GET", "/nothing", 404),
    Row("HTTP 15.5.6 PUT", "PUT", "/sparql", 405, headers=ALLOW),
    Row("HTTP 15.5.6 DELETE", "DELETE", "/sparql", 405, headers=ALLOW),
    Row("HTTP 15.5.6 PATCH", "PATCH", "/sparql", 405, headers=ALLOW),
    Row("HTTP 15.5.7 rows as Turtle", "GET", get(SELECT), 406, body="text/csv",
        accept="text/turtle"),
    Row("HTTP 15.5.7 a boolean as CSV", "GET", get(ASK), 406, body="results+xml",
        accept="text/csv"),
    Row("HTTP 15.5.7 a graph as CSV", "GET", get(GRAPH), 406, body="text/turtle",
        accept="text/csv"),
    Row("HTTP 15.5.7 all excluded", "GET", get(SELECT), 406, accept="*/*;q=0"),
    Row("HTTP 15.5.7 a description as CSV", "GET", "/sparql", 406, body="text/turtle",
        accept="text/csv"),
    Row("Clef a format nobody knows", "GET", formatted(ASK, "yaml"), 406,
        body="no format for the answer to ASK is called 'yaml'"),
    Row("Clef a format nobody knows, of the formats for rows", "GET", formatted(SELECT, "yaml"),
        406, body="offered: json (application/sparql-results+json), xml"
        " (application/sparql-results+xml), csv (text/csv), tsv (text/tab-separated-values),"
        ' html (text/html)"'),
    Row("Clef a format nobody knows, of the formats for a graph", "GET", formatted(GRAPH, "yaml"),
        406, body="offered: turtle (text/turtle), "),
    Row("Clef a format nobody knows, of the data", "GET", "/.well-known/void?format=yaml", 406,
        body="offered: turtle (text/turtle), "),
    Row("Clef a format for another answer", "GET", formatted(ASK, "turtle"), 406,
        body="sparql-results"),
    Row("HTTP 15.5.14 a query too long", "POST", "/sparql", 413, body=TOO_LONG,
        data="ASK {" + " " * 20_000 + "}", sent_as=QUERY),
    Row("HTTP 15.5.14 a query too long, by GET", "GET", get("ASK {" + " " * 20_000 + "}"), 413,
        body=TOO_LONG),
    Row("HTTP 15.5.14 a body too long", "POST", "/sparql", 413, body=TOO_LONG,
        data="a" * 200_000, sent_as=QUERY),
    Row("2.1.2 a body of no type", "POST", "/sparql", 415, body="sparql-query", data="ASK {}"),
    Row("2.1.2 a form in parts", "POST", "/sparql", 415, data="x",
        sent_as="multipart/form-data; boundary=x"),
    Row("2.1.3 a body in Latin-1", "POST", "/sparql", 415, data="ASK {}",
        sent_as=f"{QUERY}; charset=latin1"),
    Row("HTTP 15.5.16 a packed body", "POST", "/sparql", 415, body="gzip", data="ASK {}",
        sent_as=QUERY, sent={"Content-Encoding": "gzip"}),
    Row("Clef an answer too large", "GET", get("SELECT * { ?a ?b ?c . ?d ?e ?f }"), 422,
        body="larger than 500,000 bytes"),
    Row("Clef an error as a page", "GET", get("ASK {"), 400, PAGE,
        "<strong>line 1, column 6:</strong>", accept="text/html"),
    Row("Clef an error as text", "GET", get("DESCRIBE {"), 400, "text/plain; charset=utf-8",
        "line 1, column 10\n", accept="text/plain"),
    Row("Clef an error as JSON", "GET", get("ASK {"), 400, PROBLEM, '"column":6', accept=JSON),
    Row("Clef an error in nothing acceptable", "GET", get("ASQ {}"), 400, PROBLEM, "line",
        accept="image/png"),
]  # fmt: skip

NEGOTIATED = [
    Row("2.1.5 no Accept, rows", "GET", get(SELECT), 200, JSON),
    Row("2.1.5 any, rows", "GET", get(SELECT), 200, JSON, accept="*/*"),
    Row("2.1.5 no Accept, boolean", "GET", get(ASK), 200, JSON),
    Row("2.1.5 no Accept, graph", "GET", get(GRAPH), 200, TURTLE),
    Row("2.1.5 any, graph", "GET", get(GRAPH), 200, TURTLE, accept="*/*"),
    Row("2.1.5 XML", "GET", get(SELECT), 200, XML, "<sparql", accept=XML),
    Row("2.1.5 CSV", "GET", get(SELECT), 200, CSV, "o\r\n", accept="text/csv"),
    Row("2.1.5 TSV", "GET", get(SELECT), 200, TSV, "?o\n", accept="text/tab-separated-values"),
    Row("2.1.5 boolean in XML", "GET", get(ASK), 200, XML, "true", accept="application/xml"),
    Row("2.1.5 N-Triples", "GET", get(GRAPH), 200, "application/n-triples", "id/heist> .",
        accept="application/n-triples"),
    Row("2.1.5 RDF/XML", "GET", get(GRAPH), 200, "application/rdf+xml", "<rdf:RDF",
        accept="application/rdf+xml"),
    Row("2.1.5 JSON-LD", "GET", get(GRAPH), 200, "application/ld+json", '"@id"',
        accept='application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"'),
    Row("2.1.5 TriG", "GET", get(GRAPH), 200, "application/trig", "clef:basedOn",
        accept="application/trig"),
    Row("2.1.5 N-Quads", "GET", get("DESCRIBE id:eld"), 200, "application/n-quads", "id/eld>",
        accept="application/n-quads"),
    Row("HTTP 12.4.2 the best quality", "GET", get(SELECT), 200, CSV,
        accept="application/json;q=0.4, text/csv;q=0.8"),
    Row("HTTP 12.5.1 the most specific range", "GET", get(SELECT), 200, CSV,
        accept="text/*;q=0.3, text/csv, */*;q=0.5"),
    Row("HTTP 12.5.1 q=0 excludes", "GET", get(SELECT), 200, XML,
        accept="application/sparql-results+json;q=0, application/json;q=0, application/*"),
    Row("HTTP 12.5.1 what a client asks for any form", "GET", get(GRAPH), 200,
        "application/rdf+xml", accept=f"{JSON}, application/rdf+xml;q=0.9, */*;q=0.1"),
    Row("HTTP 12.5.1 what a browser asks", "GET", get(SELECT), 200, PAGE, "<table>",
        accept=BROWSER),
    Row("Clef format over Accept", "GET", formatted(SELECT, "tsv"), 200, TSV, accept="text/html"),
    Row("Clef format by media type", "GET", formatted(SELECT, "text/csv"), 200, CSV),
    Row("Clef format xml of rows", "GET", formatted(SELECT, "xml"), 200, XML),
    Row("Clef format xml of a graph", "GET", formatted(GRAPH, "xml"), 200, "application/rdf+xml"),
    Row("Clef format json of a graph", "GET", formatted(GRAPH, "json"), 200, "application/ld+json"),
    Row("Clef format rdf+xml, not encoded", "GET", f"{get(GRAPH)}&format=rdf+xml", 200,
        "application/rdf+xml"),
    Row("Clef format n3", "GET", formatted(GRAPH, "n3"), 200, TURTLE),
    Row("Clef format in a form", "POST", "/sparql", 200, CSV,
        data=urlencode({"query": SELECT, "format": "csv"}), sent_as=FORM),
    Row("Clef format html", "GET", formatted(SELECT, "html"), 200, PAGE, "<table>", accept=JSON),
    Row("SD 2 no query: a description", "GET", "/sparql", 200, TURTLE, "sd:SPARQL11Query"),
    Row("SD 2 an empty query string is none", "GET", "/sparql?", 200, TURTLE, "sd:Service"),
    Row("SD 2 in RDF/XML", "GET", "/sparql", 200, "application/rdf+xml", "SPARQL11Query",
        accept="application/rdf+xml"),
    Row("SD 2 in JSON-LD", "GET", "/sparql", 200, "application/ld+json", "SPARQL11Query",
        accept="application/ld+json"),
    Row("SD 2 no query, a browser: a form", "GET", "/sparql", 200, PAGE, "<textarea",
        accept=BROWSER),
]  # fmt: skip
