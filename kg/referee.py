"""Own the second opinion: the closure that owlrl gives, made comparable with ours.

owlrl writes triples that are no RDF or say nothing, and three of its rules pass over the last
member of a list; each is named here, and nothing else is taken out.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass

import owlrl
import rdflib

from kg.model import Triple
from kg.namespaces import PREFIXES, iri
from kg.terms import from_rdflib, rdflib_graph

__all__ = ["Opinion", "consult", "says_nothing"]

_ERROR = "http://www.daml.org/2002/03/agents/agent-ont#"
_STANDARD = tuple(f"<{PREFIXES[name]}" for name in ("rdf", "rdfs", "owl", "xsd"))
_REFLEXIVE = frozenset(
    iri(name)
    for name in (
        "owl:sameAs",
        "rdfs:subClassOf",
        "rdfs:subPropertyOf",
        "owl:equivalentClass",
        "owl:equivalentProperty",
    )
)
_TOPS = frozenset({iri("owl:Thing"), iri("rdfs:Resource"), iri("rdfs:Literal")})


@dataclass(frozen=True, slots=True)
class Opinion:
    """What owlrl concluded, and the words of the errors it found."""

    triples: frozenset[Triple]
    errors: tuple[str, ...]


def consult(triples: Iterable[Triple]) -> Opinion:
    """Return owlrl's OWL 2 RL closure of the triples, without what says nothing."""
    graph = rdflib_graph(triples)
    with warnings.catch_warnings():
        # owlrl binds literals as subjects, which rdflib warns of once a triple.
        warnings.simplefilter("ignore")
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    error = rdflib.URIRef(_ERROR + "error")
    errors = tuple(sorted(str(text) for text in graph.objects(None, error)))
    found = (Triple(from_rdflib(s), from_rdflib(p), from_rdflib(o)) for s, p, o in graph)
    return Opinion(frozenset(t for t in found if not says_nothing(t)), errors)


def says_nothing(triple: Triple) -> bool:
    """Tell whether a triple is no RDF, or true of every graph whatever it says."""
    subject, predicate, obj = triple
    return (
        subject.startswith('"')  # owlrl: literals as subjects
        or subject.startswith(_STANDARD)  # axioms about the standard's own terms
        or _ERROR in f"{predicate}{obj}"  # owlrl: its own error nodes
        or (predicate in _REFLEXIVE and subject == obj)  # eq-ref, scm-cls, scm-op, scm-dp
        or obj in _TOPS  # everything is a thing: scm-cls, cls-thing
        or (predicate == iri("rdfs:subClassOf") and subject == iri("owl:Nothing"))
    )
