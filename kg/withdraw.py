"""Own what the withdrawal of a source does: what falls, what stays, what rises; not its telling.

A source is withdrawn as if its file had never been there, with what else rests on it by its own
word: a comparison stands only on all of its sources.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kg.interpret import reinterpret
from kg.model import Dataset, Derivation, Term, Triple
from kg.namespaces import iri
from kg.pipeline import Assessment, derivation_in
from kg.store import KnowledgeGraph

__all__ = ["Withdrawal", "as_json", "from_json", "withdraw", "without"]

_STATED_IN = iri("clef:statedIn")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What is otherwise once a source is set aside.

    `silenced` is what nobody says any more, `fallen` what follows no more. `standing` rested on
    the source and holds without it, `risen` holds only without it; each with the sources that it
    rests on then. `steps` are the derivations of both, and of what they rest on.
    """

    source: Term
    silenced: tuple[Triple, ...]
    fallen: tuple[Triple, ...]
    standing: Mapping[Triple, tuple[Term, ...]]
    risen: Mapping[Triple, tuple[Term, ...]]
    steps: Mapping[Triple, Derivation]


def without(dataset: Dataset, source: Term) -> Dataset:
    """Return a dataset less the file of a source, and less the comparisons that rest on it."""
    kept = []
    for file in dataset.files:
        if file.source != source:
            leaning = {t.subject for t in file.triples if t[1:] == (_STATED_IN, source)}
            rest = tuple(t for t in file.triples if t.subject not in leaning)
            kept.append(replace(file, triples=rest))
    return Dataset(tuple(kept))


def withdraw(assessment: Assessment, graph: KnowledgeGraph, source: Term) -> Withdrawal:
    """Return what is otherwise without a source, by going through all rules anew.

    `graph` is what was published of the assessment, which is of no use any more.
    """
    heard_before = set(assessment.meaning.heard)
    left = without(assessment.dataset, source)
    after = reinterpret(assessment.meaning, left, assessment.rules)
    heard = set(after.heard)
    inferred = after.held.triples - heard
    lost = heard_before - heard
    derivation = derivation_in(after)
    standing = sorted((_resting_on(lost, graph.derivations) | lost) & after.held.triples)
    risen = sorted(t for t in inferred if t not in graph.derivations and t not in graph.asserted)
    steps = _steps((*standing, *risen), derivation)
    resting = _sources(graph, source, steps)
    return Withdrawal(
        source=source,
        silenced=tuple(sorted(graph.asserted.keys() - set(left.triples()) - inferred)),
        fallen=tuple(sorted(graph.derivations.keys() - after.held.triples)),
        standing={triple: resting(triple) for triple in standing},
        risen={triple: resting(triple) for triple in risen},
        steps=steps,
    )


def _resting_on(lost: Iterable[Triple], derivations: Mapping[Triple, Derivation]) -> set[Triple]:
    """Return what has one of these triples somewhere in its recorded proof."""
    uses: dict[Triple, list[Triple]] = defaultdict(list)
    for conclusion, derivation in derivations.items():
        for premise in derivation.premises:
            uses[premise].append(conclusion)
    found: set[Triple] = set()
    waiting = list(lost)
    while waiting:
        new = [triple for triple in uses.get(waiting.pop(), ()) if triple not in found]
        found.update(new)
        waiting.extend(new)
    return found


def _steps(
    triples: Iterable[Triple], derivation: Callable[[Triple], Derivation | None]
) -> dict[Triple, Derivation]:
    """Return the derivations of triples, of their premises, and so on."""
    found: dict[Triple, Derivation] = {}
    waiting = list(triples)
    while waiting:
        triple = waiting.pop()
        step = None if triple in found else derivation(triple)
        if step:
            found[triple] = step
            waiting.extend(step.premises)
    return found


def _sources(
    graph: KnowledgeGraph, gone: Term, steps: Mapping[Triple, Derivation]
) -> Callable[[Triple], tuple[Term, ...]]:
    """Return the lookup of the sources in the leaves of a proof, axioms of the ontology aside."""
    axioms = frozenset(graph.graphs["ontology"])
    known: dict[Triple, frozenset[Term]] = {}

    def sources(triple: Triple) -> frozenset[Term]:
        if triple not in known:
            step = steps.get(triple)
            if step:
                known[triple] = frozenset().union(*map(sources, step.premises))
            elif triple in axioms:
                known[triple] = frozenset()
            else:
                said = graph.witnesses.origins(triple)
                known[triple] = frozenset(o.source for o in said if o.source != gone)
        return known[triple]

    return lambda triple: tuple(sorted(sources(triple)))


def as_json(found: Withdrawal) -> str:
    """Return a withdrawal as JSON, terms in N-Triples."""
    content = {
        "source": found.source,
        "silenced": found.silenced,
        "fallen": found.fallen,
        "standing": [{"triple": t, "rests_on": s} for t, s in found.standing.items()],
        "risen": [{"triple": t, "rests_on": s} for t, s in found.risen.items()],
        "steps": [
            {"triple": t, "rule": d.rule, "premises": d.premises}
            for t, d in sorted(found.steps.items())
        ],
    }
    return json.dumps(content, ensure_ascii=False) + "\n"


def from_json(text: str | bytes) -> Withdrawal:
    """Return the withdrawal that `as_json` told of."""
    content = json.loads(text)

    def triples(rows: Iterable[Iterable[Term]]) -> tuple[Triple, ...]:
        return tuple(Triple(*row) for row in rows)

    def resting(rows: Iterable[dict[str, Any]]) -> dict[Triple, tuple[Term, ...]]:
        return {Triple(*row["triple"]): tuple(row["rests_on"]) for row in rows}

    return Withdrawal(
        content["source"],
        triples(content["silenced"]),
        triples(content["fallen"]),
        resting(content["standing"]),
        resting(content["risen"]),
        {
            Triple(*row["triple"]): Derivation(row["rule"], triples(row["premises"]))
            for row in content["steps"]
        },
    )
