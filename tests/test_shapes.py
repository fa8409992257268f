"""Own that each shape of `ontology/shapes/data.ttl` refuses what it is for and nothing else."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.namespace import RDF, SH

from kg.model import Triple
from kg.namespaces import BASE, PREFIXES
from kg.terms import rdflib_graph

ONTOLOGY = Path(__file__).parents[1] / "ontology"
MODULES = ("core", "claims", "justice", "vocab", "ext/heist")
HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())

SOUND = """
id:s a clef:Source ; dct:identifier "s" ; dct:title "A title"@en ; dct:publisher "A paper" ;
  dct:issued "2023"^^xsd:gYear ; dct:language "en" ; clef:sourceKind clef:NewsSource ;
  schema:url "https://s.example"^^xsd:anyURI .
id:p a clef:Person ; rdfs:label "P" .
id:o a clef:Organisation ; rdfs:label "O" ; skos:altLabel "O Ltd" .
id:l a clef:Place ; rdfs:label "L" . id:e a clef:RealEvent ; rdfs:label "E" .
id:w a clef:TVSeries ; rdfs:label "W" . id:c a clef:Character ; rdfs:label "C" .
id:t a clef:StoryEvent ; rdfs:label "T" ; clef:toldIn id:w ;
  clef:statedIn id:s ; clef:modality clef:Asserted ; clef:rank clef:Normal .
id:perf a clef:Performance ; clef:performer id:p ; clef:inWork id:w ;
  clef:statedIn id:s ; clef:modality clef:Asserted ; clef:rank clef:Normal .
id:v a clef:Conviction ; rdfs:label "V" ; clef:convicts id:p ; clef:concernsEvent id:e ;
  clef:imposes id:n ;
  clef:statedIn id:s ; clef:modality clef:FoundByCourt ; clef:rank clef:Normal .
id:n a clef:Sentence ; rdfs:label "N" ;
  clef:statedIn id:s ; clef:modality clef:FoundByCourt ; clef:rank clef:Normal .
id:k a clef:Claim ; clef:subject id:t ; clef:predicate clef:counterpartOf ; clef:object id:e ;
  clef:closeness clef:SameName ; clef:quotation "the heist"@en ; clef:locator "line 1"@en ;
  clef:statedIn id:s ; clef:modality clef:Asserted ; clef:rank clef:Normal .
id:r a clef:Claim ; clef:subject id:e ; clef:predicate clef:crewSize ; clef:value 5 ;
  clef:statedIn id:s ; clef:modality clef:Asserted ; clef:rank clef:Normal .
id:q a clef:Question ; rdfs:label "When?"@en , "Quando?"@it .
id:d a clef:Divergence ; clef:comparesWork id:w ; clef:storySide id:k ; clef:recordSide id:r ;
  clef:divergenceKind clef:Renumbered ; clef:basis clef:Observed ; clef:text "So."@en , "Così."@it ;
  clef:statedIn id:s ; clef:rank clef:Normal .
