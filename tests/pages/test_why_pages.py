"""Why pages: every conclusion has one, it says its reason in words, and none is unchecked."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.model import Proof, Triple
from kg.namespaces import expand, iri
from kg.why import digest
from kg.withdraw import Withdrawal
from server import proofs
from server.library import Edition
from server.scholar import Scholar

PAGE = {"Accept": "text/html"}
PORTRAYAL = "id:kim-rossi-stuart clef:portrays id:leonardo-notarbartolo"
H1 = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
BECAUSE = re.compile(r'<p class="because">(.*?)</p>', re.DOTALL)


def triple(text: str) -> Triple:
    return Triple(*map(expand, text.split()))


def address(text: str) -> str:
    return f"/why/{digest(triple(text))}"


def sample(edition: Edition) -> list[Triple]:
    """Return fifty conclusions, some by every rule that concludes anything."""
    by_rule: dict[str, list[Triple]] = defaultdict(list)
    for conclusion, derivation in sorted(edition.graph.derivations.items()):
        by_rule[derivation.rule].append(conclusion)
    found = [group[0] for group in by_rule.values()]
    found += [group[len(group) // 2] for group in by_rule.values()]
    return list(dict.fromkeys(found))[:50]


def test_every_conclusion_has_its_page_by_its_name(edition: Edition) -> None:
    derived = edition.graph.derivations
    names = {digest(conclusion): conclusion for conclusion in derived}
    assert len(names) == len(derived) > 10_000
    for name, conclusion in names.items():
        assert edition.index.derivation(name) == (conclusion, derived[conclusion])


@pytest.fixture
def unstudied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the reckoning of withdrawals, of which other tests see to it that they are right."""
    monkeypatch.setattr(
        Scholar, "withdrawal", lambda _, __, source: Withdrawal(source, (), (), {}, {}, {})
    )


@pytest.mark.usefixtures("unstudied")
def test_a_page_for_every_rule_says_its_reason(visitor: FlaskClient, edition: Edition) -> None:
    conclusions = sample(edition)
    assert len(conclusions) >= 45
    for language, question, reason in (("en", "Why", "Because"), ("it", "Perché", "Perché")):
        for conclusion in conclusions:
            answer = visitor.get(f"/why/{digest(conclusion)}?lang={language}", headers=PAGE)
            assert answer.status_code == 200, conclusion
            page = answer.get_data(as_text=True)
            (title,), (because,) = H1.findall(page), BECAUSE.findall(page)
            assert title.startswith(question), title
            assert title.endswith("?")
            assert because.startswith(reason), because
            assert because.endswith(".")
            assert not re.search(r",,|”,:", page), "a source is named in a sentence and in a list"
            assert "_:" not in title + because
            assert "://" not in title + because
            assert len(answer.data) < 60_000
            assert page.index("<ol>") < page.index("<svg")
            assert "could not be worked out" not in page


def test_a_page_ends_in_sources_with_place_and_words(visitor: FlaskClient) -> None:
    page = visitor.get(address(PORTRAYAL), headers=PAGE).get_data(as_text=True)
    assert 'href="/doc/nationalworld-2023"' in page
    assert re.search(r'href="/doc/c\d{4}"', page)
    assert "<q>" in page
    assert 'href="/rule/' in page
    assert "our ontology" in page
    assert 'href="/without/nationalworld-2023"' in page
    assert "accepted it" in page


def test_a_short_proof_is_open_down_to_the_words_and_a_long_one_folded(
    visitor: FlaskClient, edition: Edition
) -> None:
    def size(conclusion: Triple) -> int:
        below = edition.graph.derivations.get(conclusion)
        return 1 + sum(map(size, below.premises)) if below else 1

    longest = max(sorted(edition.graph.derivations), key=size)
    page = visitor.get(f"/why/{digest(longest)}", headers=PAGE).get_data(as_text=True)
    assert "<details><summary>The steps before" in page
    page = visitor.get(address(PORTRAYAL), headers=PAGE).get_data(as_text=True)
    assert "<details><summary>The steps before" not in page
    assert "<details open><summary>The steps before" in page


