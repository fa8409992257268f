"""What the service says of itself and of its data is true: it is held against the data."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg import paths
from kg.errors import QueryError, QueryTimeoutError
from kg.formats import FORMATS, for_name, offered
from kg.namespaces import GRAPHS, PREFIXES
from kg.query import execute
from kg.questions import load_questions
from kg.reason import materialize
from kg.store import KnowledgeGraph, save_snapshot
from server import statistics
from server.app import create_app
from server.config import Config
from server.description import EXTENSION_FUNCTIONS
from server.frames import Header
from server.pool import Answer
from server.state import KEY

SERVICE, DATA = "/sparql", "/.well-known/void"
ENDPOINT = "http://localhost/sparql"


@pytest.fixture(scope="module")
def app(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application over the dossier, in place of the small one."""
    folder = tmp_path_factory.mktemp("build") / "graph"
    save_snapshot(graph, folder)
    config = Config(snapshot=folder, questions=paths.ontology() / "questions", workers=2)
    app = create_app(config)
    yield app
    app.extensions[KEY].pool.close()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the figures however busy the machine is."""
    monkeypatch.setattr(statistics, "_PATIENCE_S", 60)


def described(client: FlaskClient, path: str, name: str = "turtle") -> ox.Store:
    row = for_name(name, "graph")
    response = client.get(path, headers={"Accept": row.media_type})
    assert (response.status_code, response.mimetype) == (200, row.media_type)
    assert isinstance(row.engine, ox.RdfFormat)
    store = ox.Store()
    store.load(response.data, format=row.engine)
    return store


def rows(store: ox.Store, text: str) -> list[tuple[str, ...]]:
    found = store.query(text, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    return sorted(tuple(getattr(term, "value", "") for term in row) for row in found)


@pytest.mark.parametrize("path", [SERVICE, DATA])
def test_it_says_the_same_in_every_format(client: FlaskClient, path: str) -> None:
    size = len(described(client, path))
    assert size > 500
    for row in offered("graph"):
        assert len(described(client, path, row.name)) == size


def test_the_service_is_one_with_its_endpoint_and_what_it_speaks(client: FlaskClient) -> None:
    store = described(client, SERVICE)
    assert rows(
        store, "SELECT ?e ?l { ?s a sd:Service ; sd:endpoint ?e ; sd:supportedLanguage ?l }"
    ) == [(ENDPOINT, PREFIXES["sd"] + "SPARQL11Query")]
    formats = rows(store, "SELECT ?f { ?s sd:resultFormat ?f }")
    assert len(formats) == len(FORMATS)
    assert all(name.startswith("http://www.w3.org/ns/formats/") for (name,) in formats)
    assert rows(store, "SELECT ?f { ?s sd:inputFormat ?f }") == []


def test_its_one_feature_is_had_and_the_others_are_not(
    client: FlaskClient, graph: KnowledgeGraph
) -> None:
    store = described(client, SERVICE)
    assert rows(store, "SELECT ?f { ?s sd:feature ?f }") == [
        (PREFIXES["sd"] + "UnionDefaultGraph",)
    ]
    query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}
    assert int(client.get(SERVICE, query_string=query).text.split()[1]) == len(graph.triples)
    query["query"] = "ASK { SERVICE <http://127.0.0.1/> {} }"
    assert client.get(SERVICE, query_string=query).status_code == 403


def test_a_union_of_the_graphs_holds_each_triple_once(graph: KnowledgeGraph) -> None:
    """The engine would count a triple twice that stood in two graphs."""
    assert sum(map(len, graph.graphs.values())) == len(graph.triples)


@pytest.mark.parametrize("name", EXTENSION_FUNCTIONS)
def test_each_extension_function_is_had(name: str) -> None:
    def known(called: str, arguments: str) -> bool:
        try:
            execute(ox.Store(), f"SELECT (<{called}>({arguments}) AS ?x) {{}}", format_name="csv")
        except QueryError:
            return False
        return True

    assert any(known(name, arguments) for arguments in ("1", "1, 2", "1, 2, 3"))
    assert not known(f"{name}Not", "1")


def test_the_extension_functions_are_those_described(client: FlaskClient) -> None:
    found = rows(described(client, SERVICE), "SELECT ?f { ?s sd:extensionFunction ?f }")
    assert found == sorted((name,) for name in EXTENSION_FUNCTIONS)


def test_the_named_graphs_have_the_counts_of_the_data(
    client: FlaskClient, graph: KnowledgeGraph
) -> None:
    for path in (SERVICE, DATA):
        found = rows(
            described(client, path),
            "SELECT ?name ?n ?s ?p ?o { ?g a sd:NamedGraph ; sd:name ?name ; sd:graph ?d ."
            " ?d void:triples ?n ; void:distinctSubjects ?s ; void:properties ?p ;"
            " void:distinctObjects ?o }",
        )
        assert found == sorted(
            (GRAPHS[name], *(str(len(set(terms))) for terms in (triples, *zip(*triples))))  # noqa: B905
            for name, triples in graph.graphs.items()
        )


def test_the_default_graph_divides_as_the_data_does(
    client: FlaskClient, graph: KnowledgeGraph
) -> None:
    store = described(client, SERVICE)
    default = "?service sd:defaultDataset/sd:defaultGraph ?g ."
    kind = f"<{PREFIXES['rdf']}type>"
    members = {t for t in graph.triples if t.predicate == kind and t.object.startswith("<")}
    classes = {t.object for t in members}
    assert rows(
        store,
        f"SELECT ?c ?n {{ {default} ?g void:classPartition ?p ."
        " ?p void:class ?c ; void:entities ?n }",
    ) == sorted((c.strip("<>"), str(sum(t.object == c for t in members))) for c in classes)
    found = rows(
        store,
        f"SELECT ?p ?n ?s ?o {{ {default} ?g void:propertyPartition ?x . ?x void:property ?p ;"
        " void:triples ?n ; void:distinctSubjects ?s ; void:distinctObjects ?o }",
    )
    properties: dict[str, list[tuple[str, str]]] = {}
    for t in graph.triples:
        properties.setdefault(t.predicate, []).append((t.subject, t.object))
    assert found == sorted(
        (name.strip("<>"), *(str(len(set(x))) for x in (pairs, *zip(*pairs))))  # noqa: B905
        for name, pairs in properties.items()
    )


def test_the_data_divides_by_class_and_property(client: FlaskClient, graph: KnowledgeGraph) -> None:
    person = f"<{PREFIXES['clef']}Person>"
    kind = f"<{PREFIXES['rdf']}type>"
    people = {t.subject for t in graph.triples if t[1:] == (kind, person)}
    label = f"<{PREFIXES['rdfs']}label>"
    labels = [t for t in graph.triples if t.predicate == label and t.subject in people]
    assert rows(
        described(client, DATA),
        "SELECT ?n ?s { ?d a dcat:Dataset ; void:classPartition ?c . ?c void:class clef:Person ;"
        " void:propertyPartition ?p . ?p void:property rdfs:label ; void:triples ?n ;"
        " void:distinctSubjects ?s }",
    ) == [(str(len(labels)), str(len({t.subject for t in labels})))]


def test_the_regime_of_entailment_is_kept(client: FlaskClient, graph: KnowledgeGraph) -> None:
    """The default graph is closed under the rules, save for what its profile says is left out."""
    store = described(client, SERVICE)
    regime = "http://www.w3.org/ns/entailment/"
    found = rows(
        store,
        "SELECT ?r ?seen { ?s sd:defaultEntailmentRegime ?r ;"
        " sd:defaultSupportedEntailmentProfile/rdfs:seeAlso ?seen }",
    )
    assert found == [(f"{regime}OWL-RDF-Based", "http://www.w3.org/ns/owl-profile/RL")]
    assert rows(store, "SELECT DISTINCT ?r { ?g sd:entailmentRegime ?r }") == [(f"{regime}Simple",)]
    assert set(materialize(graph.triples).inferred()) <= graph.triples
    assert not set(materialize(graph.graphs["ontology"]).inferred()) <= set(
        graph.graphs["ontology"]
    )


def test_each_example_runs_as_it_is_described(client: FlaskClient) -> None:
    store = described(client, SERVICE)
    prologue = "".join(
        f"PREFIX {prefix}: <{space}>\n"
        for prefix, space in rows(store, "SELECT ?p ?n { ?d sh:prefix ?p ; sh:namespace ?n }")
    )
    found = rows(
        store,
        "SELECT ?comment ?query { ?e a sh:SPARQLExecutable ; rdfs:comment ?comment ;"
        " schema:target ?t ; sh:select|sh:ask|sh:construct ?query }",
    )
    questions = load_questions(paths.ontology() / "questions")
    served = [question.title for question in questions if not question.needs_proofs]
    assert len(served) < len(questions)
    assert [comment for comment, _ in found] == sorted(served)
    for _, query in found:
        given = client.post(SERVICE, data=prologue + query, content_type="application/sparql-query")
        assert given.status_code == 200, given.text
        assert given.data == client.get(SERVICE, query_string={"query": query}).data


def test_the_catalogue_has_what_dcat_asks_for(client: FlaskClient, graph: KnowledgeGraph) -> None:
    store = described(client, DATA)
    assert rows(
        store,
        "SELECT DISTINCT ?title { ?c a dcat:Catalog ; dcat:dataset ?d ."
        " ?d dct:title ?title ; dct:description ?x ; dct:license ?l FILTER(LANG(?title) = 'en') }",
    ) == [(graph.dossier,)]
    assert rows(
        store,
        "SELECT ?e ?version { ?s a dcat:DataService ; dcat:endpointURL ?e ; dcat:servesDataset ?d ."
        " ?d void:sparqlEndpoint ?e ; dcat:version ?version }",
    ) == [(ENDPOINT, graph.digest)]


def test_each_dump_is_there_whole_and_of_the_size_described(
    client: FlaskClient, graph: KnowledgeGraph
) -> None:
    found = rows(
        described(client, DATA),
        "SELECT ?url ?type ?size ?sum { ?d dcat:distribution ?x ; void:dataDump ?url ."
        " ?x dcat:downloadURL ?url ; dcat:mediaType ?type ; dcat:byteSize ?size ;"
        " <http://spdx.org/rdf/terms#checksum>/<http://spdx.org/rdf/terms#checksumValue> ?sum }",
    )
    assert len(found) == 6
    for url, kind, size, checksum in found:
        parts = urlsplit(url)
        with client.get(f"{parts.path}?{parts.query}") as response:
            assert kind.endswith(f"/{response.mimetype}")
            assert len(response.data) == int(size)
            assert hashlib.sha256(response.data).hexdigest() == checksum
        form = ox.RdfFormat.from_media_type(response.mimetype)
        assert form
        said = {quad.triple for quad in ox.parse(response.data, format=form)}
        assert len(said) == len(graph.triples)


def test_it_is_unchanged_while_the_data_is(client: FlaskClient) -> None:
    for path in (SERVICE, DATA):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert client.get(path, headers={"Host": "other.example"}).status_code == 200


def test_a_host_that_is_none_is_refused(client: FlaskClient) -> None:
    assert client.get(SERVICE, headers={"Host": "a b> <x"}).status_code == 400


def test_where_counting_fails_the_service_is_described_without_figures(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, asked = app.extensions[KEY].pool, []

    def slow(header: Header, text: str) -> Answer:
        asked.append(text)
        raise QueryTimeoutError(f"{header}")

    monkeypatch.setattr(pool, "run", slow)
    monkeypatch.setattr(type(pool), "digest", "another state of the data")
    store = described(client, SERVICE)
    assert len(rows(store, "SELECT ?g { ?d sd:namedGraph/sd:name ?g }")) == len(GRAPHS)
    assert rows(store, "SELECT ?n { ?d void:triples ?n }") == []
    assert rows(described(client, DATA), "SELECT ?d { ?c dcat:dataset ?d }")
    assert len(asked) == 1  # nor is counting tried again at each request
    monkeypatch.setattr(statistics, "_RETRY_S", 0)
    described(client, SERVICE)
    assert len(asked) == 2


def test_while_counting_takes_long_nobody_waits_for_it(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, go_on = app.extensions[KEY].pool, threading.Event()
    run = pool.run

    def slow(header: Header, text: str) -> Answer:
        go_on.wait(10)
        answer: Answer = run(header, text)
        return answer

    monkeypatch.setattr(statistics, "_PATIENCE_S", 0)
    monkeypatch.setattr(pool, "run", slow)
    monkeypatch.setattr(type(pool), "digest", "a state that is long to count")
    counted = "SELECT ?n { ?d sd:defaultGraph/void:triples ?n }"
    assert rows(described(client, SERVICE), counted) == []
    monkeypatch.setattr(statistics, "_PATIENCE_S", 10)
    go_on.set()
    assert len(rows(described(client, SERVICE), counted)) == 1
