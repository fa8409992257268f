"""Own the figures of the reasoner beside its peers: time, growth, peak memory, one interleaved run.

`python -m benchmarks.reason [SIZE ...]` writes `benchmarks/results/reason.md`.
"""

from __future__ import annotations

import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.lubm import generate
from kg import paths
from kg.load import load_dataset
from kg.model import Triple
from kg.reason import Closure, materialize

SIZES = (1_000, 10_000, 100_000, 1_000_000, 3_000_000)
ENGINES = ("clef", "duckdb", "nemo", "nemo-file", "reasonable", "owlrl")
LARGEST = {"owlrl": 10_000, "reasonable": 1_000_000}
AGREE = ("clef", "duckdb", "nemo", "nemo-file")
SECONDS = 900
RESULTS = Path(__file__).parent / "results" / "reason.md"

Run = dict[str, float]
Runs = dict[tuple[str, int], list[Run]]


def main() -> None:
    """Measure, check that those with the same rules agree, print the tables and keep them."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    runs: Runs = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.nt"
            with path.open("w", encoding="utf-8") as file:
                file.writelines(f"{triple}\n" for triple in generate(size))
            for _ in range(3 if size <= 100_000 else 1):
                for engine in ENGINES:
                    if size <= LARGEST.get(engine, size):
                        runs.setdefault((engine, size), []).append(_run(engine, path))
            runs["edits", size] = [_worker("benchmarks.edits", str(path))]
            path.unlink()
    _agree(runs, sizes)
    text = "\n".join([*_heading(), *_tables(runs, sizes), *_dossier()]) + "\n"
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    print(text, end="")


def _run(engine: str, path: Path) -> Run:
    return _worker("benchmarks.peers", engine, str(path))


def _worker(module: str, *arguments: str) -> Run:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    figures: Run = json.loads(done.stdout.splitlines()[-1])
    return figures


def _agree(runs: Runs, sizes: tuple[int, ...]) -> None:
    for size in sizes:
        found = {runs[engine, size][0]["inferred"] for engine in AGREE}
        if len(found) != 1:
            raise SystemExit(f"the engines disagree on {size} triples: {sorted(found)}")


def _heading() -> list[str]:
    return [
        "# The reasoner beside its peers",
        "",
        f"Written by `python -m benchmarks.reason` on {platform.machine()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}: medians, interleaved, a "
        "process a run. Read the ratios: the cores are shared.",
        "",
        "The graph has the shape of LUBM (`benchmarks/lubm.py`). Clef records a derivation of "
        "every triple; the others record none. DuckDB and Nemo run the rules that Clef compiled "
        "for the schema, on numbers; `nemo-file` reads the file by itself and maps its terms. "
        "These four are checked to infer the same number of triples. `reasonable` and owlrl run "
        "their own rule sets.",
    ]


def _median(runs: Runs, engine: str, size: int, value: Callable[[Run], float]) -> float | None:
    found = runs.get((engine, size))
    return statistics.median(map(value, found)) if found else None


def _reason(run: Run) -> float:
    return run["reason"]


def _total(run: Run) -> float:
    return run["load"] + run["reason"]


def _tables(runs: Runs, sizes: tuple[int, ...]) -> list[str]:
    def table(title: str, value: Callable[[Run], float], digits: int) -> list[str]:
        lines = ["", f"## {title}", "", "| | " + " | ".join(f"{n:,}" for n in sizes) + " |"]
        lines.append("|---|" + "--:|" * len(sizes))
        for engine in ENGINES:
            cells = [_median(runs, engine, size, value) for size in sizes]
            ours = [_median(runs, "clef", size, value) for size in sizes]
            written = [
                "–"
                if cell is None or own is None
                else f"{cell:,.{digits}f}" + ("" if engine == "clef" else f" ({cell / own:.1f}×)")
                for cell, own in zip(cells, ours, strict=True)
            ]
            lines.append(f"| {engine} | " + " | ".join(written) + " |")
        return lines

    speeds = [
        f"{size / seconds:,.0f}" if (seconds := _median(runs, "clef", size, _reason)) else "–"
        for size in sizes
    ]
    return [
        *table("Reasoning, seconds (and how many times Clef's)", _reason, 3),
        "",
        f"Clef closes {', '.join(speeds)} triples a second. {_growth(runs, sizes)}",
        *table("From the file to the closure, seconds", _total, 3),
        "",
        "DuckDB and Nemo are given numbers, so that their row leaves out what Clef's has in.",
        *table("Peak memory of the process, MB", lambda run: run["peak"], 0),
        "",
        "For DuckDB and Nemo this has in what wrote their input.",
        *_edits(runs, sizes),
    ]


def _edits(runs: Runs, sizes: tuple[int, ...]) -> list[str]:
    lines = ["", "## Explaining and editing, milliseconds", ""]
    lines += ["| | " + " | ".join(f"{n:,}" for n in sizes) + " |", "|---|" + "--:|" * len(sizes)]
    rows = {
        "proof": "proof of a random inferred triple, median",
        "worst": "the slowest of 300",
        "remove": "ten triples withdrawn, median",
        "add": "the ten asserted again, median",
    }
    for name, title in rows.items():
        cells = [f"{runs['edits', size][0][name] * 1e3:.3f}" for size in sizes]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return lines


def _growth(runs: Runs, sizes: tuple[int, ...]) -> str:
    points = [
        (math.log(size), math.log(_median(runs, "clef", size, _reason) or 1))
        for size in sizes
        if size >= 10_000
    ]
    if len(points) < 2:
        return ""
    slope = statistics.linear_regression(*zip(*points, strict=True)).slope
    return f"From {sizes[-len(points)]:,} triples on, time grows as n^{slope:.2f}."


def _dossier() -> list[str]:
    triples = list(load_dataset(paths.ontology(), paths.dossier()).triples())
    closing = statistics.median(_timed(lambda: materialize(triples)) for _ in range(7))
    closure = materialize(triples)
    claims = [t for t in triples if "/id/" in t.subject and "/id/" in t.object]
    edits = [_edit(closure, triple) for triple in claims[::7]]
    less, more = (statistics.median(column) for column in zip(*edits, strict=True))
    return [
        "",
        "## This dossier",
        "",
        f"{len(triples):,} triples close in {closing * 1e3:.0f} ms. One of {len(edits)} triples "
        f"that relate individuals is withdrawn in {less * 1e3:.3f} ms and asserted again in "
        f"{more * 1e3:.3f} ms (medians).",
    ]


def _edit(closure: Closure, triple: Triple) -> tuple[float, float]:
    return _timed(lambda: closure.remove([triple])), _timed(lambda: closure.add([triple]))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
