"""Own the command `clef`: its arguments, what it prints and its exit codes.

Exit codes: 0 done · 1 a fault in Clef itself · 2 wrong arguments, or a file that cannot be used
· 3 inconsistent · 4 data that is not well formed or breaks a shape or gate · 5 a query that was
not answered · 6 the triple is not in the graph · 7 a file that could not be written or read back
· 8 a proof that its checker rejects.
"""

from __future__ import annotations

import argparse
import gc
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import TypeAlias

from kg import commands, conclusions, editing, errors, reviewing
from kg.console import Commands

__all__ = ["EXIT_CODES", "Command", "main"]

Command: TypeAlias = Callable[[Commands], None]
"""Adds one command to the parser; its defaults hold the function to run, as `run`."""

EXIT_CODES: dict[type[errors.ClefError], int] = {
    errors.ClefError: 1,
    errors.InputError: 2,
    errors.NotFoundError: 2,
    errors.FormatError: 2,
    errors.RdfSyntaxError: 4,
    errors.ValidationError: 4,
    errors.InconsistencyError: 3,
    errors.QueryError: 5,
    errors.QuerySyntaxError: 5,
    errors.QueryRefusedError: 5,
    errors.QueryTimeoutError: 5,
    errors.QueryLimitError: 5,
    errors.OverloadError: 5,
    errors.UnavailableError: 7,
    errors.NotInGraphError: 6,
    errors.RefusedWriteError: 7,
    errors.StaleError: 7,
    errors.StorageError: 7,
    errors.NotStoredError: 7,
    errors.ProofError: 8,
}


def main(argv: Sequence[str] | None = None, *, more: Sequence[Command] = ()) -> int:
    """Run the command line and return its exit code; `more` adds commands from other packages."""
    # A closed pipe ends this program quietly, as it ends other tools; Ctrl-C stops the engine too.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # What a command makes lives until it ends: looking for garbage among millions of triples only
    # costs time, a third of it on a large file.
    gc.disable()
    arguments = _parser(more).parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except errors.ClefError as error:
        print(f"clef: {error}", file=sys.stderr)
        return EXIT_CODES[type(error)]
    return code


_ADDED: tuple[Command, ...] = (
    commands.add_build,
    commands.add_validate,
    commands.add_query,
    conclusions.add_explain,
    commands.add_export,
    conclusions.add_reason,
    editing.add_new_claim,
    reviewing.add_diff,
    reviewing.add_ledger,
)


def _parser(more: Sequence[Command]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clef",
        description="Ask of a film or series: what is fact, what is fiction, who says so, and why.",
        epilog=(__doc__ or "").partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"clef {version('clef')}")
    group = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (*_ADDED, *more):
        add(group)
    return parser
