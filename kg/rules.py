"""Own the rules that OWL 2 RL cannot say: SPARQL CONSTRUCT files, and how one is applied.

A rule's derivation carries the premises it matched: the instances of the triple patterns that
stand in its WHERE clause outside FILTER. Conditions and absences are checked, not carried.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
from pyparsing import ParseBaseException
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Identifier, Variable

from kg.errors import InputError, RdfSyntaxError
from kg.model import Derivation, Term, Triple
from kg.namespaces import BASE, PREFIXES, iri, local_name
from kg.terms import from_rdflib, literal_parts, to_oxigraph

__all__ = ["Key", "Rule", "ScratchStore", "load_rules", "rule_texts"]

_POSITIVE_FILTER = re.compile(r"(?<!NOT )\bEXISTS\b")

_TYPE = iri("rdf:type")

Pattern = tuple[Identifier, Identifier, Identifier]
Key: TypeAlias = Term | tuple[Term, Term]
"""A predicate, or `rdf:type` and a class."""
_Slots: TypeAlias = tuple[tuple[str, Term | None], ...]
"""A pattern: of each of its three places, the variable's name or the term that stands there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One CONSTRUCT rule: its name, stratum and text, and the patterns it reads and writes."""

    name: str
    stratum: int
    text: str
    head: tuple[Pattern, ...]
    body: tuple[Pattern, ...]
    reads: frozenset[Key] | None
    """What it reads outside its filters: predicates, and classes; `None` where that may be any."""

    @property
    def select(self) -> str:
        """The rule's WHERE clause as a query for every way to match it."""
        _, _, where = self.text.partition("WHERE")
        return f"SELECT DISTINCT * WHERE{where}"

    def heeds(self, new: frozenset[Key]) -> bool:
        """Tell whether new triples, by their predicates and classes, could make it match anew.

        What a rule must not find is settled in a stratum below, so only the rest counts.
        """
        if self.reads is None or _POSITIVE_FILTER.search(self.text):
            return True
        return not new.isdisjoint(self.reads)


class ScratchStore:
    """A store for matching rules in, kept level with a closure; `triples` is what it holds."""

    def __init__(self) -> None:
        self._store = ox.Store()
        self.triples: set[Triple] = set()

    def become(self, triples: Iterable[Triple]) -> None:
        """Hold these triples and no others."""
        wanted = set(triples)
        for triple in self.triples - wanted:
            self._store.remove(ox.Quad(*map(to_oxigraph, triple)))  # type: ignore[arg-type]
        self.triples &= wanted
        self.level(wanted)

    def level(self, triples: Iterable[Triple]) -> frozenset[Key]:
        """Add the triples that are not held; return their predicates and classes."""
        new = set(triples) - self.triples
        self.triples |= new
        text = "\n".join(map(str, new))
        self._store.load(text, format=ox.RdfFormat.N_TRIPLES)
        classes = {(t.predicate, t.object) for t in new if t.predicate == _TYPE}
        return frozenset({*classes, *(t.predicate for t in new)})

    def select(self, text: str) -> Iterator[dict[str, Term]]:
        """Yield the solutions of a SELECT query as variable name to term."""
        solutions = self._store.query(text, base_iri=BASE, prefixes=PREFIXES)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            found = zip(names, solution, strict=True)
            yield {name: str(term) for name, term in found if term is not None}

    def matches(self, rule: Rule) -> Iterator[tuple[Triple, Derivation]]:
        """Yield every way in which a rule matches: a conclusion and its derivation."""
        head, body = ([_slots(p) for p in patterns] for patterns in (rule.head, rule.body))
        for binding in self.select(rule.select):
            matched = {_instance(pattern, binding) for pattern in body}
            # An OPTIONAL part that did not match leaves a pattern unbound or absent.
            premises = tuple(sorted(t for t in matched if t is not None and t in self.triples))
            for pattern in head:
                triple = _instance(pattern, binding)
                if triple is not None:
                    yield triple, Derivation(rule.name, premises)

    def apply(self, rule: Rule) -> dict[Triple, Derivation]:
        """Return every conclusion of a rule with one derivation, the least of several."""
        found: dict[Triple, Derivation] = {}
        for triple, derivation in self.matches(rule):
            if triple not in found or derivation.premises < found[triple].premises:
                found[triple] = derivation
        return found


