"""Every link of the site leads somewhere; every page is one that people and programs can use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

import server
from tests.pages.atlas import Atlas, Visit
from tests.pages.reading import Page

STATIC = Path(server.__file__).parent / "static"
WITHOUT_TWIN = {
    "pages.home": "its twin is the description at /.well-known/void",
    "about.about": "it tells how the data was made, and is none",
    "about.help_page": "it tells how to read a page, and is no data",
    "sparql.sparql": "the query page has the formats of its answer beside the answer",
}
"""Endpoints whose pages are for people alone, and why."""

LED_TO_BY_DATA = {
    "documents.thing",
    "documents.graph",
    "documents.module",
    "documents.shape",
    "crawlers.part",
}
"""Endpoints that an IRI in the data leads to, or a sitemap of more than fifty thousand pages."""

NEEDS_MORE = {"/graphs", "/reconcile/preview", "/why"}
"""Addresses that nothing leads to without the parameters that they need."""

NOT_FOR_READERS = {"/reconcile/preview"}
GOOD = (
    "<!doctype html><html lang=en><title>A</title><nav></nav><main id=main><h1>B</h1>"
    '<a href="#main">b</a><a href="/doc/x">x</a></main></html>'
)


@pytest.fixture(scope="module")
def atlas(site: Flask) -> Atlas:
    return Atlas(site)


@pytest.fixture(scope="module")
def visits(atlas: Atlas) -> list[Visit]:
    return list(atlas.walk())


def test_the_walk_meets_every_kind_of_page(site: Flask, atlas: Atlas, visits: list[Visit]) -> None:
    met = {kind[0] for address, _, _ in visits if (kind := atlas.kind(address))}
    given = {rule.endpoint for rule in site.url_map.iter_rules() if "GET" in (rule.methods or ())}
    by_machines = {name for name in given if name.partition(".")[0] in {"graphs", "reconcile"}}
    assert given - met - by_machines - LED_TO_BY_DATA == set()
    assert len(visits) > 100


def test_no_link_is_dead(atlas: Atlas, visits: list[Visit]) -> None:
    failed = {
        address: response.status_code
        for address, response, _ in visits
        if response.status_code >= 400 and address not in NEEDS_MORE
    }
    assert failed == {}
    dead = {
        (address, link)
        for address, _, page in visits
        if page
        for link in page.links + page.twins
        if not atlas.leads(link, address)
    }
    assert dead == set()


def test_a_link_within_a_page_has_its_place(visits: list[Visit]) -> None:
    lost = {
        (address, link)
        for address, _, page in visits
        if page
        for link in page.links
        if link.startswith("#") and link[1:] not in page.ids
    }
    assert lost == set()


def test_every_page_is_whole(visits: list[Visit]) -> None:
    faults = {
        address: page.faults
        for address, _, page in visits
        if page and page.faults and address.partition("?")[0] not in NOT_FOR_READERS
    }
    assert faults == {}


def test_every_page_is_data_too(atlas: Atlas, visits: list[Visit]) -> None:
    alone = {
        kind[0]
        for address, _, page in visits
        if page and not page.twins and (kind := atlas.kind(address))
    }
    assert alone - {"reconcile.preview"} == set(WITHOUT_TWIN)


def test_what_a_page_loads_is_small() -> None:
    assert len((STATIC / "site.css").read_bytes()) <= 20 * 1024
    scripts = [path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")]
    lines = [line for script in scripts for line in script.splitlines()]
    assert 100 < len(lines) < 400
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("lang=en", ""), "no language"),
        (("<title>A</title>", ""), "0 title"),
        (("<h1>B</h1>", "<h1>B</h1><h1>C</h1>"), "2 h1"),
        (("<h1>B</h1>", "<h1> </h1>"), "an empty h1"),
        (("<nav></nav>", ""), "no nav"),
        (("<main id=main>", '<main id=main style="x">'), "style in the page, on main"),
        (("<main id=main>", '<main id=main onclick="x">'), "onclick on main"),
        (("<nav></nav>", "<nav></nav><script>1</script>"), "script in the page"),
        (("<nav></nav>", "<nav></nav><style>*{}</style>"), "style in the page, on style"),
        (
            ("<nav></nav>", "<nav></nav><script src=https://x.org/x.js></script>"),
            "script from elsewhere: https://x.org/x.js",
        ),
        (("<h1>B</h1>", "<h1>B</h1><p id=main>"), "two ids main"),
        (("<h1>B</h1>", "<h1>B</h1><img src=/x.png>"), "a picture without words"),
        (("<h1>B</h1>", f"<h1>B</h1>{'x' * 70_000}"), "70,1"),
    ],
)
def test_a_bad_page_is_noticed(change: tuple[str, str], fault: str) -> None:
    assert Page(GOOD).faults == []
    faults = Page(GOOD.replace(*change)).faults
    assert any(found.startswith(fault) for found in faults)


def test_a_dead_link_is_noticed(atlas: Atlas) -> None:
    for dead in ("/nowhere", "/doc/nobody", "/why/0123456789abcdef", "/doc/nobody.ttl?lang=it"):
        assert not atlas.leads(dead, "/")
    for alive in ("/", "/doc/everybody-loves-diamonds", "https://example.org/", "#main"):
        assert atlas.leads(alive, "/doc/everybody-loves-diamonds")


def test_templates_hold_no_style_or_script() -> None:
    for path in (Path(server.__file__).parent / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|javascript:", text), path.name
