"""The difference between two graphs: what comes and goes, what follows from it, and why."""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kg.diff import Difference, Reasons, compare
from kg.diff_tell import as_json, as_text
from kg.errors import NotFoundError, RdfSyntaxError, StorageError
from kg.model import Triple
from kg.namespaces import compact, expand
from kg.pipeline import Inputs, build
from kg.reviewing import add_diff
from kg.store import KnowledgeGraph, save_snapshot
from kg.tell import sentences

CREW = "id:quill-theft clef:crewSize 5"
RELATIONS = {expand("clef:conflictsWith"), expand("clef:corroborates")}
CASES = ("contested", "without_basis", "demoted")


def triple(text: str) -> Triple:
    return Triple(*map(expand, text.split()))


def said(difference: Difference) -> str:
    return as_text(difference, sentences(difference.gained.graph.graphs["ontology"]))


def edited(inputs: Inputs, old: str, new: str) -> KnowledgeGraph:
    """Return the graph of the small dossier with one passage of its first source replaced."""
    path = inputs.data / "sources" / "first-2020.ttl"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    return build(replace(inputs, unsaved={path: text.replace(old, new).encode()}))


def claim(inputs: Inputs, name: str) -> str:
    text = (inputs.data / "sources" / "first-2020.ttl").read_text(encoding="utf-8")
    return next(part for part in text.split("\n\n") if part.startswith(f"id:{name} a clef:Claim"))


@pytest.fixture(scope="module")
def without_basis(small_inputs: Inputs) -> KnowledgeGraph:
    """The small dossier without the claim that ties the told theft to the real one."""
    return edited(small_inputs, claim(small_inputs, "c0001"), "")


@pytest.fixture(scope="module")
def demoted(small_inputs: Inputs) -> KnowledgeGraph:
    """The small dossier with the claim of the crew's size deprecated."""
    old = claim(small_inputs, "c0002")
    reason = 'clef:rank clef:Deprecated ; clef:rankReason "for a test"@en , "per prova"@it .'
    return edited(small_inputs, old, old.replace("clef:rank clef:Normal .", reason))


def test_the_same_data_changes_nothing(small: KnowledgeGraph) -> None:
    difference = compare(small, small)
    assert not difference
    assert said(difference) == "nothing changes: the same claims and the same conclusions\n"


def test_a_second_source_brings_claims_conflicts_and_withheld_facts(
    small: KnowledgeGraph, contested: KnowledgeGraph
) -> None:
    difference = compare(small, contested)
    assert [compact(node) for node in difference.gained.claims] == [
        "id:c0011",
        "id:c0012",
        "id:c0013",
    ]
    assert difference.lost.claims == difference.lost.conflicts == ()
    told = said(difference)
    assert told.startswith(
        "claims: 3 new, 0 gone, 0 changed\n"
        "  + id:c0011  id:quill-theft clef:crewSize 6/..  — second-2021, p1\n"
    )
    assert "\n  + id:second-2021 a clef:Source\n" in told
    assert (
        "\nconflicts: 3 begin, 0 end\n"
        "  + id:c0002 and id:c0011\n"
        "      id:c0002  id:quill-theft clef:crewSize 5  — first-2020, page 2, “five of them”\n"
        "      id:c0011  id:quill-theft clef:crewSize 6/..  — second-2021, p1\n"
    ) in told
    assert "\naccepted as plain facts: 0 appear, 3 fall\n" in told
    assert (
        '\n  - id:quill-theft clef:crewSize "5"^^xsd:integer\n'
        "      by promote: A source says so, and nothing holds the claim back.\n"
        "      = claim id:c0002  — first-2020, page 2, “five of them”\n"
        '      = clef:Asserted clef:promotable "true"^^xsd:boolean  — ontology/claims.ttl\n'
        "      held back now by what is new: id:c0002 clef:conflictsWith id:c0011\n"
    ) in told


