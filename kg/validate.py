"""Own what data must look like before anything is concluded from it; not what follows from it.

Three kinds of check, one kind of finding: SHACL shapes (what one node must carry), gates (SPARQL
queries over the whole dataset that must find nothing), and the form of the files themselves.
Standard: https://www.w3.org/TR/shacl/#validation-report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import SH

from kg.files import file_findings
from kg.focus import Graph, Walk, affected, read_from, walks
from kg.load import load_file, turtle_files
from kg.model import Dataset, Finding, Term, Triple
from kg.namespaces import BASE, PREFIXES, compact, iri
from kg.terms import from_rdflib, rdflib_graph

__all__ = ["report", "validate"]


def validate(dataset: Dataset, ontology: Path, valid: Dataset | None = None) -> list[Finding]:
    """Return all that is wrong with a dataset, sorted; an empty list where nothing is.

    With `valid`, a dataset that nothing is wrong with, shapes look only at the nodes that they may
    judge otherwise there.
    """
    where = _places(dataset)
    findings = {
        *file_findings(dataset),
        *_shapes(dataset, ontology / "shapes", where, valid),
        *_gates(dataset, ontology / "gates", where),
    }
    return sorted(findings)


def report(findings: Iterable[Finding]) -> str:
    """Return findings as lines for a person, file by file."""
    return "\n".join(map(str, findings))


def _places(dataset: Dataset) -> dict[Term, str]:
    """Return the file to name for a node: a draft, else where more than its kind is said."""
    kind = iri("rdf:type")
    places: dict[Term, str] = {}
    for role in ("ontology", "data", "draft"):
        files = [file for file in dataset.files if file.role == role]
        for kinds_only in (True, False):
            for file in files:
                said = (t for t in file.triples if (t.predicate == kind) == kinds_only)
                places |= {t.subject: file.name for t in said}
    return places


def _shapes(
    dataset: Dataset, folder: Path, where: Mapping[Term, str], valid: Dataset | None = None
) -> Iterator[Finding]:
    """Find what breaks a SHACL shape; the shapes are read anew, for pySHACL changes them."""
    triples = {t for path in turtle_files(folder) for t in load_file(path).triples}
    own_shapes = {
        triple
        for file in dataset.files
        if file.role == "ontology" and "/shapes/" in file.name
        for triple in file.triples
    }
    data = [t for t in dataset.triples() if t not in own_shapes]
    before = set(valid.triples()) - own_shapes if valid else None
    nodes = None if before is None else _nodes_to_see(triples, before, set(data))
    if nodes is not None:
        every, seen = nodes
        data = list(read_from(every, seen, Graph(data)))
    shapes = rdflib_graph(triples)
    _, results, _ = pyshacl.validate(
        rdflib_graph(data), shacl_graph=shapes, inference="none", meta_shacl=False
    )
    for result in results.objects(None, SH.result):
        if nodes and from_rdflib(_required(results, result, SH.focusNode)) not in nodes[1]:
            continue  # of this node not all was there to see, and nothing has changed
        shape = results.value(result, SH.sourceShape)
        node, message = _told(results, result)
        yield Finding(where.get(node, "?"), compact(node), _check_name(shapes, shape), message)


def _nodes_to_see(
    shapes: Iterable[Triple], before: set[Triple], after: set[Triple]
) -> tuple[frozenset[Walk], frozenset[Term]] | None:
    """Return the walks of the shapes and the nodes that they judge anew; `None` for all nodes."""
    every = walks(Graph(shapes))
    nodes = affected(every, before ^ after, Graph(before | after)) if every else None
    return (every, nodes) if every and nodes is not None else None


def _told(results: rdflib.Graph, result: rdflib.term.Node) -> tuple[Term, str]:
    """Return the node at fault and what a validation result says of it."""
    node = from_rdflib(_required(results, result, SH.focusNode))
    message = str(_required(results, result, SH.resultMessage))
    path, value = results.value(result, SH.resultPath), results.value(result, SH.value)
    found = from_rdflib(value) if isinstance(value, rdflib.Literal | rdflib.URIRef) else node
    if isinstance(path, rdflib.URIRef):
        message = f"{compact(from_rdflib(path))}: {message}"
    elif (path, SH.inversePath, None) in results:
        # The shape looks from a property back at the claims that use it: the claim is at fault.
        node, found = found, node
    return node, message if found == node else f"{message} (found {compact(found)})"


def _required(
    results: rdflib.Graph, result: rdflib.term.Node, part: rdflib.URIRef
) -> rdflib.term.Node:
    value = results.value(result, part)
    assert value is not None, f"a validation result without {part}"
    return value


def _check_name(shapes: rdflib.Graph, shape: rdflib.term.Node | None) -> str:
    """Return the name of a shape, or of the node shape that a nameless property shape hangs on."""
    seen = set()
    while isinstance(shape, rdflib.BNode) and shape not in seen:
        seen.add(shape)
        shape = next(shapes.subjects(None, shape), None)
    return compact(from_rdflib(shape)) if isinstance(shape, rdflib.URIRef) else "shape"


def _gates(dataset: Dataset, folder: Path, where: Mapping[Term, str]) -> Iterator[Finding]:
    """Find what the gates find: SELECT queries with a ?node and the words of a ?message."""
    store = ox.Store()
    text = "\n".join(map(str, dataset.triples()))
    store.bulk_load(text, format=ox.RdfFormat.N_TRIPLES)
    for path in sorted(folder.glob("*.rq")):
        query = path.read_text(encoding="utf-8")
        solutions = store.query(query, base_iri=BASE, prefixes=PREFIXES)
        assert isinstance(solutions, ox.QuerySolutions)
        for solution in solutions:
            node = str(solution["node"])
            message = re.sub(r"<[^<>\s]+>", lambda m: compact(m[0]), solution["message"].value)
            yield Finding(where.get(node, "?"), compact(node), path.stem, message)
