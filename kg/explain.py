"""Own the proof of a triple as a value, and its forms to read; the checking is `kg.check`'s."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from kg.check import Checker
from kg.denials import DENIES
from kg.errors import NotInGraphError, ProofError
from kg.model import Clash, Derivation, Origin, Proof, Term, Triple
from kg.namespaces import compact
from kg.store import KnowledgeGraph
from kg.witnesses import Witnesses

__all__ = ["clash_proof", "denials", "explain", "proof_of", "steps", "told", "verifier", "verify"]


def explain(graph: KnowledgeGraph, triple: Triple) -> Proof:
    """Return the proof of a triple of a graph.

    Raise `NotInGraphError` for a triple it does not hold, naming the claims of it held back, and
    those that deny it.
    """
    try:
        return proof_of(triple, graph.derivations.get, graph.witnesses)
    except NotInGraphError as error:
        claims, denied = graph.denials.claims(triple), graph.denials.of(triple)
        told_of = []
        if claims:
            told_of.append(
                f"claimed, but not accepted as a plain fact: {', '.join(map(compact, claims))};"
                " its modality, rank or bounds, a conflict, or a predicate that is sensitive or"
                " stays in its claim holds it back"
            )
        if denied:
            told_of.append(f"denied: {', '.join(map(compact, denied))}")
        error.hint = "\n  ".join(told_of)
        raise


def verify(graph: KnowledgeGraph, proof: Proof, rules: Mapping[str, str]) -> None:
    """Have the independent checker accept a proof; raise its `ProofError` where it does not."""
    verifier(graph, rules)(proof)


def verifier(graph: KnowledgeGraph, rules: Mapping[str, str]) -> Callable[[Proof], None]:
    """Return `verify` for many proofs over one graph, each distinct step checked once."""
    witnesses = graph.witnesses
    checker = Checker(asserted=witnesses.sources(), rules=rules, closure=graph.triples)

    def check(proof: Proof) -> None:
        for step in steps(proof):
            if step.rule is None and step.conclusion:
                strange = set(step.origins) - set(witnesses.origins(step.conclusion))
                if strange:
                    raise ProofError(
                        f"no source says {told(step.conclusion)} in these words: {strange}"
                    )
        checker.check(proof)

    return check


def denials(graph: KnowledgeGraph, triple: Triple) -> dict[Term, tuple[Origin, ...]]:
    """Return the claims that deny a triple, or something wider, each with where it stands.

    Whoever shows a triple, or a claim of it, shows them beside it.
    """
    found = graph.denials.of(triple)
    return {claim: graph.witnesses.origins(Triple(claim, *DENIES)) for claim in found}


def proof_of(
    triple: Triple, derivation: Callable[[Triple], Derivation | None], witnesses: Witnesses
) -> Proof:
    """Return the proof of a triple; sub-proofs that recur are one and the same object.

    `derivation` gives the recorded derivation, or `None` for what is only asserted. Raise
    `NotInGraphError` for a triple that is neither, `ProofError` where the records run in a circle.
    """
    done: dict[Triple, Proof] = {}
    stack = [triple]
    open_steps: set[Triple] = set()
    while stack:
        current = stack[-1]
        if current in done:
            stack.pop()
            continue
        recorded = derivation(current)
        if recorded is None:
            if current not in witnesses:
                raise NotInGraphError(f"{told(current)} is neither asserted nor inferred")
            done[current] = Proof(current, origins=witnesses.origins(current))
            continue
        missing = [premise for premise in recorded.premises if premise not in done]
        if not missing:
            premises = tuple(done[premise] for premise in recorded.premises)
            done[current] = Proof(current, recorded.rule, premises)
            open_steps.discard(current)
            continue
        open_steps.add(current)
        if not open_steps.isdisjoint(missing):
            raise ProofError(f"the derivation of {told(current)} comes back to itself")
        stack.extend(missing)
    return done[triple]


def clash_proof(
    clash: Clash, derivation: Callable[[Triple], Derivation | None], witnesses: Witnesses
) -> Proof:
    """Return the proof of a contradiction."""
    premises = tuple(proof_of(premise, derivation, witnesses) for premise in clash.premises)
    return Proof(None, clash.rule, premises)


def steps(proof: Proof) -> list[Proof]:
    """Return every distinct step of a proof, each before its premises, the conclusion first."""
    found: dict[int, Proof] = {}
    stack = [proof]
    while stack:
        step = stack.pop()
        if id(step) not in found:
            found[id(step)] = step
            stack.extend(reversed(step.premises))
    return list(found.values())


def told(triple: Iterable[Term]) -> str:
    """Return a triple with its names shortened."""
    return " ".join(map(compact, triple))
