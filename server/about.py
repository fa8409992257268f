"""Own the pages on how this was made and how it is read; not the things they speak of."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, render_template

from kg.namespaces import iri
from kg.verdicts import RULES, VERDICTS
from server.colophon import license_name, license_of
from server.reviews import VERDICT_WORDS
from server.state import state
from server.twins import respond

__all__ = ["blueprint"]

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
def about() -> Response:
    """Say what a claim is, how claims become facts, and under which licence all of it stands."""
    edition = state().library.edition()
    index = edition.index
    counts = {
        "claims": len(index.members(iri("clef:Claim"))),
        "sources": len(index.members(iri("clef:Source"))),
    }
    shown = {
        "counts": counts,
        "dossier": edition.dossier,
        "license": license_of(edition),
        "license_name": license_name,
        "modalities": index.members(iri("clef:Modality")),
        "ranks": index.members(iri("clef:Rank")),
    }
    return respond({"html": lambda: render_template("about.html", **shown)})


@blueprint.get("/help")
def help_page() -> Response:
    """Say how a page is read, and what its words mean."""
    verdicts = {name: [r for r in RULES.values() if r.verdict == name] for name in VERDICTS}
    page = partial(render_template, "help.html", verdicts=verdicts, words=VERDICT_WORDS)
    return respond({"html": page})
