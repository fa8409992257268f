"""A running endpoint over a snapshot, for clients to ask."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.config import Config

RUN = """
import os, sys
from server.config import Config
from server.serve import serve
sys.exit(serve(Config.from_environment(os.environ)))
"""
NOTE = "urn:note"


@contextmanager
def serving(snapshot: Path) -> Iterator[str]:
    """Serve a snapshot; yield the IRI of the endpoint."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    config = Config(snapshot=snapshot, port=port, workers=2)
    with subprocess.Popen(
        [sys.executable, "-c", RUN],
        env=os.environ | config.to_environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("Clef is ready")
        yield f"http://127.0.0.1:{port}/sparql"
        process.terminate()
