"""A claim as a person gives it: typed, named, written in the house style, or refused."""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg import cli, editing, errors, paths
from kg.draft import Row, compose
from kg.editing import add_new_claim
from kg.errors import InputError
from kg.fields import FIELDS
from kg.ledger import entries
from kg.load import load_dataset, parse
from kg.model import Term, Triple
from kg.names import Names
from kg.namespaces import compact, expand, iri
from kg.pipeline import Inputs, build
from kg.splice import Addition, block, splice
from kg.store import KnowledgeGraph, read_manifest, save_snapshot
from kg.terms import literal_parts
from kg.validate import validate
from kg.values import above, allowed, day, literal, precision

ROOT = Path(__file__).resolve().parent.parent
FIRST = ROOT / "tests" / "fixtures" / "small" / "sources" / "first-2020.ttl"
GIVEN = {
    "source": "terzo-2022",
    "subject": "quill-theft",
    "predicate": "crewSize",
    "value": "4",
    "locator": "page 9",
    "quotation": "erano in quattro",
}

New = Callable[..., str]


def composed(graph: KnowledgeGraph, **cells: str) -> Addition:
    given = GIVEN | {name.replace("_", "-"): text for name, text in cells.items()}
    return compose(graph, [Row(given)])


def written(graph: KnowledgeGraph, **cells: str) -> str:
    ((node, pairs),) = composed(graph, **cells).claims
    return block(node, pairs)


# ── values ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("predicate", "text", "term"),
    [
        ("clef:crewSize", "5", '"5"^^xsd:integer'),
        ("clef:crewSize", "005", '"5"^^xsd:integer'),
        ("clef:lootValue", "100000000", '"100000000"^^xsd:integer'),
        ("clef:lootValue", "1.50", '"1.5"^^xsd:decimal'),
        ("clef:date", "2003-02-15", '"2003-02-15"^^xsd:date'),
        ("clef:date", "2003-02", '"2003-02"^^xsd:gYearMonth'),
        ("clef:date", "2003", '"2003"^^xsd:gYear'),
        ("clef:term", "P18M", '"P1Y6M"^^xsd:duration'),
        ("clef:shootingDuration", "PT5H30M", '"PT5H30M"^^xsd:duration'),
        ("clef:originalLanguage", "it", '"it"'),
        ("clef:method", "by the 'back' door", "\"by the 'back' door\"@en"),
        ("clef:method", '"dal retro"@it', '"dal retro"@it'),
        ("clef:note", "2003", '"2003"@en'),
        ("dct:title", "Porto \\ di vetro", '"Porto \\\\ di vetro"@en'),
    ],
)
def test_a_value_is_typed_by_what_its_predicate_takes(
    small: KnowledgeGraph, predicate: str, text: str, term: str
) -> None:
    typed = literal(text, allowed(small, expand(predicate)), where="--value")
    assert compact(typed) == term


