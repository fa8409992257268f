"""Own the formula of verdicts: from what counts in a row to one of five words, by a named rule.

docs/decisions/comparison.md tells the formula and why it is so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["RULES", "VERDICTS", "Evidence", "Rule", "decide"]

Evidence: TypeAlias = Literal["agrees", "resembles", "partly", "loosely", "differs", "adds"]
"""What a comparison says of story and record, or a claim of who a character is based on."""

VERDICTS = ("true", "close", "loose", "invented", "unknown")
"""The verdicts, from the nearest to the record to the farthest, and then what cannot be told."""


class Rule(NamedTuple):
    """A rule of the formula: the verdict that it gives, and when it applies, in words."""

    verdict: str
    words: str


RULES: Mapping[str, Rule] = {
    "contested": Rule(
        "unknown", "Claims that count disagree on whether it was invented for the work."
    ),
    "invented": Rule("invented", "A claim that counts says that it was invented for the work."),
    "silent": Rule("unknown", "No source here says how it stands to the record."),
    "uncounted": Rule("unknown", "Something is said of it, but no claim that counts here."),
    "resemblance": Rule("unknown", "There is a resemblance that no source makes, and no more."),
    "undisputed": Rule(
        "true", "All that is compared agrees, and no claim that counts disputes the record."
    ),
    "disputed": Rule(
        "close", "It agrees with a claim on the record that other claims that count dispute."
    ),
    "partial": Rule(
        "close", "A source names a real counterpart, renamed or without saying how close it is."
    ),
    "mixed": Rule("close", "Part of what is compared agrees with the record, and part differs."),
    "loosely": Rule("loose", "Sources name real people as a part of it or as a loose model only."),
    "differs": Rule("loose", "All that is compared differs from the record."),
}
"""The formula: of these the first that applies gives the verdict."""


def decide(evidence: Collection[Evidence], *, known: bool, disputed: bool) -> str:
    """Return the name of the rule that applies to the evidence that counts.

    `known` tells that there is evidence at all, counted or not; `disputed` that claims that count
    conflict with the record side.
    """
    found = set(evidence)
    if not found:
        return "uncounted" if known else "silent"
    if "adds" in found:
        return "invented" if found <= {"adds", "differs", "resembles"} else "contested"
    if "resembles" in found and found <= {"resembles", "differs"}:
        return "resemblance"
    return _weighed(found - {"resembles"}, disputed=disputed)


def _weighed(found: set[Evidence], *, disputed: bool) -> str:
    """Return the rule for what sources set side by side; a mere likeness adds nothing to it."""
    if found == {"agrees"}:
        return "disputed" if disputed else "undisputed"
    if found <= {"agrees", "partly"}:
        return "partial"
    if found <= {"loosely", "differs"}:
        return "loosely" if "loosely" in found else "differs"
    return "mixed"
