"""Own content negotiation: which of the media types on offer a request prefers; not the offer.

https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1. Where several are wanted equally, the one
named most exactly wins, then the one that stands first on offer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from kg.errors import FormatError
from kg.formats import Kind, for_name, offered

__all__ = ["HTML", "Offer", "named", "negotiate", "offers_for", "wanted"]


class Offer(NamedTuple):
    """Something that can be answered with, and the media types that mean it."""

    name: str
    media_types: tuple[str, ...]


HTML = Offer("html", ("text/html", "application/xhtml+xml"))

_ALIASES = {"n3": "turtle", "rdf+n3": "turtle"}
"""What SPARQLWrapper calls a format; every Turtle document is an N3 document."""

_KINDS: tuple[Kind, ...] = ("results", "boolean", "graph")
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_STRING = r'"(?:[^"\\]|\\.)*"'
_PARAMETER = rf";(?:({_WORD})=({_WORD}|{_STRING}))?"
_RANGE = re.compile(rf"({_WORD})/({_WORD})((?:{_PARAMETER})*)(?:,|$)|[^,]*(?:,|$)")
_QUALITY = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
# A parameter that does not tell our representation from another one: all we send is UTF-8, and a
# profile or a version is a wish that https://www.w3.org/TR/json-ld11/#iana-considerations allows
# to leave unmet.
_IDLE = frozenset({"profile", "version"})


_LONGEST = 4096  # no client names so many; and reading stays linear


class _Range(NamedTuple):
    pattern: str
    quality: float

    def fit(self, media_type: str) -> int:
        """Return how exactly the range names a media type; 0 if it does not."""
        if self.pattern == media_type:
            return 3
        if self.pattern == f"{media_type.partition('/')[0]}/*":
            return 2
        return 1 if self.pattern == "*/*" else 0


@lru_cache(maxsize=1024)
def negotiate(accept: str, offers: tuple[Offer, ...]) -> str | None:
    """Return the name of the offer that an `Accept` header prefers; `None` if none will do.

    >>> negotiate("text/*;q=0.5, application/json", (HTML, Offer("json", ("application/json",))))
    'json'
    """
    ranges = _parse(accept)
    if not ranges:
        return offers[0].name
    best, chosen = (0.0, 0), None
    for offer in offers:
        for media_type in offer.media_types:
            fit, quality = max((r.fit(media_type), r.quality) for r in ranges)
            if fit and quality and (quality, fit) > best:
                best, chosen = (quality, fit), offer.name
    return chosen


def offers_for(kind: Kind) -> tuple[Offer, ...]:
    """Return what an answer of one kind is offered in; the page for a browser comes last."""
    return (*(Offer(row.name, row.media_types) for row in offered(kind)), HTML)


def wanted(accept: str, format_name: str | None) -> Mapping[Kind, str | None]:
    """Return, for each kind of answer, the name of the format that a request wants it in.

    A `format_name` counts more than the header; for kinds that have no such format it is `None`.
    """
    if format_name is None:
        return {kind: negotiate(accept, offers_for(kind)) for kind in _KINDS}
    if format_name in {HTML.name, *HTML.media_types}:
        return dict.fromkeys(_KINDS, HTML.name)
    return {kind: _named(format_name, kind) for kind in _KINDS}


def named(format_name: str, kind: Kind) -> str:
    """Return the format that a client calls so; raise `FormatError` where nothing is."""
    return for_name(_ALIASES.get(format_name.lower(), format_name), kind).name


def _named(format_name: str, kind: Kind) -> str | None:
    try:
        return named(format_name, kind)
    except FormatError:
        return None


def _parse(accept: str) -> list[_Range]:
    """Return the media ranges of a header; one that is malformed does not count."""
    bare = re.sub(r"[ \t]+", "", accept[:_LONGEST])
    found = (_read(match) for match in _RANGE.finditer(bare))
    return [item for item in found if item is not None]


def _read(match: re.Match[str]) -> _Range | None:
    if match[1] is None or (match[1] == "*" and match[2] != "*"):
        return None
    quality, pattern = "1", f"{match[1]}/{match[2]}".lower()
    for name, value in re.findall(_PARAMETER, match[3]):
        key, text = name.lower(), value.strip('"').lower()
        if key == "q":
            quality = text
        elif key and key not in _IDLE and (key, text) != ("charset", "utf-8"):
            pattern = ""  # a media type, but none of ours
    if not _QUALITY.fullmatch(quality):
        return None
    return _Range(pattern, float(quality))
