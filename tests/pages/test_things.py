"""Pages about things: each kind in its own order, and how each line stands in words beside it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from kg.claims import claim
from kg.namespaces import iri, local_name
from server import links
from server.library import Edition
from server.standings import opposed

HTML = {"Accept": "text/html"}
SIDES = (iri("clef:storySide"), iri("clef:recordSide"))

ORDER = {
    "leonardo-notarbartolo": (
        "Leonardo Notarbartolo",
        "life counterpart law own claims follows rest data",
    ),
    "kim-rossi-stuart": ("Kim Rossi Stuart", "life cast own claims follows rest data"),
    "eld-leonardo-notarbartolo": (
        "Leonardo Notarbartolo (character)",
        "who counterpart claims",
    ),
    "eld-john-lovegrove": ("John Lovegrove (character)", "who claims"),
    "eld-perf-kim-rossi-stuart": ("Kim Rossi Stuart as Leonardo Notarbartolo", "role claims"),
    "antwerp-diamond-heist": (
        "2003 Antwerp diamond heist",
        "when people law claims counterpart works follows",
    ),
    "eld-heist": ("the heist as told in Everybody Loves Diamonds", "told counterpart claims"),
    "conviction-leonardo-notarbartolo": (
        "conviction of Leonardo Notarbartolo",
        "step claims compared",
    ),
    "everybody-loves-diamonds": (
        "Everybody Loves Diamonds",
        "compared work basis cast parts claims follows",
    ),
    "palermo": ("Palermo", "follows"),
    "school-of-turin": ("School of Turin", "claims"),
    "discarded-bags": ("discarded bags of the 2003 heist", "claims"),
    "bbc-2004": ("Hopes of finding diamond haul fade", "source says"),
    "c0432": ("Claim C0432 on Leonardo Notarbartolo", "claim rest data"),
    "eld-cmp-crew-size": ("Everybody Loves Diamonds beside the record", "compared rest data"),
    "link-palermo-geonames": ("Where else Palermo is described", "link"),
}


class Outline(HTMLParser):
    """The parts of a page, its headings and its definitions, as text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self.told: list[tuple[str, str]] = []
        self._open: list[str] = []
        self._text: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "section":
            self.parts.append(named["id"] or "")
        if tag == "a":
            self.links.append(named.get("href") or "")
        if tag in {"h1", "dd", "li"}:
            self._open.append(tag)
            self._text[tag] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)
            text = " ".join(self._text[tag].split())
            if tag == "h1":
                self.headings.append(text)
            else:
                self.told.append((self.parts[-1] if self.parts else "", text))

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            self._text[tag] += data


def outline(visitor: FlaskClient, name: str) -> Outline:
    answer = visitor.get(f"/doc/{name}.html")
    assert answer.status_code == 200
    return Outline(answer.text)


@pytest.mark.parametrize("name", ORDER)
def test_each_kind_tells_what_matters_first(visitor: FlaskClient, name: str) -> None:
    heading, parts = ORDER[name]
    found = outline(visitor, name)
    assert found.headings == [heading]
    assert found.parts[: len(parts.split())] == parts.split()
    assert found.parts[-1] == "data"


def test_every_claim_about_a_person_has_its_standing_and_its_sources(
    visitor: FlaskClient, edition: Edition
) -> None:
    stands = re.compile(r"\(.+\).* \d+ sources?: ")
    for person in edition.index.members(iri("clef:Person")):
        found = outline(visitor, links.name_of(person) or "")
        lines = [text for part, text in found.told if part in {"claims", "own"}]
        bare = [
            t for t in lines if not stands.search(t) and not re.search(r"see all|in the data", t)
        ]
        assert bare == []
        facts = [text for part, text in found.told if part in {"life", "follows"}]
        assert [t for t in facts if "(" not in t and "in the data" not in t] == []


def test_a_denial_stands_beside_what_it_denies(visitor: FlaskClient, edition: Edition) -> None:
    index = edition.index
    denied = [
        one
        for one in (claim(index, node) for node in index.members(iri("clef:Claim")))
        if not one.denies and opposed(index, one)
    ]
    assert denied
    for one in denied:
        name = links.name_of(one.node) or ""
        page = visitor.get(f"/doc/{name}.html").text
        assert "<strong>Denied:</strong>" in page
        told = outline(visitor, links.name_of(one.subject) or "").told
        assert any("denied" in text and "Denied:" in text for _part, text in told)


def test_steps_of_the_law_are_told_in_words_with_sources(visitor: FlaskClient) -> None:
    page = visitor.get("/doc/leonardo-notarbartolo.html").text
    law = page[page.index('<section id="law"') : page.index('<section id="own"')]
    for words in ("Arrest", "Conviction", "Sentence", "Release", "found by a court", "10 years"):
        assert words in law
    assert law.index("Arrest") < law.index("Conviction") < law.index("Release")
    assert law.count("sources") > 5
    top = page[: page.index("<section")]
    assert "conviction" in top
    assert "found by a court" in top


