"""Own the way of a write: who may, one at a time, worked out in a worker, made durable, shown.

What a request would change is worked out where queries run, in a process that reaches nothing and
is killed at its deadline. The change is then checked and journaled here, and only after that seen
by the queries that begin later.
"""

from __future__ import annotations

import hmac
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, NamedTuple, Protocol

from flask import request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, PreconditionFailed, Unauthorized

from kg.change import Change
from kg.errors import InputError, NotFoundError, OverloadError, StorageError
from server.config import Config
from server.frames import Header
from server.pool import WorkerPool

__all__ = ["Outcome", "Target", "Writer", "admitted", "etag", "read_token"]

_SHORTEST = 16

_log = logging.getLogger(__name__)


class Target(Protocol):
    """Where changes are kept: a workspace or a dossier."""

    joined: ClassVar[bool]
    """Whether WHERE sees the union of all graphs, there being no unnamed one."""

    def served(self) -> int:
        """Return an open file of all that copies start from."""

    def checkpoint(self) -> None:
        """Make the next start short; a failure leaves all as it was."""

    def commit(self, change: Change) -> Change:
        """Make a change durable, or refuse it; return what copies must take."""

    def close(self) -> None:
        """Give it up."""


class Outcome(NamedTuple):
    """What a write did: whether its graph was there before, and what changed in all."""

    existed: bool
    asked: Change
    change: Change
    digest: str


class Writer:
    """Lets those who have the token write, one at a time; safe to use from several threads."""

    def __init__(self, config: Config, pool: WorkerPool, target: Target) -> None:
        assert config.token_file
        self._token = read_token(config.token_file)
        self._config = config
        self._pool = pool
        self._target = target
        self._lock = threading.Lock()

    def admit(self) -> None:
        """Raise `Unauthorized` unless the request carries the token."""
        given = request.authorization
        if given is None or given.type != "bearer" or not given.token:
            raise Unauthorized(
                "a write needs the token of this server: send Authorization: Bearer TOKEN",
                www_authenticate=_challenge(),
            )
        if not hmac.compare_digest(given.token.encode(), self._token):
            raise Unauthorized(
                "this is not the token of this server",
                www_authenticate=_challenge(', error="invalid_token"'),
            )

    def write(self, header: Header, payload: bytes, *, must_exist: bool = False) -> Outcome:
        """Carry out what the header, as in `server.edits`, asks; return when it is durable.

        Raise what `Target.commit` and the worker raise, `OverloadError` where other writes take
        too long, `NotFoundError` where the graph must exist and does not, and
        `PreconditionFailed` where If-Match or If-None-Match say so. Then nothing has changed.
        """
        with self._turn():
            answer = self._pool.call(header | {"do": "edit", "all": self._target.joined}, payload)
            existed = answer.existed
            _check_preconditions(existed=existed, digest=answer.digest)
            if must_exist and not existed:
                raise NotFoundError("there is no such graph here", where=f"<{header['graph']}>")
            asked = change = Change.decode(answer.read())
            if asked:
                change = self._target.commit(asked)
                self._pool.publish(change)
                self._tidy()
            return Outcome(existed, asked, change, self._pool.digest)

    def _tidy(self) -> None:
        """Begin anew where much has changed; that it fails harms nothing."""
        if not self._pool.history.is_long:
            return
        try:
            self._target.checkpoint()
            self._pool.rebase(self._target.served())
        except StorageError as error:
            _log.error("no checkpoint: %s", error)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=self._config.queue_wait_s):
            raise OverloadError("another write is under way", hint="try again in a moment")
        try:
            yield
        finally:
            self._lock.release()


def admitted(writer: Writer | None) -> Writer:
    """Return the writer if this request may use it; raise `Forbidden` where nobody can write."""
    if writer is None:
        raise Forbidden(
            "this server is read-only; its operator may start it with --writable --token-file FILE"
        )
    writer.admit()
    return writer


def _challenge(more: str = "") -> WWWAuthenticate:
    """Return the header of https://www.rfc-editor.org/rfc/rfc6750#section-3, its values quoted."""
    return WWWAuthenticate("Bearer", token=f'realm="clef"{more}')


def read_token(path: Path) -> bytes:
    """Return the token that a file holds; raise `InputError` for one that protects nothing."""
    try:
        token = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise InputError("no such token file", where=str(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"the token cannot be read: {error}", where=str(path)) from None
    if len(token) < _SHORTEST or not token.isascii() or len(token.split()) != 1:
        raise InputError(
            f"holds no token: one word of at least {_SHORTEST} ASCII characters",
            where=str(path),
            hint="make one with: openssl rand -hex 32",
        )
    return token.encode()


def etag(digest: str, name: str) -> str:
    """Return the entity tag of a graph in a format: it changes with any part of the dataset."""
    return f"{digest}-{name}"


def _check_preconditions(*, existed: bool, digest: str) -> None:
    """Compare If-Match and If-None-Match with the version that is about to be changed.

    https://www.rfc-editor.org/rfc/rfc9110#section-13.1
    """
    match, none_match = request.if_match, request.if_none_match
    if match and not (
        (existed and match.star_tag)
        or any(tag.partition("-")[0] == digest for tag in match.as_set())
    ):
        raise PreconditionFailed("the dataset has changed since the version that If-Match names")
    if none_match and (
        (existed and none_match.star_tag)
        or any(tag.partition("-")[0] == digest for tag in none_match.as_set(include_weak=True))
    ):
        raise PreconditionFailed("If-None-Match names what is there")
