"""Own the site as plain files, which any host serves without a program; not what its pages say.

Every page is asked for as a visitor asks, and its links are followed, so that whatever leads
somewhere here leads there too. What only a running server answers is left out, and so are forms
and links with a query string.
"""

from __future__ import annotations

import mimetypes
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.errors import StorageError
from kg.namespaces import BASE
from kg.store import swap
from server import links
from server.pages import STILL
from server.state import state
from server.twins import FORMS

__all__ = ["Published", "publish"]

_MARK = ".clef-site"
"""A file that tells a folder which this module wrote, and so may replace."""

_LEFT_OUT = {"graphs", "healthz", "metrics", "reconcile", "search", "sparql", "suggest", "update"}
"""What needs a program to answer, by the beginning of its path."""

_ROOT = urlsplit(BASE).path.rstrip("/")
_SUFFIXES = {media_type: form.suffix for form in FORMS.values() for media_type in form.media_types}
_PAGE = {"Accept": "text/html, */*;q=0.5"}
_FORM = re.compile(r"[ \t]*<form\b.*?</form>\n?", re.DOTALL)
_ANCHOR = re.compile(r'<a\b[^>]*?\shref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_LINK = re.compile(r'[ \t]*<link\b[^>]*?\shref="([^"]*)"[^>]*>\n?')
_ADDRESS = re.compile(r'(<[a-zA-Z]+\b[^>]*?\s(?:href|src)=")([^"]*)"')
_ALTERNATE = re.compile(r'<([^>]*)>; rel="alternate"')
_TOLD_EVERY = 500
_PATIENCE_S = 120
_TOLD = "Written by clef publish, which may replace these files and no others:"


class Published(NamedTuple):
    """How much was written."""

    pages: int
    files: int
    size: int


