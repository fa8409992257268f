"""Own the base IRI, the prefixes and the names of our graphs; no other file spells them out.

Every file of `ontology/` and `data/` is written with IRIs relative to `BASE`, so that a
publication under another base is one setting, `CLEF_BASE`, and no edit. This is the one module
of `kg` that reads the environment.
"""

from __future__ import annotations

import os
import re

from kg.errors import InputError
from kg.model import Term

__all__ = ["BASE", "GRAPHS", "PREFIXES", "WHY", "compact", "expand", "iri", "local_name"]

DEFAULT_BASE = "https://w3id.org/clef/"


def _base() -> str:
    base = os.environ.get("CLEF_BASE") or DEFAULT_BASE
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`#?]+/", base):
        raise InputError(
            f"CLEF_BASE is {base!r}",
            hint="give an absolute http or https IRI that ends in a slash",
        )
    return base


BASE = _base()

PREFIXES: dict[str, str] = {
    "clef": BASE + "ns#",
    "id": BASE + "id/",
    "graph": BASE + "graph/",
    "rule": BASE + "rule/",
    "shape": BASE + "shape/",
    "crm": "http://www.cidoc-crm.org/cidoc-crm/",
    "dbo": "http://dbpedia.org/ontology/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "frbroo": "http://iflastandards.info/ns/fr/frbr/frbroo/",
    "lrmoo": "http://iflastandards.info/ns/lrm/lrmoo/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Known to every query, rule and export; ours first, then the rest by name."""

GRAPHS: dict[str, str] = {
    name: f"{BASE}graph/{name}" for name in ("ontology", "claims", "accepted", "inferred")
}
"""The named graphs of a published dataset; their union is the default graph."""

WHY = f"{BASE}graph/why"
"""The named graph of the proofs, which only a query that names it is answered from."""

_BARE = {
    "xsd:integer": re.compile(r"[+-]?[0-9]+"),
    "xsd:decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    "xsd:boolean": re.compile(r"true|false"),
}
_LONGEST_FIRST = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))
_LOCAL = re.compile(r"(?:[A-Za-z_0-9](?:[\w.\-]*[\w\-])?)?", re.ASCII)


def iri(curie: str) -> Term:
    """Return the term for one of our own CURIEs, `iri("clef:basedOn")`."""
    prefix, _, local = curie.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


def expand(text: str) -> Term:
    """Return the term a person meant by a CURIE, an IRI (bare or in brackets), `a` or a literal.

    A literal is written as in Turtle: `"text"@en`, `"P6M"^^xsd:duration`, `5`, `1.5` or `true`.
    Raise `InputError` where the prefix is unknown or the text is none of these.

    >>> expand("a")
    '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>'
    >>> expand('"diamonds"@en')
    '"diamonds"@en'
    >>> expand("5")
    '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    if text == "a":
        return iri("rdf:type")
    if text.startswith("_:"):
        return text
    if text.startswith('"'):
        quoted, mark, datatype = text.rpartition("^^")
        return f"{quoted}^^{expand(datatype)}" if mark and quoted.endswith('"') else text
    for datatype, pattern in _BARE.items():
        if pattern.fullmatch(text):
            return f'"{text}"^^{iri(datatype)}'
    bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    prefix, colon, local = bare.partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        bare = PREFIXES[prefix] + local
    elif not re.match(r"(https?://|urn:)", bare):
        known = ", ".join(PREFIXES)
        raise InputError(
            f"{text!r} is neither an IRI nor a name with a known prefix",
            hint=f"write prefix:name with one of {known}, the whole IRI, or a literal in quotes",
        )
    if re.search(r'[\x00-\x20<>"{}|^`\\]', bare):
        raise InputError(f"{text!r} has a character that an IRI cannot hold")
    return f"<{bare}>"


def compact(term: Term) -> str:
    """Return the shortest way to write a term: a CURIE where a prefix fits, else the term.

    >>> compact("<http://www.w3.org/2002/07/owl#Class>")
    'owl:Class'
    """
    if not term.startswith("<"):
        literal, mark, datatype = term.rpartition("^^")
        return f"{literal}^^{compact(datatype)}" if mark and term.startswith('"') else term
    bare = term[1:-1]
    for prefix, namespace in _LONGEST_FIRST:
        if bare.startswith(namespace) and _LOCAL.fullmatch(bare, len(namespace)):
            return f"{prefix}:{bare[len(namespace) :]}"
    return term


def local_name(term: Term) -> str:
    """Return the part of an IRI term after its last `#` or `/`."""
    return re.split(r"[#/]", term.strip("<>"))[-1]
