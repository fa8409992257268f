"""Each rule about living people, and somebody who tries to get round it. All people are made up."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from story import ASSERTED, SOURCED, World, claim, concluded, draft, world

from kg import paths
from kg.model import Dataset, Triple
from kg.namespaces import compact, expand, iri
from kg.validate import validate

TOBRIN, CORVIN, WENNA = "id:tobrin-askelwade", "id:corvin-thackeld", "id:wenna-dourmoule"
THEFT = "clef:object id:hollowmere-purse-theft"
DENIAL = "clef:statedIn id:marrow-review-1989"


def found_by_court(kind: str, who: str, said: str, finding: str) -> str:
    return claim(
        "zz-guilt-N", kind, who, f"{said} ; clef:courtFinding id:{finding}", "FoundByCourt"
    )


def step(kind: str, content: str, modality: str = "FoundByCourt") -> str:
    return (
        f'id:zz-step-N a clef:{kind} ; rdfs:label "a step"@en ; {SOURCED} ; {content} ;'
        f" clef:modality clef:{modality} ; clef:rank clef:Normal .\n"
    )


REFUSED = {
    "guilt by the conviction of another": (
        "id:zz-guilt-N",
        found_by_court("clef:involvedIn", TOBRIN, THEFT, "conviction-corvin-thackeld"),
        "names no conviction of that agent",
    ),
    "guilt over another event": (
        "id:zz-guilt-N",
        'id:zz-fire-N a clef:RealEvent ; rdfs:label "a fire"@en .\n'
        + found_by_court(
            "clef:ledEffort", CORVIN, "clef:object id:zz-fire-N", "conviction-corvin-thackeld"
        ),
        "names no conviction of that agent over that event",
    ),
    "guilt by an acquittal": (
        "id:zz-guilt-N",
        found_by_court("clef:involvedIn", TOBRIN, THEFT, "acquittal-tobrin-askelwade"),
        "A court finding is one clef:Conviction",
    ),
    "guilt put the other way round": (
        "id:zz-guilt-N",
        found_by_court(
            "clef:ledBy",
            "id:hollowmere-purse-theft",
            f"clef:object {CORVIN}",
            "conviction-corvin-thackeld",
        ),
        "names no conviction of that agent",
    ),
    "guilt by the wider inverse": (
        "id:zz-guilt-N",
        claim("zz-guilt-N", "clef:involves", "id:hollowmere-purse-theft", f"clef:object {TOBRIN}"),
        "no property of the ontology that a claim may have",
    ),
    "guilt by the inverse of a court's word": (
        "id:zz-guilt-N",
        claim(
            "zz-guilt-N",
            "clef:convictedAgent",
            "id:hollowmere-purse-theft",
            f"clef:object {TOBRIN}",
        ),
        "with its source instead",
    ),
    "a modality of one's own that may be accepted": (
        "id:zz-certain-N",
        "id:zz-certain-N a clef:Modality ; clef:promotable true .\n"
        + claim("zz-guilt-N", "clef:ledEffort", TOBRIN, THEFT).replace(
            "clef:Asserted", "id:zz-certain-N"
        ),
        "no kind that data can give",
    ),
    "an allegation that is asserted too": (
        "id:zz-guilt-N",
        claim("zz-guilt-N", "clef:ledEffort", TOBRIN, THEFT, "Alleged , clef:FoundByCourt"),
        "Give exactly one clef:modality",
    ),
    "a statement that nobody made": (
        "id:zz-statement-N",
        f"id:zz-statement-N a clef:AcceptedStatement ; clef:subject {TOBRIN} ;"
        f" clef:predicate clef:ledEffort ; {THEFT} .\n",
        "no kind that data can give",
    ),
    "an overturned conviction brought back": (
        "id:conviction-wenna-dourmoule",
        f"id:conviction-wenna-dourmoule a clef:Conviction ; {ASSERTED} .\n",
        "Give exactly one clef:rank",
    ),
    "a conviction over what a story tells": (
        "id:zz-step-N",
        step("Conviction", f"clef:convicts {TOBRIN} ; clef:concernsEvent id:zz-telling"),
        "never a story event",
    ),
    "a conviction of a figure": (
        "id:zz-step-N",
        step("Conviction", "clef:convicts id:tqo-merrick ; clef:concernsEvent id:zz-telling"),
        "exactly one clef:Agent",
    ),
    "a conviction that nobody found": (
        "id:zz-step-N",
        step(
            "Conviction",
            f"clef:convicts {TOBRIN} ; clef:concernsEvent id:hollowmere-purse-theft",
            "Alleged , clef:FoundByCourt",
        ),
        "and no other",
    ),
    "a figure said to be the very man": (
        "id:tqo-merrick",
        f"id:tqo-merrick <http://www.w3.org/2004/02/skos/core#exactMatch> {TOBRIN} .\n",
        "A bare fact",
    ),
    "a figure that links to the very man": (
        "id:tqo-merrick",
        f"id:tqo-merrick schema:sameAs {TOBRIN} .\n",
        "leads to other sites",
    ),
    "a denial that affirms as well": (
        "id:dm-0506",
        f"id:dm-0506 a clef:Claim ; {DENIAL} ; clef:polarity true .\n",
        "Polarity is true or false",
    ),
    "a denial put aside": (
        "id:dm-0506",
        f"id:dm-0506 a clef:Claim ; {DENIAL} ; clef:rank clef:Deprecated .\n",
        "Give exactly one clef:rank",
    ),
    "a denial put into another mouth": (
        "id:dm-0506",
        f"id:dm-0506 a clef:Claim ; {DENIAL} ; clef:attributedTo {CORVIN} .\n",
        "attributed to one",
    ),
    "a denial moved to another source": (
        "id:dm-0506",
        "id:dm-0506 a clef:Claim ; clef:statedIn id:zz-source .\n",
        "A claim has exactly one source",
    ),
    "a private agent by name": (
        "id:zz-wife-N",
        'id:zz-wife-N a clef:Agent ; rdfs:label "Ysa Quorvane"@en .\n',
        "its label is a name",
    ),
    "a private agent by a link": (
        "id:zz-wife-N",
        'id:zz-wife-N a clef:Agent ; rdfs:label "the wife"@en ;'
        " schema:sameAs <https://example.org/ysa> .\n",
        "bears another name or a link",
    ),
    "a private agent by a second name": (
        "id:zz-wife-N",
        'id:zz-wife-N a clef:Agent ; rdfs:label "Y. Q."@en ; skos:altLabel "Ysa"@en .\n',
        "bears another name or a link",
    ),
    "a private agent by a figure": (
        "id:zz-wife-N",
        'id:zz-wife-N a clef:Agent ; rdfs:label "the wife"@en .\n'
        + claim("zz-wed-N", "clef:counterpartOf", "id:zz-figure", "clef:object id:zz-wife-N"),
        "is said to rest on them",
    ),
    "an address of a person": (
        "id:tobrin-askelwade",
        f'{TOBRIN} <https://schema.org/address> "1, Ferry Lane" .\n',
        "A bare fact",
    ),
}
"""What is tried: the node at fault, the draft, the words of the refusal; N is the case's number."""