def publish(app: Flask, folder: Path, tell: Callable[[str], None]) -> Published:
    """Write the site to a folder, whole or not at all; a site that stood there is replaced.

    Raise `StorageError` where something else stands there, or it cannot be written.
    """
    strange = _not_ours(folder)
    if strange:
        raise StorageError(
            f"is there already, with what clef publish did not write: {strange}",
            where=str(folder),
            hint="name another folder; nothing was changed",
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            done = _Site(app, fresh, tell).write()
            fresh.chmod(0o755)
            swap(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        reason = f"the site was not written: {error.strerror or error}"
        raise StorageError(reason, where=str(folder), hint="nothing was changed") from error
    return done


def _not_ours(folder: Path) -> str:
    """Return something at a place that this module did not write, if there is any."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return folder.name
    mark = folder / _MARK
    written = {_MARK, *mark.read_text(encoding="utf-8").splitlines()[1:]} if mark.is_file() else ()
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    names = (path.relative_to(folder).as_posix() for path in found)
    return next((name for name in names if name not in written), "")


class _Site:
    """One writing of the site: what was found so far, by path, and the file that it went to."""

    def __init__(self, app: Flask, folder: Path, tell: Callable[[str], None]) -> None:
        self._app = app
        self._client: FlaskClient = app.test_client()
        self._folder = folder
        self._tell = tell
        self._files: dict[str, str] = {}
        self._moved: dict[str, str] = {}

    def write(self) -> Published:
        waiting = list(self._beginnings())
        seen = set(waiting)
        while waiting:
            found = [path for path in self._fetch(waiting.pop()) if path not in seen]
            seen.update(found)
            waiting += dict.fromkeys(found)
        pages = sorted({name for name in self._files.values() if name.endswith(".html")})
        self._tell(f"joining {len(pages):,} pages")
        for name in pages:
            path = self._folder / name
            path.write_text(self._joined(path.read_text(encoding="utf-8"), name), encoding="utf-8")
        files = [path for path in self._folder.rglob("*") if path.is_file()]
        names = sorted(path.relative_to(self._folder).as_posix() for path in files)
        self._put(_MARK, "\n".join([_TOLD, *names, ""]).encode())
        sizes = [path.stat().st_size for path in files]
        return Published(len(pages), len(sizes), sum(sizes))

    def _beginnings(self) -> Iterator[str]:
        """Yield the paths to begin with: those without arguments, things, terms and proofs."""
        for rule in self._app.url_map.iter_rules():
            if not rule.arguments and "GET" in (rule.methods or ()):
                yield rule.rule
        yield "/static/vendor/NOTICES.txt"  # the licences go wherever the scripts go
        with self._app.test_request_context():
            graph = state().library.edition().graph
            subjects = sorted({triple.subject for triple in graph.triples})
            yield from (page for page in map(links.href, subjects) if page.startswith("/"))
            yield from map(links.why, sorted(graph.derivations))

    def _fetch(self, path: str) -> list[str]:
        """Write what answers a path, and return the paths that it leads to."""
        if path.lstrip("/").partition("/")[0].partition(".")[0] in _LEFT_OUT:
            return []
        with self._answer(path) as answer:
            if answer.status_code in {301, 302, 303, 307, 308}:
                target = self._path(answer.location)
                self._moved[path] = target or ""
                return [target] if target else []
            if answer.status_code >= 500:
                raise StorageError(
                    f"the page {path} cannot be made: it answers {answer.status_code}",
                    hint="look at what it says on a running server; nothing was changed",
                )
            if answer.status_code != 200:
                return []
            name = _file_of(path, answer.mimetype or "")
            self._files[path] = name
            body = answer.get_data()
            self._put(name, body)
            if len(self._files) % _TOLD_EVERY == 0:
                self._tell(f"{len(self._files):,} files")
            found = []
            twins = _ALTERNATE.findall(", ".join(answer.headers.getlist("Link")))
        if answer.mimetype == "text/html":
            found = [*twins, *(unescape(match[2]) for match in _ADDRESS.finditer(body.decode()))]
        elif path.endswith("/sitemap.xml"):
            found += re.findall(r"<loc>([^<]*)</loc>", unescape(body.decode()))
        paths = (self._path(address) for address in found)
        return [one for one in paths if one and not self._is_there(one)]

    def _answer(self, path: str) -> TestResponse:
        """Ask for a path, and again while what it tells is being worked out."""
        until = time.monotonic() + _PATIENCE_S
        while True:
            answer = self._client.get(
                path, base_url=BASE, headers=_PAGE, environ_overrides={STILL: True}
            )
            if answer.status_code != 503 or time.monotonic() > until:
                return answer
            answer.close()
            time.sleep(1)

    def _is_there(self, path: str) -> bool:
        """Tell whether a path is that of a page by its suffix, and the page was fetched without."""
        bare = path.removesuffix(".html")
        if bare == path or bare not in self._files:
            return False
        self._files[path] = self._files[bare]
        return True

    def _path(self, address: str) -> str | None:
        """Return the path here that an address leads to; `None` where it leads elsewhere."""
        whole = urlsplit(address)
        if whole.netloc and f"{whole.scheme}://{whole.netloc}" != BASE.removesuffix(f"{_ROOT}/"):
            return None
        if whole.query or not whole.path.startswith(f"{_ROOT}/"):
            return None
        return unquote(whole.path.removeprefix(_ROOT))

    def _put(self, name: str, body: bytes) -> None:
        target = self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)

    def _joined(self, page: str, name: str) -> str:
        """Return a page whose links lead from its file to others, and which asks nothing."""
        folder = PurePosixPath(name).parent

        def kept(match: re.Match[str]) -> str:
            return match[0] if self._leads(match[1]) else match[2] if match.re is _ANCHOR else ""

        def relative(match: re.Match[str]) -> str:
            address = unescape(match[2])
            target = self._target(address)
            if target is None:
                return match[0]
            way = quote(os.path.relpath(target, folder))
            fragment = urlsplit(address).fragment
            return f'{match[1]}{way}{"#" + quote(fragment) if fragment else ""}"'

        page = _LINK.sub(kept, _ANCHOR.sub(kept, _FORM.sub("", page)))
        return _ADDRESS.sub(relative, page)

    def _leads(self, address: str) -> bool:
        """Tell whether an address leads somewhere from a plain file."""
        whole = urlsplit(unescape(address))
        if whole.scheme or whole.netloc or not whole.path:
            return not whole.query or bool(whole.scheme)
        return self._target(unescape(address)) is not None

    def _target(self, address: str) -> str | None:
        """Return the file that an address leads to, if it is one of ours."""
        if urlsplit(address).scheme or urlsplit(address).netloc:
            return None
        path = self._path(address)
        return self._files.get(self._moved.get(path, path)) if path else None


def _file_of(path: str, media_type: str) -> str:
    """Return the file for what is answered at a path.

    >>> _file_of("/", "text/html"), _file_of("/doc/x", "text/html"), _file_of("/doc/x.nt", "a/b")
    ('index.html', 'doc/x.html', 'doc/x.nt')
    """
    name = path.lstrip("/") + ("index" if path.endswith("/") else "")
    if PurePosixPath(name).suffix:
        return name
    guessed = (mimetypes.guess_extension(media_type) or "").lstrip(".")
    suffix = _SUFFIXES.get(media_type, guessed)
    return f"{name}.{suffix}" if suffix else name
