"""docs/http.md shows what this dossier's endpoint really answers."""

from __future__ import annotations

import itertools
import re
import shlex
from pathlib import Path

import pytest

from kg.store import KnowledgeGraph, save_snapshot
from server.app import create_app
from server.config import Config
from server.state import KEY

PAGE = Path(__file__).resolve().parent.parent / "docs" / "http.md"
SESSION = re.compile(r"^    \$ (curl (?:.*\\\n)*.*)\n((?:    .*\n)+)", re.MULTILINE)


def as_pattern(shown: str) -> re.Pattern[str]:
    """Return what a shown answer matches; `…` stands for any characters."""
    return re.compile(".*".join(map(re.escape, shown.split("…"))))


def test_the_answers_shown_are_the_answers_given(graph: KnowledgeGraph, tmp_path: Path) -> None:
    sessions = SESSION.findall(PAGE.read_text(encoding="utf-8"))
    assert len(sessions) >= 4
    save_snapshot(graph, tmp_path / "graph")
    app = create_app(Config(snapshot=tmp_path / "graph", workers=1))
    client = app.test_client()
    try:
        for command, shown in sessions:
            words = shlex.split(command.replace("\\\n", " "))
            options = dict(itertools.pairwise(words))
            url = next(word for word in words if word.startswith("http://127.0.0.1:8000"))
            headers = dict([options["-H"].split(": ")]) if "-H" in options else {}
            path = url.removeprefix("http://127.0.0.1:8000")
            if "--data-urlencode" in options:
                name, _, value = options["--data-urlencode"].partition("=")
                answer = client.post(path, data={name: value}, headers=headers)
            else:
                answer = client.get(path, headers=headers)
            given = [line.rstrip() for line in answer.text.rstrip().split("\n")]
            expected = [line[4:].rstrip() for line in shown.rstrip("\n").split("\n")]
            assert len(given) == len(expected), command
            for line, pattern in zip(given, expected, strict=True):
                assert as_pattern(pattern).fullmatch(line), (command, line)
    finally:
        app.extensions[KEY].pool.close()


def test_another_answer_than_the_one_shown_is_noticed() -> None:
    assert as_pattern('{"triples":…}').fullmatch('{"triples":8026}')
    with pytest.raises(AssertionError):
        assert as_pattern('{"head":…}').fullmatch('{"boolean":true}')
