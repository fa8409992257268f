"""Own the command `clef`: its arguments, what it prints and its exit codes.

Exit codes: 0 done · 1 a fault in Clef itself · 2 wrong arguments, or a file that cannot be used
· 3 inconsistent · 4 data that is not well formed or breaks a shape or gate · 5 a query that was
not answered · 6 the triple is not in the graph · 7 a file that could not be written or read back
· 8 a proof that its checker rejects.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from kg import errors, formats, paths
from kg.close import close, close_by_owlrl
from kg.explain import explain, steps, verify
from kg.export import SELECTIONS, export
from kg.load import load_file
from kg.model import Triple
from kg.namespaces import expand, iri
from kg.pipeline import Inputs, assess, build, open_or_build
from kg.query import KINDS, execute, vet
from kg.rules import rule_texts
from kg.serialize import turtle
from kg.store import KnowledgeGraph, save_snapshot, write_whole
from kg.table import as_table
from kg.tell import as_json, as_text, as_triples, sentences

__all__ = [
    "EXIT_CODES",
    "Command",
    "Commands",
    "build_folder",
    "dossier_arguments",
    "graph_of",
    "main",
]

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
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
    errors.NotInGraphError: 6,
    errors.StorageError: 7,
    errors.ProofError: 8,
}


def main(argv: Sequence[str] | None = None, *, more: Sequence[Command] = ()) -> int:
    """Run the command line and return its exit code; `more` adds commands from other packages."""
    # A closed pipe ends this program quietly, as it ends other tools; Ctrl-C stops the engine too.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    arguments = _parser(more).parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except errors.ClefError as error:
        print(f"clef: {error}", file=sys.stderr)
        return EXIT_CODES[type(error)]
    return code


def _parser(more: Sequence[Command]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clef",
        description="Ask of a film or series: what is fact, what is fiction, who says so, and why.",
        epilog=(__doc__ or "").partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_build, _validate, _query, _explain, _export, _reason, *more):
        add(commands)
    return parser


def dossier_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of every command that works on a dossier."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=paths.dossier(),
        help="folder of the dossier (default: the one that comes with Clef)",
    )
    parser.add_argument(
        "--build",
        type=Path,
        metavar="DIR",
        help="folder of the built graph (default: build/<name of the dossier>)",
    )


def build_folder(arguments: argparse.Namespace) -> Path:
    """Return the folder of the built graph that the arguments name."""
    named: Path | None = arguments.build
    return named or Path("build") / arguments.data.resolve().name


class _Progress:
    """Tells on a terminal what takes over a second; says nothing in a pipe."""

    def __init__(self) -> None:
        self._stage = ""
        self._due = False
        self._timer = threading.Timer(1.0, self._start)
        self._timer.daemon = True
        if sys.stderr.isatty():
            self._timer.start()

    def __call__(self, stage: str) -> None:
        self._stage = stage
        self._print()

    def _start(self) -> None:
        self._due = True
        self._print()

    def _print(self) -> None:
        if self._due and self._stage:
            print(f"clef: {self._stage} …", file=sys.stderr)


def _inputs(arguments: argparse.Namespace, extra: Sequence[Path] = ()) -> Inputs:
    return Inputs(paths.ontology(), arguments.data, tuple(extra))


def graph_of(arguments: argparse.Namespace) -> KnowledgeGraph:
    """Return the graph that the arguments name, built anew only if its inputs changed."""
    return open_or_build(_inputs(arguments), build_folder(arguments), _Progress())


CLAIM = (iri("rdf:type"), iri("clef:Claim"))


def _write(content: bytes, target: Path | None) -> None:
    """Write to a file, whole or not at all, or to standard output."""
    if target is None or str(target) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write_whole(target, content)


# ── build, validate ──────────────────────────────────────────────────────────────────────────


def _build(commands: Commands) -> None:
    parser = commands.add_parser(
        "build",
        help="build the graph of a dossier: load, validate, reason, write a snapshot",
        description="Build the graph of a dossier and write it as a snapshot. Nothing is written"
        " unless all of it is well formed, passes every shape and gate, and is consistent.",
        epilog="example: clef build --data data/antwerp-diamond-heist",
    )
    dossier_arguments(parser)
    parser.set_defaults(run=_run_build)


def _run_build(arguments: argparse.Namespace) -> int:
    folder = build_folder(arguments)
    graph = build(_inputs(arguments), _Progress())
    save_snapshot(graph, folder)
    counts = ", ".join(f"{len(triples)} {name}" for name, triples in graph.graphs.items())
    print(f"built {folder}: {counts} (digest {graph.digest[:12]})")
    return 0


def _validate(commands: Commands) -> None:
    parser = commands.add_parser(
        "validate",
        help="check a dossier, with drafts on top, and print all that is wrong",
        description="Check a dossier against the shapes and the gates and for contradictions, and"
        " print all that is wrong: file, node, what and how to mend it. Nothing is written.",
        epilog="example: clef validate draft.ttl (the dossier with one more file)",
    )
    dossier_arguments(parser)
    parser.add_argument(
        "drafts", nargs="*", type=Path, metavar="FILE", help="check with these files on top"
    )
    parser.set_defaults(run=_run_validate)


def _run_validate(arguments: argparse.Namespace) -> int:
    assessment = assess(_inputs(arguments, arguments.drafts), _Progress())
    assessment.refuse()
    files = len(assessment.dataset.files)
    claims = sum(1 for t in assessment.dataset.triples("data", "draft") if t[1:] == CLAIM)
    print(f"valid: {files} files, {claims} claims, no finding and no contradiction")
    return 0


# ── query, explain, export ───────────────────────────────────────────────────────────────────


def _query(commands: Commands) -> None:
    parser = commands.add_parser(
        "query",
        help="ask the graph in SPARQL",
        description="Answer a SPARQL query over the graph of a dossier. The prefixes clef:, id:,"
        " rdf:, rdfs:, owl:, skos:, dct:, schema:, xsd: and more are known.",
        epilog='example: clef query "SELECT ?w WHERE { ?w clef:basedOn id:antwerp-diamond-heist }"',
    )
    dossier_arguments(parser)
    parser.add_argument(
        "query",
        nargs="?",
        default="-",
        metavar="QUERY",
        help="the query, the name of a file that holds it, or - for standard input (default)",
    )
    parser.add_argument(
        "--format",
        metavar="NAME",
        help="table (default), json, csv, tsv, xml; for CONSTRUCT turtle (default), ntriples,"
        " rdfxml, jsonld",
    )
    parser.set_defaults(run=_run_query)


def _run_query(arguments: argparse.Namespace) -> int:
    text = _query_text(arguments.query)
    kind = KINDS[vet(text)]
    name = arguments.format or ("turtle" if kind == "graph" else "table")
    if kind != "graph" and name == "table":
        answer = as_table(execute(graph_of(arguments).store, text, format_name="json")).encode()
    else:
        formats.for_name(name, kind)
        answer = execute(graph_of(arguments).store, text, format_name=name)
    _write(answer, None)
    return 0


def _query_text(query: str) -> str:
    if query == "-":
        return sys.stdin.read()
    if query.endswith((".rq", ".sparql")) or ("\n" not in query and Path(query).is_file()):
        try:
            return Path(query).read_text(encoding="utf-8")
        except OSError as error:
            raise errors.NotFoundError(f"cannot be read: {error.strerror}", where=query) from None
    return query


def _explain(commands: Commands) -> None:
    parser = commands.add_parser(
        "explain",
        help="show why a triple is in the graph, down to the words of a source",
        description="Print the proof of a triple, from its conclusion to the claims, axioms and"
        " sources it rests on, after the independent checker has accepted it.",
        epilog="example: clef explain id:everybody-loves-diamonds clef:basedOn"
        " id:antwerp-diamond-heist",
    )
    dossier_arguments(parser)
    for name in ("subject", "predicate", "object"):
        parser.add_argument(
            name, metavar=name[0].upper(), help=f"{name}: prefix:name, an IRI, or a literal"
        )
    parser.add_argument("--format", choices=("text", "json", "turtle"), default="text")
    parser.set_defaults(run=_run_explain)


def _run_explain(arguments: argparse.Namespace) -> int:
    triple = Triple(*map(expand, (arguments.subject, arguments.predicate, arguments.object)))
    graph = graph_of(arguments)
    proof = explain(graph, triple)
    verify(graph, proof, rule_texts(paths.ontology() / "rules"))
    words = sentences(graph.graphs["ontology"])
    if arguments.format == "turtle":
        _write(turtle(as_triples(proof)), None)
    elif arguments.format == "json":
        _write(as_json(proof, words).encode(), None)
    else:
        found = len(steps(proof))
        _write(f"{as_text(proof, words)}\nproof checked: {found} steps accepted\n".encode(), None)
    return 0


def _export(commands: Commands) -> None:
    parser = commands.add_parser(
        "export",
        help="write the graph as Turtle, N-Triples, TriG, JSON-LD, RDF/XML or N-Quads",
        description="Write the graph, or one of its named graphs, to standard output or a file."
        " The same content always gives the same bytes.",
        epilog="example: clef export --graph inferred --format ntriples --output inferred.nt",
    )
    dossier_arguments(parser)
    parser.add_argument("--format", metavar="NAME", default="turtle", help="default: turtle")
    parser.add_argument("--graph", choices=SELECTIONS, default="all", help="default: all")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    parser.set_defaults(run=_run_export)


def _run_export(arguments: argparse.Namespace) -> int:
    formats.for_name(arguments.format)
    _write(export(graph_of(arguments), arguments.graph, arguments.format), arguments.output)
    return 0


# ── reason ───────────────────────────────────────────────────────────────────────────────────


def _reason(commands: Commands) -> None:
    parser = commands.add_parser(
        "reason",
        help="close any RDF file under OWL 2 RL",
        description="Read any RDF file and write its OWL 2 RL closure as sorted N-Triples. A"
        " contradiction is explained on standard error, with exit code 3.",
        epilog="example: clef reason ontology.ttl closure.nt",
    )
    parser.add_argument(
        "input", type=Path, metavar="INPUT", help="a file whose suffix tells its format"
    )
    parser.add_argument(
        "output", type=Path, metavar="OUTPUT", help="a file, or - for standard output"
    )
    parser.add_argument(
        "--engine",
        choices=("clef", "owlrl"),
        default="clef",
        help="owlrl is slow and gives no proofs: for a second opinion (default: clef)",
    )
    parser.set_defaults(run=_run_reason)


def _run_reason(arguments: argparse.Namespace) -> int:
    tell = _Progress()
    tell(f"reading {arguments.input}")
    file = load_file(arguments.input)
    tell("reasoning")
    closed = close_by_owlrl(file) if arguments.engine == "owlrl" else close(file)
    _write("".join(f"{triple}\n" for triple in sorted(closed)).encode(), arguments.output)
    return 0
