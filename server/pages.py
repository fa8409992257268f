"""Own the front page and the way to the main pages; not those pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from server.home import home_page
from server.state import state
from server.words import gettext

__all__ = ["blueprint"]

blueprint = Blueprint("pages", __name__)

_NAV = [
    ("pages.home", "Start"),
    ("comparisons.listing", "Compare"),
    ("views.cast", "People"),
    ("views.timeline", "Timeline"),
    ("views.disputed", "Disputed"),
    ("views.questions", "Questions"),
    ("sparql.sparql", "Query"),
]


@blueprint.app_context_processor
def site_nav() -> dict[str, Any]:
    """Give templates the main pages, each with its words, and whether there are pages of things."""
    return {
        "site_nav": _ways,
        "has_pages": not state().config.workspace,
    }


def _ways() -> list[tuple[str, str]]:
    """Return the main pages that there are: a workspace has none about a dossier."""
    everywhere = ("pages.", "sparql.")
    return [
        (endpoint, gettext(text))
        for endpoint, text in _NAV
        if endpoint.startswith(everywhere) or not state().config.workspace
    ]


@blueprint.get("/")
def home() -> str:
    """Say what this is, what it holds, and what can be asked."""
    return home_page()
