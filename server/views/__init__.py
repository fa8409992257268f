"""Own which perspectives on a dossier there are, and their addresses; not what they show."""

from __future__ import annotations

from flask import Blueprint
from flask.sansio.blueprints import BlueprintSetupState

from server import links
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


@blueprint.record_once
def _filters(setup: BlueprintSetupState) -> None:
    setup.app.jinja_env.filters |= {
        "named": links.name_of,
        "plot": disputed.plot,
        "told": told,
        "tongue": sources.tongue,
        "told_value": told_value,
        "spoken_in": spoken_in,
    }
