"""Own the passage between our terms, rdflib's and pyoxigraph's; not what any of them means."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

import pyoxigraph as ox
import rdflib
from rdflib.term import Identifier, Node

from kg.model import Term, Triple

__all__ = ["from_rdflib", "literal_parts", "rdflib_graph", "to_oxigraph", "to_rdflib"]

# rdflib would otherwise rewrite "01"^^xsd:integer to "1": a source's words are not ours to mend.
rdflib.NORMALIZE_LITERALS = False
# It also logs a traceback for each ill-typed literal; the reasoner reports those as clashes.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)

_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?', re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code[1:], 16)) if code[0] in "uU" else _PLAIN.get(code, code)


def literal_parts(term: Term) -> tuple[str, str | None, str | None]:
    """Return the lexical form, the language tag and the datatype IRI of a literal term.

    >>> literal_parts('"six \\\\"months\\\\""@en')
    ('six "months"', 'en', None)
    """
    match = _LITERAL.fullmatch(term)
    if match is None:
        raise ValueError(f"not a literal in N-Triples syntax: {term}")
    return _ESCAPE.sub(_unescape, match[1]), match[2], match[3]


def to_rdflib(term: Term) -> Identifier:
    """Return the rdflib node of a term, its literal form untouched."""
    if term.startswith("<"):
        return rdflib.URIRef(term[1:-1])
    if term.startswith("_:"):
        return rdflib.BNode(term[2:])
    lexical, language, datatype = literal_parts(term)
    kind = rdflib.URIRef(datatype) if datatype else None
    return rdflib.Literal(lexical, lang=language, datatype=kind, normalize=False)


def from_rdflib(node: Node) -> Term:
    """Return the term of an rdflib node."""
    return str(_oxigraph_node(node))


def _oxigraph_node(node: Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the pyoxigraph node of an rdflib node."""
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return ox.BlankNode(str(node))
    if not isinstance(node, rdflib.Literal):
        raise TypeError(f"not an RDF term: {node!r}")
    if node.language:
        return ox.Literal(str(node), language=node.language)
    if node.datatype:
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)))
    return ox.Literal(str(node))


def to_oxigraph(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the pyoxigraph node of a term."""
    if term.startswith("<"):
        return ox.NamedNode(term[1:-1])
    if term.startswith("_:"):
        return ox.BlankNode(term[2:])
    lexical, language, datatype = literal_parts(term)
    if language:
        return ox.Literal(lexical, language=language)
    return ox.Literal(lexical, datatype=ox.NamedNode(datatype) if datatype else None)


def rdflib_graph(triples: Iterable[Triple]) -> rdflib.Graph:
    """Return an rdflib graph of the triples."""
    graph = rdflib.Graph()
    nodes: dict[Term, Identifier] = {}
    for triple in triples:
        for term in triple:
            if term not in nodes:
                nodes[term] = to_rdflib(term)
        graph.add((nodes[triple.subject], nodes[triple.predicate], nodes[triple.object]))
    return graph
