"""Every kind of page in a real browser: barriers, width, what is loaded, what the console says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = {"wide": 1100, "narrow": 320}
REFUSED = "the server responded with a status of 400"  # said of the page that shows a faulty query


def barriers(page: Page, axe: str, scheme: Literal["light", "dark"] = "light") -> list[str]:
    """Return what axe finds against WCAG 2.2 AA; another scheme only changes the contrasts."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate(axe)
    only = TAGS if scheme == "light" else ["color-contrast", "link-in-text-block"]
    found = page.evaluate(f"axe.run(document, {{runOnly: {only}, resultTypes: ['violations']}})")
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_a_page_has_no_barrier_asks_no_other_host_and_logs_nothing(
    browser: Browser, axe: str, origin: str, addresses: list[str], width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
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
        found = barriers(page, axe) + barriers(page, axe, "dark")
        found += [text for text in noise if REFUSED not in text]
        found += [url for url in requests if not url.startswith((f"{origin}/", "data:"))]
        beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if beyond > 0:
            found.append(f"{beyond} px too wide")
        if found:
            faults[address] = found
    page.close()
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
