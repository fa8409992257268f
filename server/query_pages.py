"""Own the pages of the endpoint for people: the form, and answers as tables; not the answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from flask import Flask, render_template

from kg.errors import NotFoundError
from kg.formats import offered
from kg.index import Index
from kg.namespaces import GRAPHS, PREFIXES, compact
from server import links
from server.pool import Answer
from server.state import state
from server.words import language

__all__ = ["PAGE_BYTES", "init_app", "query_page", "result_page"]

PAGE_BYTES = 4 * 1024**2
"""How large an answer is made into a page; the other formats hold more."""

_SHOWN = 40_000
"""How many characters of an answer a page shows, tags included."""

_TAGS = 30
_AROUND = 2
_VENDOR = Path(__file__).parent / "static" / "vendor"

_Cell: TypeAlias = dict[str, str]


def init_app(app: Flask) -> None:
    """Give templates what the form for a query is made of."""
    app.jinja_env.globals |= {"GRAPHS": GRAPHS, "PREFIXES": PREFIXES}
    app.jinja_env.globals |= {"failing": failing, "vendored": vendored}


def vendored(name: str) -> bool:
    """Tell whether a file that others wrote was there to be packed; pages work without it."""
    return (_VENDOR / name).is_file()


def failing(query: str, line: int) -> list[tuple[int, str]]:
    """Return the line of a query that was not understood, and those around it, numbered.

    >>> failing("SELECT *\\nWHEER\\n{}", 2)
    [(1, 'SELECT *'), (2, 'WHEER'), (3, '{}')]
    """
    first = max(1, line - _AROUND)
    return list(enumerate(query.split("\n")[first - 1 : line + _AROUND], first))


def query_page() -> str:
    """Return the form to write a query in."""
    return render_template("query.html", questions=state().questions)


def result_page(query: str, answer: Answer) -> str:
    """Return the page for an answer in SPARQL JSON, or for a graph in Turtle."""
    body = answer.read()
    shown: dict[str, Any] = {
        "query": query,
        "kind": answer.kind,
        "formats": [(row.name, row.label) for row in offered(answer.kind)],
        "words": _words(query),
    }
    if answer.kind == "graph":
        turtle = body.decode()
        cut = turtle.rfind("\n", 0, _SHOWN) if len(turtle) > _SHOWN else len(turtle)
        return render_template(
            "answer.html", **shown, turtle=turtle[:cut], shortened=cut < len(turtle)
        )
    content = json.loads(body)
    if answer.kind == "boolean":
        return render_template("answer.html", **shown, boolean=content["boolean"])
    names, rows = content["head"]["vars"], content["results"]["bindings"]
    return render_template(
        "answer.html", **shown, names=names, count=len(rows), rows=list(_some(names, rows))
    )


def _words(query: str) -> str:
    """Return the words of a query that begins with them, as the examples do."""
    first = query.strip().partition("\n")[0]
    return first[1:].strip() if first.startswith("#") else ""


def _some(names: list[str], rows: list[dict[str, Any]]) -> Iterator[list[_Cell]]:
    """Yield the first rows, as many as a page holds, and one at least."""
    index, left = _index(), _SHOWN
    for row in rows:
        cells = [_cell(row.get(name), index) for name in names]
        left -= sum(_TAGS + len(text) for cell in cells for text in cell.values())
        if left < 0 and row is not rows[0]:
            return
        yield cells


def _index() -> Index | None:
    """Return what names the terms; a workspace has no such names."""
    try:
        return state().library.edition().index
    except NotFoundError:
        return None


def _cell(term: dict[str, Any] | None, index: Index | None) -> _Cell:
    """Return the text of a term, and what stands beside it: a link, a language, a datatype."""
    if term is None:
        return {"text": ""}
    value = term["value"]
    if term["type"] == "uri":
        return _named(f"<{value}>", index)
    if term["type"] == "literal":
        datatype = term.get("datatype", "")
        note = compact(f"<{datatype}>").strip("<>") if datatype else ""
        return {"text": value, "language": term.get("xml:lang", ""), "note": note}
    return {"text": f"_:{value}" if term["type"] == "bnode" else json.dumps(value)}


def _named(term: str, index: Index | None) -> _Cell:
    """Return a term by its label, with its short name beside it; or by that alone."""
    short, bare = compact(term).strip("<>"), term[1:-1]
    if index is None or term not in index:
        return {"text": short, "link": bare if bare.startswith(("http://", "https://")) else ""}
    label = index.label(term, language())
    return {"text": label, "link": links.href(term), "note": short if label != short else ""}
