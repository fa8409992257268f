"""The gates of the pipeline, each shown to fail on a dossier that breaks it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from reason.support import rules_used
from seed import seed_dossier

from kg import paths
from kg.errors import InconsistencyError, ValidationError
from kg.explain import explain, verify
from kg.load import load_dataset
from kg.model import Finding, Triple
from kg.namespaces import compact, expand
from kg.pipeline import Assessment, Inputs, assess, build
from kg.store import KnowledgeGraph
from kg.validate import validate

MUST_FAIL = sorted((Path(__file__).parent / "must_fail").glob("*.ttl"))
PROLOGUE = """@prefix clef: <ns#> . @prefix id: <id/> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SOURCED = 'clef:statedIn id:nationalworld-2023 ; clef:locator "here"@en ; clef:rank clef:Normal'

Draft = Callable[[str], list[Finding]]


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """Return what validation finds in the dossier with one more file."""

    def found(text: str) -> list[Finding]:
        path = tmp_path / "draft.ttl"
        path.write_text(PROLOGUE + text, encoding="utf-8")
        dataset = load_dataset(paths.ontology(), seed_dossier(), [path])
        return validate(dataset, paths.ontology())

    return found


def claim(content: str, modality: str = "Asserted") -> str:
    head = f'id:x1 a clef:Claim ; dct:identifier "X1" ; clef:modality clef:{modality}'
    return f"{head} ; {SOURCED} ; {content} ."


def triple(text: str) -> Triple:
    return Triple(*map(expand, text.split()))


def test_the_dossier_passes_every_shape_and_gate(assessment: Assessment) -> None:
    assert assessment.findings == []
    assert assessment.clashes == []
    assessment.refuse()


def test_thirteen_cases_must_fail() -> None:
    assert len(MUST_FAIL) == 13


@pytest.mark.parametrize("path", MUST_FAIL, ids=lambda path: path.stem)
def test_a_contradiction_is_refused_and_explained(path: Path) -> None:
    assessment = assess(Inputs(paths.ontology(), seed_dossier(), (path,)))
    with pytest.raises(InconsistencyError) as caught:
        assessment.refuse()
    text = str(caught.value)
    assert text.startswith("inconsistent")
    assert "contradiction" in text
    brought = {
        compact(t.subject) for f in assessment.dataset.files if f.role == "draft" for t in f.triples
    }
    assert any(f"{node} " in text for node in brought), "a proof ends in what the file brought"


