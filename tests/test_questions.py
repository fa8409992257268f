"""Each question has its expected answer, in pyoxigraph and in rdflib, and enough need inference."""

from __future__ import annotations

import csv
from functools import cache
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
from kg.terms import from_rdflib, rdflib_graph, to_rdflib

QUESTIONS = load_questions(paths.ontology() / "questions")
EXPECTED = Path(__file__).parent / "questions"
WITHOUT_INFERENCE = Dataset(tuple(GRAPHS[name] for name in ("ontology", "claims", "accepted")))

# Made up, about nobody: what would have to be there for a question without an answer to have one.
WOULD_BE_FOUND = {
    "q12-many-faces": "id:y a clef:Person . id:x clef:portrays id:y . id:z clef:portrays id:y",
    "q13-composites": "id:x a clef:CompositeCharacter ; clef:counterpartOf id:y , id:z",
    "q19-not-convicted": "id:x clef:accusedOver id:antwerp-diamond-heist",
    "q28-unsourced": "id:x a clef:Claim ; clef:subject id:y . id:y a clef:Person",
}

Rows = list[list[str]]


def answer(graph: KnowledgeGraph, question: Question, dataset: Dataset | None = None) -> Rows:
    """Return the names of the columns, then the rows, sorted, names shortened."""
    if KINDS[vet(question.text)] == "graph":
        body = execute(
            graph.store_for(question.text), question.text, format_name="ntriples", dataset=dataset
        )
        quads = ox.parse(body, format=ox.RdfFormat.N_TRIPLES)
        rows = [[compact(str(n)) for n in (q.subject, q.predicate, q.object)] for q in quads]
        return [["subject", "predicate", "object"], *sorted(rows)]
    body = execute(
        graph.store_for(question.text), question.text, format_name="json", dataset=dataset
    )
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


def test_the_questions_are_sixty_or_more_and_numbered_through() -> None:
    numbers = [q.name.partition("-")[0] for q in QUESTIONS]
    assert len(set(numbers)) == len(numbers) >= 60
    assert numbers == [f"q{number:02}" for number in range(1, len(numbers) + 1)]
    assert len({q.title for q in QUESTIONS}) == len(QUESTIONS)


def test_at_least_eight_questions_need_inference(graph: KnowledgeGraph) -> None:
    needy = {q.name for q in QUESTIONS if answer(graph, q, WITHOUT_INFERENCE) != answer(graph, q)}
    assert len(needy) >= 8
    assert {"q03-co-stars", "q08-who-portrays-whom", "q41-based-on"} <= needy


def test_a_question_without_an_answer_is_listed_with_what_would_be_one() -> None:
    assert {q.name for q in QUESTIONS if not expected(q.name)[1:]} == WOULD_BE_FOUND.keys()


@pytest.mark.parametrize("name", WOULD_BE_FOUND)
def test_a_question_without_an_answer_still_looks_for_one(graph: KnowledgeGraph, name: str) -> None:
    (question,) = (q for q in QUESTIONS if q.name == name)
    store = ox.Store()
    store.bulk_load(graph.nquads, format=ox.RdfFormat.N_QUADS)
    assert execute(store, question.text, format_name="csv").count(b"\n") == 1
    store.update(f"INSERT DATA {{ {WOULD_BE_FOUND[name]} }}", prefixes=PREFIXES)
    assert execute(store, question.text, format_name="csv").count(b"\n") > 1


@pytest.fixture(scope="module")
def in_rdflib(graph: KnowledgeGraph) -> rdflib.Graph:
    return rdflib_graph(graph.triples)


@pytest.fixture(scope="module")
def proofs_in_rdflib(graph: KnowledgeGraph) -> rdflib.Dataset:
    """The named graphs with that of the proofs: slow to fill, and few questions ask for it."""
    dataset = rdflib.Dataset(default_union=True)
    node = cache(to_rdflib)
    for s, p, o, name in graph.store_for("graph/why"):
        triple = (node(str(s)), node(str(p)), node(str(o)))
        dataset.store.add(triple, dataset.graph(node(str(name))))
    return dataset


# rdflib's own engine reads the old name of the default graph where a query says GRAPH.
@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_rdflib_gives_the_same_answer(request: pytest.FixtureRequest, question: Question) -> None:
    fixture = "proofs_in_rdflib" if "GRAPH" in question.text else "in_rdflib"
    data: rdflib.Graph = request.getfixturevalue(fixture)
    found = data.query(question.text, initNs=PREFIXES, base=BASE)
    if found.graph is not None:
        rows = [[compact(from_rdflib(node)) for node in triple] for triple in found.graph]
    else:
        rows = [["" if n is None else compact(from_rdflib(n)) for n in row] for row in found]
    assert sorted(rows) == expected(question.name)[1:]


def test_a_question_without_words_is_refused(tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("ASK { ?s ?p ?o }\n", encoding="utf-8")
    with pytest.raises(InputError, match="its words"):
        load_questions(tmp_path)
