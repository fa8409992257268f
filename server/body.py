"""Own the reading of a request's body in bounded time; not what is in it.

A client that sends its body byte by byte, or not at all, would hold a thread of the server for as
long as it likes, and get no answer. So bodies are read in threads apart, so many at once, and are
given up when their time is over: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9.
"""

from __future__ import annotations

import concurrent.futures
import io
import threading
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import RequestTimeout, ServiceUnavailable, TooManyRequests

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["BODIES_MOST", "TimedBodies"]

BODIES_MOST = 64
"""How many bodies are read at once: each holds a thread."""

_OF_ONE_CLIENT = BODIES_MOST // 4

_SLOWEST = 64 * 1024  # bytes a second, beyond the time that every body has


class TimedBodies:
    """A WSGI application before another: whoever reads the body there, reads in bounded time.

    Past `seconds`, and what a long body takes besides, a read raises `RequestTimeout`, and where
    too many bodies are being read, `ServiceUnavailable`, or `TooManyRequests` where they are one
    client's; Flask makes a 408, a 503 and a 429 of them.
    """

    def __init__(self, application: WSGIApplication, seconds: float) -> None:
        self._application = application
        self._seconds = seconds
        self._threads = concurrent.futures.ThreadPoolExecutor(BODIES_MOST, "clef-body")
        self._counting = threading.Lock()
        self._reading: dict[concurrent.futures.Future[bytes], str] = {}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in {"GET", "HEAD", "OPTIONS"}:
            return self._application(environ, start)
        client = environ.get("REMOTE_ADDR", "")
        body = _Body(self, environ["wsgi.input"], client, time.monotonic() + self._seconds)
        environ["wsgi.input"] = io.BufferedReader(body)
        response = self._application(environ, start)
        return response if body.pending is None else _lingering(response, body.pending)

    def read(self, body: Any, size: int, client: str) -> concurrent.futures.Future[bytes]:
        """Begin to read so many bytes."""
        with self._counting:
            if len(self._reading) >= BODIES_MOST:
                raise ServiceUnavailable("too many requests are being read", retry_after=5)
            if list(self._reading.values()).count(client) >= _OF_ONE_CLIENT:
                raise TooManyRequests("too many of your requests are being read", retry_after=5)
            running = self._threads.submit(body.read, size)
            self._reading[running] = client
        running.add_done_callback(lambda done: self._reading.pop(done, None))
        return running


def _lingering(
    response: Iterable[bytes], pending: concurrent.futures.Future[bytes]
) -> Iterator[bytes]:
    """Send a response, then wait for a read to end.

    granian waits for it too where an application returns meanwhile, and keeps every other thread
    from running: it does not let go of the interpreter.
    """
    yield from response
    concurrent.futures.wait([pending])


class _Body(io.RawIOBase):
    """A body, read elsewhere; `pending` is the read that was given up."""

    def __init__(self, bodies: TimedBodies, body: Any, client: str, until: float) -> None:
        self._bodies = bodies
        self._body = body
        self._client = client
        self._until = until
        self.pending: concurrent.futures.Future[bytes] | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self.pending is not None:
            raise RequestTimeout("the body of the request did not come in time")
        running = self._bodies.read(self._body, len(buffer), self._client)
        try:
            data = running.result(max(0.0, self._until - time.monotonic()))
        except TimeoutError:
            self.pending = running
            raise RequestTimeout("the body of the request did not come in time") from None
        self._until += len(data) / _SLOWEST
        buffer[: len(data)] = data
        return len(data)
