"""Own which triples describe a term; not the document that carries them."""

from __future__ import annotations

from kg.index import Index
from kg.model import Term, Triple
from kg.namespaces import iri

__all__ = ["describe"]

_TYPE = iri("rdf:type")


def describe(index: Index, term: Term) -> list[Triple]:
    """Return the triples about a term and those that lead to it, blank nodes with all of theirs.

    A description is symmetric: a blank node is followed in both directions. One that is a class
    is not followed to its members, of which there are hundreds: they say nothing of the class.
    """
    found: set[Triple] = set()
    waiting, seen = [term], {term}
    while waiting:
        node = waiting.pop()
        triples = [*index.outgoing(node), *index.incoming(node)]
        if node.startswith("_:"):
            triples = [t for t in triples if (t.predicate, t.object) != (_TYPE, node)]
        for triple in triples:
            found.add(triple)
            for end in (triple.subject, triple.object):
                if end.startswith("_:") and end not in seen:
                    seen.add(end)
                    waiting.append(end)
    return sorted(found)
