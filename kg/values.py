"""Own how the text that a person types becomes a literal of the datatype that a predicate takes.

What a predicate takes is read off the shapes, so that a new predicate needs no change here.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Collection, Iterable
from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from kg.errors import InputError
from kg.model import Term
from kg.namespaces import BASE, PREFIXES, compact, expand, iri
from kg.store import KnowledgeGraph
from kg.terms import literal_parts, to_oxigraph

__all__ = ["above", "allowed", "day", "literal", "precision", "words"]

_WORDS, _STRING = iri("rdf:langString"), iri("xsd:string")
_DAY, _MONTH, _YEAR = iri("xsd:date"), iri("xsd:gYearMonth"), iri("xsd:gYear")
_PRECISION = {
    _DAY: iri("clef:DayPrecision"),
    _MONTH: iri("clef:MonthPrecision"),
    _YEAR: iri("clef:YearPrecision"),
}
_NUMBERS = frozenset(map(iri, ("xsd:integer", "xsd:decimal")))
_TAKES = """
SELECT DISTINCT ?datatype ?pattern WHERE {
  VALUES ?part { clef:value clef:lowerBound clef:upperBound }
  ?shape sh:targetNode %s ; (sh:property|sh:node|sh:and|sh:or|sh:xone|rdf:rest|rdf:first)+ ?on .
  { ?on sh:path ?part } UNION { ?on sh:path/sh:alternativePath/rdf:rest*/rdf:first ?part }
  OPTIONAL { ?on (sh:node|sh:and|sh:or|sh:xone|rdf:rest|rdf:first)*/sh:datatype ?datatype }
  OPTIONAL { ?on sh:pattern ?pattern }
}"""


def _is_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text) and date.fromisoformat(text))
    except ValueError:
        return False


def _like(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text, re.ASCII) is not None


_FORMS: dict[Term, tuple[Callable[[str], bool], str]] = {
    _DAY: (_is_day, "a day, such as 2003-02-15"),
    _MONTH: (_like(r"(?!0000)\d{4}-(0[1-9]|1[0-2])"), "a month, such as 2003-02"),
    _YEAR: (_like(r"(?!0000)\d{4}"), "a year, such as 2003"),
    iri("xsd:duration"): (
        _like(r"P(?!$)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?"),
        "a duration, such as P6M for six months or PT2H for two hours",
    ),
    iri("xsd:integer"): (_like(r"[+-]?\d+"), "a whole number in plain digits, such as 100000000"),
    iri("xsd:decimal"): (_like(r"[+-]?\d+(\.\d+)?"), "a number, such as 1.5"),
    iri("xsd:boolean"): (_like(r"true|false"), "true or false"),
}
"""The typed literals that can be typed bare, the finest first: how to know one, and its words."""


def allowed(graph: KnowledgeGraph, predicate: Term) -> set[Term]:
    """Return the datatypes that the shapes allow the values of a predicate; words where none do."""
    solutions = graph.store.query(
        _TAKES % predicate, base_iri=BASE, prefixes=PREFIXES, use_default_graph_as_union=True
    )
    assert isinstance(solutions, ox.QuerySolutions)
    found = [(row["datatype"], row["pattern"]) for row in solutions]
    datatypes = {str(datatype) for datatype, _ in found if datatype is not None}
    patterned = any(pattern is not None for _, pattern in found)
    return datatypes or {_STRING if patterned else _WORDS}


def literal(text: str, takes: Collection[Term], *, where: str) -> Term:
    """Return the literal that a text stands for, in the form that the store keeps.

    A text in quotes is a literal as Turtle writes it, `"furto"@it`. Words are English else.
    Raise `InputError` for a text that none of the datatypes allows.
    """
    if text.startswith('"'):
        return _spelled_out(text, where)
    for datatype, (fits, _) in _FORMS.items():
        if datatype in takes and fits(text):
            return _kept(f'"{text}"^^{datatype}')
    if _WORDS in takes:
        return words(text, "en", where=where)
    if _STRING in takes:
        return str(ox.Literal(text))
    known = [told for datatype, (_, told) in _FORMS.items() if datatype in takes]
    offered = "; or ".join(known) or " or ".join(sorted(map(compact, takes)))
    raise InputError(f"{text!r} is not what stands here", where=where, hint=f"write {offered}")


def words(text: str, language: str, *, where: str) -> Term:
    """Return a text in a language; one in quotes is a literal as Turtle writes it."""
    if text.startswith('"'):
        return _spelled_out(text, where)
    return str(ox.Literal(text, language=language))


def day(bound: Term, *, last: bool) -> Term:
    """Return a bound that is a month or a year as its first or last day; another as it is.

    So it can be compared with days.
    """
    if _datatype(bound) not in (_MONTH, _YEAR):
        return bound
    year, month = (*map(int, literal_parts(bound)[0].split("-")), 0)[:2]
    month = month or (12 if last else 1)
    of_month = calendar.monthrange(year, month)[1] if last else 1
    return f'"{date(year, month, of_month).isoformat()}"^^{_DAY}'


def precision(bounds: Iterable[Term]) -> Term | None:
    """Return how finely bounds date, by the coarser one; `None` where they are no dates."""
    datatypes = [_datatype(bound) for bound in bounds]
    if not datatypes or not _PRECISION.keys() >= set(datatypes):
        return None
    return _PRECISION[max(datatypes, key=list(_PRECISION).index)]


def above(one: Term, other: Term) -> bool:
    """Tell whether a number or date is above another; what has no plain order is not."""
    (first, _, _), (second, _, _) = literal_parts(one), literal_parts(other)
    datatypes = {_datatype(one), _datatype(other)}
    if datatypes <= _NUMBERS:
        return Decimal(first) > Decimal(second)
    return len(datatypes) == 1 and datatypes <= _PRECISION.keys() and first > second


def _datatype(term: Term) -> Term:
    return f"<{literal_parts(term)[2]}>"


def _spelled_out(text: str, where: str) -> Term:
    try:
        return _kept(str(to_oxigraph(expand(text))))
    except (ValueError, InputError):
        raise InputError(
            f"{text!r} begins like a literal in quotes and is none",
            where=where,
            hint='write "words"@en or "P6M"^^xsd:duration, a quotation mark within as \\"',
        ) from None


def _kept(term: Term) -> Term:
    """Return the form in which a store keeps a literal: queries and proofs hold that one."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), to_oxigraph(term)))
    return str(next(iter(store)).object)
