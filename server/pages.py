"""Own the front page and the way to the main pages; not those pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request

from kg.namespaces import GRAPHS
from server.state import state
from server.words import gettext

__all__ = ["STILL", "blueprint"]

blueprint = Blueprint("pages", __name__)

STILL = "clef.still"
"""Where the environment says that a page is to be a plain file, with no server behind it."""

_GRAPHS = {
    "ontology": "the terms, and what follows from being one of them",
    "claims": "what each source says, as claims with their source, place and words",
    "accepted": "the claims that stand as plain statements",
    "inferred": "everything that follows and that no source says in so many words",
}


_NAV = [("pages.home", "Start"), ("comparisons.listing", "Compare"), ("sparql.sparql", "Query")]


@blueprint.before_app_request
def note_stillness() -> None:
    """Tell templates, as `g.still`, whether a page is to be a plain file."""
    g.still = STILL in request.environ


@blueprint.app_context_processor
def site_nav() -> dict[str, Any]:
    """Give templates the main pages, each with its words, and whether there are pages of things."""
    return {
        "site_nav": lambda: [(endpoint, gettext(text)) for endpoint, text in _NAV],
        "has_pages": not state().config.workspace,
    }


@blueprint.get("/")
def home() -> str:
    """Say what this is, what it holds, and what can be asked."""
    here = state()
    graphs = [
        (name, GRAPHS[name], here.counts.get(name, 0), meaning) for name, meaning in _GRAPHS.items()
    ]
    return render_template(
        "home.html",
        dossier=here.dossier,
        digest=here.pool.digest,
        graphs=graphs,
        triples=here.pool.triples,
        questions=here.questions,
    )
