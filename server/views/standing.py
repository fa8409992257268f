"""Own how what is said stands: whose word it is, how many say so, who says otherwise.

Marks are in English, or the term of a modality or rank; `told` puts them in the words of the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kg.claims import Claim, claims_on
from kg.explain import proof_of, steps
from kg.index import Index
from kg.model import Term, Triple
from kg.namespaces import iri
from kg.terms import literal_parts
from server.present import label, sentence, value_of
from server.standings import disputing
from server.words import gettext as _
from server.words import language

__all__ = [
    "Backing",
    "Said",
    "backing",
    "in_english",
    "said",
    "spoken_in",
    "told",
    "told_value",
]

_REPORTED, _NORMAL = iri("clef:Asserted"), iri("clef:Normal")
_DEPRECATED = iri("clef:Deprecated")
_SAID = {"inferred": "follows"}
"""What a page calls a mark that the data write otherwise."""


@dataclass(frozen=True, slots=True)
class Said:
    """One value that claims give: the claims, their sources, and how the value stands."""

    claims: tuple[Claim, ...]
    sources: tuple[Term, ...]
    marks: tuple[str, ...]

    @property
    def first(self) -> Claim:
        """A claim that gives the value as they all do."""
        return self.claims[0]

    @property
    def whose(self) -> tuple[Term, ...]:
        """Those to whom sources attribute it."""
        return _whose(self.claims)


@dataclass(frozen=True, slots=True)
class Backing:
    """What a statement of the graph rests on: claims of it, sources, how it stands, its denials."""

    claims: tuple[Claim, ...]
    sources: tuple[Term, ...]
    marks: tuple[str, ...]
    denials: tuple[Claim, ...]

    @property
    def whose(self) -> tuple[Term, ...]:
        """Those to whom sources attribute it."""
        return _whose(self.claims)


def said(claims: Iterable[Claim]) -> list[Said]:
    """Return what claims give for a property, value by value: what most sources say comes first.

    A value that is deprecated comes last, apart from the same value that is not.
    """
    groups: dict[object, list[Claim]] = defaultdict(list)
    for one in claims:
        deprecated = one.rank == _DEPRECATED
        key = (deprecated, one.denies, one.values, one.lower, one.upper, one.unit)
        groups[key].append(one)
    found = [Said(tuple(group), _sources(group), _marks(group)) for group in groups.values()]
    return sorted(
        found,
        key=lambda one: (
            one.first.rank == _DEPRECATED,
            -len(one.sources),
            one.first.identifier,
        ),
    )


def backing(index: Index, triple: Triple) -> Backing:
    """Return what a statement of the graph rests on."""
    stated = [c for c in claims_on(index, triple.subject, triple.predicate) if _gives(c, triple)]
    inferred = index.standing(triple) == "inferred"
    marks = list(_marks(stated))
    if inferred:
        proof = proof_of(triple, index.graph.derivations.get, index.witnesses)
        origins = [origin for step in steps(proof) for origin in step.origins if origin.node]
        found = {m for o in origins for m in index.objects(o.node or "", iri("clef:modality"))}
        marks = ["inferred", *sorted(found - {_REPORTED})]
    else:
        origins = [origin for origin in index.origins(triple) if origin.node]
        for origin in origins:
            marks += index.objects(origin.node or "", iri("clef:modality"))
    against = disputing(index, triple)
    if against:
        marks.append("denied")
    sources = {source for one in stated for source in one.sources} | {o.source for o in origins}
    return Backing(tuple(stated), tuple(sorted(sources)), tuple(dict.fromkeys(marks)), against)


def told(marks: Iterable[str]) -> list[str]:
    """Return marks in the words of the page."""
    return [
        _("reported")
        if mark == _REPORTED
        else label(mark)
        if mark.startswith("<")
        else _(_SAID.get(mark, mark))
        for mark in marks
    ]


def in_english(index: Index, marks: Iterable[str]) -> list[str]:
    """Return marks as the data writes them."""
    return [
        "reported" if m == _REPORTED else index.label(m) if m.startswith("<") else m for m in marks
    ]


def told_value(one: Claim) -> str:
    """Return what a claim gives as value; in a sentence where only that says it to this reader."""
    return sentence(one) if _in_a_sentence(one) else value_of(one)


def spoken_in(one: Claim) -> str:
    """Return the language of a claim's value as `told_value` tells it, if it is not the page's."""
    tongues = sorted(one.text) if _in_a_sentence(one) else _tongues(one)
    return "" if language() in tongues else next(iter(tongues), "")


def _in_a_sentence(one: Claim) -> bool:
    """Tell whether a claim is a note, or its value is in another language and its text is not."""
    if one.predicate == iri("clef:note"):
        return bool(one.text)
    tongues = _tongues(one)
    return bool(tongues) and language() in one.text and language() not in tongues


def _tongues(one: Claim) -> list[str]:
    """Return the languages of the values of a claim; what is in none has no part in it."""
    found = (literal_parts(value)[1] for value in one.values if value[0] == '"')
    return [tongue for tongue in found if tongue]


def _gives(one: Claim, triple: Triple) -> bool:
    return triple.object in one.values and not one.denies


def _whose(claims: Iterable[Claim]) -> tuple[Term, ...]:
    """Return those to whom every one of the claims attributes it: none speaks for the others."""
    each = [set(one.attributed_to) for one in claims]
    return tuple(sorted(set.intersection(*each))) if each else ()


def _sources(group: Iterable[Claim]) -> tuple[Term, ...]:
    return tuple(sorted({source for one in group for source in one.sources}))


def _marks(group: Iterable[Claim]) -> tuple[str, ...]:
    """Return how claims stand: the modalities that they have, and what else is to be known."""
    group = list(group)
    marks = sorted({one.modality for one in group})
    marks += sorted({one.rank for one in group} - {_NORMAL})
    if any(one.disputed for one in group):
        marks.append("disputed")
    if any(one.denied for one in group):
        marks.append("denied")
    return tuple(marks)
