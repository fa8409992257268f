"""Own how terms and claims are put in words for a reader; not which of them are shown.

Amounts and dates are told as the source gives them: nothing is converted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask

from kg.claims import Claim
from kg.model import Term
from kg.namespaces import BASE, PREFIXES, compact, iri, local_name
from kg.terms import literal_parts
from server import links
from server.measures import bounded, duration, elided, month, period, unit
from server.state import state
from server.words import gettext as _
from server.words import language

__all__ = [
    "cited",
    "cited_apart",
    "init_app",
    "label",
    "phrase",
    "sentence",
    "status_of",
    "value_of",
    "with_value",
]

_XSD = PREFIXES["xsd"]
_ASSERTED, _NORMAL = iri("clef:Asserted"), iri("clef:Normal")


_OF_OTHERS = {
    iri(name): words
    for name, words in (
        ("dcat:Dataset", "set of data"),
        ("dct:creator", "has author"),
        ("dct:description", "is noted"),
        ("dct:identifier", "has identifier"),
        ("dct:issued", "is dated"),
        ("dct:language", "is in the language"),
        ("dct:license", "is under the licence"),
        ("dct:publisher", "has publisher"),
        ("dct:subject", "is about"),
        ("dct:title", "has title"),
        ("rdf:type", "is a"),
        ("rdfs:label", "has name"),
        ("schema:sameAs", "is described elsewhere at"),
        ("schema:url", "has address"),
        ("skos:altLabel", "is also called"),
    )
}
"""The names of terms that have none in the data."""


def init_app(app: Flask) -> None:
    """Give templates the filters of this module."""
    app.jinja_env.filters |= {
        "label": label,
        "phrase": phrase,
        "href": links.href,
        "id_name": links.name_of,
        "cited": cited,
        "cited_apart": cited_apart,
        "compact": compact,
        "sentence": sentence,
        "status_of": status_of,
        "value_of": value_of,
    }


def label(term: Term) -> str:
    """Return the name of a term in the language of the page."""
    if term in _OF_OTHERS:
        return _(_OF_OTHERS[term])
    return state().library.edition().index.label(term, language())


def phrase(term: Term) -> str:
    """Return a term in words: the name of a thing, a literal as people write it.

    A page elsewhere that has no name goes by its address.
    """
    if not term.startswith('"'):
        named, ours = label(term), term.startswith(f"<{BASE}")
        nameless = term.startswith("<") and not ours and named == local_name(term)
        return term[1:-1].partition("://")[2] or named if nameless else named
    text, _tag, datatype = literal_parts(term)
    wording = _WORDING.get((datatype or "").removeprefix(_XSD))
    return wording(text) if wording else text


def _number(text: str) -> str:
    try:
        return format_decimal(Decimal(text), locale=language())
    except InvalidOperation:
        return text


def _day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return text
    return format_date(date.fromisoformat(text), format="long", locale=language())


def _truth(text: str) -> str:
    return _("yes") if text in {"true", "1"} else _("no")


_WORDING: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("integer", "decimal", "double", "nonNegativeInteger"), _number),
    "boolean": _truth,
    "date": _day,
    "duration": duration,
    "gYearMonth": month,
}
"""How the literals of XML Schema are told, by the name of their datatype."""


def value_of(claim: Claim) -> str:
    """Return what a claim gives as value: its values in the page's language, or its bounds."""
    spoken = [v for v in claim.values if _speaks(v, language())] or list(claim.values)
    told = ", ".join(phrase(value) for value in spoken)
    if claim.lower and claim.upper:
        told = _between(claim.lower, claim.upper)
    elif claim.lower:
        told = bounded(phrase(claim.lower), "", dated=_is_day(claim.lower))
    elif claim.upper:
        told = bounded("", phrase(claim.upper), dated=_is_day(claim.upper))
    return f"{told} {unit(literal_parts(claim.unit)[0])}" if claim.unit else told


def _between(low: Term, high: Term) -> str:
    """Return an interval, or what it is exactly: one value, a month, a year."""
    whole = period(literal_parts(low)[0], literal_parts(high)[0])
    if whole and len(whole) == 4 and low != high:
        return whole
    if whole:
        return month(whole) if low != high else phrase(low)
    return bounded(phrase(low), phrase(high), dated=_is_day(low) and _is_day(high))


def with_value(predicate: Term, value: str) -> str:
    """Return what is said of a subject: a property and its value, in the page's language.

    A property that awaits a day, as “was born on” does, may have a mere month or year.
    """
    words = label(predicate)
    before, after = _DAYLESS.get(language(), ("", ""))
    if before and words.endswith(before) and _NO_DAY.fullmatch(value):
        words = words.removesuffix(before) + after
    return elided(f"{words} {value}")


_DAYLESS = {"en": (" on", " in"), "it": (" il", " nel")}
"""The word that stands before a day, and that before a month or year, by language."""
_NO_DAY = re.compile(r"(?:[^\W\d]+ )?\d{4}")


def _is_day(term: Term) -> bool:
    return literal_parts(term)[2] == f"{_XSD}date"


def sentence(claim: Claim) -> str:
    """Return a claim in a sentence: its text, else its subject, predicate and value."""
    text = claim.text.get(language()) or claim.text.get("en")
    if text:
        return text
    said = f"{label(claim.subject)} {with_value(claim.predicate, value_of(claim))}."
    return _("Not so: %(said)s", said=said) if claim.denies else said[:1].upper() + said[1:]


def cited(source: Term) -> str:
    """Return a source as it is cited: who published it and in which year, else its title."""
    index = state().library.edition().index
    publisher = index.text(source, (iri("dct:publisher"),), language())
    if publisher == "unknown":  # what a source has where nobody is named
        publisher = ""
    year = index.text(source, (iri("dct:issued"),), language())[:4]
    name = publisher or label(source)
    return f"{name}, {year}" if year else name


def cited_apart(source: Term) -> str:
    """Return a source as it is cited, with its title where another is cited alike."""
    told, title = cited(source), label(source)
    alike = source in state().library.edition().namesakes and not told.startswith(title)
    return f"{told}, “{title}”" if alike else told


def status_of(claim: Claim) -> str:
    """Return how a claim stands: how its source says it, who disagrees, what is thought of it."""
    words = [_("reported") if claim.modality == _ASSERTED else label(claim.modality)]
    if claim.denies:
        words.append(_("a denial"))
    if claim.denied:
        words.append(_("denied"))
    if claim.attributed_to:
        words.append(_("according to %(who)s", who=", ".join(map(label, claim.attributed_to))))
    if claim.disputed and not claim.denied:
        words.append(_("disputed"))
    if claim.rank != _NORMAL:
        words.append(label(claim.rank))
    return ", ".join(words)


def _speaks(term: Term, wanted: str) -> bool:
    """Tell whether a text is in a language, or in none."""
    if not term.startswith('"'):
        return True
    return literal_parts(term)[1] in {None, wanted}
