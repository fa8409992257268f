"""Own whether a step follows by a domain rule, a SPARQL CONSTRUCT; not the rules of OWL 2 RL.

The premises must be the instances of the rule's positive triple patterns: those of the group, of
the OPTIONALs that matched and of the UNION branch taken, and not those of (NOT) EXISTS or MINUS.
What no proof can show, that something is absent, and every FILTER, BIND and VALUES, is left to
rdflib: the WHERE is run over the closure with the rule's variables held to the step's terms.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import NamedTuple, TypeAlias

import rdflib
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.evaluate import evalPart
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Prologue, QueryContext
from rdflib.term import BNode, Identifier, URIRef, Variable

from kg.check.datatypes import literal
from kg.errors import ProofError
from kg.model import Term, Triple
from kg.namespaces import PREFIXES

__all__ = ["DomainRules"]

_Names: TypeAlias = dict[Identifier, Identifier]
_Nodes: TypeAlias = tuple[Identifier, Identifier, Identifier]
_State: TypeAlias = tuple[_Names, int]
"""A substitution, and the premises used so far as the bits of one number."""

_EXACT = threading.Lock()


class _Compiled(NamedTuple):
    """A rule as rdflib reads it, with its variables sorted by what is known of them."""

    template: Sequence[_Nodes]
    where: CompValue
    prologue: Prologue
    certain: frozenset[Identifier]
    matched: frozenset[Identifier]


class _Edge(NamedTuple):
    """Two nodes that a property path joins, and the premises on the way."""

    start: Identifier
    end: Identifier
    used: int


class DomainRules:
    """Domain rules by name, over one closure; both are read when a step first needs them."""

    def __init__(self, rules: Mapping[str, str], closure: Collection[Triple]) -> None:
        self._texts = dict(rules)
        self._closure = closure
        self._compiled: dict[str, _Compiled] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._texts

    def fault(self, name: str, conclusion: Triple | None, premises: frozenset[Triple]) -> str:
        """Return why a conclusion does not follow by the rule of this name, or "" if it does."""
        if conclusion is None:
            return "a domain rule never concludes false"
        with _exact_literals():
            rule = self._rule(name)
            goal = _nodes(conclusion)
            facts = [_nodes(premise) for premise in premises]
            found = False
            tried: set[frozenset[tuple[Identifier, Identifier]]] = set()
            for names in _bindings(rule, goal, facts):
                found = True
                key = frozenset(names.items())
                if key not in tried and self._holds(rule, names):
                    return ""
                tried.add(key)
        if found:
            return "the conditions of the rule do not hold in the closure"
        return "the premises and the conclusion are no instance of the rule's patterns"

    @cached_property
    def _graph(self) -> rdflib.Graph:
        graph = rdflib.Graph(bind_namespaces="none")
        for triple in self._closure:
            graph.add(_nodes(triple))
        return graph

    def _rule(self, name: str) -> _Compiled:
        if name not in self._compiled:
            self._compiled[name] = _compile(name, self._texts[name])
        return self._compiled[name]

    def _holds(self, rule: _Compiled, names: _Names) -> bool:
        """Return whether the WHERE has this very solution: no other value, none more, none less."""
        fixed: dict[str, Identifier] = {
            name: node for name, node in names.items() if name in rule.certain
        }
        context = QueryContext(self._graph, initBindings=fixed)
        context.prologue = rule.prologue
        wanted = {name: node for name, node in names.items() if isinstance(name, Variable)}
        unbound = [name for name in rule.matched if name not in wanted]
        for solution in evalPart(context, rule.where):
            if any(solution.get(name) is not None for name in unbound):
                continue
            if all(solution.get(name) == node for name, node in wanted.items()):
                return True
        return False


@contextmanager
def _exact_literals() -> Iterator[None]:
    """Keep rdflib from rewriting literals, and its parser and that setting to one thread."""
    with _EXACT:
        before = rdflib.NORMALIZE_LITERALS
        rdflib.NORMALIZE_LITERALS = False
        try:
            yield
        finally:
            rdflib.NORMALIZE_LITERALS = before


def _node(term: Term) -> Identifier:
    if term.startswith("<"):
        return URIRef(term[1:-1])
    if term.startswith("_:"):
        return BNode(term[2:])
    parts = literal(term)
    if parts is None:
        raise ProofError(f"{term!r} is not a term in N-Triples syntax")
    if parts.language:
        return rdflib.Literal(parts.lexical, lang=parts.language)
    plain = parts.datatype == PREFIXES["xsd"] + "string"
    return rdflib.Literal(parts.lexical, datatype=None if plain else URIRef(parts.datatype))


def _nodes(triple: Triple) -> _Nodes:
    return _node(triple.subject), _node(triple.predicate), _node(triple.object)


def _compile(name: str, text: str) -> _Compiled:
    query = prepareQuery(text, initNs=PREFIXES)
    if query.algebra.name != "ConstructQuery" or not query.algebra.template:
        raise ProofError(f"rule {name} is not a CONSTRUCT with a template")
    where = query.algebra.p
    certain, matched, computed = _variables(where)
    settled = frozenset(name for name in matched - computed if isinstance(name, Variable))
    return _Compiled(query.algebra.template, where, query.prologue, certain & settled, settled)


def _variables(
    part: CompValue,
) -> tuple[frozenset[Identifier], frozenset[Identifier], frozenset[Identifier]]:
    """Return the variables that patterns always bind, those they may bind, those computed."""
    none: frozenset[Identifier] = frozenset()
    match part.name:
        case "BGP":
            nodes = (node for triple in part.triples for node in triple)
            names = frozenset(node for node in nodes if _open(node))
            return names, names, none
        case "Join" | "LeftJoin" | "Union":
            certain, matched, computed = _variables(part.p1)
            other, more, others = _variables(part.p2)
            both = {"Join": certain | other, "LeftJoin": certain, "Union": certain & other}
            return both[part.name], matched | more, computed | others
        case "Filter" | "Project":
            return _variables(part.p)
        case "Minus":
            return _variables(part.p1)
        case "Extend":
            certain, matched, computed = _variables(part.p)
            return certain, matched, computed | {part.var}
        case "ToMultiSet" if part.p.name == "values":
            return none, none, frozenset(name for row in part.p.res for name in row)
    raise ProofError(f"the checker cannot follow a rule with {part.name}")


def _bindings(rule: _Compiled, goal: _Nodes, facts: Sequence[_Nodes]) -> Iterator[_Names]:
    """Yield the substitutions that give the goal from exactly these facts."""
    every = (1 << len(facts)) - 1
    for head in rule.template:
        names = _unify(head, goal, {})
        if names is not None and not any(isinstance(node, BNode) for node in head):
            for found, used in _ways(rule.where, facts, (names, 0)):
                if used == every:
                    yield found


def _ways(part: CompValue, facts: Sequence[_Nodes], state: _State) -> Iterator[_State]:
    """Yield each way in which the positive patterns of a part can be instances of the facts."""
    match part.name:
        case "BGP":
            patterns = sorted(part.triples, key=lambda triple: isinstance(triple[1], MulPath))
            yield from _group(patterns, facts, state)
        case "Join" | "LeftJoin":
            for middle in _ways(part.p1, facts, state):
                yield from _ways(part.p2, facts, middle)
                if part.name == "LeftJoin":
                    yield middle
        case "Union":
            yield from _ways(part.p1, facts, state)
            yield from _ways(part.p2, facts, state)
        case "Minus":
            yield from _ways(part.p1, facts, state)
        case "ToMultiSet":
            yield state
        case _:
            yield from _ways(part.p, facts, state)


def _group(patterns: Sequence[_Nodes], facts: Sequence[_Nodes], state: _State) -> Iterator[_State]:
    if not patterns:
        yield state
        return
    subject, predicate, target = patterns[0]
    names, used = state
    if isinstance(predicate, Path):
        ends = (end for end in (subject, target) if not _open(end))
        nodes = {*ends, *names.values(), *(end for fact in facts for end in fact[::2])}
        edges = _edges(predicate, facts, nodes)
        ways = [(_unify((subject, target), edge[:2], names), edge.used) for edge in edges]
    else:
        ways = [(_unify(patterns[0], fact, names), 1 << at) for at, fact in enumerate(facts)]
    for found, more in ways:
        if found is not None:
            yield from _group(patterns[1:], facts, (found, used | more))


def _edges(
    path: Identifier | Path, facts: Sequence[_Nodes], nodes: Collection[Identifier]
) -> list[_Edge]:
    """Return what a property path joins by the facts, or by no fact at one of the nodes."""
    match path:
        case URIRef():
            hits = ((at, fact) for at, fact in enumerate(facts) if fact[1] == path)
            return [_Edge(fact[0], fact[2], 1 << at) for at, fact in hits]
        case InvPath():
            return [_Edge(end, start, used) for start, end, used in _edges(path.arg, facts, nodes)]
        case AlternativePath():
            return [edge for arm in path.args for edge in _edges(arm, facts, nodes)]
        case SequencePath():
            reach, *rest = (_edges(arm, facts, nodes) for arm in path.args)
            for onward in rest:
                reach = _join(reach, onward)
            return reach
        case MulPath():
            links = reach = _edges(path.path, facts, nodes)
            while path.more and (longer := set(_join(reach, links)) - set(reach)):
                reach = [*reach, *longer]
            return reach + [_Edge(node, node, 0) for node in nodes if path.zero]
    raise ProofError(f"the checker cannot follow the property path {path}")


def _join(edges: Sequence[_Edge], onward: Sequence[_Edge]) -> list[_Edge]:
    return [
        _Edge(start, end, used | more)
        for start, middle, used in edges
        for link, end, more in onward
        if middle == link
    ]


def _unify(
    pattern: Sequence[Identifier], nodes: Sequence[Identifier], names: _Names
) -> _Names | None:
    found = names
    for part, node in zip(pattern, nodes, strict=True):
        if _open(part):
            if part not in found:
                found = {**found, part: node}
            elif found[part] != node:
                return None
        elif part != node:
            return None
    return found


def _open(node: Identifier | Path) -> bool:
    """Return whether a node of a pattern stands for any term; a blank node there does too."""
    return isinstance(node, Variable | BNode)
