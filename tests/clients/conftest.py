"""Two running endpoints for clients: the dossier, and a small dataset about one of its nodes."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from endpoints import NOTE, serving

from kg.model import Triple
from kg.namespaces import iri
from kg.store import KnowledgeGraph, save_snapshot


@pytest.fixture(scope="module")
def endpoint(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("dossier") / "graph"
    save_snapshot(graph, folder)
    with serving(folder) as url:
        yield url


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("second")
    note = Triple(iri("id:antwerp-diamond-heist"), f"<{NOTE}>", '"as others tell it"')
    graph = KnowledgeGraph("second", "none", {"claims": (note,)}, {}, {})
    (folder / "dataset.nq").write_bytes(graph.nquads)
    (folder / "manifest.json").write_text(json.dumps(graph.manifest()))
    with serving(folder) as url:
        yield url