@pytest.fixture(scope="module")
def told() -> World:
    return world(Path(__file__).parent / "dossiers" / "disputed-memoir")


@pytest.fixture(scope="module")
def refused(told: World) -> set[tuple[str, str]]:
    """Return the node and words of all that validation finds, each case under names of its own."""
    text = "".join(
        case.replace("-N", f"-{number}") for number, (_, case, _) in enumerate(REFUSED.values())
    )
    found = validate(Dataset((*told.dataset.files, draft(text))), paths.ontology())
    return {(finding.node, finding.message) for finding in found}


@pytest.mark.parametrize("name", REFUSED)
def test_a_way_round_is_refused(refused: set[tuple[str, str]], name: str) -> None:
    node, _, words = REFUSED[name]
    node = node.replace("-N", f"-{list(REFUSED).index(name)}")
    assert [message for at, message in refused if at == node and words in message]


def test_the_dossier_itself_is_not_refused(told: World) -> None:
    told_of = validate(told.dataset, paths.ontology())
    assert [finding for finding in told_of if finding.check != "attested"] == []


def touching_guilt(told: World, triples: Iterable[Triple]) -> set[str]:
    """Return the triples of the sensitive properties."""
    mark = (iri("clef:sensitive"), expand("true"))
    sensitive = {t.subject for t in told.known if t[1:] == mark}
    return {" ".join(map(compact, t)) for t in triples if t.predicate in sensitive}