id:gone a clef:Withdrawn ; clef:date "2026-01-01"^^xsd:date .
"""

DOCUMENTED = "clef:statedIn id:s ; clef:rank clef:Normal ; clef:modality clef:Asserted"
CLAIM = f"id:x a clef:Claim ; {DOCUMENTED} ; clef:subject id:e"
STEP = f'rdfs:label "X" ; {DOCUMENTED}'

SOURCE = (
    'dct:title "X"@en',
    'dct:publisher "X"',
    'dct:language "en"',
    'dct:identifier "x"',
    "clef:sourceKind clef:BookSource",
)


def without(part: str) -> str:
    """Return what a source must carry, less one part."""
    return " ; ".join(each for each in SOURCE if each != part)


FAULTS: dict[str, tuple[str, ...]] = {
    "Entity": (
        'id:p clef:nationality "Italian"@en .',
        "id:p clef:involvedIn id:e .",
        'id:w dct:title "W"@en .',
        "id:x a clef:Place .",
        'id:p skos:definition "A man of the case."@en .',
        'id:p schema:sameAs "https://example.org" .',
        'id:e clef:occurred "2003"^^xsd:gYear .',
    ),
    "NamesOfPerson": ('id:p skos:altLabel "The Fox"@en .', "id:p skos:altLabel 'P.' ."),
    "OnDocumentedNode": ("id:p clef:statedIn id:s .", 'id:e clef:quotation "so"@en .'),
    "Documented": (
        'id:x a clef:Arrest ; rdfs:label "X" ; clef:arrests id:p ; clef:rank clef:Normal ;'
        " clef:modality clef:Asserted .",
        "id:r clef:rank clef:Preferred .",
        f'id:r clef:quotation "{"long " * 70}"@en .',
        'id:r clef:quotation "no language" .',
        "id:r clef:locator id:p .",
    ),
    "DocumentedDetails": (
        'id:d clef:text "Ainsi."@fr .',
        "id:r clef:attributedTo id:e .",
        'id:r clef:rankReason "uno"@it , "due"@it .',
    ),
    "RankReason": (
        "id:x a clef:Claim ; clef:statedIn id:s ; clef:modality clef:Asserted ; clef:subject id:e ;"
        " clef:predicate clef:crewSize ; clef:value 4 ; clef:rank clef:Preferred .",
    ),
    "Claim": (
        "id:r clef:conflictsWith id:k .",
        "id:r clef:statedIn id:s2 .",
        "id:r clef:subject id:p .",
        f"id:x a clef:Claim ; {DOCUMENTED} ; clef:predicate clef:crewSize ; clef:value 5 .",
        f"{CLAIM} ; clef:value 5 .",
        "id:r clef:modality clef:Alleged .",
        'id:r clef:locator "here"@en , "there"@en .',
    ),
    "ClaimDetails": (
        'id:r clef:unit "dollars" .',
        'id:r clef:polarity "no" .',
        "id:r clef:billingPosition 0 .",
        "id:r clef:aspect clef:SameName .",
        "id:k clef:closeness clef:Renamed .",
        "id:r clef:courtFinding id:n .",
        "id:r clef:answers id:p .",
        "id:perf clef:unit 'EUR' .",
    ),
    "ClaimValue": (
        f"{CLAIM} ; clef:predicate clef:crewSize .",
        "id:r clef:value 6 .",
        "id:r clef:object id:p .",
        f"{CLAIM} ; clef:predicate clef:crewSize ; clef:value id:p .",
        f'{CLAIM} ; clef:predicate clef:involves ; clef:object "P" .',
    ),
    "BoundsAlone": ("id:r clef:lowerBound 4 .",),
    "RelationWithObject": (f"{CLAIM} ; clef:predicate clef:crewSize ; clef:object id:p .",),
    "PropertyWithValue": (
        f'{CLAIM} ; clef:predicate clef:involves ; clef:value "P" .',
        f"{CLAIM} ; clef:predicate clef:involves ; clef:upperBound 3 .",
    ),
    "AspectOfNote": ("id:r clef:aspect clef:Conduct .",),
    "ClosenessOfCounterpart": ("id:r clef:closeness clef:SameName .",),
    "CourtFindingModality": ("id:r clef:courtFinding id:v .",),
    "DatePrecisionOfInterval": ("id:r clef:datePrecision clef:YearPrecision .",),
    "Notes": (f'{CLAIM} ; clef:predicate clef:note ; clef:value "so"@en .',),
    "WholeNumbers": (f'{CLAIM} ; clef:predicate clef:crewSize ; clef:value "five" .',),
    "Sums": (f'{CLAIM} ; clef:predicate clef:lootValue ; clef:value "$100m" .',),
    "Link": (
        "id:l a clef:Link ; clef:linkOf id:p ; clef:linkTarget <https://example.org/p> .",
        "id:l a clef:Link ; clef:linkOf id:p ; clef:evidence 'seen'@en , 'visto'@it .",
        "id:l a clef:Link ; clef:linkOf id:p ; clef:linkTarget 'p' ;"
        " clef:evidence 'seen'@en , 'visto'@it .",
    ),
    "Measures": (
        f"{CLAIM} ; clef:predicate clef:doorThickness ; clef:value 30 .",
        f"{CLAIM} ; clef:predicate clef:doorWeight ; clef:value '3'@en ; clef:unit 't' .",
    ),
    "Durations": (f'{CLAIM} ; clef:predicate clef:shootingDuration ; clef:value "six months" .',),
    "Dates": (f'{CLAIM} ; clef:predicate clef:occurred ; clef:lowerBound "2003" .',),
    "Languages": (f'{CLAIM} ; clef:predicate clef:originalLanguage ; clef:value "Italian" .',),
    "Texts": (f'{CLAIM} ; clef:predicate clef:stolenGoods ; clef:value "diamonds" .',),
    "CounterpartKinds": (
        f"id:x a clef:Claim ; {DOCUMENTED} ; clef:subject id:c ;"
        " clef:predicate clef:counterpartOf ; clef:object id:e .",
        f"id:x a clef:Claim ; {DOCUMENTED} ; clef:subject id:p ;"
        " clef:predicate clef:counterpartOf ; clef:object id:c .",
    ),
    "SpokenModality": (
        "id:x a clef:Performance ; clef:performer id:p ; clef:inWork id:w ;"
        " clef:statedIn id:s ; clef:rank clef:Normal .",
    ),
    "Performance": (
        "id:perf clef:ofCharacter id:c .",
        "id:perf clef:performer id:p2 .",
        f"id:x a clef:Performance ; {DOCUMENTED} ; clef:performer id:c ; clef:inWork id:w .",
    ),
    "StoryEvent": (f"id:x a clef:StoryEvent ; {STEP} .",),
    "ToldIn": ("id:e clef:toldIn id:w .",),
    "ConcernsEvent": ("id:e clef:concernsEvent id:e .", "id:v clef:concernsEvent id:t ."),
    "OverturnedDeprecated": ("id:v clef:overturnedBy id:n .",),
    "Accusation": (
        f"id:x a clef:Accusation ; {STEP} ; clef:accuses id:p .",
        "id:e clef:accuses id:p .",
    ),
    "Charge": (
        f"id:x a clef:Charge ; {STEP} ; clef:concernsEvent id:e .",
        "id:e clef:charges id:p .",
    ),
    "Arrest": (f"id:x a clef:Arrest ; {STEP} .", "id:e clef:arrests id:p ."),
    "Conviction": (
        f"id:x a clef:Conviction ; {STEP} ; clef:convicts id:p ; clef:concernsEvent id:e .",
        "id:e clef:convicts id:p .",
        "id:v clef:convicts id:o .",
    ),
    "Acquittal": (
        f"id:x a clef:Acquittal ; {STEP} ; clef:acquits id:p ; clef:concernsEvent id:e .",
        "id:e clef:acquits id:p .",
    ),
    "Sentence": (f"id:x a clef:Sentence ; {STEP} .",),
    "Release": (f"id:x a clef:Release ; {STEP} .", "id:e clef:releases id:p ."),
    "Comparison": (
        "id:d clef:storySide id:r .",
        "id:d clef:recordSide id:k .",
        "id:d clef:basis clef:Reported .",
        "id:d clef:value 5 .",
        f'id:x a clef:Correspondence ; {DOCUMENTED} ; clef:text "So."@en .',
    ),
    "ComparisonSources": ("id:d clef:statedIn id:s2 .",),
    "Divergence": ("id:d clef:divergenceKind clef:SameName .",),
    "DivergenceKindOnDivergence": ("id:k clef:divergenceKind clef:Omitted .",),
    "Source": (
        'id:s clef:quotation "so"@en .',
        'id:s dct:publisher "Another" .',
        'id:s dct:language "English" .',
        'id:s dct:issued "last week" .',
        "id:s schema:url <https://example.org/> .",
        "id:s clef:republishes id:w .",
        'id:x a clef:Source ; dct:title "Only a title"@en .',
        *(f"id:x a clef:Source ; {without(part)} ." for part in SOURCE),
    ),
    "SourceDate": ("id:x a clef:Source .",),
    "SourceAddress": ("id:x a clef:Source ; clef:sourceKind clef:NewsSource .",),
    "Question": ('id:x a clef:Question ; rdfs:label "When?"@en .',),
    "Dossier": ("id:x a dcat:Dataset ; clef:ledBy id:p .", "id:x a dcat:Dataset ; clef:note 'x' ."),
    "Withdrawn": ('id:gone rdfs:label "Name"@en .', "id:x a clef:Withdrawn ."),
}  # fmt: skip


def graph(*texts: str | bytes) -> rdflib.Graph:
    """Return an rdflib graph of Turtle texts."""
    quads = (
        quad
        for text in texts
        for quad in ox.parse(
            text, format=ox.RdfFormat.TURTLE, base_iri=BASE, rename_blank_nodes=True
        )
    )
    return rdflib_graph(Triple(str(q.subject), str(q.predicate), str(q.object)) for q in quads)


def broken(text: str) -> set[str]:
    """Return the names of the shapes that a small dataset breaks."""
    shapes = graph((ONTOLOGY / "shapes/data.ttl").read_bytes())
    modules = [(ONTOLOGY / f"{module}.ttl").read_bytes() for module in MODULES]
    _, results, _ = pyshacl.validate(graph(*modules, HEAD + text), shacl_graph=shapes)
    names = set()
    for shape in results.objects(None, SH.sourceShape):
        owners = [*shapes.subjects(SH.property, shape), shape]
        names.add(str(owners[0]).rpartition("/")[2])
    return names


def test_sound_data_breaks_no_shape() -> None:
    assert broken(SOUND) == set()


@pytest.mark.parametrize(
    ("shape", "fault"), [(shape, fault) for shape, faults in FAULTS.items() for fault in faults]
)
def test_a_shape_refuses_what_it_is_for(shape: str, fault: str) -> None:
    assert shape in broken(SOUND + fault)


def test_every_shape_is_shown_to_refuse_something_and_says_how_to_mend_it() -> None:
    shapes = graph((ONTOLOGY / "shapes/data.ttl").read_bytes())
    named = set(shapes.subjects(RDF.type, SH.NodeShape))
    assert {str(shape).rpartition("/")[2] for shape in named} == set(FAULTS)
    hung = {(node, p) for node in named for p in shapes.objects(node, SH.property)}
    checks = (SH.closed, SH["class"], SH["or"], SH.xone)
    for node in {p for _, p in hung} | {
        n for n in named if any((n, c, None) in shapes for c in checks)
    }:
        (message,) = shapes.objects(node, SH.message)
        assert isinstance(message, rdflib.Literal)
        assert message.language == "en"
