"""Own the query workers: how many there are, who uses which, and their end at a deadline.

A worker is forked by `server.nursery`, a process of one thread, never by this one: a fork of a
process with threads may hang.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
import time
from collections.abc import Iterator

from kg.change import Change
from kg.errors import (
    OverloadError,
    QueryLimitError,
    QueryTimeoutError,
    StorageError,
)
from server.answer import Answer
from server.config import Config
from server.federation import Federation
from server.frames import Header, error_of
from server.history import History, open_dataset
from server.processes import Nursery, Worker
from server.turns import Turns

__all__ = ["Answer", "WorkerPool"]

_CATCH_UP_S = 60.0
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
        self._every: set[Worker] = set()
        self._turns = Turns(max(2, os.cpu_count() or 1))
        self._lost: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._nursery: Nursery | None = None
        self._identified: tuple[object, str] = (None, "")
        self._federation = Federation(config.services) if config.services else None
        try:
            self._nursery = Nursery(*self.history.base(), config)
            self._first_count = self._nursery.triples
            for _ in range(config.workers):
                self._turns.put(self._spawn())
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
            return self._ask(header, query, until)
        header["federated"] = True
        answer = self._ask(header, query, until)
        if not answer.calls:
            return answer
        with self._told_as_timeout():
            replies, bodies = self._federation.ask(answer.calls, until)
        return self._ask(header | {"replies": replies}, query + bodies, until)

    def call(self, header: Header, payload: bytes) -> Answer:
        """Have a worker that holds the present version do what `server.worker` can; as `run`."""
        return self._ask(header, payload, time.monotonic() + self._config.deadline_s)

    def _ask(self, header: Header, payload: bytes, until: float) -> Answer:
        with self._borrow(until) as worker:
            identity = _identity(worker.digest, worker.base)
            digest = worker.digest
            try:
                with self._told_as_timeout():
                    frame = worker.ask(header, payload, until)
            except OSError as error:
                raise StorageError(f"an answer could not be kept: {error}") from error
            if frame is None:
                _log.warning("a query worker ended: out of memory, or its query nested too deep")
                raise QueryLimitError(
                    "the query needs more memory or nests deeper than it may",
                    hint="make it smaller: bind more terms, or split it",
                )
        answer, body, spooled = frame
        told = error_of(answer)
        if told is None:
            return Answer(
                kind=answer["kind"],
                body=body,
                spooled=spooled,
                digest=digest,
                existed=answer.get("existed", False),
                identity=identity if answer.get("lasting") else "",
                calls=answer.get("calls", []),
            )
        if spooled:
            spooled.close()
        raise told

    @contextlib.contextmanager
    def _told_as_timeout(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            raise QueryTimeoutError(
                f"stopped after {self._config.deadline_s:g} seconds",
                hint="make it narrower: bind more terms, or add a LIMIT",
            ) from None

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

    def _renew(self, old: list[Worker]) -> None:
        try:
            self._nurse(Nursery(*self.history.base(), self._config))
            for worker in old:
                fresh = self._spawn()
                worker.retired = True
                self._turns.put(fresh)
        except (OSError, StorageError) as error:
            if not self._closed:
                _log.error("a query worker could not be renewed: %s", error)
            return
        for worker in self._turns.drain():
            self._give_back(worker)
        self.history.forget()

    def _give_back(self, worker: Worker) -> None:
        if worker.fit and not worker.retired:
            self._turns.put(worker)
        else:
            self._discard(worker)

    @property
    def digest(self) -> str:
        """The digest of the version that a query which begins now is answered from."""
        return self.history.now.digest

    @property
    def identity(self) -> str:
        """What the bytes of an answer depend on, beside the query: data, and how they stand.

        The same data in another order give the same rows in another order.
        """
        stands = self.history.at_base
        if stands is not self._identified[0]:
            self._identified = (stands, _identity(stands[0].digest, stands[1]))
        return self._identified[1]

    @property
    def triples(self) -> int:
        """How many quads that version has."""
        return self._first_count + self.history.now.growth

    @property
    def idle(self) -> int:
        """How many workers wait for a query."""
        return len(self._turns)

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
        if self._nursery:
            self._nursery.close()
        self.history.close()

    @contextlib.contextmanager
    def _borrow(self, until: float) -> Iterator[Worker]:
        """Lend a live worker; it comes back only if it is fit for another query."""
        until = min(until, time.monotonic() + self._config.queue_wait_s)
        while True:
            worker = self._turns.take(until)
            if worker is None:
                raise OverloadError(
                    f"every one of the {self._config.workers} workers is busy",
                    hint="try again in a moment",
                )
            if not worker.retired and worker.is_alive() and self._catch_up(worker):
                break
            self._discard(worker)
        try:
            yield worker
        finally:
            self._give_back(worker)

    def _catch_up(self, worker: Worker) -> bool:
        """Bring a worker to the present version; tell whether that could be done."""
        now, changes = self.history.since(worker.version)
        if changes is None:
            return False
        for change in changes:
            try:
                frame = worker.ask({"do": "apply"}, change, time.monotonic() + _CATCH_UP_S)
            except OSError:
                return False
            if frame is None or "error" in frame[0]:
                return False
        worker.version, worker.digest = now.number, now.digest
        return True

    def _discard(self, worker: Worker) -> None:
        self._turns.leave(worker)
        worker.kill()
        with self._lock:
            self._every.discard(worker)
        if not worker.retired:
            self.replaced += 1
            self._lost.put(True)

    def _spawn(self) -> Worker:
        with self._lock:
            if self._closed:
                raise StorageError("the pool of workers is closed")
            worker = self._fork()
            self._every.add(worker)
        return worker

    def _fork(self) -> Worker:
        if self._nursery is None:
            raise StorageError("the pool of workers is not ready")
        try:
            return self._nursery.worker()
        except EOFError:
            _log.error("the process that holds the data ended; it is started anew")
        self._nursery.close()
        self._nursery = Nursery(*self.history.base(), self._config)
        try:
            return self._nursery.worker()
        except EOFError:
            raise StorageError("no query worker could be started") from None

    def _nurse(self, fresh: Nursery) -> None:
        """Have workers forked from another process from now on."""
        with self._lock:
            old, self._nursery = self._nursery, fresh
            ending = fresh if self._closed else old
        if ending:
            ending.close()

    def _replace(self) -> None:
        """Put a new worker in the place of each lost one, until the pool closes."""
        while self._lost.get():
            try:
                self._turns.put(self._spawn())
            except (OSError, StorageError) as error:
                if self._closed:
                    return
                _log.error("a query worker could not be started: %s", error)
                time.sleep(_RETRY_S)
                self._lost.put(True)


def _identity(digest: str, base: int) -> str:
    return f"{digest}-{base}" if digest else ""
