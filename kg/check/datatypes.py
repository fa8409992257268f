"""Own the literals of a proof step and their values (OWL 2 RL, table 8); not any other rule.

Values are compared by identity, as OWL 2 does: `"1"^^xsd:int` and `"1.0"^^xsd:decimal` are one
value, a float and a double never are, and two instants equal across time zones are two values.
A literal of a datatype that is not listed here has no known value: nothing is concluded from it.
See https://www.w3.org/TR/owl2-syntax/#Datatype_Maps and https://www.w3.org/TR/xmlschema11-2/.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import Any, NamedTuple

from kg.model import Term
from kg.namespaces import PREFIXES, iri

__all__ = [
    "SUPPORTED",
    "Literal",
    "Value",
    "belongs",
    "ill_typed",
    "is_integer",
    "literal",
    "value",
]


class Literal(NamedTuple):
    """A literal taken apart, its escapes undone."""

    lexical: str
    datatype: str
    language: str = ""


class Value(NamedTuple):
    """A point of a value space; equal values of one space have equal keys."""

    space: str
    key: Hashable


class Datatype(NamedTuple):
    """A value space, how its lexical forms are read, and which of its values belong."""

    space: str
    read: Callable[[str], Hashable | None]
    within: Callable[[Any], bool] = lambda _: True


_XSD = PREFIXES["xsd"]
_RDF = PREFIXES["rdf"]
_LITERAL = re.compile(
    r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^<([^<>]*)>)?', re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def literal(term: Term) -> Literal | None:
    r"""Take a literal apart, or return None for an IRI, a blank node or no term at all.

    >>> literal('"a\\n"@en').language
    'en'
    """
    found = _LITERAL.fullmatch(term)
    if found is None:
        return None
    text, language, datatype = found.groups()
    if language:
        datatype = _RDF + "langString"
    return Literal(_ESCAPE.sub(_unescape, text), datatype or _XSD + "string", language or "")


def _unescape(found: re.Match[str]) -> str:
    short, long, plain = found.groups()
    return _PLAIN.get(plain, plain) if plain else chr(int(short or long, 16))


def value(term: Term) -> Value | None:
    """Return the value of a literal; None where it is ill-typed, unknown or not a literal."""
    parts = literal(term)
    if parts is None:
        return None
    if parts.language:
        return Value("langString", (parts.lexical, parts.language.lower()))
    datatype = _DATATYPES.get(parts.datatype)
    if datatype is None or _too_long(parts.lexical, datatype):
        return None
    key = datatype.read(parts.lexical)
    return Value(datatype.space, key) if key is not None and datatype.within(key) else None


def ill_typed(term: Term) -> bool:
    """Return whether a literal's text stands for no value of its own, known datatype."""
    parts = literal(term)
    if parts is None or parts.language or value(term) is not None:
        return False
    datatype = _DATATYPES.get(parts.datatype)
    return datatype is not None and not _too_long(parts.lexical, datatype)


def belongs(term: Term, datatype: Term) -> bool | None:
    """Return whether a literal's value lies in a datatype's value space; None where unknown."""
    known = _DATATYPES.get(datatype[1:-1])
    if known is None and datatype not in _UNIONS:
        return None
    found = value(term)
    if found is None:
        return False if ill_typed(term) else None
    if known is None:
        return found.space in _UNIONS[datatype]
    return found.space == known.space and known.within(found.key)


def is_integer(term: Term, number: int) -> bool:
    """Return whether a term is this number, written with any integer datatype.

    >>> is_integer('"01"^^<http://www.w3.org/2001/XMLSchema#integer>', 1)
    True
    """
    parts = literal(term)
    if parts is None or parts.datatype.removeprefix(_XSD) not in _RANGES:
        return False
    return value(term) == ("number", number)


def _too_long(text: str, datatype: Datatype) -> bool:
    """Guard the number parsers, which refuse or crawl on thousands of digits."""
    return len(text) > 4000 and datatype.space in {"number", "float", "double", *_TEMPORAL}


def _matching(pattern: str, read: Callable[..., Hashable | None]) -> Callable[[str], Any]:
    """Return a reader that hands the groups of a lexical form to `read`."""
    compiled = re.compile(pattern)

    def reader(text: str) -> Hashable | None:
        found = compiled.fullmatch(text)
        return None if found is None else read(*found.groups())

    return reader


def _float(text: str, layout: str) -> bytes:
    number = float(text.replace("INF", "inf"))
    if math.isnan(number):
        return b"NaN"
    try:
        return struct.pack(layout, number)
    except OverflowError:
        return struct.pack(layout, math.copysign(math.inf, number))


def _base64(text: str) -> bytes | None:
    bare = text.replace(" ", "")
    try:
        octets = base64.b64decode(bare, validate=True)
    except (binascii.Error, ValueError):
        return None
    return octets if base64.b64encode(octets).decode() == bare else None


def _duration(sign: str, *parts: str | None) -> tuple[Fraction, Fraction]:
    years, months, days, hours, minutes, seconds = (Fraction(part or 0) for part in parts)
    factor = -1 if sign else 1
    whole_days = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return factor * (years * 12 + months), factor * whole_days


def _zone(text: str | None) -> int | None:
    if text is None:
        return None
    if text == "Z":
        return 0
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return -minutes if text[0] == "-" else minutes


