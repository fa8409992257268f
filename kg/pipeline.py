"""Own the way from files to a graph: load, validate, interpret, refuse on a clash, publish."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg import rules
from kg.errors import NotFoundError, StorageError, ValidationError
from kg.explain import clash_proof, told
from kg.interpret import Interpretation, interpret
from kg.load import load_dataset
from kg.model import Dataset, Derivation, Finding, Proof, Triple
from kg.namespaces import BASE, compact, iri
from kg.store import KnowledgeGraph, load_snapshot, read_manifest, save_snapshot
from kg.tell import refusal, sentences
from kg.terms import literal_parts
from kg.validate import report, validate
from kg.witnesses import Attribution, Witnesses

__all__ = [
    "Assessment",
    "Inputs",
    "assess",
    "build",
    "judge",
    "open_or_build",
    "publish",
    "reread",
    "title",
]


def _say_nothing(_stage: str) -> None:
    """Do nothing: nobody watches."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a graph is built from: the folders of an ontology and a dossier, and further files.

    `unsaved` is the content to take for files of the dossier in place of what is on disk.
    """

    ontology: Path
    data: Path
    extra: tuple[Path, ...] = ()
    unsaved: Mapping[Path, bytes] = field(default_factory=dict)

    def digest(self) -> str:
        """Return the SHA-256 of every input file, of this code and of the base IRI."""
        total = hashlib.sha256(BASE.encode())
        roots = (self.ontology, self.data, Path(__file__).parent)
        files = {
            path for root in roots for s in ("ttl", "rq", "py") for path in root.rglob(f"*.{s}")
        }
        for path in (*sorted(files), *self.extra):
            try:
                written = self.unsaved.get(path)
                content = hashlib.sha256(path.read_bytes() if written is None else written)
            except FileNotFoundError:
                raise NotFoundError("no such file", where=str(path)) from None
            except OSError as error:
                raise StorageError(f"cannot be read: {error}", where=str(path)) from error
            total.update(f"{path.name} {content.hexdigest()}\n".encode())
        return total.hexdigest()


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that was found about a dataset: its closure, what is wrong with it, what clashes."""

    dataset: Dataset
    rules: Mapping[str, rules.Rule]
    findings: list[Finding]
    meaning: Interpretation
    clashes: list[Proof]

    def refuse(self) -> None:
        """Raise `InconsistencyError` or `ValidationError` unless the dataset can be published."""
        problems = report(self.findings)
        if self.clashes:
            words = sentences(self.dataset.triples("ontology"))
            raise refusal(self.clashes, words, f"\nAlso found:\n{problems}" if problems else "")
        if self.findings:
            count = len(self.findings)
            raise ValidationError(f"{count} finding{'s' if count > 1 else ''}\n{problems}")


def assess(inputs: Inputs, tell: Callable[[str], None] = _say_nothing) -> Assessment:
    """Load, validate and interpret; `tell` is called with each stage as it begins."""
    tell("reading the files")
    dataset = load_dataset(inputs.ontology, inputs.data, inputs.extra, unsaved=inputs.unsaved)
    tell("checking shapes and gates")
    findings = validate(dataset, inputs.ontology)
    tell("reasoning")
    texts = rules.load_rules(inputs.ontology / "rules", dataset.triples("ontology"))
    return judge(dataset, texts, interpret(dataset, texts), findings)


def reread(inputs: Inputs) -> Assessment:
    """Return the assessment of inputs that a graph was published from: nothing is judged anew."""
    dataset = load_dataset(inputs.ontology, inputs.data, inputs.extra)
    texts = rules.load_rules(inputs.ontology / "rules", dataset.triples("ontology"))
    return Assessment(dataset, texts, [], interpret(dataset, texts), [])


def judge(
    dataset: Dataset,
    texts: Mapping[str, rules.Rule],
    meaning: Interpretation,
    findings: Iterable[Finding],
) -> Assessment:
    """Add to the findings about a dataset what shows only once it has been interpreted."""
    every = sorted({*findings, *_unsourced(dataset, meaning)})
    return Assessment(dataset, texts, every, meaning, _clashes(dataset, meaning))


