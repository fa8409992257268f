"""Own the figures of the endpoint beside its peers over HTTP: speed, latency, memory, one run.

`python -m benchmarks.http [SIZE ...]` writes `benchmarks/results/http.md`. It needs `wrk`, a
package of Debian. `SECONDS` and `ROUNDS` of the environment make it shorter or longer.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.endpoints import JSON, Data, Endpoint, dossier, lubm, running
from benchmarks.lubm import UB
from kg.namespaces import PREFIXES

SIZES = (100_000, 1_000_000)
SECONDS = int(os.environ.get("SECONDS", "3"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
CLIENTS = 8
SERVERS = ("clef", "clef cold", "oxigraph", "rdflib-endpoint")
COLUMNS = ("clef cold", "clef warm", "clef 304", "oxigraph", "rdflib-endpoint")
RESULTS = Path(__file__).parent / "results" / "http.md"

KNOWN = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("clef", "id", "rdfs"))
DEPARTMENT = "<http://www.Department0.University0.edu>"
LUBM = {
    "lookup": "SELECT ?o { <http://www.Department0.University0.edu/FullProfessor0>"
    " u:emailAddress ?o }",
    "100 rows": f"SELECT ?s ?n ?e {{ ?s u:memberOf {DEPARTMENT} ; u:name ?n ; u:emailAddress ?e }}"
    " ORDER BY ?s LIMIT 100",
    "aggregate": "SELECT ?d (COUNT(DISTINCT ?s) AS ?n) { ?s u:advisor ?p . ?p u:worksFor ?d }"
    " GROUP BY ?d ORDER BY DESC(?n) ?d LIMIT 10",
    "path": "SELECT (COUNT(DISTINCT ?g) AS ?n) { ?g u:subOrganizationOf+"
    " <http://www.University0.edu> }",
    "inferred": "SELECT ?s { ?s u:affiliatedUniversity <http://www.University0.edu> }"
    " ORDER BY ?s LIMIT 100",
}
DOSSIER = {
    "lookup": "SELECT ?o { id:antwerp-diamond-heist rdfs:label ?o }",
    "100 rows": "SELECT ?c ?s ?p ?o { ?c clef:subject ?s ; clef:predicate ?p ; clef:object ?o }"
    " ORDER BY ?c ?o LIMIT 100",
    "aggregate": "SELECT ?p (COUNT(DISTINCT ?c) AS ?n) { ?c clef:predicate ?p }"
    " GROUP BY ?p ORDER BY DESC(?n) ?p",
    "path": "SELECT (COUNT(*) AS ?n) { ?c rdfs:subClassOf+ ?d }",
    "inferred": "SELECT ?w { ?w clef:basedOn id:antwerp-diamond-heist } ORDER BY ?w",
}
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f && ?f < ?i) }"


class Figures(NamedTuple):
    """What wrk tells: requests a second, and two percentiles of latency in milliseconds."""

    speed: float
    p50: float
    p99: float


Runs = dict[tuple[str, str], list[Figures]]


def main() -> None:
    """Measure, print the tables and keep them."""
    if shutil.which("wrk") is None:
        sys.exit("benchmarks.http needs wrk, which is not there: apt-get install wrk")
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    lines = _heading()
    with tempfile.TemporaryDirectory() as folder:
        lines += _measured(dossier(Path(folder) / "dossier"), DOSSIER, KNOWN)
        for size in sizes:
            print(f"publishing LUBM {size:,} ...", file=sys.stderr)
            data = lubm(size, Path(folder) / str(size))
            lines += _measured(data, LUBM, f"PREFIX u: <{UB}> ")
    text = "\n".join(lines) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text, end="")


def _heading() -> list[str]:
    return [
        "# The endpoint beside its peers, over HTTP",
        "",
        f"Written by `python -m benchmarks.http` on {platform.machine()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}: `wrk`, {CLIENTS} connections, {SECONDS} s a run,"
        f" medians of {ROUNDS} rounds, all servers up at once and asked in turn. wrk shares the"
        " cores: read the ratios. A query that takes more than a quarter of a run is asked once,"
        " alone.",
        "",
        "*cold* is Clef without its cache of answers, *warm* with it, *304* with `If-None-Match`."
        " The peers do not reason: they hold the closure that Clef inferred, in one graph. All"
        " are checked to give the same rows first. Clef has its defaults, save that one client may"
        " have 8 queries running, as the others allow.",
    ]


def _measured(data: Data, queries: dict[str, str], prologue: str) -> list[str]:
    runs: Runs = {}
    with running(data, SERVERS) as endpoints:
        server = {endpoint.name: endpoint for endpoint in endpoints}
        asked = {title: prologue + query for title, query in queries.items()}
        for title, query in asked.items():
            _agree(title, query, endpoints)
        for _ in range(ROUNDS):
            for title, query in asked.items():
                for column, figures in _in_turn(server, query):
                    runs.setdefault((title, column), []).append(figures)
        bystander = _bystander(server["clef cold"], list(asked.values()))
        memory = {name: endpoint.megabytes() for name, endpoint in server.items()}
    return [
        *["", f"## {data.name}: {data.triples:,} triples with the closure"],
        *_table("Requests a second", asked, runs, lambda figures: figures.speed, 0),
        *_table("Median latency, ms", asked, runs, lambda figures: figures.p50, 2),
        *_table("99th percentile of latency, ms", asked, runs, lambda figures: figures.p99, 1),
        "",
        "Memory after it, MB: "
        + ", ".join(f"{name} {megabytes:,.0f}" for name, megabytes in memory.items())
        + ".",
        *bystander,
    ]


def _agree(title: str, query: str, endpoints: list[Endpoint]) -> None:
    answers = {endpoint.name: endpoint.rows(query) for endpoint in endpoints}
    if len({tuple(rows) for rows in answers.values()}) != 1:
        counts = {name: len(rows) for name, rows in answers.items()}
        raise SystemExit(f"the endpoints disagree on {title}: rows {counts}")


def _in_turn(server: dict[str, Endpoint], query: str) -> Iterator[tuple[str, Figures]]:
    warm = server["clef"]
    yield "clef cold", _run(server["clef cold"], query)
    yield "clef warm", _run(warm, query)
    yield "clef 304", _run(warm, query, "-H", f"If-None-Match: {warm.tag(query)}")
    yield "oxigraph", _run(server["oxigraph"], query)
    yield "rdflib-endpoint", _run(server["rdflib-endpoint"], query)


def _run(endpoint: Endpoint, query: str, *more: str) -> Figures:
    """Measure a query; one that takes long is asked once, by one client, for that is its best."""
    seconds = endpoint.seconds(query)
    if seconds > SECONDS / 4:
        return Figures(1 / seconds, 1000 * seconds, 1000 * seconds)
    figures = _wrk(endpoint.link(query), *more)
    endpoint.settle()
    return figures


def _wrk(url: str, *more: str) -> Figures:
    command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "--timeout", "30s", "--latency"]
    command += ["-H", f"Accept: {JSON}", *more, url]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    failed = re.search(r"Non-2xx.*|Socket errors.*", done.stdout)
    if failed:
        raise SystemExit(f"{url}: {failed[0]}")
    speed = re.search(r"Requests/sec:\s+([0-9.]+)", done.stdout)
    found = dict(re.findall(r"^\s+(50|99)%\s+([0-9.]+[a-z]+)", done.stdout, re.MULTILINE))
    assert speed
    return Figures(float(speed[1]), _milliseconds(found["50"]), _milliseconds(found["99"]))


def _milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([0-9.]+)([a-z]+)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}[unit]


def _bystander(endpoint: Endpoint, queries: list[str]) -> list[str]:
    """Measure a client of mixed queries with, and without, a hostile one beside it."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        paths = ", ".join(f'"/{endpoint.link(query).split("/", 3)[3]}"' for query in queries)
        script.write(f"local paths = {{{paths}}}\nlocal n = 0\nrequest = function()\n")
        script.write('n = n + 1\nreturn wrk.format("GET", paths[n % #paths + 1])\nend\n')
        script.flush()
        alone, beside = [], []
        for _ in range(ROUNDS):
            alone.append(_wrk(endpoint.url, "-s", script.name).p99)
            with _hostile(endpoint):
                beside.append(_wrk(endpoint.url, "-s", script.name).p99)
    without, with_ = statistics.median(alone), statistics.median(beside)
    return [
        "",
        f"A bystander of the five queries in turn, cold: p99 {without:.1f} ms alone, {with_:.1f} ms"
        f" with a client that sends one endless query after another: {with_ / without:.1f} times.",
    ]


@contextlib.contextmanager
def _hostile(endpoint: Endpoint) -> Iterator[None]:
    over = threading.Event()

    def attack() -> None:
        while not over.is_set():
            with (
                contextlib.suppress(urllib.error.HTTPError),
                urllib.request.urlopen(endpoint.link(ENDLESS), timeout=60),  # noqa: S310
            ):
                pass

    thread = threading.Thread(target=attack)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _table(
    title: str,
    queries: dict[str, str],
    runs: Runs,
    value: Callable[[Figures], float],
    digits: int,
) -> list[str]:
    lines = ["", f"### {title}", "", "| | " + " | ".join(COLUMNS) + " |"]
    lines.append("|---|" + "--:|" * len(COLUMNS))
    for query in queries:
        cells = [statistics.median(map(value, runs[query, column])) for column in COLUMNS]
        lines.append(f"| {query} | " + " | ".join(f"{cell:,.{digits}f}" for cell in cells) + " |")
    return lines


if __name__ == "__main__":
    main()
