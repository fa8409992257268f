"""After a change, shapes look at few nodes, and find what they would find if they saw all."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kg import paths, validate
from kg.focus import Graph, affected, walks
from kg.load import load_file, ordered, turtle_files
from kg.model import Dataset, SourceFile, Triple
from kg.namespaces import iri
from kg.pipeline import Assessment

SHAPES = paths.ontology() / "shapes"
P, Q, R = "<urn:p>", "<urn:q>", "<urn:r>"


def found(dataset: Dataset, valid: Dataset | None) -> list[str]:
    return sorted(map(str, validate._shapes(dataset, SHAPES, {}, valid)))


def mutated(dataset: Dataset, chance: random.Random) -> Dataset:
    """Return a dataset with some triples of a source left out, moved to another node, or added."""
    files = list(dataset.files)
    at = chance.choice([n for n, file in enumerate(files) if file.role == "data" and file.source])
    triples = list(files[at].triples)
    for _ in range(chance.randint(1, 3)):
        subject, predicate, obj = triples.pop(chance.randrange(len(triples)))
        other = chance.choice(triples)
        triples += chance.choice(
            [
                [],
                [Triple(other.subject, predicate, obj)],
                [Triple(subject, other.predicate, other.object)],
                [Triple(subject, predicate, obj), Triple(subject, predicate, other.object)],
            ]
        )
    file = files[at]
    files[at] = SourceFile(file.name, file.role, "changed", tuple(triples), file.source)
    return ordered(files)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_found_is_what_a_look_at_all_nodes_finds(assessment: Assessment, seed: int) -> None:
    valid = assessment.dataset
    changed = mutated(valid, random.Random(seed))  # noqa: S311
    assert found(changed, valid) == found(changed, None)


def test_the_walks_of_our_shapes_are_all_known() -> None:
    every = walks(Graph(t for path in turtle_files(SHAPES) for t in load_file(path).triples))
    assert every
    assert ((iri("clef:statedIn"), True), (iri("rdf:type"), True)) in every
    assert ((iri("clef:predicate"), False), (iri("clef:value"), True)) in every


def shape(*lines: str, folder: Path) -> Graph:
    path = folder / "shape.ttl"
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <urn:> .\n"
    path.write_text(head + ":s sh:targetClass :C ; " + " ; ".join(lines) + " .")
    return Graph(load_file(path).triples)


@pytest.mark.parametrize(
    ("line", "walk"),
    [
        ("sh:property [ sh:path :p ]", ((P, True),)),
        ("sh:property [ sh:path [ sh:inversePath :p ] ]", ((P, False),)),
        ("sh:property [ sh:path ( :p [ sh:inversePath ( :q :r ) ] ) ]",
         ((P, True), (R, False), (Q, False))),
        ("sh:property [ sh:path [ sh:alternativePath ( :p :q ) ] ]", ((Q, True),)),
        ("sh:property [ sh:path :p ; sh:node [ sh:property [ sh:path :q ] ] ]",
         ((P, True), (Q, True))),
        ("sh:or ( [ sh:property [ sh:path :p ; sh:class :D ] ] )",
         ((P, True), (iri("rdf:type"), True))),
        ("sh:property [ sh:path :p ; sh:equals :q ]", ((Q, True),)),
        ("sh:property [ sh:path :p ; sh:node [ sh:closed true ] ]", ((P, True), (None, True))),
        ("sh:targetObjectsOf :q", ((Q, False),)),
    ],
)  # fmt: skip
def test_walks(line: str, walk: tuple[tuple[str | None, bool], ...], tmp_path: Path) -> None:
    assert walk in (walks(shape(line, folder=tmp_path)) or ())


@pytest.mark.parametrize(
    "line",
    [
        "sh:sparql [ sh:select '' ]",
        "sh:property [ sh:path [ sh:zeroOrMorePath :p ] ]",
        "sh:property [ sh:path :p ; sh:qualifiedValueShapesDisjoint true ]",
        "sh:target [ ]",
    ],
)
def test_a_shape_that_reads_in_another_way_makes_all_nodes_seen(line: str, tmp_path: Path) -> None:
    assert walks(shape(line, folder=tmp_path)) is None


def test_a_change_of_classes_makes_all_nodes_seen() -> None:
    axiom = Triple("<urn:C>", iri("rdfs:subClassOf"), "<urn:D>")
    assert affected(frozenset({((P, True),)}), [axiom], Graph([axiom])) is None


def test_nodes_are_found_back_along_the_walk() -> None:
    graph = Graph(
        [
            Triple("<urn:a>", P, "<urn:b>"),
            Triple("<urn:b>", Q, "<urn:c>"),
            Triple("<urn:x>", Q, "<urn:y>"),
        ]
    )
    every = frozenset({((P, True), (Q, True))})
    assert affected(every, [Triple("<urn:b>", Q, "<urn:c>")], graph) == {"<urn:a>"}
    assert affected(every, [Triple("<urn:x>", Q, "<urn:y>")], graph) == set()
