"""Own the random ontologies of the property tests: small, and with every construct of OWL 2 RL."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from kg.model import Term, Triple

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"

Axiom = tuple[Triple, ...]
Pick = Callable[[st.SearchStrategy[str]], str]


def e(name: str) -> Term:
    """Return a term of the tests' own namespace."""
    return f"<http://example.org/{name}>"


def owl(name: str) -> Term:
    """Return a term of OWL."""
    return f"<{OWL}{name}>"


TYPE, FIRST, REST, NIL = (f"<{RDF}{name}>" for name in ("type", "first", "rest", "nil"))
SUBCLASS, SUBPROPERTY, DOMAIN, RANGE = (
    f"<{RDFS}{name}>" for name in ("subClassOf", "subPropertyOf", "domain", "range")
)
SAME, DIFFERENT, THING = owl("sameAs"), owl("differentFrom"), owl("Thing")

individuals = st.sampled_from([e(name) for name in ("a", "b", "c", "d")])
properties = st.sampled_from([e(name) for name in ("p", "q", "r")])
classes = st.sampled_from([e(name) for name in ("A", "B", "C", "D")])
literals = st.sampled_from(['"x"', '"y"', f'"5"^^<{XSD}integer>', f'"6"^^<{XSD}integer>'])
nodes = st.integers(0, 10**6).map(lambda number: f"_:n{number}")


def listed(head: Term, members: list[Term]) -> list[Triple]:
    """Return the cells of a list whose first cell is `head`."""
    cells = [head, *(f"{head}x{i}" for i in range(1, len(members)))]
    rests = [*cells[1:], NIL]
    return [
        triple
        for cell, member, rest in zip(cells, members, rests, strict=True)
        for triple in (Triple(cell, FIRST, member), Triple(cell, REST, rest))
    ]


@st.composite
def facts(draw: st.DrawFn, *, same: bool = True) -> Axiom:
    """Draw one statement about an individual."""
    kind = draw(st.sampled_from(["type", "value", "value", "literal", "same", "different"]))
    subject = draw(individuals)
    if kind == "type":
        return (Triple(subject, TYPE, draw(classes)),)
    if kind == "literal":
        return (Triple(subject, draw(properties), draw(literals)),)
    if kind in {"same", "different"} and same:
        link = SAME if kind == "same" else DIFFERENT
        return (Triple(subject, link, draw(individuals)),)
    return (Triple(subject, draw(properties), draw(individuals)),)


@st.composite
def plain_axioms(draw: st.DrawFn) -> Axiom:
    """Draw an axiom of one triple."""
    between = st.sampled_from([SUBCLASS, owl("equivalentClass"), owl("disjointWith")])
    of_classes = st.tuples(classes, between, classes)
    kinds = ("subPropertyOf", "equivalentProperty", "inverseOf", "propertyDisjointWith")
    link = st.sampled_from([SUBPROPERTY, *(owl(kind) for kind in kinds[1:])])
    of_properties = st.tuples(properties, link, properties)
    typed = st.tuples(properties, st.sampled_from([DOMAIN, RANGE]), classes)
    marks = ("Functional", "InverseFunctional", "Irreflexive", "Symmetric", "Asymmetric")
    mark = st.sampled_from([owl(f"{name}Property") for name in (*marks, "Transitive", "Object")])
    marked = st.tuples(properties, st.just(TYPE), mark)
    declared = st.tuples(classes, st.just(TYPE), st.just(owl("Class")))
    complement = st.tuples(classes, st.just(owl("complementOf")), classes)
    return (Triple(*draw(of_classes | of_properties | typed | marked | declared | complement)),)


@st.composite
def restrictions(draw: st.DrawFn) -> Axiom:
    """Draw a restriction, named by a class so that data can meet it."""
    node = draw(classes)
    kinds = ("someValuesFrom", "allValuesFrom", "hasValue", "maxCardinality", "onClass")
    kind = draw(st.sampled_from(kinds))
    axioms = [Triple(node, owl("onProperty"), draw(properties))]
    number = f'"{draw(st.sampled_from("01"))}"^^<{XSD}nonNegativeInteger>'
    if kind == "hasValue":
        axioms.append(Triple(node, owl(kind), draw(individuals | literals)))
    elif kind == "maxCardinality":
        axioms.append(Triple(node, owl(kind), number))
    elif kind == "onClass":
        axioms.append(Triple(node, owl("maxQualifiedCardinality"), number))
        axioms.append(Triple(node, owl(kind), draw(classes | st.just(THING))))
    else:
        some = draw(classes | st.just(THING)) if kind == "someValuesFrom" else draw(classes)
        axioms.append(Triple(node, owl(kind), some))
    return tuple(axioms)


@st.composite
def list_axioms(draw: st.DrawFn, *, exempt: frozenset[str] = frozenset()) -> Axiom:
    """Draw an axiom with a list: chains, keys, intersections, unions, oneOf, All…"""
    kinds = ["propertyChainAxiom", "hasKey", "intersectionOf", "unionOf", "oneOf"]
    kinds += ["AllDifferent", "AllDisjointClasses", "AllDisjointProperties"]
    kind = draw(st.sampled_from([kind for kind in kinds if kind not in exempt]))
    cell, node = draw(nodes), draw(nodes)
    of_properties = {"propertyChainAxiom", "hasKey", "AllDisjointProperties"}
    of_individuals = {"oneOf", "AllDifferent"}
    member = (
        properties if kind in of_properties else individuals if kind in of_individuals else classes
    )
    members = draw(st.lists(member, min_size=1, max_size=3, unique=kind.startswith("All")))
    if kind.startswith("All"):
        return (
            Triple(f"{node}m", TYPE, owl(kind)),
            Triple(f"{node}m", owl("members"), cell),
            *listed(cell, members),
        )
    subject = draw(properties if kind == "propertyChainAxiom" else classes)
    return (Triple(subject, owl(kind), cell), *listed(cell, members))


def ontologies(*, exempt: frozenset[str] = frozenset()) -> st.SearchStrategy[list[Axiom]]:
    """Draw axioms and facts, each a tuple of triples that belong together."""
    schema = plain_axioms() | restrictions() | list_axioms(exempt=exempt)
    return st.tuples(
        st.lists(schema, min_size=1, max_size=6), st.lists(facts(), min_size=1, max_size=10)
    ).map(lambda parts: [*parts[0], *parts[1]])


def flat(axioms: list[Axiom]) -> list[Triple]:
    """Return the triples of some axioms."""
    return [triple for axiom in axioms for triple in axiom]
