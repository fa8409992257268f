"""Own which literals the engine takes for one value, for none, or for one outside a datatype."""

from __future__ import annotations

import pytest

from kg.model import Term
from kg.reason.datatypes import differ, ill_typed, lies_outside, same_value, value

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def term(text: str) -> Term:
    written, mark, datatype = text.partition("^^")
    return f"{written}^^<{XSD}{datatype}>" if mark else text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"1"^^integer', '"01"^^byte'),
        ('"1"^^integer', '"1.00"^^decimal'),
        ('".5"^^decimal', '"0.5"^^decimal'),
        ('"a"', '"a"^^string'),
        ('"a"', '"a"^^token'),
        ('"a"@en', '"a"@EN'),
        ('"true"^^boolean', '"1"^^boolean'),
        ('"0a"^^hexBinary', '"0A"^^hexBinary'),
        ('"AQ=="^^base64Binary', '"A Q=="^^base64Binary'),
        ('"2003-12-31T24:00:00"^^dateTime', '"2004-01-01T00:00:00.0"^^dateTime'),
        ('"2004-01-01T00:00:00Z"^^dateTime', '"2004-01-01T00:00:00+00:00"^^dateTimeStamp'),
        (r'"\u00E9"', '"é"'),
    ],
)
def test_one_value_in_two_forms(one: str, other: str) -> None:
    assert same_value(term(one), term(other))
    assert not differ(term(one), term(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"1"^^integer', '"2"^^integer'),
        ('"1"^^integer', '"1"'),
        ('"a"@en', '"a"'),
        ('"a"@en', '"a"@it'),
        ('"0a"^^hexBinary', '"Cg=="^^base64Binary'),
        ('"2004-01-01T00:00:00Z"^^dateTime', '"2004-01-01T01:00:00+01:00"^^dateTime'),
        ('"2004-01-01T00:00:00Z"^^dateTime', '"2004-01-01T00:00:00"^^dateTime'),
        ('"urn:a"^^anyURI', '"urn:a"'),
    ],
)
def test_two_values(one: str, other: str) -> None:
    assert differ(term(one), term(other))
    assert not same_value(term(one), term(other))


@pytest.mark.parametrize(
    "text",
    [
        '"x"^^integer',
        '" 1"^^integer',
        '"1.5"^^integer',
        '"128"^^byte',
        '"-1"^^nonNegativeInteger',
        '"1e3"^^decimal',
        '"."^^decimal',
        '"TRUE"^^boolean',
        '"0"^^hexBinary',
        '"AQ="^^base64Binary',
        '"2003-02-29T00:00:00"^^dateTime',
        '"2003-02-28T24:00:01"^^dateTime',
        '"2003-02-28T00:00:00"^^dateTimeStamp',
        '"a  b"^^token',
        '"1a"^^NCName',
        '"e_n"^^language',
    ],
)
def test_no_value(text: str) -> None:
    assert ill_typed(term(text))
    assert not differ(term(text), '"1"')
    assert not same_value(term(text), term(text))


@pytest.mark.parametrize("text", ['"2003"^^gYear', '"x"^^double', '"x"', '"x"@en', "<urn:x>"])
def test_nothing_is_held_against_other_datatypes(text: str) -> None:
    assert not ill_typed(term(text))
    assert not lies_outside(term(text), "<urn:my-datatype>")


@pytest.mark.parametrize(
    ("text", "datatype", "outside"),
    [
        ('"5"^^integer', "byte", False),
        ('"500"^^integer', "byte", True),
        ('"5.0"^^decimal', "integer", False),
        ('"5.5"^^decimal', "integer", True),
        ('"a b"', "NMTOKEN", True),
        ('"a"', "anyURI", True),
        ('"a"@en', "string", True),
        ('"x"^^integer', "integer", True),
        ('"2004-01-01T00:00:00"^^dateTime', "dateTimeStamp", True),
        ('"2003"^^gYear', "integer", False),
        ("<urn:x>", "integer", False),
    ],
)
def test_a_value_may_lie_outside_a_datatype(text: str, datatype: str, outside: bool) -> None:
    assert lies_outside(term(text), f"<{XSD}{datatype}>") is outside


def test_plain_literals_are_strings_with_or_without_a_language() -> None:
    plain = f"<{RDF}PlainLiteral>"
    assert not lies_outside('"a"@en', plain)
    assert not lies_outside('"a"', plain)
    assert lies_outside(term('"1"^^integer'), plain)


def test_a_number_too_long_for_python_is_compared_by_its_text() -> None:
    long = f'"{"7" * 5000}"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert value(long) is None
    assert not ill_typed(long)
