"""Own the command `clef` as installed: the commands of `kg.cli`, and `serve`."""

from __future__ import annotations

import argparse
import gc
import os
import signal
from pathlib import Path

from kg import cli, console, paths
from server.config import SETTINGS, Config
from server.serve import serve

__all__ = ["main"]

_METAVARS = {"str": "TEXT", "int": "N", "float": "SECONDS"}


def main() -> int:
    """Run the command line and return its exit code."""
    return cli.main(more=[_serve])


def _serve(commands: console.Commands) -> None:
    parser = commands.add_parser(
        "serve",
        help="serve the graph over HTTP, built anew if its inputs changed",
        description="Serve the graph of a dossier over HTTP until Ctrl-C: a page that says what"
        " it is, and a SPARQL endpoint. Each option can be set in the environment too.",
        epilog="example: clef serve --port 8000, then"
        " curl http://127.0.0.1:8000/sparql --data-urlencode 'query=ASK { ?s ?p ?o }'",
    )
    console.dossier_arguments(parser)
    for row in SETTINGS:
        if row.flag:
            told = f"{row.meaning} (default: {row.default}; or {row.variable})".replace("`", "")
            parser.add_argument(row.flag, dest=row.name, metavar=_METAVARS[row.kind], help=told)
    parser.set_defaults(run=_run_serve)


def _run_serve(arguments: argparse.Namespace) -> int:
    gc.enable()
    # granian handles both itself: it ends its workers first.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = console.build_folder(arguments)
    console.graph_of(arguments)
    chosen = {
        "CLEF_SNAPSHOT": str(folder.resolve()),
        "CLEF_QUESTIONS": str(_questions(arguments.data) or ""),
    } | {row.variable: getattr(arguments, row.name) for row in SETTINGS if row.flag}
    settings = {name: value for name, value in chosen.items() if value}
    return serve(Config.from_environment(os.environ | settings))


def _questions(data: Path) -> Path | None:
    """Return the folder of the questions to show: those here are about the dossier that is here."""
    own = data / "questions"
    if own.is_dir():
        return own
    return paths.ontology() / "questions" if data.resolve() == paths.dossier() else None
