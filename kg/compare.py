"""Own the comparison of a work with the record: its rows, what counts in them, their verdicts.

Comparisons whose story side speaks of the same thing are one row; each character is a row. How a
row is told to a reader is not decided here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kg.aspects import COUNTERPART, NOTES, TIES, Compared, Judged, by_aspect, resembles
from kg.claims import Claim, claim, claims_on
from kg.index import Index
from kg.model import Term
from kg.namespaces import iri, local_name
from kg.policy import Policy, objection
from kg.terms import literal_parts
from kg.verdicts import RULES, VERDICTS, Evidence, decide

__all__ = ["Comparison", "Row", "compare", "episodes", "works"]

_CHARACTER, _INVENTED = iri("clef:hasCharacter"), iri("clef:InventedCharacter")
_TYPE, _PART_OF = iri("rdf:type"), iri("clef:partOf")
_COMPARISON, _NUMBER = iri("clef:hasComparison"), iri("clef:episodeNumber")
_STORY, _RECORD = iri("clef:storySide"), iri("clef:recordSide")
_CLOSENESS: Mapping[Term | None, Evidence] = {
    iri("clef:SameName"): "agrees",
    iri("clef:PartOfComposite"): "loosely",
    iri("clef:LooselyInspired"): "loosely",
}
"""What a degree of closeness says; one that is renamed, or of no degree, agrees in part."""


@dataclass(frozen=True, slots=True)
class Row:
    """One aspect of a work, or one character: what is told, what is on record, and the verdict.

    `predicates` are the properties that the row asks about, the story's first; `disputed` tells
    that claims that count disagree. Of a row that is withheld nothing but what it asks is here: no
    verdict, no rule, no claim.
    """

    name: str
    subject: Term
    predicates: tuple[Term, ...]
    is_character: bool
    episode: int | None
    withheld: bool = False
    verdict: str = ""
    rule: str = ""
    disputed: bool = False
    compared: tuple[Compared, ...] = ()
    story: tuple[Judged, ...] = ()
    record: tuple[Judged, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """The rows of a work under a policy, and what they come to."""

    work: Term
    policy: Policy
    rows: tuple[Row, ...]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many rows have each verdict; one that is withheld has none."""
        found = Counter(row.verdict for row in self.rows if not row.withheld)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def withheld(self) -> int:
        """How many rows are withheld."""
        return sum(row.withheld for row in self.rows)

    @property
    def told(self) -> int:
        """About how many rows something can be told: those with another verdict than unknown."""
        return sum(number for verdict, number in self.counts.items() if verdict != "unknown")

    @property
    def near(self) -> int:
        """How many rows are true to the record or close."""
        return self.counts["true"] + self.counts["close"]


def works(index: Index) -> list[Term]:
    """Return the works with comparisons, or with a character of whom the origin is known."""
    return [work for work in index.members(iri("clef:Work")) if _compared(index, work)]


def _compared(index: Index, work: Term) -> bool:
    return bool(index.objects(work, _COMPARISON)) or any(
        _INVENTED in index.kinds(one) or index.objects(one, COUNTERPART)
        for one in index.objects(work, _CHARACTER)
    )


def episodes(index: Index, work: Term) -> Mapping[Term, int]:
    """Return the episodes of a work that have a number; none where two have the same.

    Then each season counts from one, and a number does not tell what comes first.
    """
    found = {
        part: int(literal_parts(number)[0])
        for part in index.subjects(_PART_OF, work)
        for number in index.objects(part, _NUMBER)[:1]
    }
    return found if len(set(found.values())) == len(found) else {}


def compare(index: Index, work: Term, policy: Policy) -> Comparison:
    """Return the comparison of a work: its aspects, those most spoken of first, then characters."""
    reader = _Reader(index, work, policy)
    parts = [work, *index.subjects(_PART_OF, work)]
    characters = sorted({one for part in parts for one in index.objects(part, _CHARACTER)})
    nodes = sorted({node for part in parts for node in index.objects(part, _COMPARISON)})
    groups = by_aspect(reader.compared(node) for node in nodes)
    about = {group[0].story[0].claim.subject: group for group in groups if _ties(group)}
    people = [reader.character(one, about.get(one, [])) for one in characters]
    aspects = [reader.aspect(group) for group in groups if not _ties(group)]
    aspects.sort(key=_most_said)
    people.sort(key=lambda row: index.label(row.subject))
    return Comparison(work, policy, (*aspects, *people))


def _ties(compared: list[Compared]) -> bool:
    return compared[0].story[0].claim.predicate in TIES


def _most_said(row: Row) -> tuple[int, bool, str]:
    """Return what sorts rows: how many claims answer it, then whether both sides ask the same."""
    said = Counter(one.claim.predicate for one in row.record)
    asked = [said[one] for one in row.predicates if one in said]
    return (-next(iter(asked), len(row.record)), len(row.predicates) > 1, row.name)


