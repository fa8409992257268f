"""A dossier of one's own: anywhere, from any working directory, where nobody may write."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlencode

import pytest

from kg import paths
from kg.errors import InputError
from kg.files import file_findings
from kg.load import load_dataset
from kg.questions import load_questions

DOSSIERS = Path(__file__).parent / "dossiers"
ASKED = "SELECT ?who { id:oriandra-velqueth clef:portrayedBy ?who } ORDER BY ?who"
PORTRAYAL = ("id:ysolt-pennibraith", "clef:portrays", "id:oriandra-velqueth")

Done: TypeAlias = "subprocess.CompletedProcess[str]"


def clef(*arguments: str, cwd: Path) -> Done:
    command = [sys.executable, "-m", "server", *arguments]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120
    )


def listing(folder: Path) -> dict[str, str]:
    """Return every file under a folder with the digest of its content."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a working directory beside `sent in/mine`, a dossier that nobody may write to."""
    top = tmp_path_factory.mktemp("elsewhere")
    data = top / "sent in" / "mine"
    shutil.copytree(DOSSIERS / "many-actors", data)
    held = [data.parent, data, *data.rglob("*")]
    for path in held:
        path.chmod(path.stat().st_mode & ~0o222)
    before = listing(data)
    (top / "desk").mkdir()
    yield top / "desk"
    assert listing(data) == before, "nothing is written where the data stands"
    for path in held:
        path.chmod(path.stat().st_mode | 0o200)


@pytest.fixture(scope="module")
def built(desk: Path) -> Path:
    done = clef("build", "--data", "../sent in/mine", cwd=desk)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("built build/mine, in triples: ontology ")
    return desk


def test_a_dossier_is_validated_from_within_too(desk: Path) -> None:
    done = clef("validate", "--data", ".", cwd=desk.parent / "sent in" / "mine")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("valid: no finding and no contradiction")


def test_a_dossier_is_asked_and_explained(built: Path) -> None:
    asked = clef("query", "--data", "../sent in/mine", "--format", "csv", ASKED, cwd=built)
    assert asked.returncode == 0, asked.stderr
    names = [line.rpartition("/")[2] for line in asked.stdout.splitlines()[1:]]
    assert names == [
        "quenby-farthrillow", "tolliva-grindlemarsh", "ysolt-pennibraith", "zephrine-ombrecask",
    ]  # fmt: skip
    told = clef("explain", "--data", "../sent in/mine", *PORTRAYAL, cwd=built)
    assert told.returncode == 0, told.stderr
    assert "skyward-press-1998, cast, episode 1x01" in told.stdout
    assert "steps accepted" in told.stdout


def test_a_dossier_is_exported_and_its_graph_stands_where_it_is_told_to(built: Path) -> None:
    graph, target = built.parent / "graphs" / "of mine", built / "inferred.nt"
    arguments = ("--graph", "inferred", "--format", "ntriples", "--output", "inferred.nt")
    done = clef(
        "export", "--data", "../sent in/mine/", "--build", str(graph), *arguments, cwd=built
    )
    assert done.returncode == 0, done.stderr
    assert "ysolt-pennibraith> <" in target.read_text(encoding="utf-8")
    assert listing(graph) == listing(built / "build" / "mine")


@contextlib.contextmanager
def served(data: str, cwd: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "server", "serve", "--data", data, "--port", str(port)]
    with subprocess.Popen(
        command, cwd=cwd, env=os.environ | {"CLEF_WORKERS": "1"}, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            assert "Clef is ready" in process.stdout.readline()
            yield port
        finally:
            process.terminate()


def test_a_dossier_is_served_with_its_own_questions(built: Path) -> None:
    with served("../sent in/mine", built) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/", headers={"Accept": "text/html"})
        page = connection.getresponse().read().decode()
        assert "Who has portrayed Oriandra Velqueth, and in which works?" in page
        path = "/sparql?" + urlencode({"query": ASKED})
        connection.request("GET", path, headers={"Accept": "text/csv"})
        assert connection.getresponse().read().decode().count("\r\n") == 5
        connection.close()


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        ("nowhere", 2, "nowhere: no such folder"),
        ("empty", 2, "empty: no Turtle file\n  a dossier is a folder with dossier.ttl"),
        ("two", 4, "is a dossier beside id:dossier-"),
    ],
)
def test_a_folder_that_is_no_dossier_is_told(
    tmp_path: Path, data: str, code: int, words: str
) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("composite", "many-actors"):
        shutil.copytree(DOSSIERS / name, tmp_path / "two" / name)
    done = clef("build", "--data", data, cwd=tmp_path)
    assert done.returncode == code
    assert words in done.stderr
    assert not (tmp_path / "build").exists()


def test_a_folder_within_a_dossier_is_told() -> None:
    dataset = load_dataset(paths.ontology(), DOSSIERS / "composite" / "sources")
    (finding,) = (found for found in file_findings(dataset) if found.check == "one-dossier")
    assert "write dossier.ttl, with a dcat:Dataset, or name the folder" in finding.message


def test_a_question_that_says_nothing_stops_the_server(tmp_path: Path) -> None:
    shutil.copytree(DOSSIERS / "many-actors", tmp_path / "mine")
    broken = tmp_path / "mine" / "questions" / "broken.rq"
    broken.write_text("SELECT * { ?s ?p ?o }", encoding="utf-8")
    done = clef("serve", "--data", "mine", cwd=tmp_path)
    assert done.returncode == 2
    assert "broken.rq:1: a question begins with its words" in done.stderr
    assert not (tmp_path / "build").exists()


def test_a_question_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken.rq").write_bytes(b"# \xff")
    with pytest.raises(InputError, match=r"broken\.rq: a question cannot be read"):
        load_questions(tmp_path)
