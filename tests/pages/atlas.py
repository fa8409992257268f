"""Which pages a site has, found by following its links; every kind of them, but few of each."""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote, urldefrag, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from kg.kinds import kinds_of
from server import links
from server.state import KEY
from tests.pages.reading import Page

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PREFIXES = {"documents.document": "id", "documents.term": "clef", "documents.rule": "rule"}
ONE_IN = 40
OF_A_KIND = 2
PATIENCE_S = 180
OF_CHOICES = 8

Visit = tuple[str, TestResponse, Page | None]


class Atlas:
    """The pages of an application: which kind an address is of, and whether it leads anywhere."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._index = app.extensions[KEY].library.edition().index
        self._urls = app.url_map.bind("localhost")
        self._known: dict[str, bool] = {}

    def kind(self, address: str) -> tuple[str, ...] | None:
        """Return what kind of page an address is of; `None` where nothing answers it."""
        parts = urlsplit(address)
        try:
            endpoint, arguments = self._urls.match(unquote(parts.path), method="GET")
        except HTTPException as error:
            moved = getattr(error, "new_url", None)
            return ("moved",) if moved else None
        suffix = str(arguments.get("suffix", ""))
        kinds: tuple[str, ...] = ()
        if endpoint in PREFIXES:
            term = links.term_of(arguments["name"], PREFIXES[endpoint])
            if term not in self._index:
                return None
            # What differs by kind is the page; of its other forms a few will do.
            if endpoint == "documents.document" and not suffix and not parts.query:
                kinds = tuple(kinds_of(self._index, term))
        if endpoint == "proofs.why" and self._index.derivation(arguments["name"]) is None:
            return None
        return (endpoint, suffix, "?" if parts.query else "", *kinds)

    def walk(self) -> Iterator[Visit]:
        """Visit pages: all there are of a kind if these are few, else some, always the same."""
        client = self._app.test_client()
        waiting = [*self._beginnings(), *re.findall(r"<loc>([^<]*)</loc>", self._map())]
        waiting = [self._here(unescape(address)) or "/" for address in waiting]
        seen, counts = set(waiting), Counter[tuple[str, ...]]()
        while waiting:
            address = waiting.pop(0)
            kind = self.kind(address)
            if kind is not None:
                counts[kind] += 1
                most = OF_CHOICES if "?" in address else OF_A_KIND
                if counts[kind] > most and ("?" in address or not _drawn(address)):
                    continue
            with self._answer(client, address) as response:
                is_page = response.mimetype == "text/html" and response.status_code == 200
                page = Page(response.text) if is_page else None
                yield address, response, page
            found = [self._here(one, address) for one in page.links + page.twins] if page else []
            new = [one for one in dict.fromkeys(found) if one and one not in seen]
            seen.update(new)
            waiting += new

    @staticmethod
    def _answer(client: FlaskClient, address: str) -> TestResponse:
        """Ask for a page, and again where it is being made ready."""
        until = time.monotonic() + PATIENCE_S
        response = client.get(address, headers=HTML)
        while response.status_code == 503 and time.monotonic() < until:
            response.close()
            time.sleep(1)
            response = client.get(address, headers=HTML)
        return response

    def one_of_each(self) -> list[str]:
        """Return the address of one page of each kind, without those that differ in parameters."""
        found: dict[tuple[str, ...], str] = {}
        for address, response, page in self.walk():
            kind = self.kind(address)
            if page and kind and not urlsplit(address).query and response.status_code == 200:
                found.setdefault(kind, address)
        return sorted(found.values())

    def leads(self, address: str, at: str) -> bool:
        """Tell whether a link of a page here leads somewhere; one to elsewhere is believed."""
        here = self._here(address, at)
        if here is None:
            return True
        if here not in self._known:
            self._known[here] = self.kind(here) is not None
        return self._known[here]

    def _beginnings(self) -> Iterator[str]:
        for rule in self._app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and not rule.arguments:
                yield rule.rule

    def _map(self) -> str:
        with self._app.test_client().get("/sitemap.xml") as response:
            return response.text if response.status_code == 200 else ""

    @staticmethod
    def _here(address: str, at: str = "/") -> str | None:
        """Return the address without its host and fragment; `None` where it leads elsewhere."""
        whole = urlsplit(urldefrag(address)[0])
        if whole.scheme not in {"", "http", "https"} or whole.netloc not in {"", "localhost"}:
            return None
        path = whole.path or urlsplit(at).path
        query = whole.query if whole.path or whole.query else urlsplit(at).query
        return f"{path}?{query}" if query else path


def _drawn(address: str) -> bool:
    return hashlib.sha256(address.encode()).digest()[0] % ONE_IN == 0
