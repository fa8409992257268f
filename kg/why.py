"""Own derivations as RDF: a node a statement, its rule, its premises, its sources.

Two forms say the same: a node with `clef:subject`, `clef:predicate` and `clef:object`, which any
RDF 1.1 tool reads, and a reifier of RDF 1.2, whose node `rdf:reifies` the triple as one term. See
https://www.w3.org/TR/rdf12-concepts/#section-triple-terms-reification. Beside our own words stand
`sh:sourceRule` and, by the alignment in `ontology/align/prov.ttl`, `prov:wasDerivedFrom`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping

from kg.model import Derivation, Origin, Term, Triple
from kg.namespaces import iri

__all__ = ["PROMOTIONS", "digest", "statement", "statements"]

PROMOTIONS = frozenset({"promote", "promote-finding"})
"""The rules by which a claim becomes an accepted triple."""

_TYPE = iri("rdf:type")


def statements(
    derivations: Mapping[Triple, Derivation],
    origins: Callable[[Triple], tuple[Origin, ...]],
    *,
    reifiers: bool = False,
) -> Iterator[Triple]:
    """Yield what every derivation says of its conclusion, and of its premises that are asserted.

    `origins` says where an asserted triple stands. With `reifiers`, the object of `rdf:reifies`
    is a triple term, in the syntax of N-Triples 1.2.
    """
    leaves: set[Triple] = set()
    for conclusion, derivation in derivations.items():
        name = statement(conclusion)
        accepted = derivation.rule in PROMOTIONS
        kind = "clef:AcceptedStatement" if accepted else "clef:InferredStatement"
        yield Triple(name, _TYPE, iri(kind))
        yield from _content(name, conclusion, reifiers=reifiers)
        rule = iri(f"rule:{derivation.rule}")
        yield Triple(name, iri("clef:byRule"), rule)
        yield Triple(name, iri("sh:sourceRule"), rule)
        for premise in derivation.premises:
            yield Triple(name, iri("clef:premise"), statement(premise))
        leaves.update(p for p in derivation.premises if p not in derivations)
        if accepted:
            nodes = {o.node for p in derivation.premises for o in origins(p) if o.node}
            yield from (Triple(name, iri("clef:supportedBy"), node) for node in sorted(nodes))
    for leaf in sorted(leaves):
        name = statement(leaf)
        yield Triple(name, _TYPE, iri("clef:Statement"))
        yield from _content(name, leaf, reifiers=reifiers)
        for origin in origins(leaf):
            stands = "clef:restsOnSource" if origin.node else "rdfs:isDefinedBy"
            yield Triple(name, iri(stands), origin.source)


def statement(triple: Triple) -> Term:
    """Return the IRI that names a triple as a statement."""
    return iri(f"id:statement-{digest(triple)}")


def digest(triple: Triple) -> str:
    """Return the name of a statement: 16 hex digits of the SHA-256 of its N-Triples text."""
    text = f"{triple.subject} {triple.predicate} {triple.object}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _content(name: Term, triple: Triple, *, reifiers: bool) -> Iterator[Triple]:
    subject, predicate, obj = triple
    if reifiers:
        yield Triple(name, iri("rdf:reifies"), f"<<( {subject} {predicate} {obj} )>>")
        return
    yield Triple(name, iri("clef:subject"), subject)
    yield Triple(name, iri("clef:predicate"), predicate)
    yield Triple(name, iri("clef:value" if obj.startswith('"') else "clef:object"), obj)
