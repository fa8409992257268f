"""Own which claims count, as a reader chooses: how strict, without which sources; not what follows.

The degrees of strictness are data with their words, so that a page can show the rule it applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.claims import Claim, claim
from kg.index import Index
from kg.model import Term
from kg.namespaces import iri

__all__ = [
    "BALANCED",
    "OBJECTIONS",
    "STRICTNESS",
    "Policy",
    "Strictness",
    "independent",
    "objection",
]

_TRUE = f'"true"^^{iri("xsd:boolean")}'
_COURT, _DEPRECATED = iri("clef:FoundByCourt"), iri("clef:Deprecated")
_PROMOTABLE, _REPUBLISHES = iri("clef:promotable"), iri("clef:republishes")


@dataclass(frozen=True, slots=True)
class Strictness:
    """What a claim needs in order to count.

    `firm` asks for a modality that may become a plain statement (`clef:promotable`); `own` for
    what the source says itself, not in the name of somebody; `sources` for so many independent
    ones, or for a court that found it.
    """

    name: str
    label: str
    words: str
    firm: bool = True
    own: bool = False
    sources: int = 1


STRICTNESS: Mapping[str, Strictness] = {
    one.name: one
    for one in (
        Strictness(
            "flexible",
            "Flexible",
            "Every claim counts, also rumours, allegations and what people say of themselves; only"
            " a claim that is held to be wrong does not.",
            firm=False,
        ),
        Strictness(
            "balanced",
            "Balanced",
            "What a source says, estimates, credits or reports as found by a court counts; rumours,"
            " allegations and what people say of themselves do not.",
        ),
        Strictness(
            "strict",
            "Strict",
            "As balanced, and only what the source says itself and a second, independent source"
            " says too, or what a court found.",
            own=True,
            sources=2,
        ),
    )
}
"""From the least to the most strict: what a stricter one counts, one before it counts too."""

BALANCED = STRICTNESS["balanced"]

OBJECTIONS: Mapping[str, str] = {
    "without": "its source is set aside",
    "deprecated": "held to be wrong",
    "modality": "rumour, allegation or own account",
    "attributed": "said in somebody's name",
    "sources": "no second source",
}
"""Why a claim does not count, in words; the first that applies is told."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a reader chose: how strict, up to which episode, and without which sources."""

    strictness: Strictness = BALANCED
    through: int | None = None
    without: frozenset[Term] = frozenset()


def objection(index: Index, policy: Policy, one: Claim, *, tells: bool = False) -> str | None:
    """Return why a claim does not count, a key of `OBJECTIONS`; `None` where it counts.

    A claim that only `tells` what is seen in a story is not asked how firm it is: the strictness
    is about the record, and about what ties a story to it.
    """
    return next(_objections(index, policy, one, tells), None)


def _objections(index: Index, policy: Policy, one: Claim, tells: bool) -> Iterator[str]:
    wanted = policy.strictness
    if not set(one.sources) - policy.without:
        yield "without"
    if one.rank == _DEPRECATED:
        yield "deprecated"
    if tells:
        return
    if not _firm(index, wanted, one):
        yield "modality"
    if one.modality == _COURT:
        return
    if wanted.own and one.attributed_to:
        yield "attributed"
    if len(independent(index, policy, one)) < wanted.sources:
        yield "sources"


def independent(index: Index, policy: Policy, one: Claim) -> frozenset[Term]:
    """Return the independent sources that say what a claim says, copies traced to what they repeat.

    Those that say it less firmly than the policy asks are left out.
    """
    wanted = policy.strictness
    others = (claim(index, node) for node in one.corroborated)
    agreeing = (
        other
        for other in others
        if other.rank != _DEPRECATED
        and _firm(index, wanted, other)
        and not (wanted.own and other.attributed_to)
    )
    sources = {source for each in (one, *agreeing) for source in each.sources}
    return frozenset(_origins(index, sources - policy.without))


def _firm(index: Index, wanted: Strictness, one: Claim) -> bool:
    return not wanted.firm or _TRUE in index.objects(one.modality, _PROMOTABLE)


def _origins(index: Index, sources: Iterable[Term]) -> Iterator[Term]:
    """Yield the sources that sources repeat in the end, or themselves where they repeat none."""
    waiting, seen = list(sources), set(sources)
    while waiting:
        source = waiting.pop()
        repeated = index.objects(source, _REPUBLISHES)
        if not repeated:
            yield source
        waiting.extend(set(repeated) - seen)
        seen.update(repeated)
