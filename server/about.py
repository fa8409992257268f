"""Own the pages on how this was made and how it is read; not the things they speak of."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from kg.namespaces import iri
from server.colophon import license_of
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
        "modalities": index.members(iri("clef:Modality")),
        "ranks": index.members(iri("clef:Rank")),
    }
    return respond({"html": lambda: render_template("about.html", **shown)})


@blueprint.get("/help")
def help_page() -> Response:
    """Say how a page is read, and what its words mean."""
    return respond({"html": lambda: render_template("help.html")})