@pytest.mark.parametrize(
    ("predicate", "text", "hint"),
    [
        ("clef:crewSize", "five", "write a whole number in plain digits"),
        ("clef:crewSize", "4.5", "write a whole number"),
        ("clef:lootValue", "100,000", "a number, such as 1.5"),
        ("clef:date", "2003-02-30", "write a day, such as 2003-02-15; or a month"),
        ("clef:date", "2003-13", "a month, such as 2003-02"),
        ("clef:date", "15/02/2003", "a year, such as 2003"),
        ("clef:date", "0000", "a year"),
        ("clef:term", "ten years", "a duration, such as P6M"),
        ("clef:term", "P", "a duration"),
        ("clef:term", "P1YT", "a duration"),
        ("clef:method", '"dal retro"@', 'write "words"@en'),
        ("clef:method", '"dal "retro""@it', "a quotation mark within"),
        ("clef:crewSize", '"5"^^no:such', 'or "P6M"^^xsd:duration'),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_can(
    small: KnowledgeGraph, predicate: str, text: str, hint: str
) -> None:
    with pytest.raises(InputError) as caught:
        literal(text, allowed(small, expand(predicate)), where="--value")
    assert caught.value.where == "--value"
    assert hint in caught.value.hint


def test_every_claim_of_the_dossier_is_typed_again_as_it_stands(graph: KnowledgeGraph) -> None:
    typed = 0
    for entry in entries(graph):
        (predicate,) = entry.said[iri("clef:predicate")]
        for part in ("clef:value", "clef:lowerBound", "clef:upperBound"):
            for term in entry.said.get(iri(part), ()):
                text, language, _ = literal_parts(term)
                given = text if language in (None, "en") else term
                assert literal(given, allowed(graph, predicate), where=entry.cells["node"]) == term
                typed += 1
    assert typed > 20


def test_every_claimable_predicate_takes_an_object_or_values_that_can_be_given(
    graph: KnowledgeGraph,
) -> None:
    known = {"xsd:integer", "xsd:decimal", "xsd:duration", "xsd:boolean", "xsd:string"}
    known |= {"xsd:date", "xsd:gYearMonth", "xsd:gYear", "rdf:langString"}
    marked = [t.subject for t in graph.graphs["ontology"] if t.predicate == iri("clef:claimable")]
    assert marked
    for predicate in marked:
        assert {compact(datatype) for datatype in allowed(graph, predicate)} <= known


def test_bounds_of_a_date_become_days_and_say_how_finely_they_date() -> None:
    year, month = '"2004"^^' + iri("xsd:gYear"), '"2004-02"^^' + iri("xsd:gYearMonth")
    whole = '"5"^^' + iri("xsd:integer")
    assert compact(day(year, last=False)) == '"2004-01-01"^^xsd:date'
    assert compact(day(year, last=True)) == '"2004-12-31"^^xsd:date'
    assert compact(day(month, last=True)) == '"2004-02-29"^^xsd:date'
    assert day(whole, last=True) == whole
    assert precision([month, year]) == iri("clef:YearPrecision")
    assert precision([month, day(month, last=True)]) == iri("clef:MonthPrecision")
    assert precision([whole]) is None
    assert precision([]) is None


def test_numbers_and_dates_have_an_order_and_words_have_none() -> None:
    def whole(text: str) -> Term:
        return f'"{text}"^^' + iri("xsd:integer")

    assert above(whole("10"), whole("9"))
    assert not above(whole("9"), whole("10"))
    assert above('"1.5"^^' + iri("xsd:decimal"), whole("1"))
    assert not above('"b"@en', '"a"@en')
    assert not above(whole("1"), '"2003"^^' + iri("xsd:gYear"))


# ── names ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "id:quill-theft",
        "quill-theft",
        "Quill theft",
        "FURTO QUILL",
        compact(iri("id:quill-theft")),
        iri("id:quill-theft").strip("<>"),
    ],
)
def test_a_thing_is_found_by_any_of_its_names(small: KnowledgeGraph, text: str) -> None:
    names = Names(small)
    assert names.find(text, names.entities(), where="") == iri("id:quill-theft")


def test_a_name_of_several_asks_which_and_prefers_what_is_likely(small: KnowledgeGraph) -> None:
    names = Names(small)
    genres, formats = names.in_range(iri("clef:genre")), names.in_range(iri("clef:format"))
    both = {"clef:CrimeGenre", "clef:LimitedSeries"}
    assert both <= {compact(term) for term in genres | formats}
    labelled = replace(
        small,
        graphs=dict(small.graphs)
        | {
            "claims": (
                *small.graphs["claims"],
                *(Triple(iri(name), iri("skos:altLabel"), '"both"@en') for name in sorted(both)),
            )
        },
    )
    names = Names(labelled)
    assert names.find("both", names.things(), genres, where="") == iri("clef:CrimeGenre")
    with pytest.raises(InputError, match="the name of several") as caught:
        names.find("both", names.things(), where="--object")
    assert caught.value.hint == "write one of clef:CrimeGenre, clef:LimitedSeries"


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


# ── the command ─────────────────────────────────────────────────────────────


