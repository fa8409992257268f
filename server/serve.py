"""Own the running server process: its port, its start, the word that it is ready, its end."""

from __future__ import annotations

import http.client
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sys
import threading
import time

from flask import Flask
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from kg.errors import ClefError, InputError, NotFoundError
from server import wsgi
from server.admission import SENDING_MOST
from server.body import BODIES_MOST
from server.config import Config

__all__ = ["application", "serve"]

# So that pages, figures and refusals are answered while every query and large answer waits.
_SPARE_THREADS = 16
_POLL_S = 0.02


def serve(config: Config) -> int:
    """Serve until SIGINT or SIGTERM; return the exit code.

    Raise `InputError` where the address cannot be had, `NotFoundError` where there is no snapshot.
    """
    if not (config.workspace or (config.snapshot / "manifest.json").is_file()):
        raise NotFoundError("no snapshot", where=str(config.snapshot), hint="run: clef build")
    _check_address(config)
    os.environ.update(config.to_environment())
    granian = Server(
        "server.serve:application",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        blocking_threads=config.queue + SENDING_MOST + BODIES_MOST + _SPARE_THREADS,
        http1_settings=HTTP1Settings(header_read_timeout=int(1000 * config.deadline_s)),
        workers_kill_timeout=config.stop_wait_s,
        log_level=LogLevels.critical,
        factory=True,
    )
    try:
        granian.serve()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def application() -> Flask:
    """Return the application, to granian, in the process that will answer the requests."""
    config = Config.from_environment(os.environ)
    try:
        app = wsgi.app()
    except ClefError as error:
        sys.exit(f"clef: {error}")
    threading.Thread(target=_announce, args=(config,), daemon=True).start()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return app


def _check_address(config: Config) -> None:
    """Fail where another server has the port: granian would share it with one of its own kind."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise InputError(
                f"cannot listen on {config.host} port {config.port}: {error.strerror}",
                hint="stop what listens there, or choose another port",
            ) from None


def _announce(config: Config) -> None:
    """Say that the server is ready once it answers."""
    host = config.url.partition("//")[2].rpartition(":")[0].strip("[]")
    while not _answers(host, config.port):
        time.sleep(_POLL_S)
    print(f"Clef is ready: {config.url}  (SPARQL at /sparql)", flush=True)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, even if that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
