"""What whoever uses the ontology relies on: no name goes, none is used unknown, none is in vain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from pathlib import Path

import pytest
from test_ontology import FILES, ONTOLOGY, OURS, pairs, parsed, turtle

from kg.model import Term, Triple
from kg.namespaces import PREFIXES, compact, expand, iri
from kg.reason import materialize
from kg.sparql import read

ROOT = ONTOLOGY.parent
QUERIES = sorted(ONTOLOGY.rglob("*.rq"))
PAGES = sorted(
    path for folder in ("", "data", "docs", "docs/decisions", "ontology")
    for path in (ROOT / folder).glob("*.md")
)  # fmt: skip
LISTED = (ONTOLOGY / "TERMS").read_text(encoding="utf-8").split()
NAMED = ("clef", "rule")
A_NAME = re.compile(r"(?<![\w/])(?:clef|rule):[A-Za-z][\w-]*")
A_BLOCK = re.compile(r"^```turtle\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROLOGUE = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in PREFIXES.items())


@pytest.fixture(scope="module")
def ontology() -> frozenset[Triple]:
    return frozenset(triple for path in FILES for triple in parsed(path.read_bytes()))


def declared(triples: Iterable[Triple]) -> set[str]:
    """Return the names of ours, other than those of shapes, that have a kind."""
    found = {compact(s) for s, _ in pairs(triples, "rdf:type")}
    return {name for name in found if name.partition(":")[0] in NAMED}


# ── names are kept ──────────────────────────────────────────────────────────


def test_no_name_goes_and_what_is_new_is_listed(ontology: frozenset[Triple]) -> None:
    assert sorted(declared(ontology)) == LISTED


def test_a_name_that_goes_is_noticed(ontology: frozenset[Triple]) -> None:
    left = {t for t in ontology if t.subject != iri("clef:closeness")}
    assert set(LISTED) - declared(left) == {"clef:closeness"}


# ── names are known ─────────────────────────────────────────────────────────


def unknown_in_query(text: str, known: Set[str]) -> set[str]:
    """Return what a query calls by a name of ours that the ontology lacks."""
    names = {token.text for token in read(text).tokens if token.kind == "name"}
    return {name for name in names if re.match("(clef|rule|shape):.", name)} - known


def unknown_in_page(text: str, known: Set[str]) -> set[str]:
    """Return what a document calls by a name of ours that the ontology lacks."""
    return set(A_NAME.findall(text)) - known


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_query_uses_names_that_are_there(path: Path) -> None:
    assert unknown_in_query(path.read_text(encoding="utf-8"), set(LISTED)) == set()


def test_a_query_with_a_slip_in_a_name_is_noticed() -> None:
    query = 'SELECT ?s { ?s clef:basedOn|clef:basdeOn ?o ; rdfs:label "clef:no" } # clef:neither'
    assert unknown_in_query(query, set(LISTED)) == {"clef:basdeOn"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_document_uses_names_that_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert unknown_in_page(text, set(LISTED)) == set()
    for block in A_BLOCK.findall(text):
        assert parsed(PROLOGUE + block)


def test_a_document_with_a_slip_is_noticed() -> None:
    assert unknown_in_page("what a `clef:baseOn` says, and clef:basedOn", set(LISTED)) == {
        "clef:baseOn"
    }
    (block,) = A_BLOCK.findall("Thus:\n\n```turtle\nid:a clef:basedOn\n```\n")
    with pytest.raises(SyntaxError):
        parsed(PROLOGUE + block)


# ── names can be used ───────────────────────────────────────────────────────


def unusable(triples: Set[Triple]) -> set[str]:
    """Return the classes that can have no member and the properties that can join no two things.

    Each is given an instance of its own, and the rules find the contradictions: fewer than a
    reasoner of OWL 2 DL would, but all that the rules of this graph could ever run into.
    """
    kinds = {iri("owl:ObjectProperty"): "_:o{}", iri("owl:DatatypeProperty"): expand("true")}
    users: dict[Term, Term] = {}
    examples = set()
    for number, (term, kind) in enumerate(sorted(pairs(triples, "rdf:type"))):
        user = f"_:s{number}"
        if kind == iri("owl:Class") and term.startswith(OURS):
            examples.add(Triple(user, iri("rdf:type"), term))
        elif kind in kinds and term.startswith(OURS):
            examples.add(Triple(user, term, kinds[kind].format(number)))
        users[user] = term
    clashes = materialize([*triples, *examples]).clashes()
    met = {term for clash in clashes for premise in clash.premises for term in premise}
    return {compact(users[user]) for user in met & users.keys()}


def test_every_class_and_property_can_be_used(ontology: frozenset[Triple]) -> None:
    assert unusable(ontology) == set()


@pytest.mark.parametrize(
    "fault",
    [
        "clef:x a owl:Class ; rdfs:subClassOf clef:Person , clef:Place .",
        "clef:x a owl:ObjectProperty ; rdfs:domain clef:Person ; rdfs:subPropertyOf clef:toldIn .",
        "clef:x a owl:Class ; rdfs:subClassOf owl:Nothing .",
    ],
)
def test_what_can_never_be_used_is_noticed(ontology: frozenset[Triple], fault: str) -> None:
    assert unusable(ontology | turtle(fault)) == {"clef:x"}
