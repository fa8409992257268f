"""The ledger: every claim a row, its world, its rivals, and the rows that are asked for."""

from __future__ import annotations

import argparse
import csv
import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import NotFoundError
from kg.ledger import COLUMNS, Entry, as_csv, conflict_groups, entries, line
from kg.namespaces import compact, expand
from kg.pipeline import Inputs
from kg.reviewing import add_ledger
from kg.store import KnowledgeGraph

SECOND = Path(__file__).parent / "fixtures" / "second-2021.ttl"

Ask = Callable[..., str]


@pytest.fixture(scope="module")
def dossier(small_inputs: Inputs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small dossier, contested by a second source."""
    data = tmp_path_factory.mktemp("ledger") / "data" / "small"
    shutil.copytree(small_inputs.data, data)
    shutil.copy(SECOND, data / "sources")
    return data


@pytest.fixture
def ask(dossier: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Return what `clef ledger` prints of the contested dossier."""

    def run(*arguments: str) -> str:
        parser = argparse.ArgumentParser()
        add_ledger(parser.add_subparsers())
        where = ["--data", str(dossier), "--build", str(dossier.parent.parent / "graph")]
        parsed = parser.parse_args(["ledger", *where, *arguments])
        assert parsed.run(parsed) == 0
        return capsys.readouterr().out

    return run


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def ids(text: str) -> list[str]:
    return [row["claim_id"] for row in rows(text)]


def by_id(graph: KnowledgeGraph) -> dict[str, Entry]:
    return {entry.cells["claim_id"]: entry for entry in entries(graph)}


def test_every_claim_is_one_row_in_the_order_of_its_identifier(graph: KnowledgeGraph) -> None:
    found = rows(as_csv(entries(graph)))
    a_claim = (expand("a"), expand("clef:Claim"))
    claims = {compact(t.subject) for t in graph.graphs["claims"] if t[1:] == a_claim}
    assert claims
    assert sorted(row["node"] for row in found) == sorted(claims)
    assert [row["claim_id"] for row in found] == sorted(row["claim_id"] for row in found)
    assert {tuple(row) for row in found} == {COLUMNS}
    for column in ("subject", "predicate", "value", "modality", "rank", "world", "source_id"):
        assert all(row[column] for row in found), column


@pytest.mark.parametrize(
    ("claim", "world"),
    [
        ("C0011", "production"),  # where the series was shot
        ("C0029", "production"),  # a part in a cast list, on a performance
        ("C0006", "fiction"),  # what the told heist stands for
        ("C0045", "real"),
        ("C0057", "real"),  # the term of a sentence
    ],
)
def test_a_world_is_that_of_the_subject(graph: KnowledgeGraph, claim: str, world: str) -> None:
    assert by_id(graph)[claim].cells["world"] == world


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("C0002", "5"),
        ("C0003", "id:eastmere"),
        ("C0004", "2003-01-01/2003-12-31"),
        ("C0005", "7000000"),
        ("C0006", "P6M"),
        ("C0007", "said nothing in court"),
        ("C0011", "6/.."),
    ],
)
def test_a_value_is_plain_text_and_bounds_are_an_interval(
    contested: KnowledgeGraph, claim: str, value: str
) -> None:
    assert by_id(contested)[claim].cells["value"] == value


def test_a_row_says_all_that_a_claim_carries(contested: KnowledgeGraph) -> None:
    assert by_id(contested)["C0005"].cells == {
        "claim_id": "C0005",
        "node": "id:c0005",
        "subject": "id:quill-theft",
        "predicate": "clef:lootValue",
        "value": "7000000",
        "unit": "USD",
        "modality": "clef:Estimated",
        "rank": "clef:Normal",
        "world": "real",
        "source_id": "first-2020",
        "locator": "page 2",
        "conflicts_with": "",
        "aspect": "",
        "polarity": "",
        "attributed_to": "",
        "quotation": "seven million dollars",
    }


