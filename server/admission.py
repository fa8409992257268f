"""Own who may have a query worker or a large answer: how many at once, and how many of one client.

A client is an address, or of IPv6 the /64 that one subscriber has.
"""

from __future__ import annotations

import contextlib
import ipaddress
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache

from werkzeug.exceptions import TooManyRequests

from kg.errors import OverloadError
from server.config import Config

__all__ = ["RETRY_AFTER_S", "SENDING_MOST", "Admission"]

SENDING_MOST = 16
"""How many large answers are sent at once: each holds a thread until its client has read it."""

_SENDING_TO_ONE = 4

RETRY_AFTER_S = 5
"""What `Retry-After` says with every 429 and 503."""


class Admission:
    """Let queries in while there is room; safe to use from any number of threads."""

    def __init__(self, config: Config) -> None:
        self._most = config.queue
        self._running_most = config.per_client
        self._wait_s = config.queue_wait_s
        self._changed = threading.Lock()
        self._turns: dict[str, threading.Condition] = {}
        self._inside: Counter[str] = Counter()
        self._running: Counter[str] = Counter()
        self._sending: Counter[str] = Counter()

    @property
    def inside(self) -> int:
        """How many queries run or wait."""
        return self._inside.total()

    @contextlib.contextmanager
    def admit(self, address: str) -> Iterator[None]:
        """Hold a place for one query of the client at an address.

        Raise `OverloadError` where every place is taken, and `TooManyRequests` where the client
        itself takes half of them or has had as many queries running as it may for too long.
        """
        client = client_of(address)
        with self._changed:
            self._enter(client)
            turn = self._turns.setdefault(client, threading.Condition(self._changed))
            try:
                if not turn.wait_for(
                    lambda: self._running[client] < self._running_most, self._wait_s
                ):
                    raise _too_many(f"{self._running_most} of your queries are running already")
            except BaseException:
                self._leave_all(client)
                raise
            self._running[client] += 1
        try:
            yield
        finally:
            with self._changed:
                self._leave(self._running, client)
                turn.notify()  # one has left, so one more may run
                self._leave_all(client)

    def send(self, address: str) -> Callable[[], None]:
        """Hold a place for a large answer on its way to a client, until what is returned is called.

        Raise `OverloadError` or `TooManyRequests` where there is none.
        """
        client = client_of(address)
        with self._changed:
            if self._sending[client] >= _SENDING_TO_ONE:
                raise _too_many(f"{_SENDING_TO_ONE} large answers are on their way to you")
            if self._sending.total() >= SENDING_MOST:
                raise OverloadError(
                    f"{SENDING_MOST} large answers are on their way to others",
                    hint="try again in a moment, or ask for less",
                )
            self._sending[client] += 1

        def sent() -> None:
            with self._changed:
                self._leave(self._sending, client)

        return sent

    def _enter(self, client: str) -> None:
        if self._inside[client] >= max(self._running_most, self._most // 2):
            raise _too_many(f"{self._inside[client]} of your queries run or wait already")
        if self.inside >= self._most:
            raise OverloadError(
                f"{self._most} queries run or wait already", hint="try again in a moment"
            )
        self._inside[client] += 1

    def _leave_all(self, client: str) -> None:
        self._leave(self._inside, client)
        if client not in self._inside:
            del self._turns[client]

    @staticmethod
    def _leave(counts: Counter[str], client: str) -> None:
        counts[client] -= 1
        if not counts[client]:
            del counts[client]


@lru_cache(maxsize=4096)
def client_of(address: str) -> str:
    """Return what counts as one client.

    >>> client_of("192.0.2.7"), client_of("2001:db8::1:2:3:4") == client_of("2001:db8::5")
    ('192.0.2.7', True)
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # a Unix socket, or a proxy that names no address
        return address
    if found.version == 4:
        return address
    return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))


def _too_many(description: str) -> TooManyRequests:
    return TooManyRequests(f"{description}; wait for their answers", retry_after=RETRY_AFTER_S)
