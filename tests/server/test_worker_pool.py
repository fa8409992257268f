"""Queries run in processes that are bounded, can be killed, and find no way out."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.errors import (
    FormatError,
    NotFoundError,
    OverloadError,
    QueryLimitError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    StorageError,
)
from server.config import Config
from server.frames import deadline, error_of, read_frame, write_frame
from server.nursery import PID
from server.pool import WorkerPool

ASK = "ASK {}"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f && ?f < ?i) }"
JSON = {"formats": {"boolean": "json", "results": "json", "graph": "turtle"}}

Start = Callable[..., WorkerPool]


@pytest.fixture
def start(snapshot: Path) -> Iterator[Start]:
    pools = []

    def start(**settings: Any) -> WorkerPool:
        plain = {"snapshot": snapshot, "workers": 1, "deadline_s": 5, "queue_wait_s": 2}
        pools.append(WorkerPool(Config(**(plain | settings))))
        return pools[-1]

    yield start
    for pool in pools:
        pool.close()


def workers_of(pool: WorkerPool) -> list[int]:
    return [worker.pid for worker in pool._every]


def run_to_deadline(pool: WorkerPool) -> None:
    with pytest.raises(QueryTimeoutError):
        pool.run(JSON, ENDLESS)


def kill_idle(pool: WorkerPool) -> None:
    (worker,) = pool._every
    os.kill(worker.pid, signal.SIGKILL)
    while worker.is_alive():
        time.sleep(0.001)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def ends(pid: int) -> bool:
    """Tell whether a process that was ended is gone before long."""
    until = time.monotonic() + 2
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.001)
    return not is_running(pid)


def test_an_answer_comes_back_with_its_kind(start: Start) -> None:
    answer = start().run(JSON, ASK)
    assert (answer.kind, answer.body) == ("boolean", b'{"head":{},"boolean":true}')


def test_an_error_comes_back_as_it_was_raised(start: Start) -> None:
    pool = start()
    with pytest.raises(QuerySyntaxError) as caught:
        pool.run(JSON, "ASK {\n foo:x ?p ?o }")
    assert (caught.value.line, caught.value.column) == (2, 2)
    assert "clef" in caught.value.hint
    with pytest.raises(QueryRefusedError):
        pool.run(JSON, "LOAD <file:///etc/passwd>")
    with pytest.raises(FormatError):
        pool.run({"formats": {"boolean": None}}, ASK)
    with pytest.raises(QueryLimitError):
        pool.run(JSON | {"max_bytes": 10}, ASK)


def test_a_query_is_killed_at_its_deadline_and_another_worker_takes_its_place(
    start: Start,
) -> None:
    pool = start(deadline_s=0.5)
    (before,) = workers_of(pool)
    begin = time.monotonic()
    with pytest.raises(QueryTimeoutError, match=r"0\.5 seconds"):
        pool.run(JSON, ENDLESS)
    assert 0.5 <= time.monotonic() - begin < 5  # left alone it runs for hours
    assert ends(before)
    assert pool.run(JSON, ASK).body
    assert workers_of(pool) != [before]


def test_a_bystander_is_answered_while_a_query_runs_to_its_deadline(start: Start) -> None:
    pool = start(workers=2, deadline_s=1)
    thread = threading.Thread(target=run_to_deadline, args=(pool,))
    thread.start()
    answered = 0
    while thread.is_alive():
        assert pool.run(JSON, ASK).body
        answered += 1
    thread.join()
    assert answered > 20


def test_a_request_that_finds_no_free_worker_is_told_so_in_time(start: Start) -> None:
    pool = start(deadline_s=1, queue_wait_s=0.2)
    thread = threading.Thread(target=run_to_deadline, args=(pool,))
    thread.start()
    time.sleep(0.2)
    begin = time.monotonic()
    with pytest.raises(OverloadError):
        pool.run(JSON, ASK)
    assert time.monotonic() - begin < 0.8  # the busy worker is free only after that
    thread.join()


def test_many_threads_each_get_their_own_answer(start: Start) -> None:
    pool = start(workers=2, queue_wait_s=10)
    wrong: list[int] = []

    def ask(number: int) -> None:
        for turn in range(20):
            text = f"SELECT ({number * 1000 + turn} AS ?x) {{}}"
            header = {"formats": {"results": "csv"}}
            if pool.run(header, text).body != f"x\r\n{number * 1000 + turn}\r\n".encode():
                wrong.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
        "ASK { FILTER(" + "!" * 200_000 + "true) }",
        "ASK " + "{" * 100_000 + "}" * 100_000,
    ],
    ids=["a sort without end", "a long row of negations", "a deep nest"],
)
def test_a_query_that_breaks_its_worker_is_an_error_of_the_query(
    start: Start,
    text: str,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    pool = start(memory_bytes=100 * 1024**2, deadline_s=5)
    with pytest.raises((QueryLimitError, QuerySyntaxError)) as caught:
        pool.run(JSON, text)
    assert pool.run(JSON, ASK).body
    assert capfd.readouterr().err == ""  # the engine would print a backtrace
    said = [record.getMessage() for record in caplog.records]
    ended = "a query worker ended: out of memory, or its query nested too deep"
    assert said == [ended] * isinstance(caught.value, QueryLimitError)


def test_a_worker_that_died_idle_is_replaced_before_it_is_used(start: Start) -> None:
    pool = start()
    kill_idle(pool)
    assert pool.run(JSON, ASK).body


def test_closing_the_pool_ends_every_worker(start: Start) -> None:
    pool = start(workers=3)
    pids = workers_of(pool)
    pool.close()
    pool.close()
    assert len(pids) == 3
    assert all(map(ends, pids))


def test_the_data_stays_as_it_was_when_the_snapshot_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "dataset.nq"
    file.write_text('<a:a> <a:b> "old" <a:g> .\n')
    pool = WorkerPool(Config(snapshot=tmp_path, workers=1, queue_wait_s=5))
    try:
        file.rename(tmp_path / "gone")
        file.write_text('<a:a> <a:b> "new" <a:g> .\n')
        kill_idle(pool)
        assert b"old" in pool.run(JSON, "SELECT ?o { ?s ?p ?o }").body
    finally:
        pool.close()


def test_a_snapshot_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        WorkerPool(Config(snapshot=tmp_path))
    (tmp_path / "dataset.nq").write_text("no quads\n")
    with pytest.raises(StorageError, match="cannot be read"):
        WorkerPool(Config(snapshot=tmp_path, workers=2))


UNVETTED = """
import sys, kg.calls, server.nursery, server.worker
kg.calls._may_call = lambda *_: False  # as if the vetting had a hole
if sys.argv[1] == "open":
    server.worker._confine = lambda memory_bytes: None
