"""The same triples give the same bytes, in every format, and come back as the same graph."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
import rdflib

from kg.errors import FormatError, InputError
from kg.export import export
from kg.formats import offered
from kg.model import Triple
from kg.namespaces import GRAPHS, expand
from kg.serialize import serialize, turtle
from kg.store import KnowledgeGraph
from kg.terms import rdflib_graph

FORMATS = sorted({row.name for kind in ("graph", "dataset") for row in offered(kind)})

AWKWARD = {
    Triple("<urn:s>", "<urn:p>", obj)
    for obj in (
        '"a \\"quoted\\" word\\nand a line"@en',
        '"01"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"-7"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        '"abc"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
        '"x"^^<urn:datatype>',
        '"back\\\\slash"',
        "<http://example.org/with(brackets)>",
        "<http://www.w3.org/2002/07/owl#a.b.>",
        "_:shared",
        "_:loop",
        "_:empty",
        "_:list",
    )
} | {
    Triple("<urn:t>", "<urn:p>", "_:shared"),
    Triple("_:shared", "<urn:p>", '"v"'),
    Triple("_:loop", "<urn:p>", "_:pool"),
    Triple("_:pool", "<urn:p>", "_:loop"),
    Triple("_:top", "<urn:p>", "_:inner"),
    Triple("_:inner", "<urn:p>", '"w"'),
    Triple("_:list", expand("rdf:first"), '"1"'),
    Triple("_:list", expand("rdf:rest"), "_:tail"),
    Triple("_:tail", expand("rdf:first"), "_:member"),
    Triple("_:member", "<urn:p>", '"m"'),
    Triple("_:tail", expand("rdf:rest"), expand("rdf:nil")),
    Triple("<urn:s>", "<urn:q>", "_:openlist"),
    Triple("_:openlist", expand("rdf:first"), '"1"'),
    Triple("_:openlist", expand("rdf:rest"), "_:nowhere"),
}


def canonical(quads: object) -> ox.Dataset:
    dataset = ox.Dataset(quads)  # type: ignore[arg-type]  # an iterator of quads
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def parsed(content: bytes, rdf_format: ox.RdfFormat) -> ox.Dataset:
    return canonical(ox.parse(content, format=rdf_format))


@pytest.mark.parametrize("name", FORMATS)
def test_shuffled_triples_give_the_same_bytes(graph: KnowledgeGraph, name: str) -> None:
    triples = [*graph.graphs["inferred"], *graph.graphs["ontology"]]
    first = serialize({GRAPHS["inferred"]: triples}, name)
    random.Random(1).shuffle(triples)  # noqa: S311  # no secret, a shuffle
    assert serialize({GRAPHS["inferred"]: [*triples, triples[0]]}, name) == first


def test_turtle_says_the_same_in_two_parsers(graph: KnowledgeGraph) -> None:
    content = export(graph, "all", "turtle")
    ours = parsed("\n".join(map(str, graph.triples)).encode(), ox.RdfFormat.N_TRIPLES)
    assert parsed(content, ox.RdfFormat.TURTLE) == ours
    by_rdflib = rdflib.Graph().parse(data=content, format="turtle")
    assert len(by_rdflib) == len(graph.triples)
    written = by_rdflib.serialize(format="nt").encode()
    assert parsed(written, ox.RdfFormat.N_TRIPLES) == ours


def test_awkward_terms_and_blank_nodes_survive_turtle() -> None:
    content = turtle(AWKWARD)
    assert parsed(content, ox.RdfFormat.TURTLE) == parsed(
        "\n".join(map(str, AWKWARD)).encode(), ox.RdfFormat.N_TRIPLES
    )
    assert len(rdflib.Graph().parse(data=content, format="turtle")) == len(AWKWARD)
    assert len(rdflib_graph(AWKWARD)) == len(AWKWARD)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("selection", [*GRAPHS, "all"])
def test_every_export_comes_back_whole(graph: KnowledgeGraph, name: str, selection: str) -> None:
    content = export(graph, selection, name)
    row = next(row for kind in ("graph", "dataset") for row in offered(kind) if row.name == name)
    assert isinstance(row.engine, ox.RdfFormat)
    read = ox.parse(content, format=row.engine)
    names = GRAPHS if selection == "all" else [selection]
    if row.engine.supports_datasets:
        assert len(set(read)) == sum(len(graph.graphs[n]) for n in names)
    else:
        assert len(set(read)) == len({t for n in names for t in graph.graphs[n]})


def counted_by_rdflib(content: bytes, media_type: str) -> int:
    """Return how many triples, or quads, rdflib reads."""
    dataset = rdflib.Dataset()
    dataset.parse(data=content, format=media_type)
    return len(dataset)


RDFLIB_CALLS_ITS_OLD_NAMES = pytest.mark.filterwarnings(
    "ignore:Dataset:DeprecationWarning", "ignore:ConjunctiveGraph:DeprecationWarning"
)


@RDFLIB_CALLS_ITS_OLD_NAMES
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("selection", ["claims", "inferred", "all"])
def test_two_parsers_read_as_many_triples(small: KnowledgeGraph, name: str, selection: str) -> None:
    content = export(small, selection, name)
    row = next(row for kind in ("graph", "dataset") for row in offered(kind) if row.name == name)
    assert isinstance(row.engine, ox.RdfFormat)
    by_oxigraph = len(set(ox.parse(content, format=row.engine)))
    assert counted_by_rdflib(content, row.media_type) == by_oxigraph > 100


@RDFLIB_CALLS_ITS_OLD_NAMES
def test_a_triple_that_an_export_loses_is_noticed(small: KnowledgeGraph) -> None:
    content = export(small, "claims", "ntriples")
    shorter = b"\n".join(content.split(b"\n")[1:])
    held = len(small.graphs["claims"])
    assert counted_by_rdflib(content, "application/n-triples") == held
    assert counted_by_rdflib(shorter, "application/n-triples") == held - 1


def test_claims_are_grouped_under_headings_and_in_the_order_of_their_numbers(
    graph: KnowledgeGraph,
) -> None:
    text = export(graph, "claims", "turtle").decode()
    headings = [line.strip("# ─") for line in text.split("\n") if line.startswith("# ──")]
    assert headings[0] == "Ontologies and datasets"
    assert headings.index("Sources") < headings.index("Claims")
    assert text.index("id:c0009 a") < text.index("id:c0010 a") < text.index("id:c0682 a")
    assert "id:c0045 a clef:Claim ;\n" in text
    assert max(map(len, text.split("\n"))) < 320


@pytest.mark.parametrize("name", ["trig", "nquads", "jsonld"])
def test_the_empty_name_is_the_default_graph(name: str) -> None:
    triple = Triple("<urn:s>", "<urn:p>", "<urn:o>")
    row = next(row for row in offered("dataset") if row.name == name)
    assert isinstance(row.engine, ox.RdfFormat)
    (quad,) = ox.parse(serialize({"": [triple]}, name), format=row.engine)
    assert isinstance(quad.graph_name, ox.DefaultGraph)


def test_only_prefixes_in_use_are_declared() -> None:
    content = turtle({Triple("<urn:s>", expand("rdf:type"), expand("owl:Class"))}).decode()
    assert content.count("@prefix") == 1


def test_what_cannot_be_written_is_said() -> None:
    with pytest.raises(FormatError, match="no format"):
        serialize({}, "docx")
    with pytest.raises(FormatError, match="writes no RDF"):
        serialize({}, "csv")


def test_an_unknown_selection_is_refused(graph: KnowledgeGraph) -> None:
    with pytest.raises(InputError, match="no graph 'everything'"):
        export(graph, "everything", "turtle")
