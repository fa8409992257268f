"""The server as a public service: it stops with grace, stays small, and bears slow readers."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from test_serve import ENDLESS, Server, start, stop

from server.admission import SENDING_MOST

LARGE, LARGER = (
    "/sparql?"
    + urlencode({"query": f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {n}", "format": "csv"})
    for n in (50_000, 200_000)
)
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(?c) < STRLEN(?f)) }"


@pytest.fixture(scope="module")
def server(snapshot: Path) -> Iterator[Server]:
    server = start(snapshot, CLEF_MAX_BYTES="50000000", CLEF_PROXIES="1", CLEF_DEADLINE="10")
    yield server
    stop(server)


def begin(server: Server, path: str, client: str = "192.0.2.1") -> socket.socket:
    """Send a request and read its status line, and nothing more."""
    sock = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {client}\r\n\r\n".encode())
    return sock


def status(sock: socket.socket) -> int:
    return int(sock.recv(12).split()[1])


def peak(pid: int) -> int:
    """Return the most memory, in bytes, that a process has had."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def test_a_large_answer_passes_through_in_pieces(server: Server) -> None:
    server.ask("SELECT * { ?a ?b ?c } LIMIT 10")
    before = {pid: peak(pid) for pid in server.children()}
    reply = server.request("GET", LARGER)
    assert reply.status == 200
    assert len(reply.body) == int(reply.headers["Content-Length"]) > 20_000_000
    for pid, size in before.items():
        assert peak(pid) < size + len(reply.body) // 2


def test_readers_that_never_read_leave_room_for_others(server: Server) -> None:
    slow: list[socket.socket] = []
    try:
        for number in range(SENDING_MOST):
            slow.append(begin(server, LARGE, f"192.0.2.{number}"))
            assert status(slow[-1]) == 200
        assert server.request("GET", LARGE).status == 503
        assert server.ask("ASK {}").status == 200
        assert server.request("GET", "/healthz").status == 200
    finally:
        for sock in slow:
            sock.close()
    until = time.monotonic() + 5
    while server.request("GET", LARGE).status == 503 and time.monotonic() < until:
        time.sleep(0.05)
    assert server.request("GET", LARGE).status == 200


def test_a_stop_waits_for_what_is_being_answered_and_takes_nothing_new(snapshot: Path) -> None:
    server = start(snapshot, CLEF_STOP_WAIT="10", CLEF_DEADLINE="10")
    try:
        replies: list[int] = []
        thread = threading.Thread(target=lambda: replies.append(server.ask(SLOW).status))
        thread.start()
        time.sleep(0.2)  # the query takes about two seconds
        assert not replies
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        with pytest.raises(ConnectionRefusedError):
            server.ask("ASK {}")
        assert server.process.wait(10) == 0
        thread.join()
        assert replies == [200]
    finally:
        stop(server)


def test_a_stop_waits_no_longer_than_it_was_told(snapshot: Path) -> None:
    server = start(snapshot, CLEF_STOP_WAIT="1", CLEF_DEADLINE="30")
    try:
        sock = begin(server, "/sparql?" + urlencode({"query": ENDLESS}))
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(3) == 0
        assert sock.recv(1) == b""
        sock.close()
    finally:
        stop(server)


def test_a_log_that_cannot_be_written_ends_the_server_in_one_line(
    snapshot: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    server = start(snapshot, CLEF_ACCESS_LOG=str(tmp_path / "none" / "log"))
    try:
        assert server.first_line == ""
        assert server.process.wait(5) == 1
        assert capfd.readouterr().err.startswith(f"clef: {tmp_path}/none/log: the access log")
    finally:
        stop(server)
