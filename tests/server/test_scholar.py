"""What is worked out of the whole dossier: once for all who ask, of the served edition, or not."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.errors import OverloadError, UnavailableError
from kg.model import Term
from kg.namespaces import iri
from kg.pipeline import Inputs
from kg.store import KnowledgeGraph
from kg.withdraw import Withdrawal
from server import scholar as module
from server.processes import Forker, Worker
from server.scholar import Scholar

A_SOURCE = (iri("rdf:type"), iri("clef:Source"))


@pytest.fixture
def scholar(small_inputs: Inputs) -> Iterator[Scholar]:
    here = Scholar(small_inputs.data)
    yield here
    here.close()


@pytest.fixture
def source(small: KnowledgeGraph) -> Term:
    return min(t.subject for t in small.graphs["claims"] if t[1:] == A_SOURCE)


def running(here: Scholar) -> int:
    study = here._study
    assert study
    return study.pid


def test_who_asks_the_same_at_once_waits_for_one_answer(
    scholar: Scholar, small: KnowledgeGraph, source: Term, monkeypatch: pytest.MonkeyPatch
) -> None:
    forked: list[int] = []
    honest = Forker.fork

    def fork(self: Forker, version: int = 0) -> Worker:
        forked.append(version)
        return honest(self, version)

    monkeypatch.setattr(Forker, "fork", fork)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(scholar.withdrawal, small.attribution, source) for _ in range(8)]
        answers = [one.result() for one in asked]
    assert answers[0].fallen
    assert all(answer == answers[0] for answer in answers)
    assert len(forked) == 1


def test_a_proof_comes_with_all_its_steps(scholar: Scholar, small: KnowledgeGraph) -> None:
    conclusion = min(small.graphs["accepted"])
    found = scholar.proofs(small.attribution, conclusion)
    assert all(conclusion in proof for proof in found)
    assert small.derivations[conclusion] in [proof[conclusion] for proof in found]


def test_too_many_questions_are_refused(
    scholar: Scholar, small: KnowledgeGraph, source: Term, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_INSIDE", 1)
    entered, leave = threading.Event(), threading.Event()

    def slow(*_: object) -> bytes:
        entered.set()
        leave.wait()
        return b"[]"

    monkeypatch.setattr(scholar, "_answer", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(scholar.proofs, small.attribution, min(small.derivations))
        entered.wait()
        with pytest.raises(OverloadError):
            scholar.withdrawal(small.attribution, source)
        leave.set()
        assert first.result() == []


def test_whoever_waits_counts_and_what_is_kept_does_not(
    scholar: Scholar, small: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_INSIDE", 2)
    leave = threading.Event()

    def slow(*_: object) -> bytes:
        leave.wait()
        return b"[]"

    monkeypatch.setattr(scholar, "_answer", slow)
    conclusion = min(small.derivations)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(scholar.proofs, small.attribution, conclusion) for _ in range(2)]
        until = time.monotonic() + 5
        while scholar._inside < 2 and time.monotonic() < until:
            time.sleep(0.01)
        with pytest.raises(OverloadError):
            scholar.proofs(small.attribution, conclusion)
        leave.set()
        assert [one.result() for one in asked] == [[], []]
    monkeypatch.setattr(module, "_MOST_INSIDE", 0)
    assert scholar.proofs(small.attribution, conclusion) == []


def test_an_answer_is_written_once_in_each_form(
    scholar: Scholar, small: KnowledgeGraph, source: Term, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_TOLD", 2)
    written: list[str] = []

    def tell(form: str) -> str:
        def write(found: Withdrawal) -> str:
            written.append(form)
            return f"{form}: {found.source}"

        return scholar.told(small.attribution, source, form, write)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(tell, ["html"] * 8)) == {f"html: {source}"}
    for form in ("json", "html", "csv", "html", "json"):
        tell(form)
    assert written == ["html", "json", "csv", "json"], "the longest unused is given up"


def test_the_process_begins_before_anyone_asks(
    scholar: Scholar, small: KnowledgeGraph, source: Term
) -> None:
    scholar.prepare()
    begun = running(scholar)
    scholar.prepare()
    assert scholar.withdrawal(small.attribution, source).fallen
    assert running(scholar) == begun, "what was begun answers"


def test_closing_does_not_wait_for_what_has_only_begun(scholar: Scholar) -> None:
    scholar.prepare()
    begun = running(scholar)
    scholar.close()
    assert not Path(f"/proc/{begun}").exists()
    scholar.prepare()
    assert scholar._study is None


def test_a_process_that_was_killed_is_started_anew(
    scholar: Scholar, small: KnowledgeGraph, source: Term
) -> None:
    conclusion = min(small.derivations)
    scholar.proofs(small.attribution, conclusion)
    before = running(scholar)
    os.kill(before, signal.SIGKILL)
    assert scholar.withdrawal(small.attribution, source).source == source
    assert running(scholar) != before


def test_what_crashes_twice_is_told(
    scholar: Scholar, small: KnowledgeGraph, source: Term, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Worker, "ask", lambda *_: None)
    with pytest.raises(UnavailableError, match="crashed twice"):
        scholar.withdrawal(small.attribution, source)
    monkeypatch.undo()
    assert scholar.withdrawal(small.attribution, source).fallen, "a failure is not kept"


def test_what_takes_too_long_is_ended(
    scholar: Scholar, small: KnowledgeGraph, source: Term, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ANSWER_S", 0.0)
    with pytest.raises(OverloadError, match="too long"):
        scholar.withdrawal(small.attribution, source)


def test_files_that_are_not_those_of_the_edition_answer_nothing(
    small: KnowledgeGraph, small_inputs: Inputs, source: Term, tmp_path: Path
) -> None:
    data = shutil.copytree(small_inputs.data, tmp_path / "data" / "small")
    with pytest.raises(UnavailableError, match="not told where"):
        Scholar(None).withdrawal(small.attribution, source)
    with pytest.raises(UnavailableError, match="cannot be read") as caught:
        Scholar(tmp_path / "nowhere").withdrawal(small.attribution, source)
    assert "clef build" in caught.value.hint
    claims = next(
        path for path in sorted(data.rglob("*.ttl")) if source[1:-1].rpartition("/")[2] in path.name
    )
    claims.unlink()
    changed = Scholar(data)
    with pytest.raises(UnavailableError, match="changed since"):
        changed.withdrawal(small.attribution, source)
    assert changed._study is None


def test_closing_ends_the_process(scholar: Scholar, small: KnowledgeGraph, source: Term) -> None:
    scholar.withdrawal(small.attribution, source)
    study = running(scholar)
    scholar.close()
    assert not Path(f"/proc/{study}").exists()
    with pytest.raises(UnavailableError, match="closing"):
        scholar.proofs(small.attribution, min(small.derivations))