def _unsourced(dataset: Dataset, meaning: Interpretation) -> Iterator[Finding]:
    """Find asserted triples that a conclusion rests on and no source stands behind."""
    asserted = _attributions(dataset)
    witnesses = Witnesses(asserted)
    derivation = derivation_in(meaning)
    found = {derivation(triple) for triple in (*meaning.accepted, *meaning.closure.inferred())}
    for premise in {p for d in found if d for p in d.premises}:
        if premise in asserted and not witnesses.origins(premise):
            message = f"{told(premise)} carries a conclusion, and no source says it"
            where = asserted[premise][0].file
            yield Finding(where, compact(premise.subject), "sourced-premises", message)


def build(inputs: Inputs, tell: Callable[[str], None] = _say_nothing) -> KnowledgeGraph:
    """Return the graph of a dossier; raise the errors of `load`, or refuse as `Assessment` does."""
    digest = inputs.digest()
    assessment = assess(inputs, tell)
    assessment.refuse()
    name = title(assessment.dataset) or inputs.data.resolve().name
    return publish(assessment, name, digest)


def title(dataset: Dataset) -> str:
    """Return the English title of the dossier, as its own file gives it."""
    data = set(dataset.triples("data"))
    dossiers = {t.subject for t in data if t[1:] == (iri("rdf:type"), iri("dcat:Dataset"))}
    titles = [t.object for t in sorted(data) if t[:2] in {(d, iri("dct:title")) for d in dossiers}]
    return next((literal_parts(t)[0] for t in titles if t.endswith("@en")), "")


def open_or_build(
    inputs: Inputs, folder: Path, tell: Callable[[str], None] = _say_nothing
) -> KnowledgeGraph:
    """Return the graph in a snapshot folder, built anew and saved there if its inputs changed."""
    if read_manifest(folder).get("inputs") == inputs.digest():
        try:
            return load_snapshot(folder)
        except (NotFoundError, StorageError):
            tell("the snapshot is damaged: building it anew")
    graph = build(inputs, tell)
    save_snapshot(graph, folder)
    return graph


def derivation_in(meaning: Interpretation) -> Callable[[Triple], Derivation | None]:
    """Return the lookup of derivations: what a claim was accepted for before what follows."""
    heard = frozenset(meaning.heard)

    def derivation(triple: Triple) -> Derivation | None:
        accepted = meaning.accepted.get(triple)
        # Only what rests on asserted triples alone can take the place of what the engine recorded
        # without a risk of coming back to itself.
        if accepted and heard.issuperset(accepted.premises):
            return accepted
        return meaning.closure.derivation(triple) if triple in meaning.closure else None

    return derivation


def _attributions(dataset: Dataset) -> dict[Triple, tuple[Attribution, ...]]:
    found: dict[Triple, list[Attribution]] = defaultdict(list)
    for file in dataset.files:
        attribution = Attribution(file.name, file.source)
        for triple in file.triples:
            found[triple].append(attribution)
    return {t: tuple(sorted(group, key=lambda a: a.file)) for t, group in found.items()}


def _clashes(dataset: Dataset, meaning: Interpretation) -> list[Proof]:
    clashes = meaning.closure.clashes()
    if not clashes:
        return []
    # Here even a file that no source stands behind must be named: it may be the one to mend.
    named = [replace(f, source=f.source or f"<file:{f.name}>") for f in dataset.files]
    witnesses = Witnesses(_attributions(Dataset(tuple(named))))
    derivation = derivation_in(meaning)
    return [clash_proof(clash, derivation, witnesses) for clash in clashes]


def publish(assessment: Assessment, dossier: str, digest: str) -> KnowledgeGraph:
    """Return the graph of an assessment that does not refuse."""
    meaning = assessment.meaning
    asserted = _attributions(assessment.dataset)
    accepted = sorted(meaning.accepted.keys() - asserted.keys())
    inferred = sorted(set(meaning.closure.inferred()) - meaning.accepted.keys() - asserted.keys())
    derivation = derivation_in(meaning)
    recorded = ((triple, derivation(triple)) for triple in (*accepted, *inferred))
    return KnowledgeGraph(
        dossier=dossier,
        inputs=digest,
        graphs={
            "ontology": tuple(sorted(assessment.dataset.triples("ontology"))),
            "claims": tuple(sorted(assessment.dataset.triples("data", "draft"))),
            "accepted": tuple(accepted),
            "inferred": tuple(inferred),
        },
        asserted=asserted,
        derivations={triple: found for triple, found in recorded if found is not None},
    )
