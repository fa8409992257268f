"""A journal keeps what it has acknowledged, and nothing of what it has not."""

from __future__ import annotations

import errno
import os
import resource
import signal
from pathlib import Path

import pytest

from kg.errors import NotStoredError, StorageError
from kg.journal import Journal

RECORDS = [b"", b"one", b"two\n" * 5, bytes(range(246, 256))]


def written(path: Path) -> None:
    journal = Journal(path)
    for record in RECORDS:
        journal.append(record)
    journal.close()


def records(path: Path) -> list[bytes]:
    journal = Journal(path)
    journal.close()
    return journal.records


def test_records_come_back_in_order(tmp_path: Path) -> None:
    written(tmp_path / "j")
    assert records(tmp_path / "j") == RECORDS
    assert records(tmp_path / "j") == RECORDS


def test_a_file_cut_anywhere_gives_the_records_that_were_whole(tmp_path: Path) -> None:
    written(tmp_path / "j")
    whole = (tmp_path / "j").read_bytes()
    for length in range(len(whole)):
        (tmp_path / "cut").write_bytes(whole[:length])
        found = records(tmp_path / "cut")
        assert found == RECORDS[: len(found)]
        journal = Journal(tmp_path / "cut")
        journal.append(b"more")
        journal.close()
        assert records(tmp_path / "cut") == [*found, b"more"]


def test_damage_before_the_last_record_is_told_and_not_passed_over(tmp_path: Path) -> None:
    written(tmp_path / "j")
    content = bytearray((tmp_path / "j").read_bytes())
    content[content.index(b"one")] ^= 1
    (tmp_path / "j").write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        Journal(tmp_path / "j")
    assert (tmp_path / "j").read_bytes() == content


def test_another_file_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / "j").write_text("dear diary, today I wrote a parser\n")
    with pytest.raises(StorageError, match="no journal"):
        Journal(tmp_path / "j")


def test_a_full_disk_refuses_and_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    """The limit on the size of a file fails in the middle of a write, as a full disk does."""
    written(tmp_path / "j")
    size = (tmp_path / "j").stat().st_size
    journal = Journal(tmp_path / "j")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, before[1]))
    try:
        with pytest.raises(NotStoredError, match="nothing was changed"):
            journal.append(b"x" * 1000)
        assert (tmp_path / "j").stat().st_size == size
        journal.append(b"small")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    journal.close()
    assert records(tmp_path / "j") == [*RECORDS, b"small"]


@pytest.mark.parametrize("call", ["fsync", "truncate"])
def test_a_disk_that_fails_never_leaves_what_was_not_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    written(tmp_path / "j")
    journal = Journal(tmp_path / "j")

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(NotStoredError, match="Input/output error"):
            journal.append(b"lost")
        if call == "truncate":  # fsync failed after the cut too: nothing more is taken
            patch.undo()
            with pytest.raises(NotStoredError, match="start the server again"):
                journal.append(b"more")
    journal.close()
    assert records(tmp_path / "j") == RECORDS
