"""Own the pages for people: the front page, the query form, answers as tables; not the answers."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template

from kg.formats import offered
from kg.namespaces import compact
from server.home import home_page
from server.pool import Answer
from server.state import state
from server.words import gettext

__all__ = ["PAGE_BYTES", "blueprint", "query_page", "result_page"]

blueprint = Blueprint("pages", __name__)

SHOWN_ROWS = 1000
"""How many rows a page shows; the other formats hold them all."""

PAGE_BYTES = 4 * 1024**2
"""How large an answer is made into a page; the other formats hold more."""

_NAV = [("pages.home", "Start"), ("sparql.sparql", "Query")]


@blueprint.app_context_processor
def site_nav() -> dict[str, Any]:
    """Give templates the main pages, each with its words, and whether there are pages of things."""
    return {
        "site_nav": lambda: [(endpoint, gettext(text)) for endpoint, text in _NAV],
        "has_pages": not state().config.workspace,
    }


@blueprint.get("/")
def home() -> str:
    """Say what this is, what it holds, and what can be asked."""
    return home_page()


def query_page() -> str:
    """Return the form to write a query in."""
    return render_template("query.html", query="", questions=state().questions)


def result_page(query: str, answer: Answer) -> str:
    """Return the page for an answer in SPARQL JSON, or for a graph in Turtle."""
    formats = [(row.name, row.label) for row in offered(answer.kind)]
    body = answer.read()
    shown: dict[str, Any] = {"query": query, "kind": answer.kind, "formats": formats}
    if answer.kind == "graph":
        return render_template("answer.html", **shown, turtle=body.decode())
    content = json.loads(body)
    if answer.kind == "boolean":
        return render_template("answer.html", **shown, boolean=content["boolean"])
    names, rows = content["head"]["vars"], content["results"]["bindings"]
    return render_template(
        "answer.html",
        **shown,
        names=names,
        count=len(rows),
        rows=[[_cell(row.get(name)) for name in names] for row in rows[:SHOWN_ROWS]],
    )


def _cell(term: dict[str, Any] | None) -> dict[str, str]:
    """Return the text of a term, with a link for a web IRI, a language or a datatype."""
    if term is None:
        return {"text": ""}
    value = term["value"]
    if term["type"] == "uri":
        link = value if value.startswith(("http://", "https://")) else ""
        return {"text": compact(f"<{value}>").strip("<>"), "link": link}
    if term["type"] == "literal":
        datatype = term.get("datatype", "")
        note = compact(f"<{datatype}>").strip("<>") if datatype else ""
        return {"text": value, "language": term.get("xml:lang", ""), "datatype": note}
    return {"text": f"_:{value}" if term["type"] == "bnode" else json.dumps(value)}
