"""Own what is said of the data in RDF: VoID and DCAT; not of the service that queries it.

https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlencode

from kg.formats import for_name, offered
from kg.model import Term, Triple
from kg.namespaces import PREFIXES, iri
from server.description import Place, format_iri, say_counts, say_partitions
from server.library import Edition
from server.statements import Statements, link, number, words
from server.statistics import DUMP, Statistics

__all__ = ["Published", "describe_data"]

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


class Published(NamedTuple):
    """The dataset that is described: its name, its version, and its files where it has any."""

    title: str
    digest: str
    edition: Edition | None


def describe_data(place: Place, figures: Statistics | None, published: Published) -> list[Triple]:
    """Return the catalogue of this service, its one dataset, and the figures of that.

    What the data says of its own `dcat:Dataset` is repeated: title, description, licence.
    """
    out = Statements()
    title = published.title
    about = figures.about if figures else ()
    data = next((t.subject for t in sorted(about)), link(f"{place.void}#dataset"))
    out.triples += (t for t in about if t.subject == data)
    said = {t.predicate for t in out.triples}
    if iri("dct:title") not in said:
        out.say(data, dct_title=words(title))
    if iri("dct:description") not in said:
        out.say(data, dct_description=words(f"The dataset {title}, as RDF."))
    out.say(
        data,
        rdf_type=[iri("dcat:Dataset"), iri("void:Dataset")],
        dcat_version=words(published.digest),
        foaf_homepage=link(place.home),
        void_sparqlEndpoint=link(place.endpoint),
        void_uriSpace=words(PREFIXES["id"]),
        void_feature=[format_iri(row) for row in offered("graph")],
    )
    _say_catalog(out, place, data, title)
    if figures:
        _say_figures(out, data, figures)
        if not published.edition:
            _say_answers(out, place, data, figures)
        _say_links(out, place, data, figures)
    if published.edition:
        _say_files(out, place, data, published.edition)
    return out.triples


def _say_catalog(out: Statements, place: Place, data: Term, title: str) -> None:
    service = link(f"{place.endpoint}#service")
    out.say(
        link(place.void),
        rdf_type=iri("void:DatasetDescription"),
        foaf_primaryTopic=data,
        rdfs_seeAlso=link(place.endpoint),
    )
    out.say(
        link(f"{place.void}#catalog"),
        rdf_type=iri("dcat:Catalog"),
        dct_title=words(f"Clef: {title}"),
        dct_description=words("What this service holds, and how it is asked.", "en"),
        dcat_dataset=data,
        dcat_service=service,
    )
    out.say(
        service,
        rdf_type=iri("dcat:DataService"),
        dct_title=words("SPARQL endpoint", "en"),
        dct_conformsTo=link("https://www.w3.org/TR/sparql11-protocol/"),
        dcat_endpointURL=link(place.endpoint),
        dcat_endpointDescription=link(place.endpoint),
        dcat_servesDataset=data,
    )


def _say_figures(out: Statements, data: Term, figures: Statistics) -> None:
    say_counts(out, data, figures.whole)
    say_partitions(out, data, figures.classes, figures.properties, figures.of_class)
    spaces = {_namespace(name) for name in (*figures.classes, *figures.properties)} - {""}
    out.say(
        data,
        void_entities=number(figures.entities),
        void_vocabulary=[link(space) for space in sorted(spaces)],
        void_exampleResource=[link(name) for name in figures.examples],
    )
    for name, counts in figures.graphs.items():
        graph = out.node(rdf_type=[iri("void:Dataset"), iri("sd:Graph")])
        say_counts(out, graph, counts)
        out.node(rdf_type=iri("sd:NamedGraph"), sd_name=link(name), sd_graph=graph)
        out.say(data, void_subset=graph)


def _say_answers(out: Statements, place: Place, data: Term, figures: Statistics) -> None:
    licences = [t.object for t in figures.about if t[:2] == (data, iri("dct:license"))]
    for name, size in figures.dumps.items():
        row = for_name(name, "graph")
        address = link(f"{place.endpoint}?{urlencode({'query': DUMP, 'format': name})}")
        dump = link(f"{place.void}#{name}")
        out.say(data, void_dataDump=address, dcat_distribution=dump)
        out.say(
            dump,
            rdf_type=iri("dcat:Distribution"),
            dct_title=words(f"All of it in {row.label}", "en"),
            dct_format=format_iri(row),
            dct_license=licences,
            dcat_accessURL=link(place.endpoint),
            dcat_accessService=link(f"{place.endpoint}#service"),
            dcat_downloadURL=address,
            dcat_mediaType=link(_MEDIA_TYPES + row.media_type),
            dcat_byteSize=f'"{size}"^^{iri("xsd:nonNegativeInteger")}',
        )


def _say_files(out: Statements, place: Place, data: Term, edition: Edition) -> None:
    """Say the files of all of the data, with what shows that one came whole."""
    dumps = edition.dumps
    licences = edition.index.objects(data, iri("dct:license"))
    modified = f'"{edition.made.isoformat()}"^^{iri("xsd:dateTime")}'
    if not edition.index.objects(data, iri("dct:modified")):
        out.say(data, dct_modified=modified)
    for file in dumps.files.values():
        if file.selection != "all":
            continue
        address, dump = link(f"{place.home}data/{file.name}"), link(f"{place.void}#{file.name}")
        out.say(data, void_dataDump=address, dcat_distribution=dump)
        out.say(
            dump,
            rdf_type=iri("dcat:Distribution"),
            dct_title=words(f"All of it in {file.format.label}", "en"),
            dct_format=format_iri(file.format),
            dct_license=list(licences),
            dct_modified=modified,
            dcat_accessURL=link(f"{place.home}data/"),
            dcat_downloadURL=address,
            dcat_mediaType=link(_MEDIA_TYPES + file.media_type),
            dcat_byteSize=f'"{dumps.size(file)}"^^{iri("xsd:nonNegativeInteger")}',
            spdx_checksum=out.node(
                rdf_type=iri("spdx:Checksum"),
                spdx_algorithm=iri("spdx:checksumAlgorithm_sha256"),
                spdx_checksumValue=f'"{dumps.checksum(file)}"^^{iri("xsd:hexBinary")}',
            ),
        )


def _say_links(out: Statements, place: Place, data: Term, figures: Statistics) -> None:
    for count, ((predicate, space), triples) in enumerate(sorted(figures.links.items()), start=1):
        linkset = link(f"{place.void}#links-{count}")
        out.say(
            linkset,
            rdf_type=iri("void:Linkset"),
            void_subjectsTarget=data,
            void_objectsTarget=out.node(rdf_type=iri("void:Dataset"), void_uriSpace=words(space)),
            void_linkPredicate=link(predicate),
            void_triples=number(triples),
        )
        out.say(data, void_subset=linkset)


def _namespace(name: str) -> str:
    """Return the known namespace of an IRI, or the IRI up to its last `#` or `/` that parts names.

    It is empty for `urn:isbn:1` and `http://example.org`, which stand in no namespace.
    """
    known = [space for space in PREFIXES.values() if name.startswith(space)]
    if known:
        return max(known, key=len)
    found = re.match(r"[^:]*:(?://[^/?#]*)?.*[#/]", name)
    return found[0] if found and not found[0].endswith("://") else ""
