"""A page as a strict reader meets it: what it is called, where it leads, what is wrong with it."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

LARGEST = 60 * 1024
_ASSETS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
_DATA = {"application/ld+json"}
_ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


class Page(HTMLParser):
    """The links of a page, its twins, and its faults in words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.twins: list[str] = []
        self.ids: set[str] = set()
        self.faults: list[str] = []
        self._seen: Counter[str] = Counter()
        self._inside = ""
        self._drawing = 0
        self._words: Counter[str] = Counter()
        self._script = False
        if len(text.encode()) > LARGEST:
            self.faults.append(f"{len(text.encode()):,} bytes")
        self.feed(text)
        self.close()
        self._judge()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._drawing += tag == "svg"
        if self._drawing and tag == "title":  # of a drawing, not of the page
            return
        self._seen[tag] += 1
        if tag in {"h1", "title"}:
            self._inside = tag
        if "id" in given:
            if given["id"] in self.ids:
                self.faults.append(f"two ids {given['id']}")
            self.ids.add(given["id"])
        self._note_style(tag, given)
        self._note_assets(tag, given)
        if tag == "html" and not re.fullmatch(r"[a-z]{2}(-[A-Za-z]+)?", given.get("lang", "")):
            self.faults.append("no language")
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "img" and "alt" not in given:
            self.faults.append("a picture without words")

    def handle_endtag(self, tag: str) -> None:
        self._drawing -= tag == "svg"
        if tag == self._inside:
            self._inside = ""
        if tag == "script":
            self._script = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._words[self._inside] += len(data.strip())
        if self._script and data.strip():
            self.faults.append("script in the page")

    def _note_style(self, tag: str, given: dict[str, str]) -> None:
        if tag == "style" or "style" in given:
            self.faults.append(f"style in the page, on {tag}")
        self.faults += [f"{name} on {tag}" for name in given if name.startswith("on")]
        if given.get("href", "").startswith("javascript:"):
            self.faults.append("script in a link")

    def _note_assets(self, tag: str, given: dict[str, str]) -> None:
        if tag == "script":
            self._script = given.get("type") not in _DATA
        address = given.get(_ASSETS.get(tag, ""), "")
        rel = given.get("rel", "")
        if tag == "link" and rel == "alternate":
            self.twins.append(address)
        if tag in _ASSETS and rel not in {"alternate", "license", "canonical"}:
            if _ELSEWHERE.match(address):
                self.faults.append(f"{tag} from elsewhere: {address}")
            elif address and not address.startswith("data:"):
                self.links.append(address)

    def _judge(self) -> None:
        for tag in ("html", "title", "h1", "main"):
            if self._seen[tag] != 1:
                self.faults.append(f"{self._seen[tag]} {tag}")
        if not self._seen["nav"]:
            self.faults.append("no nav")
        self.faults += [f"an empty {tag}" for tag in ("title", "h1") if not self._words[tag]]
