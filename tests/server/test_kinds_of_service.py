"""Each kind of server describes itself truly, whatever RDF it holds: each claim is tried out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg import paths
from kg.formats import offered
from kg.model import Triple
from kg.namespaces import GRAPHS, PREFIXES
from kg.pipeline import Inputs, open_or_build
from kg.reason import materialize
from server import statistics
from server.config import Config
from tests.seed import seed_dossier
from tests.server.writing import BEARER, running, token_file, workspace

SD = PREFIXES["sd"]
REGIME = "http://www.w3.org/ns/entailment/"
RL = "http://www.w3.org/ns/owl-profile/RL"
GRAPH = "urn:in"


class Kind(NamedTuple):
    """A kind of server, and what it is expected to claim."""

    name: str
    settings: dict[str, Any]
    features: set[str]
    update: set[str] | None = None
    regime: str = "OWL-RDF-Based"
    ruled: bool = False


KINDS = [
    Kind("a dossier to read", {}, {"UnionDefaultGraph"}, ruled=True),
    Kind("a dossier to write", {"token_file": 1}, {"UnionDefaultGraph"}, {"UnionDefaultGraph"},
         ruled=True),
    Kind("a workspace", {"token_file": 1, "reasoning": 1}, {"UnionDefaultGraph"}, {"EmptyGraphs"}),
    Kind("a workspace to read", {"token_file": None, "reasoning": 1}, {"UnionDefaultGraph"}),
    Kind("a plain store", {"token_file": 1, "reasoning": 0}, set(), {"EmptyGraphs"}, "Simple"),
    Kind("a plain store that calls others",
         {"token_file": 1, "reasoning": 0, "services": "127.0.0.1:9"}, {"BasicFederatedQuery"},
         {"EmptyGraphs"}, "Simple"),
]  # fmt: skip


@contextmanager
def served(kind: Kind, folder: Path) -> Iterator[Flask]:
    if not kind.name.startswith("a dossier"):
        settings = {name: value for name, value in kind.settings.items() if value != 1}
        if kind.settings.get("reasoning"):
            settings["reasoning"] = 1
        with workspace(folder, **settings) as app:
            yield app
        return
    data = folder / "data" / seed_dossier().name
    shutil.copytree(seed_dossier(), data)
    open_or_build(Inputs(paths.ontology(), data), folder / "graph")
    token = token_file(folder) if kind.settings else None
    config = Config(
        snapshot=folder / "graph", data=data, token_file=token, workers=2, deadline_s=20
    )
    with running(config) as app:
        yield app


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.name)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Kind, FlaskClient]]:
    kind: Kind = request.param
    with served(kind, tmp_path_factory.mktemp("kind")) as app:
        yield kind, app.test_client()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the figures however busy the machine is."""
    monkeypatch.setattr(statistics, "_PATIENCE_S", 60)


