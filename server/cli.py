"""Own the command `clef` as installed: the commands of `kg.cli`, and `serve`."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from pathlib import Path

from kg import cli, console, paths
from kg.dossier import finish_write
from kg.errors import InputError
from kg.questions import load_questions
from server.app import create_app
from server.config import SETTINGS, Config
from server.publish import publish
from server.serve import serve
from server.state import KEY
from server.writer import read_token

__all__ = ["main"]

_METAVARS = {"str": "TEXT", "int": "N", "float": "SECONDS"}


def main() -> int:
    """Run the command line and return its exit code."""
    return cli.main(more=[_serve, _publish])


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
    _add_writing(parser)
    parser.set_defaults(run=_run_serve)


def _run_serve(arguments: argparse.Namespace) -> int:
    gc.enable()
    # granian handles both itself: it ends its workers first.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    chosen = {row.variable: getattr(arguments, row.name) for row in SETTINGS if row.flag}
    settings = os.environ | {name: value for name, value in chosen.items() if value}
    settings |= _writing(arguments)
    questions = None if arguments.workspace else _questions(arguments.data)
    if questions:
        load_questions(questions)  # a fault in one is told here: the server would fail in a child
    if not arguments.workspace:
        if arguments.writable:
            finish_write(arguments.data)
        console.graph_of(arguments)
        settings["CLEF_SNAPSHOT"] = str(console.build_folder(arguments).resolve())
        settings["CLEF_QUESTIONS"] = str(questions or "")
    return serve(Config.from_environment(settings))


def _publish(commands: console.Commands) -> None:
    parser = commands.add_parser(
        "publish",
        help="write the whole site as plain files",
        description="Write every page, document, proof and dump of a dossier as plain files, whose"
        " links work on any host and without one. Searching and querying need a server and are"
        " left out.",
        epilog="example: clef publish site, then open site/index.html",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or an older site")
    console.dossier_arguments(parser)
    parser.set_defaults(run=_run_publish)


def _run_publish(arguments: argparse.Namespace) -> int:
    for ending in (signal.SIGINT, signal.SIGTERM):  # what is half written is then removed
        signal.signal(ending, lambda number, _frame: sys.exit(128 + number))
    progress = console.Progress()
    console.graph_of(arguments)
    config = Config(
        snapshot=console.build_folder(arguments).resolve(),
        questions=_questions(arguments.data),
        data=arguments.data.resolve(),
        workers=1,
    )
    app = create_app(config)
    try:
        done = publish(app, arguments.folder.absolute(), progress)
    finally:
        app.extensions[KEY].close()
    megabytes = done.size / 1e6
    print(f"{arguments.folder}: {done.pages:,} pages, {done.files:,} files, {megabytes:,.1f} MB")
    return 0


def _add_writing(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("writing", "see docs/http.md, section Writing")
    group.add_argument(
        "--writable", action="store_true", help="let who has the token of --token-file write"
    )
    group.add_argument("--token-file", type=Path, metavar="FILE", help="file that holds a token")
    group.add_argument(
        "--workspace",
        type=Path,
        metavar="DIR",
        help="serve what was written to a folder, which starts empty, and no dossier",
    )
    group.add_argument(
        "--no-reasoning",
        action="store_true",
        help="make the workspace a plain store that takes any RDF",
    )


def _writing(arguments: argparse.Namespace) -> dict[str, str]:
    """Return the settings that concern writing; fail where they do not go together."""
    if arguments.writable and not arguments.token_file:
        raise InputError("--writable needs a token", hint="name its file: --token-file FILE")
    if arguments.token_file and not arguments.writable:
        raise InputError("a token is named, but nobody may write", hint="add --writable")
    if arguments.no_reasoning and not arguments.workspace:
        raise InputError(
            "a dossier is always reasoned with", hint="name a workspace: --workspace DIR"
        )
    if arguments.token_file:
        read_token(arguments.token_file)
    paths_given = {
        "CLEF_TOKEN_FILE": arguments.token_file,
        "CLEF_WORKSPACE": arguments.workspace,
        "CLEF_DATA": None if arguments.workspace else arguments.data,
    }
    found = {name: str(path.resolve()) if path else "" for name, path in paths_given.items()}
    return found | {"CLEF_REASONING": "0" if arguments.no_reasoning else "1"}


def _questions(data: Path) -> Path | None:
    """Return the folder of the questions to show: those here are about the dossier that is here."""
    own = data / "questions"
    if own.is_dir():
        return own
    return paths.ontology() / "questions" if data.resolve() == paths.dossier() else None