def _month_length(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 30 if month in {4, 6, 9, 11} else 31 if month != 2 else 28 + leap


def _date(year: str, month: str, day: str, zone: str | None) -> Hashable | None:
    date = int(year), int(month), int(day)
    return (*date, _zone(zone)) if date[2] <= _month_length(date[0], date[1]) else None


def _date_time(date: str, hours: str, minutes: str, seconds: str, zone: str | None) -> Any:
    year, month, day = (int(part) for part in date.rsplit("-", 2))
    if day > _month_length(year, month):
        return None
    clock = int(hours), int(minutes), Fraction(seconds)
    if clock[0] == 24:  # midnight at the end of a day is the start of the next
        if any(clock[1:]):
            return None
        clock, day = (0, 0, Fraction(0)), day + 1
        if day > _month_length(year, month):
            year, month, day = (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)
    return (year, month, day, *clock, _zone(zone))


_START = r":A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D"
_START += r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
_CHAR = _START + r"\-.0-9\u00B7\u0300-\u036F\u203F-\u2040"
_NO_COLON = r"(?!.*:)"
_TEXTS = {
    "string": r"(?s:.*)",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
    "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "Name": f"[{_START}][{_CHAR}]*",
    "NCName": f"{_NO_COLON}[{_START}][{_CHAR}]*",
    "NMTOKEN": f"[{_CHAR}]+",
}
_RANGES: dict[str, tuple[float, float]] = {
    "integer": (-math.inf, math.inf),
    "nonNegativeInteger": (0, math.inf),
    "nonPositiveInteger": (-math.inf, 0),
    "positiveInteger": (1, math.inf),
    "negativeInteger": (-math.inf, -1),
    **{name: (-(2**bits) // 2, 2**bits // 2 - 1) for name, bits in
       (("long", 64), ("int", 32), ("short", 16), ("byte", 8))},
    **{name: (0, 2**bits - 1) for name, bits in
       (("unsignedLong", 64), ("unsignedInt", 32), ("unsignedShort", 16), ("unsignedByte", 8))},
}  # fmt: skip
_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_MONTH, _DAY = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_ZONE = r"(Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_CLOCK = r"([01][0-9]|2[0-4]):([0-5][0-9]):([0-5][0-9](?:\.[0-9]+)?)"
_TIME = r"(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
_DURATION = rf"(-?)P(?=[0-9T])(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?{_TIME}"
_TEMPORAL: dict[str, Callable[[str], Any]] = {
    "date": _matching(rf"({_YEAR})-({_MONTH})-({_DAY}){_ZONE}", _date),
    "dateTime": _matching(rf"({_YEAR}-{_MONTH}-{_DAY})T{_CLOCK}{_ZONE}", _date_time),
    "duration": _matching(_DURATION, _duration),
    "gYear": _matching(rf"({_YEAR}){_ZONE}", lambda y, z: (int(y), _zone(z))),
    "gYearMonth": _matching(
        rf"({_YEAR})-({_MONTH}){_ZONE}", lambda y, m, z: (int(y), int(m), _zone(z))
    ),
}
_FLOAT = r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN)"


def _datatypes() -> dict[str, Datatype]:
    integer = _matching(r"([+-]?[0-9]+)", Fraction)
    known = {
        "anyURI": Datatype("anyURI", str),
        "base64Binary": Datatype("base64Binary", _base64),
        "boolean": Datatype("boolean", {"true": 1, "1": 1, "false": 0, "0": 0}.get),
        "decimal": Datatype(
            "number", _matching(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))", Fraction)
        ),
        "double": Datatype("double", _matching(_FLOAT, lambda text: _float(text, "<d"))),
        "float": Datatype("float", _matching(_FLOAT, lambda text: _float(text, "<f"))),
        "hexBinary": Datatype("hexBinary", _matching("((?:[0-9a-fA-F]{2})*)", bytes.fromhex)),
    }
    for name, (low, high) in _RANGES.items():
        known[name] = Datatype("number", integer, _between(low, high))
    for name, pattern in _TEXTS.items():
        known[name] = Datatype("string", str, _like(pattern))
    for name, read in _TEMPORAL.items():
        known[name] = Datatype(name, read)
    known["dateTimeStamp"] = known["dateTime"]._replace(within=lambda key: key[-1] is not None)
    return {_XSD + name: datatype for name, datatype in known.items()}


def _between(low: float, high: float) -> Callable[[Fraction], bool]:
    return lambda key: key.denominator == 1 and low <= key <= high


def _like(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


_DATATYPES = _datatypes()
_UNIONS: dict[Term, set[str]] = {
    iri("rdf:langString"): {"langString"},
    iri("rdf:PlainLiteral"): {"langString", "string"},
    iri("rdfs:Literal"): {"langString", *(datatype.space for datatype in _DATATYPES.values())},
}

SUPPORTED: frozenset[Term] = frozenset(
    {
        *(f"<{_XSD}{name}>" for name in (*_RANGES, *_TEXTS)),
        *map(iri, ("rdf:PlainLiteral", "rdf:XMLLiteral", "rdfs:Literal", "xsd:anyURI")),
        *map(iri, ("xsd:base64Binary", "xsd:boolean", "xsd:dateTime", "xsd:dateTimeStamp")),
        *map(iri, ("xsd:decimal", "xsd:double", "xsd:float", "xsd:hexBinary")),
    }
)
"""The datatypes of OWL 2 RL, see https://www.w3.org/TR/owl2-profiles/#Entities_3."""
