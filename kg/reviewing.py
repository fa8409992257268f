"""Own the commands that show what is claimed, and what a change of it changes: ledger, diff."""

from __future__ import annotations

import argparse
from pathlib import Path

from kg import errors, paths
from kg.console import Commands, Progress, dossier_arguments, graph_of, write
from kg.diff import compare
from kg.diff_tell import as_json, as_text
from kg.ledger import COLUMNS, Entry, as_csv, conflict_groups, entries, line
from kg.load import turtle_files
from kg.names import Names
from kg.namespaces import iri
from kg.pipeline import Inputs, build
from kg.store import KnowledgeGraph, load_snapshot
from kg.table import table
from kg.tell import sentences

__all__ = ["add_diff", "add_ledger"]

# ── diff ─────────────────────────────────────────────────────────────────────────────────────


def add_diff(commands: Commands) -> None:
    """Add `clef diff`."""
    parser = commands.add_parser(
        "diff",
        help="say what a change of the data changes in what is concluded, and why",
        description="Say in words what differs between two dossiers, or two built graphs: the"
        " claims that come and go, the conflicts that begin and end, the conclusions that appear"
        " and fall, each with the rule and premises that it gained or lost. A difference is no"
        " fault: the exit code is 0.",
        epilog="example: clef diff build/before data/antwerp-diamond-heist (with the graph that"
        " clef build --build build/before has kept)",
    )
    for name in ("old", "new"):
        parser.add_argument(
            name,
            type=Path,
            metavar=name.upper(),
            help=f"the {name} one: the folder of a dossier, or of a built graph",
        )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=_run_diff)


def _run_diff(arguments: argparse.Namespace) -> int:
    old, new = _graph_at(arguments.old), _graph_at(arguments.new)
    words = sentences([*old.graphs["ontology"], *new.graphs["ontology"]])
    form = as_json if arguments.format == "json" else as_text
    write(form(compare(old, new), words).encode(), None)
    return 0


def _graph_at(folder: Path) -> KnowledgeGraph:
    """Return the graph kept in a folder, or that of the dossier in it."""
    if (folder / "manifest.json").is_file():
        return load_snapshot(folder)
    if not any(turtle_files(folder)):
        raise errors.NotFoundError(
            "holds neither a dossier nor a built graph",
            where=str(folder),
            hint="give the folder of a dossier, or the one that clef build wrote",
        )
    try:
        return build(Inputs(paths.ontology(), folder), Progress())
    except errors.ClefError as error:
        error.where = error.where or str(folder)
        raise


# ── ledger ───────────────────────────────────────────────────────────────────────────────────

_SHOWN = (
    *("claim_id", "subject", "predicate", "value", "unit"),
    *("modality", "rank", "source_id", "conflicts_with"),
)
_CONFLICTING = "conflicting"


def add_ledger(commands: Commands) -> None:
    """Add `clef ledger`."""
    parser = commands.add_parser(
        "ledger",
        help="print claims by entity, source, conflict or status, as text or CSV",
        description="Print the claims of a dossier as a table, by identifier. Each option narrows"
        " it down further.",
        epilog="example: clef ledger --entity id:antwerp-diamond-heist --conflict",
    )
    dossier_arguments(parser)
    parser.add_argument("--entity", metavar="NAME", help="claims that name this thing or person")
    parser.add_argument("--source", metavar="NAME", help="claims of this source")
    parser.add_argument(
        "--status",
        metavar="NAME",
        help="claims of this modality or rank, such as Alleged or Deprecated, or conflicting",
    )
    parser.add_argument(
        "--conflict",
        action="store_true",
        help="the groups of claims that conflict, side by side with their sources",
    )
    parser.add_argument("--csv", action="store_true", help=f"as CSV: {', '.join(COLUMNS)}")
    parser.set_defaults(run=_run_ledger)


def _run_ledger(arguments: argparse.Namespace) -> int:
    graph = graph_of(arguments)
    every = entries(graph)
    found = _chosen(arguments, Names(graph), every)
    groups = []
    if arguments.conflict:
        chosen = {entry.node for entry in found}
        groups = [g for g in conflict_groups(every) if not chosen.isdisjoint(e.node for e in g)]
        within = {entry.node for group in groups for entry in group}
        found = [entry for entry in every if entry.node in within]
    if arguments.csv:
        text = as_csv(found)
    elif arguments.conflict:
        text = _side_by_side(groups)
    else:
        rows = [[" ".join(entry.cells[column].split()) for column in _SHOWN] for entry in found]
        text = table(_SHOWN, rows)
    write(text.encode(), None)
    return 0


def _chosen(arguments: argparse.Namespace, names: Names, found: list[Entry]) -> list[Entry]:
    if arguments.entity:
        entity = names.find(arguments.entity, names.things(), names.entities(), where="--entity")
        found = [e for e in found if any(entity in terms for terms in e.said.values())]
    if arguments.source:
        sources = names.of_kind(iri("clef:Source"))
        source = names.find(arguments.source, sources, where="--source")
        found = [e for e in found if source in e.said[iri("clef:statedIn")]]
    if arguments.status == _CONFLICTING:
        return [e for e in found if e.conflicts]
    if arguments.status:
        hint = f"a modality or rank of the ontology, or {_CONFLICTING}"
        kinds = names.of_kind(iri("clef:Modality"), iri("clef:Rank"))
        status = names.find(arguments.status, kinds, where="--status", hint=hint)
        found = [e for e in found if any(status in terms for terms in e.said.values())]
    return found


def _side_by_side(groups: list[list[Entry]]) -> str:
    told = []
    for group in groups:
        asked = (f"{e.cells['subject']} {e.cells['predicate']}" for e in group)
        heading = " / ".join(dict.fromkeys(asked))
        told.append("\n".join([heading, *(f"  {line(entry)}" for entry in group), ""]))
    count = f"{len(groups)} group{'' if len(groups) == 1 else 's'}, {sum(map(len, groups))} claims"
    return "\n".join([*told, f"{count}\n"])
