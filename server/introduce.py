"""Own how the descriptions of the service and of its data are sent; not what they say."""

from __future__ import annotations

import threading
from typing import Literal, TypeAlias, cast

from flask import Blueprint, Flask, Response, current_app, request

from kg.errors import FormatError, InputError
from kg.formats import for_name
from kg.model import Triple
from kg.namespaces import GRAPHS
from kg.serialize import serialize
from server.description import Place, Service, describe_service
from server.library import Edition
from server.negotiate import HTML, Offer, named, negotiate, offers_for
from server.parameters import in_url, values
from server.query_pages import query_page
from server.state import State
from server.statistics import Statistics
from server.void import Published, describe_data

__all__ = ["blueprint", "init_app", "introduce"]

blueprint = Blueprint("introduce", __name__)

_KEY = "clef.descriptions"
_KEPT = 32  # more than the formats, and clients may call this host by several names

_Subject: TypeAlias = Literal["service", "data"]


def init_app(app: Flask, here: State) -> None:
    """Keep the descriptions of an application's data once they have been written."""
    app.extensions[_KEY] = _Descriptions(here)


def introduce() -> Response:
    """Answer a request for the endpoint itself: a description, or a form for a browser."""
    name = _negotiated(request.headers.get("Accept", ""), offers_for("graph"))
    if name != HTML.name:
        return _described("service", name)
    response = Response(query_page(), mimetype="text/html")
    response.vary.add("Accept")
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/.well-known/void")
def void() -> Response:
    """Describe the data, https://www.w3.org/TR/void/#well-known."""
    offers = tuple(offer for offer in offers_for("graph") if offer != HTML)
    accept = request.headers.get("Accept", "")
    asked = next(iter(values(in_url(request), "format")), None)
    return _described("data", named(asked, "graph") if asked else _negotiated(accept, offers))


def _negotiated(accept: str, offers: tuple[Offer, ...]) -> str:
    name = negotiate(accept, offers)
    if name is None:
        types = ", ".join(offer.media_types[0] for offer in offers)
        raise FormatError(
            "this is not described in a media type that is acceptable to you",
            hint=f"offered: {types}",
        )
    return name


def _described(subject: _Subject, format_name: str) -> Response:
    row = for_name(format_name, "graph")
    descriptions = cast("_Descriptions", current_app.extensions[_KEY])
    if not request.host:
        raise InputError("the Host of the request is not the name of a host")
    place = Place(request.url_root, f"{request.url_root}sparql")
    body = descriptions.body(subject, place, row.name)
    response = Response(body, content_type=row.content_type)
    response.vary.add("Accept")
    response.cache_control.no_cache = True
    response.add_etag()
    return cast("Response", response.make_conditional(request))


class _Descriptions:
    """The bytes of descriptions, kept while the data is the same."""

    def __init__(self, here: State) -> None:
        self._here = here
        self._lock = threading.Lock()
        self._bodies: dict[tuple[object, ...], bytes] = {}

    def body(self, subject: _Subject, place: Place, format_name: str) -> bytes:
        figures = self._here.counted.get()
        key = (self._here.pool.digest, figures is None, subject, place, format_name)
        with self._lock:  # it is written once, however many ask
            if key not in self._bodies:
                if len(self._bodies) >= _KEPT:
                    self._bodies.clear()
                triples = self._triples(subject, place, figures)
                self._bodies[key] = serialize({"": triples}, format_name)
            return self._bodies[key]

    def _edition(self) -> Edition | None:
        """Return the dossier that there are files of; none while the workers have another."""
        if self._here.config.workspace:
            return None
        edition = self._here.library.edition()
        return edition if edition.graph.digest == self._here.pool.digest else None

    def _triples(self, subject: _Subject, place: Place, figures: Statistics | None) -> list[Triple]:
        here = self._here
        if subject == "data":
            published = Published(here.dossier, here.pool.digest, self._edition())
            return describe_data(place, figures, published)
        graphs = sorted(figures.graphs if figures else (GRAPHS[name] for name in here.counts))
        return describe_service(place, _service(here), figures, graphs, here.questions)


def _service(here: State) -> Service:
    in_workspace = here.config.workspace is not None
    return Service(
        closed=here.config.default_graph != "plain",
        ruled=not in_workspace,
        writable=here.writer is not None,
        keeps_empty=in_workspace,
        federates=bool(here.config.services),
    )
