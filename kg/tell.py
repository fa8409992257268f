"""Own the forms in which a proof is read: a text tree, JSON, Turtle; not how it is found.

Claims and axioms are told in one line each, the cells of an rdf:List as the list they make up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.errors import InconsistencyError
from kg.explain import steps, told
from kg.model import Derivation, Origin, Proof, Term, Triple
from kg.namespaces import compact, iri, local_name
from kg.reason import RULES
from kg.terms import literal_parts
from kg.why import statements

__all__ = [
    "as_denials",
    "as_json",
    "as_text",
    "as_triples",
    "children",
    "origin_json",
    "refusal",
    "sentences",
    "shown",
]

_DEFINITION, _RULES = iri("skos:definition"), iri("rule:").rstrip(">")
_SHOWN = 3
_CLAIM = iri("clef:Claim")

_FIRST, _REST, _NIL, _TYPE = iri("rdf:first"), iri("rdf:rest"), iri("rdf:nil"), iri("rdf:type")
_CELL = (_FIRST, _REST)


def sentences(ontology: Iterable[Triple]) -> dict[str, str]:
    """Return the words for every rule by name: those of the ontology, else the rule's table."""
    words = {name: f"OWL 2 RL, table {rule.table}" for name, rule in RULES.items()}
    for subject, predicate, obj in ontology:
        if predicate == _DEFINITION and subject.startswith(_RULES) and obj.endswith("@en"):
            words[local_name(subject)] = literal_parts(obj)[0]
    return words


def as_text(proof: Proof, sentences: Mapping[str, str]) -> str:
    """Return a proof as an indented tree, from the conclusion down to the words of its sources.

    `sentences` gives the words for each rule by name.
    """
    numbers: dict[int, int] = {}
    return "\n".join(_tree(proof, sentences, numbers)) + "\n"


def as_denials(denials: Mapping[Term, tuple[Origin, ...]]) -> str:
    """Return the claims that deny what was told, a line each, in the words of their sources."""
    return "".join(
        f"denied by claim {compact(claim)}{_origins(origins)}\n"
        for claim, origins in denials.items()
    )


def refusal(
    clashes: Sequence[Proof], words: Mapping[str, str], also: str = ""
) -> InconsistencyError:
    """Return the error that tells a person of contradictions, each by its proof."""
    shown = "\n".join(as_text(clash, words) for clash in clashes[:_SHOWN])
    more = len(clashes) - _SHOWN
    rest = f"\n… and {more} more" if more > 0 else ""
    return InconsistencyError(
        f"inconsistent: these statements cannot all hold\n\n{shown}{rest}{also}",
        hint="mend or withdraw one of the statements that the proof ends in",
    )


def _tree(proof: Proof, sentences: Mapping[str, str], numbers: dict[int, int]) -> Iterator[str]:
    """Yield the lines of a proof; a stack of (line prefix, branch mark, step or ready line)."""
    stack: list[tuple[str, str, Proof | str]] = [("", "", proof)]
    while stack:
        prefix, mark, item = stack.pop()
        deeper = prefix + {"": "", "├─ ": "│  ", "└─ ": "   "}[mark]
        if isinstance(item, str):
            yield f"{prefix}{mark}{item}"
            continue
        head = told(item.conclusion) if item.conclusion else "contradiction"
        if item.rule is None:
            yield f"{prefix}{mark}{head}{_origins(item.origins)}"
            continue
        if id(item) in numbers:
            yield f"{prefix}{mark}{head}  (as in [{numbers[id(item)]}])"
            continue
        numbers[id(item)] = number = len(numbers) + 1
        yield f"{prefix}{mark}[{number}] {head}"
        yield f"{deeper}│  by {item.rule}: {sentences.get(item.rule, 'an unknown rule')}"
        below = list(children(item.premises))
        marks = ["├─ "] * (len(below) - 1) + ["└─ "]
        stack.extend(
            (deeper, m, child) for m, child in reversed(list(zip(marks, below, strict=False)))
        )


