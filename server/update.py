"""Own the SPARQL Protocol at /update: what is asked, and the outcome as HTTP; not the writing.

https://www.w3.org/TR/sparql11-protocol/#update-operation
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import UnsupportedMediaType

from kg.errors import InputError
from server.parameters import FORM, Longest, Pairs, body_text, encoded, form, in_url, values
from server.state import state
from server.writer import admitted

__all__ = ["blueprint"]

blueprint = Blueprint("update", __name__)

UPDATE = "application/sparql-update"


@blueprint.post("/update")
def update() -> Response:
    """Carry out an update whole, or not at all."""
    here = state()
    writer = admitted(here.writer)
    longest = Longest(
        "an update", here.config.max_write_bytes, "CLEF_MAX_WRITE", "send it in several requests"
    )
    longest.bound(request, encoded(longest.most))
    pairs = _read()
    text = _only_update(pairs)
    longest.check(text)
    header = {
        "action": "update",
        "default": values(pairs, "using-graph-uri"),
        "named": values(pairs, "using-named-graph-uri"),
    }
    outcome = writer.write(header, text.encode())
    asked, change = outcome.asked, outcome.change
    return jsonify(
        added=len(asked.added),
        removed=len(asked.removed),
        changed=len(change.added) + len(change.removed),
        digest=outcome.digest,
    )


def _read() -> Pairs:
    pairs = in_url(request)
    if request.mimetype == FORM:
        if values(pairs, "update"):
            raise InputError("the update stands in the URL", hint="send it in the body of the POST")
        return pairs + form(request)
    if request.mimetype == UPDATE:
        return [*pairs, ("update", body_text(request))]
    named = request.mimetype or "nothing named"
    raise UnsupportedMediaType(f"an update is posted as {FORM} or {UPDATE}, not as {named}")


def _only_update(pairs: Pairs) -> str:
    updates = values(pairs, "update")
    if values(pairs, "query"):
        raise InputError("updates are carried out here, not queries", hint="queries go to /sparql")
    if len(updates) != 1:
        raise InputError(
            f"{len(updates)} updates were sent", hint="send exactly one parameter named update"
        )
    return updates[0]
