"""Own the pages that say why a derived triple holds; not the proof, and not the checking."""

from __future__ import annotations

import json
from typing import NamedTuple, cast

from flask import Blueprint, Response, current_app, g, redirect, render_template, request
from werkzeug.exceptions import InternalServerError

from kg.errors import InputError, NotFoundError, OverloadError, ProofError, UnavailableError
from kg.explain import denials, explain, proof_of, steps
from kg.model import Derivation, Origin, Proof, Term, Triple
from kg.namespaces import expand
from kg.serialize import turtle
from kg.tell import as_denials, as_json, as_text, as_triples, origin_json
from server import links
from server.drawings import draw, svg
from server.library import Edition
from server.sayings import because, question
from server.state import state
from server.telling import sources_of, steps_of, told, voices
from server.twins import respond

__all__ = ["blueprint"]

blueprint = Blueprint("proofs", __name__)

_OTHERS = 3
"""How many other proofs a page tells."""

_SHORT = 24
"""A proof of as many steps is shown whole; of a longer one, the deeper steps are folded."""

_SET_ASIDE = 4
"""For how many sources a page says what would be without them; each costs a second, once."""


class Outcome(NamedTuple):
    """What becomes of a conclusion without a source, and what it rests on then.

    `stands` is `None` where that could not be worked out.
    """

    source: Term
    stands: bool | None
    rests_on: tuple[Term, ...] = ()


@blueprint.get("/why")
def find() -> Response:
    """Lead from a triple to its proof; one that a source says, to the document of who says it."""
    try:
        triple = Triple(*(expand(request.args[name]) for name in "spo"))
    except KeyError:
        raise InputError(
            "name a subject, a predicate and an object",
            hint="as in /why?s=PREFIX:NAME&p=PREFIX:NAME&o=PREFIX:NAME",
        ) from None
    edition = state().library.edition()
    if triple in edition.graph.derivations:
        return _to(links.why(triple))
    asserted = explain(edition.graph, triple)  # which says what is held back, and why
    who = [term for o in asserted.origins for term in (o.node, o.source) if term]
    for term in (triple.subject,) if triple in edition.axioms else (*who, triple.subject):
        if links.href(term):
            return _to(links.href(term))
    raise NotFoundError("the editors say so themselves, and no document of theirs tells why")


@blueprint.get("/why/<name>")
@blueprint.get("/why/<name>.<suffix>")
def why(name: str, suffix: str | None = None) -> Response:
    """Answer with the proof of the derived triple whose statement has this name."""
    edition = state().library.edition()
    found = edition.index.derivation(name)
    if found is None:
        raise NotFoundError(f"no conclusion here is called {name}")
    triple = found[0]
    proof = explain(edition.graph, triple)
    _check(edition, proof)
    denied = denials(edition.graph, triple)
    response = respond(
        {
            "html": lambda: _page(edition, triple, proof),
            "text": lambda: as_text(proof, edition.rule_words) + as_denials(denied),
            "json": lambda: _json(edition, proof, denied),
            "turtle": lambda: turtle(as_triples(proof)),
            "svg": lambda: svg(draw(told(proof), question(triple))),
        },
        suffix,
    )
    response.vary.add("Accept-Language")  # there are words in every form
    return response


def _check(edition: Edition, proof: Proof) -> None:
    """Have the checker accept a proof; nothing is told of one that it refuses."""
    try:
        edition.verify(proof)
    except ProofError as error:
        current_app.logger.error("a proof was refused: %s", error)
        raise InternalServerError(
            "the independent checker refused the proof of this statement, so that it is not shown"
        ) from error


def _page(edition: Edition, triple: Triple, proof: Proof) -> str:
    steps = told(proof)
    sources = sources_of(steps)
    others, outcomes = _studied(edition, proof, sources)
    denied = denials(edition.graph, triple)
    title = question(triple)
    return render_template(
        "why.html",
        title=title,
        triple=triple,
        because=because(proof),
        step=steps,
        short=len(list(steps_of(steps))) <= _SHORT,
        denied=[(claim, voices(origins)) for claim, origins in denied.items()],
        others=[told(other) for other in others],
        outcomes=outcomes,
        beside=sources[_SET_ASIDE:],
        drawing=draw(steps, title),
    )


def _studied(
    edition: Edition, proof: Proof, sources: list[Term]
) -> tuple[list[Proof], list[Outcome]]:
    """Return other proofs, and what becomes of the conclusion without each of some sources."""
    sources = sources[:_SET_ASIDE]
    if g.still:  # thousands of plain files cannot wait for it; each source has a page of its own
        return [], [Outcome(source, None) for source in sources]
    scholar, digest = state().scholar, edition.graph.attribution
    assert proof.conclusion
    try:
        every = scholar.proofs(digest, proof.conclusion)
        outcomes = []
        for source in sources:
            found = scholar.withdrawal(digest, source)
            falls = proof.conclusion in found.fallen
            # Where the recorded proof stays as it is, others say the same as the source did.
            left = found.standing.get(proof.conclusion, ())
            outcomes.append(Outcome(source, not falls, () if falls else left))
    except (OverloadError, UnavailableError):
        return [], [Outcome(source, None) for source in sources]
    return _others(edition, proof, every), outcomes


def _others(edition: Edition, proof: Proof, every: list[dict[Triple, Derivation]]) -> list[Proof]:
    """Return the proofs that rest on something else than one does, each accepted by the checker."""
    assert proof.conclusion
    own = _leaves(proof)
    found = [proof_of(proof.conclusion, each.get, edition.index.witnesses) for each in every]
    others = [other for other in found if _leaves(other) != own][:_OTHERS]
    for other in others:
        _check(edition, other)
    return others


def _leaves(proof: Proof) -> frozenset[Triple | None]:
    return frozenset(step.conclusion for step in steps(proof) if step.rule is None)


def _json(edition: Edition, proof: Proof, denied: dict[Term, tuple[Origin, ...]]) -> str:
    assert proof.conclusion
    sources = sources_of(told(proof))
    others, outcomes = _studied(edition, proof, sources)
    content = {
        "question": question(proof.conclusion),
        "checked": True,
        **_steps(edition, proof),
        "denied_by": [
            {"claim": claim, "stated": [origin_json(o) for o in origins]}
            for claim, origins in denied.items()
        ],
        "rests_on": sorted(sources),
        "other_proofs": [_steps(edition, other) for other in others],
        "without": [outcome._asdict() for outcome in outcomes],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _steps(edition: Edition, proof: Proof) -> dict[str, object]:
    return cast("dict[str, object]", json.loads(as_json(proof, edition.rule_words)))


def _to(where: str) -> Response:
    response = redirect(where, 303)
    response.headers["Cache-Control"] = "no-cache"
    return response  # type: ignore[return-value]
