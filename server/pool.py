"""Own the query workers: how many there are, who uses which, and their end at a deadline.

A worker is forked by `server.nursery`, a process of one thread, never by this one: a fork of a
process with threads may hang.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from kg.errors import (
    OverloadError,
    QueryLimitError,
    QueryTimeoutError,
    StorageError,
)
from kg.formats import Kind
from server.config import Config
from server.federation import Federation
from server.frames import Header, deadline, error_of, read_frame, write_frame
from server.nursery import PID
from server.snapshot import Snapshot

__all__ = ["Answer", "WorkerPool"]

_START_S = 120.0
_RETRY_S = 1.0
_DIES_S = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker answered: which kind of answer, of which data, and whether it stays so."""

    kind: Kind
    body: bytes
    digest: str = ""
    lasting: bool = False


class WorkerPool:
    """Run queries in processes that can be killed; safe to use from any number of threads."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._snapshot = Snapshot(config.snapshot / "dataset.nq")
        self.digest = self._snapshot.digest
        self.identity = self._snapshot.identity
        self._federation = Federation(config.services) if config.services else None
        self._lock = threading.Lock()
        self._closed = False
        self._every: set[_Worker] = set()
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._lost: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._nursery = _Nursery(self._snapshot.path, config.memory_bytes)
        try:
            self.triples = self._nursery.start()
            for _ in range(config.workers):
                self._idle.put(self._spawn())
        except StorageError:
            self.close()
            raise
        threading.Thread(target=self._replace, name="clef-respawn", daemon=True).start()

    def run(self, header: Header, text: str) -> Answer:
        """Return the answer to a query, or raise the error that it met.

        `header` is as in `server.worker`. Raise `QueryTimeoutError` at the deadline,
        `QueryLimitError` where the worker died of the query, `OverloadError` where no worker
        became free in time. While other endpoints are asked, no worker is held.
        """
        until = time.monotonic() + self._config.deadline_s
        query = text.encode()
        header = header | {"max_rows": self._config.max_rows, "query_bytes": len(query)}
        if self._federation is None:
            return self._answer(*self._ask(header, query, until))
        answer, body = self._ask(header | {"federated": True}, query, until)
        if "calls" in answer:
            with _told_as_timeout(self._config.deadline_s):
                replies, bodies = self._federation.ask(answer["calls"], until)
            header |= {"federated": True, "replies": replies}
            answer, body = self._ask(header, query + bodies, until)
        return self._answer(answer, body)

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
        self._nursery.close()
        self._snapshot.close()

    def _answer(self, header: Header, body: bytes) -> Answer:
        return Answer(header["kind"], body, self.identity, header["lasting"])

    def _ask(self, header: Header, payload: bytes, until: float) -> tuple[Header, bytes]:
        with self._borrow(until) as worker, _told_as_timeout(self._config.deadline_s):
            frame = worker.ask(header, payload, until)
            if frame is None:
                raise QueryLimitError(
                    "the query needs more memory or nests deeper than it may",
                    hint="make it smaller: bind more terms, or split it",
                )
        error = error_of(frame[0])
        if error is not None:
            raise error
        return frame

    @contextlib.contextmanager
    def _borrow(self, until: float) -> Iterator[_Worker]:
        """Lend a live worker; it comes back only if it is fit for another query."""
        until = min(until, time.monotonic() + self._config.queue_wait_s)
        while True:
            try:
                worker = self._idle.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise OverloadError(
                    f"every one of the {self._config.workers} workers is busy",
                    hint="try again in a moment",
                ) from None
            if worker.is_alive():
                break
            self._discard(worker)
        try:
            yield worker
        finally:
            if worker.fit:
                self._idle.put(worker)
            else:
                self._discard(worker)

    def _discard(self, worker: _Worker) -> None:
        worker.kill()
        with self._lock:
            self._every.discard(worker)
        self._lost.put(True)

    def _spawn(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise StorageError("the pool of workers is closed")
            worker = self._nursery.fork()
            self._every.add(worker)
        return worker

    def _replace(self) -> None:
        """Put a new worker in the place of each lost one, until the pool closes."""
        while self._lost.get():
            try:
                self._idle.put(self._spawn())
            except (OSError, StorageError) as error:
                if self._closed:
                    return
                _log.error("a query worker could not be started: %s", error)
                time.sleep(_RETRY_S)
                self._lost.put(True)


@contextlib.contextmanager
def _told_as_timeout(seconds: float) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise QueryTimeoutError(
            f"stopped after {seconds:g} seconds",
            hint="make it narrower: bind more terms, or add a LIMIT",
        ) from None


class _Nursery:
    """The process that holds the data; started anew where it was killed. Not for two threads."""

    def __init__(self, data: str, memory_bytes: int) -> None:
        self._command = [sys.executable, "-P", "-m", "server.nursery", data, str(memory_bytes)]
        self._data = int(data.rpartition("/")[2])
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> int:
        """Return the number of triples, once they are loaded."""
        self.close()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                self._command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                pass_fds=[self._data],
            )
        try:
            frame = read_frame(deadline(self._control, time.monotonic() + _START_S))
        except OSError as error:
            raise StorageError(f"the data could not be loaded: {error}") from None
        if frame is None:
            raise StorageError("the process that loads the data ended before it was ready")
        told = error_of(frame[0])
        if told is not None:
            raise told
        return int(frame[0]["triples"])

    def fork(self) -> _Worker:
        """Return a new worker; raise `StorageError` where none can be had."""
        for _ in range(2):
            try:
                return self._fork()
            except (OSError, EOFError):
                _log.error("the process that holds the data ended; it is started anew")
                self.start()
        raise StorageError("no query worker could be started")

    def _fork(self) -> _Worker:
        if self._control is None:
            raise EOFError
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [b"f"], [theirs.fileno()])
                self._control.settimeout(_DIES_S)
                told = self._control.recv(PID.size, socket.MSG_WAITALL)
            if len(told) < PID.size:
                raise EOFError
            (pid,) = PID.unpack(told)
            if not pid:
                raise StorageError("the system has no room for another process")
        except BaseException:
            ours.close()
            raise
        return _Worker(ours, pid)

    def close(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class _Worker:
    """One process; `fit` tells whether it can take the next query."""

    def __init__(self, sock: socket.socket, pid: int) -> None:
        self._sock = sock
        self.pid = pid
        self.fit = True

    def ask(self, header: Header, payload: bytes, until: float) -> tuple[Header, bytes] | None:
        """Return the worker's answer, `None` if it died; `TimeoutError` at the deadline."""
        self.fit = False
        self._sock.settimeout(max(0.001, until - time.monotonic()))
        try:
            write_frame(self._sock, header, payload)
            frame = read_frame(deadline(self._sock, until))
        except ConnectionError:
            return None
        self.fit = frame is not None
        return frame

    def is_alive(self) -> bool:
        """Tell whether the process is there; while it is, its number is no other's."""
        self._sock.setblocking(False)
        try:
            return bool(self._sock.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def kill(self) -> None:
        """End the process, and return when it has."""
        if self.is_alive():
            os.kill(self.pid, signal.SIGKILL)
        self._sock.settimeout(_DIES_S)
        with contextlib.suppress(OSError):
            while self._sock.recv(65536):
                pass
        self._sock.close()
