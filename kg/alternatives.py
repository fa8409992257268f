"""Own the search for every minimal proof of a triple, the smallest first; not their telling.

A proof here is a choice of one derivation for each statement that it needs. It is minimal where
no earlier proof rests on a part of its leaves, and it never comes back to where it sets out from.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count

from kg.errors import NotInGraphError
from kg.explain import proof_of
from kg.interpret import GATE, Interpretation
from kg.model import Derivation, Proof, Triple
from kg.rules import Rule
from kg.witnesses import Witnesses

__all__ = ["all_derivations", "proofs_of"]

_MOST_STEPS = 20_000
"""How many partial proofs are looked at before the search ends: it is exponential at worst."""

_MOST_TRIPLES = 20_000
"""How many triples are looked at to learn how near the end of a proof is."""

Choices = dict[Triple, Derivation]
Ways = Callable[[Triple], Iterable[Derivation]]


def all_derivations(meaning: Interpretation, rules: Mapping[str, Rule]) -> Ways:
    """Return the lookup of every derivation of a triple, by OWL 2 RL and by our rules."""
    ours: dict[Triple, set[Derivation]] = {}
    for rule in rules.values():
        if rule.name != GATE:
            for triple, derivation in meaning.held.matches(rule):
                ours.setdefault(triple, set()).add(derivation)

    def ways(triple: Triple) -> list[Derivation]:
        if triple not in meaning.closure:
            return []
        found = set(meaning.closure.derivations(triple)) | ours.get(triple, set())
        return sorted(found, key=lambda way: (len(way.premises), way.rule, way.premises))

    return ways


def proofs_of(triple: Triple, ways: Ways, witnesses: Witnesses) -> Iterator[Proof]:
    """Yield every minimal proof of a triple, lazily, those of fewest statements first.

    Raise `NotInGraphError` where there is none.
    """
    found: list[frozenset[Triple]] = []
    for choices in _complete(triple, ways, witnesses):
        leaves = frozenset(p for d in choices.values() for p in d.premises if p not in choices)
        if any(earlier <= leaves for earlier in found):
            continue
        found.append(leaves)
        yield proof_of(triple, choices.get, witnesses)
    if not found:
        raise NotInGraphError(f"no proof of {triple}")


def _complete(triple: Triple, ways: Ways, witnesses: Witnesses) -> Iterator[Choices]:
    """Yield complete choices in the order of their size, which is the steps when written out.

    A*: a partial proof costs the steps it has, and at least the fewest that its open goals need.
    """
    known = _ways_below(triple, ways, witnesses)
    fewest = _fewest_steps(known)
    order = count()
    start: tuple[Triple, ...] = () if triple in witnesses else (triple,)
    waiting: list[tuple[int, int, int, Choices, tuple[Triple, ...]]] = [(0, 0, 0, {}, start)]
    for _ in range(_MOST_STEPS):
        if not waiting:
            return
        cost, ahead, _, choices, goals = heapq.heappop(waiting)
        if not goals:
            yield choices
            continue
        goal, rest = goals[-1], goals[:-1]
        taken = cost - ahead
        chosen = choices.get(goal)
        for way in [chosen] if chosen else known.get(goal) or ways(goal):
            if chosen is None and _leads_back(way.premises, goal, choices):
                continue
            new = tuple(p for p in dict.fromkeys(way.premises) if p not in witnesses)
            ahead = sum(fewest.get(p, 0) for p in rest + new)
            # Among equals the one that is nearest to its end goes first.
            entry = (taken + 1 + ahead, ahead, next(order), {**choices, goal: way}, rest + new)
            heapq.heappush(waiting, entry)


def _ways_below(triple: Triple, ways: Ways, witnesses: Witnesses) -> dict[Triple, list[Derivation]]:
    """Return the derivations of a triple, of their premises, and so on, up to a bound."""
    found: dict[Triple, list[Derivation]] = {}
    waiting = deque([triple])
    while waiting and len(found) < _MOST_TRIPLES:
        goal = waiting.popleft()
        if goal not in found and goal not in witnesses:
            found[goal] = list(ways(goal))
            waiting.extend(p for way in found[goal] for p in way.premises)
    return found


def _fewest_steps(known: Mapping[Triple, list[Derivation]]) -> dict[Triple, int]:
    """Return the steps of the smallest proof of each triple, by Knuth's form of Dijkstra's way.

    What was not looked at, and what is asserted, counts as no step.
    """
    readers: dict[Triple, list[tuple[Triple, int, Derivation]]] = {}
    open_premises: dict[tuple[Triple, int], set[Triple]] = {}
    waiting: list[tuple[int, Triple]] = []
    for goal, derivations in known.items():
        for number, way in enumerate(derivations):
            missing = {p for p in way.premises if p in known}
            open_premises[goal, number] = missing
            for premise in missing:
                readers.setdefault(premise, []).append((goal, number, way))
            if not missing:
                heapq.heappush(waiting, (1, goal))
    fewest: dict[Triple, int] = {}
    while waiting:
        steps, goal = heapq.heappop(waiting)
        if goal in fewest:
            continue
        fewest[goal] = steps
        for reader, number, way in readers.get(goal, ()):
            missing = open_premises[reader, number]
            missing.discard(goal)
            if not missing:
                total = 1 + sum(fewest.get(p, 0) for p in dict.fromkeys(way.premises))
                heapq.heappush(waiting, (total, reader))
    return fewest


def _leads_back(premises: Iterable[Triple], goal: Triple, choices: Choices) -> bool:
    """Tell whether one of the premises, as chosen so far, rests on the goal."""
    waiting = list(premises)
    seen: set[Triple] = set()
    while waiting:
        step = waiting.pop()
        if step == goal:
            return True
        if step in choices and step not in seen:
            seen.add(step)
            waiting.extend(choices[step].premises)
    return False
