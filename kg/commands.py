"""Own the commands on dossiers and files: build, validate, query, explain, export, reason."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from kg import errors, formats, paths
from kg.alternatives import all_derivations, proofs_of
from kg.close import close, close_by_owlrl, reasons
from kg.console import (
    Commands,
    Progress,
    build_folder,
    dossier_arguments,
    graph_of,
    inputs_of,
    write,
)
from kg.explain import Witnesses, explain, steps, told, verify
from kg.export import SELECTIONS, export
from kg.load import load_file
from kg.model import Proof, Triple
from kg.namespaces import compact, expand, iri
from kg.pipeline import assess, build
from kg.query import KINDS, execute, vet
from kg.rules import rule_texts
from kg.serialize import serialize, turtle
from kg.store import KnowledgeGraph, save_snapshot
from kg.table import as_table
from kg.tell import as_json, as_text, as_triples, sentences

__all__ = ["add_build", "add_explain", "add_export", "add_query", "add_reason", "add_validate"]

_CONFLICT = iri("clef:conflictsWith")
_A_CLAIM = (iri("rdf:type"), iri("clef:Claim"))

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
    files = len(assessment.dataset.files)
    closure = assessment.meaning.closure
    claims = sum(1 for t in assessment.dataset.triples("data", "draft") if t[1:] == _A_CLAIM)
    print(f"valid: no finding and no contradiction; files: {files}, claims: {claims}")
    held = sorted({compact(t.subject) for t in closure.inferred() if t.predicate == _CONFLICT})
    if held:
        print(f"claims that conflict with another: {', '.join(held)}")
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
    name = arguments.format or ("turtle" if kind == "graph" else "table")
    if kind != "graph" and name == "table":
        answer = as_table(execute(graph_of(arguments).store, text, format_name="json")).encode()
    else:
        formats.for_name(name, kind)
        answer = execute(graph_of(arguments).store, text, format_name=name)
    write(answer, None)
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


def add_explain(commands: Commands) -> None:
    """Add `clef explain`."""
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
            name,
            metavar=name[0].upper(),
            help=f"{name}: prefix:name or an IRI"
            + (", or a literal such as 5 or '\"gold\"@en'" if name == "object" else ""),
        )
    parser.add_argument("--format", choices=("text", "json", "turtle"), default="text")
    parser.add_argument(
        "--all",
        type=int,
        nargs="?",
        const=10,
        metavar="N",
        help="print every minimal proof, the smallest first, up to N (default: 10), as text",
    )
    parser.set_defaults(run=_run_explain)


def _run_explain(arguments: argparse.Namespace) -> int:
    triple = Triple(*map(expand, (arguments.subject, arguments.predicate, arguments.object)))
    if arguments.all is not None and (arguments.all < 1 or arguments.format != "text"):
        raise errors.InputError("--all takes a number from 1 up, and is told as text")
    graph = graph_of(arguments)
    proof = explain(graph, triple)
    proofs = [proof] if arguments.all is None else _all_proofs(arguments, graph, triple)
    if proof.rule is None and not proof.origins:
        files = ", ".join(a.file for a in graph.asserted[triple])
        write(f"{told(triple)}\n\nno claim, but the editors' own word: {files}\n".encode(), None)
        return 0
    for each in proofs:
        verify(graph, each, rule_texts(paths.ontology() / "rules"))
    words = sentences(graph.graphs["ontology"])
    if arguments.format == "turtle":
        write(turtle(as_triples(proof)), None)
    elif arguments.format == "json":
        write(as_json(proof, words).encode(), None)
    else:
        write("\n".join(_told(each, words) for each in proofs).encode(), None)
    return 0


def _told(proof: Proof, words: Mapping[str, str]) -> str:
    count = len(steps(proof))
    accepted = f"{count} step{'' if count == 1 else 's'} accepted"
    return f"{as_text(proof, words)}\nproof checked: {accepted}\n"


def _all_proofs(
    arguments: argparse.Namespace, graph: KnowledgeGraph, triple: Triple
) -> list[Proof]:
    """Return every minimal proof, up to the number asked for; the dossier is interpreted anew."""
    assessment = assess(inputs_of(arguments), Progress())
    ways = all_derivations(assessment.meaning, assessment.rules)
    return list(islice(proofs_of(triple, ways, Witnesses(graph.asserted)), arguments.all))


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


# ── reason ───────────────────────────────────────────────────────────────────────────────────


def add_reason(commands: Commands) -> None:
    """Add `clef reason`."""
    parser = commands.add_parser(
        "reason",
        help="close any RDF file under OWL 2 RL",
        description="Read any RDF file and write its OWL 2 RL closure, sorted. What says nothing"
        " is left out: reflexive sameAs and subClassOf, that everything is an owl:Thing. A"
        " contradiction is explained on standard error, with exit code 3.",
        epilog="example: clef reason ontology.ttl closure.nt --explain why.ttl",
    )
    parser.add_argument("input", type=Path, metavar="INPUT", help="its suffix tells its format")
    parser.add_argument(
        "output",
        type=Path,
        metavar="OUTPUT",
        help="its suffix tells its format; - is N-Triples on standard output",
    )
    parser.add_argument(
        "--entailments-only", action="store_true", help="leave out what the input says itself"
    )
    parser.add_argument(
        "--full", action="store_true", help="write every triple that the rules give"
    )
    parser.add_argument(
        "--explain", type=Path, metavar="FILE", help="write the derivation of each inferred triple"
    )
    parser.add_argument(
        "--engine",
        choices=("clef", "owlrl"),
        default="clef",
        help="owlrl is slow and gives no proofs: for a second opinion (default: clef)",
    )
    parser.set_defaults(run=_run_reason)


def _run_reason(arguments: argparse.Namespace) -> int:
    output, explained = arguments.output, arguments.explain
    by_owlrl = arguments.engine == "owlrl"
    if by_owlrl and (explained or arguments.full):
        raise errors.InputError("owlrl gives no derivations, and no full closure to compare")
    # A suffix that means nothing is told before the work, not after it.
    name = "ntriples" if str(output) == "-" else formats.for_suffix(output.suffix, "graph").name
    explained_name = formats.for_suffix(explained.suffix, "graph").name if explained else ""
    tell = Progress()
    tell(f"reading {arguments.input}")
    file = load_file(arguments.input)
    tell(f"reasoning over {len(file.triples):,} triples")
    if by_owlrl:
        inferred = close_by_owlrl(file).difference(file.triples)
    else:
        closure = close(file)
        inferred = frozenset(closure.inferred(full=arguments.full))
        if explained:
            tell(f"explaining {len(inferred):,} triples")
            write(serialize({"": list(reasons(closure, file))}, explained_name), explained)
    asserted = () if arguments.entailments_only else file.triples
    tell(f"writing {len(asserted) + len(inferred):,} triples")
    write(serialize({"": [*asserted, *inferred]}, name), output)
    return 0
