"""Own the headers that every response carries; not who is let in, for every read is public."""

from __future__ import annotations

from flask import Flask, Response, request

__all__ = ["init_app"]

_EVERYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Max-Age": "86400",
}


def init_app(app: Flask) -> None:
    """Put the headers on every response of this application."""
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    response.headers.update(_EVERYWHERE)
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
    return response
