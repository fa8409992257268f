"""A claim as a person gives it: written in the house style into its file, or refused."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from kg.draft import Row, compose
from kg.errors import InputError
from kg.fields import FIELDS
from kg.ledger import entries
from kg.load import parse
from kg.model import Term, Triple
from kg.namespaces import compact, expand, iri
from kg.splice import Addition, block, splice
from kg.store import KnowledgeGraph
from kg.terms import literal_parts
from tests.drafts import GIVEN, given

ROOT = Path(__file__).resolve().parent.parent
FIRST = ROOT / "tests" / "fixtures" / "small" / "sources" / "first-2020.ttl"


def composed(graph: KnowledgeGraph, **cells: str) -> Addition:
    return compose(graph, [Row(given(**cells))])


def written(graph: KnowledgeGraph, **cells: str) -> str:
    ((node, pairs),) = composed(graph, **cells).claims
    return block(node, pairs)


# ── claims ──────────────────────────────────────────────────────────────────


def test_a_claim_is_written_as_the_editors_write_one(small: KnowledgeGraph) -> None:
    assert written(small) == (
        "id:c0021 a clef:Claim ;\n"
        '  dct:identifier "C0021" ;\n'
        "  clef:subject id:quill-theft ; clef:predicate clef:crewSize ; clef:value 4 ;\n"
        '  clef:statedIn id:terzo-2022 ; clef:locator "page 9"@en ;'
        ' clef:quotation "erano in quattro"@it ;\n'
        "  clef:modality clef:Asserted ; clef:rank clef:Normal .\n"
    )


@pytest.mark.parametrize("name", ["c0001", "c0004", "c0005", "c0006", "c0007", "c0008"])
def test_a_claim_that_stands_is_written_just_as_it_stands(small: KnowledgeGraph, name: str) -> None:
    """Given again, field by field, to a graph that does not hold it yet."""
    node = iri(f"id:{name}")
    entry = next(entry for entry in entries(small) if entry.node == node)
    cells = {
        field: literal_parts(found)[0] if found.startswith('"') else compact(found)
        for field, row in FIELDS.items()
        if row.property != iri("rdf:type")
        for found in [_given(entry.said.get(row.property, ()), row.reads)]
        if found
    }
    rest = tuple(t for t in small.graphs["claims"] if t.subject != node)
    without = replace(small, graphs=dict(small.graphs) | {"claims": rest})
    ((_, pairs),) = compose(without, [Row(cells)]).claims
    text = block(
        node, ((iri("rdf:type"), iri("clef:Claim")), (pairs[1][0], f'"{name.upper()}"'), *pairs[2:])
    )
    assert text in FIRST.read_text(encoding="utf-8")


def _given(terms: tuple[Term, ...], reads: str) -> Term:
    """Return the term that a field stands for: of several in languages, the one in its own."""
    found = [t for t in terms if reads not in ("en", "it") or t.endswith(f"@{reads}")]
    return found[0] if found else ""


def test_bounds_qualifiers_and_reasons_stand_where_they_belong(small: KnowledgeGraph) -> None:
    text = written(
        small,
        **{"predicate": "occurred", "value": "", "from": "2003-02", "to": "2003"},
        rank="deprecated",
        reason_en="a slip",
        reason_it="una svista",
        polarity="false",
    )
    assert text.split("\n")[2:7] == [
        "  clef:subject id:quill-theft ; clef:predicate clef:occurred ;",
        '  clef:lowerBound "2003-02-01"^^xsd:date ; clef:upperBound "2003-12-31"^^xsd:date ;'
        " clef:datePrecision clef:YearPrecision ; clef:polarity false ;",
        '  clef:statedIn id:terzo-2022 ; clef:locator "page 9"@en ;'
        ' clef:quotation "erano in quattro"@it ;',
        "  clef:modality clef:Asserted ; clef:rank clef:Deprecated ;"
        ' clef:rankReason "a slip"@en , "una svista"@it .',
        "",
    ]


def test_the_kind_of_what_is_new_to_a_file_comes_from_the_others(small: KnowledgeGraph) -> None:
    addition = composed(small, object="", predicate="clef:crewSize")
    assert addition.kinds == (Triple(iri("id:quill-theft"), expand("a"), iri("clef:RealEvent")),)
    again = composed(small, subject="glass-harbour", predicate="note", value="x", aspect="Naming")
    assert again.kinds == ()


@pytest.mark.parametrize(
    ("cells", "where", "message", "hint"),
    [
        ({"source": ""}, "--source", "is missing", "the source, by its identifier"),
        ({"source": "bbc-2004"}, "--source", "'bbc-2004'", "describe a new source first"),
        ({"subject": "quil-theft"}, "--subject", "'quil-theft'", "id:quill-theft"),
        ({"subject": "id:nowhere"}, "--subject", "'id:nowhere'", "label something new"),
        ({"subject": "c0001"}, "--subject", "'c0001'", "label something new"),
        ({"predicate": "clef:crewsize"}, "--predicate", "'clef:crewsize'", "clef:crewSize"),
        ({"predicate": "clef:convicts"}, "--predicate", "clef:convicts", "clef:claimable"),
        ({"value": "four"}, "--value", "'four'", "a whole number"),
        ({"value": "", "from": "9", "to": "4"}, "--from", "is above", "the lower bound as from"),
        ({"modality": "sure"}, "--modality", "'sure'", ""),
        ({"billing-position": "first"}, "--billing-position", "'first'", "a whole number"),
        ({"object-kind": "Place"}, "--object-kind", "is the kind of no object", ""),
        ({"subject-kind": "clef:Plaice"}, "--subject-kind", "clef:Plaice", "clef:Place"),
        ({"polarity": "no"}, "--polarity", "'no'", "true or false"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_field(
    small: KnowledgeGraph, cells: dict[str, str], where: str, message: str, hint: str
) -> None:
    with pytest.raises(InputError) as caught:
        compose(small, [Row(GIVEN | cells)])
    assert caught.value.where == where
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_what_a_source_says_already_is_refused(small: KnowledgeGraph) -> None:
    said = {"source": "first-2020", "value": "5"}
    with pytest.raises(InputError, match="this source says so already: id:c0002"):
        compose(small, [Row(GIVEN | said)])
    with pytest.raises(InputError, match="this source says so already: id:c0021"):
        compose(small, [Row(GIVEN), Row(GIVEN)])


def test_rows_of_several_sources_are_refused(small: KnowledgeGraph) -> None:
    with pytest.raises(InputError, match="several sources: id:first-2020, id:terzo-2022"):
        compose(small, [Row(GIVEN), Row(GIVEN | {"source": "first-2020"})])


def test_a_thing_of_no_kind_and_a_source_in_two_languages_ask_for_more(
    small: KnowledgeGraph,
) -> None:
    def without(*gone: Triple, more: tuple[Triple, ...] = ()) -> KnowledgeGraph:
        claims = (*(t for t in small.graphs["claims"] if t not in gone), *more)
        return replace(small, graphs=dict(small.graphs) | {"claims": claims})

    kind = Triple(iri("id:quill-theft"), expand("a"), iri("clef:RealEvent"))
    with pytest.raises(InputError, match="no file says what kind of thing id:quill-theft is"):
        composed(without(kind))
    french = Triple(iri("id:terzo-2022"), iri("dct:language"), '"fr"')
    with pytest.raises(InputError, match="id:terzo-2022 is not in one language"):
        composed(without(more=(french,)))
    assert '"four"@fr' in written(without(more=(french,)), quotation='"four"@fr')


def test_the_next_number_comes_after_every_name_ever_given(small: KnowledgeGraph) -> None:
    gone = Triple(iri("id:c0700"), expand("a"), iri("clef:Withdrawn"))
    claims = (*small.graphs["claims"], gone)
    asserted = dict(small.asserted) | {gone: ()}
    later = replace(small, graphs=dict(small.graphs) | {"claims": claims}, asserted=asserted)
    assert written(later).startswith("id:c0701 a clef:Claim ;\n")


# ── files ───────────────────────────────────────────────────────────────────


def triples(content: bytes) -> set[Triple]:
    return set(parse(content, Path("x.ttl"), name="x.ttl"))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("ended", [True, False])
def test_a_file_keeps_every_line_and_its_order(
    small: KnowledgeGraph, newline: str, ended: bool
) -> None:
    addition = composed(small, source="first-2020", value="4", predicate="crewSize")
    kind = Triple(iri("id:westmere"), expand("a"), iri("clef:Place"))
    addition = replace(addition, kinds=(kind,))
    before = FIRST.read_text(encoding="utf-8").rstrip("\n").replace("\n", newline)
    before += newline if ended else ""
    after = splice(before.encode(), addition, "x.ttl")
    assert triples(after) == triples(before.encode()) | set(addition.triples())
    old, new = before.splitlines(keepends=True), after.decode().splitlines(keepends=True)
    rest = iter(new)
    assert all(any(line.rstrip("\r\n") == one.rstrip("\r\n") for one in rest) for line in old)
    assert {line[len(line.rstrip("\r\n")) :] for line in new} == {newline}
    place = new.index(f"id:westmere a clef:Place .{newline}")
    assert new[place - 1].startswith("id:eastmere a clef:Place .")


@pytest.mark.parametrize("with_kind", [True, False])
def test_a_file_without_kinds_gets_them_with_the_claim(
    small: KnowledgeGraph, with_kind: bool
) -> None:
    before = (
        b"@prefix clef: <ns#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n@prefix id: <id/> .\n"
    )
    addition = composed(small)
    if not with_kind:
        addition = replace(addition, kinds=())
    ((node, pairs),) = addition.claims
    kind = b"id:quill-theft a clef:RealEvent .\n\n" if with_kind else b""
    expected = before + b"\n" + kind + block(node, pairs).encode()
    assert splice(before, addition, "x.ttl") == expected


def test_a_prefix_that_a_file_lacks_is_declared(small: KnowledgeGraph) -> None:
    before = (FIRST.parent / "terzo-2022.ttl").read_bytes()
    addition = composed(small, predicate="occurred", value="", to="2003")
    after = splice(before, addition, "x.ttl").decode()
    assert b"xsd:" not in before
    assert (
        "@prefix id: <id/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\nid:terzo"
    ) in after


@pytest.mark.parametrize(
    "strange",
    [
        b"@prefix clef: <other#> .\n@prefix id: <id/> .\n",
        b"@prefix clef: <ns#> .\n@prefix id: <id/> .\nid:a a clef:Place ;\n",
    ],
)
def test_a_file_in_another_style_is_not_touched(small: KnowledgeGraph, strange: bytes) -> None:
    with pytest.raises(InputError) as caught:
        splice(strange, composed(small), "x.ttl")
    assert caught.value.where.startswith("x.ttl")


# ── the documents ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", ["README.md", "data/README.md"])
def test_the_command_that_a_document_shows_says_what_its_source_says(
    graph: KnowledgeGraph, page: str
) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    shown = text[text.index("clef new-claim --source") :].partition("\n\n")[0]
    words = shlex.split(shown.replace("\\\n", " "))[2:]
    cells = {
        name.removeprefix("--"): value for name, value in zip(words[::2], words[1::2], strict=True)
    }
    with pytest.raises(InputError, match=r"this source says so already: id:c00(13|45)"):
        compose(graph, [Row(cells)])
