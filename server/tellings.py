"""Own what claims come to where they say the same: one telling, in words; not where it is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kg.claims import Claim
from kg.index import Index
from kg.model import Term, Triple
from kg.namespaces import iri
from server.present import label, sentence, value_of
from server.standings import accepted, denials, words_of
from server.words import language

__all__ = ["Telling", "tellings"]

_NOTE, _DEPRECATED = iri("clef:note"), iri("clef:Deprecated")


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing that claims say of a subject: in words, how it stands, and the claims."""

    value: str
    language: str
    words: tuple[str, ...]
    denials: tuple[Claim, ...]
    claims: tuple[Claim, ...]
    accepted: Triple | None
    end: Term | None

    @property
    def sources(self) -> int:
        """How many sources say so."""
        return len({source for one in self.claims for source in one.sources})


def tellings(index: Index, claims: Iterable[Claim], *, whole: bool = False) -> list[Telling]:
    """Return what claims say, each thing once for each standing, what most sources say first.

    What is held to be wrong comes last.

    `whole` sentences are for where neither the subject nor the property stands above them.
    """
    # What one source holds to be wrong, or alleges, must not stain the same said by another.
    grouped: dict[tuple[str, bool, tuple[str, ...]], list[Claim]] = defaultdict(list)
    for one in claims:
        told = sentence(one) if whole or one.denies or one.predicate == _NOTE else _value(one)
        grouped[told, one.denies, tuple(words_of(index, one))].append(one)
    found = []
    for (value, _denies, words), group in grouped.items():
        first = group[0]
        spoken = language() if language() in first.text or not first.text else min(first.text)
        found.append(
            Telling(
                value=value,
                language=spoken,
                words=words,
                denials=denials(index, group),
                claims=tuple(group),
                accepted=next(filter(None, (accepted(index, one) for one in group)), None),
                end=first.values[0] if first.values and value == label(first.values[0]) else None,
            )
        )
    return sorted(found, key=lambda one: (one.claims[0].rank == _DEPRECATED, -one.sources))


def _value(one: Claim) -> str:
    """Return the value that a claim gives, or its sentence where its value is a text."""
    prose = any(
        value.startswith('"') and value[-1] != '"' and "^^" not in value for value in one.values
    )
    bare = (one.values or one.lower or one.upper) and not (prose and one.text)
    return value_of(one) if bare else sentence(one)
