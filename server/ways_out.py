"""Own what the page of an error offers instead of what was asked for; not the errors."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlencode

from flask import g, request

from kg.errors import ClefError
from kg.formats import Kind, offered
from kg.search import words_of
from kg.sparql import read
from server import links
from server.search import named
from server.state import state

__all__ = ["ways_out"]

_FOUND = 5
_KINDS: dict[str, Kind] = {"select": "results", "ask": "boolean"}


def ways_out(status: int) -> dict[str, Any]:
    """Return what the page of a status offers: words to search for, other forms, or neither."""
    if status == 404 and not state().config.workspace:
        return _search()
    return {"forms": _forms()} if status in {404, 406} else {}


def _search() -> dict[str, Any]:
    """Return the words of the path, what they find, and the forms of the page if it is one."""
    last = unquote(request.path).rstrip("/").rpartition("/")[2]
    name, _dot, _suffix = last.partition(".")
    words = " ".join(words_of(name))
    try:
        hits = state().library.edition().search.find(words)[:_FOUND] if words else []
    except ClefError:  # the page of one error must not be another
        hits = []
    found = [(named(hit.term), links.href(hit.term)) for hit in hits]
    return {"words": words, "found": found, "forms": _forms()}


def _forms() -> list[tuple[str, str]]:
    """Return the forms that this address has, each with its own address."""
    if "twins" in g:
        return [(form.label, address) for form, address in g.pop("twins")]  # not of this page
    if request.endpoint not in {"sparql.sparql", "introduce.void"}:
        return []
    given = [(name, value) for name, value in request.args.items(multi=True) if name != "format"]
    path = f"{request.script_root}{request.path}"
    return [
        (row.label, f"{path}?{urlencode([*given, ('format', row.name)])}")
        for row in offered(_kind(request.args.get("query", "")))
    ]


def _kind(query: str) -> Kind:
    try:
        return _KINDS.get(read(query).form, "graph") if query else "graph"
    except ClefError:
        return "results"