def test_an_arrest_that_is_disputed_is_no_plain_fact(
    visitor: FlaskClient, edition: Edition
) -> None:
    reported = iri("id:arrest-leonardo-notarbartolo-2016")
    person = iri("id:leonardo-notarbartolo")
    found = [t for t in edition.index.graph.triples if {reported, person} == {t.subject, t.object}]
    assert found == []
    html = visitor.get("/doc/leonardo-notarbartolo.html").text
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
    assert "arrest 2016 (reported, disputed);" in page
    assert "Arrest (reported, disputed)" in page
    assert "arrest 2013 (reported);" in page
    assert "2016" not in visitor.get("/around/leonardo-notarbartolo", headers=HTML).text


@pytest.mark.parametrize("name", ORDER)
def test_each_why_leads_to_a_proof(visitor: FlaskClient, name: str) -> None:
    for address in set(outline(visitor, name).links):
        if address.startswith("/why/"):
            assert visitor.get(address).status_code == 200, address


def test_a_character_says_who_is_behind_it_or_that_nobody_knows(visitor: FlaskClient) -> None:
    invented = visitor.get("/doc/eld-john-lovegrove.html").text
    assert "invented character · on screen · a source says so" in invented
    unknown = visitor.get("/doc/eld-sandra.html").text
    assert "no source read ties this character to a real person" in unknown
    card = visitor.get("/doc/eld-leonardo-notarbartolo.html").text
    assert "based on a real person" in card
    assert '<a href="/doc/leonardo-notarbartolo">' in card


def test_disputed_amounts_have_a_spread_and_a_page_of_their_own(visitor: FlaskClient) -> None:
    page = visitor.get("/doc/antwerp-diamond-heist.html").text
    assert "39 claims, 38 sources: from 20,000,000 to 1,000,000,000 USD" in page
    assert "/doc/antwerp-diamond-heist?claims=lootValue" in page
    whole = visitor.get("/doc/antwerp-diamond-heist.html?claims=lootValue").text
    assert whole.count("<dd>") > 20
    assert "see all" not in whole


def test_words_in_another_language_say_so(visitor: FlaskClient) -> None:
    page = visitor.get("/doc/bbc-2004.html?lang=it").text
    assert '<h1 lang="en">' in page
    assert '<a href="http://news.bbc.co.uk/2/hi/europe/3364911.stm">' in page
    assert "<h1>" in visitor.get("/doc/bbc-2004.html").text


def test_a_claim_says_why_it_is_held_back(visitor: FlaskClient) -> None:
    assert "its source gives it only as: alleged" in visitor.get("/doc/c0432.html").text
    assert "Yes, as a plain statement." in visitor.get("/doc/c0421.html").text


@pytest.mark.parametrize("language", ["en", "it"])
def test_no_page_is_too_large_and_each_has_a_heading(
    visitor: FlaskClient, edition: Edition, language: str
) -> None:
    index = edition.index
    kinds = (
        ("Work", "Person", "RealEvent") if language == "it" else ("RealEntity", "Work", "Source")
    )
    for term in {term for kind in kinds for term in index.members(iri(f"clef:{kind}"))}:
        answer = visitor.get(f"/doc/{links.name_of(term)}.html?lang={language}")
        assert answer.status_code == 200
        assert len(answer.data) < 60_000, term
        assert len(re.findall(r"<h1[ >]", answer.text)) == 1
        assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize("path", ["/about", "/help"])
@pytest.mark.parametrize("language", ["en", "it"])
def test_how_it_was_made_and_how_it_is_read(visitor: FlaskClient, path: str, language: str) -> None:
    page = visitor.get(f"{path}?lang={language}").text
    assert page.count("<h1>") == 1
    assert page.count("<h2>") >= 3
    assert ("affermazione" in page) == (language == "it")


def test_a_person_is_compared_in_what_is_about_them_alone(
    visitor: FlaskClient, edition: Edition
) -> None:
    """A side that speaks of a step of the law may stand beside somebody else in the story."""
    index = edition.index
    found = 0
    for person in index.members(iri("clef:Person")):
        ours = {person, *index.objects(person, iri("clef:hasFictionalCounterpart"))}
        page = visitor.get(f"/doc/{local_name(person)}.html").text
        card = page.partition('<section id="counterpart"')[2].partition("</section>")[0]
        nodes = [iri(f"id:{name}") for name in re.findall(r'<h3><a href="/doc/([^"]+)">', card)]
        for node in nodes:
            sides = [claim(index, s) for n in SIDES if (s := index.one(node, n))]
            assert ours & {end for one in sides for end in (one.subject, *one.values)}, node
        found += len(nodes)
    assert found > 5
