"""Own the processes behind the server: those that hold data, and the workers that they fork."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import IO

from kg.errors import StorageError
from server.config import Config
from server.frames import Header, deadline, error_of, read_frame, write_frame
from server.nursery import PID

__all__ = ["Forker", "Nursery", "Worker"]

_START_S = 300.0
_DIES_S = 5.0


class Forker:
    """A process that loads something once and forks a child for each use of it.

    Not for two threads at once.
    """

    def __init__(self, module: str, arguments: Sequence[str], files: Sequence[int] = ()) -> None:
        """Start it, open files handed on; it loads while others go on."""
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                [sys.executable, "-P", "-m", module, *arguments],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                pass_fds=files,
            )
        self._about: Header | None = None

    @property
    def about(self) -> Header:
        """What it says of what it has loaded, once it has; raise what it raises where it cannot."""
        if self._about is None:
            try:
                self._about = self._loaded()
            except BaseException:
                self.close()
                raise
        return self._about

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def fork(self, version: int = 0) -> Worker:
        """Return a new child; raise `EOFError` where the process has ended."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [b"f"], [theirs.fileno()])
                self._control.settimeout(_DIES_S)
                told = self._control.recv(PID.size, socket.MSG_WAITALL)
        except OSError:
            told = b""
        pid = PID.unpack(told)[0] if len(told) == PID.size else None
        if not pid:
            ours.close()
            if pid is None:
                raise EOFError
            raise StorageError("the system has no room for another process")
        return Worker(ours, pid, version)

    def close(self) -> None:
        """End the process; its children end at their next use, or by who uses them."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    def _loaded(self) -> Header:
        try:
            frame = read_frame(deadline(self._control, time.monotonic() + _START_S))
        except OSError as error:
            raise StorageError(f"the data could not be loaded: {error}") from None
        if frame is None:
            raise StorageError("the process that loads the data ended before it was ready")
        told = error_of(frame[0])
        if told is not None:
            raise told
        return frame[0]


class Nursery(Forker):
    """The process that holds one version of the data, and forks the query workers."""

    def __init__(self, dataset: int, version: int, config: Config) -> None:
        """Start it from an open file, which it closes; raise `StorageError` if it cannot load."""
        self._version = version
        arguments = [f"/dev/fd/{dataset}", str(config.memory_bytes), config.default_graph]
        try:
            super().__init__("server.nursery", arguments, [dataset])
        finally:
            os.close(dataset)
        self.triples = int(self.about["triples"])

    def worker(self) -> Worker:
        """Return a new worker; raise `EOFError` where the process has ended."""
        return self.fork(self._version)


class Worker:
    """One process that answers what it is asked; `fit` tells whether it can take the next one."""

    def __init__(self, sock: socket.socket, pid: int, version: int) -> None:
        self._sock = sock
        self.pid = pid
        self.base = self.version = version
        self.digest = ""
        self.fit = True
        self.retired = False

    def ask(
        self, header: Header, payload: bytes, until: float
    ) -> tuple[Header, bytes, IO[bytes] | None] | None:
        """Return the worker's answer, `None` if it died; `TimeoutError` at the deadline."""
        receive = deadline(self._sock, until)
        self.fit = False
        self._sock.settimeout(max(0.001, until - time.monotonic()))
        with contextlib.ExitStack() as unless_whole:
            spooled: IO[bytes] | None = None
            try:
                write_frame(self._sock, header, payload)
                while (frame := read_frame(receive)) and "more" in frame[0]:
                    if spooled is None:
                        spooled = tempfile.TemporaryFile()  # noqa: SIM115  # outlives this call
                        unless_whole.callback(spooled.close)
                    spooled.write(frame[1])
            except ConnectionError:
                return None
            if frame is None:
                return None
            self.fit = True
            if spooled is None:
                return *frame, None
            spooled.write(frame[1])
            spooled.seek(0)
            unless_whole.pop_all()
            return frame[0], b"", spooled

    def is_alive(self) -> bool:
        """Tell whether the process is there; while it is, its number is no other's."""
        self._sock.setblocking(False)
        try:
            return bool(self._sock.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def kill(self) -> None:
        """End the process, and return when it has."""
        if self.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self._sock.settimeout(_DIES_S)
        with contextlib.suppress(OSError):
            while self._sock.recv(65536):
                pass
        self._sock.close()
