"""How things hang together: paths found by hand, and what is no path."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kg.connect import LONGEST, MOST, Connections, Trail
from kg.index import Index
from kg.namespaces import compact, iri
from kg.store import KnowledgeGraph


@pytest.fixture(scope="module")
def index(graph: KnowledgeGraph) -> Index:
    return Index(graph)


@pytest.fixture(scope="module")
def connections(index: Index) -> Connections:
    return Connections(index)


def written(trails: Iterable[Trail]) -> list[list[str]]:
    return [[" ".join(map(compact, edge)) for edge in trail] for trail in trails]


def paths(connections: Connections, start: str, end: str) -> list[list[str]]:
    return written(connections.paths(iri(f"id:{start}"), iri(f"id:{end}")))


def test_an_actor_and_a_person_meet_in_the_work(connections: Connections) -> None:
    assert paths(connections, "rupert-everett", "leonardo-notarbartolo")[0] == [
        "id:rupert-everett clef:actedIn id:everybody-loves-diamonds",
        "id:everybody-loves-diamonds clef:basedOn id:leonardo-notarbartolo",
    ]


def test_the_shortest_come_first_and_none_goes_round(connections: Connections) -> None:
    found = connections.paths(iri("id:kim-rossi-stuart"), iri("id:antwerp-diamond-heist"))
    lengths = [len(trail) for trail in found]
    assert lengths == sorted(lengths)
    assert lengths[0] == 2
    assert max(lengths) <= lengths[0] + 1 <= LONGEST
    assert len(found) <= MOST
    for trail in found:
        ends = [node for edge in trail for node in (edge.subject, edge.object)]
        assert len(set(ends)) == len(trail) + 1


def test_a_path_is_the_same_the_other_way_round(connections: Connections) -> None:
    there = paths(connections, "flawless", "malcolm-mcdowell")
    back = paths(connections, "malcolm-mcdowell", "flawless")
    assert sorted(sorted(trail) for trail in there) == sorted(sorted(trail) for trail in back)


def test_what_is_too_far_or_the_same_has_no_path(connections: Connections) -> None:
    assert paths(connections, "flawless", "flawless") == []
    assert paths(connections, "flawless", "nobody") == []


def test_an_edge_is_a_statement_between_things(connections: Connections, index: Index) -> None:
    kinds = {iri(f"clef:{name}") for name in ("Claim", "Source", "Performance", "Comparison")}
    for thing in connections.things:
        assert kinds.isdisjoint(index.kinds(thing))
        for edge in connections.edges(thing):
            assert edge in index.graph.triples
            assert {edge.subject, edge.object} <= connections.things


def test_of_statements_that_say_the_same_the_most_exact_is_an_edge(
    connections: Connections,
) -> None:
    edges = connections.edges(iri("id:everybody-loves-diamonds"))
    about = {compact(e.predicate) for e in edges if e.object == iri("id:antwerp-diamond-heist")}
    assert about == {"clef:dramatises"}
    every = {compact(e.predicate) for t in connections.things for e in connections.edges(t)}
    assert every.isdisjoint({"clef:hasActor", "clef:coStarOf", "clef:comparedWith"})


def test_what_is_only_claimed_is_no_edge(connections: Connections) -> None:
    edges = connections.edges(iri("id:antonino-finotto-as-named"))
    assert [edge for edge in edges if edge.object == iri("id:antwerp-diamond-heist")] == []


def test_a_claim_has_what_it_names_around_it(connections: Connections) -> None:
    around = {compact(e.object) for e in connections.edges(iri("id:c0047"))}
    assert {"id:antwerp-diamond-heist", "id:nationalworld-2023"} <= around
