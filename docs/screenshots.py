"""Make the pictures of the README from a running server: python docs/screenshots.py ORIGIN."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from kg.model import Triple
from kg.namespaces import iri
from kg.why import digest

IMAGES = Path(__file__).parent / "images"
WORK = "everybody-loves-diamonds"
CONCLUSION = Triple(iri(f"id:{WORK}"), iri("clef:basedOn"), iri("id:antwerp-diamond-heist"))
LARGEST = 200_000
PATIENCE_MS = 120_000


def main(origin: str) -> None:
    """Take each picture; fail where one grows too large for a page."""
    program = shutil.which("chromium")
    if program is None:
        sys.exit("no browser is here: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        page = browser.new_page(viewport={"width": 1000, "height": 840}, color_scheme="light")
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{origin}/compare/{WORK}")
        _take(page, "compare")
        page.goto(f"{origin}/why/{digest(CONCLUSION)}")
        _take(page, "why")
        browser.close()


def _take(page: Page, name: str) -> None:
    target = IMAGES / f"{name}.png"
    page.screenshot(path=target)
    size = target.stat().st_size
    print(f"{target.relative_to(Path.cwd())}: {size:,} bytes")
    if size > LARGEST:
        sys.exit(f"{target} is larger than {LARGEST:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
