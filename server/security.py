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
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""https://www.w3.org/TR/CSP3/: nothing inline, and nothing from another host."""

_FRAMED = "/reconcile/preview"
"""The one page that another may show in a frame, as OpenRefine does."""

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
    response.headers["Content-Security-Policy"] = _policy(request.path)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
        offered = [method for method in _READS if method in response.allow]
        response.headers["Access-Control-Allow-Methods"] = ", ".join(offered)
    return response


def _policy(path: str) -> str:
    framed = {"frame-ancestors": "*"} if path == _FRAMED else {}
    return "; ".join(f"{name} {value}" for name, value in {**_POLICY, **framed}.items())