def test_when_a_conflict_ends_the_fact_comes_back(
    small: KnowledgeGraph, contested: KnowledgeGraph
) -> None:
    there, back = compare(small, contested), compare(contested, small)
    assert back.gained == there.lost
    assert back.lost == there.gained
    told = said(back)
    assert "\nconflicts: 0 begin, 3 end\n  - id:c0002 and id:c0011\n" in told
    assert '\n  + id:quill-theft clef:crewSize "5"^^xsd:integer\n' in told
    ends = "held back until now by what is gone: id:c0002 clef:conflictsWith id:c0011\n"
    assert ends in told


def test_what_rested_on_a_fact_falls_with_it(
    small: KnowledgeGraph, contested: KnowledgeGraph
) -> None:
    difference = compare(small, contested)
    assert triple("id:eastmere clef:filmingLocationOf id:glass-harbour") in difference.lost.inferred
    assert (
        "  - id:eastmere clef:filmingLocationOf id:glass-harbour\n"
        "      by prp-inv1: A property read backwards is its inverse.\n"
        "      - id:glass-harbour clef:filmedIn id:eastmere  (above)\n"
    ) in said(difference)


def test_a_claim_that_goes_takes_what_rested_on_it_and_is_named_with_its_words(
    small: KnowledgeGraph, without_basis: KnowledgeGraph
) -> None:
    difference = compare(small, without_basis)
    assert [compact(node) for node in difference.lost.claims] == ["id:c0001"]
    based = triple("id:glass-harbour clef:basedOn id:quill-theft")
    assert based in difference.lost.inferred
    assert based not in without_basis.triples
    told = said(difference)
    assert "      - claim id:c0001  — first-2020, page 1, “drawn from the Quill theft”\n" in told
    chain = "  - id:glass-harbour clef:dramatises id:quill-theft\n"
    fallen = (
        "  - id:glass-harbour clef:basedOn id:quill-theft\n"
        "      by prp-spo1: A narrower property implies the wider one.\n"
        "      - id:glass-harbour clef:dramatises id:quill-theft  (above)\n"
    )
    assert -1 < told.find(chain) < told.find(fallen)


def test_a_changed_rank_is_told_and_is_the_reason(
    small: KnowledgeGraph, demoted: KnowledgeGraph
) -> None:
    told = said(compare(small, demoted))
    assert told.startswith(
        "claims: 0 new, 0 gone, 1 changed\n"
        "  ~ id:c0002\n"
        "      - clef:rank clef:Normal\n"
        "      + clef:rank clef:Deprecated\n"
        '      + clef:rankReason "for a test"@en\n'
    )
    lost = told[told.index("  - id:quill-theft clef:crewSize") :].split("\n")
    assert lost[2].startswith("      - id:c0002 clef:rank clef:Normal  — first-2020, page 2")


@pytest.mark.parametrize("other", CASES)
def test_what_has_fallen_stands_nowhere_and_nothing_is_left_out(
    small: KnowledgeGraph, other: str, request: pytest.FixtureRequest
) -> None:
    difference = compare(small, request.getfixturevalue(other))
    for side, against in (
        (difference.lost, difference.gained),
        (difference.gained, difference.lost),
    ):
        concluded = {t for n in ("accepted", "inferred") for t in side.graph.graphs[n]}
        fresh = concluded - against.graph.triples
        listed = [*side.accepted, *side.inferred]
        between = [t for t in fresh if t.predicate in RELATIONS]
        assert fresh.issuperset(listed)
        assert len(set(listed)) == len(listed)
        assert len(listed) + side.aside + len(between) == len(fresh)


@pytest.mark.parametrize("other", CASES)
def test_every_conclusion_has_a_reason_and_comes_after_what_it_rests_on(
    small: KnowledgeGraph, other: str, request: pytest.FixtureRequest
) -> None:
    difference = compare(small, request.getfixturevalue(other))
    assert difference.lost.inferred or difference.lost.accepted
    reasons = Reasons(difference.lost.graph, difference.gained.graph)
    for part in (difference.lost.accepted, difference.lost.inferred):
        place = {conclusion: number for number, conclusion in enumerate(part)}
        for conclusion in part:
            reason = reasons.of(conclusion)
            assert reason.changed or reason.since
            before = [place.get(p.conclusion or conclusion, -1) for p in reason.changed]
            assert all(number < place[conclusion] for number in before)


