"""Own the closing of RDF that is no dossier: any file, any rdflib graph; it needs no ontology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NoReturn

import rdflib

from kg.errors import InconsistencyError, InputError
from kg.explain import Witnesses, clash_proof
from kg.model import Derivation, Origin, SourceFile, Term, Triple
from kg.reason import Closure
from kg.reason import materialize as close_triples
from kg.referee import consult
from kg.store import Attribution
from kg.tell import refusal, sentences
from kg.terms import from_rdflib, rdflib_graph
from kg.why import statements

__all__ = ["close", "close_by_owlrl", "materialize", "reasons", "refuse_clashes"]


def close(file: SourceFile) -> Closure:
    """Return the OWL 2 RL closure of a file.

    Raise `InconsistencyError` with the proof of each contradiction.
    """
    return _closed(file.triples, file.name)


def close_by_owlrl(file: SourceFile) -> frozenset[Triple]:
    """Return what owlrl concludes from a file; raise `InconsistencyError` in its words."""
    opinion = consult(file.triples)
    if opinion.errors:
        raise InconsistencyError("inconsistent, owlrl says: " + "\n".join(opinion.errors))
    return opinion.triples


def reasons(closure: Closure, file: SourceFile) -> Iterator[Triple]:
    """Yield the derivation of every inferred triple as RDF; the leaves rest on the file."""
    origin = Origin(_file_term(file.name), file.name)
    found = {triple: closure.derivation(triple) for triple in closure.inferred()}
    derivations = {triple: derivation for triple, derivation in found.items() if derivation}
    return statements(derivations, lambda _triple: (origin,))


def materialize(graph: rdflib.Graph) -> rdflib.Graph:
    """Return a new graph: the given one and all that follows from it by OWL 2 RL.

    What says nothing is left out: reflexive sameAs and subClassOf, that everything is an
    owl:Thing. Raise `InconsistencyError` with the proof of each contradiction.

    >>> given = rdflib.Graph().parse(data='''
    ...     @prefix : <http://example.org/> .
    ...     @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    ...     :Cat rdfs:subClassOf :Animal . :tom a :Cat .''')
    >>> tom, animal = (rdflib.URIRef("http://example.org/" + name) for name in ("tom", "Animal"))
    >>> (tom, rdflib.RDF.type, animal) in materialize(given)
    True
    """
    triples = {Triple(from_rdflib(s), from_rdflib(p), from_rdflib(o)) for s, p, o in graph}
    return rdflib_graph(triples.union(_closed(triples, "the graph").inferred()))


def _closed(triples: Iterable[Triple], name: str) -> Closure:
    asserted = tuple(triples)
    try:
        closure = close_triples(asserted)
    except RecursionError:
        raise InputError(
            "a chain, key or intersection has more members than can be made a rule of",
            where=name,
            hint="split the list: some hundreds of members work, a thousand do not",
        ) from None
    if closure.clashes():
        attribution = Attribution(name, _file_term(name))
        refuse_clashes(closure, dict.fromkeys(asserted, (attribution,)))
    return closure


def refuse_clashes(
    closure: Closure, asserted: Mapping[Triple, tuple[Attribution, ...]]
) -> NoReturn:
    """Raise the `InconsistencyError` that proves each contradiction of a closure."""
    witnesses = Witnesses(asserted)

    def derivation(triple: Triple) -> Derivation | None:
        return closure.derivation(triple) if triple in closure else None

    proofs = [clash_proof(clash, derivation, witnesses) for clash in closure.clashes()]
    raise refusal(proofs, sentences(()))


def _file_term(name: str) -> Term:
    return f"<file:{name}>"
