"""A small published dossier, and an application over it, shared by the tests of the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.model import Derivation, Triple
from kg.namespaces import iri
from kg.store import KnowledgeGraph, save_snapshot
from kg.witnesses import Attribution
from server.app import create_app
from server.config import Config
from server.state import KEY

GRAPHS = {
    "ontology": (Triple(iri("clef:Series"), iri("rdf:type"), iri("owl:Class")),),
    "claims": tuple(
        Triple(iri(f"id:c{n:04}"), iri("dct:identifier"), f'"C{n:04}"') for n in range(2000)
    ),
    "accepted": (Triple(iri("id:eld"), iri("dct:title"), '"Everybody Loves <Diamonds>"@en'),),
    "inferred": (Triple(iri("id:eld"), iri("clef:basedOn"), iri("id:heist")),),
}


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshot")
    stated = {t: (Attribution("one.ttl", None),) for n in ("ontology", "claims") for t in GRAPHS[n]}
    ground = (GRAPHS["claims"][0],)
    derived = {
        t: Derivation("made-up", ground) for n in ("accepted", "inferred") for t in GRAPHS[n]
    }
    save_snapshot(KnowledgeGraph("antwerp", "none", GRAPHS, stated, derived), folder)
    return folder


@pytest.fixture(scope="session")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("questions")
    (folder / "based-on.rq").write_text(
        "# Which works are based on the heist & why?\n"
        "SELECT ?work { ?work clef:basedOn id:heist }\n"
    )
    return folder


@pytest.fixture(scope="session")
def app(snapshot: Path, questions: Path) -> Iterator[Flask]:
    config = Config(
        snapshot=snapshot,
        questions=questions,
        workers=2,
        deadline_s=1,
        queue_wait_s=0.3,
        max_bytes=500_000,
        max_query_bytes=20_000,
    )
    app = create_app(config)
    yield app
    app.extensions[KEY].pool.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
