"""Own small made-up cases in Turtle, and what follows from one by the ontology and the rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from kg import paths
from kg.interpret import interpret
from kg.load import load_file, turtle_files
from kg.model import Dataset
from kg.namespaces import compact
from kg.rules import load_rules

Concluded: TypeAlias = Callable[[str], set[str]]
"""Gives the triples that follow from a text, each as three short names."""

PROLOGUE = """@prefix clef: <ns#> . @prefix id: <id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
id:s1 a clef:Source . id:s2 a clef:Source . id:s3 a clef:Source ; clef:republishes id:s1 .
id:event a clef:RealEvent . id:man a clef:Person . id:woman a clef:Person .
id:show a clef:TVSeries . id:figure a clef:Character .
"""


def claim(
    name: str, source: str, content: str, *, rank: str = "Normal", how: str = "Asserted"
) -> str:
    return (
        f"id:{name} a clef:Claim ; clef:statedIn id:{source} ; clef:rank clef:{rank} ;"
        f" clef:modality clef:{how} ; {content} .\n"
    )


def dated(step: str, year: int) -> str:
    return f'clef:subject id:{step} ; clef:predicate clef:date ; clef:value "{year}"^^xsd:gYear'


def concluding(folder: Path) -> Concluded:
    """Return what tells the conclusions from a text, which it puts into a file of the folder."""
    ontology = [load_file(path) for path in turtle_files(paths.ontology())]
    axioms = Dataset(tuple(ontology))
    rules = load_rules(paths.ontology() / "rules", axioms.triples())

    def concluded(text: str) -> set[str]:
        path = folder / "case.ttl"
        path.write_text(PROLOGUE + text, encoding="utf-8")
        case = load_file(path, role="data")
        closure = interpret(Dataset((*ontology, case)), rules).closure
        return {" ".join(map(compact, triple)) for triple in closure.inferred()}

    return concluded
