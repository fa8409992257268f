"""The site as plain files: every link leads to a file, over HTTP and without; whole or not."""

from __future__ import annotations

import filecmp
import functools
import http.server
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from flask import Flask

from kg import paths
from kg.errors import ProofError, StorageError
from kg.pipeline import Inputs
from kg.store import KnowledgeGraph, save_snapshot
from server.app import create_app
from server.config import Config
from server.library import Edition
from server.publish import Published, publish
from server.state import KEY
from tests.pages.reading import Page

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".xml": "text/xml"}
TYPES |= {".json": "application/json", ".csv": "text/csv", ".txt": "text/plain"}
TYPES |= {".svg": "image/svg+xml"}


def silence(stage: str) -> None:
    """Tell nobody how far it is."""
    assert stage


@pytest.fixture(scope="module")
def app(
    small: KnowledgeGraph, small_inputs: Inputs, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("small") / "snapshot"
    save_snapshot(small, folder)
    questions = paths.ontology() / "questions"
    config = Config(snapshot=folder, questions=questions, data=small_inputs.data, workers=1)
    app = create_app(config)
    yield app
    app.extensions[KEY].close()


@pytest.fixture(scope="module")
def published(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Published]:
    folder = tmp_path_factory.mktemp("published") / "site"
    return folder, publish(app, folder, silence)


@pytest.fixture
def origin(published: tuple[Path, Published]) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    handler = functools.partial(Quiet, directory=str(published[0]))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/deep/../"
        server.shutdown()
        thread.join()


def test_every_link_leads_to_a_file_of_its_type(
    origin: str, published: tuple[Path, Published]
) -> None:
    names = [path.relative_to(published[0]) for path in published[0].rglob("*.html")]
    waiting = [urljoin(origin, name.as_posix()) for name in names]
    seen, faults = set(waiting), {}
    while waiting:
        address = waiting.pop()
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310
                expected = TYPES.get(Path(address).suffix, answer.headers.get_content_type())
                if answer.headers.get_content_type() != expected:
                    faults[address] = answer.headers.get_content_type()
                text = answer.read().decode() if address.endswith(".html") else ""
        except urllib.error.HTTPError as error:
            faults[address] = str(error.code)
            error.close()
            continue
        page = Page(text) if text else None
        found = page.links + page.twins if page else []
        joined = {urldefrag(urljoin(address, link))[0] for link in found}
        new = {link for link in joined if link.startswith(urljoin(origin, "/"))} - seen
        seen |= new
        waiting += new
    assert faults == {}
    assert len(seen) > 50
    assert all("?" not in address for address in seen)


def test_the_files_join_without_a_host(published: tuple[Path, Published]) -> None:
    folder, done = published
    pages = list(folder.rglob("*.html"))
    assert done.pages == len(pages) > 30
    for path in pages:
        page = Page(path.read_text(encoding="utf-8"))
        assert page.faults == []
        for link in page.links + page.twins:
            bare = unquote(urldefrag(link)[0])
            if "://" not in bare and not bare.startswith(("mailto:", "data:")):
                assert not bare or (path.parent / bare).is_file(), f"{path}: {link}"


def test_what_needs_a_server_is_left_out(published: tuple[Path, Published]) -> None:
    folder, _ = published
    assert not (folder / "sparql.html").exists()
    assert not any("<form" in path.read_text(encoding="utf-8") for path in folder.rglob("*.html"))


def test_the_proofs_and_the_documents_are_there_in_every_form(
    published: tuple[Path, Published], small: KnowledgeGraph
) -> None:
    folder, _ = published
    assert len(list((folder / "why").glob("*.html"))) == len(small.derivations)
    sources = {path.stem for path in (folder / "without").glob("*.html")}
    assert sources == {path.stem for path in (folder / "without").glob("*.csv")} != set()
    stems = {path.stem for path in (folder / "doc").glob("*.html")}
    assert stems
    for suffix in ("ttl", "nt", "jsonld", "rdf", "trig"):
        assert stems <= {path.stem for path in (folder / "doc").glob(f"*.{suffix}")}
    assert (folder / ".well-known" / "void.ttl").is_file()


def test_the_same_data_gives_the_same_bytes_and_replaces_the_old(
    app: Flask, published: tuple[Path, Published], tmp_path: Path
) -> None:
    folder, done = published
    other = tmp_path / "site"
    other.mkdir()
    (other / ".clef-site").write_text("Written.\nold.html\n")
    (other / "old.html").write_text("old")
    assert publish(app, other, silence) == done
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    found = [path.relative_to(other) for path in other.rglob("*") if path.is_file()]
    assert sorted(found) == sorted(names)
    same, different, failed = filecmp.cmpfiles(folder, other, map(str, names), shallow=False)
    assert (len(same), different, failed) == (len(names), [], [])
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_what_is_no_site_stays(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    for name in ("mine", "file", "link"):
        with pytest.raises(StorageError, match="did not write"):
            publish(app, tmp_path / name, silence)
    assert (tmp_path / "mine" / "letter.txt").read_text() == "mine"


def test_what_others_put_into_a_site_stays(app: Flask, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref")
    (tmp_path / ".clef-site").write_text("Written.\nindex.html\n")
    with pytest.raises(StorageError, match=r"did not write: \.git/HEAD"):
        publish(app, tmp_path, silence)
    assert (tmp_path / ".git" / "HEAD").read_text() == "ref"


def test_a_page_that_cannot_be_made_ends_it(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise ProofError("not so")

    monkeypatch.setattr(Edition, "verify", property(lambda _: refuse))
    with pytest.raises(StorageError, match=r"/why/\w+.* cannot be made: it answers 500"):
        publish(app, tmp_path / "site", silence)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_end_leaves_the_old_site(
    tmp_path: Path, small: KnowledgeGraph, ending: signal.Signals
) -> None:
    site, build = tmp_path / "site", tmp_path / "build"
    site.mkdir()
    (site / ".clef-site").write_text("Written.\nindex.html\n")
    (site / "index.html").write_text("old")
    save_snapshot(small, build)
    data = Path(__file__).resolve().parents[1] / "fixtures" / "small"
    command = [sys.executable, "-m", "server", "publish", str(site)]
    command += ["--data", str(data), "--build", str(build)]
    with subprocess.Popen(command, start_new_session=True) as process:
        until = time.monotonic() + 60
        while not any(tmp_path.glob(".site-*/*/*")) and time.monotonic() < until:
            time.sleep(0.05)
        assert any(tmp_path.glob(".site-*"))
        os.killpg(process.pid, ending)
    if ending != signal.SIGKILL:  # which gives no time for it
        assert process.returncode == 128 + ending
        assert not any(tmp_path.glob(".site-*")), "what is half written is removed"
    assert [path.name for path in site.iterdir() if path.suffix] == ["index.html"]
    assert (site / "index.html").read_text() == "old"
