"""Own what one running application knows: its settings, its workers, its data's figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import current_app

from kg import paths
from kg.dossier import WritableDossier
from kg.errors import NotFoundError, StorageError
from kg.pipeline import Inputs
from kg.questions import Question, load_questions
from kg.reasoner import Reasoner
from kg.store import read_manifest
from kg.workspace import Workspace
from server.admission import Admission
from server.cache import ResultCache
from server.config import Config
from server.history import History
from server.library import Library
from server.pool import WorkerPool
from server.scholar import Scholar
from server.statistics import Counted
from server.writer import Target, Writer

__all__ = ["State", "open_state", "state"]

KEY = "clef"


@dataclass(frozen=True, slots=True)
class State:
    """What the views read; nothing here changes while the server runs, save for the pool."""

    config: Config
    pool: WorkerPool
    admission: Admission
    counted: Counted
    library: Library
    scholar: Scholar
    cache: ResultCache
    dossier: str
    counts: dict[str, int]
    questions: list[Question]
    target: Target | None = None
    writer: Writer | None = None

    def close(self) -> None:
        """End the workers, and give up what is written to."""
        self.pool.close()
        self.scholar.close()
        if self.target:
            self.target.close()


def open_state(config: Config) -> State:
    """Read what is served and start the workers; the caller closes the state."""
    asked = load_questions(config.questions) if config.questions else []
    questions = [question for question in asked if not question.needs_proofs]
    manifest = {} if config.workspace else _manifest(config.snapshot)
    target = _target(config)
    pool = WorkerPool(config, History(target.served()) if target else None)
    if not target and pool.digest != manifest["digest"]:
        pool.close()
        raise StorageError(
            "damaged snapshot: its data is not what its manifest says",
            where=str(config.snapshot),
            hint="remove the folder and run: clef build",
        )
    return State(
        config=config,
        pool=pool,
        admission=Admission(config),
        counted=Counted(pool, config.max_bytes),
        library=_library(config, target),
        scholar=Scholar(config.data),
        cache=ResultCache(config.cache_bytes, lambda: pool.identity),
        dossier=str(manifest.get("dossier") or config.snapshot.resolve().name),
        counts=cast("dict[str, int]", manifest.get("counts", {})),
        questions=questions,
        target=target,
        writer=Writer(config, pool, target) if target and config.token_file else None,
    )


def _target(config: Config) -> Target | None:
    """Return what changes are kept in; nothing where there will be none."""
    if config.workspace:
        return Workspace(config.workspace, reasoner=Reasoner if config.reasoning else None)
    if config.token_file and config.data:
        return WritableDossier(Inputs(paths.ontology(), config.data))
    return None


def _library(config: Config, target: Target | None) -> Library:
    if isinstance(target, WritableDossier):
        return Library(None, target)
    has_proofs = (config.snapshot / "proofs.json").is_file()  # without them there are no pages
    return Library(config.snapshot if has_proofs and not config.workspace else None)


def _manifest(folder: Path) -> dict[str, object]:
    manifest = read_manifest(folder)
    if not manifest:
        raise NotFoundError("no snapshot", where=str(folder), hint="run: clef build")
    return manifest


def state() -> State:
    """Return what the application that answers this request knows."""
    return cast("State", current_app.extensions[KEY])