def test_a_denial_is_told_as_one(contested: KnowledgeGraph) -> None:
    denial = by_id(contested)["C0013"]
    assert denial.cells["polarity"] == "false"
    assert line(denial) == (
        "id:c0013  not: id:glass-harbour clef:filmedIn id:eastmere  — second-2021, p2"
    )


def test_rivals_name_each_other_and_stand_in_one_group(contested: KnowledgeGraph) -> None:
    found = by_id(contested)
    assert found["C0002"].cells["conflicts_with"] == "C0011"
    assert found["C0011"].cells["conflicts_with"] == "C0002"
    assert found["C0020"].cells["conflicts_with"] == ""
    groups = [[e.cells["claim_id"] for e in g] for g in conflict_groups(entries(contested))]
    assert groups == [["C0002", "C0011"], ["C0003", "C0013"], ["C0006", "C0012"]]


def test_a_group_joins_what_conflicts_through_others(small: KnowledgeGraph) -> None:
    first, second, third, apart = entries(small)[:4]
    chained = [
        replace(first, conflicts=(second.node,)),
        replace(second, conflicts=(first.node, third.node)),
        replace(third, conflicts=(second.node,)),
        replace(apart, conflicts=()),
    ]
    assert conflict_groups(chained) == [chained[:3]]


@pytest.mark.parametrize(
    ("options", "claims"),
    [
        (("--entity", "id:eastmere"), ["C0003", "C0013"]),
        (("--entity", "Eastmere"), ["C0003", "C0013"]),
        (("--entity", "furto Quill"), ["C0001", "C0002", "C0004", "C0005", "C0011"]),
        (("--entity", "clef:Conduct"), ["C0007"]),
        (("--source", "second-2021"), ["C0011", "C0012", "C0013"]),
        (("--source", "id:terzo-2022"), ["C0020"]),
        (("--status", "estimated"), ["C0005"]),
        (("--status", "clef:Deprecated"), []),
        (
            ("--status", "conflicting"),
            ["C0002", "C0003", "C0006", "C0011", "C0012", "C0013"],
        ),
        (("--status", "conflicting", "--source", "first-2020"), ["C0002", "C0003", "C0006"]),
        (("--entity", "eastmere", "--source", "second-2021"), ["C0013"]),
        (("--conflict", "--entity", "quill-theft"), ["C0002", "C0011"]),
    ],
)
def test_the_rows_are_those_asked_for(ask: Ask, options: list[str], claims: list[str]) -> None:
    assert ids(ask("--csv", *options)) == claims


def test_conflicts_are_shown_side_by_side_with_their_sources(ask: Ask) -> None:
    assert ask("--conflict", "--source", "second-2021", "--entity", "id:quill-theft") == (
        "id:quill-theft clef:crewSize\n"
        "  id:c0002  id:quill-theft clef:crewSize 5  — first-2020, page 2, “five of them”\n"
        "  id:c0011  id:quill-theft clef:crewSize 6/..  — second-2021, p1\n"
        "\n"
        "1 group, 2 claims\n"
    )


def test_the_table_for_a_person_counts_its_rows(ask: Ask) -> None:
    head, rule, row, *end = ask("--entity", "westmere").split("\n")
    assert head.split() == [
        *("claim_id", "subject", "predicate", "value", "unit", "modality", "rank"),
        *("source_id", "conflicts_with"),
    ]
    assert set(rule) == {"─", " "}
    assert row.split()[:4] == ["C0020", "id:glass-harbour", "clef:filmedIn", "id:westmere"]
    assert end == ["", "1 row", ""]


@pytest.mark.parametrize(
    ("option", "text", "near"),
    [
        ("--entity", "estmere", "id:eastmere"),
        ("--entity", "id:estmere", "id:eastmere"),
        ("--source", "first-2002", "id:first-2020"),
        ("--status", "asserte", "clef:Asserted"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_what_comes_near(
    ask: Ask, option: str, text: str, near: str
) -> None:
    with pytest.raises(NotFoundError) as caught:
        ask(option, text)
    assert caught.value.where == option
    assert near in caught.value.hint.partition("?")[0]
