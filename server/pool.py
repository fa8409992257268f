"""Own the query workers: how many there are, who uses which, and their end at a deadline.

A worker is spawned, never forked: a fork of a process with threads may hang.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import IO

from kg.change import Change
from kg.errors import (
    OverloadError,
    QueryLimitError,
    QueryTimeoutError,
    StorageError,
)
from server.answer import Answer
from server.config import Config
from server.frames import Header, deadline, error_of, read_frame, write_frame
from server.history import History, open_dataset

__all__ = ["Answer", "WorkerPool"]

_START_S = 60.0
_RETRY_S = 1.0

_log = logging.getLogger(__name__)


class WorkerPool:
    """Run queries in processes that can be killed; safe to use from any number of threads."""

    def __init__(self, config: Config, history: History | None = None) -> None:
        self._config = config
        self.history = history or History(open_dataset(config.snapshot / "dataset.nq"))
        self._lock = threading.Lock()
        self._closed = False
        self.replaced = 0
        self._every: set[_Worker] = set()
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._lost: queue.SimpleQueue[bool] = queue.SimpleQueue()
        try:
            started = [self._spawn() for _ in range(config.workers)]
            counts = {worker.wait_ready() for worker in started}
        except StorageError:
            self.close()
            raise
        self._first_count = counts.pop()
        for worker in started:
            self._idle.put(worker)
        threading.Thread(target=self._replace, name="clef-respawn", daemon=True).start()

    def run(self, header: Header, text: str) -> Answer:
        """Return the answer to a query, or raise the error that it met.

        `header` is as in `server.worker`. Raise `QueryTimeoutError` at the deadline,
        `QueryLimitError` where the worker died of the query, `OverloadError` where no worker
        became free in time.
        """
        return self.call(header, text.encode())

    def call(self, header: Header, payload: bytes) -> Answer:
        """Have a worker that holds the present version do what `server.worker` can; as `run`."""
        with self._borrow() as worker:
            digest = worker.digest
            try:
                frame = worker.ask(header, payload, self._config.deadline_s)
            except TimeoutError:
                raise QueryTimeoutError(
                    f"stopped after {self._config.deadline_s:g} seconds",
                    hint="make it narrower: bind more terms, or add a LIMIT",
                ) from None
            except OSError as error:
                raise StorageError(f"an answer could not be kept: {error}") from error
            if frame is None:
                raise QueryLimitError(
                    "the query needs more memory or nests deeper than it may",
                    hint="make it smaller: bind more terms, or split it",
                )
        answer, body, spooled = frame
        told = error_of(answer)
        if told is None:
            return Answer(answer["kind"], body, spooled, digest, answer.get("existed", False))
        if spooled:
            spooled.close()
        raise told

    def publish(self, change: Change) -> None:
        """Make a change visible to every query that begins from now on."""
        self.history.extend(change)

    def rebase(self, dataset: int) -> None:
        """Start the workers anew, one by one, from an open file of the present version.

        An engine never gives back the memory of what was removed.
        """
        self.history.rebase(dataset)
        with self._lock:
            old = list(self._every)
        threading.Thread(target=self._renew, args=(old,), name="clef-renew", daemon=True).start()

    def _renew(self, old: list[_Worker]) -> None:
        for worker in old:
            try:
                fresh = self._spawn()
                fresh.wait_ready()
            except (OSError, StorageError) as error:
                if not self._closed:
                    _log.error("a query worker could not be renewed: %s", error)
                return
            worker.retired = True
            self._idle.put(fresh)
        waiting = []
        with contextlib.suppress(queue.Empty):
            while True:
                waiting.append(self._idle.get_nowait())
        for worker in waiting:
            self._give_back(worker)
        self.history.forget()

    def _give_back(self, worker: _Worker) -> None:
        if worker.fit and not worker.retired:
            self._idle.put(worker)
        else:
            self._discard(worker)

    @property
    def digest(self) -> str:
        """The digest of the version that a query which begins now is answered from."""
        return self.history.now.digest

    @property
    def triples(self) -> int:
        """How many quads that version has."""
        return self._first_count + self.history.now.growth

    @property
    def idle(self) -> int:
        """How many workers wait for a query."""
        return self._idle.qsize()

    def close(self) -> None:
        """Kill every worker; the pool cannot be used any more."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            every, self._every = self._every, set()
        self._lost.put(False)
        for worker in every:
            worker.kill()
        self.history.close()

    @contextlib.contextmanager
    def _borrow(self) -> Iterator[_Worker]:
        """Lend a live worker; it comes back only if it is fit for another query."""
        until = time.monotonic() + self._config.queue_wait_s
        while True:
            try:
                worker = self._idle.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise OverloadError(
                    f"every one of the {self._config.workers} workers is busy",
                    hint="try again in a moment",
                ) from None
            if not worker.retired and worker.is_alive() and self._catch_up(worker):
                break
            self._discard(worker)
        try:
            yield worker
        finally:
            self._give_back(worker)

    def _catch_up(self, worker: _Worker) -> bool:
        """Bring a worker to the present version; tell whether that could be done."""
        now, changes = self.history.since(worker.version)
        if changes is None:
            return False
        for change in changes:
            try:
                frame = worker.ask({"do": "apply"}, change, _START_S)
            except OSError:
                return False
            if frame is None or "error" in frame[0]:
                return False
        worker.version, worker.digest = now.number, now.digest
        return True

    def _discard(self, worker: _Worker) -> None:
        worker.kill()
        with self._lock:
            self._every.discard(worker)
        if not worker.retired:
            self.replaced += 1
            self._lost.put(True)

    def _spawn(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise StorageError("the pool of workers is closed")
            worker = _Worker(*self.history.base(), self._config)
            self._every.add(worker)
        return worker

    def _replace(self) -> None:
        """Put a new worker in the place of each lost one, until the pool closes."""
        while self._lost.get():
            try:
                worker = self._spawn()
                worker.wait_ready()
            except (OSError, StorageError) as error:
                if self._closed:
                    return
                _log.error("a query worker could not be started: %s", error)
                time.sleep(_RETRY_S)
                self._lost.put(True)
            else:
                self._idle.put(worker)


class _Worker:
    """One process; `fit` tells whether it can take the next query."""

    def __init__(self, dataset: int, version: int, config: Config) -> None:
        self.version = version
        self.digest = ""
        self.retired = False
        self._sock, theirs = socket.socketpair()
        arguments = [f"/dev/fd/{dataset}", str(config.memory_bytes)]
        arguments += [] if config.reasoning else ["plain"]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                [sys.executable, "-P", "-m", "server.worker", *arguments],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                pass_fds=[dataset],
            )
        os.close(dataset)
        self.fit = False

    def wait_ready(self) -> int:
        """Return the number of triples that the worker has loaded."""
        try:
            frame = read_frame(deadline(self._sock, time.monotonic() + _START_S))
        except OSError as error:
            raise StorageError(f"a query worker did not start: {error}") from None
        if frame is None:
            raise StorageError("a query worker ended before it was ready")
        told = error_of(frame[0])
        if told is not None:
            raise told
        self.fit = True
        return int(frame[0]["triples"])

    def ask(
        self, header: Header, payload: bytes, seconds: float
    ) -> tuple[Header, bytes, IO[bytes] | None] | None:
        """Return the worker's answer, `None` if it died; `TimeoutError` at the deadline."""
        receive = deadline(self._sock, time.monotonic() + seconds)
        self.fit = False
        self._sock.settimeout(seconds)
        with contextlib.ExitStack() as unless_whole:
            spooled: IO[bytes] | None = None
            try:
                write_frame(self._sock, header, payload)
                while (frame := read_frame(receive)) and "more" in frame[0]:
                    if spooled is None:
                        spooled = tempfile.TemporaryFile()  # noqa: SIM115  # outlives this call
                        unless_whole.callback(spooled.close)
                    spooled.write(frame[1])
            except ConnectionError:
                return None
            if frame is None:
                return None
            self.fit = True
            if spooled is None:
                return *frame, None
            spooled.write(frame[1])
            spooled.seek(0)
            unless_whole.pop_all()
            return frame[0], b"", spooled

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._sock.close()
