"""A snapshot is written whole or not at all, read back as it was, and mended when damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg import paths, pipeline, store
from kg.errors import NotFoundError, StorageError
from kg.explain import explain
from kg.model import Triple
from kg.namespaces import expand
from kg.pipeline import Inputs, open_or_build
from kg.store import KnowledgeGraph, load_snapshot, read_manifest, save_snapshot, write_whole


def test_a_snapshot_comes_back_as_it_was(graph: KnowledgeGraph, tmp_path: Path) -> None:
    save_snapshot(graph, tmp_path / "snapshot")
    back = load_snapshot(tmp_path / "snapshot")
    assert back == graph
    assert back.digest == graph.digest
    assert len(back.store) == sum(map(len, graph.graphs.values()))
    basis = Triple(
        *map(expand, ("id:everybody-loves-diamonds", "clef:basedOn", "id:antwerp-diamond-heist"))
    )
    assert explain(back, basis) == explain(graph, basis)


def test_two_builds_write_the_same_bytes(
    graph: KnowledgeGraph, tmp_path: Path, inputs: Inputs
) -> None:
    save_snapshot(graph, tmp_path / "one")
    open_or_build(inputs, tmp_path / "two")
    for name in ("dataset.nq", "proofs.json", "manifest.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_one_claim_more_is_other_bytes(
    small: KnowledgeGraph, contested: KnowledgeGraph, tmp_path: Path
) -> None:
    save_snapshot(small, tmp_path / "one")
    save_snapshot(contested, tmp_path / "two")
    for name in ("dataset.nq", "proofs.json", "manifest.json"):
        assert (tmp_path / "one" / name).read_bytes() != (tmp_path / "two" / name).read_bytes()


def test_an_unchanged_dossier_is_not_built_again(
    graph: KnowledgeGraph, tmp_path: Path, inputs: Inputs
) -> None:
    stages: list[str] = []
    save_snapshot(graph, tmp_path / "snapshot")
    assert open_or_build(inputs, tmp_path / "snapshot", stages.append) == graph
    assert stages == []
    manifest = tmp_path / "snapshot" / "manifest.json"
    changed = json.loads(manifest.read_text(encoding="utf-8")) | {"inputs": "other"}
    manifest.write_text(json.dumps(changed), encoding="utf-8")
    assert open_or_build(inputs, tmp_path / "snapshot", stages.append) == graph
    assert "reasoning" in stages


@pytest.mark.parametrize("name", ["dataset.nq", "proofs.json", "manifest.json"])
@pytest.mark.parametrize("damage", ["cut", "emptied", "removed"])
def test_a_damaged_snapshot_is_noticed_and_built_anew(
    graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, damage: str
) -> None:
    inputs = Inputs(paths.ontology(), paths.dossier())
    monkeypatch.setattr(pipeline, "build", lambda _inputs, _tell: graph)  # a second each
    folder = tmp_path / "snapshot"
    save_snapshot(graph, folder)
    path = folder / name
    content = path.read_bytes()
    if damage == "removed":
        path.unlink()
    else:
        path.write_bytes(content[: len(content) // 2] if damage == "cut" else b"")
    with pytest.raises((StorageError, NotFoundError)):
        load_snapshot(folder)
    assert open_or_build(inputs, folder) == graph
    assert load_snapshot(folder) == graph


def test_a_full_disk_leaves_the_old_snapshot(
    graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "snapshot"
    save_snapshot(graph, folder)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device") as caught:
        save_snapshot(graph, folder)
    assert "nothing was changed" in caught.value.hint
    with pytest.raises(StorageError, match="No space left"):
        write_whole(tmp_path / "export.ttl", b"x")
    monkeypatch.undo()
    assert load_snapshot(folder) == graph
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot"], "nothing half-written stays"


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_what_is_no_snapshot_is_not_replaced(
    graph: KnowledgeGraph, tmp_path: Path, kind: str
) -> None:
    there = tmp_path / "thesis"
    if kind == "file":
        there.write_text("years of work", encoding="utf-8")
    else:
        (tmp_path / "work").mkdir()
        (tmp_path / "work" / "thesis.txt").write_text("years of work", encoding="utf-8")
        if kind == "link":
            there.symlink_to(tmp_path / "work")
        else:
            there = tmp_path / "work"
    with pytest.raises(StorageError, match="is no built graph"):
        save_snapshot(graph, there)
    kept = there if kind == "file" else tmp_path / "work" / "thesis.txt"
    assert kept.read_text(encoding="utf-8") == "years of work"


def test_a_folder_that_cannot_be_written_is_named(graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written") as caught:
        save_snapshot(graph, tmp_path / "file" / "snapshot")
    assert "file/snapshot" in caught.value.where


def test_a_manifest_that_is_not_ours_counts_as_none(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) == {}
    (tmp_path / "manifest.json").write_text('{"format": 999}', encoding="utf-8")
    assert read_manifest(tmp_path) == {}
