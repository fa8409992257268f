"""Own the steps by domain rules: patterns matched by premises, conditions held by the closure."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kg.check import Checker, check
from kg.errors import ProofError
from kg.model import Proof, Term, Triple
from kg.namespaces import PREFIXES

RULE_FILES = sorted((Path(__file__).parents[1] / "ontology" / "rules").glob("*.rq"))
RULES = {
    "rival": """CONSTRUCT { ?a clef:conflictsWith ?b } WHERE {
        ?p clef:singleValued true .
        ?a clef:subject ?s ; clef:predicate ?p . ?b clef:subject ?s ; clef:predicate ?p .
        FILTER(STR(?a) < STR(?b))
        OPTIONAL { ?a clef:object ?x } OPTIONAL { ?b clef:object ?y }
        OPTIONAL { ?a clef:value ?v } OPTIONAL { ?b clef:value ?w }
        FILTER((BOUND(?x) && BOUND(?y) && ?x != ?y) || COALESCE(?v != ?w, false)) }""",
    "accept": """CONSTRUCT { ?s ?p ?o } WHERE {
        ?c clef:subject ?s ; clef:predicate ?p ; clef:object|clef:value ?o ; clef:rank ?rank ;
          clef:modality/clef:promotable true .
        FILTER(?rank != clef:Deprecated)
        FILTER NOT EXISTS { ?c clef:polarity false }
        FILTER NOT EXISTS { ?c clef:conflictsWith ?d . ?d clef:rank ?r
          FILTER(?r != clef:Deprecated) } }""",
    "deny": """CONSTRUCT { ?a clef:conflictsWith ?b } WHERE {
        ?a clef:polarity false ; clef:subject ?s ; clef:predicate ?p .
        ?b clef:subject ?s ; clef:predicate ?q . ?q rdfs:subPropertyOf* ?p
        MINUS { ?b clef:polarity false } }""",
    "either": """CONSTRUCT { ?v clef:sharesBasisWith ?w . ?w clef:sharesBasisWith ?v } WHERE {
        VALUES ?rests { clef:basedOn clef:recounts }
        ?v ?rests ?thing . { ?w clef:basedOn ?thing } UNION { ?thing ^clef:recounts ?w }
        FILTER(?v != ?w) }""",
    "name": """CONSTRUCT { ?node clef:label ?text } WHERE {
        ?s clef:denies ?o . BIND(IRI(CONCAT(STR(id:), "n-", STRAFTER(STR(?s), STR(id:)))) AS ?node)
        BIND("05"^^xsd:integer AS ?text) }""",
    "wider": """CONSTRUCT { ?a clef:near ?b } WHERE {
        ?a clef:predicate ?p . ?b clef:predicate ?q .
        OPTIONAL { ?q rdfs:subPropertyOf ?w FILTER(?w = ?p) }
        FILTER(?a != ?b && (?p = ?q || BOUND(?w))) }""",
    "blank": "CONSTRUCT { ?a clef:near [] } WHERE { ?a clef:denies ?b }",
}
WORLD = """
id:date clef:singleValued true . id:start rdfs:subPropertyOf id:date .
clef:Asserted clef:promotable true . clef:Rumoured clef:promotable false .
id:c1 clef:subject id:h ; clef:predicate id:date ; clef:object id:x ; clef:rank clef:Normal ;
  clef:modality clef:Asserted .
id:c2 clef:subject id:h ; clef:predicate id:date ; clef:object id:y ; clef:rank clef:Normal ;
  clef:modality clef:Rumoured .
id:c3 clef:subject id:h ; clef:predicate id:date ; clef:value 5 ; clef:rank clef:Normal ;
  clef:modality clef:Asserted .
id:c4 clef:subject id:h ; clef:predicate id:date ; clef:value 05 ; clef:rank clef:Deprecated ;
  clef:modality clef:Asserted .
