"""What robots are told: every page, none made for each request, and what is not mixed up."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from server import crawlers
from server.library import Edition

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.mimetype == "application/xml"
    root = ET.fromstring(answer.data)  # noqa: S314  # our own answer
    days = {node.text for node in root.iter(f"{SPACE}lastmod")}
    assert len(days) == 1
    return [node.text or "" for node in root.iter(f"{SPACE}loc")]


def test_the_map_has_every_page_and_each_is_there(visitor: FlaskClient, edition: Edition) -> None:
    found = addresses(visitor, "/sitemap.xml")
    assert len(found) == len(set(found))
    paths = {address.removeprefix("http://localhost") for address in found}
    assert {"/", "/data/", "/doc/palermo", "/doc/c0123", "/ns/Person", "/rule/promote"} <= paths
    assert not any(
        path.startswith(("/search", "/sparql", "/suggest", "/reconcile")) for path in paths
    )
    for path in sorted(paths)[::40]:
        assert visitor.get(path, headers={"Accept": "text/html"}).status_code == 200, path
    assert len(found) > len(edition.plain.things)


def test_addresses_are_of_the_host_that_serves(visitor: FlaskClient) -> None:
    answer = visitor.get("/sitemap.xml?lang=it", base_url="https://facts.example/clef")
    assert "<loc>https://facts.example/clef/doc/palermo</loc>" in answer.text
    assert "lang=" not in answer.text


def test_a_map_that_is_too_long_is_several(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = addresses(visitor, "/sitemap.xml")
    monkeypatch.setattr(crawlers, "PER_MAP", 500)
    maps = addresses(visitor, "/sitemap.xml")
    assert len(maps) == -(-len(whole) // 500)
    paths = [address.removeprefix("http://localhost") for address in maps]
    assert [page for path in paths for page in addresses(visitor, path)] == whole
    assert visitor.get(f"/sitemap-{len(maps) + 1}.xml").status_code == 404
    assert visitor.get("/sitemap-0.xml").status_code == 404


def test_robots_leave_alone_what_is_made_for_each_request(visitor: FlaskClient) -> None:
    answer = visitor.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /sparql?", "Disallow: /search", "Disallow: /reconcile"} <= set(lines)
    assert lines[-1] == "Sitemap: http://localhost/sitemap.xml"


def test_a_language_model_is_told_what_must_not_be_mixed_up(visitor: FlaskClient) -> None:
    text = visitor.get("/llms.txt").text
    assert text.startswith("# The Antwerp diamond heist and its dramatisations\n\n> ")
    for words in ("A character is never the real person", "with its status", "creativecommons"):
        assert words in text
    for path in ("/sparql", "/.well-known/void", "/data/", "/sitemap.xml", "/ns/Claim.ttl"):
        assert f"http://localhost{path}" in text
        assert visitor.get(path).status_code == 200