@pytest.mark.parametrize(
    ("text", "node", "words"),
    [
        (
            'id:x1 a clef:Claim ; dct:identifier "X1" ; clef:subject id:antwerp-diamond-heist ;'
            ' clef:predicate clef:crewSize ; clef:value 5 ; clef:locator "here"@en ;'
            " clef:modality clef:Asserted ; clef:rank clef:Normal .",
            "id:x1",
            "source",
        ),
        (
            "id:leonardo-notarbartolo clef:ledEffort id:antwerp-diamond-heist .",
            "id:leonardo-notarbartolo",
            "Write a clef:Claim",
        ),
        (
            claim(
                "clef:subject id:leonardo-notarbartolo ; clef:predicate clef:ledEffort ;"
                " clef:object id:antwerp-diamond-heist",
                "FoundByCourt",
            ),
            "id:x1",
            "names no conviction",
        ),
        (
            claim("clef:subject id:rome ; clef:predicate clef:madeUp ; clef:value 5"),
            "id:x1",
            "no property of the ontology",
        ),
        (
            claim("clef:subject clef:Alleged ; clef:predicate clef:promotable ; clef:value true"),
            "id:x1",
            "a term of the ontology",
        ),
        (
            claim(
                "clef:subject id:rupert-everett ; clef:predicate rdf:type ;"
                " clef:object clef:Character"
            ),
            "id:x1",
            "only clef:InventedCharacter",
        ),
        (
            claim("clef:subject id:rome ; clef:predicate clef:note ; clef:object id:nobody"),
            "id:x1",
            "nothing says the kind of",
        ),
        (
            claim(
                "clef:subject id:antwerp-diamond-heist ; clef:predicate clef:crewSize ;"
                ' clef:value "five"@en'
            ),
            "id:x1",
            "write plain digits",
        ),
        (
            claim(
                'clef:subject id:rome ; clef:predicate clef:describedAs ; clef:value "x"@en ;'
                ' clef:quotation "one two three four five six seven eight nine ten eleven twelve'
                ' thirteen"@en'
            ),
            "id:x1",
            "more than twelve words",
        ),
        (
            claim(
                'clef:subject id:rome ; clef:predicate clef:describedAs ; clef:value "x"@en'
            ).replace('clef:locator "here"@en ; ', ""),
            "id:x1",
            "where in its source",
        ),
        (
            claim(
                "clef:subject id:leonardo-notarbartolo ; clef:predicate clef:acquittedOver ;"
                " clef:object id:antwerp-diamond-heist ;"
                " clef:courtFinding id:conviction-leonardo-notarbartolo",
                "FoundByCourt",
            ),
            "id:x1",
            "write a clef:Accusation",
        ),
        (
            claim(
                "clef:subject id:leonardo-notarbartolo ; clef:predicate clef:convictedIn ;"
                " clef:object id:conviction-pietro-tavano"
            ),
            "id:x1",
            "write a clef:Accusation",
        ),
        (
            'id:leonardo-notarbartolo a clef:Person ; rdfs:label "The Thief"@en .',
            "id:leonardo-notarbartolo",
            "Two labels in one language",
        ),
        (
            claim(
                "clef:subject id:conviction-leonardo-notarbartolo ;"
                " clef:predicate clef:concernsEvent ; clef:object id:antwerp-diamond-heist"
            ),
            "id:x1",
            "no property of the ontology that a claim may have",
        ),
        (
            claim(
                "clef:subject id:eld-perf-kim-rossi-stuart ;"
                " clef:predicate clef:performer ; clef:object id:leonardo-notarbartolo"
            ),
            "id:x1",
            "no property of the ontology that a claim may have",
        ),
        (
            claim(
                "clef:subject id:leonardo-notarbartolo ;"
                ' clef:predicate dct:title ; clef:value "the man who did it"@en'
            ),
            "id:x1",
            "no property of the ontology that a claim may have",
        ),
        (
            "id:conviction-leonardo-notarbartolo clef:concernsEvent id:murder .",
            "id:conviction-leonardo-notarbartolo",
            "does not state in its source",
        ),
        ('id:c0006 clef:unit "EUR" .', "id:c0006", "does not state in its source"),
        ("id:d a clef:Person ; clef:ledBy id:rome .", "id:d", "does not state in its source"),
        ("id:Rome a clef:Place .", "id:Rome", "lower-case letters"),
        (
            "id:rome <https://schema.org/sameAs> id:eld-antwerp-diamond-centre .",
            "id:rome",
            "leads to other sites",
        ),
        ('id:rome rdfs:label "a\\u0001b"@fr .', "id:rome", "control character"),
        ("clef:Alleged clef:promotable true .", "clef:Alleged", "no entity of ours"),
        ("clef:ledEffort clef:sensitive false .", "clef:ledEffort", "no entity of ours"),
        (
            "id:hurt <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> clef:ledEffort .",
            "id:hurt",
            "states an axiom",
        ),
        ("id:hurt a rdf:Property .", "id:hurt", "no kind that data can give"),
        ("id:x a clef:JusticeEvents .", "id:x", "no kind that data can give"),
        (
            "id:nameless clef:convicts id:pietro-tavano ;"
            " clef:concernsEvent id:antwerp-diamond-heist .",
            "id:nameless",
            "a node of no kind",
        ),
        ("id:lone a clef:Person .", "id:lone", "no claim and no documented node"),
        (
            claim(
                "clef:subject id:antwerp-diamond-heist ; clef:predicate clef:crewSize ;"
                ' clef:value "05"^^xsd:integer'
            ),
            "id:x1",
            'write "5"^^xsd:integer instead of',
        ),
        (
            "id:conviction-x a clef:Conviction ; clef:convicts id:pietro-tavano ;"
            " clef:concernsEvent id:antwerp-diamond-heist ; clef:modality clef:Alleged ;"
            f" {SOURCED} .",
            "id:conviction-x",
            "FoundByCourt",
        ),
        (
            claim('clef:subject id:rome ; clef:predicate clef:note ; clef:value "x"@en').replace(
                "id:nationalworld-2023", "id:no-such-source"
            ),
            "id:x1",
            "source",
        ),
        (
            "id:perf-x a clef:Performance ; clef:performer id:kim-rossi-stuart ;"
            f" clef:inWork [ ] ; clef:modality clef:Asserted ; {SOURCED} .",
            "id:perf-x",
            "blank node",
        ),
    ],
)
def test_data_that_breaks_a_gate_is_refused_with_file_node_and_message(
    draft: Draft, text: str, node: str, words: str
) -> None:
    findings = draft(text)
    found = [f for f in findings if f.node == node and words in f.message]
    assert found, f"nothing found at {node} with {words!r} in: {findings}"
    assert all(finding.file.endswith("draft.ttl") for finding in found)


