"""Every gate, and every check of the form of a file, is shown to find what it is for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from seed import seed_dossier

from kg import files, paths
from kg.load import load_dataset
from kg.validate import validate

PROLOGUE = """@prefix clef: <ns#> . @prefix id: <id/> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLAIM = (
    'id:x1 a clef:Claim ; dct:identifier "X1" ; clef:modality clef:Asserted ;'
    " clef:rank clef:Normal ; clef:statedIn id:nationalworld-2023 ; "
)
HEIST = "clef:object id:antwerp-diamond-heist"
THIEF = "clef:subject id:leonardo-notarbartolo"

CASES = {
    "attested": "id:lone a clef:Person .",
    "claim-ends": f"{CLAIM} {THIEF} ; clef:predicate clef:takesPartIn ; clef:object id:eld-heist .",
    "claim-kind": f"{CLAIM} clef:subject id:rome ; clef:predicate clef:note ; clef:object id:no .",
    "claim-layers": (
        f"{CLAIM} clef:subject id:eld-heist ; clef:predicate clef:targetPlace ;"
        " clef:object id:rome ."
    ),
    "claim-legal-step": f"{CLAIM} {THIEF} ; clef:predicate clef:accusedOver ; {HEIST} .",
    "claim-place": f"{CLAIM} clef:subject id:rome ; clef:predicate clef:note ; clef:value 1 .",
    "claim-predicate": f"{CLAIM} {THIEF} ; clef:predicate clef:attributedTo ; {HEIST} .",
    "claim-subject": f"{CLAIM} clef:subject clef:Work ; clef:predicate clef:note ; clef:value 1 .",
    "claim-type": f"{CLAIM} {THIEF} ; clef:predicate rdf:type ; clef:object clef:Character .",
    "comparison-sources": (
        "id:x a clef:Divergence ; clef:comparesWork id:everybody-loves-diamonds ;"
        " clef:storySide id:c0026 ; clef:recordSide id:c0045 ; clef:statedIn id:rome ."
    ),
    "conviction-borne-out": (
        "id:conv-x a clef:Conviction ; clef:convicts id:pietro-tavano ;"
        " clef:concernsEvent id:antwerp-diamond-heist ; clef:statedIn id:nationalworld-2023 ."
    ),
    "conviction-modality": "id:c a clef:Conviction ; clef:modality clef:Alleged .",
    "counterpart-words": (
        f"{CLAIM} clef:subject id:eld-alberto ; clef:predicate clef:counterpartOf ;"
        " clef:object id:pietro-tavano ; clef:closeness clef:Renamed ."
    ),
    "court-finding": (
        f"{CLAIM} {THIEF} ; clef:predicate clef:ledEffort ; {HEIST} .".replace(
            "Asserted", "FoundByCourt"
        )
    ),
    "known-source": "id:x1 a clef:Claim ; clef:statedIn id:nowhere .",
    "link-evidence": "id:rome schema:sameAs <https://example.org/rome> .",
    "person-allow-list": "clef:bloodGroup clef:claimable true ; rdfs:domain clef:Person .",
    "one-identifier": f"{CLAIM} clef:subject id:rome .".replace("id:x1", "id:x2"),
    "private-or-public": "id:wife a clef:Agent , clef:Person .",
    "private-agent": 'id:wife a clef:Agent ; rdfs:label "Ysa Quorvane"@en .',
    "quotation-length": f"{CLAIM} clef:quotation 'a b c d e f g h i j k l m' .",
    "sensitive-closed": "clef:harmed rdfs:subPropertyOf clef:ledEffort .",
    "entities-only": "clef:Alleged clef:promotable true .",
    "known-kind": "id:x clef:convicts id:pietro-tavano .",
    "no-axioms": "id:x rdfs:subClassOf id:y .",
    "no-blank-nodes": "id:rome clef:note [ ] .",
    "one-dossier": "id:d a <http://www.w3.org/ns/dcat#Dataset> .",
    "one-file-per-source": "id:c0006 clef:unit 'EUR' .",
    "pinned-literals": 'id:x1 clef:value "05"^^xsd:integer .',
    "plain-names": "id:Rome a clef:Place .",
    "plain-text": 'id:rome rdfs:label "a\\u0001b"@fr .',
}

FURTHER = [
    ("attested", "clef:Ship rdfs:subClassOf clef:RealObject . id:lone a clef:Ship ."),
    ("person-allow-list", "clef:homeAddress clef:claimable true ; rdfs:domain clef:Person ."),
    ("person-allow-list", "clef:marriedTo clef:claimable true ; rdfs:range clef:Person ."),
    ("person-allow-list", "clef:faith clef:claimable true ; rdfs:domain clef:Agent ."),
    ("person-allow-list", f"{CLAIM} {THIEF} ; clef:predicate clef:superlative ; clef:value 'x' ."),
    (
        "person-allow-list",
        f"{CLAIM} clef:subject id:rome ; clef:predicate clef:date ;"
        " clef:object id:leonardo-notarbartolo .",
    ),
]
"""Other ways to go wrong that a check must see."""


@pytest.mark.parametrize(("check", "fault"), [*CASES.items(), *FURTHER])
def test_a_check_finds_what_it_is_for(tmp_path: Path, check: str, fault: str) -> None:
    draft = tmp_path / "draft.ttl"
    draft.write_text(PROLOGUE + fault, encoding="utf-8")
    dataset = load_dataset(paths.ontology(), seed_dossier(), [draft])
    found = [finding for finding in validate(dataset, paths.ontology()) if finding.check == check]
    assert found
    assert {finding.file for finding in found} == {draft.as_posix()}


def test_every_check_has_a_case() -> None:
    gates = {path.stem for path in (paths.ontology() / "gates").glob("*.rq")}
    source = Path(files.__file__).read_text(encoding="utf-8")
    used = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source))
    assert used == set(files.FILE_CHECKS)
    assert gates | used == CASES.keys()