def load_rules(folder: Path, ontology: Iterable[Triple]) -> dict[str, Rule]:
    """Return the rules of a folder by name; the ontology names each and gives its stratum.

    Raise `RdfSyntaxError` for a file that is no CONSTRUCT, `InputError` where one is missing.
    """
    order = iri("sh:order")
    strata = {t.subject: t.object for t in ontology if t.predicate == order}
    rules: dict[str, Rule] = {}
    for name, text in rule_texts(folder).items():
        head, body, reads = _patterns(text, f"{name}.rq")
        stratum = int(literal_parts(strata.get(iri(f"rule:{name}"), '"0"'))[0])
        rules[name] = Rule(name, stratum, text, head, body, reads)
    missing = {local_name(subject) for subject in strata} - rules.keys()
    if missing:
        raise InputError(
            f"no file for the rules {', '.join(sorted(missing))}",
            where=str(folder),
            hint="each rule of rules.ttl is a CONSTRUCT in NAME.rq",
        )
    return rules


def rule_texts(folder: Path) -> dict[str, str]:
    """Return the SPARQL text of every rule of a folder, by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.rq"))}


def _patterns(
    text: str, name: str
) -> tuple[tuple[Pattern, ...], tuple[Pattern, ...], frozenset[Key] | None]:
    """Return the template of a CONSTRUCT, the patterns outside its filters, what those read."""
    try:
        algebra = prepareQuery(text, initNs=PREFIXES, base=BASE).algebra
    except ParseBaseException as fault:
        raise RdfSyntaxError(str(fault), where=f"{name}:{fault.lineno}:{fault.column}") from None
    if algebra.name != "ConstructQuery":
        raise RdfSyntaxError("a rule is a CONSTRUCT query", where=name)
    body = tuple(dict.fromkeys(_positive(algebra.p)))
    return tuple(algebra.template), body, _reads(body, _inline(algebra.p))


def _reads(body: Iterable[Pattern], inline: Mapping[Variable, set[Term]]) -> frozenset[Key] | None:
    """Return the predicates of patterns, and the classes of those that ask for one."""
    found: set[Key] = set()
    for _, predicate, obj in body:
        if isinstance(predicate, Variable):
            if predicate not in inline:
                return None
            found |= inline[predicate]
        elif isinstance(obj, Variable) or from_rdflib(predicate) != _TYPE:
            found.add(from_rdflib(predicate))
        else:
            found.add((_TYPE, from_rdflib(obj)))
    return frozenset(found)


def _inline(node: CompValue) -> dict[Variable, set[Term]]:
    """Return the terms that VALUES leaves to each variable that it binds in every solution."""
    if node.name == "ToMultiSet" and node.p.name == "values":
        found: dict[Variable, set[Term]] = defaultdict(set)
        for row in node.p.res:
            for name, term in row.items():
                if isinstance(term, Identifier):
                    found[name].add(from_rdflib(term))
        return {name: terms for name, terms in found.items() if _is_total(name, node.p.res)}
    joined: dict[Variable, set[Term]] = {}
    # A part that is optional, or one of several, binds no variable in every solution.
    for part in {"Join": ("p1", "p2"), "LeftJoin": ("p1",), "Union": ()}.get(node.name, ("p",)):
        if isinstance(node.get(part), CompValue):
            joined |= _inline(node[part])
    return joined


def _is_total(name: Variable, rows: Iterable[Mapping[Variable, object]]) -> bool:
    return all(isinstance(row.get(name), Identifier) for row in rows)


def _positive(node: CompValue) -> Iterator[Pattern]:
    if node.name == "BGP":
        yield from node.triples
        return
    # The second operand of Minus says what must be absent; `expr` holds the filters.
    parts = ("p", "p1") if node.name == "Minus" else ("p", "p1", "p2")
    for part in parts:
        if isinstance(node.get(part), CompValue):
            yield from _positive(node[part])


def _slots(pattern: Pattern) -> _Slots:
    return tuple(
        (str(node), None) if isinstance(node, Variable) else ("", from_rdflib(node))
        for node in pattern
    )


def _instance(pattern: _Slots, binding: dict[str, Term]) -> Triple | None:
    terms = [term or binding.get(name) for name, term in pattern]
    return None if None in terms else Triple(*terms)  # type: ignore[arg-type]
