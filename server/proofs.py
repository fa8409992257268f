"""Own the pages that say why a derived triple holds; not the proof, and not the checking."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from kg.errors import NotFoundError
from kg.explain import explain
from kg.tell import as_json, as_text, sentences
from server.state import state
from server.twins import respond

__all__ = ["blueprint"]

blueprint = Blueprint("proofs", __name__)


@blueprint.get("/why/<name>")
@blueprint.get("/why/<name>.<suffix>")
def why(name: str, suffix: str | None = None) -> Response:
    """Answer with the proof of the derived triple whose statement has this name."""
    edition = state().library.edition()
    found = edition.index.derivation(name)
    if found is None:
        raise NotFoundError(f"no conclusion here is called {name}")
    proof = explain(edition.graph, found[0])
    words = sentences(edition.graph.graphs["ontology"])
    return respond(
        {
            "html": lambda: render_template("why.html", triple=found[0], proof=proof),
            "text": lambda: as_text(proof, words),
            "json": lambda: as_json(proof, words),
        },
        suffix,
    )
