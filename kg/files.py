"""Own what a file of data may hold at all; what its claims must look like is `kg.validate`'s.

A data file speaks of entities, and only through what a shape bounds: it declares no term, states no
axiom, and says nothing of a node whose kind no closed shape describes. Else a line in a dossier
could make an allegation count as a finding, or a bare triple slip past every shape.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox

from kg.model import Dataset, Finding, SourceFile, Term, Triple
from kg.namespaces import PREFIXES, compact, iri
from kg.terms import literal_parts, to_oxigraph

__all__ = ["FILE_CHECKS", "file_findings"]

FILE_CHECKS = (
    "entities-only",
    "known-kind",
    "no-axioms",
    "no-blank-nodes",
    "one-dossier",
    "one-file-per-source",
    "pinned-literals",
    "plain-names",
    "plain-text",
)
"""The names of the checks of this module, as findings give them."""

_TYPE = iri("rdf:type")
_ENTITIES = f"<{PREFIXES['id']}"
_LABELS = frozenset(map(iri, ("rdfs:label", "skos:altLabel", "skos:prefLabel")))
_LINKS = frozenset({iri("schema:sameAs")})
_AXIOMS = tuple(f"<{PREFIXES[name]}" for name in ("rdf", "rdfs", "owl", "sh"))
_NAME = re.compile(rf"{re.escape(_ENTITIES)}[a-z0-9]+(?:-[a-z0-9]+)*>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_STATED_IN, _SOURCE = iri("clef:statedIn"), iri("clef:Source")
_DATASET = iri("dcat:Dataset")
_WITHOUT_SOURCE = frozenset(
    map(iri, ("clef:Source", "dcat:Dataset", "clef:Question", "clef:Link", "clef:Withdrawn"))
)
"""Kinds of nodes that are not stated in a source."""
_COMPARISONS = frozenset(map(iri, ("clef:Comparison", "clef:Divergence", "clef:Correspondence")))
"""Kinds of nodes that may be stated in the sources of other files: those of their two sides."""


def file_findings(dataset: Dataset) -> Iterator[Finding]:
    """Find what no file of data, or of the ontology, may hold."""
    kinds = _bounded_kinds(dataset)
    known = {
        t.subject
        for t in dataset.triples("data", "draft")
        if t.predicate == _TYPE and t.object in kinds
    }
    store = ox.Store()
    for file in dataset.files:
        for triple in file.triples:
            yield from _literal_findings(file, triple, store)
            if file.role != "ontology":
                yield from _blank_findings(file, triple)
                yield from _subject_findings(file, triple, kinds, known)
        if file.role == "data":
            yield from _source_findings(file)
        if file.role != "ontology":
            yield from _stranger_findings(file)
    yield from _twice_described(dataset)
    yield from _dossier_findings(dataset)


def _bounded_kinds(dataset: Dataset) -> frozenset[Term]:
    """Return the classes whose members a closed shape bounds, with all that is narrower."""
    narrower: dict[Term, list[Term]] = defaultdict(list)
    closed, targets = set(), []
    for subject, predicate, obj in dataset.triples("ontology"):
        if predicate == iri("rdfs:subClassOf"):
            narrower[obj].append(subject)
        elif predicate == iri("sh:closed") and obj.startswith('"true"'):
            closed.add(subject)
        elif predicate == iri("sh:targetClass"):
            targets.append((subject, obj))
    waiting = [kind for shape, kind in targets if shape in closed]
    found: set[Term] = set()
    while waiting:
        kind = waiting.pop()
        if kind not in found:
            found.add(kind)
            waiting.extend(narrower[kind])
    return frozenset(found)


def _subject_findings(
    file: SourceFile, triple: Triple, kinds: frozenset[Term], known: set[Term]
) -> Iterator[Finding]:
    """Find statements about terms, axioms, and nodes of no bounded kind."""
    subject, predicate, obj = triple
    node = compact(subject)
    if subject.startswith(_ENTITIES) and not _NAME.fullmatch(subject):
        message = "is no name of ours: use lower-case letters a to z, digits and single hyphens"
        yield Finding(file.name, node, "plain-names", message)
    elif predicate == iri("schema:sameAs") and obj.startswith(_ENTITIES):
        message = "schema:sameAs leads to other sites, not to an entity of ours"
        yield Finding(file.name, node, "no-axioms", message)
    elif not subject.startswith(_ENTITIES):
        message = "is no entity of ours: a data file speaks of id: names only, never of terms"
        yield Finding(file.name, node, "entities-only", message)
    elif predicate == _TYPE:
        if obj not in kinds:
            message = f"{compact(obj)} is no kind that data can give: use a class of the ontology"
            yield Finding(file.name, node, "known-kind", f"{message} that a closed shape describes")
    elif predicate in _LABELS:
        return
    elif predicate.startswith(_AXIOMS):
        message = f"{compact(predicate)} states an axiom: data files hold claims, not axioms"
        yield Finding(file.name, node, "no-axioms", message)
    elif subject not in known:
        message = f"{compact(predicate)} stands on a node of no kind: say what it is (a clef:…)"
        yield Finding(file.name, node, "known-kind", message)


def _blank_findings(file: SourceFile, triple: Triple) -> Iterator[Finding]:
    if "_:" in (triple.subject[:2], triple.object[:2]):
        message = f"{compact(triple.predicate)} leads to or from a blank node: give it an IRI"
        node = compact(triple.subject)
        yield Finding(
            file.name, node, "no-blank-nodes", f"{message}, so that others can speak of it"
        )


def _stranger_findings(file: SourceFile) -> Iterator[Finding]:
    """Find what a file says of a node that it does not itself state in its source."""
    own = {t.subject for t in file.triples if t.predicate == _STATED_IN}
    own |= {t.subject for t in file.triples if t.predicate == _TYPE and t.object in _WITHOUT_SOURCE}
    for triple in file.triples:
        harmless = triple.predicate == _TYPE or triple.predicate in _LABELS | _LINKS
        if triple.subject not in own and not harmless:
            node, predicate = compact(triple.subject), compact(triple.predicate)
            message = f"{predicate} is said of a node that this file does not state in its source"
            yield Finding(
                file.name, node, "one-file-per-source", f"{message}: add clef:statedIn, or a claim"
            )


def _twice_described(dataset: Dataset) -> Iterator[Finding]:
    """Find sources that two files describe: withdrawing one would leave half of it."""
    files: dict[Term, list[str]] = defaultdict(list)
    for file in dataset.files:
        if file.role == "data":
            for triple in file.triples:
                if triple[1:] == (_TYPE, _SOURCE):
                    files[triple.subject].append(file.name)
    for source, names in files.items():
        for name in sorted(names)[1:]:
            message = f"is described in {min(names)} too: a source has one file"
            yield Finding(name, compact(source), "one-file-per-source", message)


def _dossier_findings(dataset: Dataset) -> Iterator[Finding]:
    """Find a folder that is no dossier, or several at once: their claims would run together."""
    described = [
        (triple.subject, file.name)
        for file in dataset.files
        if file.role != "ontology"
        for triple in file.triples
        if triple[1:] == (_TYPE, _DATASET)
    ]
    if not described:
        message = "no file says what this dossier is about: write dossier.ttl, with a dcat:Dataset"
        hint = f"{message}, or name the folder that holds it"
        yield Finding("dossier.ttl", compact(_DATASET), "one-dossier", hint)
    for node, name in described[1:]:
        message = f"is a dossier beside {compact(described[0][0])} in {described[0][1]}"
        yield Finding(name, compact(node), "one-dossier", f"{message}: name the folder of one")


def _literal_findings(file: SourceFile, triple: Triple, store: ox.Store) -> Iterator[Finding]:
    """Find literals that the store would rewrite, or that XML cannot hold."""
    if not triple.object.startswith('"'):
        return
    if _CONTROL.search(literal_parts(triple.object)[0]):
        message = "holds a control character, which XML cannot: remove it"
        yield Finding(file.name, compact(triple.subject), "plain-text", message)
    if "^^" not in triple.object:
        return
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), to_oxigraph(triple.object)))
    kept = str(next(iter(store)).object)
    store.clear()
    if kept != triple.object:
        message = f"write {compact(kept)} instead of {compact(triple.object)}: queries would answer"
        node = compact(triple.subject)
        yield Finding(file.name, node, "pinned-literals", f"{message} with the first form")


def _source_findings(file: SourceFile) -> Iterator[Finding]:
    """Find claims and documented nodes that stand in another source's file."""
    held = compact(file.source) if file.source else "no source"
    compared = {
        t.subject for t in file.triples if t.predicate == _TYPE and t.object in _COMPARISONS
    }
    for subject, predicate, obj in file.triples:
        if predicate == _STATED_IN and obj != file.source and subject not in compared:
            message = f"is stated in {compact(obj)}, but this file holds {held}"
            yield Finding(
                file.name,
                compact(subject),
                "one-file-per-source",
                f"{message}: move it to the file of its source",
            )
