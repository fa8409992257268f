"""Own whose turn it is: the workers that wait, and how many run at once; not what they run.

As many queries run as there are processors: more would only take the memory's time from each other.
One that has run for a while no longer counts, so that short queries pass the long ones.
"""

from __future__ import annotations

import threading
import time

from server.processes import Worker

__all__ = ["Turns"]

LONG_S = 0.1
"""How long a query runs before it no longer counts."""


class Turns:
    """Workers that wait, the latest used first; safe to use from any number of threads."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._idle: list[Worker] = []
        self._begun: dict[Worker, float] = {}
        self._changed = threading.Condition()

    def __len__(self) -> int:
        return len(self._idle)

    def put(self, worker: Worker) -> None:
        """Have a worker wait for its turn."""
        with self._changed:
            self._begun.pop(worker, None)
            self._idle.append(worker)
            self._changed.notify()

    def leave(self, worker: Worker) -> None:
        """Forget a worker that will not come back."""
        with self._changed:
            self._begun.pop(worker, None)
            self._changed.notify()

    def take(self, until: float) -> Worker | None:
        """Return a worker whose turn it is; `None` at the monotonic time `until`."""
        with self._changed:
            while True:
                now = time.monotonic()
                counting = [begun for begun in self._begun.values() if now - begun < LONG_S]
                if self._idle and len(counting) < self._at_once:
                    worker = self._idle.pop()
                    self._begun[worker] = now
                    return worker
                if now >= until:
                    return None
                ages = min(counting) + LONG_S if self._idle else until
                self._changed.wait(min(until, ages) - now)

    def drain(self) -> list[Worker]:
        """Return all that wait, and let them go."""
        with self._changed:
            waiting, self._idle = self._idle, []
        return waiting
