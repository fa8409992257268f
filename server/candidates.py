"""Own which things answer a reconciliation query, and how well; not how query and answer are sent.

https://reconciliation-api.github.io/specs/0.2/. Each query is scored by itself: by the name, and
by the values of properties where they are given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from kg.errors import InputError
from kg.model import Term
from kg.namespaces import PREFIXES, compact, expand
from kg.search import similarity
from kg.terms import literal_parts
from server import links
from server.library import Edition

__all__ = ["Candidate", "Query", "candidates", "identifier", "term_named"]

_MOST, _USUAL = 50, 5
_OF_VALUES = 0.4  # what the values of properties count beside a name
_ALIKE = 0.8
_LONGEST = 80  # of a value that is compared letter by letter
_VALUES_MOST = 10


class Query(NamedTuple):
    """A reconciliation query, read: absent parts are empty."""

    text: str
    kinds: tuple[Term, ...]
    strict: str
    limit: int
    values: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def read(cls, found: Any, where: str) -> Query:
        """Read a query of a batch; raise `InputError` where it is not one."""
        read = _Reader(where)
        read.check(isinstance(found, dict), "a query is a JSON object")
        known = {"query", "type", "limit", "properties", "type_strict"}
        read.check(known.issuperset(found), f"a query has only {', '.join(sorted(known))}")
        text = found.get("query", "")
        read.check(isinstance(text, str), "query is a string")
        values = tuple(read.value(one) for one in read.every(found.get("properties", [])))
        read.check(bool(text.strip() or values), "a query has query or properties")
        given = sum(len(wanted) for _pid, wanted in values)
        read.check(given <= _VALUES_MOST, f"a query has at most {_VALUES_MOST} values")
        kinds = found.get("type", [])
        named = [kinds] if isinstance(kinds, str) else read.every(kinds)
        read.check(all(isinstance(kind, str) for kind in named), "type is an id or a list of ids")
        strict = found.get("type_strict", "any")
        read.check(strict in ("any", "all", "should"), "type_strict is any, all or should")
        limit = found.get("limit", _USUAL)
        read.check(_is_whole(limit) and limit > 0, "limit is a positive whole number")
        return cls(text, tuple(map(term_named, named)), strict, min(int(limit), _MOST), values)


class _Reader:
    """Refuses what is not of the form that it must have, naming the query that it stands in."""

    def __init__(self, where: str) -> None:
        self._where = where

    def check(self, fits: bool, rule: str) -> None:
        if not fits:
            raise InputError(rule, where=self._where)

    def every(self, found: Any) -> list[Any]:
        self.check(isinstance(found, list), "properties and several types are lists")
        self.check(len(found) <= _VALUES_MOST, f"a list has at most {_VALUES_MOST} members")
        return list(found)

    def value(self, found: Any) -> tuple[str, tuple[str, ...]]:
        fits = isinstance(found, dict) and isinstance(found.get("pid"), str) and "v" in found
        self.check(fits, "a property has pid and v")
        given = found["v"] if isinstance(found["v"], list) else [found["v"]]
        return found["pid"], tuple(self._text(one) for one in self.every(given))

    def _text(self, found: Any) -> str:
        one = found.get("id") if isinstance(found, dict) else found
        self.check(isinstance(one, str | int | float), "v is text, a number or has an id")
        return str(one).lower() if isinstance(one, bool) else str(one)


class Candidate(NamedTuple):
    """A thing that may be meant; `features` says what the score is made of."""

    term: Term
    score: float
    match: bool
    features: dict[str, float | bool]


def identifier(term: Term, prefix: str = "id") -> str:
    """Return the id by which a thing, or a type or property with its prefix, is sent."""
    return links.name_of(term, prefix) or compact(term).strip("<>")


def term_named(name: str) -> Term:
    """Return the type or property that an id means: a name of our ontology, or an IRI, compact too.

    >>> term_named("Person") == term_named("clef:Person")
    True
    """
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        return f"<{PREFIXES['clef']}{name}>"
    try:
        return expand(name)
    except InputError:
        return f"<{name}>"


def _is_whole(found: Any) -> bool:
    if isinstance(found, float):
        return found.is_integer()
    return isinstance(found, int) and not isinstance(found, bool)


def candidates(edition: Edition, query: Query) -> list[Candidate]:
    """Return the things that a query may mean, the likeliest first."""
    scored = [
        _candidate(edition, query, term, name) for term, name in _named_so(edition, query).items()
    ]
    fitting = [one for one in scored if _of_kind(query, one) and one.score > 0]
    exact = [one for one in fitting if one.features.get("name", 100) == 100 and _agrees(one)]
    if len(exact) == 1:
        fitting = [one._replace(match=one is exact[0]) for one in fitting]
    fitting.sort(key=lambda one: (-one.score, one.term))
    return fitting[: query.limit]


def _named_so(edition: Edition, query: Query) -> dict[Term, int | None]:
    """Return the things to look at, each with how well its name fits, where one was given."""
    things = edition.plain.things
    if not query.text.strip():
        asked = [term_named(pid) for pid, _values in query.values]
        return {term: None for term in things if any(edition.plain.values(term, p) for p in asked)}
    return {hit.term: hit.score for hit in edition.search.find(query.text) if hit.term in things}


def _of_kind(query: Query, one: Candidate) -> bool:
    return query.strict == "should" or bool(one.features.get("type", True))


def _agrees(one: Candidate) -> bool:
    """Tell whether every value that was given is that of the thing, where it has one."""
    return all(value >= 1 for name, value in one.features.items() if name.startswith("value-of-"))


def _candidate(edition: Edition, query: Query, term: Term, name: int | None) -> Candidate:
    features: dict[str, float | bool] = {} if name is None else {"name": name}
    alike = []
    for pid, wanted in query.values:
        have = edition.plain.values(term, term_named(pid))
        if have or name is None:
            alike.append(_likeness(edition, have, wanted))
            features[f"value-of-{pid}"] = round(alike[-1], 3)
    by_value = sum(alike) / len(alike) if alike else None
    if name is None:
        score = 100 * (by_value or 0.0)
    elif by_value is None:
        score = float(name)
    else:
        score = name * (1 - _OF_VALUES) + 100 * by_value * _OF_VALUES
    if query.kinds:
        features["type"] = _has_kinds(edition, query, term)
        score *= 1.0 if features["type"] else _ALIKE
    return Candidate(term, round(score, 1), False, features)


def _has_kinds(edition: Edition, query: Query, term: Term) -> bool:
    kinds = edition.index.kinds(term)
    fits = [kind in kinds for kind in query.kinds]
    return all(fits) if query.strict == "all" else any(fits)


def _likeness(edition: Edition, have: Iterable[Term], wanted: Iterable[str]) -> float:
    """Return how well the likest of the wanted values fits the likest of those that are there."""
    said = {text for value in have for text in _texts(edition, value)}
    return max((_alike(text, one) for text in said for one in wanted), default=0.0)


def _texts(edition: Edition, value: Term) -> Iterable[str]:
    """Return the ways to write a value: of a thing its names and its ids."""
    if value.startswith('"'):
        return (literal_parts(value)[0],)
    names = (edition.index.label(value, tag) for tag in ("en", "it"))
    return (identifier(value), compact(value), value[1:-1], *names)


def _alike(one: str, other: str) -> float:
    bare, wanted = one.strip().casefold(), other.strip().casefold()
    if bare == wanted:
        return 1.0
    if wanted[:4].isdigit() and bare[:4].isdigit():  # a date, of which one side may say less
        shorter, longer = sorted((bare, wanted), key=len)
        return 1.0 if longer.startswith((f"{shorter}-", f"{shorter}t")) else 0.0
    shortest, longest = sorted((len(bare), len(wanted)))
    if longest > _LONGEST or shortest < _ALIKE * longest:
        return 0.0
    shared = (Counter(bare) & Counter(wanted)).total()  # no more letters than these can agree
    if shared < _ALIKE * longest:
        return 0.0
    near = similarity(bare, wanted)
    return near if near >= _ALIKE else 0.0
