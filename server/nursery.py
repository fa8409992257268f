"""Own the process that holds the data and forks the query workers; not who uses them.

    python -m server.nursery DATASET.nq MEMORY_BYTES union|ours|plain

Its standard input is a socket: it tells there how many quads it has loaded, and from then on takes
the socket of each worker that is wanted and answers with the number of its process. It has one
thread, so that no fork copies a lock in use, and it answers no query. A worker that was killed is
so replaced within milliseconds, whatever the size of the data, and all workers have the very same
data. They share its pages until they write to them, which the engine does to what it reads.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from kg.change import fill
from kg.errors import StorageError
from server import worker
from server.frames import error_header, write_frame

__all__ = ["PID", "fork_for", "main"]

PID = struct.Struct("!I")
"""The answer to each socket: the worker's process, 0 where none could be had."""


def main(dataset: str, memory_bytes: int, default: str) -> None:
    """Load the data, tell how many quads there are, and fork workers until the server ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then hangs up
    control = socket.socket(fileno=0)
    store = ox.Store()
    try:
        fill(store, Path(dataset))
    except (OSError, SyntaxError) as error:
        write_frame(control, error_header(StorageError(f"the dataset cannot be read: {error}")))
        return
    worker.warm_up(store)
    gc.freeze()  # a collection would write to pages that are shared
    write_frame(control, {"triples": len(store)})
    fork_for(control, lambda sock: worker.main(sock, store, memory_bytes, default))


def fork_for(control: socket.socket, work: Callable[[socket.socket], None]) -> None:
    """Fork a child for each socket that comes over `control`, standard input, until that closes.

    A child does its work with that socket as its own standard input. It is ended with this process.
    """
    children: set[int] = set()
    signal.signal(signal.SIGCHLD, lambda *_: _reap(children))
    while (theirs := _next_socket(control)) is not None:
        pid = _fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(theirs, 0)  # `control` is this child's own socket from here on
            os.close(theirs)
            try:
                work(control)
            finally:
                os._exit(0)
        os.close(theirs)
        if pid:
            children.add(pid)
        control.sendall(PID.pack(pid or 0))
    for child in tuple(children):
        with contextlib.suppress(ChildProcessError, ProcessLookupError):
            if os.waitpid(child, os.WNOHANG) == (0, 0):  # it is there, and ours
                os.kill(child, signal.SIGKILL)


def _next_socket(control: socket.socket) -> int | None:
    message, received, _, _ = socket.recv_fds(control, 1, 1)
    return received[0] if message and received else None


def _fork() -> int | None:
    try:
        return os.fork()
    except OSError:
        return None


def _reap(children: set[int]) -> None:
    """Let the workers that have ended go."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG)[0]) != 0:
            children.discard(ended)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