def rows(client: FlaskClient, pattern: str) -> list[tuple[str, ...]]:
    store = ox.Store()
    store.load(client.get("/sparql").data, format=ox.RdfFormat.TURTLE)
    found = store.query(pattern, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    return sorted(tuple(getattr(term, "value", "") for term in row) for row in found)


def asked(client: FlaskClient, query: str) -> Any:
    return client.get("/sparql", query_string={"query": query})


def update(client: FlaskClient, text: str) -> int:
    return client.post("/update", data={"update": text}, headers=BEARER).status_code


def count(client: FlaskClient, pattern: str) -> int:
    rows = asked(client, f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}").get_json()["results"]
    return int(rows["bindings"][0]["n"]["value"])


def in_default_graph(client: FlaskClient) -> set[Triple]:
    whole = {"query": "CONSTRUCT WHERE { ?s ?p ?o }", "format": "nt"}
    with client.get("/sparql", query_string=whole) as answer:
        parsed = list(ox.parse(answer.data, format=ox.RdfFormat.N_TRIPLES))
    return {Triple(str(q.subject), str(q.predicate), str(q.object)) for q in parsed}


def test_it_claims_what_its_kind_has_and_nothing_else(site: tuple[Kind, FlaskClient]) -> None:
    kind, client = site
    features = "SELECT ?f {{ ?s sd:endpoint <http://localhost/{0}> ; sd:feature ?f }}"
    found = {name.removeprefix(SD) for (name,) in rows(client, features.format("sparql"))}
    assert found == kind.features
    languages = rows(client, "SELECT ?e ?l { ?s sd:endpoint ?e ; sd:supportedLanguage ?l }")
    expected = [("http://localhost/sparql", f"{SD}SPARQL11Query")]
    if kind.update is not None:
        expected.append(("http://localhost/update", f"{SD}SPARQL11Update"))
        found = {name.removeprefix(SD) for (name,) in rows(client, features.format("update"))}
        assert found == kind.update
    assert languages == expected
    assert rows(client, "SELECT ?r { ?s sd:defaultEntailmentRegime ?r }") == [
        (REGIME + kind.regime,)
    ]
    profile = rows(
        client,
        "SELECT ?also ?c { ?s sd:defaultSupportedEntailmentProfile ?p ."
        " ?p rdfs:seeAlso ?also ; rdfs:comment ?c }",
    )
    assert [row[0] for row in profile] == ([] if kind.regime == "Simple" else [RL])
    assert ["our own rules" in row[1] for row in profile] == [kind.ruled] * len(profile)


def test_updates_are_taken_where_it_says_so(site: tuple[Kind, FlaskClient]) -> None:
    kind, client = site
    assert update(client, "") == (403 if kind.update is None else 200)
    assert asked(client, "INSERT DATA { <urn:a> <urn:b> 1 }").status_code == 403


def test_service_calls_others_where_it_says_so(site: tuple[Kind, FlaskClient]) -> None:
    kind, client = site
    answer = asked(client, "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    called = "BasicFederatedQuery" in kind.features
    assert answer.status_code == (502 if called else 403)  # nobody listens there


def test_the_default_graph_is_what_it_says(site: tuple[Kind, FlaskClient]) -> None:
    kind, client = site
    if kind.name == "a workspace to read":
        return  # there is nothing in it
    if kind.ruled:
        graphs = " ".join(f"<{name}>" for name in GRAPHS.values())
        named = f"VALUES ?g {{ {graphs} }} GRAPH ?g {{ ?s ?p ?o }}"
        assert count(client, named) == count(client, "?s ?p ?o") > 0
        distinct = "SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }"
        assert count(client, f"{{ {distinct} }}") == count(client, "?s ?p ?o")
    else:
        text = f"""PREFIX owl: <{PREFIXES["owl"]}> INSERT DATA {{
          GRAPH <{GRAPH}> {{ <urn:p> a owl:TransitiveProperty . <urn:a> <urn:p> <urn:b> }}
          GRAPH <urn:other> {{ <urn:b> <urn:p> <urn:c> }} <urn:x> <urn:y> <urn:z> }}"""
        assert update(client, text) == 200
        in_named = asked(client, "ASK { <urn:b> <urn:p> <urn:c> }").get_json()["boolean"]
        assert in_named == ("UnionDefaultGraph" in kind.features)
    held = in_default_graph(client)
    if kind.regime != "Simple":
        assert set(materialize(held).inferred()) <= held
    else:
        assert held == {Triple("<urn:x>", "<urn:y>", "<urn:z>")}


def test_an_empty_graph_stays_where_it_says_so(site: tuple[Kind, FlaskClient]) -> None:
    kind, client = site
    if kind.update == {"EmptyGraphs"}:
        for text in ("INSERT", "DELETE"):
            data = f"{text} DATA {{ GRAPH <urn:e> {{ <urn:a> <urn:b> <urn:c> }} }}"
            assert update(client, data) == 200
        assert client.get("/graphs?graph=urn:e").status_code == 200


def test_an_update_sees_the_graphs_it_says(site: tuple[Kind, FlaskClient]) -> None:
    kind, client = site
    if kind.update is None:
        return
    source = f"{PREFIXES['id']}nationalworld-2023"
    if not kind.ruled:
        seed = f"INSERT DATA {{ GRAPH <{source}> {{ <urn:c> clef:locator 'page 1' }} }}"
        assert update(client, seed) == 200
    text = f"DELETE {{ GRAPH <{source}> {{ ?c clef:locator ?l }} }} WHERE {{ ?c clef:locator ?l }}"
    told = client.post("/update", data={"update": text}, headers=BEARER)
    if "UnionDefaultGraph" in kind.update:
        assert told.get_json()["removed"] > 0
    else:
        assert told.get_json()["removed"] == 0


ODD = {
    "properties of urn:": '<urn:a> <urn:p> "x" ; a <urn:C> .',
    "things linked that stand in no namespace":
        "<http://e/a> <http://www.w3.org/2002/07/owl#sameAs> <urn:x:y>, <mailto:a@b>, <tag:z> .",
    "letters of every kind":
        '<urn:ü> <http://e/é#> "a\\u0000b\\r\\n\\"q\\"", "5"^^<urn:dt>, "x"@en-GB, [ a [] ] .'
        " <urn:g> a <urn:D>, <http://x>, <http://x/?a=1&b=2> .",
    "properties without a name":
        "<http://a/d> <http://e/1> 1 ; <http://e> 2 ; <a:> 3 ; <http://e/?q=1/2> 4 .",
    "what is said of a dataset":
        f"""<http://a/d> a <{PREFIXES["dcat"]}Dataset> ; <{PREFIXES["dct"]}license> "free", [] ;
        <{PREFIXES["dct"]}title> 5, <urn:x>, "a\\u0001b" ; <http://e/1> "l"^^<urn:d> , "a"@en .
        [] a <{PREFIXES["dcat"]}Dataset> .""",
}  # fmt: skip


@pytest.fixture(scope="module", params=[0, 1], ids=["plain", "reasoning"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    with workspace(tmp_path_factory.mktemp("odd"), reasoning=request.param) as app:
        yield app.test_client()


@pytest.mark.parametrize("place", ["default", "graph=urn:x:g"])
@pytest.mark.parametrize("odd", ODD)
def test_any_rdf_is_described_in_every_format(store: FlaskClient, odd: str, place: str) -> None:
    sent = store.put(f"/graphs?{place}", data=ODD[odd], content_type="text/turtle", headers=BEARER)
    assert sent.status_code in {201, 204}, sent.text
    for path in ("/sparql", "/.well-known/void"):
        sizes = set()
        for row in offered("graph"):
            told = store.get(path, headers={"Accept": row.media_type})
            if told.status_code == 406 and row.name == "rdfxml" and "dataset" in odd:
                assert "XML cannot hold" in told.text
                continue
            assert told.status_code == 200, told.text
            assert isinstance(row.engine, ox.RdfFormat)
            sizes.add(len(set(ox.parse(told.data, format=row.engine, rename_blank_nodes=False))))
        assert len(sizes) == 1
        assert sizes.pop() > 50 or path != "/sparql"
