"""Own what the endpoint says of itself in RDF: the service, its graphs, example queries.

https://www.w3.org/TR/sparql11-service-description/. `server.void` says what the data is; both are
computed from the data, and each leads to the other.
"""

from __future__ import annotations

from typing import NamedTuple

from kg.formats import FORMATS, Format
from kg.model import Term, Triple
from kg.namespaces import PREFIXES, iri
from kg.questions import Question
from kg.sparql import QueryForm, read
from server.statements import Statements, link, number, words
from server.statistics import Counts, Partition, Statistics

__all__ = [
    "EXTENSION_FUNCTIONS",
    "Place",
    "Service",
    "describe_service",
    "format_iri",
    "say_counts",
    "say_partitions",
]

_ENTAILMENT = "http://www.w3.org/ns/entailment/"
_RL = link("http://www.w3.org/ns/owl-profile/RL")

_CASTS = """
    date dayTimeDuration duration gDay gMonth gMonthDay gYear gYearMonth time yearMonthDuration
""".split()  # noqa: SIM905  # a table
_GEOSPARQL = """
    area asGeoJSON centroid convexHull coordinateDimension difference dimension distance ehContains
    ehCoveredBy ehCovers ehDisjoint ehEquals ehInside ehMeet ehOverlap envelope getSRID
    intersection isEmpty isSimple length perimeter rcc8dc rcc8ec rcc8eq rcc8ntpp rcc8ntppi rcc8po
    rcc8tpp rcc8tppi relate sfContains sfCrosses sfDisjoint sfEquals sfIntersects sfOverlaps
    sfTouches sfWithin spatialDimension symDifference union
""".split()  # noqa: SIM905  # a table
EXTENSION_FUNCTIONS = (
    *(PREFIXES["xsd"] + name for name in _CASTS),
    *(f"http://www.opengis.net/def/function/geosparql/{name}" for name in _GEOSPARQL),
)
"""Functions that the engine has beyond https://www.w3.org/TR/sparql11-query/#FunctionMapping."""

_RULED = " The graph of what is inferred holds besides what our own rules conclude from claims."

_EXAMPLE: dict[QueryForm, tuple[str, str]] = {
    "select": ("sh:SPARQLSelectExecutable", "sh_select"),
    "ask": ("sh:SPARQLAskExecutable", "sh_ask"),
    "construct": ("sh:SPARQLConstructExecutable", "sh_construct"),
}
"""What SHACL has for a query; it has nothing for DESCRIBE."""


class Place(NamedTuple):
    """Where this service is found: absolute IRIs of its front page and its endpoint."""

    home: str
    endpoint: str

    @property
    def void(self) -> str:
        """Where the data is described, https://www.w3.org/TR/void/#well-known."""
        return f"{self.home}.well-known/void"

    @property
    def update(self) -> str:
        """Where updates are taken, if they are."""
        return f"{self.home}update"


class Service(NamedTuple):
    """What the endpoint does: it is described with that, and with no more."""

    closed: bool
    """Whether the default graph is the union of all, with what follows by OWL 2 RL."""

    ruled: bool
    """Whether our own rules conclude from claims as well."""

    writable: bool
    keeps_empty: bool
    """Whether a graph exists until it is removed, although nothing is in it."""

    federates: bool


def format_iri(row: Format) -> Term:
    """Return the IRI in https://www.w3.org/ns/formats/; the engine has another for JSON-LD."""
    iri_of = "http://www.w3.org/ns/formats/JSON-LD" if row.name == "jsonld" else row.engine.iri
    return link(iri_of)


def describe_service(
    place: Place,
    service: Service,
    figures: Statistics | None,
    graphs: list[str],
    questions: list[Question],
) -> list[Triple]:
    """Return the description of the endpoint over the named graphs given by IRI."""
    out = Statements()
    dataset = link(f"{place.endpoint}#dataset")
    _say_queries(out, place, service, dataset)
    if service.writable:
        _say_updates(out, place, service)
    default = out.node(rdf_type=[iri("sd:Graph"), iri("void:Dataset")])
    out.say(
        dataset, rdf_type=[iri("sd:Dataset"), iri("sd:GraphCollection")], sd_defaultGraph=default
    )
    for name in graphs:
        graph = out.node(rdf_type=[iri("sd:Graph"), iri("void:Dataset")])
        if figures:
            say_counts(out, graph, figures.graphs[name])
        named = out.node(
            rdf_type=iri("sd:NamedGraph"),
            sd_name=link(name),
            sd_graph=graph,
            sd_entailmentRegime=link(f"{_ENTAILMENT}Simple"),
        )
        out.say(dataset, sd_namedGraph=named)
    if figures:
        say_counts(out, default, figures.whole)
        say_partitions(out, default, figures.classes, figures.properties)
    _say_examples(out, place, questions)
    return out.triples


