"""Own whether one step follows by a rule of OWL 2 RL; not how the steps make up a proof."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import permutations
from typing import NamedTuple

from kg.check.datatypes import SUPPORTED, belongs, ill_typed, is_integer, literal, value
from kg.check.owl2rl import LIST, RULES, Clause, Rule, unfold
from kg.model import Term, Triple
from kg.namespaces import iri

__all__ = ["NAMES", "fault"]

_FIRST, _REST, _NIL = iri("rdf:first"), iri("rdf:rest"), iri("rdf:nil")
_TYPE, _SAME, _DIFFERENT = iri("rdf:type"), iri("owl:sameAs"), iri("owl:differentFrom")
_LITERAL_RULES = frozenset({"dt-type2", "dt-eq", "dt-diff", "dt-not-type"})

NAMES = _LITERAL_RULES | RULES.keys()
"""The W3C name of every rule of tables 4–9."""

_Names = dict[str, Term]


class _Cells(NamedTuple):
    """The cells of a list among the premises: its members, their triples, whether it ends."""

    members: list[Term]
    triples: frozenset[Triple]
    complete: bool


def fault(name: str, conclusion: Triple | None, premises: frozenset[Triple]) -> str:
    """Return why a conclusion does not follow by the rule of this W3C name, or "" if it does.

    The premises must be the rule's body, no less and no more. Of a list of which only some
    members matter, the cells up to the last such member may stand for the whole list.
    """
    if name in _LITERAL_RULES:
        holds = _literals(name, conclusion, premises)
        return "" if holds else "the values of the literals do not give it"
    rule = RULES[name]
    if bool(rule.clause.heads) != (conclusion is not None):
        return "the rule concludes " + ("a triple" if rule.clause.heads else "false")
    if rule.members:
        follows = _list_step(rule, conclusion, premises)
    else:
        follows = _follows(rule.clause, conclusion, premises)
    return "" if follows else f"the premises are no instance of {rule.line}"


def _list_step(rule: Rule, conclusion: Triple | None, premises: frozenset[Triple]) -> bool:
    axiom = next(atom for atom in rule.clause.body if atom.object == LIST)
    for premise in premises:
        cells = _cells(premise.object, premises) if premise.predicate == axiom.predicate else None
        if cells is None or (rule.members == "all" and not cells.complete):
            continue
        for clause, reach in unfold(rule, cells.members):
            fits = cells.complete or reach == len(cells.members)
            names = {LIST: premise.object}
            if fits and _follows(clause, conclusion, premises, names=names, read=cells.triples):
                return True
    return False


def _cells(head: Term, premises: Collection[Triple]) -> _Cells | None:
    """Walk the list from its head; None where a cell says two things or the list runs in a ring."""
    firsts = _by_subject(premises, _FIRST)
    rests = _by_subject(premises, _REST)
    members: list[Term] = []
    triples: list[Triple] = []
    node = head
    seen: set[Term] = set()
    while node in firsts:
        if node in seen or len(firsts[node]) > 1 or len(rests.get(node, ())) > 1:
            return None
        seen.add(node)
        members.append(firsts[node][0].object)
        triples += firsts[node]
        if node not in rests:
            return _Cells(members, frozenset(triples), complete=False)
        triples += rests[node]
        node = rests[node][0].object
    complete = node == _NIL
    return _Cells(members, frozenset(triples), complete) if members else None


def _by_subject(triples: Collection[Triple], predicate: Term) -> dict[Term, list[Triple]]:
    found: dict[Term, list[Triple]] = {}
    for triple in triples:
        if triple.predicate == predicate:
            found.setdefault(triple.subject, []).append(triple)
    return found


def _follows(
    clause: Clause,
    conclusion: Triple | None,
    premises: frozenset[Triple],
    *,
    names: _Names | None = None,
    read: frozenset[Triple] = frozenset(),
) -> bool:
    """Return whether some substitution makes the body the premises and a head the conclusion.

    `read` are premises already accounted for. The search keeps its own stack: a rule over a long
    list has as many atoms as the list has members.
    """
    known = names or {}
    if len(premises - read) > len(clause.body):
        return False
    if conclusion is None:
        stack = [(0, known, read)]
    else:
        heads = (_unify(head, conclusion, known) for head in clause.heads)
        stack = [(0, found, read) for found in heads if found is not None]
    while stack:
        at, bound, used = stack.pop()
        if at == len(clause.body):
            if used == premises:
                return True
            continue
        for triple, found in _instances(clause.body[at], premises, bound):
            stack.append((at + 1, found, used | {triple}))
    return False


def _instances(
    atom: Triple, premises: frozenset[Triple], bound: _Names
) -> Iterator[tuple[Triple, _Names]]:
    ground = Triple(*(bound.get(part, part) for part in atom))
    if ground in premises:
        yield ground, bound
        return
    for triple in premises:
        found = _unify(ground, triple, bound)
        if found is not None:
            yield triple, found


def _unify(atom: Triple, triple: Triple, bound: _Names) -> _Names | None:
    """Return the substitution widened so that the atom is the triple, or None."""
    found = bound
    for part, term in zip(atom, triple, strict=True):
        if part.startswith("?"):
            if part not in found:
                found = {**found, part: term}
            elif found[part] != term:
                return None
        elif part != term and not (part in {"0", "1"} and is_integer(term, int(part))):
            return None
    return found


def _literals(name: str, conclusion: Triple | None, premises: frozenset[Triple]) -> bool:
    """Return whether a rule of table 8 holds; a premise may show where each literal occurs."""
    if name == "dt-not-type":
        return conclusion is None and len(premises) == 1 and _not_typed(*premises)
    if conclusion is None:
        return False
    subject, predicate, target = conclusion
    if name == "dt-type2":
        typed = predicate == _TYPE and target in SUPPORTED and belongs(subject, target)
        return bool(typed) and _witnessed(premises, [subject])
    one, other = value(subject), value(target)
    if one is None or other is None or not _witnessed(premises, [subject, target]):
        return False
    return (
        (predicate == _SAME and one == other)
        if name == "dt-eq"
        else (predicate == _DIFFERENT and one != other)
    )


def _not_typed(premise: Triple) -> bool:
    """Return whether a triple holds a literal without a value, or types one that lies elsewhere."""
    if literal(premise.subject) and premise.predicate == _TYPE:
        return belongs(premise.subject, premise.object) is False
    return ill_typed(premise.object)


def _witnessed(premises: frozenset[Triple], literals: list[Term]) -> bool:
    """Return whether each premise, if there are any, shows another one of the literals."""
    return any(
        all(term in premise for premise, term in zip(premises, order, strict=True))
        for order in permutations(literals, min(len(premises), len(literals)))
        if len(order) == len(premises)
    )
