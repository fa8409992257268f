"""Own the command `clef` as installed: the commands of `kg.cli`, and `serve`."""

from __future__ import annotations

import argparse
import gc
import os
import signal
from pathlib import Path

from kg import cli, console, paths
from kg.questions import load_questions
from server.config import Config
from server.serve import serve

__all__ = ["main"]


def main() -> int:
    """Run the command line and return its exit code."""
    return cli.main(more=[_serve])


def _serve(commands: console.Commands) -> None:
    parser = commands.add_parser(
        "serve",
        help="serve the graph over HTTP, built anew if its inputs changed",
        description="Serve the graph of a dossier over HTTP until Ctrl-C: a page that says what"
        " it is, and a SPARQL endpoint. The limits are settings of the environment: docs/http.md.",
        epilog="example: clef serve --port 8000, then"
        " curl http://127.0.0.1:8000/sparql --data-urlencode 'query=ASK { ?s ?p ?o }'",
    )
    console.dossier_arguments(parser)
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", help="port to listen on (default: 8000)")
    parser.set_defaults(run=_run_serve)


def _run_serve(arguments: argparse.Namespace) -> int:
    gc.enable()
    # granian handles both itself: it ends its workers first.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder, questions = console.build_folder(arguments), _questions(arguments.data)
    if questions:
        load_questions(questions)  # a fault in one is told here: the server would fail in a child
    console.graph_of(arguments)
    chosen = {
        "CLEF_SNAPSHOT": str(folder.resolve()),
        "CLEF_QUESTIONS": str(questions or ""),
        "CLEF_HOST": arguments.host,
        "CLEF_PORT": arguments.port,
    }
    settings = {name: value for name, value in chosen.items() if value}
    return serve(Config.from_environment(os.environ | settings))


def _questions(data: Path) -> Path | None:
    """Return the folder of the questions to show: those here are about the dossier that is here."""
    own = data / "questions"
    if own.is_dir():
        return own
    return paths.ontology() / "questions" if data.resolve() == paths.dossier() else None
