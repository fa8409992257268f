"""Own two claims side by side, and which such pairs answer one question; not their verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kg.claims import Claim, claims_on
from kg.index import Index
from kg.model import Term
from kg.namespaces import iri
from kg.policy import STRICTNESS, Policy, objection
from kg.verdicts import Evidence

__all__ = ["COUNTERPART", "NOTES", "TIES", "Compared", "Judged", "by_aspect", "resembles"]

COUNTERPART = iri("clef:counterpartOf")
NOTES = frozenset(map(iri, ("clef:note", "clef:connectedWith")))
TIES = frozenset({COUNTERPART, iri("rdf:type")})


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim, and why it does not count, a key of `kg.policy.OBJECTIONS`, if it does not."""

    claim: Claim
    objection: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison of the graph: two sides, whether they agree, and who set them side by side.

    `resembles` tells that they only look alike: an editor saw it, in a character whom no source
    ties to anybody real.
    """

    node: Term
    agrees: bool
    kinds: tuple[Term, ...]
    basis: Term | None
    resembles: bool
    story: tuple[Judged, ...]
    record: tuple[Judged, ...]

    @property
    def counts(self) -> bool:
        """Whether a claim of each side counts."""
        return all(any(one.objection is None for one in side) for side in (self.story, self.record))

    @property
    def own(self) -> bool:
        """Whether all that stands on record is somebody's account of themselves."""
        return {one.claim.modality for one in self.record} == {iri("clef:SelfReported")}

    @property
    def evidence(self) -> Evidence:
        """What it says of story and record, if it counts."""
        if self.agrees:
            return "resembles" if self.resembles else "agrees"
        return "adds" if iri("clef:Invented") in self.kinds else "differs"


def resembles(
    index: Index, node: Term, told: Term, without: Collection[Term] = frozenset()
) -> bool:
    """Tell whether a comparison only sees a likeness: an editor made it, of a character.

    No source ties the character to anybody real, however firmly, but for those set aside.
    """
    observed = index.one(node, iri("clef:basis")) == iri("clef:Observed")
    if not observed or iri("clef:Character") not in index.kinds(told):
        return False
    anyhow = Policy(STRICTNESS["flexible"], without=frozenset(without))
    return all(
        one.denies or objection(index, anyhow, one) for one in claims_on(index, told, COUNTERPART)
    )


def by_aspect(found: Iterable[Compared]) -> list[list[Compared]]:
    """Return comparisons by what they answer: who a character is based on, or else an aspect.

    A property is an aspect of what has it. A note says what no property expresses, so it answers
    what the record beside it answers; and where a property is set beside that same claim on record,
    all that the note is set beside belongs with the property.
    """
    compared = list(found)
    owner = {
        side.claim.node: _asked(one.story[0].claim)
        for one in compared
        if not _noted(one)
        for side in one.record
    }
    joined = {
        one.story[0].claim.node: owner[side.claim.node]
        for one in compared
        if _noted(one)
        for side in one.record
        if side.claim.node in owner
    }
    groups: dict[tuple[Term, ...], list[Compared]] = {}
    for one in compared:
        told, met = one.story[0].claim, one.record[0].claim
        key = _asked(told)
        if _noted(one):
            beside = (told.node,) if met.predicate in NOTES else _asked(met)
            key = joined.get(told.node, (told.subject, *beside))
        groups.setdefault(key, []).append(one)
    return [sorted(group, key=_noted) for group in groups.values()]


def _noted(one: Compared) -> bool:
    return one.story[0].claim.predicate in NOTES


def _asked(one: Claim) -> tuple[Term, ...]:
    return (one.subject,) if one.predicate in TIES else (one.subject, one.predicate)
