"""Own the place where every answer is seen: before the application; not what is noted of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["ROUTE", "Note", "Seen", "observed"]

ROUTE = "clef.route"
"""The variable of the environment in which an answering part leaves its route."""


class Seen(NamedTuple):
    """One request and its answer; `size` is empty where the answer has no body."""

    environ: WSGIEnvironment
    status: str
    size: str
    seconds: float


Note: TypeAlias = Callable[[Seen], None]


def observed(app: WSGIApplication, notes: Iterable[Note]) -> WSGIApplication:
    """Return the application, each answer of which is noted as it begins to be sent."""
    every = tuple(notes)

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begin = time.perf_counter()
        told: list[tuple[str, str]] = []

        def start(status, headers, exc_info=None):  # type: ignore[no-untyped-def]  # passed on
            told[:] = [(status, next((v for k, v in headers if k == "Content-Length"), ""))]
            return start_response(status, headers, exc_info)

        body = app(environ, start)
        ((status, size),) = told
        seen = Seen(environ, status[:3], size, time.perf_counter() - begin)
        for note in every:
            note(seen)
        return body

    return answer
