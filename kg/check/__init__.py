"""Own the verdict on a proof, step by step; share no code and no rule table with the engine.

A leaf must be asserted by a source. A step by a rule of OWL 2 RL must be an instance of the W3C
text. A step by a domain rule must be an instance of its patterns, and its conditions must hold in
the closure: that nothing contradicts a step cannot be read from a proof, so what a rule wants
absent is looked up there. No step may rest on its own conclusion.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from kg.check.conditions import DomainRules
from kg.check.matching import NAMES, fault
from kg.check.steps import Step, flatten, place
from kg.errors import ProofError
from kg.model import Proof, Term, Triple

__all__ = ["Checker", "check"]

_NO_RULES: Mapping[str, str] = MappingProxyType({})


def check(
    proof: Proof,
    *,
    asserted: Mapping[Triple, frozenset[Term]],
    rules: Mapping[str, str] = _NO_RULES,
    closure: Collection[Triple] = (),
) -> None:
    """Accept a proof silently, or raise `ProofError` naming the step that does not follow.

    `asserted` gives the sources of each asserted triple, `rules` the SPARQL text of each domain
    rule, and `closure` every triple that is asserted or inferred. For many proofs over one
    closure, keep a `Checker`.

    >>> step = Triple("<urn:a>", "<urn:p>", "<urn:b>")
    >>> check(Proof(step), asserted={step: frozenset({"<urn:source>"})})
    >>> check(Proof(step), asserted={})
    Traceback (most recent call last):
        ...
    kg.errors.ProofError: last step: missing leaf: <urn:a> <urn:p> <urn:b> . is not asserted
    """
    Checker(asserted=asserted, rules=rules, closure=closure).check(proof)


class Checker:
    """Check proofs over one closure, each distinct step once."""

    def __init__(
        self,
        *,
        asserted: Mapping[Triple, frozenset[Term]],
        rules: Mapping[str, str] = _NO_RULES,
        closure: Collection[Triple] = (),
    ) -> None:
        self._asserted = asserted
        self._domain = DomainRules(rules, closure)
        self._sound: set[tuple[Triple | None, str, frozenset[Triple]]] = set()

    def check(self, proof: Proof) -> None:
        """Accept a proof silently, or raise `ProofError` naming the step that does not follow."""
        steps = flatten(proof)
        for number, step in enumerate(steps):
            if step.rule is None:
                why = self._leaf_fault(step)
            else:
                why = self._step_fault(step, step.rule, [steps[at] for at in step.premises])
            if why:
                raise ProofError(why, where=place(steps, number))

    def _leaf_fault(self, leaf: Step) -> str:
        if leaf.premises:
            return f"{leaf.conclusion} has premises and no rule"
        if leaf.conclusion is None or leaf.conclusion not in self._asserted:
            return f"missing leaf: {leaf.conclusion} is not asserted"
        sources = self._asserted[leaf.conclusion]
        if not any(sources):
            return f"missing leaf: {leaf.conclusion} is asserted by no source"
        strangers = sorted({origin.source for origin in leaf.origins} - sources)
        if strangers:
            return f"{leaf.conclusion} is not asserted by {', '.join(strangers)}"
        return ""

    def _step_fault(self, step: Step, rule: str, premises: list[Step]) -> str:
        matched = frozenset(premise.conclusion for premise in premises)
        triples = frozenset(triple for triple in matched if triple is not None)
        if triples != matched:
            return f"{rule} has a contradiction among its premises; nothing follows from one here"
        if not all(term.startswith(("<", '"', "_:")) for term in step.conclusion or ()):
            return f"{step.conclusion} is not written in N-Triples terms"
        known = (step.conclusion, rule, triples)
        if known in self._sound:
            return ""
        if rule in NAMES:
            why = fault(rule, step.conclusion, triples)
        elif rule in self._domain:
            why = self._domain.fault(rule, step.conclusion, triples)
        else:
            return f"foreign rule: {rule} is neither in tables 4–9 of OWL 2 RL nor a domain rule"
        if not why:
            self._sound.add(known)
            return ""
        return f"{step.conclusion or 'false'} does not follow by {rule}: {why}"
