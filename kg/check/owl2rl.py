"""Own the rules of OWL 2 RL (tables 4–9) as the checker reads them; not how a step is matched.

Written down from https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
and shared with nobody, so that a slip in the engine's table is not repeated here.

One line is one rule, `name: body => heads`; `a` is rdf:type, `0` and `1` are those numbers in any
integer datatype, and heads are alternatives. `(?l)` is the head of a list with the members e1…en.
A mark after the name says how the members unfold into an ordinary rule:

    all    `?e` stands for every member: its atom is repeated, `?z_` becoming ?z1 … ?zn, and
           `?u_` and `?u_+` the ends of link i, from ?u0 by ?u1 to `?u_n`
    one    `?e` stands for some member
    two    `?e` and `?f` stand for two members, `?e` before `?f`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kg.check.datatypes import SUPPORTED
from kg.model import Term, Triple
from kg.namespaces import iri

__all__ = ["LIST", "RULES", "Clause", "Rule", "unfold"]

LIST = "?l"
"""The variable that stands for the head of a rule's list."""


class Clause(NamedTuple):
    """A rule without lists; no heads means that it concludes `false`."""

    body: tuple[Triple, ...]
    heads: tuple[Triple, ...]


class Rule(NamedTuple):
    """A rule of the table: its clause, how list members unfold (or ""), and its own line."""

    clause: Clause
    members: str
    line: str


