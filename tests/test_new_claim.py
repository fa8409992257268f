"""The command that adds a claim: all of it is written, and told, or nothing."""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kg import cli, editing, errors, paths
from kg.editing import add_new_claim
from kg.errors import InputError
from kg.load import load_dataset
from kg.pipeline import Inputs, build
from kg.store import KnowledgeGraph, read_manifest, save_snapshot
from kg.validate import validate
from tests.drafts import given

ROOT = Path(__file__).resolve().parent.parent


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
    named = [word for name, text in given(**cells).items() if text for word in (f"--{name}", text)]
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
    assert told.endswith("stays in its claim holds it back\n")
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


def test_a_new_source_and_a_new_place_take_their_two_steps_by_hand_and_then_the_command(
    data: Path,
) -> None:
    new = {"source": "fourth-2024", "subject": "glass-harbour", "predicate": "filmedIn"}
    there = options(data, **new, value="", object="id:northmere")
    with pytest.raises(InputError, match="'id:northmere'"):
        run(options(data, predicate="filmedIn", subject="glass-harbour", object="id:northmere"))
    with (data / "entities" / "all.ttl").open("a", encoding="utf-8") as file:
        file.write('id:northmere rdfs:label "Northmere"@en , "Northmere"@it .\n')
    with pytest.raises(InputError, match="'fourth-2024'"):
        run(there)
    source = (data / "sources" / "terzo-2022.ttl").read_text(encoding="utf-8")
    described = source[: source.index("id:westmere")].replace("terzo-2022", "fourth-2024")
    (data / "sources" / "fourth-2024.ttl").write_text(described, encoding="utf-8")
    with pytest.raises(InputError, match="what kind of thing id:northmere is"):
        run(there)
    assert run([*there, "--object-kind", "place"]) == 0
    text = (data / "sources" / "fourth-2024.ttl").read_text(encoding="utf-8")
    assert text.startswith(described)
    assert text[len(described) :].startswith(
        "\nid:northmere a clef:Place .\nid:glass-harbour a clef:TVSeries .\n\nid:c0021 a "
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
