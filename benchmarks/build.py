"""Own the figures of a build and a start of this dossier, beside owlrl on the same graph.

Each figure is the median of several runs, interleaved, each in a process of its own.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5
OWLRL_RUNS = 2
PORT = "8765"
CLEF = [sys.executable, "-m", "server"]
RESULTS = Path(__file__).parent / "results" / "build.md"

REASON = """
import sys, time
from kg import paths
from kg.pipeline import Inputs, assess
from kg.reason import materialize
from kg.referee import consult
assessment = assess(Inputs(paths.ontology(), paths.dossier()))
triples = [*assessment.dataset.triples(), *assessment.meaning.accepted]
start = time.perf_counter()
(consult if sys.argv[1] == "owlrl" else materialize)(triples)
print(time.perf_counter() - start, len(triples))
"""


def main() -> None:
    """Measure, print a table, and keep it."""
    times: dict[str, list[float]] = {"build": [], "serve": [], "clef": [], "owlrl": []}
    size = 0
    with tempfile.TemporaryDirectory() as folder:
        snapshot = Path(folder) / "graph"
        for run in range(RUNS):
            shutil.rmtree(snapshot, ignore_errors=True)
            times["build"].append(_timed([*CLEF, "build", "--build", str(snapshot)]))
            times["serve"].append(_until_ready(snapshot))
            engines = ("clef", "owlrl") if run < OWLRL_RUNS else ("clef",)
            for engine in engines:
                seconds, size = _reasoned(engine)
                times[engine].append(seconds)
    text = _table({name: statistics.median(values) for name, values in times.items()}, size)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    print(text, end="")


def _timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _until_ready(snapshot: Path) -> float:
    """Return the seconds from the start of the command to its word that it answers."""
    command = [*CLEF, "serve", "--build", str(snapshot), "--port", PORT]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        seconds = time.perf_counter() - start
        server.terminate()
    if not line.startswith("Clef is ready"):
        sys.exit(f"the server did not start: {line!r}")
    return seconds


def _reasoned(engine: str) -> tuple[float, int]:
    command = [sys.executable, "-c", REASON, engine]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, size = done.stdout.split()
    return float(seconds), int(size)


def _table(median: dict[str, float], size: int) -> str:
    ratio = median["owlrl"] / median["clef"]
    rows = [
        ("cold `clef build`, from start to end of the process", f"{median['build']:.2f} s", "3 s"),
        ("`clef serve` ready, nothing changed", f"{median['serve']:.2f} s", "2 s"),
        (f"OWL 2 RL closure of {size:,} triples, Clef", f"{1000 * median['clef']:.0f} ms", ""),
        ("the same by owlrl", f"{1000 * median['owlrl']:.0f} ms", f"{ratio:.0f} times Clef's"),
    ]
    lines = [f"| {what} | {figure} | {target} |" for what, figure, target in rows]
    about = f"Python {platform.python_version()}, {os.cpu_count()} cores; medians of {RUNS} runs."
    head = (
        "# A build and a start of the dossier\n\n| what | median | target or ratio |\n|---|---|---|"
    )
    return "\n".join([head, *lines, "", about, ""])


if __name__ == "__main__":
    main()