_TABLE_4 = """
eq-ref: ?s ?p ?o => ?s owl:sameAs ?s , ?p owl:sameAs ?p , ?o owl:sameAs ?o
eq-sym: ?x owl:sameAs ?y => ?y owl:sameAs ?x
eq-trans: ?x owl:sameAs ?y . ?y owl:sameAs ?z => ?x owl:sameAs ?z
eq-rep-s: ?s owl:sameAs ?t . ?s ?p ?o => ?t ?p ?o
eq-rep-p: ?p owl:sameAs ?q . ?s ?p ?o => ?s ?q ?o
eq-rep-o: ?o owl:sameAs ?q . ?s ?p ?o => ?s ?p ?q
eq-diff1: ?x owl:sameAs ?y . ?x owl:differentFrom ?y => false
eq-diff2 two: ?x a owl:AllDifferent . ?x owl:members (?l) . ?e owl:sameAs ?f => false
eq-diff3 two: ?x a owl:AllDifferent . ?x owl:distinctMembers (?l) . ?e owl:sameAs ?f => false
"""
_TABLE_5 = """
prp-dom: ?p rdfs:domain ?c . ?x ?p ?y => ?x a ?c
prp-rng: ?p rdfs:range ?c . ?x ?p ?y => ?y a ?c
prp-fp: ?p a owl:FunctionalProperty . ?x ?p ?y . ?x ?p ?z => ?y owl:sameAs ?z
prp-ifp: ?p a owl:InverseFunctionalProperty . ?x ?p ?y . ?z ?p ?y => ?x owl:sameAs ?z
prp-irp: ?p a owl:IrreflexiveProperty . ?x ?p ?x => false
prp-symp: ?p a owl:SymmetricProperty . ?x ?p ?y => ?y ?p ?x
prp-asyp: ?p a owl:AsymmetricProperty . ?x ?p ?y . ?y ?p ?x => false
prp-trp: ?p a owl:TransitiveProperty . ?x ?p ?y . ?y ?p ?z => ?x ?p ?z
prp-spo1: ?p rdfs:subPropertyOf ?q . ?x ?p ?y => ?x ?q ?y
prp-spo2 all: ?p owl:propertyChainAxiom (?l) . ?u_ ?e ?u_+ => ?u0 ?p ?u_n
prp-eqp1: ?p owl:equivalentProperty ?q . ?x ?p ?y => ?x ?q ?y
prp-eqp2: ?p owl:equivalentProperty ?q . ?x ?q ?y => ?x ?p ?y
prp-pdw: ?p owl:propertyDisjointWith ?q . ?x ?p ?y . ?x ?q ?y => false
prp-adp two: ?x a owl:AllDisjointProperties . ?x owl:members (?l) . ?u ?e ?v . ?u ?f ?v => false
prp-inv1: ?p owl:inverseOf ?q . ?x ?p ?y => ?y ?q ?x
prp-inv2: ?p owl:inverseOf ?q . ?x ?q ?y => ?y ?p ?x
prp-key all: ?c owl:hasKey (?l) . ?x a ?c . ?x ?e ?z_ . ?y a ?c . ?y ?e ?z_ => ?x owl:sameAs ?y
prp-npa1: ?n owl:sourceIndividual ?x . ?n owl:assertionProperty ?p . ?n owl:targetIndividual ?y . \
?x ?p ?y => false
prp-npa2: ?n owl:sourceIndividual ?x . ?n owl:assertionProperty ?p . ?n owl:targetValue ?y . \
?x ?p ?y => false
"""
_TABLE_6 = """
cls-thing: true => owl:Thing a owl:Class
cls-nothing1: true => owl:Nothing a owl:Class
cls-nothing2: ?x a owl:Nothing => false
cls-int1 all: ?c owl:intersectionOf (?l) . ?y a ?e => ?y a ?c
cls-int2 one: ?c owl:intersectionOf (?l) . ?y a ?c => ?y a ?e
cls-uni one: ?c owl:unionOf (?l) . ?y a ?e => ?y a ?c
cls-com: ?c owl:complementOf ?d . ?x a ?c . ?x a ?d => false
cls-svf1: ?r owl:someValuesFrom ?c . ?r owl:onProperty ?p . ?u ?p ?v . ?v a ?c => ?u a ?r
cls-svf2: ?r owl:someValuesFrom owl:Thing . ?r owl:onProperty ?p . ?u ?p ?v => ?u a ?r
cls-avf: ?r owl:allValuesFrom ?c . ?r owl:onProperty ?p . ?u a ?r . ?u ?p ?v => ?v a ?c
cls-hv1: ?r owl:hasValue ?y . ?r owl:onProperty ?p . ?u a ?r => ?u ?p ?y
cls-hv2: ?r owl:hasValue ?y . ?r owl:onProperty ?p . ?u ?p ?y => ?u a ?r
cls-maxc1: ?r owl:maxCardinality 0 . ?r owl:onProperty ?p . ?u a ?r . ?u ?p ?y => false
cls-maxc2: ?r owl:maxCardinality 1 . ?r owl:onProperty ?p . ?u a ?r . ?u ?p ?y . ?u ?p ?z \
=> ?y owl:sameAs ?z
cls-maxqc1: ?r owl:maxQualifiedCardinality 0 . ?r owl:onProperty ?p . ?r owl:onClass ?c . \
?u a ?r . ?u ?p ?y . ?y a ?c => false
cls-maxqc2: ?r owl:maxQualifiedCardinality 0 . ?r owl:onProperty ?p . \
?r owl:onClass owl:Thing . ?u a ?r . ?u ?p ?y => false
cls-maxqc3: ?r owl:maxQualifiedCardinality 1 . ?r owl:onProperty ?p . ?r owl:onClass ?c . \
?u a ?r . ?u ?p ?y . ?y a ?c . ?u ?p ?z . ?z a ?c => ?y owl:sameAs ?z
cls-maxqc4: ?r owl:maxQualifiedCardinality 1 . ?r owl:onProperty ?p . \
?r owl:onClass owl:Thing . ?u a ?r . ?u ?p ?y . ?u ?p ?z => ?y owl:sameAs ?z
cls-oo one: ?c owl:oneOf (?l) => ?e a ?c
"""
_TABLE_7 = """
cax-sco: ?c rdfs:subClassOf ?d . ?x a ?c => ?x a ?d
cax-eqc1: ?c owl:equivalentClass ?d . ?x a ?c => ?x a ?d
cax-eqc2: ?c owl:equivalentClass ?d . ?x a ?d => ?x a ?c
cax-dw: ?c owl:disjointWith ?d . ?x a ?c . ?x a ?d => false
cax-adc two: ?x a owl:AllDisjointClasses . ?x owl:members (?l) . ?z a ?e . ?z a ?f => false
"""
_TABLE_9 = """
scm-cls: ?c a owl:Class => ?c rdfs:subClassOf ?c , ?c owl:equivalentClass ?c , \
?c rdfs:subClassOf owl:Thing , owl:Nothing rdfs:subClassOf ?c
scm-sco: ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?b => ?c rdfs:subClassOf ?b
scm-eqc1: ?c owl:equivalentClass ?d => ?c rdfs:subClassOf ?d , ?d rdfs:subClassOf ?c
scm-eqc2: ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?c => ?c owl:equivalentClass ?d
scm-op: ?p a owl:ObjectProperty => ?p rdfs:subPropertyOf ?p , ?p owl:equivalentProperty ?p
scm-dp: ?p a owl:DatatypeProperty => ?p rdfs:subPropertyOf ?p , ?p owl:equivalentProperty ?p
scm-spo: ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?r => ?p rdfs:subPropertyOf ?r
scm-eqp1: ?p owl:equivalentProperty ?q => ?p rdfs:subPropertyOf ?q , ?q rdfs:subPropertyOf ?p
scm-eqp2: ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?p => ?p owl:equivalentProperty ?q
scm-dom1: ?p rdfs:domain ?c . ?c rdfs:subClassOf ?d => ?p rdfs:domain ?d
scm-dom2: ?q rdfs:domain ?c . ?p rdfs:subPropertyOf ?q => ?p rdfs:domain ?c
scm-rng1: ?p rdfs:range ?c . ?c rdfs:subClassOf ?d => ?p rdfs:range ?d
scm-rng2: ?q rdfs:range ?c . ?p rdfs:subPropertyOf ?q => ?p rdfs:range ?c
scm-hv: ?c owl:hasValue ?i . ?c owl:onProperty ?p . ?d owl:hasValue ?i . ?d owl:onProperty ?q . \
?p rdfs:subPropertyOf ?q => ?c rdfs:subClassOf ?d
scm-svf1: ?c owl:someValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:someValuesFrom ?z . \
?d owl:onProperty ?p . ?y rdfs:subClassOf ?z => ?c rdfs:subClassOf ?d
scm-svf2: ?c owl:someValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:someValuesFrom ?y . \
?d owl:onProperty ?q . ?p rdfs:subPropertyOf ?q => ?c rdfs:subClassOf ?d
scm-avf1: ?c owl:allValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:allValuesFrom ?z . \
?d owl:onProperty ?p . ?y rdfs:subClassOf ?z => ?c rdfs:subClassOf ?d
scm-avf2: ?c owl:allValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:allValuesFrom ?y . \
?d owl:onProperty ?q . ?p rdfs:subPropertyOf ?q => ?d rdfs:subClassOf ?c
scm-int one: ?c owl:intersectionOf (?l) => ?c rdfs:subClassOf ?e
scm-uni one: ?c owl:unionOf (?l) => ?e rdfs:subClassOf ?c
"""
_ANNOTATIONS = (
    "rdfs:label rdfs:comment rdfs:seeAlso rdfs:isDefinedBy owl:deprecated owl:versionInfo"
    " owl:priorVersion owl:backwardCompatibleWith owl:incompatibleWith"
)


