"""What people do here: ask, search, compare; with the keyboard alone, and without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

QUERY = "SELECT ?work { ?work a clef:TVSeries ; clef:basedOn id:antwerp-diamond-heist }"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(8000)
    yield page
    page.close()


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A page where script is off."""
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(8000)
    yield context.new_page()
    context.close()


def test_a_query_is_asked_without_script(plain: Page, origin: str) -> None:
    plain.goto(f"{origin}/sparql")
    plain.get_by_label("Query", exact=True).fill(QUERY)
    plain.get_by_role("button", name="Ask").click()
    assert plain.get_by_role("status").inner_text() == "1 row"
    assert plain.get_by_role("link", name="Everybody Loves Diamonds").count() == 1
    plain.get_by_label("graph:claims").check()
    plain.get_by_role("button", name="Ask").click()
    assert plain.get_by_role("status").inner_text() == "0 rows"


def test_something_is_searched_without_script(plain: Page, origin: str) -> None:
    plain.goto(origin)
    plain.get_by_role("search").get_by_role("searchbox").fill("notarbartolo")
    plain.get_by_role("search").get_by_role("button").click()
    plain.get_by_role("main").get_by_role("link", name="Leonardo Notarbartolo").first.click()
    assert "Leonardo Notarbartolo" in plain.locator("h1").inner_text()


def test_a_comparison_takes_a_policy_without_script(plain: Page, origin: str) -> None:
    plain.goto(f"{origin}/compare/everybody-loves-diamonds")
    before = plain.locator("main").inner_text()
    form = plain.locator("form[data-apply]").first
    choice = form.locator("select").first
    choice.select_option(index=choice.locator("option").count() - 1)
    form.get_by_role("button").first.click()
    assert "?" in plain.url
    assert plain.locator("main").inner_text() != before


def test_the_editor_is_left_and_sent_by_keyboard(page: Page, origin: str) -> None:
    page.goto(f"{origin}/sparql")
    editor = page.locator(".CodeMirror textarea")
    editor.focus()
    page.keyboard.type("ASK {}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "default-graph-uri"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert not page.evaluate("document.activeElement.closest('.CodeMirror')")
    editor.focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/sparql?query=ASK*")
    assert page.get_by_role("status").inner_text() == "Yes"
    assert page.evaluate("localStorage.length + document.cookie.length") == 0


def test_the_editor_suggests_names_of_ours(page: Page, origin: str) -> None:
    page.goto(f"{origin}/sparql")
    page.locator(".CodeMirror textarea").focus()
    page.keyboard.type("SELECT * { ?x a clef:TVS")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hint", has_text="clef:TVSeries").first.wait_for()
    page.keyboard.press("Enter")
    assert "a clef:TVSeries" in page.evaluate("document.querySelector('#query').value")
    page.keyboard.type(" ; clef:basedO")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hint", has_text="clef:basedOn").first.wait_for()
    page.keyboard.press("Escape")


def test_the_search_box_suggests_and_leads_by_keyboard(page: Page, origin: str) -> None:
    page.goto(origin)
    box = page.get_by_role("search").first.get_by_role("combobox")
    box.focus()
    page.keyboard.type("notarb")
    page.get_by_role("option").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    page.keyboard.type("a")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/*")


def test_the_drawing_is_moved_by_keyboard_and_by_buttons(page: Page, origin: str) -> None:
    page.goto(f"{origin}/around/everybody-loves-diamonds")
    canvas = page.locator("#graph .canvas")
    canvas.wait_for()
    group = page.locator("#graph [role=group] button")
    assert group.count() == 7
    before = canvas.screenshot()
    canvas.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    moved = canvas.screenshot()
    assert moved != before
    group.first.click()
    assert canvas.screenshot() != moved
    canvas.focus()
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.canvas')")
