"""Own the values with which a table of things is extended; not how they are asked for.

https://reconciliation-api.github.io/specs/0.2/#data-extension-service. A cell has no room for a
status, so that no cell holds what a source only claims: `kg.plain` says what may leave.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, NamedTuple

from kg.errors import InputError
from kg.kinds import of_ours
from kg.model import Term
from kg.namespaces import PREFIXES, iri
from kg.terms import literal_parts
from server import links
from server.candidates import identifier, term_named
from server.library import Edition
from server.present import label

__all__ = ["IDS_MOST", "PROPERTIES_MOST", "Wanted", "extended", "proposed"]

IDS_MOST, PROPERTIES_MOST = 500, 50

_XSD = PREFIXES["xsd"]
_WHOLE = frozenset(f"{_XSD}{name}" for name in ("integer", "nonNegativeInteger", "positiveInteger"))
_OTHER = frozenset(f"{_XSD}{name}" for name in ("decimal", "double", "float"))


class Wanted(NamedTuple):
    """A request for values, read: of which things, for which properties, how many of each."""

    ids: tuple[str, ...]
    properties: tuple[tuple[str, int | None], ...]

    @classmethod
    def read(cls, found: Any) -> Wanted:
        """Read the request; raise `InputError` where it is not one."""
        if not isinstance(found, dict):
            raise InputError("extend is a JSON object with ids and properties")
        ids, properties = found.get("ids"), found.get("properties")
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise InputError("ids is a list of strings")
        if not isinstance(properties, list):
            raise InputError("properties is a list")
        return cls(tuple(ids), tuple(_property(one) for one in properties))


def _property(found: Any) -> tuple[str, int | None]:
    if not isinstance(found, dict) or not isinstance(found.get("id"), str):
        raise InputError("a property is a JSON object with an id")
    settings = found.get("settings", {})
    limit = settings.get("limit") if isinstance(settings, dict) else None
    if limit in (None, "", 0, "0"):  # of any type: what was sent may not be hashable
        return found["id"], None
    if not re.fullmatch(r"[1-9][0-9]{0,5}", str(limit)):
        raise InputError("the setting limit is a whole number", where=found["id"])
    return found["id"], int(limit)


def extended(edition: Edition, wanted: Wanted) -> dict[str, Any]:
    """Return the values that were asked for, with the names of the properties."""
    return {
        "meta": [_meta(edition, pid) for pid, _limit in wanted.properties],
        "rows": {
            one: {
                pid: _cells(edition, _thing(one), term_named(pid))[:limit]
                for pid, limit in wanted.properties
            }
            for one in wanted.ids
        },
    }


def _thing(name: str) -> Term:
    return iri(f"id:{name}") if re.fullmatch(r"[\w.-]+", name) else term_named(name)


def _meta(edition: Edition, pid: str) -> dict[str, Any]:
    term = term_named(pid)
    about: dict[str, Any] = {"id": pid, "name": label(term) if term in edition.index else pid}
    leads = sorted(of_ours(edition.index.objects(term, iri("rdfs:range"))))
    if leads:
        about["type"] = {"id": identifier(leads[0], "clef"), "name": label(leads[0])}
    return about


def _cells(edition: Edition, term: Term, predicate: Term) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = []
    for value in edition.plain.values(term, predicate):
        cell = _cell(value)
        if cell not in cells:  # one name in two languages is one name
            cells.append(cell)
    return cells


def _cell(value: Term) -> dict[str, Any]:
    if value.startswith('"'):
        return _cell_of_literal(value)
    name = links.name_of(value)
    if name:
        return {"id": name, "name": label(value)}
    return {"str": label(value) if links.name_of(value, "clef") else value[1:-1]}


def _cell_of_literal(value: Term) -> dict[str, Any]:
    text, _tag, datatype = literal_parts(value)
    if datatype in _WHOLE and re.fullmatch(r"[+-]?[0-9]{1,15}", text):
        return {"int": int(text)}
    if datatype in _OTHER and re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", text):
        return {"float": float(text)}
    if datatype == f"{_XSD}date" and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return {"date": f"{text}T00:00:00"}  # the form has no days, only moments
    return {"str": text}


def proposed(edition: Edition, kind: str, limit: int) -> list[dict[str, str]]:
    """Return properties that things of a kind have, the most frequent first."""
    plain = edition.plain
    things = plain.by_kind.get(term_named(kind), ()) if kind else sorted(plain.things)
    had = Counter(p for thing in things for p in {fact.predicate for fact in plain.of(thing)})
    order = sorted(had, key=lambda term: (-had[term], term))
    return [{"id": identifier(term, "clef"), "name": label(term)} for term in order[:limit]]
