"""Own the order in which claims become knowledge; neither the rules nor the reasoner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.model import Dataset, Derivation, Triple
from kg.reason import Closure, materialize
from kg.rules import Rule, ScratchStore
from kg.why import PROMOTIONS

__all__ = ["GATE", "Interpretation", "interpret", "reinterpret"]

GATE = "gate"


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What was heard, its closure, and the claims accepted: plain triple to derivation.

    `heard` is the asserted triples but for those that the gate withholds, `concluded` what the
    rules gave beyond OWL 2 RL. The rules are matched in `asserted`, which is all that the gate
    looks at, and in `held`: what was heard, and all that follows.
    """

    heard: tuple[Triple, ...]
    closure: Closure
    accepted: dict[Triple, Derivation]
    concluded: frozenset[Triple]
    asserted: ScratchStore
    held: ScratchStore


def interpret(dataset: Dataset, rules: Mapping[str, Rule]) -> Interpretation:
    """Close a dataset under OWL 2 RL and the rules, stratum by stratum.

    A stratum is applied until it gives nothing new, with OWL 2 RL between the rounds, before
    the next begins: what a rule finds absent stays absent.
    """
    asserted = ScratchStore()
    heard = _heard(dataset, rules, asserted)
    return _concluded(heard, materialize(heard), rules, asserted, ScratchStore())


def reinterpret(
    before: Interpretation, dataset: Dataset, rules: Mapping[str, Rule]
) -> Interpretation:
    """Return what `interpret` would, by changing the closure of an earlier interpretation.

    That one is no longer of use. What the rules concluded is taken back and concluded anew, for
    any of it may have rested on something absent.
    """
    heard = _heard(dataset, rules, before.asserted)
    old, new = set(before.heard), set(heard)
    closure = before.closure
    closure.remove((old - new) | before.concluded)
    closure.add((new - old) | (new & before.concluded))
    return _concluded(heard, closure, rules, before.asserted, before.held)


def _heard(
    dataset: Dataset, rules: Mapping[str, Rule], asserted: ScratchStore
) -> tuple[Triple, ...]:
    """Return what the gate lets through."""
    triples = tuple(dataset.triples())
    asserted.become(triples)
    withheld = asserted.apply(rules[GATE])
    return tuple(triple for triple in triples if triple not in withheld)


def _concluded(
    heard: tuple[Triple, ...],
    closure: Closure,
    rules: Mapping[str, Rule],
    asserted: ScratchStore,
    held: ScratchStore,
) -> Interpretation:
    held.become((*heard, *closure.inferred()))
    accepted: dict[Triple, Derivation] = {}
    concluded: set[Triple] = set()
    for stratum in sorted({rule.stratum for rule in rules.values() if rule.name != GATE}):
        level = [rule for rule in rules.values() if rule.stratum == stratum]
        promoted, given = _saturate(closure, held, level)
        accepted |= promoted
        concluded |= given
    return Interpretation(heard, closure, accepted, frozenset(concluded), asserted, held)


def _saturate(
    closure: Closure, scratch: ScratchStore, rules: Sequence[Rule]
) -> tuple[dict[Triple, Derivation], set[Triple]]:
    """Apply the rules of one stratum to the end; return what the promotions gave, and all given."""
    promoted: dict[Triple, Derivation] = {}
    given: set[Triple] = set()
    due = list(rules)
    while True:
        new: dict[Triple, Derivation] = {}
        for rule in due:
            found = scratch.apply(rule)
            if rule.name in PROMOTIONS:
                promoted = found | promoted
            new |= {t: derivation for t, derivation in found.items() if t not in closure}
        if not new:
            return promoted, given
        given |= new.keys()
        keys = scratch.level(closure.derive(sorted(new.items())))
        due = [rule for rule in rules if rule.heeds(keys)]
