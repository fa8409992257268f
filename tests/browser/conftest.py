"""One browser, and one running server over the whole dossier, shared by the tests of this folder.

Without a browser they are skipped, unless CLEF_REQUIRE_BROWSER is set, as it is in CI.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from tests.pages.atlas import Atlas
from tests.pages.conftest import site as site  # noqa: PLC0414  # the same application

if TYPE_CHECKING:
    from playwright.sync_api import Browser

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = ["--disable-quic", "--no-first-run", "--disable-background-networking"]
ROOT = Path(__file__).resolve().parents[2]


def without(reason: str) -> None:
    """Skip what needs a browser, or fail where it must be there."""
    if os.environ.get("CLEF_REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        without("no browser is here: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  # not everybody has it
    except ModuleNotFoundError:
        without("Playwright is not here: make test installs it where there is a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file():
        without("axe-core is not here: make test installs it where there is npm")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def origin(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site is served; there is a browser first, so that nothing starts in vain."""
    assert browser.is_connected()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    build = tmp_path_factory.mktemp("served") / "graph"
    command = [sys.executable, "-m", "server", "serve", "--port", str(port), "--build", str(build)]
    command += ["--workers", "2", "--per-client", "8"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("Clef is ready")
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture(scope="session")
def addresses(browser: Browser, site: Flask) -> list[str]:
    """One page of each kind, an answer to a query and a query that is not understood among them."""
    assert browser.is_connected()
    asked = ["/sparql?query=SELECT+*+%7B+%3Fs+a+clef%3AWork+%7D", "/search?q=notarbartolo"]
    return [*Atlas(site).one_of_each(), *asked, "/sparql?query=WHEER"]
