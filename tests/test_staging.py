"""Several files are replaced all at once, wherever the process is killed on the way."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kg import staging
from kg.errors import NotStoredError, StorageError
from kg.staging import Staging

OLD = {"a.ttl": b"old a", "b.ttl": b"old b", "sub/c.ttl": b"old c"}
WRITE: dict[str, bytes | None] = {"a.ttl": b"new a", "sub/c.ttl": None, "new/d.ttl": b"new d"}
NEW = {"a.ttl": b"new a", "b.ttl": b"old b", "new/d.ttl": b"new d"}


class Killed(BaseException):
    """What ends a process here."""


def fill(folder: Path) -> None:
    for name, content in OLD.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def content(folder: Path) -> dict[str, bytes]:
    paths = [p for p in folder.rglob("*") if p.is_file() and ".clef" not in p.parts]
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def counting(
    calls: list[str], stop_at: int, error: Callable[[], BaseException]
) -> dict[str, object]:
    """Return the system calls that change a folder, each of which ends at the call `stop_at`."""

    def wrap(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **more: object) -> object:
            if not calls or calls[-1] != "over":
                calls.append(name)
                if len(calls) > stop_at:
                    calls.append("over")
                    raise error()
            return real(*arguments, **more)

        return call

    return {name: wrap(name, getattr(os, name)) for name in ("fsync", "open", "close")} | {
        name: wrap(name, getattr(Path, name)) for name in ("rename", "unlink", "mkdir")
    }


def attempt(folder: Path, stop_at: int, error: Callable[[], BaseException]) -> BaseException | None:
    """Write, stopped at one call; return what came of it."""
    staging = Staging(folder)
    calls: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for name, call in counting(calls, stop_at, error).items():
            patch.setattr(
                os if hasattr(os, name) and name in {"fsync", "open", "close"} else Path, name, call
            )
        try:
            staging.replace(WRITE)
        except BaseException as raised:
            found: BaseException | None = raised
        else:
            found = None
    staging.close()
    return found


def test_a_kill_at_any_call_leaves_all_or_nothing_after_the_next_start(tmp_path: Path) -> None:
    outcomes = []
    for stop_at in range(200):
        folder = tmp_path / str(stop_at)
        folder.mkdir()
        fill(folder)
        ended = attempt(folder, stop_at, Killed)
        Staging(folder).close()
        found = content(folder)
        assert found in (OLD, NEW), stop_at
        outcomes.append(found == NEW)
        if ended is None:
            break
    assert outcomes == sorted(outcomes)  # from one call on it is decided
    assert outcomes.count(False) > 5
    assert outcomes.count(True) > 5


def test_a_disk_that_fails_at_any_call_is_told_and_changes_nothing_that_was_refused(
    tmp_path: Path,
) -> None:
    kinds = set()
    for stop_at in range(200):
        folder = tmp_path / str(stop_at)
        folder.mkdir()
        fill(folder)
        ended = attempt(folder, stop_at, lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        if ended is None:
            break
        kinds.add(type(ended))
        if isinstance(ended, NotStoredError):
            assert content(folder) == OLD
            Staging(folder).close()
            assert content(folder) == OLD
        else:  # it was decided: the next start ends it
            assert isinstance(ended, StorageError)
            Staging(folder).close()
            assert content(folder) == NEW
    assert kinds == {NotStoredError, StorageError}


def test_nothing_more_is_written_after_a_write_that_was_not_ended(tmp_path: Path) -> None:
    fill(tmp_path)
    staging = Staging(tmp_path)
    (tmp_path / ".clef" / "moves").write_text('{"a.ttl": null}')
    with pytest.raises(StorageError, match="start the server again"):
        staging.replace(WRITE)
    staging.close()


def test_one_process_has_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "LOCK_WAIT_S", 0.1)
    first = Staging(tmp_path)
    with pytest.raises(StorageError, match="another process"):
        Staging(tmp_path)
    first.close()
    Staging(tmp_path).close()
