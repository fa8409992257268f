"""Own the headers that every response carries; not who is let in, for every read is public.

Any page may read what is answered, https://fetch.spec.whatwg.org/#http-cors-protocol, but never
with the credentials of whoever looks at it: no response allows those.
"""

from __future__ import annotations

from flask import Flask, Response, request

__all__ = ["init_app"]

_EVERYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Allow, Content-Length, ETag, Link, Retry-After",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_FRAMED = frozenset({"reconcile.preview"})
_FRAMING = ("frame-ancestors 'none'", "frame-ancestors *")
_READS = ("GET", "HEAD", "OPTIONS", "POST")
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def init_app(app: Flask) -> None:
    """Put the headers on every response of this application."""
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    response.headers.update(_EVERYWHERE)
    if request.endpoint in _FRAMED:
        policy = response.headers["Content-Security-Policy"]
        response.headers["Content-Security-Policy"] = policy.replace(*_FRAMING)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
        offered = [method for method in _READS if method in response.allow]
        response.headers["Access-Control-Allow-Methods"] = ", ".join(offered)
    return response