def children(premises: Iterable[Proof]) -> Iterator[Proof | str]:
    """Yield inferred premises as they are, and asserted ones as one line a claim or triple.

    A line ends in who says so, in the words that stand there.
    """
    premises = list(premises)
    cells = {p.conclusion for p in premises if p.conclusion and _is_cell(p)}
    for premise in shown(premises):
        triple = premise.conclusion
        if premise.rule is not None or triple is None:
            yield premise
        elif triple[1:] == (_TYPE, _CLAIM):
            yield f"claim {compact(triple.subject)}{_origins(premise.origins)}"
        else:
            words = (
                compact(triple.subject),
                compact(triple.predicate),
                _list(triple.object, cells),
            )
            yield " ".join(words) + _origins(premise.origins)


def shown(premises: Iterable[Proof]) -> list[Proof]:
    """Return the premises that are told: those inferred, then one leaf a claim or asserted triple.

    The leaf of a claim is the one that says it is a claim. The cells of an rdf:List are part of
    what it is the value of.
    """
    premises = list(premises)
    leaves = {p.conclusion: p for p in premises if p.rule is None and p.conclusion}
    claims = {triple.subject for triple in leaves if triple[1:] == (_TYPE, _CLAIM)}
    told = [
        leaf
        for triple, leaf in leaves.items()
        if triple[1:] == (_TYPE, _CLAIM) or not (triple.subject in claims or _is_cell(leaf))
    ]
    return [p for p in premises if p.rule is not None] + told


def _is_cell(leaf: Proof) -> bool:
    """Tell whether a leaf is a part of an rdf:List."""
    return leaf.rule is None and leaf.conclusion is not None and leaf.conclusion[1] in _CELL


def _list(head: Term, cells: set[Triple]) -> str:
    """Return an rdf:List written out, or the term itself where it heads none of the cells."""
    first = {cell.subject: cell.object for cell in cells if cell.predicate == _FIRST}
    rest = {cell.subject: cell.object for cell in cells if cell.predicate == _REST}
    if head not in first:
        return compact(head)
    members = []
    while head in first:
        members.append(compact(first.pop(head)))
        head = rest.get(head, _NIL)
    return f"( {' '.join(members)}{' ' if head == _NIL else ' … '})"


def _origins(origins: Iterable[Origin]) -> str:
    """Return who says so, in the words that stand there."""
    if not origins:
        return "  — no source"
    told_once = dict.fromkeys(
        ", ".join(
            part
            for part in (
                local_name(origin.source) if origin.node else origin.file,
                origin.locator,
                f"“{origin.quotation}”" if origin.quotation else None,
            )
            if part
        )
        for origin in origins
    )
    return "  — " + "; ".join(told_once)


def as_json(proof: Proof, sentences: Mapping[str, str]) -> str:
    """Return a proof as JSON: numbered steps, premises by number, terms in N-Triples."""
    found = steps(proof)
    number = {id(step): index for index, step in enumerate(found, 1)}
    content = [
        {
            "step": number[id(step)],
            "triple": step.conclusion,
            **(
                {
                    "rule": step.rule,
                    "because": sentences.get(step.rule, ""),
                    "premises": [number[id(premise)] for premise in step.premises],
                }
                if step.rule
                else {"stated": [origin_json(origin) for origin in step.origins]}
            ),
        }
        for step in found
    ]
    return json.dumps({"steps": content}, ensure_ascii=False, indent=1) + "\n"


def origin_json(origin: Origin) -> dict[str, str]:
    """Return where an asserted triple stands, as JSON has it, terms in N-Triples."""
    pairs = {
        "source": origin.source,
        "file": origin.file,
        "node": origin.node,
        "locator": origin.locator,
        "quotation": origin.quotation,
    }
    return {key: value for key, value in pairs.items() if value}


def as_triples(proof: Proof) -> Iterator[Triple]:
    """Yield a proof in the words of the ontology: statements, their rules, premises and sources."""
    derivations: dict[Triple, Derivation] = {}
    origins: dict[Triple, tuple[Origin, ...]] = {}
    for step in steps(proof):
        if step.conclusion and step.rule:
            premises = tuple(p.conclusion for p in step.premises if p.conclusion)
            derivations[step.conclusion] = Derivation(step.rule, premises)
        elif step.conclusion:
            origins[step.conclusion] = step.origins
    return statements(derivations, lambda triple: origins.get(triple, ()))
