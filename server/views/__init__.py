"""Own which perspectives on a dossier there are, and their addresses; not what they show."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.sansio.blueprints import BlueprintSetupState

from server.state import state
from server.views import (
    around,
    cast,
    disputed,
    event,
    events,
    paths,
    places,
    questions,
    sources,
    timeline,
    works,
)
from server.views.standing import spoken_in, told, told_value
from server.words import gettext as _

__all__ = ["blueprint"]

blueprint = Blueprint("views", __name__)

_PAGES = {
    "cast": cast.page,
    "event": event.page,
    "events": events.page,
    "works": works.page,
    "sources": sources.page,
    "places": places.page,
    "disputed": disputed.page,
    "timeline": timeline.page,
    "questions": questions.page,
    "paths": paths.page,
}
_OF_ONE = {
    "question": ("questions", questions.question),
    "around": ("around", around.page),
}

for _name, _page in _PAGES.items():
    for _rule in (f"/{_name}", f"/{_name}.<suffix>"):
        blueprint.add_url_rule(_rule, _name, _page)

for _name, (_root, _view) in _OF_ONE.items():
    for _rule in (f"/{_root}/<name>", f"/{_root}/<name>.<suffix>"):
        blueprint.add_url_rule(_rule, _name, _view)


_WORDS = {
    "cast": "Who plays whom",
    "event": "The record of the event",
    "events": "Events of the record",
    "works": "Works",
    "sources": "Sources",
    "places": "Places",
    "disputed": "What sources disagree on",
    "timeline": "Timeline",
    "questions": "Questions",
    "paths": "How are two things connected?",
}


@blueprint.app_context_processor
def _others() -> dict[str, Any]:
    """Give templates the way from one view to the others, and what something can be around."""
    return {
        "other_views": _ways,
        "is_thing": lambda term: term in state().library.edition().connections.things,
    }


def _ways() -> list[tuple[str, str]]:
    """Return the views that this dossier has; one about no event has no record of one."""
    there = bool(event.subjects(state().library.edition().index))
    return [
        (f"views.{name}", _(words)) for name, words in _WORDS.items() if there or name != "event"
    ]


@blueprint.record_once
def _filters(setup: BlueprintSetupState) -> None:
    setup.app.jinja_env.filters |= {
        "plot": disputed.plot,
        "told": told,
        "tongue": sources.tongue,
        "told_value": told_value,
        "spoken_in": spoken_in,
    }
