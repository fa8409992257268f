"""Dossiers of other works, all made up: what follows from each, with Clef as it is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from reason.support import refused

from kg import paths
from kg.check import Checker
from kg.explain import Witnesses, denials, explain
from kg.model import Term, Triple
from kg.namespaces import PREFIXES, compact, expand, iri
from kg.pipeline import Inputs, build
from kg.store import KnowledgeGraph

DOSSIERS = Path(__file__).parent / "dossiers"
NAMES = sorted(path.name for path in DOSSIERS.iterdir() if path.is_dir())
SOURCES = sorted(DOSSIERS.glob("*/sources/*.ttl"))
TYPE, SUBCLASS = iri("rdf:type"), iri("rdfs:subClassOf")
BETWEEN_CLAIMS = {iri("clef:conflictsWith"), iri("clef:corroborates")}
EVIDENT = {iri("clef:restsOnSource"), iri("clef:withinWork"), iri("clef:toldWithin")}


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@cache
def built(name: str) -> KnowledgeGraph:
    return build(Inputs(paths.ontology(), DOSSIERS / name))


@pytest.fixture(scope="module")
def dossier(name: str) -> KnowledgeGraph:
    return built(name)


def derived(graph: KnowledgeGraph) -> set[Triple]:
    return {*graph.graphs["accepted"], *graph.graphs["inferred"]}


def concluded(graph: KnowledgeGraph) -> dict[str, Triple]:
    """Return what is accepted or inferred of a dossier's own, a line each, in our own terms.

    Inverses are left out, the wider kinds of what a file gives the kind of, and what a documented
    node says by itself. Of claims only what sets them against each other.
    """
    inverses = {t.object for t in graph.graphs["ontology"] if t.predicate == iri("owl:inverseOf")}
    kinds = {t[::2] for t in graph.graphs["claims"] if t.predicate == TYPE}
    wider = {(node, t.object) for node, kind in kinds for t in above(graph).get(kind, ())}
    aside = {iri("clef:Claim"), iri("clef:Source"), iri("clef:Statement")}
    outside = {node for node, kind in {*kinds, *typed(derived(graph))} if kind in aside}
    lines = {}
    for triple in derived(graph):
        subject, predicate, obj = triple
        named = predicate.startswith(f"<{PREFIXES['clef']}") and predicate not in inverses | EVIDENT
        kind = predicate == TYPE and obj.startswith(f"<{PREFIXES['clef']}")
        own = subject.startswith(f"<{PREFIXES['id']}") and subject not in outside
        if (own and (named or (kind and (subject, obj) not in wider))) or (
            predicate in BETWEEN_CLAIMS
        ):
            lines[" ".join(map(compact, triple))] = triple
    return lines


def typed(triples: set[Triple]) -> set[tuple[Term, Term]]:
    return {(t.subject, t.object) for t in triples if t.predicate == TYPE}


def above(graph: KnowledgeGraph) -> dict[Term, list[Triple]]:
    found: dict[Term, list[Triple]] = {}
    for triple in graph.triples:
        if triple.predicate == SUBCLASS:
            found.setdefault(triple.subject, []).append(triple)
    return found


def listed(name: str, suffix: str) -> list[str]:
    text = (DOSSIERS / f"{name}.{suffix}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def matches(pattern: str, triples: set[Triple]) -> list[str]:
    wanted = [None if word == "*" else expand(word) for word in pattern.split(maxsplit=2)]
    return [
        " ".join(map(compact, triple))
        for triple in triples
        if all(want in {None, term} for want, term in zip(wanted, triple, strict=True))
    ]


def test_what_follows_is_what_was_expected(name: str, dossier: KnowledgeGraph) -> None:
    assert sorted(concluded(dossier)) == sorted(listed(name, "inferred"))


def test_a_conclusion_more_or_less_is_noticed(tmp_path: Path) -> None:
    source = DOSSIERS / "composite" / "sources" / "ferry-annals-1953.ttl"
    rival = source.read_text(encoding="utf-8").replace("ferry-annals-1953", "zz-rival")
    rival = (
        rival.replace("co-0201", "zz-0201")
        .replace("CO-0201", "ZZ-0201")
        .replace('"1931-03"', '"1931-04"')
    )
    draft = tmp_path / "rival.ttl"
    draft.write_text(rival, encoding="utf-8")
    graph = build(Inputs(paths.ontology(), DOSSIERS / "composite", extra=(draft,)))
    found, expected = set(concluded(graph)), set(listed("composite", "inferred"))
    assert found - expected == {
        "id:co-0201 clef:conflictsWith id:zz-0201",
        "id:zz-0201 clef:conflictsWith id:co-0201",
    }
    assert expected - found == {
        'id:nollsworth-ferry-strike clef:occurred "1931-03"^^xsd:gYearMonth'
    }


def test_what_must_not_follow_does_not(name: str, dossier: KnowledgeGraph) -> None:
    patterns = listed(name, "must-not")
    assert len(patterns) > 10
    assert [found for pattern in patterns for found in matches(pattern, derived(dossier))] == []
    names = {compact(term) for triple in dossier.triples for term in triple}
    spelled = {word for pattern in patterns for word in pattern.split(maxsplit=2)} - {"*"}
    ours = {word for word in spelled if word.startswith(("id:", "clef:"))}
    assert ours - names == set(), "a slip in a name would make the list say nothing"


def test_what_follows_is_proved(dossier: KnowledgeGraph, rules: dict[str, str]) -> None:
    sources = Witnesses(dossier.asserted).sources()
    checker = Checker(asserted=sources, rules=rules, closure=dossier.triples)
    proofs = [explain(dossier, triple) for triple in concluded(dossier).values()]
    assert len(proofs) > 10
    assert refused(checker, proofs) == []


@pytest.mark.parametrize("path", sorted(DOSSIERS.rglob("*.ttl")), ids=lambda path: path.stem)
def test_a_file_says_that_it_is_made_up(path: Path) -> None:
    first, second, *rest = path.read_text(encoding="utf-8").splitlines()
    assert first.startswith("# IRIs are relative to the base")
    assert second.startswith("# Made up for the tests")
    if path in SOURCES:
        publishers = [line for line in rest if "dct:publisher" in line]
        assert len(publishers) == 1
        assert "not exist)" in publishers[0]
        addresses = [line for line in rest if "schema:url" in line]
        assert all('"https://example.org/' in line for line in addresses)


def test_a_denial_stands_beside_all_that_it_denies() -> None:
    graph = built("disputed-memoir")

    def denied(text: str) -> list[str]:
        return list(map(compact, denials(graph, Triple(*map(expand, text.split())))))

    for predicate in ("convictedOver", "ledEffort", "involvedIn"):
        said = f"id:corvin-thackeld clef:{predicate} id:hollowmere-purse-theft"
        assert denied(said) == ["id:dm-0507"], "what a court found is still denied"
    for predicate in ("ledEffort", "involvedIn"):
        said = f"id:tobrin-askelwade clef:{predicate} id:hollowmere-purse-theft"
        assert denied(said) == ["id:dm-0506"], "what is only claimed is denied too"
    assert denied("id:wenna-dourmoule clef:involvedIn id:hollowmere-purse-theft") == []
