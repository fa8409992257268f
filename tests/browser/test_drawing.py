"""The drawing that moves: what it shows is read, on any screen, and is what the page drew."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Room: TypeAlias = tuple[float, float, float, float]

NAMES = ("leonardo-notarbartolo", "antwerp-diamond-heist", "everybody-loves-diamonds")
WIDTHS = {"wide": 1280, "narrow": 390}
VIEW = "document.querySelector('#graph .canvas')._cyreg.cy"
ROOMS = f"""() => {{
  const view = {VIEW};
  const room = ({{ x1, y1, x2, y2 }}) => [x1, y1, x2, y2];
  const of = (one, more) => room(one.boundingBox({{ includeOverlays: false, ...more }}));
  return {{
    named: view.nodes().map((one) => of(one)),
    bare: view.nodes().map((one) => of(one, {{ includeLabels: false }})),
    said: view.edges().map((one) => of(one, {{ includeEdges: false }})),
  }};
}}"""


def opened(browser: Browser, address: str, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_default_timeout(8000)
    page.goto(address)
    page.locator("#graph .canvas canvas").first.wait_for()
    return page


def meets(one: Room, other: Room) -> bool:
    """Tell whether two share more than the pixel that the library adds around everything."""
    across = one[0] + 2 < other[2] and other[0] + 2 < one[2]
    return across and one[1] + 2 < other[3] and other[1] + 2 < one[3]


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_no_words_lie_on_others(browser: Browser, origin: str, name: str, width: int) -> None:
    page = opened(browser, f"{origin}/around/{name}?lang=it", width)
    rooms = page.evaluate(ROOMS)
    named, said = rooms["named"], rooms["said"]
    assert len(named) == len(said) + 1 > 10
    assert min(right - left for left, _top, right, _bottom in said) > 20
    assert named == rooms["bare"]  # a name is within its box
    assert not [pair for pair in combinations(named + said, 2) if meets(*pair)]
    assert page.evaluate(f"{VIEW}.zoom()") >= 0.75
    page.close()


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_what_the_page_is_about_is_seen_at_once(browser: Browser, origin: str, width: int) -> None:
    page = opened(browser, f"{origin}/around/everybody-loves-diamonds", width)
    bottom = page.evaluate(f"{VIEW}.$('node[centre]').renderedBoundingBox().y2")
    top = page.locator("#graph .canvas").bounding_box()
    assert top
    assert top["y"] + bottom < 800
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_it_shows_what_the_page_drew(browser: Browser, origin: str) -> None:
    address = f"{origin}/around/leonardo-notarbartolo"
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(address)
    drawn = [
        " ".join(text.split()) for text in plain.locator("#graph svg text").all_text_contents()
    ]
    context.close()
    page = opened(browser, address, WIDTHS["wide"])
    shown = page.evaluate(f"{VIEW}.elements().map((one) => one.data('label'))")
    words = [" ".join(text.replace("\u200b", "").split()) for text in shown]
    assert sum(map(len, words)) > 300
    assert sorted(" ".join(words).split()) == sorted(" ".join(drawn).split())
    assert "is convicted over follows, found by a court, denied" in words
    page.close()
