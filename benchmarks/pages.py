"""Own the weight of the pages: bytes of HTML, CSS and script, requests, time on the server.

A budget that is broken ends the run with 1, after the table has been printed and kept.
"""

from __future__ import annotations

import gzip
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient

from kg import paths
from kg.pipeline import Inputs, build
from kg.store import save_snapshot
from server.app import create_app
from server.config import Config
from server.state import KEY

RESULTS = Path(__file__).parent / "results" / "pages.md"
ROUNDS = 5
HTML_MOST, CSS_MOST = 60 * 1024, 20 * 1024
PAGES = {
    "start": "/",
    "comparison": "/compare/everybody-loves-diamonds",
    "person": "/doc/leonardo-notarbartolo",
    "event": "/doc/antwerp-diamond-heist",
    "work": "/doc/everybody-loves-diamonds",
    "source": "/doc/nationalworld-2023",
    "claim": "/doc/c0006",
    "term": "/ns/basedOn",
    "cast": "/cast",
    "sources": "/sources",
    "disputed": "/disputed",
    "timeline": "/timeline",
    "questions": "/questions",
    "neighbourhood": "/around/everybody-loves-diamonds",
    "search": "/search?q=notarbartolo",
    "query": "/sparql",
}
_HTML = {"Accept": "text/html"}
_LOADED = re.compile(r'<(?:script|link rel="stylesheet")[^>]*?(?:src|href)="([^"?]+\.(?:js|css))')


class Weight(NamedTuple):
    """What one page costs; sizes in bytes, the second of a pair packed with gzip."""

    html: tuple[int, int]
    css: tuple[int, int]
    script: tuple[int, int]
    requests: int
    milliseconds: float


def main() -> None:
    """Weigh, print the table and keep it."""
    with tempfile.TemporaryDirectory() as folder:
        save_snapshot(build(Inputs(paths.ontology(), paths.dossier())), Path(folder, "graph"))
        questions = paths.ontology() / "questions"
        app = create_app(Config(snapshot=Path(folder, "graph"), questions=questions, workers=1))
        weights = _weights(app)
        app.extensions[KEY].close()
    text = _table(weights)
    RESULTS.write_text(text, encoding="utf-8")
    print(text, end="")
    heavy = [name for name, w in weights.items() if w.html[0] > HTML_MOST or _own_css() > CSS_MOST]
    if heavy:
        sys.exit(f"over budget: {', '.join(heavy)}")


def _weights(app: Flask) -> dict[str, Weight]:
    client = app.test_client()
    return {name: _weigh(client, address) for name, address in PAGES.items()}


def _weigh(client: FlaskClient, address: str) -> Weight:
    times = []
    for _ in range(ROUNDS + 1):
        begin = time.perf_counter()
        page = client.get(address, headers=_HTML)
        times.append(1000 * (time.perf_counter() - begin))
    if page.status_code != 200:
        raise SystemExit(f"{address} is answered with {page.status_code}")
    loaded = dict.fromkeys(_LOADED.findall(page.text))
    bodies = {path: _body(client, path) for path in loaded}
    css = [body for path, body in bodies.items() if path.endswith(".css")]
    script = [body for path, body in bodies.items() if path.endswith(".js")]
    # The first time reads what later ones find read.
    spent = statistics.median(times[1:])
    return Weight(_sizes([page.data]), _sizes(css), _sizes(script), 1 + len(loaded), spent)


def _body(client: FlaskClient, path: str) -> bytes:
    with client.get(path) as answer:
        return answer.data


def _sizes(bodies: list[bytes]) -> tuple[int, int]:
    return sum(map(len, bodies)), sum(len(gzip.compress(body)) for body in bodies)


def _own_css() -> int:
    return (Path(__file__).resolve().parent.parent / "server/static/site.css").stat().st_size


def _table(weights: dict[str, Weight]) -> str:
    lines = [
        "# The weight of the pages",
        "",
        "Written by `python -m benchmarks.pages`: kilobytes as sent, packed with gzip in brackets;"
        f"requests of a browser that has kept nothing; median of {ROUNDS} renderings on the server."
        f" The budget: {HTML_MOST // 1024} KB of HTML, {CSS_MOST // 1024} KB of CSS of ours.",
        "",
        "| page | HTML | CSS | script | requests | ms |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, weight in weights.items():
        html, css, script = (_kilobytes(*pair) for pair in weight[:3])
        cells = [name, html, css, script, str(weight.requests), f"{weight.milliseconds:.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _kilobytes(plain: int, packed: int) -> str:
    return f"{plain / 1024:.1f} ({packed / 1024:.1f})" if plain else "–"


if __name__ == "__main__":
    main()
