"""Every kind of page in a real browser: barriers, width, what is loaded, what the console says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WAYS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1100, "height": 800}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1100, "height": 800}},
    "narrow": {"color_scheme": "light", "viewport": {"width": 320, "height": 640}},
}
REFUSED = "the server responded with a status of 400"  # said of the page that shows a faulty query


def barriers(page: Page, axe: str) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA."""
    page.evaluate(axe)
    found = page.evaluate(f"axe.run(document, {{runOnly: {TAGS}, resultTypes: ['violations']}})")
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("way", WAYS)
def test_a_page_has_no_barrier_asks_no_other_host_and_logs_nothing(
    browser: Browser, axe: str, origin: str, addresses: list[str], way: str
) -> None:
    context = browser.new_context(**WAYS[way])
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    faults: dict[str, list[str]] = {}
    for address in addresses:
        noise.clear()
        requests.clear()
        page.goto(origin + address)
        found = barriers(page, axe)
        found += [text for text in noise if REFUSED not in text]
        found += [url for url in requests if not url.startswith((f"{origin}/", "data:"))]
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if width > 0:
            found.append(f"{width} px too wide")
        if found:
            faults[address] = found
    context.close()
    assert faults == {}


def test_a_barrier_is_noticed(browser: Browser, axe: str, origin: str) -> None:
    page = browser.new_page()
    page.goto(origin)
    page.evaluate("document.querySelector('main').innerHTML = '<img src=\"/x.png\"><input>'")
    assert {fault.partition(":")[0] for fault in barriers(page, axe)} == {"image-alt", "label"}
    page.close()


def test_a_policy_that_is_broken_is_noticed(browser: Browser, origin: str) -> None:
    page = browser.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.goto(origin)
    page.evaluate("document.querySelector('h1').setAttribute('style', 'color: red')")
    assert "Content Security Policy" in "".join(noise)
    page.close()


def test_print_opens_what_is_closed(browser: Browser, origin: str, addresses: list[str]) -> None:
    page = browser.new_page()
    page.emulate_media(media="print")
    met = 0
    for address in addresses:
        page.goto(origin + address)
        hidden = page.evaluate(
            "[...document.querySelectorAll('main details:not([open])')].filter(one =>"
            " [...one.children].some(part => part.tagName !== 'SUMMARY' && part.textContent.trim()"
            " && part.getBoundingClientRect().height === 0)).length"
        )
        met += page.evaluate("document.querySelectorAll('main details:not([open])').length")
        assert hidden == 0, address
    assert met > 0
    page.close()
