"""The whole dossier behind an application, as a visitor meets it; shared by the tests of pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg import paths
from kg.store import KnowledgeGraph, save_snapshot
from server.app import create_app
from server.config import Config
from server.library import Edition
from server.state import KEY


@pytest.fixture(scope="session")
def site(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("site") / "snapshot"
    save_snapshot(graph, folder)
    questions = paths.ontology() / "questions"
    app = create_app(Config(snapshot=folder, questions=questions, data=paths.dossier(), workers=1))
    yield app
    app.extensions[KEY].close()


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture(scope="session")
def edition(site: Flask) -> Edition:
    edition: Edition = site.extensions[KEY].library.edition()
    return edition