server.nursery.main(sys.argv[2], 2**30, 'union')
"""
PLAIN = "import sys, server.nursery; server.nursery.main(sys.argv[2], 2**30, 'union')"


@contextlib.contextmanager
def one_worker(
    snapshot: Path, program: str = PLAIN, mode: str = ""
) -> Iterator[tuple[socket.socket, int, subprocess.Popen[bytes]]]:
    """Start a nursery and yield a worker's socket, its process, and the nursery's."""
    control, theirs = socket.socketpair()
    with control:
        with theirs:
            nursery = subprocess.Popen(
                [sys.executable, "-c", program, mode, str(snapshot / "dataset.nq")], stdin=theirs
            )
        assert read_frame(deadline(control, time.monotonic() + 10))
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                socket.send_fds(control, [b"f"], [theirs.fileno()])
            (pid,) = PID.unpack(control.recv(PID.size))
            try:
                yield ours, pid, nursery
            finally:
                nursery.kill()
                nursery.wait()


def calls_out(snapshot: Path, mode: str) -> tuple[bool, Exception | None]:
    """Send SERVICE to a worker that does not vet; tell whether a connection was made."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        one_worker(snapshot, UNVETTED, mode) as (ours, _, _),
    ):
        listener.setblocking(False)
        port = listener.getsockname()[1]
        text = f"ASK {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
        write_frame(ours, JSON, text.encode())
        until = time.monotonic() + 2
        while time.monotonic() < until:
            try:
                listener.accept()[0].close()
            except BlockingIOError:
                ours.settimeout(0.01)
                if readable(ours):
                    break
            else:
                return True, None
        frame = read_frame(deadline(ours, time.monotonic() + 5))
        assert frame
        return False, error_of(frame[0])


def readable(sock: socket.socket) -> bool:
    try:
        return bool(sock.recv(1, socket.MSG_PEEK))
    except TimeoutError:
        return False


def test_a_confined_worker_opens_no_connection_even_where_the_vetting_fails(snapshot: Path) -> None:
    called, error = calls_out(snapshot, "confined")
    assert not called
    assert isinstance(error, QueryRefusedError)


def test_without_confinement_the_connection_would_be_seen(snapshot: Path) -> None:
    called, _ = calls_out(snapshot, "open")
    assert called


def test_a_worker_ends_with_its_server_even_in_the_middle_of_a_query(snapshot: Path) -> None:
    with one_worker(snapshot) as (ours, pid, _):
        write_frame(ours, JSON, ENDLESS.encode())
        time.sleep(0.2)
        assert is_running(pid)
        ours.close()
        assert ends(pid)


def test_the_process_that_forks_has_one_thread(snapshot: Path) -> None:
    """A fork copies locks as they are, and only one of the threads that would release them."""
    with one_worker(snapshot) as (_, pid, nursery):
        assert len(list(Path(f"/proc/{nursery.pid}/task").iterdir())) == 1
        parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
        assert int(parent) == nursery.pid


def test_workers_share_the_data_until_they_touch_them(tmp_path: Path) -> None:
    lines = (f'<u:s{n}> <u:p> "{"value" * 40}{n}" <u:g> .\n' for n in range(50_000))
    (tmp_path / "dataset.nq").write_text("".join(lines))
    pool = WorkerPool(Config(snapshot=tmp_path, workers=3))
    try:
        assert pool.run(JSON, "SELECT ?o { <u:s7> ?p ?o }").body
        for pid in workers_of(pool):
            memory = Path(f"/proc/{pid}/smaps_rollup").read_text()
            held, private = (
                sum(map(int, re.findall(rf"^{name}\w*:\s+(\d+) kB", memory, re.MULTILINE)))
                for name in ("Rss", "Private_")
            )
            assert private < held / 4
    finally:
        pool.close()


def test_a_killed_holder_of_the_data_is_started_anew(start: Start) -> None:
    pool = start()
    nursery = pool._nursery
    assert nursery
    os.kill(nursery.pid, signal.SIGKILL)
    assert pool.run(JSON, ASK).body
    kill_idle(pool)
    assert pool.run(JSON, ASK).body
    assert nursery is not pool._nursery


def test_an_answer_tells_whether_it_stays_the_same(start: Start) -> None:
    pool = start()
    assert pool.run(JSON, ASK).identity == pool.identity
    assert not pool.run(JSON, "SELECT (NOW() AS ?n) {}").identity
