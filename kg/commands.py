"""Own the commands on a dossier and its graph: build, validate, query, export."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from kg import errors, formats, paths
from kg.console import (
    Commands,
    Progress,
    build_folder,
    dossier_arguments,
    graph_of,
    inputs_of,
    write,
)
from kg.export import SELECTIONS, export
from kg.namespaces import iri
from kg.pipeline import assess, build
from kg.query import KINDS, execute, vet
from kg.store import save_snapshot
from kg.table import as_table
from kg.validate import checks

__all__ = ["add_build", "add_export", "add_query", "add_validate"]

_CONFLICT = iri("clef:conflictsWith")
_TYPE, _CLAIM, _SOURCE = iri("rdf:type"), iri("clef:Claim"), iri("clef:Source")
_SUBJECT, _PREDICATE = iri("clef:subject"), iri("clef:predicate")

# ── build, validate ──────────────────────────────────────────────────────────────────────────


def add_build(commands: Commands) -> None:
    """Add `clef build`."""
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
    graph = build(inputs_of(arguments), Progress())
    save_snapshot(graph, folder)
    counts = ", ".join(f"{name} {len(triples)}" for name, triples in graph.graphs.items())
    print(f"built {folder}, in triples: {counts} (digest {graph.digest[:12]})")
    return 0


def add_validate(commands: Commands) -> None:
    """Add `clef validate`."""
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
    assessment = assess(inputs_of(arguments, arguments.drafts), Progress())
    assessment.refuse()
    dataset = assessment.dataset
    kinds = Counter(t.object for t in dataset.triples("data", "draft") if t.predicate == _TYPE)
    print(
        f"valid: no finding and no contradiction; files: {len(dataset.files)},"
        f" claims: {kinds[_CLAIM]}, sources: {kinds[_SOURCE]}"
    )
    for kind, names in checks(paths.ontology()).items():
        print(f"{len(names)} {kind}, findings of each: {' 0, '.join(names)} 0")
    conflicting = {t for t in assessment.meaning.closure.inferred() if t.predicate == _CONFLICT}
    rivals = {t.subject for t in conflicting}
    about = {t.subject: t.object for t in dataset.triples() if t.predicate == _SUBJECT}
    asked = {t.subject: t.object for t in dataset.triples() if t.predicate == _PREDICATE}
    questions = {(about[claim], asked[claim]) for claim in rivals}
    print(
        f"{len(rivals)} claims disagree with another, in {len(conflicting) // 2} pairs"
        f" on {len(questions)} questions"
    )
    return 0


# ── query, explain, export ───────────────────────────────────────────────────────────────────


def add_query(commands: Commands) -> None:
    """Add `clef query`."""
    parser = commands.add_parser(
        "query",
        help="ask the graph in SPARQL",
        description="Answer a SPARQL query over the graph of a dossier. The prefixes clef:, id:,"
        " rdf:, rdfs:, owl:, skos:, dct:, schema:, xsd: and more are known. There is no deadline"
        " here, as there is on the server: Ctrl-C stops a query.",
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
    asked = arguments.format or ("turtle" if kind == "graph" else "table")
    tabular = kind != "graph" and asked == "table"
    name = "json" if tabular else asked
    formats.for_name(name, kind)
    answer = execute(graph_of(arguments).store_for(text), text, format_name=name)
    write(as_table(answer).encode() if tabular else answer, None)
    return 0


def _is_file(text: str) -> bool:
    """Tell whether a text names a file; a query may be too long to be a name at all."""
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def _query_text(query: str) -> str:
    if query == "-":
        return sys.stdin.read()
    if query.endswith((".rq", ".sparql")) or _is_file(query):
        try:
            return Path(query).read_text(encoding="utf-8")
        except OSError as error:
            raise errors.NotFoundError(f"cannot be read: {error.strerror}", where=query) from None
    return query


def add_export(commands: Commands) -> None:
    """Add `clef export`."""
    parser = commands.add_parser(
        "export",
        help="write the graph as Turtle, N-Triples, TriG, JSON-LD, RDF/XML or N-Quads",
        description="Write the graph, one of its named graphs, or why (every derivation: rule,"
        " premises, sources) to standard output or a file."
        " The same content always gives the same bytes.",
        epilog="example: clef export --graph inferred --format ntriples --output inferred.nt",
    )
    dossier_arguments(parser)
    parser.add_argument(
        "--format",
        metavar="NAME",
        default="turtle",
        help="turtle (default), ntriples, trig, nquads, jsonld, rdfxml",
    )
    parser.add_argument("--graph", choices=SELECTIONS, default="all", help="default: all")
    parser.add_argument(
        "--reifiers",
        action="store_true",
        help="write the graph why in the form of RDF 1.2: turtle, trig, ntriples or nquads",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    parser.set_defaults(run=_run_export)


def _run_export(arguments: argparse.Namespace) -> int:
    formats.for_name(arguments.format)
    graph, reifiers = graph_of(arguments), arguments.reifiers
    write(export(graph, arguments.graph, arguments.format, reifiers=reifiers), arguments.output)
    return 0