def _say_queries(out: Statements, place: Place, service: Service, dataset: Term) -> None:
    node = link(f"{place.endpoint}#service")
    out.say(
        node,
        rdf_type=iri("sd:Service"),
        sd_endpoint=link(place.endpoint),
        sd_supportedLanguage=iri("sd:SPARQL11Query"),
        sd_feature=[
            *([iri("sd:UnionDefaultGraph")] if service.closed else []),
            *([iri("sd:BasicFederatedQuery")] if service.federates else []),
        ],
        sd_resultFormat=[format_iri(row) for row in FORMATS],
        sd_extensionFunction=[link(name) for name in EXTENSION_FUNCTIONS],
        sd_defaultDataset=dataset,
        sd_availableGraphs=dataset,
        rdfs_seeAlso=link(place.void),
    )
    for name in EXTENSION_FUNCTIONS:
        out.say(link(name), rdf_type=iri("sd:Function"))
    _say_entailment(out, place, node, service)


def _say_updates(out: Statements, place: Place, service: Service) -> None:
    """Say what takes updates: another service, for an endpoint has one address."""
    out.say(
        link(f"{place.update}#service"),
        rdf_type=iri("sd:Service"),
        sd_endpoint=link(place.update),
        sd_supportedLanguage=iri("sd:SPARQL11Update"),
        sd_feature=iri("sd:EmptyGraphs" if service.keeps_empty else "sd:UnionDefaultGraph"),
        sd_extensionFunction=[link(name) for name in EXTENSION_FUNCTIONS],
        rdfs_comment=words("A client needs the token of this server.", "en"),
        rdfs_seeAlso=link(place.endpoint),
    )


def _say_entailment(out: Statements, place: Place, node: Term, service: Service) -> None:
    """Say under which entailment a pattern is matched over the default graph.

    A named graph is matched as it stands. The default graph holds a closure that leaves out what
    is true of everything, so that it is no full answer under the profile of OWL 2 RL itself.
    """
    if not service.closed:
        out.say(node, sd_defaultEntailmentRegime=link(f"{_ENTAILMENT}Simple"))
        return
    profile = link(f"{place.endpoint}#closure")
    out.say(
        node,
        sd_defaultEntailmentRegime=link(f"{_ENTAILMENT}OWL-RDF-Based"),
        sd_defaultSupportedEntailmentProfile=profile,
    )
    out.say(
        profile,
        rdf_type=iri("sd:EntailmentProfile"),
        rdfs_label=words("OWL 2 RL, without what is true of everything", "en"),
        rdfs_comment=words(
            "What follows by the rules of OWL 2 RL/RDF is in the data, save for triples that hold"
            " whatever is said, as that a thing is the same as itself or is an owl:Thing."
            + (_RULED if service.ruled else ""),
            "en",
        ),
        rdfs_seeAlso=_RL,
    )


def _say_examples(out: Statements, place: Place, questions: list[Question]) -> None:
    """Say the example queries as https://www.w3.org/TR/shacl/#sparql-constraints names them."""
    declared = link(f"{place.endpoint}#prefixes")
    for question in questions:
        form = read(question.text).form
        if form not in _EXAMPLE:
            continue
        kind, written = _EXAMPLE[form]
        node = link(f"{place.endpoint}#{question.name}")
        out.say(
            node,
            rdf_type=[iri("sh:SPARQLExecutable"), iri(kind)],
            rdfs_comment=words(question.title, "en"),
            sh_prefixes=declared,
            schema_target=link(place.endpoint),
        )
        out.say(node, **{written: words(question.text)})
    if questions:
        out.say(declared, rdf_type=iri("owl:Ontology"))
    for prefix, space in PREFIXES.items() if questions else ():
        namespace = f'"{space}"^^{iri("xsd:anyURI")}'
        one = out.node(sh_prefix=words(prefix), sh_namespace=namespace)
        out.say(declared, sh_declare=one)


def say_counts(out: Statements, subject: Term, counts: Counts) -> None:
    """Say the figures of one graph, https://www.w3.org/TR/void/#statistics."""
    out.say(
        subject,
        void_triples=number(counts.triples),
        void_distinctSubjects=number(counts.subjects),
        void_distinctObjects=number(counts.objects),
        void_properties=number(counts.properties),
        void_classes=number(counts.classes),
    )


def say_partitions(
    out: Statements,
    subject: Term,
    classes: dict[str, int],
    properties: dict[str, Partition],
    of_class: dict[str, dict[str, Partition]] | None = None,
) -> None:
    """Say how a graph divides by class and by property, https://www.w3.org/TR/void/#partitions."""
    for name, members in classes.items():
        part = out.node(void_class=link(name), void_entities=number(members))
        out.say(subject, void_classPartition=part)
        say_partitions(out, part, {}, (of_class or {}).get(name, {}))
    for name, found in properties.items():
        part = out.node(
            void_property=link(name),
            void_triples=number(found.triples),
            void_distinctSubjects=number(found.subjects),
            void_distinctObjects=number(found.objects),
        )
        out.say(subject, void_propertyPartition=part)
