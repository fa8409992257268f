"""The settings of the server travel through the environment unchanged."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from kg.errors import InputError
from server import config
from server.config import Config


def test_settings_survive_the_environment() -> None:
    given = Config(
        snapshot=Path("a b"),
        questions=Path("q"),
        host="::1",
        port=9,
        workers=3,
        deadline_s=0.5,
        queue_wait_s=0,
        max_bytes=1,
        memory_bytes=2,
        max_query_bytes=3,
    )
    assert Config.from_environment(given.to_environment()) == given
    plain = Config(snapshot=Path("x"))
    assert Config.from_environment(plain.to_environment()) == plain


def test_both_tables_of_settings_are_complete_and_true() -> None:
    table = config.__doc__ or ""
    page = (Path(__file__).parents[2] / "docs" / "http.md").read_text()
    assert table.count("    CLEF_") == page.count("| `CLEF_") == len(dataclasses.fields(Config))
    for variable, value in Config(snapshot=Path("x")).to_environment().items():
        default = "(required)" if variable == "CLEF_SNAPSHOT" else value.removesuffix(".0")
        row = next(line for line in table.splitlines() if f"    {variable} " in line)
        told = next(line for line in page.splitlines() if line.startswith(f"| `{variable}` "))
        assert default in row.split(variable)[1]
        assert told.endswith(f"| {default} |")


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
