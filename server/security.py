"""Own the headers of every response, and the one check of a request's; every read is public.

Any page may read what is answered, https://fetch.spec.whatwg.org/#http-cors-protocol, but never
with the credentials of whoever looks at it: no response allows those.
"""

from __future__ import annotations

import re

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest

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

_HOST = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
"""A name or address as https://www.rfc-editor.org/rfc/rfc9110#section-7.2 has it, ASCII alone."""

_READS = ("GET", "HEAD", "OPTIONS", "POST")
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def init_app(app: Flask) -> None:
    """Put the headers on every response of this application, and look at the host of requests."""
    app.before_request(_check_host)
    app.after_request(_finish)


def _check_host() -> None:
    """Refuse a host that is none: addresses here are made of it, and it may come from anyone."""
    host = request.environ.get("HTTP_HOST", "")
    try:
        fits = not host or bool(_HOST.fullmatch(host) and request.host_url)
    except ValueError:  # a port or a name in punycode that is none
        fits = False
    if not fits:
        raise BadRequest("the header Host is no name or address of a host")


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
