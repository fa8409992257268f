"""Own the order in which claims become knowledge; neither the rules nor the reasoner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.model import Dataset, Derivation, Triple
from kg.reason import Closure, materialize
from kg.rules import Rule, ScratchStore
from kg.why import PROMOTIONS

__all__ = ["GATE", "Interpretation", "interpret"]

GATE = "gate"


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What was heard, its closure, and the claims accepted: plain triple to derivation.

    `heard` is the asserted triples but for those that the gate withholds.
    """

    heard: tuple[Triple, ...]
    closure: Closure
    accepted: dict[Triple, Derivation]


def interpret(dataset: Dataset, rules: Mapping[str, Rule]) -> Interpretation:
    """Close a dataset under OWL 2 RL and the rules, stratum by stratum.

    A stratum is applied until it gives nothing new, with OWL 2 RL between the rounds, before
    the next begins: what a rule finds absent stays absent.
    """
    asserted = tuple(dataset.triples())
    scratch = ScratchStore()
    scratch.level(asserted)
    withheld = scratch.apply(rules[GATE])
    heard = tuple(triple for triple in asserted if triple not in withheld)
    closure = materialize(heard)
    scratch = ScratchStore()
    scratch.level(heard)
    accepted: dict[Triple, Derivation] = {}
    for stratum in sorted({rule.stratum for rule in rules.values() if rule.name != GATE}):
        level = [rule for rule in rules.values() if rule.stratum == stratum]
        accepted |= _saturate(closure, scratch, level)
    return Interpretation(heard, closure, accepted)


def _saturate(
    closure: Closure, scratch: ScratchStore, rules: Iterable[Rule]
) -> dict[Triple, Derivation]:
    """Apply the rules of one stratum to the end; return what the promotions gave."""
    promoted: dict[Triple, Derivation] = {}
    while True:
        scratch.level(closure.inferred())
        new: dict[Triple, Derivation] = {}
        for rule in rules:
            found = scratch.apply(rule)
            if rule.name in PROMOTIONS:
                promoted = found | promoted
            new |= {t: derivation for t, derivation in found.items() if t not in closure}
        if not new:
            return promoted
        closure.derive(sorted(new.items()))
