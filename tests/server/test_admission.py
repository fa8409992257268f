"""One client leaves room for others, and all together leave room for the rest of the service."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import TooManyRequests

from kg.errors import OverloadError
from server.admission import SENDING_MOST, Admission
from server.config import Config
from server.state import KEY

HERE, THERE = "192.0.2.1", "192.0.2.2"
ASK = "/sparql?query=ASK%7B%7D"


def admission(**settings: float) -> Admission:
    plain = {"snapshot": Path("x"), "queue": 8, "queue_wait_s": 0, "per_client": 2}
    return Admission(Config(**(plain | settings)))  # type: ignore[arg-type]


def test_a_client_has_no_more_queries_running_than_it_may() -> None:
    door = admission()
    with door.admit(HERE), door.admit(HERE):
        with pytest.raises(TooManyRequests, match="2 of your queries"), door.admit(HERE):
            pass
        with door.admit(THERE):
            assert door.inside == 3
    with door.admit(HERE):
        assert door.inside == 1
    assert door.inside == 0


def test_a_query_beyond_waits_for_its_turn() -> None:
    door = admission(queue_wait_s=5)
    entered, waiting = threading.Event(), threading.Event()

    def wait() -> None:
        waiting.set()
        with door.admit(HERE):
            entered.set()

    with ExitStack() as running:
        for _ in range(2):
            running.enter_context(door.admit(HERE))
        thread = threading.Thread(target=wait)
        thread.start()
        waiting.wait()
        assert not entered.wait(0.1)
    assert entered.wait(5)
    thread.join()
    assert door.inside == 0


def test_one_client_takes_at_most_half_of_the_places() -> None:
    door = admission(queue_wait_s=5)
    threads = [threading.Thread(target=hold, args=(door, HERE)) for _ in range(4)]
    with door.admit(HERE), door.admit(HERE):
        for thread in threads[:2]:
            thread.start()
        while door.inside < 4:
            pass
        with pytest.raises(TooManyRequests, match="run or wait"), door.admit(HERE):
            pass
        with door.admit(THERE):
            assert door.inside == 5
    for thread in threads[:2]:
        thread.join()


def hold(door: Admission, address: str) -> None:
    with door.admit(address):
        pass


def test_where_every_place_is_taken_the_service_says_that_it_is_busy() -> None:
    door = admission()
    with ExitStack() as running:
        for number in range(8):
            running.enter_context(door.admit(f"192.0.2.{number}"))
        with pytest.raises(OverloadError), door.admit("192.0.2.99"):
            pass
    assert door.inside == 0


def test_addresses_of_one_ipv6_subscriber_are_one_client() -> None:
    door = admission(per_client=1)
    with door.admit("2001:db8::1"):
        with pytest.raises(TooManyRequests), door.admit("2001:db8::ffff:2"):
            pass
        with door.admit("2001:db8:0:1::1"):
            pass


def test_large_answers_on_their_way_are_bounded_for_one_and_for_all() -> None:
    door = admission()
    sent = [door.send(HERE) for _ in range(4)]
    with pytest.raises(TooManyRequests):
        door.send(HERE)
    for number in range(SENDING_MOST - 4):
        door.send(f"192.0.2.{number + 10}")
    with pytest.raises(OverloadError):
        door.send(THERE)
    sent[0]()
    door.send(THERE)


def test_a_refusal_says_when_to_come_back(app: Flask, client: FlaskClient) -> None:
    with ExitStack() as running:
        for _ in range(app.extensions[KEY].config.per_client):
            running.enter_context(app.extensions[KEY].admission.admit("127.0.0.1"))
        response = client.get(ASK)
        assert (response.status_code, response.mimetype) == (429, "application/problem+json")
        assert "of your queries" in response.get_json()["detail"]
        assert int(response.headers["Retry-After"]) > 0
        other = client.get(ASK, environ_base={"REMOTE_ADDR": THERE})
        assert other.status_code == 200
    assert client.get(ASK).status_code == 200


def test_pages_and_figures_are_there_while_every_place_is_taken(
    app: Flask, client: FlaskClient
) -> None:
    with ExitStack() as running:
        for number in range(app.extensions[KEY].config.queue):
            running.enter_context(app.extensions[KEY].admission.admit(f"10.0.{number}.1"))
        response = client.get(f"{ASK}%23not+kept")
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        for path in ("/", "/healthz", "/metrics", "/sparql"):
            assert client.get(path).status_code == 200
