"""Own the command that adds claims to a dossier: new-claim."""

from __future__ import annotations

import argparse
import csv
import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kg import console, errors
from kg.diff import compare
from kg.diff_tell import conclusions
from kg.draft import Row, compose
from kg.explain import explain
from kg.fields import FIELDS
from kg.load import load_file, turtle_files
from kg.model import Term, Triple
from kg.namespaces import compact, iri
from kg.pipeline import Inputs, build
from kg.splice import Addition, block, splice
from kg.store import KnowledgeGraph, save_snapshot, write_whole
from kg.tell import sentences

__all__ = ["add_new_claim"]


def add_new_claim(commands: console.Commands) -> None:
    """Add `clef new-claim`."""
    parser = commands.add_parser(
        "new-claim",
        help="add a claim to the file of its source, if the whole dossier can stand with it",
        description="Add a claim to the file of its source, under the next free identifier. The"
        " whole dossier is checked with it first; where anything is wrong, no file is touched.",
        epilog="example: clef new-claim --source nationalworld-2023 --subject"
        " everybody-loves-diamonds --predicate filmedIn --object Turin --locator 'third paragraph'"
        " --quotation 'in Turin'",
    )
    console.dossier_arguments(parser)
    parser.add_argument(
        "drafts",
        nargs="?",
        type=Path,
        metavar="CSV",
        help="a table of claims of one source, its columns named as the options; an option fills"
        " the cells that are empty",
    )
    for name, field in FIELDS.items():
        parser.add_argument(f"--{name}", metavar="TEXT", help=field.help)
    parser.set_defaults(run=_run_new_claim)


def _run_new_claim(arguments: argparse.Namespace) -> int:
    inputs = console.inputs_of(arguments)
    before = inputs.digest()
    old = console.graph_of(arguments)
    addition = compose(old, _rows(arguments))
    path = _file_of(addition.source, inputs.data)
    content = splice(path.read_bytes(), addition, str(path))
    new = _built_with(replace(inputs, unsaved={path: content}), addition)
    with _alone(inputs.data):
        if inputs.digest() != before:
            raise errors.InputError(
                "the dossier was changed while the claim was checked",
                where=str(inputs.data),
                hint="run the command again; nothing was written",
            )
        write_whole(path.resolve(), content)
    console.write(_told(old, new, path, addition).encode(), None)
    save_snapshot(new, console.build_folder(arguments))
    return 0


def _rows(arguments: argparse.Namespace) -> list[Row]:
    given = {name: getattr(arguments, name.replace("-", "_")) or "" for name in FIELDS}
    if arguments.drafts is None:
        return [Row(given)]
    place = str(arguments.drafts)
    try:
        with arguments.drafts.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            names = reader.fieldnames or ()
            rows = [(reader.line_num, row) for row in reader]
    except FileNotFoundError:
        raise errors.NotFoundError("no such file", where=place) from None
    except OSError as error:
        raise errors.StorageError(f"cannot be read: {error.strerror}", where=place) from error
    except (ValueError, csv.Error) as error:
        raise errors.InputError(f"is no CSV in UTF-8: {error}", where=place) from None
    strange = [str(name) for name in names if name not in FIELDS]
    if strange or not rows or any(None in row for _, row in rows):
        raise errors.InputError(
            f"no field of a claim is called {', '.join(strange)}"
            if strange
            else "needs a line of column names, and no line may be empty or longer than it",
            where=place,
            hint=f"the columns can be: {', '.join(FIELDS)}",
        )
    return [
        Row({name: row.get(name) or given[name] for name in FIELDS}, f"{place}:{number}")
        for number, row in rows
    ]


def _file_of(source: Term, data: Path) -> Path:
    """Return the file of a source; where a built graph came from says nothing of this folder."""
    return next(path for path in turtle_files(data) if load_file(path).source == source)


def _built_with(inputs: Inputs, addition: Addition) -> KnowledgeGraph:
    """Build the graph as it would be; tell what refuses it that nothing was written."""
    try:
        return build(inputs, console.Progress())
    except (errors.ValidationError, errors.InconsistencyError) as error:
        claims = "\n".join(block(node, pairs) for node, pairs in addition.claims)
        error.hint = "\n".join(
            part
            for part in (error.hint, f"nothing was written; with this it fails:\n{claims}")
            if part
        )
        raise


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other runs from writing to a dossier between the last look at it and the writing."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _told(old: KnowledgeGraph, new: KnowledgeGraph, path: Path, addition: Addition) -> str:
    """Return what was written, what follows from it, and what holds a claim back."""
    claims = "\n".join(block(node, pairs) for node, pairs in addition.claims)
    kinds = "".join(f"{compact(t.subject)} a {compact(t.object)} .\n" for t in addition.kinds)
    words = sentences(new.graphs["ontology"])
    fates = [_fate(old, new, node, dict(pairs)) for node, pairs in addition.claims]
    parts = (
        f"written to {path}:\n",
        kinds,
        claims,
        conclusions(compare(old, new), words),
        "".join(fates),
    )
    return "\n".join(part for part in parts if part)


def _fate(old: KnowledgeGraph, new: KnowledgeGraph, node: Term, pairs: Mapping[Term, Term]) -> str:
    """Return whether what a claim says is a plain fact of the graph, or why it stays a claim."""
    said = pairs.get(iri("clef:object")) or pairs.get(iri("clef:value"))
    name = compact(node)
    if said is None or pairs.get(iri("clef:polarity"), '"true"').startswith('"false"'):
        return f"{name} stays a claim: it gives bounds, or denies\n"
    triple = Triple(pairs[iri("clef:subject")], pairs[iri("clef:predicate")], said)
    try:
        explain(new, triple)
    except errors.NotInGraphError as error:
        return f"{name} stays a claim: {error.hint}\n"
    already = " already" if triple in old.triples else ""
    return f"what {name} says is a plain fact of the graph{already}\n"
