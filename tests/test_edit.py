"""What an update would change is what it changes in the engine, and asking changes nothing."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.change import Change, apply
from kg.edit import Document, Using, merge, remove, replace, update
from kg.errors import QueryError, QueryRefusedError, QuerySyntaxError

ELSEWHERE = "<http://127.0.0.1:9/>"
START = """
<urn:a> <urn:p> <urn:b> .
<urn:a> <urn:p> "x"@en <urn:g> .
_:n <urn:q> "line\\nbreak" <urn:g> .
<urn:h1> <urn:q> "2"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:h> .
"""


def store() -> ox.Store:
    found = ox.Store()
    found.bulk_extend(ox.parse(START, format=ox.RdfFormat.N_QUADS))
    found.add_graph(ox.NamedNode("urn:empty"))
    return found


def state(found: ox.Store) -> tuple[set[str], set[str]]:
    return {str(quad) for quad in found}, {str(name) for name in found.named_graphs()}


TERMS = st.sampled_from(["<urn:a>", "<urn:h1>", "<urn:new>"])
TRIPLES = st.builds("{} <urn:p> {} .".format, TERMS, TERMS)
GRAPHS = st.sampled_from(["urn:g", "urn:h", "urn:empty", "urn:none"])
PLACED = st.one_of(TRIPLES, st.builds("GRAPH <{}> {{ {} }}".format, GRAPHS, TRIPLES))
NAMED = st.builds("GRAPH <{}>".format, GRAPHS)
SEVERAL = st.sampled_from(["DEFAULT", "NAMED", "ALL"])
CLEARING, MOVING = st.sampled_from(["CLEAR", "DROP"]), st.sampled_from(["ADD", "COPY", "MOVE"])
OPERATIONS = st.one_of(
    st.builds("INSERT DATA {{ {} {} }}".format, PLACED, PLACED),
    st.builds("DELETE DATA {{ {} {} }}".format, PLACED, PLACED),
    st.builds("DELETE WHERE {{ GRAPH <{}> {{ ?s ?p ?o }} }}".format, GRAPHS),
    st.builds(
        "DELETE {{ ?s ?p ?o }} INSERT {{ GRAPH <{}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}".format,
        GRAPHS,
    ),
    st.just("INSERT { GRAPH ?g { ?s <urn:r> ?s } } WHERE { GRAPH ?g { ?s ?p ?o } }"),
    st.builds("{} SILENT {}".format, CLEARING, st.one_of(NAMED, SEVERAL)),
    st.builds("CREATE SILENT {}".format, NAMED),
    st.builds("{} SILENT <{}> TO <{}>".format, MOVING, GRAPHS, GRAPHS),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(OPERATIONS, min_size=1, max_size=4).map(" ;\n".join))
def test_the_change_of_an_update_is_what_the_engine_does(text: str) -> None:
    expected = store()
    expected.update(text)
    here = store()
    before = state(here)
    change = update(here, text, Using())
    assert state(here) == before
    apply(here, Change.decode(change.encode()))
    assert state(here) == state(expected)
    apply(here, change.inverse())
    assert state(here) == before


def test_a_change_names_only_what_differs() -> None:
    here = store()
    assert not update(here, "INSERT DATA { <urn:a> <urn:p> <urn:b> }", Using())
    assert not update(here, "DELETE DATA { <urn:a> <urn:p> <urn:none> }", Using())
    assert not update(here, "DELETE { ?s ?p ?o } INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }", Using())
    assert not merge(here, "", [Document(b"<urn:a> <urn:p> <urn:b> .", "turtle", "urn:base")])
    assert not replace(here, "", [Document(b"<urn:a> <urn:p> <urn:b> .", "turtle", "urn:base")])


def test_what_where_sees_is_the_union_where_all_is_asked_and_nobody_chooses() -> None:
    copy = "INSERT { GRAPH <urn:out> { ?s ?p ?o } } {} WHERE { ?s ?p ?o }"
    for clause, using, count in (
        ("", Using(union=True), 3),
        ("", Using(), 1),
        ("USING <urn:h>", Using(union=True), 1),
        ("", Using(default=("urn:g",), union=True), 2),
    ):
        assert len(update(store(), copy.replace("{} W", f"{clause} W"), using).added) == count
    named = "INSERT { GRAPH <urn:out> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert len(update(store(), named, Using(union=True)).added) == 3


@pytest.mark.parametrize(
    "text",
    [
        f"LOAD {ELSEWHERE}",
        f"load silent {ELSEWHERE} into graph <urn:g>",
        f"LOADSILENT{ELSEWHERE}",
        f"PREFIX : {ELSEWHERE} LOAD:",
        f"PREFIX load: {ELSEWHERE} LOAD:x",
        f"BASE {ELSEWHERE} PREFIX load: <x> load:x",
        f"CLEAR ALL;PREFIX load: {ELSEWHERE} load:x",
        f"INSERT DATA {{ <urn:a> <urn:p> <urn:b> }};LOAD{ELSEWHERE}",
        f"\\u004cOAD {ELSEWHERE}",
        f"INSERT {{ <urn:a> <urn:p> ?o }} WHERE {{ SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
        f"INSERT {{ <urn:a> <urn:p> ?o }} WHERE {{ SERVICE SILENT {ELSEWHERE} {{ ?s ?p ?o }} }}",
        "DELETE { ?s ?p ?o } WHERE { { SELECT * { service ?x { ?s ?p ?o } } } }",
    ],
)
def test_what_reaches_out_is_refused_however_it_is_written(text: str) -> None:
    here = store()
    before = state(here)
    with pytest.raises(QueryRefusedError, match=r"LOAD|SERVICE"):
        update(here, text, Using())
    assert state(here) == before


def test_names_that_only_look_like_load_are_no_matter() -> None:
    text = """PREFIX load: <urn:load#> PREFIX ex: <urn:ex#>
        WITH load:g DELETE { ?load load:x "LOAD" } INSERT { ?load ex:LOAD "load" ; load:x 1 }
        WHERE { OPTIONAL { ?s ?p ?load } BIND(ex:a AS ?load2) } ;
        CLEAR SILENT GRAPH load:g ; COPY SILENT load:g TO load:h"""
    assert update(store(), text, Using()) is not None


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("INSERT DATA {\n  <urn:a> ?b 1 }", 2, 16, "Variables are not allowed in INSERT DATA"),
        ("CLEAR ALL ;\nCLEAR EVERYTHING", 2, 7, "unexpected 'EVERYTHING'"),
        ("INSERT DATA { foo:x <urn:p> 1 }", 1, 15, "unknown prefix 'foo:'"),
        ("SELECT * { ?s ?p ?o }", 1, 1, "unexpected 'SELECT'"),
        ("DELETE DATA { _:x <urn:p> 1 }", 1, 29, "blank nodes are not allowed in DELETE DATA"),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(QuerySyntaxError, match=message) as told:
        update(store(), text, Using())
    assert (told.value.line, told.value.column) == (line, column)


def test_what_the_engine_will_not_do_is_told() -> None:
    with pytest.raises(QueryError, match="already exists"):
        update(store(), "CREATE GRAPH <urn:g>", Using())


def test_documents_keep_their_blank_nodes_apart() -> None:
    document = Document(b"_:n <urn:q> <urn:b> . _:n <urn:q> <urn:c> .", "turtle", "urn:base")
    change = merge(store(), "urn:g", [document, document])
    assert len(change.added) == 4
    assert len({line.split()[0] for line in change.added}) == 2
    assert not change.created


def test_removing_a_graph_takes_its_name_too() -> None:
    here = store()
    assert remove(here, "urn:empty") == Change(dropped=("urn:empty",))
    assert not remove(here, "urn:none")
    assert len(remove(here, "urn:g").removed) == 2
