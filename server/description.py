"""Own what the endpoint says of itself in RDF; not what is in the data.

https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

import pyoxigraph as ox

from kg.formats import FORMATS, Format
from kg.namespaces import PREFIXES

__all__ = ["describe"]

SD = "http://www.w3.org/ns/sparql-service-description#"


def describe(endpoint: str, row: Format) -> bytes:
    """Return the description of the endpoint at an absolute IRI, in a format for graphs."""
    service = ox.NamedNode(f"{endpoint}#service")
    pairs = [
        (PREFIXES["rdf"] + "type", SD + "Service"),
        (SD + "endpoint", endpoint),
        (SD + "feature", SD + "UnionDefaultGraph"),
        (SD + "supportedLanguage", SD + "SPARQL11Query"),
        *((SD + "resultFormat", form.engine.iri) for form in FORMATS),
    ]
    triples = [ox.Triple(service, ox.NamedNode(name), ox.NamedNode(value)) for name, value in pairs]
    assert isinstance(row.engine, ox.RdfFormat)
    text = ox.serialize(triples, format=row.engine, prefixes={"sd": SD})
    assert text is not None
    return text
