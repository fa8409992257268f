"""Each question has its expected answer, in pyoxigraph and in rdflib, and enough need inference."""

from __future__ import annotations

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kg import paths
from kg.errors import InputError
from kg.namespaces import BASE, GRAPHS, PREFIXES, compact
from kg.query import KINDS, Dataset, execute, vet
from kg.questions import Question, load_questions
from kg.store import KnowledgeGraph
from kg.terms import from_rdflib, rdflib_graph

QUESTIONS = load_questions(paths.ontology() / "questions")
EXPECTED = Path(__file__).parent / "questions"
WITHOUT_INFERENCE = Dataset(tuple(GRAPHS[name] for name in ("ontology", "claims", "accepted")))

Rows = list[list[str]]


def answer(graph: KnowledgeGraph, question: Question, dataset: Dataset | None = None) -> Rows:
    """Return the names of the columns, then the rows, sorted, names shortened."""
    if KINDS[vet(question.text)] == "graph":
        body = execute(graph.store, question.text, format_name="ntriples", dataset=dataset)
        quads = ox.parse(body, format=ox.RdfFormat.N_TRIPLES)
        rows = [[compact(str(n)) for n in (q.subject, q.predicate, q.object)] for q in quads]
        return [["subject", "predicate", "object"], *sorted(rows)]
    body = execute(graph.store, question.text, format_name="json", dataset=dataset)
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    rows = [["" if row[n] is None else compact(str(row[n])) for n in names] for row in found]
    return [names, *sorted(rows)]


def expected(name: str) -> Rows:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_question_has_its_expected_answer(graph: KnowledgeGraph, question: Question) -> None:
    assert answer(graph, question) == expected(question.name)


def test_every_expected_answer_belongs_to_a_question() -> None:
    assert {path.stem for path in EXPECTED.glob("*.csv")} == {q.name for q in QUESTIONS}


def test_at_least_eight_questions_need_inference(graph: KnowledgeGraph) -> None:
    needy = {q.name for q in QUESTIONS if answer(graph, q, WITHOUT_INFERENCE) != answer(graph, q)}
    assert len(needy) >= 8
    assert {"q03-co-stars", "q08-who-portrays-whom", "q41-based-on"} <= needy


def test_no_claim_about_a_person_lacks_a_source(graph: KnowledgeGraph) -> None:
    (question,) = (q for q in QUESTIONS if q.name == "q28-unsourced")
    assert answer(graph, question)[1:] == []
    unsourced = ox.Store()
    unsourced.bulk_load(graph.nquads, format=ox.RdfFormat.N_QUADS)
    unsourced.update(
        "INSERT DATA { id:x a clef:Claim ; clef:subject id:pietro-tavano }", prefixes=PREFIXES
    )
    assert b"id/x" in execute(unsourced, question.text, format_name="csv")


@pytest.fixture(scope="module")
def in_rdflib(graph: KnowledgeGraph) -> rdflib.Graph:
    return rdflib_graph(graph.triples)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_rdflib_gives_the_same_answer(in_rdflib: rdflib.Graph, question: Question) -> None:
    found = in_rdflib.query(question.text, initNs=PREFIXES, base=BASE)
    if found.graph is not None:
        rows = [[compact(from_rdflib(node)) for node in triple] for triple in found.graph]
    else:
        rows = [["" if n is None else compact(from_rdflib(n)) for n in row] for row in found]
    assert sorted(rows) == expected(question.name)[1:]


def test_a_question_without_words_is_refused(tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("ASK { ?s ?p ?o }\n", encoding="utf-8")
    with pytest.raises(InputError, match="its words"):
        load_questions(tmp_path)
