"""docs/gates.md names every check of `clef validate`, and nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg import paths
from kg.validate import checks

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "gates.md").read_text(encoding="utf-8")
CHECKS = {name for names in checks(paths.ontology()).values() for name in names}
A_PLACE = re.compile(r"[\w/]+\.py::\w+")


def places(text: str) -> set[str]:
    """Return what the text names in code type: checks, and tests as file::name."""
    return set(re.findall(r"`([^`]+)`", text))


def missing(named: set[str]) -> set[str]:
    """Return the tests, and the names like those of checks, that are not there."""
    tests = {name for name in named if A_PLACE.fullmatch(name)}
    like_checks = {name for name in named if re.fullmatch(r"shape:\w+|[a-z]+(-[a-z]+)+", name)}
    return {name for name in tests if not defined(name)} | like_checks - CHECKS


def defined(place: str) -> bool:
    file, _, name = place.partition("::")
    path = TESTS / file
    wanted = re.compile(rf"^(?:def {name}\(|{name}(?::[^=]+)? = )", re.MULTILINE)
    return path.is_file() and bool(wanted.search(path.read_text(encoding="utf-8")))


def rows() -> list[list[str]]:
    """Return the cells of the rows of the numbered list."""
    return [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")][
        1:32
    ]


def test_what_the_page_names_is_there() -> None:
    assert missing(places(PAGE)) == set()


def test_every_check_stands_on_the_page() -> None:
    assert CHECKS - places(PAGE) == set()


def test_the_list_is_whole_and_every_row_names_a_check_and_a_case() -> None:
    assert [row[0] for row in rows()] == [str(number) for number in range(1, 32)]
    for number, _, where, case in rows():
        assert places(where), number
        assert places(case), number


@pytest.mark.parametrize(
    "name",
    ["claim-kinds", "shape:Klaim", "test_gates.py::KASES", "test_gate.py::CASES", "shape:Claims"],
)
def test_a_name_that_is_not_there_is_noticed(name: str) -> None:
    assert missing({name, "claim-kind", "shape:Claim", "test_gates.py::CASES"}) == {name}
