"""What a page says aloud: each piece of its visible text, and the language that it is marked in."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

_EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "rect", "wbr"}
_UNSEEN = {"script", "style", "code", "pre", "head"}


class Piece(NamedTuple):
    """A text of a page between two tags, and the language that holds there."""

    text: str
    language: str


class Spoken(HTMLParser):
    """Gathers what a page says; code, which is in no human language, is left out."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.pieces: list[Piece] = []
        self._open: list[tuple[str, str]] = [("", "")]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _EMPTY:
            self._open.append((tag, dict(attrs).get("lang") or self._open[-1][1]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing is said inside what closes at once."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY:
            while len(self._open) > 1 and self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and _UNSEEN.isdisjoint(tag for tag, _language in self._open):
            self.pieces.append(Piece(text, self._open[-1][1]))
