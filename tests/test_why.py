"""Every derivation leaves as RDF, in two forms, and comes back as it was."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.errors import FormatError, InputError
from kg.export import export
from kg.model import Triple
from kg.namespaces import expand, iri
from kg.store import KnowledgeGraph
from kg.why import digest, statement

Content = dict[str, str]
Said = dict[str, tuple[str, frozenset[str]]]

PARTS = ("clef:subject", "clef:predicate", "clef:object", "clef:value")


@pytest.fixture(scope="module")
def expected(graph: KnowledgeGraph) -> Said:
    return {
        statement(triple): (iri(f"rule:{d.rule}"), frozenset(map(statement, d.premises)))
        for triple, d in graph.derivations.items()
    }


def read_back(quads: list[ox.Quad]) -> tuple[Said, Content]:
    """Return rule and premises of every statement, and its triple as text."""
    rules: dict[str, str] = {}
    premises: dict[str, set[str]] = {}
    parts: dict[str, dict[str, str]] = {}
    content: Content = {}
    for quad in quads:
        name, predicate, value = str(quad.subject), str(quad.predicate), quad.object
        if predicate == iri("clef:byRule"):
            rules[name] = str(value)
        elif predicate == iri("clef:premise"):
            premises.setdefault(name, set()).add(str(value))
        elif predicate == iri("rdf:reifies"):
            assert isinstance(value, ox.Triple)
            content[name] = f"{value.subject} {value.predicate} {value.object}"
        elif predicate in map(iri, PARTS):
            parts.setdefault(name, {})[predicate] = str(value)
    for name, found in parts.items():
        obj = found.get(iri("clef:object")) or found[iri("clef:value")]
        content[name] = f"{found[iri('clef:subject')]} {found[iri('clef:predicate')]} {obj}"
    return {n: (rules[n], frozenset(premises[n])) for n in rules}, content


@pytest.mark.parametrize("reifiers", [False, True])
@pytest.mark.parametrize(
    ("name", "rdf_format"),
    [
        ("turtle", ox.RdfFormat.TURTLE),
        ("ntriples", ox.RdfFormat.N_TRIPLES),
        ("nquads", ox.RdfFormat.N_QUADS),
        ("trig", ox.RdfFormat.TRIG),
    ],
)
def test_derivations_come_back_as_they_were(
    graph: KnowledgeGraph, expected: Said, name: str, rdf_format: ox.RdfFormat, reifiers: bool
) -> None:
    exported = export(graph, "why", name, reifiers=reifiers)
    assert exported == export(graph, "why", name, reifiers=reifiers)
    said, content = read_back(list(ox.parse(exported, format=rdf_format)))
    assert said == expected
    for triple in graph.derivations:
        if "_:" not in f"{triple.subject[:2]} {triple.object[:2]}":
            assert (
                content[statement(triple)] == f"{triple.subject} {triple.predicate} {triple.object}"
            )
    assert {p for _, premises in said.values() for p in premises} <= content.keys()


def test_every_premise_that_nothing_derives_names_who_says_it(graph: KnowledgeGraph) -> None:
    quads = list(ox.parse(export(graph, "why", "ntriples"), format=ox.RdfFormat.N_TRIPLES))
    stands = {iri("clef:restsOnSource"), iri("rdfs:isDefinedBy")}
    sourced = {str(q.subject) for q in quads if str(q.predicate) in stands}
    leaves = {p for d in graph.derivations.values() for p in d.premises} - graph.derivations.keys()
    assert len(leaves) > 500
    assert {statement(leaf) for leaf in leaves} == sourced


def test_our_rule_stands_beside_that_of_shacl(graph: KnowledgeGraph) -> None:
    quads = list(ox.parse(export(graph, "why", "ntriples"), format=ox.RdfFormat.N_TRIPLES))
    ours, shacl = (
        {(q.subject, q.object) for q in quads if str(q.predicate) == iri(name)}
        for name in ("clef:byRule", "sh:sourceRule")
    )
    assert ours == shacl
    named = {t.subject for t in graph.graphs["ontology"] if t.object == iri("clef:Rule")}
    assert {str(rule) for _, rule in ours} <= named


def test_the_name_of_a_statement_is_the_digest_of_its_triple() -> None:
    triple = Triple(*map(expand, ("id:a", "clef:basedOn", "id:b")))
    assert statement(triple) == iri(f"id:statement-{digest(triple)}")
    assert len(digest(triple)) == 16
    assert digest(triple) != digest(Triple(triple.object, triple.predicate, triple.subject))


def test_reifiers_are_refused_where_there_is_no_form_for_them(graph: KnowledgeGraph) -> None:
    with pytest.raises(FormatError, match="reifiers"):
        export(graph, "why", "rdfxml", reifiers=True)
    with pytest.raises(InputError, match="only the graph why"):
        export(graph, "claims", "turtle", reifiers=True)
