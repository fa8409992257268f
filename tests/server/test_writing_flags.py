"""The flags of `clef serve` on writing go together, or are refused before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from server import cli
from server.config import Config
from server.state import _target
from tests.server.writing import TOKEN


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Config]:
    """Collect what would be served, in a folder of its own."""
    given: list[Config] = []
    monkeypatch.setattr(cli, "serve", lambda config: given.append(config) or 0)
    monkeypatch.setattr(cli.console, "graph_of", lambda _: None)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "dossier").mkdir()
    return given


def run(monkeypatch: pytest.MonkeyPatch, flags: str) -> int:
    monkeypatch.setattr("sys.argv", ["clef", "serve", "--data", "dossier", *flags.split()])
    return cli.main()


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ("--writable", "--token-file FILE"),
        ("--token-file token", "add --writable"),
        ("--no-reasoning", "--workspace DIR"),
        ("--writable --token-file none", "no such token file"),
        ("--writable --token-file empty", "holds no token"),
    ],
)
def test_what_does_not_go_together_is_refused(
    served: list[Config],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    flags: str,
    told: str,
) -> None:
    assert run(monkeypatch, flags) == 2
    assert told in capsys.readouterr().err
    assert not served


def test_a_dossier_is_read_only_unless_it_is_said(
    served: list[Config], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CLEF_TOKEN_FILE", str(tmp_path / "token"))
    assert run(monkeypatch, "") == 0
    assert (served[0].token_file, served[0].workspace) == (None, None)
    assert served[0].data == tmp_path / "dossier", "what is read is not written to"
    assert _target(served[0]) is None


def test_what_is_served_to_be_written(
    served: list[Config], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    writable = "--writable --token-file token"
    for flags in (
        writable,
        f"{writable} --workspace w",
        f"{writable} --workspace w --no-reasoning",
    ):
        assert run(monkeypatch, flags) == 0
    dossier, workspace, plain = served
    assert all(config.token_file == tmp_path / "token" for config in served)
    assert (dossier.data, dossier.workspace) == (tmp_path / "dossier", None)
    assert (workspace.data, workspace.workspace) == (None, tmp_path / "w")
    assert [config.reasoning for config in served] == [1, 1, 0]
    assert plain.snapshot == tmp_path / "w"
