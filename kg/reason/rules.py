"""Own the rules of OWL 2 RL/RDF as data, tables 4 to 9 of the W3C text; not how they are run.

One line of `text` is one rule that the compiler reads. `T(s, p, o)` is a triple; `LIST[?x, ?c[1] …
?c[n]]` all cells of the RDF list `?x`; `every` repeats the next triple for each member; a free
`[i]` stands for any member and `[i]`, `[j]` for any two, `i < j`; after `⇒` stands what follows,
`false` for a contradiction. Lines that begin with `#` are for people alone: a literal is never the
subject of a triple held, so what the datatype rules say of literals is worked out where it is
asked for. `equal` relates two literals with one value, `ill` marks one without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kg.reason.datatypes import DATATYPES

__all__ = ["RULES", "RlRule"]


@dataclass(frozen=True, slots=True)
class RlRule:
    """A rule of OWL 2 RL/RDF: its W3C name, the number and link of its table, and its text."""

    name: str
    table: int
    link: str
    text: str


_PAGE = "https://www.w3.org/TR/owl2-profiles/"
_ANCHORS = {
    4: "tab-rules-equality",
    5: "tab-rules-properties",
    6: "tab-rules-classes",
    7: "tab-rules-class-axioms",
    8: "tab-rules-dts",
    9: "tab-rules-schema",
}
_ANNOTATIONS = (
    "rdfs:label",
    "rdfs:comment",
    "rdfs:seeAlso",
    "rdfs:isDefinedBy",
    "owl:deprecated",
    "owl:versionInfo",
    "owl:priorVersion",
    "owl:backwardCompatibleWith",
    "owl:incompatibleWith",
)

_EQUALITY = """
eq-ref: T(?s, ?p, ?o) ⇒ T(?s, owl:sameAs, ?s) T(?p, owl:sameAs, ?p) T(?o, owl:sameAs, ?o)
eq-ref: # the case that a rule of this table reads
eq-ref: T(?x, owl:differentFrom, ?x) ⇒ T(?x, owl:sameAs, ?x)
eq-sym: T(?x, owl:sameAs, ?y) ⇒ T(?y, owl:sameAs, ?x)
eq-trans: T(?x, owl:sameAs, ?y) T(?y, owl:sameAs, ?z) ⇒ T(?x, owl:sameAs, ?z)
eq-rep-s: T(?s, owl:sameAs, ?t) T(?s, ?p, ?o) ⇒ T(?t, ?p, ?o)
eq-rep-p: T(?p, owl:sameAs, ?q) T(?s, ?p, ?o) ⇒ T(?s, ?q, ?o)
eq-rep-o: T(?o, owl:sameAs, ?t) T(?s, ?p, ?o) ⇒ T(?s, ?p, ?t)
eq-rep-o: # the case that dt-eq gives: literals with one value
eq-rep-o: equal(?o, ?t) T(?s, ?p, ?o) ⇒ T(?s, ?p, ?t)
eq-diff1: T(?x, owl:sameAs, ?y) T(?x, owl:differentFrom, ?y) ⇒ false
eq-diff2: T(?x, rdf:type, owl:AllDifferent) T(?x, owl:members, ?y) LIST[?y, ?z[1] … ?z[n]] \
T(?z[i], owl:sameAs, ?z[j]) ⇒ false
eq-diff3: T(?x, rdf:type, owl:AllDifferent) T(?x, owl:distinctMembers, ?y) \
LIST[?y, ?z[1] … ?z[n]] T(?z[i], owl:sameAs, ?z[j]) ⇒ false
"""

_PROPERTIES = """
prp-dom: T(?p, rdfs:domain, ?c) T(?x, ?p, ?y) ⇒ T(?x, rdf:type, ?c)
prp-rng: T(?p, rdfs:range, ?c) T(?x, ?p, ?y) ⇒ T(?y, rdf:type, ?c)
prp-fp: T(?p, rdf:type, owl:FunctionalProperty) T(?x, ?p, ?y) T(?x, ?p, ?z) ⇒ T(?y, owl:sameAs, ?z)
prp-ifp: T(?p, rdf:type, owl:InverseFunctionalProperty) T(?x, ?p, ?y) T(?z, ?p, ?y) \
⇒ T(?x, owl:sameAs, ?z)
prp-irp: T(?p, rdf:type, owl:IrreflexiveProperty) T(?x, ?p, ?x) ⇒ false
prp-symp: T(?p, rdf:type, owl:SymmetricProperty) T(?x, ?p, ?y) ⇒ T(?y, ?p, ?x)
prp-asyp: T(?p, rdf:type, owl:AsymmetricProperty) T(?x, ?p, ?y) T(?y, ?p, ?x) ⇒ false
prp-trp: T(?p, rdf:type, owl:TransitiveProperty) T(?x, ?p, ?y) T(?y, ?p, ?z) ⇒ T(?x, ?p, ?z)
prp-spo1: T(?p, rdfs:subPropertyOf, ?q) T(?x, ?p, ?y) ⇒ T(?x, ?q, ?y)
prp-spo2: T(?p, owl:propertyChainAxiom, ?x) LIST[?x, ?p[1] … ?p[n]] every T(?u[i], ?p[i], ?u[i+1]) \
⇒ T(?u[1], ?p, ?u[n+1])
prp-eqp1: T(?p, owl:equivalentProperty, ?q) T(?x, ?p, ?y) ⇒ T(?x, ?q, ?y)
prp-eqp2: T(?p, owl:equivalentProperty, ?q) T(?x, ?q, ?y) ⇒ T(?x, ?p, ?y)
prp-pdw: T(?p, owl:propertyDisjointWith, ?q) T(?x, ?p, ?y) T(?x, ?q, ?y) ⇒ false
prp-adp: T(?x, rdf:type, owl:AllDisjointProperties) T(?x, owl:members, ?y) \
LIST[?y, ?p[1] … ?p[n]] T(?u, ?p[i], ?v) T(?u, ?p[j], ?v) ⇒ false
prp-inv1: T(?p, owl:inverseOf, ?q) T(?x, ?p, ?y) ⇒ T(?y, ?q, ?x)
prp-inv2: T(?p, owl:inverseOf, ?q) T(?x, ?q, ?y) ⇒ T(?y, ?p, ?x)
prp-key: T(?c, owl:hasKey, ?u) LIST[?u, ?p[1] … ?p[n]] T(?x, rdf:type, ?c) \
every T(?x, ?p[i], ?z[i]) T(?y, rdf:type, ?c) every T(?y, ?p[i], ?z[i]) ⇒ T(?x, owl:sameAs, ?y)
prp-npa1: T(?x, owl:sourceIndividual, ?i) T(?x, owl:assertionProperty, ?p) \
T(?x, owl:targetIndividual, ?j) T(?i, ?p, ?j) ⇒ false
prp-npa2: T(?x, owl:sourceIndividual, ?i) T(?x, owl:assertionProperty, ?p) \
T(?x, owl:targetValue, ?v) T(?i, ?p, ?v) ⇒ false
"""

_CLASSES = """
cls-thing: ⇒ T(owl:Thing, rdf:type, owl:Class)
cls-nothing1: ⇒ T(owl:Nothing, rdf:type, owl:Class)
cls-nothing2: T(?x, rdf:type, owl:Nothing) ⇒ false
cls-int1: T(?c, owl:intersectionOf, ?x) LIST[?x, ?c[1] … ?c[n]] every T(?y, rdf:type, ?c[i]) \
⇒ T(?y, rdf:type, ?c)
cls-int2: T(?c, owl:intersectionOf, ?x) LIST[?x, ?c[1] … ?c[n]] T(?y, rdf:type, ?c) \
⇒ T(?y, rdf:type, ?c[i])
cls-uni: T(?c, owl:unionOf, ?x) LIST[?x, ?c[1] … ?c[n]] T(?y, rdf:type, ?c[i]) \
⇒ T(?y, rdf:type, ?c)
cls-com: T(?c, owl:complementOf, ?d) T(?x, rdf:type, ?c) T(?x, rdf:type, ?d) ⇒ false
cls-svf1: T(?x, owl:someValuesFrom, ?y) T(?x, owl:onProperty, ?p) T(?u, ?p, ?v) \
T(?v, rdf:type, ?y) ⇒ T(?u, rdf:type, ?x)
cls-svf2: T(?x, owl:someValuesFrom, owl:Thing) T(?x, owl:onProperty, ?p) T(?u, ?p, ?v) \
⇒ T(?u, rdf:type, ?x)
cls-avf: T(?x, owl:allValuesFrom, ?y) T(?x, owl:onProperty, ?p) T(?u, rdf:type, ?x) T(?u, ?p, ?v) \
⇒ T(?v, rdf:type, ?y)
cls-hv1: T(?x, owl:hasValue, ?y) T(?x, owl:onProperty, ?p) T(?u, rdf:type, ?x) ⇒ T(?u, ?p, ?y)
cls-hv2: T(?x, owl:hasValue, ?y) T(?x, owl:onProperty, ?p) T(?u, ?p, ?y) ⇒ T(?u, rdf:type, ?x)
cls-maxc1: T(?x, owl:maxCardinality, "0"^^xsd:nonNegativeInteger) T(?x, owl:onProperty, ?p) \
T(?u, rdf:type, ?x) T(?u, ?p, ?y) ⇒ false
cls-maxc2: T(?x, owl:maxCardinality, "1"^^xsd:nonNegativeInteger) T(?x, owl:onProperty, ?p) \
T(?u, rdf:type, ?x) T(?u, ?p, ?y) T(?u, ?p, ?z) ⇒ T(?y, owl:sameAs, ?z)
cls-maxqc1: T(?x, owl:maxQualifiedCardinality, "0"^^xsd:nonNegativeInteger) \
T(?x, owl:onProperty, ?p) T(?x, owl:onClass, ?c) T(?u, rdf:type, ?x) T(?u, ?p, ?y) \
T(?y, rdf:type, ?c) ⇒ false
cls-maxqc2: T(?x, owl:maxQualifiedCardinality, "0"^^xsd:nonNegativeInteger) \
T(?x, owl:onProperty, ?p) T(?x, owl:onClass, owl:Thing) T(?u, rdf:type, ?x) T(?u, ?p, ?y) ⇒ false
cls-maxqc3: T(?x, owl:maxQualifiedCardinality, "1"^^xsd:nonNegativeInteger) \
T(?x, owl:onProperty, ?p) T(?x, owl:onClass, ?c) T(?u, rdf:type, ?x) T(?u, ?p, ?y) \
T(?y, rdf:type, ?c) T(?u, ?p, ?z) T(?z, rdf:type, ?c) ⇒ T(?y, owl:sameAs, ?z)
cls-maxqc4: T(?x, owl:maxQualifiedCardinality, "1"^^xsd:nonNegativeInteger) \
T(?x, owl:onProperty, ?p) T(?x, owl:onClass, owl:Thing) T(?u, rdf:type, ?x) T(?u, ?p, ?y) \
T(?u, ?p, ?z) ⇒ T(?y, owl:sameAs, ?z)
cls-oo: T(?c, owl:oneOf, ?x) LIST[?x, ?y[1] … ?y[n]] ⇒ T(?y[i], rdf:type, ?c)
"""

_CLASS_AXIOMS = """
cax-sco: T(?c, rdfs:subClassOf, ?d) T(?x, rdf:type, ?c) ⇒ T(?x, rdf:type, ?d)
cax-eqc1: T(?c, owl:equivalentClass, ?d) T(?x, rdf:type, ?c) ⇒ T(?x, rdf:type, ?d)
cax-eqc2: T(?c, owl:equivalentClass, ?d) T(?x, rdf:type, ?d) ⇒ T(?x, rdf:type, ?c)
cax-dw: T(?c, owl:disjointWith, ?d) T(?x, rdf:type, ?c) T(?x, rdf:type, ?d) ⇒ false
cax-adc: T(?x, rdf:type, owl:AllDisjointClasses) T(?x, owl:members, ?y) LIST[?y, ?c[1] … ?c[n]] \
T(?z, rdf:type, ?c[i]) T(?z, rdf:type, ?c[j]) ⇒ false
"""

_DATATYPES = """
dt-type2: # ⇒ T(?l, rdf:type, ?d) for a literal whose value is one of ?d; no triple of RDF says it
dt-eq: # ⇒ T(?l, owl:sameAs, ?m) for two literals with one value; eq-rep-o reads it
dt-diff: # ⇒ T(?l, owl:differentFrom, ?m) for two literals with two values; eq-diff1 reads it
dt-not-type: # T(?l, rdf:type, ?d) ⇒ false for a literal whose value is not one of ?d
dt-not-type: # and the same for a literal whose text is not one of its own datatype
dt-not-type: T(?x, ?p, ?y) ill(?y) ⇒ false
"""

_SCHEMA = """
scm-cls: T(?c, rdf:type, owl:Class) ⇒ T(?c, rdfs:subClassOf, ?c) T(?c, owl:equivalentClass, ?c) \
T(?c, rdfs:subClassOf, owl:Thing) T(owl:Nothing, rdfs:subClassOf, ?c)
scm-sco: T(?c, rdfs:subClassOf, ?d) T(?d, rdfs:subClassOf, ?e) ⇒ T(?c, rdfs:subClassOf, ?e)
scm-eqc1: T(?c, owl:equivalentClass, ?d) ⇒ T(?c, rdfs:subClassOf, ?d) T(?d, rdfs:subClassOf, ?c)
scm-eqc2: T(?c, rdfs:subClassOf, ?d) T(?d, rdfs:subClassOf, ?c) ⇒ T(?c, owl:equivalentClass, ?d)
scm-op: T(?p, rdf:type, owl:ObjectProperty) ⇒ T(?p, rdfs:subPropertyOf, ?p) \
T(?p, owl:equivalentProperty, ?p)
scm-dp: T(?p, rdf:type, owl:DatatypeProperty) ⇒ T(?p, rdfs:subPropertyOf, ?p) \
T(?p, owl:equivalentProperty, ?p)
scm-spo: T(?p, rdfs:subPropertyOf, ?q) T(?q, rdfs:subPropertyOf, ?r) ⇒ T(?p, rdfs:subPropertyOf, ?r)
scm-eqp1: T(?p, owl:equivalentProperty, ?q) ⇒ T(?p, rdfs:subPropertyOf, ?q) \
T(?q, rdfs:subPropertyOf, ?p)
scm-eqp2: T(?p, rdfs:subPropertyOf, ?q) T(?q, rdfs:subPropertyOf, ?p) \
⇒ T(?p, owl:equivalentProperty, ?q)
scm-dom1: T(?p, rdfs:domain, ?c) T(?c, rdfs:subClassOf, ?d) ⇒ T(?p, rdfs:domain, ?d)
scm-dom2: T(?q, rdfs:domain, ?c) T(?p, rdfs:subPropertyOf, ?q) ⇒ T(?p, rdfs:domain, ?c)
scm-rng1: T(?p, rdfs:range, ?c) T(?c, rdfs:subClassOf, ?d) ⇒ T(?p, rdfs:range, ?d)
scm-rng2: T(?q, rdfs:range, ?c) T(?p, rdfs:subPropertyOf, ?q) ⇒ T(?p, rdfs:range, ?c)
scm-hv: T(?c, owl:hasValue, ?i) T(?c, owl:onProperty, ?p) T(?d, owl:hasValue, ?i) \
T(?d, owl:onProperty, ?q) T(?p, rdfs:subPropertyOf, ?q) ⇒ T(?c, rdfs:subClassOf, ?d)
scm-svf1: T(?c, owl:someValuesFrom, ?y) T(?c, owl:onProperty, ?p) T(?d, owl:someValuesFrom, ?z) \
T(?d, owl:onProperty, ?p) T(?y, rdfs:subClassOf, ?z) ⇒ T(?c, rdfs:subClassOf, ?d)
scm-svf2: T(?c, owl:someValuesFrom, ?y) T(?c, owl:onProperty, ?p) T(?d, owl:someValuesFrom, ?y) \
T(?d, owl:onProperty, ?q) T(?p, rdfs:subPropertyOf, ?q) ⇒ T(?c, rdfs:subClassOf, ?d)
scm-avf1: T(?c, owl:allValuesFrom, ?y) T(?c, owl:onProperty, ?p) T(?d, owl:allValuesFrom, ?z) \
T(?d, owl:onProperty, ?p) T(?y, rdfs:subClassOf, ?z) ⇒ T(?c, rdfs:subClassOf, ?d)
scm-avf2: T(?c, owl:allValuesFrom, ?y) T(?c, owl:onProperty, ?p) T(?d, owl:allValuesFrom, ?y) \
T(?d, owl:onProperty, ?q) T(?p, rdfs:subPropertyOf, ?q) ⇒ T(?d, rdfs:subClassOf, ?c)
scm-int: T(?c, owl:intersectionOf, ?x) LIST[?x, ?c[1] … ?c[n]] ⇒ T(?c, rdfs:subClassOf, ?c[i])
scm-uni: T(?c, owl:unionOf, ?x) LIST[?x, ?c[1] … ?c[n]] ⇒ T(?c[i], rdfs:subClassOf, ?c)
"""


def _axioms(name: str, terms: tuple[str, ...], kind: str) -> str:
    return f"{name}: ⇒ " + " ".join(f"T({term}, rdf:type, {kind})" for term in terms)


def _rules() -> dict[str, RlRule]:
    tables = {
        4: _EQUALITY,
        5: _axioms("prp-ap", _ANNOTATIONS, "owl:AnnotationProperty") + _PROPERTIES,
        6: _CLASSES,
        7: _CLASS_AXIOMS,
        8: _axioms("dt-type1", tuple(sorted(DATATYPES)), "rdfs:Datatype") + _DATATYPES,
        9: _SCHEMA,
    }
    rules: dict[str, RlRule] = {}
    for table, lines in tables.items():
        for line in lines.strip().splitlines():
            name, _, text = line.partition(": ")
            if name in rules:
                text = f"{rules[name].text}\n{text}"
            rules[name] = RlRule(name, table, f"{_PAGE}#{_ANCHORS[table]}", text)
    return rules


RULES: Mapping[str, RlRule] = MappingProxyType(_rules())
"""Every rule of tables 4 to 9 by its W3C name, in the order of the tables."""