@pytest.mark.parametrize("suffix", ["txt", "json", "ttl", "svg"])
def test_the_forms_of_a_proof_say_the_same(visitor: FlaskClient, suffix: str) -> None:
    answer = visitor.get(f"{address(PORTRAYAL)}.{suffix}")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    if suffix == "json":
        content = json.loads(text)
        assert content["checked"] is True
        assert content["steps"][0]["triple"] == list(triple(PORTRAYAL))
        assert iri("id:nationalworld-2023") in content["rests_on"]
        outcomes = {one["source"]: one["stands"] for one in content["without"]}
        assert outcomes[iri("id:nationalworld-2023")] is False
    elif suffix == "ttl":
        triples = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
        assert any(str(t.predicate) == iri("clef:premise") for t in triples)
    elif suffix == "svg":
        root = ElementTree.fromstring(text)  # noqa: S314  # it is our own
        boxes = root.findall(".//{http://www.w3.org/2000/svg}rect")
        assert len(boxes) > 3
        assert "style=" not in text
    else:
        assert "nationalworld-2023" in text


def test_another_way_to_a_conclusion_is_told(visitor: FlaskClient) -> None:
    depicts = "id:everybody-loves-diamonds clef:depicts id:leonardo-notarbartolo"
    page = visitor.get(address(depicts), headers=PAGE).get_data(as_text=True)
    assert "Another way to the same conclusion" in page
    content = visitor.get(f"{address(depicts)}.json").json
    assert content
    ways = [content["steps"], *(other["steps"] for other in content["other_proofs"])]
    assert [way[0]["triple"] for way in ways] == [list(triple(depicts))] * 2
    premises = [{tuple(step["triple"]) for step in way} for way in ways]
    assert premises[0] != premises[1]


def test_a_proof_that_the_checker_refuses_is_not_shown(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = proofs.explain

    def spoilt(*arguments: object) -> Proof:
        proof = honest(*arguments)  # type: ignore[arg-type]
        return replace(proof, premises=proof.premises[1:])

    monkeypatch.setattr(proofs, "explain", spoilt)
    for suffix in ("", ".json", ".ttl", ".svg"):
        answer = visitor.get(address(PORTRAYAL) + suffix, headers=PAGE)
        assert answer.status_code == 500
        assert "refused" in answer.get_data(as_text=True)
        assert "accepted it" not in answer.get_data(as_text=True)


def test_who_denies_a_conclusion_stands_beside_it(visitor: FlaskClient, edition: Edition) -> None:
    disputed = [
        t
        for t in sorted(edition.graph.derivations)
        if proofs.denials(edition.graph, t) and not t.subject.startswith("_:")
    ]
    assert disputed
    page = visitor.get(f"/why/{digest(disputed[0])}", headers=PAGE).get_data(as_text=True)
    assert "Somebody denies it" in page
    assert "denial" in page
    content = visitor.get(f"/why/{digest(disputed[0])}.json").get_json()
    assert content["denied_by"]


@pytest.mark.parametrize(
    ("asked", "status", "where"),
    [
        (PORTRAYAL, 303, address(PORTRAYAL)),
        (" ".join(map(str, triple(PORTRAYAL))), 303, address(PORTRAYAL)),
        ("id:c0006 clef:object id:antwerp-diamond-heist", 303, "/doc/c0006"),
        ("clef:portrays a owl:ObjectProperty", 303, "/ns/portrays"),
        ("id:rome clef:portrays id:rome", 404, ""),
        ("id:leonardo-notarbartolo clef:ledEffort id:antwerp-diamond-heist", 404, ""),
        ("nobody:x a clef:Work", 400, ""),
    ],
)
def test_a_triple_leads_to_its_reason(
    visitor: FlaskClient, asked: str, status: int, where: str
) -> None:
    answer = visitor.get("/why", query_string=dict(zip("spo", asked.split(), strict=True)))
    assert (answer.status_code, answer.headers.get("Location", "")) == (status, where)
    if status >= 400:
        assert answer.mimetype == "application/problem+json"


def test_a_question_without_its_parts_says_what_is_missing(visitor: FlaskClient) -> None:
    answer = visitor.get("/why?s=id:rome")
    assert answer.status_code == 400
    assert "/why?s=" in answer.get_json()["hint"]


def test_a_claim_held_back_is_named(visitor: FlaskClient) -> None:
    asked = {
        "s": "id:leonardo-notarbartolo",
        "p": "clef:ledEffort",
        "o": "id:antwerp-diamond-heist",
    }
    assert "id:c0055" in visitor.get("/why", query_string=asked).get_json()["hint"]


def test_a_page_has_the_study_of_the_dossier_begin_and_data_does_not(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Scholar] = []

    def prepare(scholar: Scholar) -> None:
        begun.append(scholar)

    monkeypatch.setattr(Scholar, "prepare", prepare)
    visitor.get("/cast.json")
    assert not begun
    visitor.get("/cast", headers=PAGE)
    assert len(begun) == 1
