"""Own which triples describe a term; not the document that carries them."""

from __future__ import annotations

from kg.index import Index
from kg.model import Term, Triple

__all__ = ["describe"]


def describe(index: Index, term: Term) -> list[Triple]:
    """Return the triples about a term and those that lead to it, blank nodes with all of theirs.

    A description is symmetric: a blank node is followed in both directions.
    """
    found: set[Triple] = set()
    waiting, seen = [term], {term}
    while waiting:
        node = waiting.pop()
        for triple in (*index.outgoing(node), *index.incoming(node)):
            found.add(triple)
            for end in (triple.subject, triple.object):
                if end.startswith("_:") and end not in seen:
                    seen.add(end)
                    waiting.append(end)
    return sorted(found)