def test_a_finding_refuses_the_dossier(assessment: Assessment) -> None:
    finding = Finding("draft.ttl", "id:x1", "some-gate", "is not as it should be")
    with pytest.raises(ValidationError, match=r"draft\.ttl: id:x1: is not as it should be"):
        replace(assessment, findings=[finding]).refuse()


def test_a_folder_named_shapes_hides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "shapes" / "draft.ttl"
    path.parent.mkdir()
    path.write_text(
        PROLOGUE + "id:leonardo-notarbartolo clef:ledEffort id:antwerp-diamond-heist .",
        encoding="utf-8",
    )
    found = assess(Inputs(paths.ontology(), seed_dossier(), (path,))).findings
    assert any(finding.check == "shape:Entity" for finding in found)


def test_a_conclusion_from_what_no_source_says_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data" / "dossier"
    shutil.copytree(seed_dossier(), data)
    (data / "entities" / "x.ttl").write_text(
        PROLOGUE + "id:conviction-leonardo-notarbartolo clef:concernsEvent id:rome-riot .",
        encoding="utf-8",
    )
    findings = assess(Inputs(paths.ontology(), data)).findings
    assert any(f.check == "sourced-premises" and f.file.endswith("x.ttl") for f in findings)


def test_a_source_described_twice_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data" / "dossier"
    shutil.copytree(seed_dossier(), data)
    (data / "sources" / "zz.ttl").write_text(
        PROLOGUE + "id:nationalworld-2023 a clef:Source .", encoding="utf-8"
    )
    findings = assess(Inputs(paths.ontology(), data)).findings
    assert any("a source has one file" in finding.message for finding in findings)


