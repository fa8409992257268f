"""The whole dossier against the table of facts it was written from, row by row.

`ledger/facts.csv` is the table as it was researched; nothing in it was derived from the Turtle.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from kg import paths
from kg.model import Term, Triple
from kg.namespaces import compact, iri
from kg.rules import ScratchStore, load_rules
from kg.store import KnowledgeGraph
from kg.terms import literal_parts

LEDGER = Path(__file__).parent / "ledger"
FACTS = {
    row["claim_id"]: row
    for row in csv.DictReader((LEDGER / "facts.csv").read_text("utf-8").splitlines())
}
GROUPS = sorted({row["conflict_group"] for row in FACTS.values()} - {""})
BOUNDS = ("clef:lowerBound", "clef:upperBound")
ENDS = ("clef:subject", "clef:object")
REAL, TOLD = iri("clef:RealEntity"), iri("clef:FictionalEntity")
UNITS = {
    "centimetres": "cm",
    "metres": "m",
    "inches": "[in_i]",
    "tons": "t",
    "tonnes": "t",
    "percent": "%",
    "years": "a",
}

AGREEING = {
    "antwerp-diamond-share": "more than 50, more than 80 and about 85 percent can all be right",
    "robbery-1994-value": "the one sum is in dollars of the United States, the other of no country",
    "series-episode-length": "fifty minutes lies between forty-five and sixty",
    "series-shooting-duration": "six months may be called a few",
}
"""Groups whose different values do not exclude one another, and why."""

SETTLED = {
    "adc-city": "that it stands in Brussels is held to be wrong",
    "antwerp-country": "that Antwerp is in the Netherlands is held to be wrong",
    "heist-year": "2001 and 2002 are held to be wrong",
    "series-release-date": "a day in September is held to be wrong",
}
"""Groups that disagree only with what is held to be wrong, which is no rival."""

NOT_LINKED = {
    "C0017": "that a character was created for the series is its being invented, not a link",
    "C0434": "a private person's tie to a public one stands in words",
}
"""Rows that name an entity and do not link to it, and why."""

ACROSS = [
    ({"flawless-year", ""}, "the day of publication against a later year"),
    ({"", "mastermind"}, "naming a head of the theft against a denial of any part in it"),
    ({""}, "being called the head of the theft against the denial of any part in it"),
]
"""Conflicts between claims of two groups, or of none, and why they are right."""

Said = dict[str, set[Term]]


@pytest.fixture(scope="module")
def claims(graph: KnowledgeGraph) -> dict[str, Said]:
    """Every claim of the dossier by its number: short property name to values."""
    said: dict[Term, Said] = defaultdict(lambda: defaultdict(set))
    for subject, predicate, obj in graph.graphs["claims"]:
        said[subject][compact(predicate)].add(obj)
    kind = iri("clef:Claim")
    found = [node for node in said.values() if kind in node["rdf:type"]]
    numbered = {text(node["dct:identifier"]): node for node in found}
    assert len(numbered) == len(found)
    return numbered


@pytest.fixture(scope="module")
def layers(graph: KnowledgeGraph) -> dict[Term, set[Term]]:
    """The kinds of everything, asserted and inferred."""
    kinds: dict[Term, set[Term]] = defaultdict(set)
    for subject, predicate, obj in graph.triples:
        if predicate == iri("rdf:type"):
            kinds[subject].add(obj)
    return kinds


def text(terms: Iterable[Term]) -> str:
    """Return the one literal among the terms, without quotes, language and datatype."""
    (term,) = terms
    return literal_parts(term)[0]


def values(said: Said) -> list[str]:
    """Return the value, or both bounds, of a claim as text."""
    return [literal_parts(o)[0] for p in ("clef:value", *BOUNDS) for o in said.get(p, ())]


def conflicts(graph: KnowledgeGraph) -> set[tuple[str, str]]:
    """Return the numbers of every two claims in conflict, each pair once."""
    wanted = iri("clef:conflictsWith")
    found = (t for t in graph.graphs["inferred"] if t.predicate == wanted)
    pairs = ((number(t.subject), number(t.object)) for t in found)
    return {(a, b) for a, b in pairs if a < b}


def number(node: Term) -> str:
    return compact(node).removeprefix("id:").upper()


# ── rows and claims ─────────────────────────────────────────────────────────


def test_every_row_is_one_claim_of_its_source(claims: dict[str, Said]) -> None:
    assert len(FACTS) == 688
    assert FACTS.keys() - claims.keys() == set()
    for identifier, row in FACTS.items():
        assert claims[identifier]["clef:statedIn"] == {iri(f"id:{row['source_id']}")}, identifier


def test_no_claim_is_invented(claims: dict[str, Said]) -> None:
    """Beyond the rows stand the second halves of rows, in the same source, and counterparts."""
    for identifier in claims.keys() - FACTS.keys():
        if identifier.startswith("cp-"):
            assert claims[identifier]["clef:predicate"] == {iri("clef:counterpartOf")}
            continue
        row = FACTS[identifier.partition("-")[0]]
        assert claims[identifier]["clef:statedIn"] == {iri(f"id:{row['source_id']}")}, identifier


@pytest.mark.parametrize("kind", ["integer", "money"])
def test_numbers_are_kept_and_never_converted(claims: dict[str, Said], kind: str) -> None:
    rows = {i: row for i, row in FACTS.items() if row["value_type"] == kind}
    assert len(rows) > 40
    for identifier, row in rows.items():
        said = claims[identifier]
        assert row["value"] in values(said), identifier
        unit = UNITS.get(row["unit"], row["unit"])
        assert {literal_parts(u)[0] for u in said.get("clef:unit", ())} == {unit} - {""}, identifier


def test_dates_and_years_are_kept(claims: dict[str, Said]) -> None:
    night = "C0229"  # its row dates the beginning, and says that it lasted into the next day
    assert values(claims[night]) == ["2003-02-15", "2003-02-16"]
    for identifier, row in FACTS.items():
        if identifier != night and row["value_type"] in ("date", "year"):
            found = values(claims[identifier])
            assert found, identifier
            assert all(value.startswith(row["value"]) for value in found), identifier
        elif re.fullmatch(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", row["value"]):
            assert values(claims[identifier]) == row["value"].split("/"), identifier


def test_durations_have_their_length(claims: dict[str, Said]) -> None:
    canonical = {"P18M": "P1Y6M", "P20M": "P1Y8M", "PT95M": "PT1H35M"}
    rows = {i: row for i, row in FACTS.items() if row["value_type"] == "duration"}
    assert len(rows) > 20
    for identifier, row in rows.items():
        expected = canonical.get(row["value"], row["value"])
        assert values(claims[identifier]) == [expected], identifier


def test_entities_are_entities(claims: dict[str, Said], graph: KnowledgeGraph) -> None:
    """What the table calls by name is linked, and bears that name or a form of it."""
    label = iri("rdfs:label")
    names = {
        t.subject: literal_parts(t.object)[0]
        for t in sorted(graph.graphs["claims"])
        if t.predicate == label and t.object.endswith("@en")
    }
    for identifier, row in FACTS.items():
        if row["value_type"] != "entity" or identifier in NOT_LINKED:
            continue
        halves = [said for i, said in claims.items() if i.partition("-")[0] == identifier]
        ends = {end for said in halves for p in ENDS for end in said.get(p, ())}
        wanted = re.sub(r"\s*\(.*\)|,.*", "", row["value"]).casefold().split()
        bearers = [names.get(end, "").casefold() for end in ends]
        assert any(word in bearer for word in wanted for bearer in bearers), identifier


def test_no_row_changes_its_world(claims: dict[str, Said], layers: dict[Term, set[Term]]) -> None:
    """A story fact is never about somebody or something real, and the other way round."""
    for identifier, row in FACTS.items():
        (subject,) = claims[identifier]["clef:subject"]
        if row["world"] == "fiction":
            assert REAL not in layers[subject], identifier
        elif row["world"] == "real":
            assert TOLD not in layers[subject], identifier


def test_what_a_source_does_is_its_modality(claims: dict[str, Said]) -> None:
    alleged = {iri("clef:Alleged"), iri("clef:SelfReported")}
    found = {iri("clef:FoundByCourt")}
    for identifier, row in FACTS.items():
        modality = claims[identifier]["clef:modality"]
        if row["status"] == "alleged":
            assert modality <= alleged, identifier
        assert (row["status"] == "convicted") == (modality == found), identifier


def test_a_rank_other_than_normal_has_its_reason_in_both_languages(
    claims: dict[str, Said],
) -> None:
    ranked = {i: s for i, s in claims.items() if s["clef:rank"] != {iri("clef:Normal")}}
    assert ranked
    for identifier, said in ranked.items():
        assert FACTS[identifier]["status"] == "disputed", identifier
        assert {o.rpartition("@")[2] for o in said["clef:rankReason"]} == {"en", "it"}, identifier


# ── values that disagree ────────────────────────────────────────────────────


def test_there_are_fifty_five_groups() -> None:
    assert len(GROUPS) == 55
    assert set(GROUPS) > AGREEING.keys() | SETTLED.keys()


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_comes_out_of_the_rules(graph: KnowledgeGraph, group: str) -> None:
    members = {i for i, row in FACTS.items() if row["conflict_group"] == group}
    within = {pair for pair in conflicts(graph) if members.issuperset(pair)}
    assert bool(within) == (group not in AGREEING and group not in SETTLED)


def test_a_group_is_settled_by_what_is_held_to_be_wrong_and_by_nothing_else(
    graph: KnowledgeGraph,
) -> None:
    """Were nothing in it held to be wrong, the rule would find the disagreement."""
    rank = iri("clef:rank")
    wrong, normal = iri("clef:Deprecated"), iri("clef:Normal")
    held = {t for t in graph.triples if t[1:] == (rank, wrong)}
    store = ScratchStore()
    store.become({*graph.triples - held, *(Triple(t.subject, rank, normal) for t in held)})
    rule = load_rules(paths.ontology() / "rules", graph.graphs["ontology"])["conflict"]
    found = {(number(t.subject), number(t.object)) for t in store.apply(rule)}
    for group in SETTLED:
        members = {i for i, row in FACTS.items() if row["conflict_group"] == group}
        within = {pair for pair in found if members.issuperset(pair)}
        assert within, group
        assert all(set(pair) & {number(t.subject) for t in held} for pair in within), group


def test_what_is_held_to_be_wrong_disputes_nothing(graph: KnowledgeGraph) -> None:
    wrong = {t.subject for t in graph.triples if t.object == iri("clef:Deprecated")}
    joins = {iri("clef:conflictsWith"), iri("clef:disputedBy"), iri("clef:corroborates")}
    assert wrong
    assert not [t for t in graph.triples if t.predicate in joins and not wrong.isdisjoint(t)]


def test_no_conflict_is_out_of_place(graph: KnowledgeGraph) -> None:
    groups = {i: row["conflict_group"] for i, row in FACTS.items()}
    for a, b in conflicts(graph):
        ends = {groups[a.partition("-")[0]], groups[b.partition("-")[0]]}
        assert (len(ends) == 1 and "" not in ends) or any(ends == e for e, _ in ACROSS), (a, b)


def test_no_conflict_is_written_by_hand(graph: KnowledgeGraph) -> None:
    written = [t for t in graph.graphs["claims"] if t.predicate == iri("clef:conflictsWith")]
    assert written == []


def test_what_is_in_conflict_is_not_accepted(graph: KnowledgeGraph) -> None:
    """Nothing picks a winner: of two undeprecated rivals neither becomes a plain triple."""
    accepted = set(graph.graphs["accepted"])
    vault, heist = iri("id:antwerp-diamond-center-vault"), iri("id:antwerp-diamond-heist")
    for subject, name in ((vault, "clef:boxesInVault"), (heist, "clef:boxesOpened")):
        assert not any(t[:2] == (subject, iri(name)) for t in accepted)
    city = Triple(iri("id:antwerp-diamond-center"), iri("clef:inCity"), iri("id:antwerp"))
    assert city in accepted


def test_copies_do_not_corroborate(graph: KnowledgeGraph) -> None:
    triples = graph.triples
    wired = iri("id:wired-2009")
    copies = {t.subject for t in triples if t[1:] == (iri("clef:republishes"), wired)} | {wired}
    assert len(copies) >= 4
    source = {t.subject: t.object for t in triples if t.predicate == iri("clef:statedIn")}
    for t in triples:
        if t.predicate == iri("clef:corroborates"):
            assert not {source[t.subject], source[t.object]} <= copies
