"""Check that the written data says what its ledgers list, and how; not what follows from it.

Each gate reads the triples of one source file and names what is wrong. Every gate is run on every
source file, and shown to fail on a copy of one with a slip in it.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.model import Term, Triple
from kg.namespaces import BASE, PREFIXES, compact, iri

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"
SOURCES = sorted((ROOT / "data").glob("*/sources/*.ttl"))
LABELS = sorted((ROOT / "data").glob("*/entities/*.ttl"))
TURTLE = sorted((ROOT / "data").rglob("*.ttl"))
WRITTEN = sorted((ROOT / "data").rglob("*.*"))
MUST_FAIL = sorted((TESTS / "must_fail").glob("*.ttl"))
SEED = ROOT / "data/antwerp-diamond-heist/sources/nationalworld-2023.ttl"

FIRST_LINE = '# IRIs are relative to the base in kg/namespaces.py; "clef export" writes them whole.'
MOST_QUOTED_WORDS = 12

Row = tuple[str, ...]
Gate = Callable[[list[Triple]], list[str]]


def read(text: str) -> list[Triple]:
    quads = ox.parse(text.encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE)
    return [Triple(str(q.subject), str(q.predicate), str(q.object)) for q in quads]


def nodes(triples: Iterable[Triple]) -> dict[Term, dict[str, list[Term]]]:
    """Return what is said of each subject, by the short name of the property."""
    said: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for s, p, o in triples:
        said[s][compact(p)].append(o)
    return said


def kinds(triples: Iterable[Triple], *names: str) -> set[Term]:
    wanted = {iri(name) for name in names}
    return {s for s, p, o in triples if p == iri("rdf:type") and o in wanted}


def documented(triples: Iterable[Triple]) -> set[Term]:
    return {s for s, p, _ in triples if p == iri("clef:statedIn")}


def entities(triples: Iterable[Triple]) -> set[Term]:
    """Return every name of the dossier in the triples, in whatever place."""
    return {t for triple in triples for t in triple if t.startswith(f"<{PREFIXES['id']}")}


def copied(triples: Iterable[Triple]) -> set[Term]:
    return {o for _, p, o in triples if p == iri("clef:republishes")}


def names_the_base(text: str) -> bool:
    return BASE.partition("://")[2].rstrip("/") in text


def text_of(literal: Term) -> str:
    return literal[1 : literal.rindex('"')]


@cache
def labels() -> dict[Term, dict[str, list[Term]]]:
    return nodes(triple for path in LABELS for triple in read(path.read_text("utf-8")))


@cache
def declared() -> frozenset[Term]:
    files = (ROOT / "ontology").rglob("*.ttl")
    triples = [triple for path in files for triple in read(path.read_text("utf-8"))]
    return frozenset(s for s, p, _ in triples if p == iri("rdf:type"))


def row(node: Term, said: dict[str, list[Term]]) -> Row:
    """Return the claim as its ledger writes it; more than one value shows as `a + b`."""

    def words(*properties: str) -> str:
        return " + ".join(sorted(compact(o) for p in properties for o in said[p]))

    value = words("clef:object", "clef:value")
    if said["clef:lowerBound"] or said["clef:upperBound"]:
        value += f"{words('clef:lowerBound')} .. {words('clef:upperBound')}"
    if said["clef:unit"]:
        value += f" {words('clef:unit')}"
    identifier = words("dct:identifier").strip('"')
    return (identifier, compact(node), words("clef:subject"), words("clef:predicate"), value)


@cache
def ledgers() -> dict[str, set[Row]]:
    """Return the ledger by source: claim, node, subject, predicate and value of each row."""
    found: dict[str, set[Row]] = defaultdict(set)
    with (TESTS / "ledger" / "claims.csv").open(encoding="utf-8", newline="") as file:
        for source, *line in list(csv.reader(file))[1:]:
            found[source].add(tuple(line))
    return found


def off_the_ledger(triples: list[Triple]) -> list[str]:
    said = nodes(triples)
    (source,) = kinds(triples, "clef:Source")
    listed = ledgers()[text_of(said[source]["dct:identifier"][0])]
    written = {row(node, said[node]) for node in kinds(triples, "clef:Claim")}
    return [
        *(f"listed, not written: {line}" for line in sorted(listed - written)),
        *(f"written, not listed: {line}" for line in sorted(written - listed)),
    ]


# ── gates on one source file ────────────────────────────────────────────────


def ill_sourced(triples: list[Triple]) -> list[str]:
    said = nodes(triples)
    sourced = kinds(triples, "clef:Claim") | documented(triples)
    return sorted(
        f"{compact(node)} has {len(said[node][name])} of {name}"
        for node in sourced
        for name in ("clef:statedIn", "clef:modality", "clef:rank")
        if len(said[node][name]) != 1
    ) + sorted(
        f"{compact(node)} stands nowhere in its source"
        for node in sourced
        if not {"clef:locator", "clef:quotation"} & said[node].keys()
    )


def misnamed(triples: list[Triple]) -> list[str]:
    said = nodes(triples)
    return sorted(
        compact(node)
        for node in kinds(triples, "clef:Claim")
        if [f"id:{text_of(o).lower()}" for o in said[node]["dct:identifier"]] != [compact(node)]
    )


def with_blank_nodes(triples: list[Triple]) -> list[str]:
    return sorted(str(triple) for triple in triples if any(t.startswith("_:") for t in triple))


def long_quotations(triples: list[Triple]) -> list[str]:
    quoted = (o for _, p, o in triples if p == iri("clef:quotation"))
    return sorted(o for o in quoted if len(text_of(o).split()) > MOST_QUOTED_WORDS)


def unquoted_about_people(triples: list[Triple]) -> list[str]:
    """Return what speaks of a person, or of a sentence, a role and the like, without its words.

    Of most sources the text is not at hand, and they are not quoted at all.
    """
    if not any(p == iri("clef:quotation") for _, p, _ in triples):
        return []
    about = kinds(triples, "clef:Person") | documented(triples) - kinds(triples, "clef:Claim")
    quoted = {s for s, p, _ in triples if p == iri("clef:quotation")}
    speaking = {s for s, _, o in triples if {s, o} & about and s in documented(triples)}
    return sorted(compact(node) for node in speaking - quoted)


def without_labels(triples: list[Triple]) -> list[str]:
    named = entities(triples) - kinds(triples, "clef:Claim", "clef:Source") - copied(triples)
    return sorted(
        f"{compact(entity)} has no label in {language}"
        for entity in named
        for language in ("en", "it")
        if not any(
            o.endswith(f'"@{language}') for o in labels().get(entity, {}).get("rdfs:label", [])
        )
    )


def without_kinds(triples: list[Triple]) -> list[str]:
    """Return what has no kind in the file itself; a source that it copies has a file of its own."""
    said = nodes(triples)
    own = entities(triples) - copied(triples)
    return sorted(compact(entity) for entity in own if not said[entity]["rdf:type"])


def undeclared(triples: list[Triple]) -> list[str]:
    terms = {t for triple in triples for t in triple if t.startswith(f"<{PREFIXES['clef']}")}
    return sorted(compact(term) for term in terms - declared())


def uncanonical(triples: list[Triple]) -> list[str]:
    """Return the literals that a store would rewrite, so that queries would not find them."""
    store = ox.Store()
    text = "\n".join(map(str, triples))
    store.load(text.encode(), format=ox.RdfFormat.N_TRIPLES)
    kept = {str(quad.object) for quad in store}
    return sorted({o for _, _, o in triples if o.startswith('"')} - kept)


SLIPS: list[tuple[Gate, str, str]] = [
    (off_the_ledger, "id:c0011 a clef:Claim ;\n  dct", "id:c0011 a clef:Place ;\n  dct"),
    (off_the_ledger, "clef:object id:antwerp ;", "clef:object id:antwerp , id:rome ;"),
    (off_the_ledger, "clef:object id:antwerp ;", "clef:object id:rome ;"),
    (off_the_ledger, 'clef:unit "USD"', 'clef:unit "EUR"'),
    (off_the_ledger, '"2003-12-31"', '"2003-02-28"'),
    (off_the_ledger, "id:c0682 a clef:Claim", "id:c0999 a clef:Claim . id:c0682 a clef:Claim"),
    (
        ill_sourced,
        'clef:locator "headline"@en ; clef:quotation "Everybody Loves Diamonds"@en ;',
        "",
    ),
    (ill_sourced, "clef:modality clef:Estimated ; ", ""),
    (ill_sourced, "clef:rank clef:Normal .", "clef:rank clef:Normal , clef:Preferred ."),
    (
        ill_sourced,
        'clef:statedIn id:nationalworld-2023 ; clef:locator "headline"',
        "clef:locator ''",
    ),
    (misnamed, 'dct:identifier "C0045" ;', ""),
    (misnamed, 'dct:identifier "C0045" ;', 'dct:identifier "C0046" ;'),
    (with_blank_nodes, "clef:object id:antwerp ;", "clef:object [] ;"),
    (long_quotations, '"Shot over six months"', f'"{"word " * 13}"'),
    (unquoted_about_people, 'clef:quotation "English actor Rupert Everett"@en ;', ""),
    (unquoted_about_people, 'clef:quotation "sentenced to 10 years in prison"@en ;', ""),
    (without_labels, "clef:object id:antwerp ;", "clef:object id:nowhere ;"),
    (without_kinds, "id:antwerp a clef:Place .", ""),
    (undeclared, "clef:predicate clef:filmedIn", "clef:predicate clef:shotAtPlace"),
    (uncanonical, "clef:value 5 ;", "clef:value 05 ;"),
    (uncanonical, '"P6M"^^', '"P0Y6M"^^'),
]
GATES = sorted({gate for gate, _, _ in SLIPS}, key=lambda gate: gate.__name__)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.__name__)
def test_source_file_passes_the_gate(gate: Gate, path: Path) -> None:
    assert gate(read(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(("gate", "right", "slip"), SLIPS)
def test_gate_names_what_is_wrong_in_a_copy_with_a_slip(gate: Gate, right: str, slip: str) -> None:
    text = SEED.read_text("utf-8")
    assert right in text
    assert gate(read(text.replace(right, slip, 1)))


# ── whole files ─────────────────────────────────────────────────────────────


def other_than_labels(triples: list[Triple]) -> list[str]:
    return sorted({compact(p) for _, p, _ in triples} - {"rdfs:label", "skos:altLabel"})


@pytest.mark.parametrize("path", LABELS, ids=lambda path: path.stem)
def test_entity_file_holds_labels_only(path: Path) -> None:
    assert other_than_labels(read(path.read_text("utf-8"))) == []


def test_fact_in_an_entity_file_is_named() -> None:
    stray = "@prefix id: <id/> . @prefix clef: <ns#> . id:rome a clef:Place ."
    assert other_than_labels(read(stray)) == ["rdf:type"]


def test_every_label_names_something_that_a_source_speaks_of() -> None:
    spoken_of = entities(t for path in SOURCES for t in read(path.read_text("utf-8")))
    assert sorted(labels().keys() - spoken_of) == []


def test_every_ledger_belongs_to_a_source_file() -> None:
    assert ledgers().keys() == {path.stem for path in SOURCES}


@pytest.mark.parametrize("path", [*WRITTEN, *MUST_FAIL], ids=lambda path: path.name)
def test_no_file_spells_out_the_base(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not names_the_base(text)
    assert names_the_base(f"{text}<{BASE}id/rome>")
    assert path not in TURTLE or text.splitlines()[0] == FIRST_LINE


def test_dossier_names_what_it_is_about_and_makes_no_claim() -> None:
    about = read((ROOT / "data/antwerp-diamond-heist/dossier.ttl").read_text("utf-8"))
    (dossier,) = kinds(about, "dcat:Dataset")
    assert nodes(about)[dossier]["dct:subject"] == [
        iri("id:everybody-loves-diamonds"),
        iri("id:antwerp-diamond-heist"),
    ]
    assert {s for s, _, _ in about} == {dossier}


def test_seed_article_is_written_out_whole() -> None:
    listed = sorted(line[0] for line in ledgers()["nationalworld-2023"])
    numbered = [f"C{n:04d}" for n in (*range(1, 72), 682)]
    assert listed == [*sorted([*numbered, "C0028-security"]), "cp-eld-leonardo-notarbartolo"]


def test_cast_stands_in_the_order_of_the_article() -> None:
    said = nodes(read(SEED.read_text("utf-8")))
    billed = [said[iri(f"id:c{n:04d}")]["clef:billingPosition"] for n in range(29, 45)]
    assert [text_of(position) for (position,) in billed] == [str(n) for n in range(1, 17)]


def test_example_for_editors_passes_the_gates() -> None:
    readme = (ROOT / "data/README.md").read_text("utf-8")
    example = read(readme.partition("```turtle\n")[2].partition("```")[0])
    assert example
    assert [fault for gate in GATES if gate != off_the_ledger for fault in gate(example)] == []


@pytest.mark.parametrize("path", MUST_FAIL, ids=lambda path: path.stem)
def test_must_fail_file_is_well_formed_apart_from_its_fault(path: Path) -> None:
    triples = read(path.read_text("utf-8"))
    known = entities(t for source in SOURCES for t in read(source.read_text("utf-8")))
    added = {s for s, p, _ in triples if p == iri("rdf:type")}
    assert undeclared(triples) == []
    assert entities(triples) - known - added == set()
