"""Own the asking of `server.study`: when it runs, who waits, what is kept; not what it works out.

An answer holds for one edition. The process reads the files of the dossier, so that what it says
counts only where the graph of those files, and who says what in it, is the very one that is served.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

from kg import paths
from kg.errors import OverloadError, StorageError, UnavailableError
from kg.model import Derivation, Term, Triple
from kg.withdraw import Withdrawal, from_json
from server.frames import Header
from server.processes import Forker, Worker

__all__ = ["Scholar"]

_AT_ONCE = 2
_MOST_INSIDE = 12
_MOST_KEPT = 2048
_MOST_TOLD = 64
_ANSWER_S = 30.0
_AGAIN_S = 5.0

_BUILD = "run: clef build, and start the server again"

_log = logging.getLogger(__name__)

_Kept = OrderedDict[tuple[str, str], "Future[bytes]"]
_Write = Callable[[Withdrawal], str]


class _Refused(NamedTuple):
    """Why an edition cannot be studied, and until when that is not tried again."""

    digest: str
    error: UnavailableError
    until: float


class Scholar:
    """Answers what needs the whole dossier; safe to use from several threads."""

    def __init__(self, data: Path | None) -> None:
        self._data = data
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._inside = 0
        self._kept: _Kept = OrderedDict()
        self._told: OrderedDict[Hashable, str] = OrderedDict()
        self._telling = threading.Lock()
        self._study: Forker | None = None
        self._refused: _Refused | None = None
        self._closed = False

    def prepare(self) -> None:
        """Have the process begin to read, unless it has; return at once.

        That takes seconds, and whoever reads a page may soon ask why.
        """
        idle = self._study is None and self._refused is None and not self._closed
        if idle and self._data and self._starting.acquire(blocking=False):
            try:
                self._study = self._study or _started(self._data)
            except OSError:
                _log.exception("the process that studies the dossier did not start")
            finally:
                self._starting.release()

    def withdrawal(self, edition: str, source: Term) -> Withdrawal:
        """Return what is otherwise without a source, in the edition with this digest.

        Raise `OverloadError` where too many ask, `UnavailableError` where it cannot be told.
        """
        return from_json(self._ask(edition, {"without": source}))

    def told(self, edition: str, source: Term, form: Hashable, write: _Write) -> str:
        """Return a withdrawal as it is written in a form, written once for all who ask for it.

        Raise as above. Only one is written at a time, so that other requests are answered too.
        """
        answer = self._ask(edition, {"without": source})
        key = edition, source, form
        with self._telling:
            if key not in self._told:
                self._told[key] = write(from_json(answer))
            self._told.move_to_end(key)
            while len(self._told) > _MOST_TOLD:
                self._told.popitem(last=False)
            return self._told[key]

    def proofs(self, edition: str, triple: Triple) -> list[dict[Triple, Derivation]]:
        """Return the smallest proofs of a triple, each by its derivations; raise as above."""
        found = json.loads(self._ask(edition, {"proofs": list(triple)}))
        return [
            {
                Triple(*c): Derivation(rule, tuple(Triple(*p) for p in below))
                for c, rule, below in proof
            }
            for proof in found
        ]

    def close(self) -> None:
        """End the process; nothing can be asked any more."""
        self._closed = True
        with self._starting:
            self._end()

    def _ask(self, edition: str, question: Header) -> bytes:
        """Return the answer that is kept, or that another thread waits for, or a new one."""
        key = edition, json.dumps(question)
        with self._lock:
            answer = self._kept.get(key)
            mine = answer is None
            if answer is not None and answer.done():
                self._kept.move_to_end(key)
                return answer.result()
            if self._inside >= _MOST_INSIDE:  # whoever waits has a thread of the server as well
                raise OverloadError(
                    "too much is being worked out already", hint="try again in a moment"
                )
            self._inside += 1
            answer = answer or self._kept.setdefault(key, Future())
            self._kept.move_to_end(key)
        try:
            if mine:
                self._work_out(key, question, answer)
            return answer.result()
        finally:
            with self._lock:
                self._inside -= 1

    def _work_out(self, key: tuple[str, str], question: Header, answer: Future[bytes]) -> None:
        try:
            with self._turns:
                answer.set_result(self._answer(key[0], question))
        except BaseException as error:
            answer.set_exception(error)
            with self._lock:
                self._kept.pop(key, None)
        finally:
            with self._lock:
                while len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)

    def _answer(self, edition: str, question: Header) -> bytes:
        for _ in range(2):  # what crashed is tried once more, in a process of its own
            child = self._open(edition)
            try:
                frame = child.ask(question, b"", time.monotonic() + _ANSWER_S)
            except TimeoutError:
                raise OverloadError("this took too long", hint="try again later") from None
            finally:
                child.kill()
            if frame is not None:
                return frame[1] if frame[2] is None else frame[2].read()
        raise UnavailableError("the process that works this out crashed twice")

    def _open(self, edition: str) -> Worker:
        """Return a child of the process that has read this edition."""
        with self._starting:
            for _ in range(2):
                try:
                    return self._reader(edition).fork()
                except EOFError:
                    self._end()
        raise UnavailableError("the process that works this out ended twice")

    def _reader(self, edition: str) -> Forker:
        if self._closed:
            raise UnavailableError("the server is closing")
        if self._refused and self._refused.digest == edition:
            if time.monotonic() < self._refused.until:
                raise self._refused.error
            self._refused = None
        try:
            return self._read(edition)
        except UnavailableError as error:
            self._end()
            self._refused = _Refused(edition, error, time.monotonic() + _AGAIN_S)
            raise

    def _read(self, edition: str) -> Forker:
        """Return the process once it has read this edition; one that read another is ended."""
        if self._data is None:
            raise UnavailableError(
                "this server was not told where the files of the dossier are",
                hint="start it with clef serve, or set CLEF_DATA",
            )
        try:
            if self._study and self._study.about["attribution"] != edition:
                self._end()
            self._study = self._study or _started(self._data)
            attribution = self._study.about["attribution"]
        except (OSError, StorageError) as error:
            _log.error("the dossier could not be read: %s", error)
            raise UnavailableError(
                "the files that this graph was built from cannot be read", hint=_BUILD
            ) from None
        if attribution != edition:
            raise UnavailableError(
                "the files that this graph was built from have changed since", hint=_BUILD
            )
        return self._study

    def _end(self) -> None:
        if self._study:
            self._study.close()
            self._study = None


def _started(data: Path) -> Forker:
    return Forker("server.study", [str(paths.ontology()), str(data)])