@pytest.fixture
def data(small_inputs: Inputs, small: KnowledgeGraph, tmp_path: Path) -> Path:
    """A copy of the small dossier, its graph built."""
    folder = tmp_path / "data" / "small"
    shutil.copytree(small_inputs.data, folder)
    digest = Inputs(small_inputs.ontology, folder).digest()
    save_snapshot(replace(small, inputs=digest), folder.parent / "graph")
    return folder


def options(data: Path, **cells: str) -> list[str]:
    given = GIVEN | {name.replace("_", "-"): text for name, text in cells.items()}
    named = [word for name, text in given.items() if text for word in (f"--{name}", text)]
    return ["new-claim", "--data", str(data), "--build", str(data.parent / "graph"), *named]


def run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    add_new_claim(parser.add_subparsers())
    parsed = parser.parse_args(arguments)
    code: int = parsed.run(parsed)
    return code


def content(data: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file()}


def test_a_claim_is_written_and_what_it_changes_is_told(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content(data)
    path = data / "sources" / "terzo-2022.ttl"
    path.chmod(0o640)
    assert run(options(data)) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"written to {path}:\n\nid:quill-theft a clef:RealEvent .\n")
    assert "conflicts: 1 begin, 0 end\n  + id:c0002 and id:c0021\n" in told
    assert '  - id:quill-theft clef:crewSize "5"^^xsd:integer\n' in told
    assert told.endswith("the predicate holds it back\n")
    after = content(data)
    assert {p for p in after if after[p] != before.get(p)} == {path}
    assert path.stat().st_mode & 0o777 == 0o640
    assert after[path].startswith(before[path][: before[path].index(b"id:westmere a")])
    inputs = Inputs(paths.ontology(), data)
    assert read_manifest(data.parent / "graph")["inputs"] == inputs.digest()
    assert validate(load_dataset(inputs.ontology, data), inputs.ontology) == []


