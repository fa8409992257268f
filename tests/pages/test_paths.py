"""Pages of connections: told, drawn and as data alike; choices where a name means several."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from flask.testing import FlaskClient

PAGE = {"Accept": "text/html"}
BETWEEN = "from=rupert+everett&to=leonardo-notarbartolo"


def drawn(page: str) -> tuple[str, list[str]]:
    """Return the title of the drawing, and the words on its lines."""
    (svg,) = re.findall(r'<svg class="drawing".*?</svg>', page, re.DOTALL)
    title = re.search(r"<title[^>]*>([^<]+)</title>", svg)
    assert title
    said = re.findall(r'<text class="said">(.*?)</text>', svg)
    return title[1], [re.sub("<[^>]+>", "", words) for words in said]


def test_a_way_is_told_drawn_and_given_as_data(visitor: FlaskClient) -> None:
    page = visitor.get(f"/paths?{BETWEEN}", headers=PAGE).text
    assert "How Rupert Everett and Leonardo Notarbartolo" in page
    data = visitor.get(f"/paths.json?{BETWEEN}").json
    assert data
    first = data["paths"][0]
    assert first["things"] == [
        "id:rupert-everett",
        "id:everybody-loves-diamonds",
        "id:leonardo-notarbartolo",
    ]
    assert first["steps"][0]["told"] == "Rupert Everett acted in Everybody Loves Diamonds"
    title, lines = drawn(page)
    assert title == "The ways from Rupert Everett to Leonardo Notarbartolo"
    steps = [step for path in data["paths"] for step in path["steps"]]
    assert len(lines) == len(steps) == page.count('<li><a href="/doc/')


def test_a_step_about_a_person_says_how_it_stands(visitor: FlaskClient) -> None:
    page = visitor.get("/paths?from=kim-rossi-stuart&to=antwerp-diamond-heist", headers=PAGE).text
    told = re.sub(r"<[^>]+>", "", page)
    assert (
        "Leonardo Notarbartolo is convicted over 2003 Antwerp diamond heist."
        " follows, found by a court, denied · 6 sources" in told
    )


def test_a_drawing_never_leaves_out_that_something_is_denied(visitor: FlaskClient) -> None:
    page = visitor.get("/paths?from=kim-rossi-stuart&to=antwerp-diamond-heist", headers=PAGE).text
    drawing = re.sub(r"</?tspan[^>]*>", "", page[page.index('<svg class="drawing"') :])
    beside = re.findall(r">is convicted over</text>\s*<text [^>]*>([^<]*)</text>", drawing)
    assert set(beside) == {"follows, found by a court, denied"}
    graph = visitor.get("/around/leonardo-notarbartolo.graphml").text
    assert "inferred, found by a court, denied" in graph


def test_a_name_that_means_several_gives_a_choice(visitor: FlaskClient) -> None:
    page = visitor.get("/paths?from=flawless&to=notarbartolo", headers=PAGE).text
    assert "Which “notarbartolo” is meant?" in page
    assert 'href="/paths?from=flawless&amp;to=leonardo-notarbartolo"' in page
    assert 'href="/paths?from=flawless&amp;to=eld-leonardo-notarbartolo"' in page


def test_names_are_found_in_any_language_and_without_accents(visitor: FlaskClient) -> None:
    data = visitor.get("/paths.json?from=Arancia+meccanica&to=fagare").json
    assert data
    assert data["from"]["things"] == ["id:a-clockwork-orange"]
    assert data["to"]["things"] == ["id:eld-fagare"]
    assert data["paths"]


def test_both_ends_may_be_one(visitor: FlaskClient) -> None:
    page = visitor.get("/paths?from=flawless&to=flawless", headers=PAGE).text
    assert "Both are one and the same" in page


def test_what_is_around_a_thing_is_drawn_as_it_is_listed(visitor: FlaskClient) -> None:
    page = visitor.get("/around/leonardo-notarbartolo", headers=PAGE).text
    data = visitor.get("/around/leonardo-notarbartolo.json").json
    assert data
    title, lines = drawn(page)
    assert title == "What leads to Leonardo Notarbartolo, and what it leads to"
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    assert len(lines) == len(data["edges"]) == body.count("<tr>")
    known = {node["id"] for node in data["nodes"]}
    assert all({edge["source"], edge["target"]} <= known for edge in data["edges"])
    assert {"id", "label", "kind", "href"} == set(data["nodes"][0])
    over = next(e for e in data["edges"] if e["label"] == "is convicted over")
    assert over["standing"] == ["inferred", "found by a court", "denied"]


def test_a_large_neighbourhood_says_what_it_leaves_out(visitor: FlaskClient) -> None:
    page = visitor.get("/around/everybody-loves-diamonds?lang=it", headers=PAGE)
    assert len(page.data) < 60_000
    assert page.text.count('<text class="said"') == 48


def test_graphml_holds_the_same_graph(visitor: FlaskClient) -> None:
    data = visitor.get("/around/antwerp.json").json
    assert data
    root = ET.fromstring(visitor.get("/around/antwerp.graphml").data)  # noqa: S314  # our own
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    nodes = [node.get("id") for node in root.findall(".//g:node", space)]
    assert nodes == [node["id"] for node in data["nodes"]]
    assert len(root.findall(".//g:edge", space)) == len(data["edges"])


def test_the_page_of_a_thing_leads_to_what_is_around_it(visitor: FlaskClient) -> None:
    for name, there in (("leonardo-notarbartolo", True), ("wired-2009", False), ("c0047", False)):
        page = visitor.get(f"/doc/{name}", headers=PAGE).text
        assert (f'href="/around/{name}"' in page) == there
