"""Triples in few letters, for the tests of the proof checker."""

from __future__ import annotations

from kg.model import Term, Triple
from kg.namespaces import iri


def term(word: str) -> Term:
    """Return `a`, a CURIE, a literal with no spaces, or `x` for `<urn:x>`."""
    if word == "a":
        return iri("rdf:type")
    if word.startswith('"'):
        text, mark, datatype = word.partition("^^")
        return f"{text}^^{iri(datatype)}" if mark else text
    return iri(word) if ":" in word else f"<urn:{word}>"


def triple(text: str) -> Triple:
    """Return a triple of three such words."""
    return Triple(*map(term, text.split()))
