"""The command as a person runs it: what it prints, its exit codes, its silence in a pipe."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from seed import seed_dossier

from kg import cli, errors

ROOT = Path(__file__).resolve().parent.parent
BASIS = ("id:everybody-loves-diamonds", "clef:basedOn", "id:antwerp-diamond-heist")
ASKED = "SELECT ?w WHERE { ?w a clef:Work ; clef:basedOn id:antwerp-diamond-heist }"

SEED = ("--data", str(seed_dossier()))


def at(folder: Path) -> tuple[str, ...]:
    """Return the arguments that name the seed dossier and where its graph is built."""
    return (*SEED, "--build", str(folder))


Run = "subprocess.CompletedProcess[str]"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "graph"
    done = clef("build", *at(folder))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"built {folder}, in triples: ontology ")
    return folder


def clef(*arguments: str, stdin: str = "", **environment: str) -> Run:  # type: ignore[valid-type]
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | environment,
        timeout=120,
    )


def test_every_command_explains_itself() -> None:
    listed = clef("--help").stdout
    commands = ("build", "validate", "query", "explain", "export", "reason", "serve")
    for command in (*commands, "new-claim", "diff", "ledger"):
        assert re.search(rf"^    {command}\s", listed, re.MULTILINE), command
        told = clef(command, "--help")
        assert told.returncode == 0
        assert "example: clef " in told.stdout.replace("\n", " ")
    assert "Exit codes: 0 done" in listed
    assert clef("fly").returncode == 2


def test_the_exit_codes_cover_every_error_and_are_documented() -> None:
    every = {getattr(errors, name) for name in errors.__all__}
    assert cli.EXIT_CODES.keys() == every
    for code in cli.EXIT_CODES.values():
        assert f"{code} " in (cli.__doc__ or "")


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("table", "w\n"),
        ("json", '{"head":'),
        ("csv", "w\nhttp"),
        ("tsv", "?w\n<http"),
        ("xml", "<?xml"),
    ],
)
def test_a_query_answers_in_every_format(built: Path, name: str, start: str) -> None:
    done = clef("query", *at(built), "--format", name, ASKED)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(start)
    assert "everybody-loves-diamonds" in done.stdout
    assert done.stderr == "", "nothing but the answer in a pipe"


def test_a_query_comes_from_a_file_or_standard_input_too(built: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text(ASKED, encoding="utf-8")
    answers = {
        clef("query", *at(built), str(path)).stdout,
        clef("query", *at(built), stdin=ASKED).stdout,
        clef("query", *at(built), "-", stdin=ASKED).stdout,
        clef("query", *at(built), ASKED).stdout,
    }
    assert len(answers) == 1
    assert "1 row\n" in answers.pop()


def test_a_query_longer_than_a_file_name_is_a_query(built: Path) -> None:
    done = clef("query", *at(built), f"ASK {{ ?s ?p ?o }} # {'x' * 5000}")
    assert done.stdout == "yes\n"


def test_ask_and_construct_have_their_own_forms(built: Path) -> None:
    asked = clef("query", *at(built), "ASK { ?w clef:basedOn ?e }")
    assert asked.stdout == "yes\n"
    made = clef(
        "query",
        *at(built),
        "CONSTRUCT { ?w a clef:Work } WHERE { ?w a clef:Work }",
    )
    assert "@prefix clef:" in made.stdout
    wrong = clef("query", *at(built), "--format", "turtle", ASKED)
    assert wrong.returncode == 2
    assert "turtle" in wrong.stderr


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ("SELECT ?w WHERE { ?w clef:basedOn }", 5, "line 1, column"),
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 5, "SERVICE"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", 5, "read-only"),
        ("missing.rq", 2, "missing.rq"),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(
    built: Path, query: str, code: int, words: str
) -> None:
    done = clef("query", *at(built), query)
    assert done.returncode == code
    assert words in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "triple",
    [
        BASIS,
        ("id:kim-rossi-stuart", "clef:portrays", "id:leonardo-notarbartolo"),
        ("id:leonardo-notarbartolo", "clef:convictedOver", "id:antwerp-diamond-heist"),
    ],
)
def test_explain_prints_a_checked_proof_that_ends_in_the_article(
    built: Path, triple: tuple[str, str, str]
) -> None:
    done = clef("explain", *at(built), *triple)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("[1] " + " ".join(triple))
    assert "nationalworld-2023, " in done.stdout
    assert "steps accepted" in done.stdout
    for name, start in (("json", '{\n "steps"'), ("turtle", "@prefix clef:")):
        assert clef("explain", *at(built), "--format", name, *triple).stdout.startswith(start)


def test_explain_knows_what_is_not_so_and_what_is_no_name(built: Path) -> None:
    absent = clef("explain", *at(built), BASIS[0], BASIS[1], "id:rome")
    assert absent.returncode == 6
    assert "neither asserted nor inferred" in absent.stderr
    wrong = clef("explain", *at(built), "everybody", "clef:basedOn", "id:rome")
    assert wrong.returncode == 2
    assert "known prefix" in wrong.stderr


def test_explain_takes_literals_as_they_are_printed_and_knows_the_editors_words(
    built: Path,
) -> None:
    heist = ("id:antwerp-diamond-heist", "clef:crewSize")
    told = {clef("explain", *at(built), *heist, n).stdout for n in ("5", '"5"^^xsd:integer')}
    assert len(told) == 1
    assert "claim id:c0045" in told.pop()
    label = ("id:kim-rossi-stuart", "rdfs:label", '"Kim Rossi Stuart"@en')
    done = clef("explain", *at(built), *label)
    assert done.returncode == 0
    assert "the editors' own word: data/antwerp-diamond-heist/entities/people.ttl" in done.stdout


def test_export_gives_the_same_bytes_under_other_hash_seeds(built: Path) -> None:
    for name in ("turtle", "jsonld", "rdfxml"):
        texts = {
            clef("export", *at(built), "--format", name, PYTHONHASHSEED=seed).stdout
            for seed in ("1", "2")
        }
        assert len(texts) == 1


def test_a_build_gives_the_same_bytes_under_another_hash_seed(built: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert clef("build", *at(again), PYTHONHASHSEED="7").returncode == 0
    for path in built.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes()


def test_export_writes_a_file_whole_or_not_at_all(built: Path, tmp_path: Path) -> None:
    target = tmp_path / "inferred.nt"
    done = clef(
        "export",
        *at(built),
        "--graph",
        "inferred",
        "--format",
        "nt",
        "--output",
        str(target),
    )
    assert done.returncode == 0, done.stderr
    assert target.read_text(encoding="utf-8").count("\n") > 2000
    lost = clef("export", *at(built), "--output", str(tmp_path / "no" / "such" / "x.ttl"))
    assert lost.returncode == 7
    assert "cannot be written" in lost.stderr


def test_a_broken_turtle_file_is_told_by_file_line_and_column(tmp_path: Path) -> None:
    data = tmp_path / "data" / "dossier"
    shutil.copytree(seed_dossier(), data)
    broken = data / "sources" / "broken.ttl"
    broken.write_text("@prefix id: <id/> .\nid:a id:b .\n", encoding="utf-8")
    done = clef("build", "--data", str(data), "--build", str(tmp_path / "graph"))
    assert done.returncode == 4
    assert "sources/broken.ttl:2:11: " in done.stderr
    assert not (tmp_path / "graph").exists()


def test_validate_tells_the_good_from_the_bad(tmp_path: Path) -> None:
    good = clef("validate")
    assert good.returncode == 0
    assert good.stdout.startswith("valid: no finding and no contradiction; files: ")
    draft = tmp_path / "draft.ttl"
    draft.write_text(
        "@prefix clef: <ns#> . @prefix id: <id/> . id:x1 a clef:Claim ; clef:subject id:rome .",
        encoding="utf-8",
    )
    bad = clef("validate", *SEED, str(draft))
    assert bad.returncode == 4
    assert "draft.ttl: id:x1: " in bad.stderr


ONTOLOGY = """@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:part a owl:TransitiveProperty . :Cat rdfs:subClassOf :Animal . :Stone owl:disjointWith :Animal .
:tail :part :cat . :cat :part :house . :tom a :Cat .
"""


@pytest.mark.parametrize("engine", ["clef", "owlrl"])
def test_reason_closes_any_file_and_explains_a_clash(tmp_path: Path, engine: str) -> None:
    source, target = tmp_path / "in.ttl", tmp_path / "out.nt"
    source.write_text(ONTOLOGY, encoding="utf-8")
    done = clef("reason", "--engine", engine, str(source), str(target))
    assert done.returncode == 0, done.stderr
    lines = target.read_text(encoding="utf-8").splitlines()
    assert lines == sorted(lines)
    assert (
        "<http://example.org/tail> <http://example.org/part> <http://example.org/house> ." in lines
    )
    source.write_text(ONTOLOGY + ":tom a :Stone .\n", encoding="utf-8")
    clash = clef("reason", "--engine", engine, str(source), str(tmp_path / "none.nt"))
    assert clash.returncode == 3
    assert "inconsistent" in clash.stderr
    assert "tom" in clash.stderr
    assert not (tmp_path / "none.nt").exists()


def test_reason_writes_the_same_for_every_format_of_input(tmp_path: Path) -> None:
    source = tmp_path / "in.ttl"
    source.write_text(ONTOLOGY, encoding="utf-8")
    first = clef("reason", str(source), "-").stdout
    (tmp_path / "in.nt").write_text(first, encoding="utf-8")
    assert clef("reason", str(tmp_path / "in.nt"), "-").stdout == first
    assert clef("reason", str(tmp_path / "missing.ttl"), "-").returncode == 2


def test_reason_writes_what_it_is_asked_for(tmp_path: Path) -> None:
    source = tmp_path / "in.ttl"
    source.write_text(ONTOLOGY, encoding="utf-8")
    given = len(clef("reason", str(source), "-").stdout.splitlines())
    only = clef("reason", "--entailments-only", str(source), "-").stdout.splitlines()
    assert set(only).isdisjoint(Path(source).read_text(encoding="utf-8").splitlines())
    assert given == len(only) + 6
    full = clef("reason", "--full", str(source), "-").stdout.splitlines()
    assert set(full) > set(clef("reason", str(source), "-").stdout.splitlines())
    assert any("owl#Thing" in line for line in full)
    why, turtle = tmp_path / "why.nt", tmp_path / "out.ttl"
    done = clef("reason", "--explain", str(why), str(source), str(turtle))
    assert done.returncode == 0, done.stderr
    assert turtle.read_text(encoding="utf-8").startswith("@prefix ")
    told = why.read_text(encoding="utf-8")
    assert told.count("#byRule>") == len(only)
    assert "rule/prp-trp>" in told
    refused = clef("reason", "--engine", "owlrl", "--explain", str(why), str(source), "-")
    assert refused.returncode == 2
    assert clef("reason", str(source), str(tmp_path / "out.docx")).returncode == 2


def test_the_base_is_one_setting(tmp_path: Path) -> None:
    base = "https://example.org/truth/"
    done = clef("query", *at(tmp_path / "g"), "--format", "csv", ASKED, CLEF_BASE=base)
    assert done.stdout.splitlines()[1] == base + "id/everybody-loves-diamonds"
    exported = clef("export", *at(tmp_path / "g"), CLEF_BASE=base).stdout
    assert "https://w3id.org" not in exported
    wrong = clef("query", ASKED, CLEF_BASE="no-base")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("clef: CLEF_BASE is 'no-base'\n")


def test_progress_is_shown_on_a_terminal_and_never_in_a_pipe(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "server", "build", *at(tmp_path / "graph")]
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        process.wait(60)
    shown = os.read(ours, 4096).decode()
    os.close(ours)
    assert "clef: reasoning …" in shown
    assert clef("build", *at(tmp_path / "graph")).stderr == ""
