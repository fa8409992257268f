"""Own what one running application knows: its settings, its workers, its data's figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from kg.errors import NotFoundError, StorageError
from kg.questions import Question, load_questions
from kg.store import read_manifest
from server.cache import ResultCache
from server.config import Config
from server.pool import WorkerPool

__all__ = ["State", "open_state", "state"]

KEY = "clef"


@dataclass(frozen=True, slots=True)
class State:
    """What the views read; nothing here changes while the server runs, save for the pool."""

    config: Config
    pool: WorkerPool
    dossier: str
    counts: dict[str, int]
    questions: list[Question]
    cache: ResultCache


def open_state(config: Config) -> State:
    """Read the snapshot and start the workers; the caller closes the pool."""
    folder = str(config.snapshot)
    manifest = read_manifest(config.snapshot)
    if not manifest:
        raise NotFoundError("no snapshot", where=folder, hint="run: clef build")
    questions = load_questions(config.questions) if config.questions else []
    pool = WorkerPool(config)
    if pool.digest != manifest["digest"]:
        pool.close()
        raise StorageError(
            "damaged snapshot: its data is not what its manifest says",
            where=folder,
            hint="remove the folder and run: clef build",
        )
    counts = cast("dict[str, int]", manifest["counts"])
    kept = ResultCache(config.cache_bytes, lambda: pool.identity)
    return State(config, pool, str(manifest["dossier"]), counts, questions, kept)


def state() -> State:
    """Return what the application that answers this request knows."""
    return cast("State", current_app.extensions[KEY])
