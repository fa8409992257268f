"""Dereferencing, clause by clause: things and documents, forms, headers, refusals, the document."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.describe import describe
from kg.formats import offered
from kg.model import Triple
from kg.namespaces import BASE, GRAPHS, iri
from kg.pipeline import Inputs, build
from kg.store import KnowledgeGraph, save_snapshot
from server.app import create_app
from server.config import Config
from server.library import Edition
from server.state import KEY

PAGE = {"Accept": "text/html"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
WORK = "everybody-loves-diamonds"
FORMS = {row.suffixes[0][1:]: row for row in offered("graph")}
DOCUMENTS = ("/doc/c0432", "/doc/bbc-2004", "/ns/Claim", "/ns", "/rule/promote", "/shape/Withdrawn")


def parsed(data: bytes, suffix: str) -> set[Triple]:
    quads = ox.parse(data, format=FORMS[suffix].engine, rename_blank_nodes=False)  # type: ignore[arg-type]
    return {Triple(str(q.subject), str(q.predicate), str(q.object)) for q in quads}


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        (f"/id/{WORK}", f"/doc/{WORK}"),
        (f"/id/{WORK}.ttl", f"/doc/{WORK}.ttl"),
        (f"/id/{WORK}?lang=it", f"/doc/{WORK}?lang=it"),
        (f"/id/{WORK}.html?claims=note&lang=it", f"/doc/{WORK}.html?claims=note&lang=it"),
        ("/graph/claims", "/data/claims.ttl"),
        ("/ontology/core", "/ns"),
    ],
)
def test_a_thing_leads_to_its_document(visitor: FlaskClient, asked: str, location: str) -> None:
    for method in ("GET", "HEAD"):
        answer = visitor.open(asked, method=method)
        assert (answer.status_code, answer.location) == (303, location)
        assert "Accept" in answer.headers["Vary"]
        assert 'rel="describedby"' in answer.headers["Link"]


@pytest.mark.parametrize("suffix", FORMS)
@pytest.mark.parametrize("path", DOCUMENTS)
def test_each_form_has_its_address_and_its_media_type(
    visitor: FlaskClient, path: str, suffix: str
) -> None:
    row = FORMS[suffix]
    by_suffix = visitor.get(f"{path}.{suffix}")
    by_accept = visitor.get(path, headers={"Accept": row.media_type})
    assert by_suffix.status_code == by_accept.status_code == 200
    assert by_suffix.content_type == by_accept.content_type == row.content_type
    assert by_suffix.data == by_accept.data
    assert by_accept.headers["Content-Location"] == f"{path}.{suffix}"
    assert "Accept" in by_accept.headers["Vary"]
    assert "Content-Location" not in by_suffix.headers
    assert parsed(by_suffix.data, suffix)


def test_who_accepts_anything_gets_turtle_and_a_browser_the_page(visitor: FlaskClient) -> None:
    for accept in ({}, {"Accept": "*/*"}):
        assert visitor.get(f"/doc/{WORK}", headers=accept).mimetype == "text/turtle"
    answer = visitor.get(f"/doc/{WORK}", headers=BROWSER)
    assert answer.content_type == "text/html; charset=utf-8"
    assert {"Accept", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))


@pytest.mark.parametrize("path", DOCUMENTS)
def test_headers_name_what_belongs_to_a_document(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path, headers=PAGE)
    told = answer.headers.getlist("Link")
    for row in offered("graph"):
        form = f'<{path}{row.suffixes[0]}>; rel="alternate"; type="{row.media_type}"'
        assert form in told
    assert f'<{path}.html>; rel="self"; type="text/html"' in told
    assert f'<{BASE}{path[1:]}>; rel="canonical"' in told
    assert f'<{path}.ttl>; rel="describedby"; type="text/turtle"' in told
    assert '</.well-known/void>; rel="describedby"' in told
    assert any('rel="license"' in line for line in told)
    for relation in ("canonical", "license", "describedby", "alternate"):
        assert re.search(rf'<link rel="{relation}" [^>]*href="[^"]+">', answer.text)


@pytest.mark.parametrize("suffix", ["ttl", "html", "nq"])
def test_a_document_is_not_sent_twice(visitor: FlaskClient, suffix: str) -> None:
    path = f"/doc/{WORK}.{suffix}"
    first = visitor.get(path)
    tag, day = first.headers["ETag"], first.headers["Last-Modified"]
    assert not tag.startswith("W/")
    for sent in ({"If-None-Match": tag}, {"If-Modified-Since": day}):
        again = visitor.get(path, headers=sent)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
    assert visitor.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    head = visitor.head(path)
    assert (head.data, head.headers["ETag"]) == (b"", tag)
    others = {visitor.get(f"/doc/{WORK}.{other}").headers["ETag"] for other in FORMS}
    assert len(others) == len(FORMS)


@pytest.mark.parametrize("path", ["/id/nobody", "/doc/nobody", "/doc/nobody.ttl", "/ns/Nothing"])
@pytest.mark.parametrize(
    ("accept", "mimetype"),
    [
        ("*/*", "application/problem+json"),
        ("text/turtle", "application/problem+json"),
        ("text/html", "text/html"),
        ("text/plain", "text/plain"),
    ],
)
def test_what_is_not_known_is_not_found(
    visitor: FlaskClient, path: str, accept: str, mimetype: str
) -> None:
    answer = visitor.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (404, mimetype)


def test_a_form_that_is_not_offered(visitor: FlaskClient) -> None:
    answer = visitor.get(f"/doc/{WORK}", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.json["hint"]
    assert "text/html" in answer.json["hint"]
    assert visitor.get(f"/doc/{WORK}.xlsx").status_code == 404


@pytest.mark.parametrize("path", [f"/id/{WORK}", f"/doc/{WORK}", f"/doc/{WORK}.html", "/ns.html"])
def test_what_a_query_holds_cannot_break_a_header(visitor: FlaskClient, path: str) -> None:
    def ask(query: str) -> TestResponse:
        return visitor.get(path, environ_overrides={"QUERY_STRING": query}, headers=PAGE)

    assert ask("a=\xff\xfe").status_code == 400
    for query in ('a=<b>;"', "a=\xc3\xa0", "claims=%E9%FF", "claims=<script>"):
        answer = ask(query)
        assert answer.status_code in {200, 303}
        for line in answer.headers.getlist("Link"):
            assert re.fullmatch(
                r'<[\x21-\x7e]+>; rel="\w+"(; type="[\w/+]+")?', line.replace("-", "")
            )
        assert "<script>" not in answer.text.replace('<script type="application/ld+json">', "")


def served(graph: KnowledgeGraph, folder: Path) -> FlaskClient:
    save_snapshot(graph, folder)
    return create_app(Config(snapshot=folder, workers=1)).test_client()


def test_what_was_withdrawn_is_gone(small_inputs: Inputs, tmp_path: Path) -> None:
    gone = tmp_path / "gone.ttl"
    gone.write_text(
        "@prefix clef: <ns#> . @prefix id: <id/> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        'id:gone-now a clef:Withdrawn ; clef:date "2026-01-01"^^xsd:date .\n',
        encoding="utf-8",
    )
    client = served(build(replace(small_inputs, extra=(gone,))), tmp_path / "snapshot")
    try:
        for path in ("/id/gone-now", "/doc/gone-now", "/doc/gone-now.ttl"):
            answer = client.get(path)
            assert answer.status_code == 410
            assert "January 1, 2026" in answer.json["detail"]
        assert client.get("/doc/gone").status_code == 404
    finally:
        client.application.extensions[KEY].close()


@pytest.mark.parametrize(
    ("path", "term", "page"),
    [
        ("/doc/c0432", iri("id:c0432"), f"<{BASE}doc/c0432>"),
        ("/ns/basedOn", iri("clef:basedOn"), f"<{BASE}ns/basedOn>"),
        ("/rule/promote", iri("rule:promote"), f"<{BASE}rule/promote#document>"),
    ],
)
def test_a_document_describes_its_topic_and_itself(
    visitor: FlaskClient, edition: Edition, path: str, term: str, page: str
) -> None:
    triples = parsed(visitor.get(f"{path}.nt").data, "nt")
    assert set(describe(edition.index, term)) <= triples
    own = {t.predicate: t.object for t in triples if t.subject == page}
    assert own[iri("foaf:primaryTopic")] == term
    assert Triple(term, iri("foaf:isPrimaryTopicOf"), page) in triples
    assert own[iri("void:inDataset")] == edition.dossier
    assert own[iri("dct:license")] == "<https://creativecommons.org/licenses/by/4.0/>"
    assert f"{edition.made:%Y-%m-%d}" in own[iri("dct:modified")]
    forms = {t.object for t in triples if t[:2] == (page, iri("dct:hasFormat"))}
    assert len(forms) == len(FORMS)
    assert forms <= {t.subject for t in triples if t.predicate == iri("dct:format")}
    told = visitor.get("/.well-known/void", headers={"Accept": "application/n-triples"}).text
    assert f"{edition.dossier} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>" in told


def test_each_claim_is_described_whole_and_without_the_others(edition: Edition) -> None:
    triples = describe(edition.index, iri("id:c0432"))
    assert set(edition.index.outgoing(iri("id:c0432"))) < set(triples)
    assert set(edition.index.incoming(iri("id:c0432"))) < set(triples)
    assert not any(t.subject == iri("id:c0055") for t in triples)


@pytest.mark.parametrize("suffix", ["trig", "nq"])
def test_named_graphs_stand_apart(visitor: FlaskClient, edition: Edition, suffix: str) -> None:
    data = visitor.get(f"/doc/{WORK}.{suffix}").data
    quads = list(ox.parse(data, format=FORMS[suffix].engine))  # type: ignore[arg-type]
    names = {str(q.graph_name).strip("<>") for q in quads if str(q.graph_name) != "DEFAULT"}
    assert names == set(GRAPHS.values()) - {GRAPHS["ontology"]}
    for quad in quads:
        name = str(quad.graph_name).strip("<>").rpartition("/")[2]
        triple = Triple(str(quad.subject), str(quad.predicate), str(quad.object))
        assert name == "DEFAULT" or triple in edition.graph_sets[name]


def test_the_ontology_is_whole_in_every_form(visitor: FlaskClient, edition: Edition) -> None:
    triples = parsed(visitor.get("/ns.nt").data, "nt")
    assert set(edition.graph.graphs["ontology"]) <= triples
    page = visitor.get("/ns.html").text
    for name in ("Work", "basedOn", "Alleged"):
        assert f'id="{name}"' in page  # what the fragment of its IRI leads to


def test_a_term_that_much_leads_to_is_shortened_on_its_page_alone(
    visitor: FlaskClient, edition: Edition
) -> None:
    for name in ("Claim", "Normal", "Asserted"):
        page = visitor.get(f"/ns/{name}.html").text
        assert "more in the data" in page
        incoming = edition.index.incoming(iri(f"clef:{name}"))
        assert set(incoming) <= parsed(visitor.get(f"/ns/{name}.nt").data, "nt")


@pytest.mark.parametrize("query", ["part=classes", "part=properties&page=3", "part=values&page=2"])
def test_the_reference_tells_each_term(visitor: FlaskClient, query: str) -> None:
    page = visitor.get(f"/ns.html?{query}").text
    assert page.count("<h2 id=") > 10
    assert 'lang="it"' in page
    assert 'lang="en"' in page
    assert visitor.get("/ns.html?part=classes&page=999").status_code == 404
    assert visitor.get("/ns.html?part=nothing").status_code == 404


def test_the_base_is_answered_by_whoever_serves(tmp_path: Path) -> None:
    """Under another base the IRIs are others, and the paths that answer them the same."""
    program = f"""
from pathlib import Path
from kg.pipeline import Inputs, build
from kg import paths
from kg.store import save_snapshot
from server.app import create_app
from server.config import Config
from server.state import KEY
root = Path({str(Path(__file__).resolve().parents[2])!r})
folder = Path({str(tmp_path / "there")!r})
save_snapshot(build(Inputs(paths.ontology(), root / "tests" / "fixtures" / "small")), folder)
app = create_app(Config(snapshot=folder, workers=1))
name = sorted(t.subject for t in app.extensions[KEY].library.edition().graph.graphs["claims"])[0]
path = name.removeprefix("<https://heist.example/kg").rstrip(">")
visitor = app.test_client()
found = visitor.get(path)
document = visitor.get(found.location)
import json
print(json.dumps([name, path, found.status_code, found.location, document.text]))
app.extensions[KEY].close()
"""
    environment = {**os.environ, "CLEF_BASE": "https://heist.example/kg/"}
    run = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    name, path, status, location, text = json.loads(run.stdout)
    assert name.startswith("<https://heist.example/kg/id/")
    assert path.startswith("/id/")
    assert (status, location) == (303, path.replace("/id/", "/doc/"))
    assert "https://heist.example/kg/" in text
    assert BASE not in text
