"""Own the value spaces of the datatypes of OWL 2 RL; not what a rule concludes from them.

See https://www.w3.org/TR/owl2-profiles/#Entities_3. Values are compared by identity, as OWL 2
asks: two dateTimes that name one instant in two time zones are two values. White space is not
forgiven, as RDF asks: `" 1"` is no integer.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Hashable
from fractions import Fraction
from functools import lru_cache

from kg.model import Term

__all__ = [
    "DATATYPES",
    "belongs",
    "differ",
    "ill_typed",
    "is_datatype",
    "is_integer",
    "lies_outside",
    "same_value",
    "value",
]

Value = tuple[str, Hashable]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS_LITERAL = "http://www.w3.org/2000/01/rdf-schema#Literal"

_INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "nonPositiveInteger": (None, 0),
    "positiveInteger": (1, None),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
_NAME_START = (
    r"_A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    r"\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = _NAME_START + r"\-.0-9\u00b7\u0300-\u036f\u203f\u2040"
_STRINGS: dict[str, re.Pattern[str]] = {
    "string": re.compile(r"[^\x00]*"),
    "normalizedString": re.compile(r"[^\x00\t\n\r]*"),
    "token": re.compile(r"(?:[^\x00\s]+(?: [^\x00\s]+)*)?"),
    "language": re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*"),
    "Name": re.compile(f"[:{_NAME_START}][:{_NAME}]*"),
    "NCName": re.compile(f"[{_NAME_START}][{_NAME}]*"),
    "NMTOKEN": re.compile(f"[:{_NAME}]+"),
}
_OTHERS = (
    "decimal",
    "boolean",
    "hexBinary",
    "base64Binary",
    "anyURI",
    "dateTime",
    "dateTimeStamp",
)

DATATYPES = frozenset(
    {f"xsd:{name}" for name in (*_INTEGERS, *_STRINGS, *_OTHERS)}
    | {"rdf:PlainLiteral", "rdf:XMLLiteral", "rdfs:Literal"}
)
"""The datatypes of OWL 2 RL, as CURIEs."""

_LITERAL = re.compile(r'"(.*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?', re.DOTALL)
_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([tbnrf"\'\\]))')
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/ ]*=? ?=? ?")
_DATETIME = re.compile(
    r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T(?:([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9](?:\.[0-9]+)?)|(24:00:00(?:\.0+)?))"
    r"(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda m: _PLAIN[m[3]] if m[3] else chr(int(m[1] or m[2], 16)), text)


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def _datetime(text: str) -> tuple[Hashable, ...] | None:
    match = _DATETIME.fullmatch(text)
    if not match:
        return None
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if day > _days(year, month):
        return None
    if match[7]:
        day, hour, minute, second = day + 1, 0, 0, Fraction(0)
        if day > _days(year, month):
            day, month = 1, month + 1
        if month > 12:
            year, month = year + 1, 1
    else:
        hour, minute, second = int(match[4]), int(match[5]), Fraction(match[6])
    return year, month, day, hour, minute, second, _offset(match[8])


def _offset(zone: str | None) -> int | None:
    if zone is None or zone == "Z":
        return None if zone is None else 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes


def _binary(name: str, text: str) -> bytes | None:
    try:
        if name == "hexBinary":
            return binascii.unhexlify(text)
        if not _BASE64.fullmatch(text):
            return None
        return binascii.a2b_base64(text.replace(" ", ""), strict_mode=True) if text else b""
    except (binascii.Error, ValueError):
        return None


_LONGEST_NUMBER = 4000
"""Characters of a number or date past which its value is not looked into: Python refuses to."""


def _typed(name: str, text: str) -> Value | None:
    """Return the value of `text` in the XSD datatype `name`, None where it has none."""
    if name in _STRINGS or name == "anyURI":
        pattern = _STRINGS.get(name, _STRINGS["string"])
        space = "uri" if name == "anyURI" else "string"
        return (space, text) if pattern.fullmatch(text) else None
    if name in {"dateTime", "dateTimeStamp"}:
        moment = _datetime(text)
        stamped = moment is not None and (name == "dateTime" or moment[-1] is not None)
        return ("time", moment) if stamped else None
    if name in {"hexBinary", "base64Binary", "boolean"}:
        found = _BOOLEANS.get(text) if name == "boolean" else _binary(name, text)
        return None if found is None else (name, found)
    if not (_DECIMAL if name == "decimal" else _INTEGER).fullmatch(text):
        return None
    number = Fraction(text.removesuffix("."))
    return ("number", number) if name == "decimal" or _within(name, number) else None


def _within(name: str, number: Fraction) -> bool:
    low, high = _INTEGERS[name]
    whole = number.denominator == 1
    return whole and (low is None or number >= low) and (high is None or number <= high)


@lru_cache(maxsize=65536)
def _read(term: Term) -> tuple[Value | None, bool]:
    """Return the value of a literal, and whether its datatype is one that we know."""
    match = _LITERAL.fullmatch(term)
    if not match:
        return None, False
    text, tag, datatype = _unescape(match[1]), match[2], match[3]
    if tag:
        return ("text", (text, tag.lower())), True
    if datatype is None:
        return ("string", text), True
    name = datatype.removeprefix(_XSD)
    if name == datatype or f"xsd:{name}" not in DATATYPES:
        return None, False
    if len(text) > _LONGEST_NUMBER and name not in _STRINGS and name != "anyURI":
        return None, False
    return _typed(name, text), True


def value(term: Term) -> Value | None:
    """Return what a literal denotes, None where its datatype is not known or it is ill-typed."""
    return _read(term)[0]


def ill_typed(term: Term) -> bool:
    """Say whether the text of a literal is outside the lexical space of its datatype.

    >>> ill_typed('"twelve"^^<http://www.w3.org/2001/XMLSchema#integer>')
    True
    """
    found, known = _read(term)
    return known and found is None


def same_value(one: Term, other: Term) -> bool:
    """Say whether two literals denote one value."""
    found = value(one)
    return found is not None and found == value(other)


def differ(one: Term, other: Term) -> bool:
    """Say whether two literals denote two values, both of them known."""
    found, against = value(one), value(other)
    return found is not None and against is not None and found != against


def lies_outside(term: Term, datatype: Term) -> bool:
    """Say whether a literal denotes something that is not in a datatype of OWL 2 RL."""
    found, known = _read(term)
    iri = datatype[1:-1]
    name = iri.removeprefix(_XSD)
    if not known or iri == _RDFS_LITERAL or not term.startswith('"'):
        return False
    if iri == _RDF + "PlainLiteral":
        return found is None or found[0] not in {"string", "text"}
    if name == iri or f"xsd:{name}" not in DATATYPES:
        return False
    return found is None or not _contains(name, found)


def belongs(term: Term, datatype: Term) -> bool:
    """Say whether the value of a literal is known to be one of a datatype of OWL 2 RL."""
    found = value(term)
    return found is not None and is_datatype(datatype) and not lies_outside(term, datatype)


def is_datatype(term: Term) -> bool:
    """Say whether an IRI term names a datatype of OWL 2 RL."""
    iri = term[1:-1]
    name = iri.removeprefix(_XSD)
    if name != iri:
        return f"xsd:{name}" in DATATYPES
    return iri in {_RDFS_LITERAL, _RDF + "PlainLiteral", _RDF + "XMLLiteral"}


def is_integer(term: Term) -> bool:
    """Say whether a literal is written with an integer datatype."""
    name = term.rpartition("^^")[2][1:-1].removeprefix(_XSD)
    return name in _INTEGERS and value(term) is not None


def _contains(name: str, found: Value) -> bool:
    space, content = found
    if name in _STRINGS:
        return space == "string" and bool(_STRINGS[name].fullmatch(str(content)))
    if name in _INTEGERS:
        return isinstance(content, Fraction) and space == "number" and _within(name, content)
    if name == "dateTimeStamp":
        return isinstance(content, tuple) and space == "time" and content[-1] is not None
    spaces = {"decimal": "number", "anyURI": "uri", "dateTime": "time"}
    return space == spaces.get(name, name)
