"""Own the front page and the way to the main pages; not those pages."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, g, request

from server.home import home_page
from server.state import state
from server.words import gettext

__all__ = ["STILL", "blueprint"]

blueprint = Blueprint("pages", __name__)

STILL = "clef.still"
"""Where the environment says that a page is to be a plain file, with no server behind it."""

_NAV = [
    ("pages.home", "Start"),
    ("comparisons.listing", "Compare"),
    ("views.cast", "People"),
    ("views.timeline", "Timeline"),
    ("views.disputed", "Disputed"),
    ("views.questions", "Questions"),
    ("sparql.sparql", "Query"),
]


@blueprint.before_app_request
def note_stillness() -> None:
    """Tell templates, as `g.still`, whether a page is to be a plain file."""
    g.still = STILL in request.environ


@blueprint.app_context_processor
def site_nav() -> dict[str, Any]:
    """Give templates the main pages, each with its words, and whether there are pages of things."""
    return {
        "site_nav": _ways,
        "has_pages": not state().config.workspace,
    }


def _ways() -> list[tuple[str, str]]:
    """Return the main pages that there are: of a workspace few, as plain files no queries."""
    everywhere = ("pages.",) if g.still else ("pages.", "sparql.")
    every = not state().config.workspace
    return [
        (way, gettext(text))
        for way, text in _NAV
        if way.startswith(everywhere) or (every and not way.startswith("sparql."))
    ]


@blueprint.get("/")
def home() -> Response:
    """Say what this is, what it holds, and what can be asked."""
    here = state()
    response = Response(home_page(), mimetype="text/html")
    if not here.config.workspace:
        response.last_modified = here.library.edition().made
    response.vary.add("Accept-Language")
    response.cache_control.no_cache = True
    response.add_etag()
    return cast("Response", response.make_conditional(request))
