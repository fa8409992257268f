"""Real processes are killed at random moments while they write: what they acknowledged is there.

Nothing is half there either: a write is found whole, or not at all.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from kg.change import fill
from kg.staging import Staging
from kg.workspace import Workspace
from tests.server.test_serve import Server, all_end, start
from tests.server.writing import BEARER, token_file

KILLS = 50
SEED = 20261123
ROUND_S = 20.0

WORKSPACE = """
import sys
from pathlib import Path
from kg.change import Change
from kg.workspace import Workspace
folder, number = Path(sys.argv[1]), int(sys.argv[2])
workspace = Workspace(folder)
def quads(n):
    return tuple(f'<urn:n{n}> <urn:p{i}> "{n}" <urn:g{i % 2}> .' for i in range(5)) if n > 0 else ()
print(flush=True)
while True:
    number += 1
    workspace.commit(Change(removed=quads(number - 3), added=quads(number)))
    print(number, flush=True)
    if number % 7 == 0:
        workspace.checkpoint()
"""

FILES = """
import sys
from pathlib import Path
from kg.staging import Staging
folder, number = Path(sys.argv[1]), int(sys.argv[2])
staging = Staging(folder)
print(flush=True)
while True:
    number += 1
    gone, come = f'only-{number - 1}.ttl', f'only-{number}.ttl'
    text = str(number).encode() * 1000
    staging.replace({'a.ttl': text, 'sub/b.ttl': text, come: text, gone: None})
    print(number, flush=True)
"""


def killed(script: str, folder: Path, number: int, moments: random.Random) -> int:
    """Run a script that writes on from a number, kill it; return the last number acknowledged."""
    command = [sys.executable, "-c", script, str(folder), str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        seen = [process.stdout.readline() for _ in range(moments.randrange(1, 4))]
        time.sleep(moments.uniform(0, 0.02))
        process.kill()
        told = "".join([*seen, process.stdout.read()]).split("\n")[:-1]  # the rest was cut short
    return int(told[-1]) if told[-1] else number


def in_workspace(folder: Path) -> int:
    """Return the number that a workspace holds, whole."""
    workspace = Workspace(folder)
    try:
        found = {
            (quad.subject.value, quad.predicate.value, str(quad.graph_name))
            for quad in _served(workspace)
        }
    finally:
        workspace.close()
    last = max((int(subject[5:]) for subject, _, _ in found), default=0)
    assert found == {
        (f"urn:n{n}", f"urn:p{i}", f"<urn:g{i % 2}>")
        for n in range(max(1, last - 2), last + 1)
        for i in range(5)
    }
    return last


def _served(workspace: Workspace) -> ox.Store:
    store = ox.Store()
    handle = workspace.served()
    fill(store, Path(f"/dev/fd/{handle}"))
    os.close(handle)
    return store


def in_files(folder: Path) -> int:
    """Return the number that the files hold, all of them."""
    Staging(folder).close()
    found = {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*.ttl")}
    if not found:
        return 0
    text = found["a.ttl"]
    number = int(text[: len(text) // 1000])
    assert found == dict.fromkeys(("a.ttl", "sub/b.ttl", f"only-{number}.ttl"), str(number) * 1000)
    return number


@pytest.mark.parametrize(("script", "held"), [(WORKSPACE, in_workspace), (FILES, in_files)])
def test_fifty_kills_lose_nothing_acknowledged_and_leave_nothing_half_applied(
    tmp_path: Path, script: str, held: Callable[[Path], int]
) -> None:
    moments = random.Random(SEED)  # noqa: S311  # the moments of the kills
    number = written = 0
    (tmp_path / "w").mkdir()
    for _ in range(KILLS):
        acknowledged = killed(script, tmp_path / "w", number, moments)
        found = held(tmp_path / "w")
        assert found in {acknowledged, acknowledged + 1}
        written += found > number
        number = found
    assert written > KILLS / 2  # it was killed while it wrote, not before


def test_fifty_kills_of_the_whole_server_lose_nothing_acknowledged(tmp_path: Path) -> None:
    """Most of its time, 0.7 s a round, is that of a start."""
    moments = random.Random(SEED)  # noqa: S311
    settings = {
        "CLEF_WORKSPACE": str(tmp_path / "w"),
        "CLEF_TOKEN_FILE": str(token_file(tmp_path)),
        "CLEF_REASONING": "0",
        "CLEF_WORKERS": "1",
    }
    last = written = 0
    for _ in range(KILLS):
        server = start(tmp_path / "w", **settings)
        acknowledged: list[int] = []
        writer = threading.Thread(target=_write_on, args=(server, last, acknowledged))
        writer.start()
        time.sleep(moments.uniform(0, 0.2))
        pids = [server.process.pid, *server.children()]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        writer.join(ROUND_S)
        server.process.wait()
        assert all_end(pids, ROUND_S)
        assert server.process.stdout
        server.process.stdout.close()
        found = in_workspace(tmp_path / "w")
        told = acknowledged[-1] if acknowledged else last
        assert found in {told, told + 1}
        written += found > last
        last = found
    assert written > KILLS / 2


def _write_on(server: Server, number: int, acknowledged: list[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=ROUND_S)
    headers = BEARER | {"Content-Type": "application/x-www-form-urlencoded"}
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
        while True:
            number += 1
            quads = " ".join(
                f"GRAPH <urn:g{i % 2}> {{ <urn:n{number}> <urn:p{i}> '{number}' }}"
                for i in range(5)
            )
            old = f"<urn:n{number - 3}>"
            text = (
                f"INSERT DATA {{ {quads} }} ; DELETE {{ GRAPH ?g {{ {old} ?p ?o }} }}"
                f" WHERE {{ GRAPH ?g {{ {old} ?p ?o }} }}"
            )
            connection.request("POST", "/update", urlencode({"update": text}), headers)
            response = connection.getresponse()
            response.read()
            assert response.status == 200
            acknowledged.append(number)
