"""Own the page of what is next to a thing: a drawing, the same edges as a table and as data."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

from flask import Response, render_template, request

from kg.errors import NotFoundError
from kg.index import Index
from kg.kinds import kinds_of
from kg.model import Term, Triple
from kg.namespaces import compact
from server import links
from server.state import state
from server.twins import respond
from server.views.drawing import draw_around
from server.views.listing import paged
from server.views.standing import backing, in_english
from server.words import LANGUAGES

__all__ = ["MOST", "as_graphml", "graph_of", "page"]

MOST = 400
"""How many edges are told at most."""

_DRAWN, _SHOWN = 24, 80
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"


def page(name: str, suffix: str | None = None) -> Response:
    """Answer with what is next to a thing."""
    edition = state().library.edition()
    node = links.term_of(name)
    if node not in edition.index:
        raise NotFoundError(f"nothing here is called {compact(node)}")
    every = edition.connections.edges(node)
    return respond(
        {
            "html": lambda: _html(node, every),
            "json": lambda: json.dumps(graph_of(node, every), ensure_ascii=False, indent=1) + "\n",
            "graphml": lambda: as_graphml(graph_of(node, every)),
        },
        suffix,
    )


def graph_of(centre: Term, edges: tuple[Triple, ...]) -> dict[str, list[dict[str, Any]]]:
    """Return a thing, what is next to it and the edges, up to `MOST`, as nodes and edges.

    Labels are in the language that the address names, else in English.
    """
    index = state().library.edition().index
    asked = request.args.get("lang", "")
    tongue = asked if asked in LANGUAGES else "en"
    kept = edges[:MOST]
    nodes = dict.fromkeys([centre, *(end for edge in kept for end in (edge.subject, edge.object))])
    return {
        "nodes": [
            {
                "id": compact(node),
                "label": index.label(node, tongue),
                "kind": ", ".join(index.label(kind, tongue) for kind in kinds_of(index, node)),
                "href": links.href(node),
            }
            for node in nodes
        ],
        "edges": [_edge(index, edge, tongue) for edge in kept],
    }


def as_graphml(graph: dict[str, list[dict[str, Any]]]) -> bytes:
    """Return nodes and edges in the format of http://graphml.graphdrawing.org."""
    root = ET.Element("graphml", xmlns=_GRAPHML)
    for kind, names in (
        ("node", ("label", "kind", "href")),
        ("edge", ("label", "standing", "href")),
    ):
        for name in names:
            key = {"id": f"{kind}-{name}", "for": kind, "attr.name": name, "attr.type": "string"}
            ET.SubElement(root, "key", key)
    inside = ET.SubElement(root, "graph", edgedefault="directed")
    for node in graph["nodes"]:
        _data(ET.SubElement(inside, "node", id=node["id"]), "node", node, ("label", "kind", "href"))
    for edge in graph["edges"]:
        ends = {"source": edge["source"], "target": edge["target"]}
        told = {**edge, "standing": ", ".join(edge["standing"])}
        _data(ET.SubElement(inside, "edge", ends), "edge", told, ("label", "standing", "href"))
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _data(element: ET.Element, kind: str, values: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        ET.SubElement(element, "data", key=f"{kind}-{name}").text = values[name]


def _edge(index: Index, edge: Triple, tongue: str) -> dict[str, Any]:
    backed = backing(index, edge)
    return {
        "source": compact(edge.subject),
        "target": compact(edge.object),
        "label": index.label(edge.predicate, tongue),
        "href": links.why(edge) if edge in index.graph.derivations else "",
        "standing": in_english(index, backed.marks),
        "sources": len(backed.sources),
    }


def _html(node: Term, every: tuple[Triple, ...]) -> str:
    index = state().library.edition().index
    edges = every[:MOST]
    leading = [edge for edge in edges if edge.subject != node][:_DRAWN]
    drawn = [edge for edge in edges if edge.subject == node][:_DRAWN] + leading
    name = links.name_of(node)
    shown = paged(list(edges), _SHOWN)
    backed = {edge: backing(index, edge) for edge in {*shown.shown, *drawn}}
    return render_template(
        "views/around.html",
        node=node,
        name=name,
        kinds=kinds_of(index, node),
        list=shown,
        every=len(every),
        drawn=len(drawn),
        drawing=draw_around(node, drawn, backed) if drawn else None,
        backed=backed,
        derived=lambda edge: edge in index.graph.derivations,
        why=links.why,
    )
