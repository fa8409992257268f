"""Own the addresses of the data as files, and the page that lists them; not what they hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from babel.dates import format_date
from flask import Blueprint, Response, render_template, request, url_for

from kg.dumps import SUMS, Dumps, File
from kg.errors import NotFoundError
from kg.formats import offered
from kg.namespaces import iri
from server.colophon import license_name
from server.library import Edition
from server.state import state
from server.twins import respond
from server.words import language

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

__all__ = ["blueprint"]

blueprint = Blueprint("dumps", __name__)


@blueprint.get("/data/")
@blueprint.get("/data/index.<suffix>")
def listed(suffix: str | None = None) -> Response:
    """Answer with the list of the files: what each holds, its size and its checksum."""
    edition = state().library.edition()
    return respond(
        {
            "html": lambda: _page(edition),
            "json": lambda: json.dumps(_about(edition), indent=1) + "\n",
        },
        suffix,
    )


@blueprint.get("/data/<name>")
def file(name: str) -> Response:
    """Answer with one file."""
    edition = state().library.edition()
    if name == SUMS:
        response = Response(edition.dumps.sums(), mimetype="text/plain")
        response.add_etag()
    elif name in Dumps.files:
        found = Dumps.files[name]
        response = Response(edition.dumps.content(found), content_type=found.media_type)
        response.set_etag(edition.dumps.checksum(found))
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        raise NotFoundError(f"no file of the data is called {name!r}", hint="see /data/")
    response.last_modified = edition.made
    response.cache_control.no_cache = True
    size = response.content_length
    sent = response.make_conditional(_asked(), accept_ranges=True, complete_length=size)
    return cast("Response", sent)


def _asked() -> WSGIEnvironment:
    """Return the environment, without a `Range` that is none, of other units or of several parts.

    Such a header is ignored, https://www.rfc-editor.org/rfc/rfc9110#section-14.2.
    """
    asked = request.range
    if asked and asked.units == "bytes" and len(asked.ranges) == 1:
        return request.environ
    return {name: value for name, value in request.environ.items() if name != "HTTP_RANGE"}


def _licences(edition: Edition) -> list[str]:
    found = edition.index.objects(edition.dossier, iri("dct:license")) if edition.dossier else ()
    return [term[1:-1] for term in found]


def _about(edition: Edition) -> dict[str, Any]:
    return {
        "licence": _licences(edition),
        "modified": edition.made.isoformat(),
        "digest": edition.graph.digest,
        "checksums": url_for("dumps.file", name=SUMS),
        "files": [_row(edition, found) for found in Dumps.files.values()],
    }


def _row(edition: Edition, found: File) -> dict[str, Any]:
    return {
        "name": found.name,
        "graph": found.selection,
        "format": found.format.label,
        "mediaType": found.media_type,
        "size": edition.dumps.size(found),
        "sha256": edition.dumps.checksum(found),
        "url": url_for("dumps.file", name=found.name),
    }


def _page(edition: Edition) -> str:
    rows: dict[str, dict[str, File]] = {}
    for found in Dumps.files.values():
        rows.setdefault(found.selection, {})[found.format.name] = found
    return render_template(
        "data.html",
        rows=rows,
        formats=offered("graph"),
        dumps=edition.dumps,
        licences=_licences(edition),
        license_name=license_name,
        made=edition.made,
        day=format_date(edition.made, format="long", locale=language()),
        sums=SUMS,
    )
