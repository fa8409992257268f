"""Own the search page and the suggestions for a box; not how words find terms.

A claim is never told without its status: what a source only alleges must not look like a fact.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from kg.claims import claim
from kg.errors import InputError
from kg.kinds import kinds_of
from kg.model import Term
from kg.namespaces import PREFIXES, compact, iri, local_name
from kg.search import LONGEST, Hit, Search
from server import links
from server.present import label, status_of, value_of
from server.state import state
from server.twins import respond
from server.words import gettext as _
from server.words import language

__all__ = ["blueprint", "described", "kind_label", "named"]

blueprint = Blueprint("search", __name__)

_SUGGESTED = 20
_OF_A_KIND = 8
_OF_ONE_KIND = 100

_CLAIM = iri("clef:Claim")
_KINDS = {
    "Work": "Works",
    "Person": "People",
    "Character": "Characters",
    "Event": "Events",
    "RealEvent": "Events on record",
    "FictionalEntity": "Other things on screen",
    "Place": "Places",
    "Agent": "Organisations and others who acted",
    "RealEntity": "Other things on record",
    "Performance": "Parts and who plays them",
    "Source": "Sources",
    "Comparison": "Comparisons of story and record",
    "Statement": "What sources say",
}
"""The classes under which results are grouped, in order; a thing is under the first it is of."""

_TERM_KINDS = {
    "class": ("owl:Class",),
    "property": ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"),
}
_VOCABULARY = frozenset(iri(name) for names in _TERM_KINDS.values() for name in names)
_TEXT = iri("clef:text")
_DESCRIPTIONS = (iri("dct:description"), iri("skos:definition"))
_WORLDS = {"real": "on record", "fiction": "on screen", "production": "about the making of a work"}


def kind_label(term: Term) -> str:
    """Return the narrowest kinds of a thing in words."""
    return ", ".join(label(kind) for kind in kinds_of(state().library.edition().index, term))


def described(term: Term) -> str:
    """Return a line that tells a thing from its namesakes, and how a claim stands."""
    index = state().library.edition().index
    if _CLAIM in index.kinds(term):
        found = claim(index, term)
        return f"{found.identifier}: {_(_WORLDS[found.world])}, {status_of(found)}"
    text = index.text(term, _DESCRIPTIONS, language())
    kinds = kind_label(term)
    return f"{kinds}: {text}" if text and kinds else text or kinds


def named(term: Term) -> str:
    """Return how a result is called: what is said by its words, all else by its name."""
    index = state().library.edition().index
    said = "" if index.texts(term, iri("rdfs:label")) else index.text(term, [_TEXT], language())
    if said:
        return said
    if _CLAIM in index.kinds(term):
        found = claim(index, term)
        return f"{label(found.subject)} – {label(found.predicate)}: {value_of(found)}"
    return label(term)


@blueprint.get("/search")
@blueprint.get("/search.<suffix>")
def search(suffix: str | None = None) -> Response:
    """Answer with what the words of `q` find, by kind; `kind` narrows it to one."""
    asked = " ".join(_words().split())
    only = request.args.get("kind", "")
    if only and only not in {*_KINDS, "Term"}:
        raise InputError(f"no kind of result is called {only!r}", hint=", ".join((*_KINDS, "Term")))
    found = state().library.edition().search
    groups = _groups(found.find(asked), only)
    shown: dict[str, Any] = {"query": asked, "groups": groups}
    return respond(
        {
            "html": lambda: _page(shown, found, only),
            "json": lambda: json.dumps(shown, ensure_ascii=False, indent=1) + "\n",
        },
        suffix,
    )


def _words() -> str:
    words = request.args.get("q", "")
    if len(words) > LONGEST:
        raise InputError(f"q has {len(words):,} characters", hint=f"it has {LONGEST} at most")
    return words


def _page(shown: dict[str, Any], found: Search, only: str) -> str:
    count = sum(group["count"] for group in shown["groups"])
    instead = [] if count else found.spellings(shown["query"])
    return render_template("search.html", **shown, count=count, instead=instead, only=only)


def _groups(hits: Iterable[Hit], only: str) -> list[dict[str, Any]]:
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(_group_of(hit.term), []).append(hit)
    names = {**_KINDS, "Term": "Words of the ontology"}
    order = [name for name in names if name in found and only in {"", name}]
    # What fits best comes first, whatever it is.
    order.sort(key=lambda name: -found[name][0].score)
    most = _OF_ONE_KIND if only else _OF_A_KIND
    return [
        {
            "kind": name,
            "label": _(names[name]),
            "count": len(found[name]),
            "results": [_result(hit) for hit in found[name][:most]],
        }
        for name in order
    ]


def _group_of(term: Term) -> str:
    kinds = state().library.edition().index.kinds(term)
    return next((name for name in _KINDS if iri(f"clef:{name}") in kinds), "Term")


def _result(hit: Hit) -> dict[str, Any]:
    return {
        "iri": hit.term[1:-1],
        "name": named(hit.term),
        "found": hit.name,
        "description": described(hit.term),
        "score": hit.score,
        "address": links.href(hit.term),
    }


@blueprint.get("/suggest")
def suggest() -> Response:
    """Answer with names that go on as `q` begins; `kind` is class, property or entity."""
    asked = _words().strip()
    kind = request.args.get("kind", "")
    if kind not in {"", "entity", *_TERM_KINDS}:
        raise InputError(
            f"no kind of suggestion is called {kind!r}", hint="class, property, entity"
        )
    found = state().library.edition().search
    terms = dict.fromkeys((*found.beginning(asked), *(hit.term for hit in found.find(asked))))
    kept = islice((term for term in terms if _is_kind(term, kind)), _SUGGESTED)
    response = jsonify(results=[_suggestion(term) for term in kept] if asked else [])
    response.cache_control.no_cache = True
    response.vary.add("Accept-Language")
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


def _is_kind(term: Term, kind: str) -> bool:
    kinds = state().library.edition().index.kinds(term)
    if kind in _TERM_KINDS:
        return any(iri(name) in kinds for name in _TERM_KINDS[kind])
    if kind == "entity":
        return term.startswith(f"<{PREFIXES['id']}")
    return True


def _suggestion(term: Term) -> dict[str, str]:
    kinds = state().library.edition().index.kinds(term)
    return {
        "iri": term[1:-1],
        "name": compact(term) if compact(term) != term else local_name(term),
        "label": label(term),
        "description": described(term),
        "kind": "term" if kinds & _VOCABULARY else "entity",
        "address": links.href(term),
    }
