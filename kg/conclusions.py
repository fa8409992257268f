"""Own the commands that conclude and say why: explain, reason."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from kg import errors, formats, paths
from kg.alternatives import all_derivations, proofs_of
from kg.close import close, close_by_owlrl, reasons
from kg.console import Commands, Progress, dossier_arguments, graph_of, inputs_of, write
from kg.explain import denials, explain, steps, told, verify
from kg.load import load_file
from kg.model import Proof, Triple
from kg.namespaces import expand
from kg.pipeline import assess
from kg.rules import rule_texts
from kg.serialize import serialize, turtle
from kg.store import KnowledgeGraph
from kg.tell import as_denials, as_json, as_text, as_triples, sentences

__all__ = ["add_explain", "add_reason"]


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
        text = "\n".join(_told(each, words) for each in proofs)
        write(f"{text}{as_denials(denials(graph, triple))}".encode(), None)
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
    return list(islice(proofs_of(triple, ways, graph.witnesses), arguments.all))


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
