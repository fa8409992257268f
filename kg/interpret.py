"""Own the order in which claims become knowledge; neither the rules nor the reasoner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.model import Dataset, Derivation, Triple
from kg.reason import Closure, materialize
from kg.rules import Rule, ScratchStore
from kg.why import PROMOTIONS

__all__ = ["GATE", "Interpretation", "apply_strata", "interpret"]

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
    if withheld:
        scratch = ScratchStore()
        scratch.level(heard)
    closure = materialize(heard)
    return Interpretation(heard, closure, apply_strata(closure, scratch, rules))


def apply_strata(
    closure: Closure, scratch: ScratchStore, rules: Mapping[str, Rule]
) -> dict[Triple, Derivation]:
    """Bring a closure to its end, stratum by stratum; return what is accepted.

    The scratch store holds what the closure is of: the triples that were heard.
    """
    scratch.level(closure.inferred())
    accepted: dict[Triple, Derivation] = {}
    for stratum in sorted({rule.stratum for rule in rules.values() if rule.name != GATE}):
        level = [rule for rule in rules.values() if rule.stratum == stratum]
        accepted |= _saturate(closure, scratch, level)
    return accepted


def _saturate(
    closure: Closure, scratch: ScratchStore, rules: Sequence[Rule]
) -> dict[Triple, Derivation]:
    """Apply the rules of one stratum to the end; return what the promotions gave."""
    promoted: dict[Triple, Derivation] = {}
    due = list(rules)
    while True:
        new: dict[Triple, Derivation] = {}
        for rule in due:
            found = scratch.apply(rule)
            if rule.name in PROMOTIONS:
                promoted = found | promoted
            new |= {t: derivation for t, derivation in found.items() if t not in closure}
        if not new:
            return promoted
        closure.derive(sorted(new.items()))
        predicates = scratch.level(closure.inferred())
        due = [rule for rule in rules if rule.heeds(predicates)]
