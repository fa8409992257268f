"""Own the command `clef` as installed: the commands of `kg.cli`, and `serve`."""

from __future__ import annotations

import argparse
import gc
import os
import signal
from collections.abc import Mapping
from pathlib import Path

from kg import cli, console, paths
from kg.dossier import finish_write
from kg.errors import InputError
from server.config import SETTINGS, Config
from server.serve import serve
from server.writer import read_token

__all__ = ["main"]

_METAVARS = {"str": "TEXT", "int": "N", "float": "SECONDS", "Path": "PATH"}


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
    parser.add_argument(
        "--writable", action="store_true", help="let who has the token of --token-file write"
    )
    parser.add_argument(
        "--no-reasoning",
        action="store_true",
        help="make the workspace a plain store that takes any RDF",
    )
    parser.set_defaults(run=_run_serve)


def _run_serve(arguments: argparse.Namespace) -> int:
    gc.enable()
    # granian handles both itself: it ends its workers first.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    chosen = {row.variable: getattr(arguments, row.name) for row in SETTINGS if row.flag}
    settings = os.environ | {name: value for name, value in chosen.items() if value}
    _check_writing(arguments, settings)
    if settings.get("CLEF_WORKSPACE"):
        settings["CLEF_REASONING"] = "0" if arguments.no_reasoning else "1"
        return serve(Config.from_environment(settings))
    if arguments.writable:
        finish_write(arguments.data)
        settings["CLEF_DATA"] = str(arguments.data.resolve())
    console.graph_of(arguments)
    settings["CLEF_SNAPSHOT"] = str(console.build_folder(arguments).resolve())
    settings["CLEF_QUESTIONS"] = str(_questions(arguments.data) or "")
    return serve(Config.from_environment(settings))


def _check_writing(arguments: argparse.Namespace, settings: Mapping[str, str]) -> None:
    """Fail before anything is built where what concerns writing does not go together."""
    token = settings.get("CLEF_TOKEN_FILE")
    if arguments.writable and not token:
        raise InputError("--writable needs a token", hint="name its file: --token-file FILE")
    if token and not arguments.writable:
        raise InputError("a token is named, but nobody may write", hint="add --writable")
    if token:
        read_token(Path(token))
    if arguments.no_reasoning and not settings.get("CLEF_WORKSPACE"):
        raise InputError(
            "a dossier is always reasoned with", hint="name a workspace: --workspace DIR"
        )


def _questions(data: Path) -> Path | None:
    """Return the folder of the questions to show: those here are about the dossier that is here."""
    own = data / "questions"
    if own.is_dir():
        return own
    return paths.ontology() / "questions" if data.resolve() == paths.dossier() else None