class _Reader:
    """Reads the rows of one work under one policy."""

    def __init__(self, index: Index, work: Term, policy: Policy) -> None:
        self._index, self._policy = index, policy
        self._episodes = episodes(index, work)

    def compared(self, node: Term) -> Compared:
        """Return what a comparison of the graph says."""
        index = self._index
        story = self._judged(claim(index, one) for one in index.objects(node, _STORY))
        return Compared(
            node=node,
            agrees=iri("clef:Correspondence") in index.kinds(node),
            kinds=index.objects(node, iri("clef:divergenceKind")),
            basis=index.one(node, iri("clef:basis")),
            resembles=resembles(index, node, story[0].claim.subject, self._policy.without),
            story=story,
            record=self._judged(claim(index, one) for one in index.objects(node, _RECORD)),
        )

    def aspect(self, compared: list[Compared]) -> Row:
        """Return the row of comparisons that answer the same."""
        told = compared[0].story[0].claim
        noted = told.predicate in NOTES
        sides = [one.claim.predicate for each in compared for one in each.record]
        asked = dict.fromkeys([told.predicate, *sides])
        of_subject = f"{local_name(told.subject)}-{local_name(told.predicate)}"
        row = Row(
            name=local_name(told.node) if noted else of_subject,
            subject=told.subject,
            predicates=tuple(one for one in asked if one not in NOTES),
            is_character=False,
            episode=self._shown(compared),
        )
        same = [] if noted else claims_on(self._index, told.subject, told.predicate)
        shown = [*same, *(one.claim for each in compared for one in each.story)]
        return self._filled(row, compared, self._judged({one.node: one for one in shown}.values()))

    def character(self, character: Term, compared: list[Compared]) -> Row:
        """Return the row that asks whether a character is based on somebody."""
        seen = [
            self._episodes[work]
            for work in self._index.objects(character, iri("clef:appearsIn"))
            if work in self._episodes
        ]
        row = Row(
            name=local_name(character),
            subject=character,
            predicates=(COUNTERPART,),
            is_character=True,
            episode=min(seen, default=None),
        )
        ties = [
            one
            for one in claims_on(self._index, character)
            if one.predicate == COUNTERPART or (one.predicate == _TYPE and _INVENTED in one.values)
        ]
        return self._filled(row, compared, self._judged(ties))

    def _filled(self, row: Row, compared: list[Compared], story: tuple[Judged, ...]) -> Row:
        """Return a row with its claims and its verdict, or bare where it is withheld."""
        through, last = self._policy.through, max(self._episodes.values(), default=0)
        held = through is not None and (row.episode is None or row.episode > through)
        if held and through is not None and through < last:
            return replace(row, withheld=True)
        ties = [one for one in story if one.claim.predicate in TIES]
        counted = [one for one in compared if one.counts]
        evidence = [one.evidence for one in counted]
        evidence += [self._tie(one.claim) for one in ties if one.objection is None]
        met = [one for each in counted if each.agrees for one in each.record]
        disputed = any(self._disputed(one) for one in (*met, *ties))
        rule = decide(evidence, known=bool(compared or ties), disputed=disputed)
        record = self._record(compared, alone=row.is_character)
        return replace(
            row,
            verdict=RULES[rule].verdict,
            rule=rule,
            disputed=disputed or (not row.is_character and any(map(self._disputed, record))),
            compared=tuple(compared),
            story=story,
            record=record,
        )

    def _tie(self, one: Claim) -> Evidence:
        """Return what a claim says that ties a character to the record, or cuts it off."""
        if one.predicate == _TYPE:
            return "adds"
        return _CLOSENESS.get(self._index.one(one.node, iri("clef:closeness")), "partly")

    def _judged(self, claims: Iterable[Claim]) -> tuple[Judged, ...]:
        return tuple(Judged(one, self._objection(one)) for one in claims)

    def _objection(self, one: Claim) -> str | None:
        tells = one.world == "fiction" and one.predicate not in TIES
        return objection(self._index, self._policy, one, tells=tells)

    def _disputed(self, one: Judged) -> bool:
        """Tell whether a claim that counts conflicts with a claim that counts too."""
        if one.objection:
            return False
        rivals = (claim(self._index, node) for node in one.claim.conflicts)
        return any(rival.world != "fiction" and not self._objection(rival) for rival in rivals)

    def _record(self, compared: list[Compared], *, alone: bool) -> tuple[Judged, ...]:
        """Return the claims of the record sides, then, unless `alone`, what answers the same."""
        sides = [one.claim for each in compared for one in each.record]
        same = [
            other
            for side in sides
            if not alone and side.predicate not in NOTES
            for other in claims_on(self._index, side.subject, side.predicate)
        ]
        return self._judged({one.node: one for one in (*sides, *same)}.values())

    def _shown(self, compared: list[Compared]) -> int | None:
        """Return the last episode that a row tells of; `None` where one claim names none."""
        shown = [self._told_in(one.claim.subject) for each in compared for one in each.story]
        return None if None in shown else max(one for one in shown if one is not None)

    def _told_in(self, subject: Term) -> int | None:
        told = self._index.objects(subject, iri("clef:toldIn"))
        if not told or not all(work in self._episodes for work in told):
            return None
        return max(self._episodes[work] for work in told)
