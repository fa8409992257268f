"""Own the shape of a proof: its distinct steps, their places, and that none rests on itself.

Not whether a step follows. Everything here is iterative, so that a proof may be as deep as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from kg.errors import ProofError
from kg.model import Origin, Proof, Triple

__all__ = ["Step", "flatten", "place"]

_SHOWN = 12


class Step(NamedTuple):
    """One distinct step; its premises are numbers of earlier steps."""

    conclusion: Triple | None
    rule: str | None
    premises: tuple[int, ...]
    origins: tuple[Origin, ...]


def flatten(proof: Proof) -> list[Step]:
    """Return the distinct steps, premises before conclusions, the root last.

    A sub-proof that is shared, or repeated word for word, comes once. Raise `ProofError` where a
    step has its own conclusion among the steps that it rests on.
    """
    numbers: dict[Step, int] = {}
    done: dict[int, int] = {}
    path: list[tuple[Proof, int]] = [(proof, 0)]
    on_path = {id(proof)}
    while path:
        node, at = path[-1]
        if at == len(node.premises):
            path.pop()
            on_path.remove(id(node))
            below = tuple(done[id(premise)] for premise in node.premises)
            step = Step(node.conclusion, node.rule, below, node.origins)
            done[id(node)] = numbers.setdefault(step, len(numbers))
            continue
        path[-1] = node, at + 1
        premise = node.premises[at]
        if id(premise) in on_path:
            raise _circular(premise.conclusion, _name([turn for _, turn in path]))
        if id(premise) not in done:
            path.append((premise, 0))
            on_path.add(id(premise))
    steps = list(numbers)
    _refuse_circles(steps)
    return steps


def place(steps: Sequence[Step], number: int) -> str:
    """Return where a step stands: `step 2.1` is the first premise of the root's second."""
    parents: dict[int, tuple[int, int]] = {}
    for parent, step in enumerate(steps):
        for turn, premise in enumerate(step.premises, 1):
            parents.setdefault(premise, (parent, turn))
    turns: list[int] = []
    while number in parents:
        number, turn = parents[number]
        turns.append(turn)
    return _name(turns[::-1])


def _name(turns: list[int]) -> str:
    if not turns:
        return "last step"
    if len(turns) > _SHOWN:
        return f"step {'.'.join(map(str, turns[:_SHOWN]))}… ({len(turns)} deep)"
    return f"step {'.'.join(map(str, turns))}"


def _refuse_circles(steps: Sequence[Step]) -> None:
    """Raise where a conclusion comes twice on one way from the root to a leaf.

    Only a conclusion of several distinct steps can; each has one bit in the sets handed upwards.
    """
    uses = Counter(step.conclusion for step in steps)
    repeated = [conclusion for conclusion, count in uses.items() if count > 1]
    bits = {conclusion: 1 << at for at, conclusion in enumerate(repeated)}
    below: list[int] = []
    for number, step in enumerate(steps):
        mask = 0
        for premise in step.premises:
            mask |= below[premise]
        own = bits.get(step.conclusion, 0)
        if mask & own:
            raise _circular(step.conclusion, place(steps, number))
        below.append(mask | own)


def _circular(conclusion: Triple | None, where: str) -> ProofError:
    return ProofError(
        f"circular proof: {conclusion} rests on itself",
        where=where,
        hint="a conclusion may not stand among its own premises, however far down",
    )