def test_json_holds_the_rows_the_reasons_and_the_sources(
    small: KnowledgeGraph, contested: KnowledgeGraph
) -> None:
    content = json.loads(as_json(compare(small, contested), {"promote": "for a test"}))
    assert [row["claim_id"] for row in content["claims"]["new"]] == ["C0011", "C0012", "C0013"]
    rivals = [[row["claim_id"] for row in pair] for pair in content["conflicts"]["begin"]]
    assert rivals == [["C0002", "C0011"], ["C0003", "C0013"], ["C0006", "C0012"]]
    assert content["nodes"] == {"new": [expand("id:second-2021")], "gone": []}
    step = next(s for s in content["accepted"]["fall"] if Triple(*s["triple"]) == triple(CREW))
    assert (step["rule"], step["because"]) == ("promote", "for a test")
    assert step["since"] == [list(triple("id:c0002 clef:conflictsWith id:c0011"))]
    assert all(premise["stands_in_both"] for premise in step["premises"])
    origins = [origin for premise in step["premises"] for origin in premise["stated"]]
    assert (expand("id:first-2020"), "page 2", "five of them") in {
        (origin["source"], origin.get("locator"), origin.get("quotation")) for origin in origins
    }


def test_another_ontology_is_told(
    small_inputs: Inputs, small: KnowledgeGraph, tmp_path: Path
) -> None:
    ontology = tmp_path / "ontology"
    shutil.copytree(small_inputs.ontology, ontology)
    with (ontology / "ext" / "heist.ttl").open("a", encoding="utf-8") as file:
        file.write('clef:crewSize skos:altLabel "size of the gang"@en .\n')
    difference = compare(small, build(replace(small_inputs, ontology=ontology)))
    assert said(difference) == "the ontology differs too, in triples: 1 new, 0 gone\n"


# ── the command ─────────────────────────────────────────────────────────────


def run(*arguments: str) -> None:
    parser = argparse.ArgumentParser()
    add_diff(parser.add_subparsers())
    parsed = parser.parse_args(["diff", *arguments])
    assert parsed.run(parsed) == 0


def test_a_built_graph_is_compared_with_the_folder_of_a_dossier(
    small_inputs: Inputs,
    contested: KnowledgeGraph,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    save_snapshot(contested, tmp_path / "before")
    run(str(tmp_path / "before"), str(small_inputs.data))
    assert "conflicts: 0 begin, 3 end\n" in capsys.readouterr().out
    run(str(tmp_path / "before"), str(tmp_path / "before"), "--format", "json")
    assert json.loads(capsys.readouterr().out)["claims"] == {"new": [], "gone": []}


def test_a_folder_that_holds_no_dossier_is_refused(small_inputs: Inputs, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="neither a dossier nor a built graph"):
        run(str(tmp_path), str(small_inputs.data))
    with pytest.raises(NotFoundError, match="no such folder"):
        run(str(tmp_path / "missing"), str(small_inputs.data))
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(NotFoundError, match="no snapshot"):
        run(str(tmp_path), str(small_inputs.data))


def test_a_damaged_graph_and_a_broken_file_are_told_by_name(
    small_inputs: Inputs, small: KnowledgeGraph, tmp_path: Path
) -> None:
    save_snapshot(small, tmp_path / "graph")
    (tmp_path / "graph" / "dataset.nq").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="damaged") as damaged:
        run(str(tmp_path / "graph"), str(small_inputs.data))
    assert damaged.value.where == str(tmp_path / "graph")
    dossier = tmp_path / "broken"
    dossier.mkdir()
    (dossier / "x.ttl").write_text("id:a", encoding="utf-8")
    with pytest.raises(RdfSyntaxError) as broken:
        run(str(dossier), str(small_inputs.data))
    assert broken.value.where.endswith("broken/x.ttl:1:1")
