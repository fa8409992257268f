"""Own which literals the checker takes for equal, different, ill-typed or a cardinality."""

from __future__ import annotations

import pytest

from kg.check import check
from kg.check.datatypes import ill_typed, value
from kg.errors import ProofError
from kg.model import Proof
from kg.namespaces import iri
from tests.shorthand import term, triple


def follows(rule: str, premises: str, conclusion: str) -> bool:
    given = [triple(line) for line in premises.split(" . ") if line]
    end = None if conclusion == "false" else triple(conclusion)
    proof = Proof(end, rule, tuple(map(Proof, given)))
    try:
        check(proof, asserted=dict.fromkeys(given, frozenset({"<urn:source>"})))
    except ProofError:
        return False
    return True


@pytest.mark.parametrize(
    ("literal", "zero"),
    [
        ('"0"^^xsd:integer', True),
        ('"00"^^xsd:unsignedByte', True),
        ('"-0"^^xsd:nonPositiveInteger', True),
        ('"0"^^xsd:positiveInteger', False),
        ('"1"^^xsd:integer', False),
        ('"0"^^xsd:decimal', False),
        ('"0"', False),
        ("zero", False),
    ],
)
def test_a_cardinality_counts_in_any_integer_datatype(literal: str, zero: bool) -> None:
    axioms = f"r owl:maxCardinality {literal} . r owl:onProperty p . u rdf:type r . u p y"
    assert follows("cls-maxc1", axioms, "false") == zero


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('"5"^^xsd:integer', '"+05"^^xsd:long', True),
        ('"5"^^xsd:integer', '"5.00"^^xsd:decimal', True),
        ('"5"^^xsd:integer', '"5"^^xsd:double', False),
        ('"5"^^xsd:integer', '"5"', False),
        ('"0.1"^^xsd:float', '"0.1"^^xsd:double', False),
        ('"NaN"^^xsd:float', '"NaN"^^xsd:float', True),
        ('"1e400"^^xsd:double', '"INF"^^xsd:double', True),
        ('"true"^^xsd:boolean', '"1"^^xsd:boolean', True),
        ('"true"^^xsd:boolean', '"0"^^xsd:boolean', False),
        ('"en"^^xsd:language', '"en"', True),
        ('"a"@en', '"a"@EN', True),
        ('"a"@en', '"a"', False),
        ('"P1Y6M"^^xsd:duration', '"P18M"^^xsd:duration', True),
        ('"P1M"^^xsd:duration', '"P30D"^^xsd:duration', False),
        ('"2003"^^xsd:gYear', '"2003-01"^^xsd:gYearMonth', False),
        (
            '"2003-12-31T24:00:00Z"^^xsd:dateTime',
            '"2004-01-01T00:00:00.0-00:00"^^xsd:dateTime',
            True,
        ),
        ('"2004-01-01T00:00:00Z"^^xsd:dateTime', '"2004-01-01T00:00:00"^^xsd:dateTime', False),
        ('"0aFF"^^xsd:hexBinary', '"0AFF"^^xsd:hexBinary', True),
        ('"QQ=="^^xsd:base64Binary', '"QQ=="^^xsd:base64Binary', True),
        (r'"\u0041\n"', '"A\\u000A"', True),
    ],
)
def test_literals_are_compared_in_the_value_space(one: str, other: str, same: bool) -> None:
    assert follows("dt-eq", "", f"{one} owl:sameAs {other}") is same
    assert follows("dt-diff", "", f"{one} owl:differentFrom {other}") is not same


def test_nothing_is_known_of_other_datatypes_or_of_ill_typed_literals() -> None:
    for word in ('"x"^^rdf:XMLLiteral', '"P1D"^^xsd:dayTimeDuration', '"x"^^xsd:integer', "x"):
        assert value(term(word)) is None
        assert not follows("dt-eq", "", f"{word} owl:sameAs {word}")
        assert not follows("dt-diff", "", f'{word} owl:differentFrom "1"')
    assert not ill_typed(f'"{"9" * 5000}"^^{iri("xsd:integer")}')


@pytest.mark.parametrize(
    ("datatype", "good", "bad"),
    [
        ("xsd:byte", "-128 127", "128 1.0 x"),
        ("xsd:decimal", "1. .5 -0", "1e3 . INF"),
        ("xsd:double", "1e3 -INF NaN .5E-1", "inf 1e -NaN"),
        ("xsd:boolean", "true 0", "TRUE 2"),
        (
            "xsd:date",
            "2004-02-29 -0044-03-15 2003-01-01+14:00",
            "2003-02-29 03-1-1 2003-01-01+15:00",
        ),
        (
            "xsd:dateTime",
            "2003-02-15T24:00:00",
            "2003-02-15T24:00:01 2003-02-15 2003-02-30T01:00:00",
        ),
        ("xsd:dateTimeStamp", "2003-02-15T10:00:00Z", "2003-02-15T10:00:00"),
        ("xsd:gYear", "2003 -0001Z 12003", "03 02003"),
        ("xsd:gYearMonth", "2003-02", "2003-13 2003"),
        ("xsd:duration", "P10Y -P1DT2H PT0.5S", "P PT 10Y P1DT P1S"),
        ("xsd:language", "en pt-BR", "e_n toolonglanguage"),
        ("xsd:NCName", "a-1", "1a a:b"),
        ("xsd:Name", "a:b", "-a"),
        ("xsd:NMTOKEN", "-a", "a/b"),
        ("xsd:hexBinary", "0aFF", "0 0g"),
        ("xsd:base64Binary", "QQ==", "QR== Q"),
        ("xsd:anyURI", "x:y", ""),
        ("clef:unheardOf", "x", ""),
    ],
)
def test_a_literal_is_ill_typed_where_its_text_stands_for_no_value(
    datatype: str, good: str, bad: str
) -> None:
    for text in good.split():
        assert not follows("dt-not-type", f'x p "{text}"^^{datatype}', "false"), text
    for text in bad.split():
        assert follows("dt-not-type", f'x p "{text}"^^{datatype}', "false"), text


def test_a_literal_typed_outside_its_value_space_is_a_clash() -> None:
    assert follows("dt-not-type", '"300"^^xsd:int rdf:type xsd:byte', "false")
    assert not follows("dt-not-type", '"100"^^xsd:int rdf:type xsd:byte', "false")
    assert not follows("dt-not-type", '"100"^^xsd:int rdf:type clef:unheardOf', "false")
    assert not follows("dt-not-type", '"x"^^xsd:int rdf:type clef:unheardOf', "false")
    assert follows("dt-not-type", '"x"^^xsd:int rdf:type rdfs:Literal', "false")
    assert not follows("dt-type2", "", '"300"^^xsd:int rdf:type xsd:byte')
    assert follows("dt-type2", "", '"x"@en rdf:type rdf:PlainLiteral')
