"""Which claims are rivals: those that nobody holds to be wrong, and arrests that do not fit."""

from __future__ import annotations

import re

import pytest
from little import Concluded, claim, concluding, dated
from test_domain_rules import CASES

STEPS = (
    "id:first a clef:Arrest ; clef:arrests id:man . id:again a clef:Arrest ; clef:arrests id:man ."
    " id:out a clef:Release ; clef:releases id:man ."
    " id:early a clef:Release ; clef:releases id:man .\n"
)
IN_PRISON = (
    claim("a", "s1", dated("first", 2013))
    + claim("b", "s1", dated("out", 2017))
    + claim("c", "s2", dated("again", 2016))
)
FREED = claim("d", "s2", dated("early", 2015))
WHOM = "clef:subject id:again ; clef:predicate clef:arrests ; clef:object id:man"
CLAIMED = STEPS.replace(
    "id:again a clef:Arrest ; clef:arrests id:man .", "id:again a clef:Arrest ."
)

RIVALS = [
    (text, *fact.split()[::2])
    for text, wanted, _ in (
        *CASES.values(),
        (STEPS + IN_PRISON, ["id:c clef:conflictsWith id:b"], []),
    )
    for fact in sorted(wanted)
    if " clef:conflictsWith " in fact
]
"""Cases with two claims that are rivals."""


@pytest.fixture(scope="module")
def conclusions(tmp_path_factory: pytest.TempPathFactory) -> Concluded:
    return concluding(tmp_path_factory.mktemp("cases"))


def wrong(text: str, name: str) -> str:
    """Return a case in which a claim is held to be wrong."""
    claimed = rf"^({name} a clef:Claim .*clef:rank) clef:\w+"
    return re.sub(claimed, r"\1 clef:Deprecated", text, flags=re.MULTILINE)


@pytest.mark.parametrize(("text", "one", "other"), RIVALS)
def test_what_is_held_to_be_wrong_is_no_rival(
    conclusions: Concluded, text: str, one: str, other: str
) -> None:
    conflict = f"{one} clef:conflictsWith {other}"
    assert conflict in conclusions(text)
    for name in (one, other):
        assert wrong(text, name) != text
        assert conflict not in conclusions(wrong(text, name))


def test_what_is_held_to_be_wrong_stands_in_no_list(conclusions: Concluded) -> None:
    text, *_ = CASES[
        "lists of two sources that share a name do not, nor does one source with itself"
    ]
    assert "id:a clef:conflictsWith id:b" not in conclusions(text)
    assert "id:a clef:conflictsWith id:b" in conclusions(wrong(text, "id:c"))


def test_an_arrest_while_in_prison_conflicts_with_the_release(conclusions: Concluded) -> None:
    found = conclusions(STEPS + IN_PRISON)
    assert "id:c clef:conflictsWith id:b" in found
    assert "id:a clef:conflictsWith id:b" not in found
    freed = "id:c clef:conflictsWith id:b"
    assert freed not in conclusions(STEPS + IN_PRISON + FREED)
    assert freed in conclusions(STEPS + IN_PRISON + wrong(FREED, "id:d"))
    assert freed not in conclusions(STEPS + wrong(IN_PRISON, "id:a"))


def test_whom_an_arrest_took_stays_a_claim_and_is_disputed(conclusions: Concluded) -> None:
    rivals = {"id:c clef:conflictsWith id:b", "id:e clef:conflictsWith id:b"}
    whom = claim("e", "s2", WHOM)
    found = conclusions(CLAIMED + IN_PRISON + whom)
    assert rivals <= found
    for text in (IN_PRISON + whom, claim("c", "s2", dated("again", 2016)) + whom):
        assert not {
            fact for fact in conclusions(CLAIMED + text) if "again" in fact and "arrest" in fact
        }
    for text in (wrong(whom, "id:e"), claim("e", "s2", WHOM + " ; clef:polarity false")):
        assert rivals.isdisjoint(conclusions(CLAIMED + IN_PRISON + text))
