"""As many queries run at once as may; one that has run for a while makes room for another."""

from __future__ import annotations

import time
from typing import cast

from server.processes import Worker
from server.turns import LONG_S, Turns


def turns_of(workers: int, at_once: int) -> Turns:
    turns = Turns(at_once)
    for _ in range(workers):
        turns.put(cast("Worker", object()))
    return turns


def test_no_more_run_at_once_than_may_though_workers_wait() -> None:
    turns = turns_of(workers=3, at_once=2)
    first, second = turns.take(0), turns.take(0)
    assert first
    assert second
    assert turns.take(0) is None
    turns.put(first)
    assert turns.take(0) is first  # the one used last: what it needs is at hand


def test_one_that_has_run_for_a_while_no_longer_counts() -> None:
    turns = turns_of(workers=2, at_once=1)
    assert turns.take(0)
    begin = time.monotonic()
    assert turns.take(begin + 10)
    assert LONG_S / 2 < time.monotonic() - begin < 5
    assert turns.take(time.monotonic() + 2 * LONG_S) is None  # there is no third


def test_a_place_is_free_again_when_its_worker_is_lost() -> None:
    turns = turns_of(workers=2, at_once=1)
    lost = turns.take(0)
    assert lost
    turns.leave(lost)
    assert turns.take(0)
