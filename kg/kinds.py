"""Own which of its classes tell the most of a thing; not how a class is called."""

from __future__ import annotations

from collections.abc import Iterable

from kg.index import Index
from kg.model import Term
from kg.namespaces import PREFIXES, iri

__all__ = ["broader", "kinds_of", "of_ours"]

_UNDER = iri("rdfs:subClassOf")
_OURS = f"<{PREFIXES['clef']}"


def of_ours(kinds: Iterable[Term]) -> set[Term]:
    """Return the classes that are of our ontology."""
    return {kind for kind in kinds if kind.startswith(_OURS)}


def kinds_of(index: Index, term: Term) -> list[Term]:
    """Return the narrowest classes of our ontology that a term belongs to, sorted."""
    kinds = of_ours(index.kinds(term))
    above = {over for kind in kinds for over in index.objects(kind, _UNDER) if over != kind}
    return sorted(kinds - above)


def broader(index: Index, kind: Term) -> list[Term]:
    """Return the classes of our ontology right above a class, sorted."""
    above = of_ours(index.objects(kind, _UNDER)) - {kind}
    higher = {over for one in above for over in index.objects(one, _UNDER) if over != one}
    return sorted(above - higher)
