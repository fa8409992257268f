"""Own what every file of `ontology/` must satisfy; not what follows from it (see reason/).

Each gate is a function from a set of triples to what is wrong with them. It must find nothing in
the ontology, and must find the fault in each small ontology of `FAULTS` that has one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Set
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest

from kg.model import Term, Triple
from kg.namespaces import BASE, PREFIXES, compact, expand, iri
from kg.terms import literal_parts, rdflib_graph

ONTOLOGY = Path(__file__).parents[1] / "ontology"
FILES = sorted(ONTOLOGY.rglob("*.ttl"))
OURS = tuple("<" + PREFIXES[prefix] for prefix in ("clef", "rule", "shape"))
PROPERTY_KINDS = {iri(f"owl:{kind}Property") for kind in ("Object", "Datatype", "Annotation")}

# Outside OWL 2 RL as used here, or merging where it should warn, or (the matches) making concepts
# of whatever they stand on.
FORBIDDEN = {
    *(iri(f"owl:{name}") for name in (
        "FunctionalProperty", "InverseFunctionalProperty", "hasKey", "equivalentClass",
        "equivalentProperty", "sameAs", "unionOf", "oneOf", "complementOf", "disjointUnionOf",
        "hasSelf", "ReflexiveProperty", "minCardinality", "maxCardinality", "cardinality",
        "minQualifiedCardinality", "maxQualifiedCardinality", "qualifiedCardinality",
    )),
    *(iri(f"skos:{name}Match") for name in ("exact", "close", "broad", "narrow", "related")),
}  # fmt: skip


def parsed(text: str | bytes, base: str = BASE) -> set[Triple]:
    """Return the triples of Turtle, blank nodes kept apart from those of other texts."""
    quads = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=True)
    return {Triple(str(q.subject), str(q.predicate), str(q.object)) for q in quads}


def pairs(triples: Iterable[Triple], curie: str) -> list[tuple[Term, Term]]:
    """Return subject and object of the triples with one predicate."""
    return [(s, o) for s, p, o in triples if p == iri(curie)]


def members(triples: Set[Triple], head: Term) -> list[Term]:
    """Return the members of an RDF list."""
    first, rest = dict(pairs(triples, "rdf:first")), dict(pairs(triples, "rdf:rest"))
    found = []
    while head in first:
        found.append(first[head])
        head = rest[head]
    return found


def names(terms: Iterable[Term]) -> set[str]:
    """Return terms the way a person would look for them."""
    return {compact(term) for term in terms}


def flagged(triples: Set[Triple], curie: str) -> set[Term]:
    """Return the properties that carry a flag."""
    return {s for s, o in pairs(triples, curie) if o.startswith('"true"')}


def undocumented(triples: Set[Triple]) -> set[str]:
    """Find terms of ours without name, definition (each in en and it) or module."""
    found = set()
    for term in {t.subject for t in triples if t.subject.startswith(OURS)}:
        for curie in ("rdfs:label", "skos:definition"):
            tags = sorted(literal_parts(o)[1] or "" for s, o in pairs(triples, curie) if s == term)
            if tags != ["en", "it"]:
                found.add(term)
        if sum(s == term for s, _ in pairs(triples, "rdfs:isDefinedBy")) != 1:
            found.add(term)
    return names(found)


def ambiguous(triples: Set[Triple]) -> set[str]:
    """Find terms of ours that share a name in one language."""
    bearers: dict[str, set[Term]] = defaultdict(set)
    for term, label in pairs(triples, "rdfs:label"):
        if term.startswith(OURS):
            bearers[label.casefold()].add(term)
    return names(t for terms in bearers.values() if len(terms) > 1 for t in terms)


def undeclared(triples: Set[Triple]) -> set[str]:
    """Find terms of ours, and classes and properties of others in axioms, that no file declares."""
    known = {s for s, _ in pairs(triples, "rdf:type")}
    used = {term for t in triples for term in t if term.startswith(OURS)}
    for curie in ("rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range"):
        used |= {o for _, o in pairs(triples, curie) if not o.startswith("<" + PREFIXES["xsd"])}
    return names(used - known)


def beyond_rl(triples: Set[Triple]) -> set[str]:
    """Find what OWL 2 RL lacks or what would merge instead of warning."""
    found = {t.subject for t in triples if not FORBIDDEN.isdisjoint(t)}
    found |= {s for s, o in pairs(triples, "rdfs:subClassOf") if o.startswith("_:")}
    data = {s for s, o in pairs(triples, "rdf:type") if o == iri("owl:DatatypeProperty")}
    ranges = pairs(triples, "rdfs:range")
    return names(found | {s for s, o in ranges if s in data and o != iri("xsd:boolean")})


def of_two_kinds(triples: Set[Triple]) -> set[str]:
    """Find properties declared as more than one of relation, data and annotation property."""
    kinds = [s for s, o in sorted(set(pairs(triples, "rdf:type"))) if o in PROPERTY_KINDS]
    return names(s for s in kinds if kinds.count(s) > 1)


def several_ends(triples: Set[Triple]) -> set[str]:
    """Find properties with two domains or ranges, which would both hold at once, or a union."""
    found = []
    for curie in ("rdfs:domain", "rdfs:range"):
        ends = set(pairs(triples, curie))
        subjects = [s for s, _ in ends]
        found += [s for s, o in ends if subjects.count(s) > 1 or o.startswith("_:")]
    return names(found)


def without_inverse(triples: Set[Triple]) -> set[str]:
    """Find relations of ours that have no named inverse and are not symmetric."""
    types = pairs(triples, "rdf:type")
    relations = {s for s, o in types if o == iri("owl:ObjectProperty") and s.startswith(OURS)}
    relations -= {s for s, o in types if o == iri("owl:SymmetricProperty")}
    return names(relations - {t for pair in pairs(triples, "owl:inverseOf") for t in pair})


def half_sensitive(triples: Set[Triple]) -> set[str]:
    """Find inverses and sub-properties of sensitive properties that are not marked so too."""
    marked = flagged(triples, "clef:sensitive")
    inverses = pairs(triples, "owl:inverseOf")
    bound = {s for s, o in pairs(triples, "rdfs:subPropertyOf") + inverses if o in marked}
    return names((bound | {o for s, o in inverses if s in marked}) - marked)


def without_successor(triples: Set[Triple]) -> set[str]:
    """Find deprecated terms that name no term of ours to use instead."""
    gone = {s for s, o in pairs(triples, "owl:deprecated") if o.startswith('"true"')}
    replaced = {s for s, o in pairs(triples, "dct:isReplacedBy") if o.startswith(OURS)}
    return names(gone - replaced)


def unexplained(triples: Set[Triple]) -> set[str]:
    """Find claim-only properties whose definition does not say why they stay in their claim."""
    reasons = {s for s, o in pairs(triples, "skos:definition") if "Kept in its claim" in o}
    return names(flagged(triples, "clef:claimOnly") - reasons)


def downward(triples: Set[Triple]) -> set[str]:
    """Find terms of others placed under ours."""
    axioms = pairs(triples, "rdfs:subClassOf") + pairs(triples, "rdfs:subPropertyOf")
    outsiders = [(s, o) for s, o in axioms if not s.startswith((*OURS, "_:"))]
    return names(s for s, o in outsiders if o.startswith(OURS))


def _above(triples: Set[Triple]) -> dict[Term, set[Term]]:
    """Return for each property those it feeds: super-properties, inverses, heads of chains."""
    feeds: dict[Term, set[Term]] = defaultdict(set)
    for s, o in pairs(triples, "rdfs:subPropertyOf"):
        feeds[s].add(o)
    for s, o in pairs(triples, "owl:inverseOf"):
        feeds[s].add(o)
        feeds[o].add(s)
    for head, chain in pairs(triples, "owl:propertyChainAxiom"):
        for member in members(triples, chain):
            feeds[member].add(head)
    return feeds


def _reach(feeds: dict[Term, set[Term]], start: Term) -> set[Term]:
    found, todo = {start}, [start]
    while todo:
        new = feeds[todo.pop()] - found
        found |= new
        todo += new
    return found


def circular_chains(triples: Set[Triple]) -> set[str]:
    """Find chains that feed themselves, which the regularity of OWL 2 DL excludes."""
    feeds = _above(triples)
    chains = pairs(triples, "owl:propertyChainAxiom")
    return names(
        head
        for head, chain in chains
        if not _reach(feeds, head).isdisjoint(members(triples, chain))
    )


def composite_but_restricted(triples: Set[Triple]) -> set[str]:
    """Find irreflexive, asymmetric or disjoint properties that a chain or transitivity feeds."""
    types = pairs(triples, "rdf:type")
    composite = {head for head, _ in pairs(triples, "owl:propertyChainAxiom")}
    composite |= {s for s, o in types if o == iri("owl:TransitiveProperty")}
    strict = {iri("owl:IrreflexiveProperty"), iri("owl:AsymmetricProperty")}
    restricted = {s for s, o in types if o in strict}
    restricted |= {t for pair in pairs(triples, "owl:propertyDisjointWith") for t in pair}
    feeds = _above(triples)
    return names(restricted & {t for start in composite for t in _reach(feeds, start)})


HEADER = (
    "dct:title", "dct:description", "dct:creator", "dct:license", "dct:modified",
    "owl:versionIRI", "owl:versionInfo", "vann:preferredNamespacePrefix",
)  # fmt: skip
"""What every module says of itself."""

Gate = Callable[[Set[Triple]], set[str]]

# What each gate is for; the term at fault is x, whatever its namespace.
FAULTS: dict[Gate, tuple[str, ...]] = {
    undocumented: (
        'clef:x a owl:Class ; rdfs:label "x"@en , "x"@it ; rdfs:isDefinedBy <m> .',
        'clef:x rdfs:label "x"@en , "y"@it ; skos:definition "X."@en , "Y."@it .',
        'shape:x rdfs:label "x"@en ; skos:definition "X."@en , "Y."@it ; rdfs:isDefinedBy <m> .',
    ),
    ambiguous: ('clef:y rdfs:label "same"@en . clef:x rdfs:label "Same"@en .',),
    undeclared: (
        "clef:y a owl:Class ; owl:disjointWith clef:x .",
        "clef:y a owl:Class ; rdfs:subClassOf schema:x .",
    ),
    beyond_rl: (
        "clef:x a owl:FunctionalProperty .",
        "clef:x a owl:InverseFunctionalProperty .",
        "clef:x rdfs:subClassOf [ owl:onProperty clef:y ; owl:maxCardinality 1 ] .",
        "clef:x a owl:DatatypeProperty ; rdfs:range xsd:date .",
        "clef:x owl:equivalentClass clef:y .",
        "clef:x owl:hasKey ( clef:y ) .",
        "clef:x owl:sameAs clef:y .",
        "clef:x rdfs:subClassOf [ owl:onProperty clef:y ; owl:someValuesFrom clef:z ] .",
        "clef:x skos:closeMatch wdt:P144 .",
    ),
    of_two_kinds: ("clef:x a owl:ObjectProperty , owl:DatatypeProperty .",),
    several_ends: (
        "clef:x rdfs:domain clef:y , clef:z .",
        "clef:x rdfs:range clef:y . clef:x rdfs:range clef:z .",
        "clef:x rdfs:range [ a owl:Class ; owl:unionOf ( clef:y clef:z ) ] .",
    ),
    without_inverse: ("clef:x a owl:ObjectProperty .",),
    half_sensitive: (
        "clef:y clef:sensitive true ; owl:inverseOf clef:x .",
        "clef:y clef:sensitive true . clef:x owl:inverseOf clef:y .",
        "clef:y clef:sensitive true . clef:x rdfs:subPropertyOf clef:y .",
    ),
    without_successor: (
        "clef:x owl:deprecated true .",
        "clef:x owl:deprecated true ; dct:isReplacedBy wdt:P144 .",
    ),
    unexplained: ('clef:x clef:claimOnly true ; skos:definition "X."@en .',),
    downward: ("schema:x rdfs:subClassOf clef:y .", "schema:x rdfs:subPropertyOf clef:y ."),
    circular_chains: (
        "clef:x owl:propertyChainAxiom ( clef:x clef:y ) .",
        "clef:x owl:propertyChainAxiom ( clef:y clef:z ) ; rdfs:subPropertyOf clef:y .",
    ),
    composite_but_restricted: (
        "clef:x a owl:TransitiveProperty , owl:IrreflexiveProperty .",
        "clef:x owl:propertyDisjointWith clef:z . clef:z owl:propertyChainAxiom ( clef:y ) ."
        "clef:y rdfs:subPropertyOf clef:x ; a owl:TransitiveProperty .",
    ),
}


@pytest.fixture(scope="module")
def ontology() -> frozenset[Triple]:
    """Return the triples of all files of the ontology."""
    return frozenset(triple for path in FILES for triple in parsed(path.read_bytes()))


def turtle(body: str) -> set[Triple]:
    """Return the triples of a small text that may use every prefix we know."""
    return parsed("".join(f"@prefix {p}: <{ns}> .\n" for p, ns in PREFIXES.items()) + body)


def conforms(triples: Iterable[Triple], shapes: str) -> tuple[bool, str]:
    """Validate triples against a file of shapes; return the verdict and its report."""
    graphs = rdflib_graph(triples), rdflib_graph(parsed((ONTOLOGY / shapes).read_bytes()))
    verdict, _, report = pyshacl.validate(graphs[0], shacl_graph=graphs[1], meta_shacl=True)
    return verdict, report


@pytest.mark.parametrize("gate", FAULTS, ids=lambda gate: gate.__name__)
def test_the_ontology_passes_every_gate(gate: Gate, ontology: frozenset[Triple]) -> None:
    assert gate(ontology) == set()


@pytest.mark.parametrize(
    ("gate", "fault"), [(gate, fault) for gate, faults in FAULTS.items() for fault in faults]
)
def test_every_gate_names_the_term_at_fault(gate: Gate, fault: str) -> None:
    assert "x" in {name.partition(":")[2] for name in gate(turtle(fault))}


def test_terms_and_headers_conform_to_the_shapes(ontology: frozenset[Triple]) -> None:
    verdict, report = conforms(ontology, "shapes/ontology.ttl")
    assert verdict, report


@pytest.mark.parametrize(
    ("removed", "message"),
    [
        (("clef:Person", "rdfs:label"), "one rdfs:label @en and one @it"),
        (("clef:Person", "skos:definition"), "one skos:definition @en and one @it"),
        (("clef:Invented", "skos:prefLabel"), "must be the same"),
        *(((f"{BASE}ontology/core", curie), f"A module .* {curie}") for curie in HEADER),
    ],
)
def test_the_shapes_refuse_a_broken_term(
    removed: tuple[str, str], message: str, ontology: frozenset[Triple]
) -> None:
    subject, predicate = map(expand, removed)
    broken = {t for t in ontology if (t.subject, t.predicate) != (subject, predicate)}
    verdict, report = conforms(broken, "shapes/ontology.ttl")
    assert not verdict
    assert re.search(message, report)


def test_the_shapes_refuse_a_padded_label(ontology: frozenset[Triple]) -> None:
    names = {t for t in ontology if t[:2] == (iri("clef:Person"), iri("rdfs:label"))}
    padded = {t._replace(object=t.object.replace('"', '" ', 1)) for t in names}
    verdict, report = conforms(ontology - names | padded, "shapes/ontology.ttl")
    assert not verdict
    assert "no space before or after" in report


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ONTOLOGY).as_posix())
def test_a_file_names_no_base_and_moves_with_it(path: Path) -> None:
    assert BASE.partition("://")[2].rstrip("/") not in path.read_text(encoding="utf-8")
    elsewhere = "https://example.org/moved/"
    moved = {term for t in parsed(path.read_bytes(), elsewhere) for term in t}
    assert any(term.startswith(f"<{elsewhere}") for term in moved)


def test_the_way_from_story_to_record_has_its_chains(ontology: frozenset[Triple]) -> None:
    chains = {
        " ∘ ".join(compact(m)[5:] for m in members(ontology, chain)) + " ⊑ " + compact(head)[5:]
        for head, chain in pairs(ontology, "owl:propertyChainAxiom")
    }
    assert len(chains) == 18
    assert chains >= {
        "playsCharacter ∘ counterpartOf ⊑ portrays",
        "tells ∘ counterpartOf ⊑ dramatises",
        "follows ∘ hasLeader ⊑ hasProtagonist",
        "hasProtagonist ∘ counterpartOf ⊑ basedOn",
        "convictedIn ∘ concernsEvent ⊑ convictedOver",
    }