id:c5 clef:subject id:h ; clef:predicate id:start ; clef:polarity false .
id:c6 clef:subject id:h ; clef:predicate id:date ; clef:polarity false .
id:c7 clef:subject id:h ; clef:predicate id:start .
id:v1 clef:basedOn id:t . id:v2 clef:recounts id:t . id:v3 clef:basedOn id:t .
id:s clef:denies id:o . id:z clef:predicate id:other .
"""


def triples(turtle: str) -> frozenset[Triple]:
    head = "".join(f"@prefix {prefix}: <{space}> . " for prefix, space in PREFIXES.items())
    read = ox.parse(head + turtle, format=ox.RdfFormat.TURTLE)
    return frozenset(Triple(*(str(node) for node in quad.triple)) for quad in read)


def triple(turtle: str) -> Triple:
    (only,) = triples(turtle)
    return only


CLOSURE = triples(WORLD)
SINGLE = "id:date clef:singleValued true . "
ABOUT = "id:c%s clef:subject id:h ; clef:predicate id:date . "
ACCEPT_1 = (
    ABOUT % 1
    + """id:c1 clef:object id:x ; clef:rank clef:Normal ;
  clef:modality clef:Asserted . clef:Asserted clef:promotable true ."""
)
OBJECTS = "id:c1 clef:object id:x . id:c2 clef:object id:y ."
GOOD = [
    ("rival", SINGLE + ABOUT % 1 + ABOUT % 2 + OBJECTS, "id:c1 clef:conflictsWith id:c2 ."),
    ("accept", ACCEPT_1, "id:h id:date id:x ."),
    ("deny", ABOUT % 6 + "id:c6 clef:polarity false . id:c7 clef:subject id:h ; "
     "clef:predicate id:start . id:start rdfs:subPropertyOf id:date .",
     "id:c6 clef:conflictsWith id:c7 ."),
    ("deny", ABOUT % 6 + ABOUT % 1 + "id:c6 clef:polarity false .",
     "id:c6 clef:conflictsWith id:c1 ."),
    ("either", "id:v1 clef:basedOn id:t . id:v2 clef:recounts id:t .",
     "id:v1 clef:sharesBasisWith id:v2 ."),
    ("either", "id:v1 clef:basedOn id:t . id:v3 clef:basedOn id:t .",
     "id:v1 clef:sharesBasisWith id:v3 ."),
    ("name", "id:s clef:denies id:o .", "id:n-s clef:label 05 ."),
    ("wider", "id:c1 clef:predicate id:date . id:c2 clef:predicate id:date .",
     "id:c1 clef:near id:c2 ."),
    ("wider", "id:c1 clef:predicate id:date . id:c5 clef:predicate id:start . "
     "id:start rdfs:subPropertyOf id:date .", "id:c1 clef:near id:c5 ."),
]  # fmt: skip
"""Rule, premises and conclusion of steps that follow."""


SYMMETRIC = {("either", 2), ("wider", 2)}
"""The rule and the number of premises of those steps that hold the other way round too."""


def fault(
    rule: str,
    premises: Iterable[Triple],
    end: Triple | None,
    closure: Iterable[Triple] = CLOSURE,
) -> str:
    """Return why a step is rejected, "" where it is accepted."""
    given = list(premises)
    proof = Proof(end, rule, tuple(map(Proof, given)))
    asserted: dict[Triple, frozenset[Term]] = dict.fromkeys(given, frozenset({"<urn:source>"}))
    try:
        check(proof, asserted=asserted, rules=RULES, closure=frozenset(closure))
    except ProofError as error:
        return error.message
    return ""


every_step = pytest.mark.parametrize(("rule", "premises", "end"), GOOD)


@every_step
def test_a_good_step_is_accepted(rule: str, premises: str, end: str) -> None:
    given = sorted(triples(premises))
    assert fault(rule, given, triple(end)) == ""
    assert fault(rule, given[::-1], triple(end)) == ""


@every_step
def test_a_spoiled_step_is_rejected(rule: str, premises: str, end: str) -> None:
    given = triples(premises)
    goal = triple(end)
    for premise in given:
        flipped = Triple(premise.object, premise.predicate, premise.subject)
        assert fault(rule, given - {premise}, goal)
        assert fault(rule, given - {premise} | {flipped}, goal, CLOSURE | {flipped})
    for extra in CLOSURE - given:
        assert fault(rule, given | {extra}, goal), extra
    for other in RULES.keys() - {rule}:
        assert fault(other, given, goal), other
    assert "a domain rule never concludes false" in fault(rule, given, None)
    reversed_goal = Triple(goal.object, goal.predicate, goal.subject)
    assert bool(fault(rule, given, reversed_goal)) == ((rule, len(given)) not in SYMMETRIC)
    assert fault(rule, given, goal, closure=())


def test_a_failing_filter_rejects_the_step() -> None:
    premises = triples(SINGLE + ABOUT % 1 + ABOUT % 2 + OBJECTS)
    swapped = "the conditions of the rule do not hold in the closure"
    assert swapped in fault("rival", premises, triple("id:c2 clef:conflictsWith id:c1 ."))
    same = triples(SINGLE + ABOUT % 3 + ABOUT % 4 + "id:c3 clef:value 5 . id:c4 clef:value 05 .")
    assert swapped in fault("rival", same, triple("id:c3 clef:conflictsWith id:c4 ."))


def test_what_must_be_absent_is_looked_up_in_the_closure() -> None:
    goal = triple("id:h id:date id:x .")
    given = triples(ACCEPT_1)
    assert fault("accept", given, goal, CLOSURE | triples("id:c1 clef:polarity false ."))
    assert fault("accept", given, goal, CLOSURE | triples("id:c1 clef:conflictsWith id:c2 ."))
    withdrawn = triples("id:c1 clef:conflictsWith id:c4 .")
    assert not fault("accept", given, goal, CLOSURE | withdrawn)


def test_minus_takes_away_what_the_closure_says() -> None:
    premises, end = GOOD[2][1:]
    denied = triples("id:c7 clef:polarity false .")
    assert fault("deny", triples(premises), triple(end), CLOSURE | denied)


def test_an_optional_that_matches_in_the_closure_belongs_to_the_premises() -> None:
    goal = triple("id:c1 clef:conflictsWith id:c2 .")
    bare = triples(SINGLE + ABOUT % 1 + ABOUT % 2 + OBJECTS)
    valued = CLOSURE | triples("id:c1 clef:value 7 .")
    assert not fault("rival", bare, goal)
    assert fault("rival", bare, goal, valued)
    assert not fault("rival", bare | triples("id:c1 clef:value 7 ."), goal, valued)


def test_an_optional_whose_own_filter_fails_has_not_matched() -> None:
    unlike = "id:c1 clef:predicate id:date . id:z clef:predicate id:other . "
    given = triples(unlike + "id:other rdfs:subPropertyOf id:else .")
    assert fault("wider", given, triple("id:c1 clef:near id:z ."), CLOSURE | given)


def test_a_literal_keeps_its_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", True)
    about = ABOUT % 4 + "id:c4 clef:modality clef:Asserted . clef:Asserted clef:promotable true . "
    given = triples(about + "id:c4 clef:value 05 ; clef:rank clef:Normal .")
    assert not fault("accept", given, triple("id:h id:date 05 ."), CLOSURE | given)
    assert fault("accept", given, triple("id:h id:date 5 ."), CLOSURE | given)
    assert rdflib.NORMALIZE_LITERALS


def test_blank_nodes_and_language_tags_travel() -> None:
    given = triples(ACCEPT_1.replace("id:x", '"x"@en'))
    assert not fault("accept", given, triple('id:h id:date "x"@en .'), CLOSURE | given)
    assert fault("accept", given, triple('id:h id:date "x"@it .'), CLOSURE | given)
    source = Triple("_:b1", *triple("id:v1 clef:basedOn id:t .")[1:])
    other = triple("id:v3 clef:basedOn id:t .")
    goal = Triple("_:b1", f"<{PREFIXES['clef']}sharesBasisWith>", other.subject)
    assert not fault("either", [source, other], goal, CLOSURE | {source})
    assert fault("either", [source, other], goal._replace(subject="_:b2"), CLOSURE | {source})
    denial = triples("id:s clef:denies id:o .")
    assert fault("blank", denial, goal._replace(predicate=f"<{PREFIXES['clef']}near>"))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE { ?a clef:near ?b }",
        "CONSTRUCT { ?a clef:near ?b } WHERE { GRAPH ?g { ?a clef:near ?b } }",
        "CONSTRUCT { ?a clef:near ?b } WHERE { { SELECT ?a ?b WHERE { ?a clef:near ?b } } }",
        "CONSTRUCT { ?a clef:near ?b } WHERE { ?a !clef:far ?b }",
    ],
)
def test_a_rule_that_the_checker_cannot_follow_is_refused(text: str) -> None:
    given = triples("id:c1 clef:near id:c2 .")
    proof = Proof(triple("id:c2 clef:near id:c1 ."), "odd", tuple(map(Proof, given)))
    with pytest.raises(ProofError, match=r"is not a CONSTRUCT|cannot follow"):
        check(
            proof,
            asserted=dict.fromkeys(given, frozenset({"<urn:source>"})),
            rules={"odd": text},
            closure=given,
        )


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_every_rule_of_the_ontology_can_be_followed(path: Path) -> None:
    goal = triple("id:x id:y id:z .")
    rules = {path.stem: path.read_text(encoding="utf-8")}
    with pytest.raises(ProofError, match=r"are no instance of the rule's patterns"):
        check(Proof(goal, path.stem), asserted={}, rules=rules)


def test_several_hundred_steps_are_checked_by_one_checker() -> None:
    cast = "".join(f"id:a{at} clef:actedIn id:w{at % 20} . " for at in range(400))
    closure = CLOSURE | triples(cast)
    rule = """CONSTRUCT { ?a clef:coStarOf ?b } WHERE { ?a clef:actedIn ?w . ?b clef:actedIn ?w
        FILTER(?a != ?b) FILTER NOT EXISTS { ?a owl:sameAs ?b } }"""
    asserted: dict[Triple, frozenset[Term]] = dict.fromkeys(closure, frozenset({"<urn:source>"}))
    checker = Checker(asserted=asserted, rules={"co-star": rule}, closure=closure)
    for at in range(380):
        given = triples(
            f"id:a{at} clef:actedIn id:w{at % 20} . id:a{at + 20} clef:actedIn id:w{at % 20} ."
        )
        goal = triple(f"id:a{at} clef:coStarOf id:a{at + 20} .")
        checker.check(Proof(goal, "co-star", tuple(map(Proof, given))))
    false = triple("id:a0 clef:coStarOf id:a1 .")
    with pytest.raises(ProofError):
        checker.check(Proof(false, "co-star", tuple(map(Proof, given))))