def test_a_plain_fact_is_told_with_what_follows_from_it(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = {"subject": "Glass Harbour", "predicate": "filmedIn", "value": ""}
    run(options(data, **place, object="Westmere", source="first-2020"))
    agrees = capsys.readouterr().out
    assert "claims that agree: 1 begin, 0 end\n  + id:c0020 and id:c0021\n" in agrees
    assert agrees.endswith("what id:c0021 says is a plain fact of the graph already\n")
    run(options(data, subject="glass-harbour", predicate="basedOn", value="", object="quill-theft"))
    told = capsys.readouterr().out
    assert told.endswith("what id:c0022 says is a plain fact of the graph already\n")
    with pytest.raises(InputError, match="this source says so already: id:c0022"):
        run(
            options(
                data, subject="glass-harbour", predicate="basedOn", value="", object="quill-theft"
            )
        )


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        ({"predicate": "clef:crewsize"}, 2, "did you mean clef:crewSize"),
        ({"predicate": "date", "value": "2003-02-30"}, 2, "2003-02-30"),
        ({"source": "bbc-2004"}, 2, "describe a new source first"),
        ({"locator": "", "quotation": ""}, 4, "id:c0021: says neither where"),
        ({"value": "", "object": "eastmere"}, 4, "write clef:value or bounds"),
        ({"unit": "dollars"}, 4, "clef:unit"),
        ({"quotation": "a b c d e f g h i j k l m"}, 4, "quotes more than twelve words"),
        (
            {
                "subject": "glass-harbour",
                "predicate": "availableOn",
                "value": "",
                "object": "eastmere",
            },
            3,
            "these statements cannot all hold",
        ),
        (
            {
                "subject": "nora-quill",
                "predicate": "ledEffort",
                "value": "",
                "object": "quill-theft",
                "modality": "FoundByCourt",
            },
            4,
            "names no conviction of that agent",
        ),
    ],
)
def test_a_refusal_says_why_and_leaves_every_file_as_it_was(
    data: Path, cells: dict[str, str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content(data)
    with pytest.raises(errors.ClefError) as caught:
        run(options(data, **cells))
    assert cli.EXIT_CODES[type(caught.value)] == code
    assert words in str(caught.value)
    if code != 2:
        assert "nothing was written; with this it fails:\nid:c0021 a clef:Claim" in str(
            caught.value
        )
    assert content(data) == before
    assert capsys.readouterr().out == ""


def test_a_full_disk_leaves_the_file_as_it_was(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(data)

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(errors.StorageError, match="cannot be written: No space left"):
        run(options(data))
    assert content(data) == before


KILLED = """
import os, signal, sys
from kg import cli, editing
whole = editing.write_whole
def write(path, content):
    os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)
    whole(path, content)
editing.write_whole = write
sys.exit(cli.main(sys.argv[1:]))
"""


def test_a_kill_while_it_writes_leaves_the_file_as_it_was(data: Path) -> None:
    before = content(data)
    command = [sys.executable, "-c", KILLED, *options(data)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    after = content(data)
    assert {path: after[path] for path in before} == before
    assert not [path for path in after.keys() - before.keys() if path.suffix == ".ttl"]
    again = subprocess.run(
        [sys.executable, "-m", "server", *options(data)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 0, again.stderr


def test_a_change_by_another_hand_in_the_meantime_is_kept(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = data / "sources" / "terzo-2022.ttl"
    theirs = path.read_bytes() + b"# another hand was here\n"

    def meanwhile(inputs: Inputs, *_tell: object) -> KnowledgeGraph:
        found = build(inputs)
        path.write_bytes(theirs)
        return found

    monkeypatch.setattr(editing, "build", meanwhile)
    with pytest.raises(InputError, match="was changed while the claim was checked"):
        run(options(data))
    assert path.read_bytes() == theirs


# ── a table of claims ───────────────────────────────────────────────────────


def table(data: Path, text: str) -> list[str]:
    path = data.parent / "drafts.csv"
    path.write_text(text, encoding="utf-8")
    where = ["--data", str(data), "--build", str(data.parent / "graph")]
    return ["new-claim", *where, str(path), "--source", "terzo-2022"]


def test_a_table_of_claims_is_written_at_once_and_options_fill_its_gaps(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (
        "\ufeffsubject,predicate,value,unit,modality,locator\n"
        "Quill theft,crewSize,4,,,page 1\n"
        "Quill theft,lootValue,8000000,EUR,Estimated,\n"
    )
    assert run([*table(data, rows), "--locator", "page 9"]) == 0
    told = capsys.readouterr().out
    assert 'clef:value 4 ;\n  clef:statedIn id:terzo-2022 ; clef:locator "page 1"@en ;' in told
    assert 'clef:value 8000000 ; clef:unit "EUR" ;\n  clef:statedIn id:terzo-2022 ;' in told
    assert "id:c0022 a clef:Claim ;" in (data / "sources/terzo-2022.ttl").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("rows", "where", "words"),
    [
        ("subject,predicate,worth\nquill-theft,crewSize,4\n", "", "is called worth"),
        ("subject,predicate,value\n", "", "needs a line of column names"),
        ("", "", "needs a line of column names"),
        ("subject,predicate,value\nquill-theft,crewSize,4,5\n", "", "or longer than it"),
        (
            "subject,predicate,value\nquill-theft,crewSize,4\nquill-theft,crewSize,four\n",
            ":3, value",
            "'four'",
        ),
    ],
)
def test_a_table_with_a_fault_is_refused_whole(
    data: Path, rows: str, where: str, words: str
) -> None:
    before = content(data)
    with pytest.raises(InputError) as caught:
        run(table(data, rows))
    assert caught.value.where == f"{data.parent / 'drafts.csv'}{where}"
    assert words in caught.value.message
    assert content(data) == before


def test_a_table_that_cannot_be_read_is_told(data: Path) -> None:
    missing = table(data, "")
    (data.parent / "drafts.csv").unlink()
    with pytest.raises(errors.NotFoundError, match="no such file"):
        run(missing)
    (data.parent / "drafts.csv").write_bytes(b"subject\n\xff\n")
    with pytest.raises(InputError, match="is no CSV in UTF-8"):
        run(missing)
