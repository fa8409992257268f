"""Own a proof as the steps that a page or a drawing shows; neither how they look nor the proof."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kg.claims import claim
from kg.index import Index, Standing
from kg.model import Origin, Proof, Term, Triple
from kg.namespaces import iri
from kg.tell import shown
from server.present import label
from server.sayings import claim_sentence, is_axiom, rule_words, sentence
from server.state import state
from server.words import gettext as _

__all__ = ["Said", "Step", "sources_of", "steps_of", "told", "voices"]

_QUOTED = 160
_CLAIM = (iri("rdf:type"), iri("clef:Claim"))
_PLAIN = frozenset(map(iri, ("clef:Normal", "clef:Asserted")))


@dataclass(frozen=True, slots=True)
class Said:
    """Who says something, where, and in which words; not longer than a page wants them."""

    source: Term
    locator: str
    quotation: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a proof in words.

    A `step` follows by a rule from what is `below`, `again` stands for one that was told before,
    with its number. A leaf is a `claim`, a `fact` that a source documents, or an `axiom` of ours.
    """

    kind: Literal["step", "again", "claim", "fact", "axiom"]
    triple: Triple
    sentence: str
    number: int = 0
    rule: str = ""
    rule_label: str = ""
    rule_words: str = ""
    standing: Standing = "asserted"
    status: str = ""
    said: tuple[Said, ...] = ()
    below: tuple[Step, ...] = ()


def told(proof: Proof) -> Step:
    """Return the steps of a proof, the conclusion first; what comes twice is told once."""
    return _told(proof, {}, state().library.edition().index)


def _told(proof: Proof, numbers: dict[int, int], index: Index) -> Step:
    triple = proof.conclusion
    assert triple is not None  # only a contradiction has none, and no page shows one
    if proof.rule is None:
        return _leaf(proof, triple, index)
    if id(proof) in numbers:
        return Step("again", triple, sentence(triple), numbers[id(proof)])
    numbers[id(proof)] = number = len(numbers) + 1
    below = [_told(premise, numbers, index) for premise in shown(proof.premises)]
    return Step(
        "step",
        triple,
        sentence(triple),
        number,
        rule=proof.rule,
        rule_label=label(iri(f"rule:{proof.rule}")),
        rule_words=rule_words(proof.rule),
        standing=index.standing(triple),
        below=tuple({s.sentence: s for s in below}.values()),
    )


def _leaf(proof: Proof, triple: Triple, index: Index) -> Step:
    if is_axiom(triple):
        return Step("axiom", triple, sentence(triple))
    said = voices(proof.origins)
    if triple[1:] != _CLAIM:
        return Step("fact", triple, sentence(triple), said=said)
    found = claim(index, triple.subject)
    # What is plainly asserted needs no word; everything else is told beside the claim.
    marks = [label(mark) for mark in (found.modality, found.rank) if mark not in _PLAIN]
    if found.denies:
        marks.append(_("denial"))
    words = claim_sentence(triple.subject)
    return Step("claim", triple, words, status=", ".join(marks), said=said)


def voices(origins: tuple[Origin, ...]) -> tuple[Said, ...]:
    """Return who stands behind a statement, each voice once."""
    found = (
        Said(
            o.source, o.locator or "", textwrap.shorten(o.quotation or "", _QUOTED, placeholder="…")
        )
        for o in origins
    )
    return tuple(dict.fromkeys(found))


def steps_of(step: Step, depth: int = 0) -> Iterator[tuple[int, Step]]:
    """Yield every step with its depth, each before what is below it."""
    yield depth, step
    for below in step.below:
        yield from steps_of(below, depth + 1)


def sources_of(step: Step) -> list[Term]:
    """Return the sources that a proof rests on, first those that a leaf has nobody beside."""
    leaves = [each for _depth, each in steps_of(step) if each.said]
    found: dict[Term, bool] = {}
    for leaf in leaves:
        sources = {said.source for said in leaf.said}
        for said in leaf.said:
            found[said.source] = found.get(said.source, False) or len(sources) == 1
    return sorted(found, key=lambda source: not found[source])