def unfold(rule: Rule, members: Sequence[Term]) -> Iterator[tuple[Clause, int]]:
    """Yield each clause that a list rule stands for, and how many members it reaches."""
    if rule.members == "all":
        yield _repeat(rule.clause, members), len(members)
    elif rule.members == "one":
        for reach, member in enumerate(members, 1):
            yield _put(rule.clause, {"?e": member}), reach
    else:
        for reach, later in enumerate(members, 1):
            for earlier in members[: reach - 1]:
                yield _put(rule.clause, {"?e": earlier, "?f": later}), reach


def _repeat(clause: Clause, members: Sequence[Term]) -> Clause:
    body: list[Triple] = []
    for atom in clause.body:
        if "?e" not in atom:
            body.append(atom)
            continue
        for at, member in enumerate(members):
            names = {"?e": member, "?z_": f"?z{at}", "?u_": f"?u{at}", "?u_+": f"?u{at + 1}"}
            body.append(_replace(atom, names))
    ends = {"?u_n": f"?u{len(members)}"}
    return Clause(tuple(body), tuple(_replace(head, ends) for head in clause.heads))


def _put(clause: Clause, names: dict[str, Term]) -> Clause:
    body, heads = (tuple(_replace(atom, names) for atom in atoms) for atoms in clause)
    return Clause(body, heads)


def _replace(atom: Triple, names: dict[str, Term]) -> Triple:
    return Triple(*(names.get(part, part) for part in atom))


def _atoms(text: str, separator: str) -> tuple[Triple, ...]:
    if text in {"true", "false"}:
        return ()
    return tuple(Triple(*map(_part, atom.split())) for atom in text.split(separator))


def _part(word: str) -> Term:
    if word == "a":
        return iri("rdf:type")
    return iri(word) if ":" in word else word.strip("()")


def _read(table: str) -> Iterator[tuple[str, Rule]]:
    for line in table.strip().splitlines():
        label, _, text = line.partition(": ")
        name, _, members = label.partition(" ")
        body, _, heads = text.partition(" => ")
        yield name, Rule(Clause(_atoms(body, " . "), _atoms(heads, " , ")), members, text)


def _axioms(subjects: Sequence[Term], kind: str) -> Rule:
    heads = tuple(Triple(subject, iri("rdf:type"), iri(kind)) for subject in subjects)
    return Rule(Clause((), heads), "", f"true => the built-in axioms of {kind}")


RULES: dict[str, Rule] = {
    "dt-type1": _axioms(sorted(SUPPORTED), "rdfs:Datatype"),
    "prp-ap": _axioms([iri(name) for name in _ANNOTATIONS.split()], "owl:AnnotationProperty"),
    **dict(
        named
        for table in (_TABLE_4, _TABLE_5, _TABLE_6, _TABLE_7, _TABLE_9)
        for named in _read(table)
    ),
}
"""Every rule of tables 4–9 by its W3C name, but the four of table 8 that read literals."""
