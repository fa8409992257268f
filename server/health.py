"""Own /healthz, which tells whether queries are answered; not why they are not."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from kg.errors import ClefError
from server.admission import RETRY_AFTER_S
from server.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer 200 where a worker answers a query, else 503."""
    pool = state().pool
    try:
        pool.run({"formats": {"boolean": "json"}}, "ASK {}")
    except ClefError as error:
        answer = jsonify(status="unavailable", code=error.code)
        answer.status_code = 503
        answer.retry_after = RETRY_AFTER_S
    else:
        answer = jsonify(status="ok", digest=pool.digest, triples=pool.triples)
    answer.cache_control.no_store = True
    return answer
