"""Own the forms of one page: HTML for people, and its twins as data; not what they say.

A form is chosen by the suffix of the URL, else by `Accept`. Each answer names the others in
`Link` (https://www.rfc-editor.org/rfc/rfc8288), has a strong entity tag and the date of its data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias, cast

from flask import Response, g, request
from werkzeug.exceptions import NotFound

from kg.errors import FormatError
from kg.formats import offered
from server.negotiate import Offer, negotiate
from server.parameters import query_of
from server.state import state

__all__ = ["FORMS", "Form", "Writers", "respond", "url_of"]


class Form(NamedTuple):
    """A form that a page can have: its media types, the canonical one first, and its suffix."""

    name: str
    label: str
    media_types: tuple[str, ...]
    suffix: str

    @property
    def content_type(self) -> str:
        """The value of `Content-Type`."""
        text = self.media_types[0].startswith("text/")
        return f"{self.media_types[0]}; charset=utf-8" if text else self.media_types[0]


FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form("html", "HTML", ("text/html", "application/xhtml+xml"), "html"),
        *(
            Form(row.name, row.label, row.media_types, row.suffixes[0][1:])
            for row in offered("graph")
        ),
        Form("json", "JSON", ("application/json",), "json"),
        Form("csv", "CSV", ("text/csv",), "csv"),
        Form("text", "text", ("text/plain",), "txt"),
        Form("svg", "SVG", ("image/svg+xml",), "svg"),
        Form("graphml", "GraphML", ("application/graphml+xml",), "graphml"),
        Form("query", "SPARQL", ("application/sparql-query",), "rq"),
    )
}

_IN_ALL_LANGUAGES = frozenset(row.name for row in offered("graph"))
"""The forms that say the same to everybody: a graph has its words in every language."""

Writers: TypeAlias = Mapping[str, Callable[[], str | bytes]]
"""What writes each form that a page has, by the name of the form; the default comes first."""


def respond(writers: Writers, suffix: str | None = None) -> Response:
    """Answer with the form that the suffix names, else the one that `Accept` prefers.

    Raise `NotFound` for a suffix that the page has no form for, `FormatError` where no form is
    acceptable. A writer of HTML finds the other forms in `g.twins`.
    """
    forms = [FORMS[name] for name in writers]
    addresses = {form.name: url_of(form) for form in forms}
    g.twins = [(form, addresses[form.name]) for form in forms if form.name != "html"]
    chosen = _by_suffix(forms, suffix) if suffix else _by_accept(forms)
    if chosen.name == "html":
        state().scholar.prepare()
    response = Response(writers[chosen.name](), content_type=chosen.content_type)
    for form in forms:
        if form is not chosen:
            response.headers.add(
                "Link", f'<{addresses[form.name]}>; rel="alternate"; type="{form.media_types[0]}"'
            )
    if not suffix:
        response.headers["Content-Location"] = addresses[chosen.name]
        response.vary.add("Accept")
    if chosen.name not in _IN_ALL_LANGUAGES:
        response.vary.add("Accept-Language")
    response.last_modified = state().library.edition().made
    response.cache_control.no_cache = True
    response.add_etag()
    return cast("Response", response.make_conditional(request))


def url_of(form: Form) -> str:
    """Return the address of this page in a form, with the parameters that it has now."""
    given = request.view_args or {}
    root = request.path.removesuffix(f".{given['suffix']}") if given.get("suffix") else request.path
    root += "index" if root.endswith("/") else ""
    query = query_of(request)
    return f"{request.script_root}{root}.{form.suffix}" + (f"?{query}" if query else "")


def _by_suffix(forms: list[Form], suffix: str) -> Form:
    for form in forms:
        if form.suffix == suffix:
            return form
    listed = ", ".join(form.suffix for form in forms)
    raise NotFound(f"this page has no form that ends in .{suffix}; it has: {listed}")


def _by_accept(forms: list[Form]) -> Form:
    offers = tuple(Offer(form.name, form.media_types) for form in forms)
    name = negotiate(request.headers.get("Accept", ""), offers)
    if name is None:
        listed = ", ".join(f"{form.label} ({form.media_types[0]})" for form in forms)
        raise FormatError(
            "this page has no form in a media type that is acceptable to you",
            hint=f"offered: {listed}",
        )
    return FORMS[name]