@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_no_word_makes_anybody_guilty_but_a_court_s(told: World, data: st.DataObject) -> None:
    """Claims on guilt, of any modality, rank and finding, add nothing to what convictions bear."""
    lines = []
    for number in range(data.draw(st.integers(1, 6))):
        kind = data.draw(st.sampled_from(["clef:involvedIn", "clef:ledEffort", "clef:ledBy"]))
        who = data.draw(st.sampled_from([TOBRIN, WENNA, CORVIN]))
        ends = [who, "id:hollowmere-purse-theft"][:: -1 if kind == "clef:ledBy" else 1]
        how = data.draw(st.sampled_from(told.of("clef:Modality"))).removeprefix("clef:")
        text = claim(f"zz-{number}", kind, ends[0], f"clef:object {ends[1]}", how)
        rank = data.draw(st.sampled_from(told.of("clef:Rank")))
        finding = data.draw(st.sampled_from(["", *told.of("clef:Conviction")]))
        cited = f"clef:courtFinding {finding} ; " if finding else ""
        lines.append(text.replace("clef:rank clef:Normal", f"{cited}clef:rank {rank}"))
    after = touching_guilt(told, concluded(told.told("".join(lines))))
    assert after == touching_guilt(told, told.before)


@pytest.mark.parametrize("modality", ["Rumoured , clef:Asserted", "Alleged", "SelfReported"])
def test_an_accusation_passed_on_is_none(told: World, modality: str) -> None:
    content = f"clef:accuses {WENNA} ; clef:concernsEvent id:hollowmere-purse-theft"
    after = concluded(told.told(step("Accusation", content, modality)))
    assert touching_guilt(told, after) == touching_guilt(told, told.before)


def test_a_person_put_into_a_story_is_refused(told: World) -> None:
    mixed = [
        ("clef:takesPartIn", TOBRIN, "id:zz-telling"),
        ("clef:protagonistOf", TOBRIN, "id:zz-film"),
        ("clef:appearsIn", TOBRIN, "id:zz-film"),
        ("clef:hasMember", "id:zz-crew", TOBRIN),
        ("clef:hasLeader", "id:zz-crew", TOBRIN),
        ("clef:follows", "id:zz-film", TOBRIN),
        ("clef:ofCharacter", "id:zz-part", TOBRIN),
        ("clef:counterpartOf", TOBRIN, CORVIN),
        ("clef:actedIn", "id:zz-figure", "id:zz-film"),
        ("clef:involvedIn", "id:zz-figure", "id:hollowmere-purse-theft"),
    ]
    text = "".join(
        claim(f"zz-mixed-{number}", kind, subject, f"clef:object {thing}")
        for number, (kind, subject, thing) in enumerate(mixed)
    )
    found = validate(Dataset((*told.dataset.files, draft(text))), paths.ontology())
    apart = {finding.node for finding in found if finding.check == "claim-ends"}
    assert apart == {f"id:zz-mixed-{number}" for number in range(len(mixed))}