@pytest.fixture(scope="module")
def contradicted(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """Return the graph of the dossier with a second source that differs from the first."""
    data = tmp_path_factory.mktemp("contradicted") / "data" / "dossier"
    shutil.copytree(seed_dossier(), data)
    shutil.copy(Path(__file__).parent / "fixtures" / "second-2024.ttl", data / "sources")
    return build(Inputs(paths.ontology(), data))


@pytest.mark.parametrize(
    ("second", "first"),
    [("c9001", "c0057"), ("c9002", "c0060"), ("c9003", "c0045"), ("c9004", "c0052")],
)
def test_a_conflict_of_terms_years_bounds_and_intervals_is_proved(
    contradicted: KnowledgeGraph, rules: dict[str, str], second: str, first: str
) -> None:
    for text in (
        f"id:{second} clef:conflictsWith id:{first}",
        f"id:{first} clef:conflictsWith id:{second}",
    ):
        proof = explain(contradicted, triple(text))
        verify(contradicted, proof, rules)
        assert proof.conclusion == triple(text)
        assert rules_used(proof) & rules.keys()
        names = {term for premise in proof.premises for term in premise.conclusion or ()}
        assert {expand(f"id:{first}"), expand(f"id:{second}")} <= names


def test_where_sources_differ_neither_side_is_a_plain_fact(contradicted: KnowledgeGraph) -> None:
    about = {
        (expand("id:sentence-leonardo-notarbartolo"), expand("clef:term")),
        (expand("id:antwerp-diamond-heist"), expand("clef:crewSize")),
    }
    alone = build(Inputs(paths.ontology(), seed_dossier()))
    assert {t[:2] for t in alone.graphs["accepted"]} >= about
    assert {t[:2] for t in contradicted.graphs["accepted"]}.isdisjoint(about)


def test_a_claim_in_another_source_s_file_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data" / "dossier"
    shutil.copytree(seed_dossier(), data)
    stray = data / "sources" / "other.ttl"
    stray.write_text(
        PROLOGUE
        + 'id:other a clef:Source ; dct:title "Other"@en .'
        + claim('clef:subject id:rome ; clef:predicate clef:note ; clef:value "x"@en'),
        encoding="utf-8",
    )
    findings = assess(Inputs(paths.ontology(), data)).findings
    assert any(f.check == "one-file-per-source" and f.node == "id:x1" for f in findings)


def test_a_mastermind_by_one_paper_stays_a_claim(graph: KnowledgeGraph) -> None:
    for text in (
        "id:leonardo-notarbartolo clef:ledEffort id:antwerp-diamond-heist",
        "id:antwerp-diamond-heist clef:ledBy id:leonardo-notarbartolo",
    ):
        assert triple(text) not in graph.triples


def test_a_value_with_a_unit_or_bounds_is_not_promoted(graph: KnowledgeGraph) -> None:
    predicates = {t.predicate for t in graph.graphs["accepted"]}
    assert predicates.isdisjoint({expand("clef:lootValue"), expand("clef:occurred")})


def test_basis_is_inferred_and_nowhere_asserted(graph: KnowledgeGraph) -> None:
    basis = triple("id:everybody-loves-diamonds clef:basedOn id:antwerp-diamond-heist")
    assert [name for name, triples in graph.graphs.items() if basis in triples] == ["inferred"]


def test_what_must_not_be_concluded_is_not(graph: KnowledgeGraph) -> None:
    subjects = {(compacted.subject, compacted.predicate) for compacted in graph.triples}
    assert (expand("id:eld-john-lovegrove"), expand("clef:counterpartOf")) not in subjects
    assert (expand("id:rupert-everett"), expand("clef:portrays")) not in subjects
    sandra = {t.object for t in graph.triples if t[:2] == (expand("id:eld-sandra"), expand("a"))}
    assert sandra.isdisjoint(
        {expand("clef:CounterpartCharacter"), expand("clef:InventedCharacter")}
    )


def test_no_name_decides_the_order_of_files(tmp_path: Path) -> None:
    data = tmp_path / "data" / "antwerp-diamond-heist"
    ontology = tmp_path / "ontology"
    shutil.copytree(seed_dossier(), data)
    shutil.copytree(paths.ontology(), ontology)
    for folder in (data, ontology):
        for number, path in enumerate(sorted(folder.rglob("*.ttl"), reverse=True)):
            if path.parent.name != "shapes":
                path.rename(path.with_name(f"z{number:03}.ttl"))
    plain = build(Inputs(paths.ontology(), seed_dossier()))
    assert build(Inputs(ontology, data)).nquads == plain.nquads
