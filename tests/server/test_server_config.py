"""The settings of the server travel through the environment unchanged."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from kg.errors import InputError
from server import cli
from server.config import SETTINGS, Config


def test_settings_survive_the_environment() -> None:
    given = Config(
        snapshot=Path("a b"),
        questions=Path("q"),
        host="::1",
        port=9,
        workers=3,
        deadline_s=0.5,
        queue=5,
        queue_wait_s=0,
        per_client=4,
        proxies=1,
        access_log="-",
        stop_wait_s=6,
        max_bytes=1,
        memory_bytes=2,
        max_query_bytes=3,
    )
    assert Config.from_environment(given.to_environment()) == given
    plain = Config(snapshot=Path("x"))
    assert Config.from_environment(plain.to_environment()) == plain


def test_the_documented_table_is_complete_and_true() -> None:
    page = (Path(__file__).parents[2] / "docs" / "http.md").read_text(encoding="utf-8")
    section = page.partition("\n## Settings\n")[2].partition("\n## ")[0]
    shown = [line for line in section.splitlines() if "| `CLEF_" in line]
    assert shown == [
        f"| {f'`{row.flag}`' if row.flag else ''} | `{row.variable}` | {row.meaning} |"
        f" {row.default} |".replace("|  |", "| |")
        for row in SETTINGS
    ]
    assert [row.name for row in SETTINGS] == [field.name for field in dataclasses.fields(Config)]


def test_a_flag_counts_more_than_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: list[Config] = []
    monkeypatch.setattr(cli, "serve", lambda config: given.append(config) or 0)
    monkeypatch.setattr(cli.console, "graph_of", lambda _: None)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    values = {"int": "7", "float": "0.25", "str": "name"}
    for row in SETTINGS:
        monkeypatch.setenv(row.variable, "6" if row.kind == "int" else "0.5")
    flags = [word for row in SETTINGS if row.flag for word in (row.flag, values[row.kind])]
    monkeypatch.setattr("sys.argv", ["clef", "serve", "--build", str(tmp_path), *flags])
    assert cli.main() == 0
    for row in SETTINGS:
        if row.flag:
            assert str(getattr(given[0], row.name)) == values[row.kind]
    assert given[0].snapshot == tmp_path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLEF_PORT", "eighty"),
        ("CLEF_PORT", "0"),
        ("CLEF_PORT", "65536"),
        ("CLEF_WORKERS", "0"),
        ("CLEF_DEADLINE", "-1"),
        ("CLEF_DEADLINE", "nan"),
        ("CLEF_QUEUE_WAIT", "-1"),
        ("CLEF_MAX_BYTES", "1.5"),
        ("CLEF_QUEUE", "1e400"),
        ("CLEF_DEADLINE", "inf"),
        ("CLEF_PROXIES", "-1"),
        ("CLEF_SNAPSHOT", ""),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InputError, match=name):
        Config.from_environment({"CLEF_SNAPSHOT": "x", name: value})


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),  # noqa: S104
        ("::", "http://[::1]:8000/"),
    ],
)
def test_the_url_is_one_that_a_browser_here_can_open(host: str, url: str) -> None:
    assert Config(snapshot=Path("x"), host=host).url == url
