"""Own the reconciliation service: which requests it takes and in which form it answers.

https://reconciliation-api.github.io/specs/0.2/, as OpenRefine speaks it. JSONP is not offered: it
would have other pages run what is answered, and CORS, which all of Clef has, makes it needless.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from importlib.metadata import version
from itertools import islice
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from kg.errors import InputError, NotFoundError
from kg.kinds import broader, kinds_of
from kg.model import Term
from kg.namespaces import PREFIXES, compact, iri, local_name
from kg.search import LONGEST
from server import links
from server.candidates import Candidate, Query, candidates, identifier
from server.extension import IDS_MOST, PROPERTIES_MOST, Wanted, extended, proposed
from server.parameters import FORM, Pairs, form, in_url, values
from server.present import label
from server.search import described, kind_label
from server.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("reconcile", __name__, url_prefix="/reconcile")

BATCH = 50
_NAMELESS = 10  # each of these looks at every thing
_SUGGESTED = 20
_PROPOSED = 100
_WIDTH, _HEIGHT = 400, 220


@blueprint.after_request
def vary(response: Response) -> Response:
    """Tell caches that names and descriptions are in the language of the request."""
    response.vary.add("Accept-Language")
    return response


@blueprint.route("", methods=["GET", "POST"])
def service() -> Response:
    """Answer `queries` with candidates, `extend` with values, and neither with the manifest."""
    if request.method == "POST" and request.mimetype != FORM:
        raise InputError(f"the body is {request.mimetype or 'of no type'}", hint=f"send {FORM}")
    pairs = form(request) if request.method == "POST" else in_url(request)
    queries, extend = _parameter(pairs, "queries"), _parameter(pairs, "extend")
    if queries or extend:
        with state().admission.admit(request.remote_addr or ""):
            return jsonify(_results(queries) if queries else _extended(extend))
    if request.method == "POST":
        raise InputError("the form has neither queries nor extend")
    return jsonify(_manifest())


def _parameter(pairs: Pairs, name: str) -> str:
    return next(iter(values(pairs, name)), "")


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InputError(f"{name} is not JSON: {error}") from None
    except RecursionError:
        raise InputError(f"{name} is nested too deep") from None


def _manifest() -> dict[str, Any]:
    edition = state().library.edition()
    root = request.url_root.rstrip("/")
    kinds = [kind for kind in edition.plain.by_kind if _told_by_itself(kind)]
    most = sorted(kinds, key=lambda kind: (-len(edition.plain.by_kind[kind]), kind))[:8]

    def path(name: str) -> dict[str, str]:
        return {"service_url": root, "service_path": f"/reconcile/{name}"}

    return {
        "versions": ["0.2"],
        "name": f"Clef: {label(edition.dossier) if edition.dossier else state().dossier}",
        "identifierSpace": PREFIXES["id"],
        "schemaSpace": PREFIXES["clef"],
        "defaultTypes": [_type(kind) for kind in most],
        "documentation": f"{root}/",
        "serviceVersion": version("clef"),
        "view": {"url": f"{root}/doc/{{{{id}}}}"},
        "preview": {
            "url": f"{root}/reconcile/preview?id={{{{id}}}}",
            "width": _WIDTH,
            "height": _HEIGHT,
        },
        "suggest": {name: path(f"suggest/{name}") for name in ("entity", "property", "type")},
        "extend": {
            "propose_properties": path("properties"),
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "The most values to take; 0 takes them all.",
                }
            ],
        },
        "batchSize": BATCH,
    }


def _results(text: str) -> dict[str, Any]:
    batch = _parsed(text, "queries")
    if not isinstance(batch, dict):
        raise InputError("queries is a JSON object of queries by their names")
    if len(batch) > BATCH:
        raise RequestEntityTooLarge(f"a batch has at most {BATCH} queries")
    edition = state().library.edition()
    read = {name: Query.read(found, name) for name, found in batch.items()}
    if sum(not query.text.strip() for query in read.values()) > _NAMELESS:
        raise RequestEntityTooLarge(f"a batch has at most {_NAMELESS} queries without a name")
    return {
        name: {"result": [_candidate(one) for one in candidates(edition, query)]}
        for name, query in read.items()
    }


def _extended(text: str) -> dict[str, Any]:
    wanted = Wanted.read(_parsed(text, "extend"))
    if len(wanted.ids) > IDS_MOST or len(wanted.properties) > PROPERTIES_MOST:
        raise RequestEntityTooLarge(f"at most {IDS_MOST} ids and {PROPERTIES_MOST} properties")
    return extended(state().library.edition(), wanted)


def _candidate(one: Candidate) -> dict[str, Any]:
    return {
        "id": identifier(one.term),
        "name": label(one.term),
        "description": described(one.term),
        "type": [_type(kind) for kind in kinds_of(state().library.edition().index, one.term)],
        "score": one.score,
        "match": one.match,
        "features": [{"id": name, "value": value} for name, value in one.features.items()],
    }


def _type(kind: Term) -> dict[str, Any]:
    above = broader(state().library.edition().index, kind)
    return {
        "id": identifier(kind, "clef"),
        "name": label(kind),
        "broader": [{"id": identifier(one, "clef"), "name": label(one)} for one in above],
    }


@blueprint.get("/suggest/<kind>")
def suggest(kind: str) -> Response:
    """Answer with things, properties or types whose name or id begins so, from `cursor` on."""
    if kind not in _SUGGEST:
        raise NotFoundError(f"nothing of the kind {kind!r} is suggested", hint=", ".join(_SUGGEST))
    fits, told = _SUGGEST[kind]
    prefix = request.args.get("prefix", "")[:LONGEST].strip()
    if not prefix:
        raise InputError("prefix is missing", hint="prefix=… is what the names begin with")
    cursor = request.args.get("cursor", "0")
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 7):
        raise InputError("cursor is a whole number: how many suggestions to pass over")
    found = (term for term in _beginning(prefix) if fits(term))
    return jsonify(
        result=[told(term) for term in islice(found, int(cursor), int(cursor) + _SUGGESTED)]
    )


def _beginning(prefix: str) -> Iterable[Term]:
    search = state().library.edition().search
    starts = [term for space in ("id:", "clef:", "") for term in search.beginning(space + prefix)]
    hits = search.find(prefix)
    exact = [hit.term for hit in hits if hit.score == 100]
    return dict.fromkeys((*exact, *(hit.term for hit in hits), *starts, *_of_others(prefix)))


def _of_others(prefix: str) -> list[Term]:
    """Return the properties of other vocabularies, which have no label here, by their IRIs."""
    start = prefix.casefold()
    return sorted(
        term
        for term in state().library.edition().plain.properties
        if any(name.casefold().startswith(start) for name in (local_name(term), compact(term)))
    )


def _entity(term: Term) -> dict[str, Any]:
    index = state().library.edition().index
    return {
        "id": identifier(term),
        "name": label(term),
        "description": described(term),
        "notable": [
            {"id": identifier(kind, "clef"), "name": label(kind)} for kind in kinds_of(index, term)
        ],
    }


def _property(term: Term) -> dict[str, Any]:
    return {"id": identifier(term, "clef"), "name": label(term), "description": described(term)}


def _kind(term: Term) -> dict[str, Any]:
    return {**_type(term), "description": described(term)}


def _told_by_itself(kind: Term) -> bool:
    """Tell whether a type is of our ontology: no other is called by words here."""
    return links.name_of(kind, "clef") is not None


def _is_thing(term: Term) -> bool:
    return term in state().library.edition().plain.things


def _is_property(term: Term) -> bool:
    return term in state().library.edition().plain.properties


def _is_kind(term: Term) -> bool:
    return term in state().library.edition().plain.by_kind


_SUGGEST: dict[str, tuple[Callable[[Term], bool], Callable[[Term], dict[str, Any]]]] = {
    "entity": (_is_thing, _entity),
    "property": (_is_property, _property),
    "type": (_is_kind, _kind),
}


@blueprint.get("/properties")
def properties() -> Response:
    """Answer with the properties that things of `type` have values for."""
    kind = request.args.get("type", "")
    asked = request.args.get("limit", str(_PROPOSED))
    if not (asked.isascii() and asked.isdigit() and int(asked[:6]) > 0):
        raise InputError("limit is a positive whole number")
    limit = min(int(asked[:6]), _PROPOSED)
    found = proposed(state().library.edition(), kind, limit)
    return jsonify(type=kind, limit=limit, properties=found)


@blueprint.get("/preview")
def preview() -> str:
    """Show what tells a thing from its namesakes, in a frame of the client."""
    name = request.args.get("id", "")
    edition = state().library.edition()
    term = next((one for one in edition.search.exact(f"id:{name}") if _is_thing(one)), None)
    if term is None:
        raise NotFoundError(f"nothing here is called {name[:LONGEST]!r}")
    facts = [
        fact
        for fact in edition.plain.of(term)
        if fact.predicate != iri("rdfs:label") and len(fact.object) < LONGEST
    ]
    return render_template("preview.html", term=term, kind=kind_label(term), facts=facts[:6])
