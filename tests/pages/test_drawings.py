"""Drawings of things and of proofs: no words lie on others, none are cut or crossed by a line."""

from __future__ import annotations

import re
from itertools import combinations
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from kg.model import Triple
from kg.namespaces import expand
from kg.why import digest

PAGE = {"Accept": "text/html"}
SPACE = "{http://www.w3.org/2000/svg}"
AROUND = ("leonardo-notarbartolo", "antwerp-diamond-heist", "everybody-loves-diamonds")
WAYS = (
    "from=kim-rossi-stuart&to=antwerp-diamond-heist",
    "from=conviction-leonardo-notarbartolo&to=rupert-everett",
    "from=a-clockwork-orange&to=palermo",
)
LONG_PROOFS = (
    "id:stolen-heist-of-the-century clef:sharesBasisWith id:de-diamantroof-van-de-eeuw",
    "id:antwerp-diamond-heist clef:storyActedBy id:elia-schilton",
    "id:c0577 clef:conflictsWith id:c0578",
)
ADDRESSES = [f"/around/{name}" for name in AROUND] + [f"/paths?{way}" for way in WAYS]
LETTER = 0.58  # how wide a letter is for its height, of a wide font, at the mean


class Room(NamedTuple):
    """What something in a drawing takes, from corner to corner."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Room) -> bool:
        """Tell whether two share a point."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Room) -> bool:
        """Tell whether another is within this one."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


def svg(page: str) -> ET.Element:
    """Return the drawing of a page."""
    (text,) = re.findall(r'<svg class="drawing".*?</svg>', page, re.DOTALL)
    return ET.fromstring(text.replace("<svg", f'<svg xmlns="{SPACE[1:-1]}"'))  # noqa: S314  # our own


def words(element: ET.Element, size: int) -> list[Room]:
    """Return the room of every line of words within an element, by an estimate of its width."""
    found = []
    for line in element.iter(f"{SPACE}tspan"):
        x, y, text = float(line.attrib["x"]), float(line.attrib["y"]), line.text or ""
        half = len(text) * size * LETTER / 2
        found.append(Room(x - half, y - 0.75 * size, x + half, y + 0.2 * size))
    return found


def strokes(drawing: ET.Element) -> list[Room]:
    """Return the room of every stroke of the lines between boxes: level or upright, each."""
    found = []
    for path in drawing.iter(f"{SPACE}path"):
        x = y = 0.0
        if path.get("class") != "edge":
            continue
        for letter, one, other in re.findall(r"([A-Z])([\d.]+)(?: ([\d.]+))?", path.attrib["d"]):
            assert letter in "MHV"
            to_x = float(one) if letter != "V" else x
            to_y = float(one) if letter == "V" else float(other or y)
            if letter != "M":
                found.append(Room(min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)))
            x, y = to_x, to_y
    return found


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_words_lie_on_others_or_on_a_line(
    visitor: FlaskClient, address: str, language: str
) -> None:
    joint = "&" if "?" in address else "?"
    drawing = svg(visitor.get(f"{address}{joint}lang={language}", headers=PAGE).text)
    whole = Room(0, 0, float(drawing.attrib["width"]), float(drawing.attrib["height"]))
    said = [room for text in drawing.findall(f"{SPACE}text") for room in words(text, 11)]
    boxes = []
    for link in drawing.iter(f"{SPACE}a"):
        rect = link.find(f"{SPACE}rect")
        assert rect is not None
        x, y, wide, high = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        boxes.append(Room(x, y, x + wide, y + high))
        names = words(link, 12)
        assert all(boxes[-1].holds(name) for name in names), ET.tostring(link)
        assert "…" not in "".join(link.itertext())
    assert len(said) >= 2 * (len(boxes) - 1) > 0 or "/paths" in address
    assert all(whole.holds(room) for room in said + boxes)
    assert not [pair for pair in combinations(said + boxes, 2) if pair[0].meets(pair[1])]
    assert not [one for one in strokes(drawing) for room in said + boxes if one.meets(room)]


def test_what_is_in_the_middle_of_a_tall_drawing_is_seen_at_once(visitor: FlaskClient) -> None:
    drawing = svg(visitor.get("/around/everybody-loves-diamonds", headers=PAGE).text)
    (centre,) = drawing.findall(f'.//{SPACE}rect[@class="box centre"]')
    assert float(drawing.attrib["height"]) > 1000
    assert float(centre.attrib["y"]) < 300


def test_ways_of_three_steps_fit_into_the_page(visitor: FlaskClient) -> None:
    way = visitor.get(f"/paths.json?{WAYS[0]}").json
    assert way
    assert max(len(one["steps"]) for one in way["paths"]) == 3
    drawing = svg(visitor.get(f"/paths?{WAYS[0]}", headers=PAGE).text)
    assert float(drawing.attrib["width"]) <= 992


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("conclusion", LONG_PROOFS)
def test_a_proof_is_drawn_with_all_its_words(
    visitor: FlaskClient, conclusion: str, language: str
) -> None:
    name = digest(Triple(*map(expand, conclusion.split())))
    drawing = ET.fromstring(visitor.get(f"/why/{name}.svg?lang={language}").text)  # noqa: S314  # our own
    boxes = []
    for step in drawing.iter(f"{SPACE}g"):
        rect = step.find(f"{SPACE}rect")
        assert rect is not None
        x, y, wide, high = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        boxes.append(Room(x, y, x + wide, y + high))
        said = []
        for text in step.iter(f"{SPACE}text"):
            size = int(text.get("font-size", "13"))
            x, y, long = float(text.attrib["x"]), float(text.attrib["y"]), len(text.text or "")
            said.append(Room(x, y - 0.75 * size, x + long * size * LETTER, y + 0.2 * size))
        assert len(said) > 1
        assert all(boxes[-1].holds(room) for room in said)
        assert not [pair for pair in combinations(said, 2) if pair[0].meets(pair[1])]
        assert "…" not in "".join(step.itertext())
    assert len(boxes) > 8
    assert not [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])]


def test_a_claim_in_a_proof_stands_with_its_status(visitor: FlaskClient) -> None:
    name = digest(Triple(*map(expand, ["id:c0429", "rdf:type", "clef:RecordClaim"])))
    drawing = visitor.get(f"/why/{name}.svg").text
    assert ">claimed, rumoured: " in drawing
    assert 'rumoured</span> <span class="note">' in visitor.get(f"/why/{name}", headers=PAGE).text
