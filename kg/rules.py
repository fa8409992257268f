"""Own the rules that OWL 2 RL cannot say: SPARQL CONSTRUCT files, and how one is applied.

A rule's derivation carries the premises it matched: the instances of the triple patterns that
stand in its WHERE clause outside FILTER. Conditions and absences are checked, not carried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from pyparsing import ParseBaseException
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Identifier, Variable

from kg.errors import InputError, RdfSyntaxError
from kg.model import Derivation, Term, Triple
from kg.namespaces import BASE, PREFIXES, iri, local_name
from kg.terms import from_rdflib, literal_parts

__all__ = ["Rule", "ScratchStore", "load_rules", "rule_texts"]

_POSITIVE_FILTER = re.compile(r"(?<!NOT )\bEXISTS\b")

Pattern = tuple[Identifier, Identifier, Identifier]


@dataclass(frozen=True, slots=True)
class Rule:
    """One CONSTRUCT rule: its name, stratum and text, and the patterns it reads and writes."""

    name: str
    stratum: int
    text: str
    head: tuple[Pattern, ...]
    body: tuple[Pattern, ...]

    @property
    def select(self) -> str:
        """The rule's WHERE clause as a query for every way to match it."""
        _, _, where = self.text.partition("WHERE")
        return f"SELECT DISTINCT * WHERE{where}"

    def heeds(self, predicates: frozenset[Term]) -> bool:
        """Tell whether new triples with these predicates could make the rule match anew.

        What a rule must not find is settled in a stratum below, so only the rest counts.
        """
        read = {p for _, p, _ in self.body}
        if any(isinstance(p, Variable) for p in read) or _POSITIVE_FILTER.search(self.text):
            return True
        return not predicates.isdisjoint(map(from_rdflib, read))


class ScratchStore:
    """A store for matching rules in, kept level with a growing closure."""

    def __init__(self) -> None:
        self._store = ox.Store()
        self._known: set[Triple] = set()

    def level(self, triples: Iterable[Triple]) -> frozenset[Term]:
        """Add the triples that are new since the last call; return their predicates."""
        new = set(triples) - self._known
        self._known |= new
        text = "\n".join(map(str, new))
        self._store.load(text, format=ox.RdfFormat.N_TRIPLES)
        return frozenset(triple.predicate for triple in new)

    def select(self, text: str) -> Iterator[dict[str, Term]]:
        """Yield the solutions of a SELECT query as variable name to term."""
        solutions = self._store.query(text, base_iri=BASE, prefixes=PREFIXES)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            yield {name: str(solution[name]) for name in names if solution[name] is not None}

    def matches(self, rule: Rule) -> Iterator[tuple[Triple, Derivation]]:
        """Yield every way in which a rule matches: a conclusion and its derivation."""
        for binding in self.select(rule.select):
            matched = {_instance(pattern, binding) for pattern in rule.body}
            # An OPTIONAL part that did not match leaves a pattern unbound or absent.
            premises = tuple(sorted(t for t in matched if t is not None and t in self._known))
            for pattern in rule.head:
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
        head, body = _patterns(text, f"{name}.rq")
        stratum = int(literal_parts(strata.get(iri(f"rule:{name}"), '"0"'))[0])
        rules[name] = Rule(name, stratum, text, head, body)
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


def _patterns(text: str, name: str) -> tuple[tuple[Pattern, ...], tuple[Pattern, ...]]:
    """Return the template of a CONSTRUCT and the triple patterns outside its filters."""
    try:
        algebra = prepareQuery(text, initNs=PREFIXES, base=BASE).algebra
    except ParseBaseException as fault:
        raise RdfSyntaxError(str(fault), where=f"{name}:{fault.lineno}:{fault.column}") from None
    if algebra.name != "ConstructQuery":
        raise RdfSyntaxError("a rule is a CONSTRUCT query", where=name)
    return tuple(algebra.template), tuple(dict.fromkeys(_positive(algebra.p)))


def _positive(node: CompValue) -> Iterator[Pattern]:
    if node.name == "BGP":
        yield from node.triples
        return
    # The second operand of Minus says what must be absent; `expr` holds the filters.
    parts = ("p", "p1") if node.name == "Minus" else ("p", "p1", "p2")
    for part in parts:
        if isinstance(node.get(part), CompValue):
            yield from _positive(node[part])


def _instance(pattern: Pattern, binding: dict[str, Term]) -> Triple | None:
    terms = []
    for node in pattern:
        term = binding.get(str(node)) if isinstance(node, Variable) else from_rdflib(node)
        if term is None:
            return None
        terms.append(term)
    return Triple(*terms)
