"""Own the reading of a request's parameters to the letter; not what they mean.

Flask's own reading would put U+FFFD for what is not UTF-8, and so answer another question.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias
from urllib.parse import quote, unquote_to_bytes

from flask import Flask, Request, g, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from kg.errors import InputError

__all__ = [
    "FORM",
    "Longest",
    "Pairs",
    "body_text",
    "encoded",
    "form",
    "in_url",
    "init_app",
    "query_of",
    "values",
]

FORM = "application/x-www-form-urlencoded"

Pairs: TypeAlias = list[tuple[str, str]]

_FORM_OVERHEAD = 65536


def encoded(size: int) -> int:
    """Return how long a form with a text of a size may be: each byte takes three, encoded."""
    return 3 * size + _FORM_OVERHEAD


class Longest(NamedTuple):
    """How long what is sent may be, and the setting that says so."""

    what: str
    most: int
    setting: str
    shorter: str

    def bound(self, request: Request, most: int) -> None:
        """Read no further than so many bytes of a request."""
        g.longest = self
        request.max_content_length = request.max_form_memory_size = most

    def check(self, text: str) -> None:
        """Raise `RequestEntityTooLarge` for a longer text."""
        if len(text.encode()) > self.most:
            raise RequestEntityTooLarge

    @property
    def told(self) -> dict[str, str]:
        """What to say of something longer."""
        flag = self.setting.removeprefix("CLEF").lower().replace("_", "-")
        return {
            "detail": f"{self.what} may have {self.most:,} bytes at most",
            "hint": f"{self.shorter}; the operator may raise {self.setting} (clef serve -{flag})",
        }


def init_app(app: Flask) -> None:
    """Refuse a query string that is not UTF-8 before anything of Flask's reads it."""

    @app.before_request
    def check_query() -> None:
        sent = request.query_string
        try:
            sent.decode()
        except UnicodeDecodeError:
            request.query_string = b""  # the page that tells of it reads it too
            raise InputError(
                "the query of the address is not UTF-8", hint="percent-encode its bytes"
            ) from None


def query_of(request: Request) -> str:
    """Return the query string as it may stand in an address: https://www.rfc-editor.org/rfc/rfc3986."""
    return quote(request.query_string, safe="%!$&'()*+,;=:@/?")


def in_url(request: Request) -> Pairs:
    """Return the parameters of the query string, each decoded once."""
    return _pairs(request.query_string)


def form(request: Request) -> Pairs:
    """Return the parameters of a body of type `FORM`, each decoded once."""
    _check_coding(request)
    return _pairs(request.get_data())


def body_text(request: Request) -> str:
    """Return a body as text; raise `UnsupportedMediaType` where it is not plain UTF-8."""
    _check_coding(request)
    return _text(request.get_data())


def values(pairs: Pairs, name: str) -> list[str]:
    """Return what a name stands for, in the order of the request."""
    return [value for found, value in pairs if found == name]


def _pairs(encoded: bytes) -> Pairs:
    pairs = (pair.replace(b"+", b" ").partition(b"=") for pair in encoded.split(b"&") if pair)
    return [
        (_text(unquote_to_bytes(name)), _text(unquote_to_bytes(value))) for name, _, value in pairs
    ]


def _text(encoded: bytes) -> str:
    try:
        return encoded.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"the request is not UTF-8: {error.reason} at byte {error.start + 1}",
            hint="encode it as UTF-8, then, in a URL or a form, percent-encode it",
        ) from None


def _check_coding(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(f"the charset is {charset}; send UTF-8")
    packed = request.headers.get("Content-Encoding", "identity").lower()
    if packed != "identity":
        raise UnsupportedMediaType(f"the body is packed as {packed}; send it as it is")
