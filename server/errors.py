"""Own how an error becomes a response; not what the errors are.

The body is a problem of https://www.rfc-editor.org/rfc/rfc9457, or a page, or text, as the request
prefers; an error is never answered with 406.
"""

from __future__ import annotations

import contextlib

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from kg import errors
from server.admission import RETRY_AFTER_S
from server.negotiate import HTML, Offer, negotiate
from server.ways_out import ways_out

__all__ = ["STATUS", "init_app"]

_DRAINED = 16 * 1024**2

STATUS: dict[type[errors.ClefError], tuple[int, str]] = {
    errors.ClefError: (500, "Not answered"),
    errors.InputError: (400, "The request cannot be used"),
    errors.NotFoundError: (404, "Not found"),
    errors.FormatError: (406, "Not offered in an acceptable format"),
    errors.RdfSyntaxError: (400, "Not well-formed"),
    errors.ValidationError: (422, "Not valid"),
    errors.InconsistencyError: (422, "Contradictory"),
    errors.QueryError: (400, "The query cannot be answered"),
    errors.QuerySyntaxError: (400, "The query is not SPARQL"),
    errors.QueryRefusedError: (403, "The query is refused"),
    errors.QueryTimeoutError: (503, "The query took too long"),
    errors.QueryLimitError: (422, "The query asks for too much"),
    errors.ServiceError: (502, "Another endpoint failed"),
    errors.OverloadError: (503, "Busy"),
    errors.UnavailableError: (503, "Not to be had now"),
    errors.NotInGraphError: (404, "Not in the graph"),
    errors.ProofError: (500, "Not answered"),
    errors.RefusedWriteError: (403, "The write is refused"),
    errors.StaleError: (409, "The write is out of date"),
    errors.StorageError: (500, "Not answered"),
    errors.NotStoredError: (507, "Not stored"),
}
"""The status and title of every error; a test proves it total."""

_OFFERS = (
    Offer("problem", ("application/problem+json", "application/json")),
    HTML,
    Offer("text", ("text/plain",)),
)


def init_app(app: Flask) -> None:
    """Answer every error of this application here."""
    app.register_error_handler(errors.ClefError, _clef_error)
    app.register_error_handler(HTTPException, _http_exception)


def _clef_error(error: errors.ClefError) -> Response:
    status, title = STATUS[type(error)]
    problem: dict[str, str | int] = {"title": title, "status": status, "code": error.code}
    if status == 500:  # what went wrong inside is for the log alone
        current_app.logger.error("%s: %s", error.code, error)
        return _respond(problem | {"detail": "the server could not answer"})
    problem["detail"] = error.message
    if isinstance(error, errors.QuerySyntaxError | errors.RdfSyntaxError) and error.line:
        problem |= {"line": error.line, "column": error.column}
    if error.where:
        problem["where"] = error.where
    if error.hint:
        problem["hint"] = error.hint
    return _respond(problem)


def _http_exception(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    code = error.name.lower().replace(" ", "-")
    problem: dict[str, str | int] = {"title": error.name, "status": status, "code": code}
    problem["detail"] = error.description or error.name
    if status == 413:
        _drain()
        most = request.max_content_length
        if error.description == RequestEntityTooLarge.description:  # nobody told the limit
            problem |= (
                g.longest.told
                if "longest" in g
                else {"detail": f"a request here may have {most:,} bytes at most"}
            )
    answer = _respond(problem)
    given = dict(error.get_headers())
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in given:
            answer.headers[name] = given[name]
    return answer


def _writable(value: str | int) -> str | int:
    """Return a value without halves of characters, which JSON may name and no text can hold."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def _drain() -> None:
    """Read on, within bounds: a client that is still sending would miss the answer."""
    left = _DRAINED
    with contextlib.suppress(HTTPException):  # it may be told that its time is over
        while left > 0 and (chunk := request.environ["wsgi.input"].read(65536)):
            left -= len(chunk)


def _respond(problem: dict[str, str | int]) -> Response:
    problem = {name: _writable(value) for name, value in problem.items()}
    chosen = negotiate(request.headers.get("Accept", ""), _OFFERS)
    if chosen == "html":
        query = request.args.get("query", "")
        offered = ways_out(int(problem["status"]))
        page = render_template("error.html", problem=problem, query=query, **offered)
        answer = Response(page, mimetype="text/html")
    elif chosen == "text":
        lines = (
            str(problem[key]) for key in ("title", "where", "detail", "hint") if key in problem
        )
        answer = Response("\n".join(lines) + "\n", mimetype="text/plain")
    else:
        answer = jsonify(problem)
        answer.mimetype = "application/problem+json"
    answer.status_code = int(problem["status"])
    answer.vary.add("Accept")
    if chosen == "html":
        answer.vary.add("Accept-Language")
    if answer.status_code == 503:
        answer.retry_after = RETRY_AFTER_S
    return answer
