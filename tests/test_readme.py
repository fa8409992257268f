"""The README shows what is really printed, and no command that is not there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from kg.query import execute
from kg.store import KnowledgeGraph

COUNTED = {
    "claims": "SELECT (COUNT(?x) AS ?n) { ?x a clef:Claim }",
    "sources": "SELECT (COUNT(?x) AS ?n) { ?x a clef:Source }",
    "disagree": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x clef:conflictsWith ?y }",
    "people": "SELECT (COUNT(?x) AS ?n) { ?x a clef:Person }",
    "works": "SELECT (COUNT(?x) AS ?n) { ?x a clef:Work }",
    "comparisons": "SELECT (COUNT(?x) AS ?n) { ?x a clef:Comparison }",
    "links": "SELECT (COUNT(?x) AS ?n) { ?x a clef:Link }",
}
"""How each number that the README gives is counted, by a word of its row."""

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_session_of_the_readme_is_what_is_printed(tmp_path: Path) -> None:
    sessions = re.findall(r"^    \$ (clef .*)\n((?:    .*\n|\n(?=    ))*)", README, re.MULTILINE)
    assert sessions
    for command, shown in sessions:
        words = shlex.split(command)[1:]
        done = subprocess.run(
            [sys.executable, "-m", "server", *words, "--build", str(tmp_path / "graph")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        printed = [line.rstrip() for line in done.stdout.rstrip().split("\n")]
        assert [line[4:].rstrip() for line in shown.rstrip().split("\n")] == printed


def test_the_counts_of_the_readme_are_right(graph: KnowledgeGraph) -> None:
    lines = re.findall(r"^\| (\d+) \| (.*) \|$", README, re.MULTILINE)
    shown = {words: int(count) for count, words in lines}
    counts = {
        word: int(execute(graph.store, query, format_name="csv").split()[1])
        for word, query in COUNTED.items()
    }
    counts["questions"] = len(list((ROOT / "ontology" / "questions").glob("*.rq")))
    assert len(shown) == len(counts)
    for words, count in shown.items():
        assert count in {counts[word] for word in re.findall(r"\w+", words) if word in counts}, (
            words
        )


def test_every_make_target_and_command_that_the_readme_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake ([a-z]+)", README):
        assert f"\n{target}:" in makefile
    listed = subprocess.run(
        [sys.executable, "-m", "server", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for command in re.findall(r"(?:^|[`$] ?|    )clef ([a-z][a-z-]*)", README, re.MULTILINE):
        assert re.search(rf"^    {command}\s", listed, re.MULTILINE), command
