"""Own the page of how two things are connected; not the finding of paths."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request, url_for

from kg.connect import LONGEST, Trail
from kg.errors import InputError, NotFoundError
from kg.index import Index
from kg.model import Term
from kg.namespaces import compact
from kg.search import LONGEST as LONGEST_NAME
from server import links
from server.search import kind_label
from server.state import state
from server.twins import respond
from server.views.drawing import draw_paths, nodes_of
from server.views.standing import backing, in_english

__all__ = ["End", "page"]

_CHOICES = 20


@dataclass(frozen=True, slots=True)
class End:
    """One end of a path as it was asked for: the words, and the things that they can mean."""

    name: str
    text: str
    found: tuple[Term, ...]

    @property
    def node(self) -> Term | None:
        """The thing that is meant, if it is clear."""
        return self.found[0] if len(self.found) == 1 else None


def page(suffix: str | None = None) -> Response:
    """Answer with the paths between two things, or with the form to ask for them."""
    edition = state().library.edition()
    ends = [_end(name) for name in ("from", "to")]
    start, goal = (end.node for end in ends)
    trails = edition.connections.paths(start, goal) if start and goal else []
    return respond(
        {
            "html": lambda: _html(ends, trails),
            "json": lambda: _json(edition.index, ends, trails),
        },
        suffix,
    )


def _end(name: str) -> End:
    text = request.args.get(name, "").strip()
    if len(text) > LONGEST_NAME:
        raise InputError(f"the name in {name!r} is longer than {LONGEST_NAME} characters")
    if not text:
        return End(name, "", ())
    found = _named(text)
    if not found:
        raise NotFoundError(
            f"nothing here is called {text!r}", hint="try a part of the name, or see /cast"
        )
    return End(name, text, tuple(found[:_CHOICES]))


def _named(text: str) -> list[Term]:
    """Return the things that have a text for a name; if none has, those that it can mean."""
    edition = state().library.edition()
    things = edition.connections.things
    exact = sorted(edition.search.exact(text) & things)
    return exact or [hit.term for hit in edition.search.find(text) if hit.term in things]


def _html(ends: list[End], trails: list[Trail]) -> str:
    index = state().library.edition().index
    start, goal = ends
    same = start.node is not None and start.node == goal.node
    return render_template(
        "views/paths.html",
        ends=ends,
        start=start.node,
        goal=goal.node,
        same=same,
        trails=trails,
        longest=LONGEST,
        backing=lambda edge: backing(index, edge),
        derived=lambda edge: edge in index.graph.derivations,
        why=links.why,
        choose=_choose,
        kind=kind_label,
        drawing=draw_paths(start.node, trails) if trails and start.node else None,
    )


def _choose(end: End, node: Term) -> str:
    """Return the address of this page with one end made clear."""
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in {"from", "to"}
    }
    return url_for("views.paths", **{**kept, end.name: compact(node).removeprefix("id:")})


def _json(index: Index, ends: list[End], trails: list[Trail]) -> str:
    def step(edge: tuple[Term, Term, Term]) -> dict[str, object]:
        subject, predicate, obj = edge
        return {
            "subject": compact(subject),
            "property": compact(predicate),
            "object": compact(obj),
            "told": " ".join(map(index.label, edge)),
        }

    start = ends[0].node
    found = [
        {
            "things": [compact(node) for node in nodes_of(start or "", trail)],
            "steps": [
                step(edge)
                | {
                    "standing": in_english(index, backed.marks),
                    "sources": [compact(source) for source in backed.sources],
                }
                for edge, backed in ((edge, backing(index, edge)) for edge in trail)
            ],
        }
        for trail in trails
    ]
    asked = {
        end.name: {"asked": end.text, "things": [compact(node) for node in end.found]}
        for end in ends
    }
    return json.dumps({**asked, "paths": found}, ensure_ascii=False, indent=1) + "\n"
