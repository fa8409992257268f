"""Every page about a thing in Italian: English is marked as such, and no raw name is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.claims import claim
from kg.index import Index
from kg.model import Term
from kg.namespaces import PREFIXES, compact, iri, local_name
from kg.terms import literal_parts
from server.library import Edition
from server.state import KEY
from tests.pages.spoken import Piece, Spoken

HTML = {"Accept": "text/html"}
LISTS = ("/event", "/cast", "/events", "/timeline", "/works", "/sources", "/places", "/disputed")
NUMBERED = ("clef:Claim", "clef:Comparison", "clef:Link")
REMARKS = ("clef:locator", "dct:description", "clef:rankReason", "clef:evidence")
PREFIXED = re.compile(rf"(?<![\w/.])(?:{'|'.join(PREFIXES)}):[A-Za-z]\w*")
ADDRESS = re.compile(r"\S+/\S+")


def spaced(text: str) -> str:
    return " ".join(text.split())


class Words:
    """The texts that have no Italian, and the names that are no words."""

    def __init__(self, index: Index) -> None:
        tongues: dict[str, set[str]] = {}
        remarks: dict[str, set[str]] = {}
        names: set[str] = set()
        sources = set(index.members(iri("clef:Source")))
        for triple in index.graph.triples:
            subject, predicate, obj = triple
            names.update(local_name(term) for term in triple if term.startswith("<"))
            if obj[0] != '"':
                continue
            text, language, _ = literal_parts(obj)
            tongues.setdefault(spaced(text), set()).add(language or "")
            titled = subject in sources and compact(predicate) in {"rdfs:label", "dct:title"}
            if titled or compact(predicate) in REMARKS:
                remarks.setdefault(spaced(text), set()).update(index.texts(subject, predicate))
        italian = " ".join(text for text, found in tongues.items() if "it" in found)
        english = {text for text, found in tongues.items() if found == {"en"}}
        # What begins with a capital and stands in Italian texts as well is somebody's name.
        self.english = {t for t in english if not (t[:1].isupper() and t in italian)}
        numbered = {local_name(t) for name in NUMBERED for t in index.members(iri(name))}
        self.nameless = numbered - set(tongues)  # but for an identifier that is told as one
        known = set(re.findall(r"\w+", " ".join(tongues)))
        self.raw = {name for name in names if re.search(r"[a-z][A-Z]|_", name)} - known
        long = (text for text, found in remarks.items() if found == {"en"} and len(text) > 11)
        self.inside = [text for text in long if text not in italian]

    def faults(self, piece: Piece) -> Iterator[str]:
        """Yield what is wrong with a text of an Italian page."""
        plain = ADDRESS.sub("", piece.text)
        yield from PREFIXED.findall(plain)
        yield from self.raw.intersection(re.findall(r"\w+", plain))
        if piece.text in self.nameless:
            yield piece.text
        if piece.language != "en":
            if piece.text in self.english:
                yield piece.text
            yield from (text for text in self.inside if text in piece.text)


@pytest.fixture(scope="module")
def words(edition: Edition) -> Words:
    return Words(edition.index)


def italian(visitor: FlaskClient, address: str) -> list[Piece]:
    answer = visitor.get(f"{address}?lang=it", headers=HTML)
    assert answer.status_code == 200, address
    return Spoken(answer.text).pieces


def things(index: Index) -> list[Term]:
    subjects = {triple.subject for triple in index.graph.triples}
    return sorted(term for term in subjects if term.startswith(f"<{PREFIXES['id']}"))


def test_a_page_speaks_italian_or_says_what_it_speaks(
    site: Flask, visitor: FlaskClient, edition: Edition, words: Words
) -> None:
    pages = [f"/doc/{local_name(term)}" for term in things(edition.index)]
    assert len(pages) > 1000
    found: dict[str, str] = {}
    asked = [f"/questions/{one.name}" for one in site.extensions[KEY].questions]
    for address in (*pages, *LISTS, *asked):
        for piece in italian(visitor, address):
            for fault in words.faults(piece):
                found.setdefault(fault, f"{address}: {piece.text}")
    assert found == {}


def test_the_faults_are_noticed(words: Words) -> None:
    title = "Everybody Loves Diamonds Season 1 Review"
    for text in ("E21_Person", "clef:Work", f"Rivista, “{title}”", "caretaker", "c0154"):
        assert list(words.faults(Piece(text, "it"))), text
    for text in ("custode", "https://example.org/wiki/E21_Person"):
        assert not list(words.faults(Piece(text, "it"))), text
    assert not list(words.faults(Piece(f"Rivista, “{title}”", "en")))


def test_what_happened_is_told_in_italian_where_a_claim_has_it(
    visitor: FlaskClient, edition: Edition
) -> None:
    index = edition.index
    told = [claim(index, node).text for node in index.members(iri("clef:Claim"))]
    assert all("it" in text for text in told if text)
    page = visitor.get("/event?lang=it", headers=HTML).text
    assert re.findall(r'<span lang="en">[^<]*', page) == [], "a value; sources keep their names"
