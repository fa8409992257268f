"""Own the endpoints that `benchmarks.http` measures: their data, their start, their memory."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.lubm import generate
from kg import paths
from kg.model import Triple
from kg.pipeline import Inputs, build
from kg.reason import materialize
from kg.store import KnowledgeGraph

__all__ = ["JSON", "Data", "Endpoint", "dossier", "lubm", "running"]

JSON = "application/sparql-results+json"
_START_S = 900
_WATCH_S, _IDLE_TICKS = 0.2, 2
_SERVE = (
    "import os, sys; from server.config import Config; from server.serve import serve;"
    " sys.exit(serve(Config.from_environment(os.environ)))"
)


@dataclass(frozen=True, slots=True)
class Data:
    """A dataset on disk: a snapshot for Clef, and the union of its graphs for the others."""

    name: str
    triples: int
    snapshot: Path
    union: Path


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running endpoint."""

    name: str
    url: str
    process: subprocess.Popen[bytes]

    def link(self, query: str) -> str:
        """Return the URL that asks a query."""
        return f"{self.url}?{urlencode({'query': query})}"

    def rows(self, query: str) -> list[str]:
        """Return the rows of an answer, sorted."""
        with _open(self.link(query)) as answer:
            bindings = json.load(answer)["results"]["bindings"]
        spelled = ({name: term["value"] for name, term in row.items()} for row in bindings)
        return sorted(json.dumps(row, sort_keys=True) for row in spelled)

    def seconds(self, query: str) -> float:
        """Return how long one answer takes."""
        begin = time.perf_counter()
        with _open(self.link(query)) as answer:
            answer.read()
        return time.perf_counter() - begin

    def settle(self) -> None:
        """Wait until it does nothing: not every server gives up what nobody waits for any more."""
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            before = self._ticks()
            time.sleep(_WATCH_S)
            if self._ticks() - before <= _IDLE_TICKS:
                return

    def tag(self, query: str) -> str:
        """Return the entity tag of an answer."""
        with _open(self.link(query)) as answer:
            return str(answer.headers["ETag"])

    def megabytes(self) -> float:
        """Return the memory of its processes; what they share is counted once."""
        memory = (text for _, text in self._processes("smaps_rollup"))
        sizes = (re.findall(r"^Pss:\s+(\d+) kB", text, re.MULTILINE) for text in memory)
        return sum(int(size) for found in sizes for size in found) / 1024

    def _ticks(self) -> int:
        """Return the processor time that its processes have had."""
        rows = (text.rpartition(")")[2].split() for _, text in self._processes("stat"))
        return sum(int(row[11]) + int(row[12]) for row in rows)

    def _processes(self, name: str) -> Iterator[tuple[int, str]]:
        """Yield each process of it, with a file that the system has about it."""
        todo = [self.process.pid]
        while todo:
            pid = todo.pop()
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8", errors="replace")
                for task in Path(f"/proc/{pid}/task").iterdir():
                    todo += map(int, (task / "children").read_text(encoding="ascii").split())
                yield pid, text


def dossier(folder: Path) -> Data:
    """Publish this dossier."""
    return _publish("the dossier", build(Inputs(paths.ontology(), paths.dossier())), folder)


def lubm(size: int, folder: Path) -> Data:
    """Publish a graph in the shape of LUBM, with its closure."""
    asserted = list(generate(size))
    inferred = sorted(set(materialize(asserted).inferred()))
    graphs = {"claims": tuple(sorted(set(asserted))), "inferred": tuple(inferred)}
    return _publish(f"LUBM {size:,}", KnowledgeGraph("LUBM", "none", graphs, {}, {}), folder)


def _publish(name: str, graph: KnowledgeGraph, folder: Path) -> Data:
    snapshot, union = folder / "snapshot", folder / "union.nt"
    snapshot.mkdir(parents=True)
    (snapshot / "dataset.nq").write_bytes(graph.nquads)
    (snapshot / "manifest.json").write_text(json.dumps(graph.manifest()), encoding="utf-8")
    every: set[Triple] = set().union(*graph.graphs.values())
    with union.open("w", encoding="utf-8") as file:
        file.writelines(f"{triple}\n" for triple in sorted(every))
    return Data(name, len(every), snapshot, union)


@contextlib.contextmanager
def running(data: Data, names: Sequence[str]) -> Iterator[list[Endpoint]]:
    """Start endpoints over the same data, all at once, and end them."""
    with contextlib.ExitStack() as stack:
        started = [_started(name, data) for name in names]
        for endpoint in started:
            stack.callback(endpoint.process.wait)
            stack.callback(endpoint.process.terminate)
        for endpoint in started:
            _await(endpoint, data)
        yield started


def _started(name: str, data: Data) -> Endpoint:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    scripts = Path(sys.executable).parent
    environment = dict(os.environ)
    if name == "oxigraph":
        command = [str(scripts / "oxigraph"), "serve", "--bind", f"127.0.0.1:{port}"]
        path = "query"
    elif name == "rdflib-endpoint":
        command = [str(scripts / name), "serve", "--host", "127.0.0.1", "--port", str(port)]
        command.append(str(data.union))
        path = ""
    else:
        command = [sys.executable, "-c", _SERVE]
        environment |= {"CLEF_SNAPSHOT": str(data.snapshot), "CLEF_PORT": str(port)}
        environment |= {"CLEF_PER_CLIENT": "8", **({"CLEF_CACHE": "0"} if "cold" in name else {})}
        path = "sparql"
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
    return Endpoint(name, f"http://127.0.0.1:{port}/{path}", process)


def _await(endpoint: Endpoint, data: Data) -> None:
    """Wait until an endpoint answers, and load the data into one that starts empty."""
    until = time.monotonic() + _START_S
    while True:
        try:
            if endpoint.name == "oxigraph":
                _fill(endpoint, data)
            if endpoint.rows("SELECT ?s { ?s ?p ?o } LIMIT 1"):
                return
        except OSError:
            if time.monotonic() > until or endpoint.process.poll() is not None:
                raise SystemExit(f"{endpoint.name} did not start") from None
            time.sleep(0.1)


def _fill(endpoint: Endpoint, data: Data) -> None:
    store = endpoint.url.replace("/query", "/store?default")
    content = data.union.read_bytes()
    headers = {"Content-Type": "application/n-triples"}
    request = urllib.request.Request(store, content, headers, method="PUT")  # noqa: S310
    with urllib.request.urlopen(request, timeout=_START_S):  # noqa: S310  # loopback
        pass


def _open(url: str) -> contextlib.AbstractContextManager:  # type: ignore[type-arg]
    request = urllib.request.Request(url, headers={"Accept": JSON})  # noqa: S310
    return urllib.request.urlopen(request, timeout=_START_S)  # noqa: S310  # loopback
