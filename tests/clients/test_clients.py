"""Clients that others wrote, unchanged, over HTTP: each gets what the engine itself answers."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from endpoints import NOTE
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML
from SPARQLWrapper import SPARQLWrapper as Wrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from kg.namespaces import PREFIXES
from kg.query import execute
from kg.store import KnowledgeGraph

HERE = Path(__file__).parent
CLEF = PREFIXES["clef"]
HEIST = f"{PREFIXES['id']}antwerp-diamond-heist"
SELECT = f"SELECT ?work {{ ?work <{CLEF}basedOn> <{HEIST}> }} ORDER BY ?work"
ASK = f"ASK {{ ?work <{CLEF}basedOn> <{HEIST}> }}"
GRAPH = f"CONSTRUCT WHERE {{ ?work <{CLEF}basedOn> <{HEIST}> }}"


@pytest.fixture
def works(graph: KnowledgeGraph) -> list[str]:
    found = json.loads(execute(graph.store, SELECT, format_name="json"))
    works = [row["work"]["value"] for row in found["results"]["bindings"]]
    assert works
    return works


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_reads_rows(endpoint: str, works: list[str], form: str, method: str) -> None:
    client = Wrapper(endpoint)
    client.setQuery(SELECT)
    client.setReturnFormat(form)
    client.setMethod(method)
    if method == POST:
        client.setRequestMethod(POSTDIRECTLY)
    answer: Any = client.query().convert()
    if form == JSON:
        found = [row["work"]["value"] for row in answer["results"]["bindings"]]
    elif form == XML:
        found = [node.firstChild.data for node in answer.getElementsByTagName("uri")]
    else:
        found = [line.strip().strip("<>") for line in answer.decode().splitlines()[1:]]
    assert found == works


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # the client's own
@pytest.mark.parametrize("form", [TURTLE, N3, RDFXML, JSONLD])
def test_sparqlwrapper_reads_graphs_booleans_and_errors(
    endpoint: str, works: list[str], form: str
) -> None:
    client = Wrapper(endpoint)
    client.setQuery(GRAPH)
    client.setReturnFormat(form)
    answer: Any = client.query().convert()
    if not isinstance(answer, rdflib.Graph):
        answer = rdflib.Graph().parse(data=answer, format="turtle")
    assert sorted(map(str, answer.subjects())) == works
    client.setQuery(ASK)
    client.setReturnFormat(JSON)
    booleans: Any = client.query().convert()
    assert booleans["boolean"] is True
    client.setQuery("ASK {")
    with pytest.raises(QueryBadFormed, match="query-syntax"):
        client.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_the_store_of_rdflib_works_over_it(
    endpoint: str, works: list[str], graph: KnowledgeGraph, method: Any
) -> None:
    remote = rdflib.Graph(SPARQLStore(endpoint, method=method))
    assert [str(row[0]) for row in remote.query(SELECT)] == works  # type: ignore[index]
    based_on, heist = rdflib.URIRef(f"{CLEF}basedOn"), rdflib.URIRef(HEIST)
    assert sorted(map(str, remote.subjects(based_on, heist))) == works
    assert (rdflib.URIRef(works[0]), based_on, heist) in remote
    assert remote.query(ASK).askAnswer is True
    assert len(remote) == len(graph.triples)
    assert sorted(map(str, remote.query(GRAPH).graph.subjects())) == works  # type: ignore[union-attr]


def fetched(endpoint: str, query: str, accept: str) -> bytes:
    command = ["curl", "-sS", "--fail", "-H", f"Accept: {accept}", "--data-urlencode"]
    done = subprocess.run(
        [*command, f"query={query}", endpoint], check=True, capture_output=True, timeout=20
    )
    return done.stdout


needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@needs_curl
@pytest.mark.parametrize(
    "form", [ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML, ox.QueryResultsFormat.TSV]
)
def test_the_parsers_of_pyoxigraph_read_what_curl_fetches(
    endpoint: str, works: list[str], form: ox.QueryResultsFormat
) -> None:
    found = ox.parse_query_results(fetched(endpoint, SELECT, form.media_type), format=form)
    assert isinstance(found, ox.QuerySolutions)
    assert [row["work"].value for row in found] == works  # type: ignore[union-attr]
    if form != ox.QueryResultsFormat.TSV:
        answer = ox.parse_query_results(fetched(endpoint, ASK, form.media_type), format=form)
        assert isinstance(answer, ox.QueryBoolean)
        assert bool(answer)


@needs_curl
@pytest.mark.parametrize(
    "form",
    [
        ox.RdfFormat.TURTLE,
        ox.RdfFormat.N_TRIPLES,
        ox.RdfFormat.RDF_XML,
        ox.RdfFormat.JSON_LD,
        ox.RdfFormat.TRIG,
        ox.RdfFormat.N_QUADS,
    ],
)
def test_pyoxigraph_reads_every_format_of_a_graph(
    endpoint: str, works: list[str], form: ox.RdfFormat
) -> None:
    quads = ox.parse(fetched(endpoint, GRAPH, form.media_type), format=form)
    assert sorted(quad.subject.value for quad in quads) == works  # type: ignore[union-attr]


@needs_curl
def test_curl_is_told_that_nothing_changed(endpoint: str, tmp_path: Path) -> None:
    kept = tmp_path / "tag"
    command = ["curl", "-sS", "-G", "--data-urlencode", f"query={SELECT}", "-o", "/dev/null"]
    command += ["-w", "%{http_code} %{size_download}", "--etag-save", str(kept)]
    first = subprocess.run([*command, endpoint], check=True, capture_output=True, timeout=20)
    assert first.stdout.startswith(b"200 ")
    again = [*command, "--etag-compare", str(kept), endpoint]
    second = subprocess.run(again, check=True, capture_output=True, timeout=20)
    assert second.stdout == b"304 0"


def comunica(*arguments: str) -> Any:
    program = HERE / "node_modules" / ".bin" / "comunica-sparql"
    assert program.exists(), "Comunica is not installed: make test installs it"
    done = subprocess.run(
        [program, *arguments, "-t", "application/sparql-results+json"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return json.loads(done.stdout)


needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


@needs_node
def test_comunica_finds_out_what_the_endpoint_is_and_asks_it(
    endpoint: str, works: list[str]
) -> None:
    answer = comunica(endpoint, SELECT)
    assert [row["work"]["value"] for row in answer["results"]["bindings"]] == works
    assert comunica(endpoint, ASK)["boolean"] is True


@needs_node
def test_comunica_joins_two_endpoints(endpoint: str, second: str, works: list[str]) -> None:
    query = (
        f"SELECT ?work ?note {{ ?work <{CLEF}basedOn> ?event . ?event <{NOTE}> ?note }}"
        " ORDER BY ?work"
    )
    rows = comunica(endpoint, second, query)["results"]["bindings"]
    assert [row["work"]["value"] for row in rows] == works
    assert {row["note"]["value"] for row in rows} == {"as others tell it"}
