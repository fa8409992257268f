"""Own the one table of formats that Clef reads and writes; not the reading or writing itself.

The command line, the server and the export all ask here which names, media types and suffixes a
format has and what it can carry: a `graph`, a whole `dataset`, the `results` of a SELECT, or the
`boolean` of an ASK. The order of `FORMATS` is the order of preference within a kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pyoxigraph as ox

from kg.errors import FormatError

__all__ = ["FORMATS", "Format", "Kind", "for_name", "for_suffix", "offered"]

Kind: TypeAlias = Literal["graph", "dataset", "results", "boolean"]
"""What a format can carry."""


@dataclass(frozen=True, slots=True)
class Format:
    """One row: the first media type and the first suffix are the canonical ones."""

    name: str
    label: str
    media_types: tuple[str, ...]
    suffixes: tuple[str, ...]
    kinds: tuple[Kind, ...]
    engine: ox.RdfFormat | ox.QueryResultsFormat

    @property
    def media_type(self) -> str:
        """The canonical media type, without parameters."""
        return self.media_types[0]

    @property
    def content_type(self) -> str:
        """The value of `Content-Type`: text types say that they are UTF-8.

        >>> for_name("turtle").content_type
        'text/turtle; charset=utf-8'
        """
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


FORMATS: tuple[Format, ...] = (
    Format(
        "turtle",
        "Turtle",
        ("text/turtle", "application/x-turtle"),
        (".ttl",),
        ("graph",),
        ox.RdfFormat.TURTLE,
    ),
    Format(
        "ntriples",
        "N-Triples",
        ("application/n-triples", "text/plain"),
        (".nt",),
        ("graph",),
        ox.RdfFormat.N_TRIPLES,
    ),
    Format(
        "rdfxml",
        "RDF/XML",
        ("application/rdf+xml", "application/xml", "text/xml"),
        (".rdf", ".owl"),
        ("graph",),
        ox.RdfFormat.RDF_XML,
    ),
    Format(
        "jsonld",
        "JSON-LD",
        ("application/ld+json", "application/json"),
        (".jsonld",),
        ("graph", "dataset"),
        ox.RdfFormat.JSON_LD,
    ),
    Format(
        "trig",
        "TriG",
        ("application/trig", "application/x-trig"),
        (".trig",),
        ("graph", "dataset"),
        ox.RdfFormat.TRIG,
    ),
    Format(
        "nquads",
        "N-Quads",
        ("application/n-quads", "text/x-nquads"),
        (".nq",),
        ("graph", "dataset"),
        ox.RdfFormat.N_QUADS,
    ),
    Format(
        "json",
        "SPARQL results in JSON",
        ("application/sparql-results+json", "application/json"),
        (".srj", ".json"),
        ("results", "boolean"),
        ox.QueryResultsFormat.JSON,
    ),
    Format(
        "xml",
        "SPARQL results in XML",
        ("application/sparql-results+xml", "application/xml", "text/xml"),
        (".srx", ".xml"),
        ("results", "boolean"),
        ox.QueryResultsFormat.XML,
    ),
    Format(
        "csv",
        "CSV",
        ("text/csv",),
        (".csv",),
        ("results",),
        ox.QueryResultsFormat.CSV,
    ),
    Format(
        "tsv",
        "TSV",
        ("text/tab-separated-values",),
        (".tsv",),
        ("results",),
        ox.QueryResultsFormat.TSV,
    ),
)
"""CSV and TSV have no form for a boolean: https://www.w3.org/TR/sparql11-results-csv-tsv/."""


def offered(kind: Kind | None = None) -> tuple[Format, ...]:
    """Return the formats that carry `kind`, the preferred one first; all of them without it."""
    return tuple(row for row in FORMATS if kind is None or kind in row.kinds)


def for_name(name: str, kind: Kind | None = None) -> Format:
    """Return the format that a person means by `name`; case and punctuation do not count.

    A suffix without its dot, a media type and a media type's second half are names too, so that
    "xml" and "json" mean something of every kind.

    >>> for_name("N-Triples").name, for_name("ttl").name, for_name("xml", "graph").name
    ('ntriples', 'turtle', 'rdfxml')
    """
    wanted = re.sub("[-/ ]", "", name.lower())
    for row in offered(kind):
        if wanted == row.name or f".{wanted}" in row.suffixes:
            return row
    media_type = name.lower().replace(" ", "+")  # what a plus in a URL was
    for row in offered(kind):
        if any(media_type in {full, full.partition("/")[2]} for full in row.media_types):
            return row
    raise FormatError(f"no format is called {name!r}", hint=_offer(kind))


def for_suffix(suffix: str, kind: Kind | None = None) -> Format:
    """Return the format of files that end in `suffix`, given with its dot."""
    for row in offered(kind):
        if suffix.lower() in row.suffixes:
            return row
    raise FormatError(f"no format has files that end in {suffix!r}", hint=_offer(kind))


def _offer(kind: Kind | None) -> str:
    rows = ", ".join(f"{row.name} ({row.media_type})" for row in offered(kind))
    return f"offered: {rows}"
