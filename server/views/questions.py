"""Own the pages of the competency questions: the words, the answer, the query; not the answering.

An answer is got as the endpoint gets it: from a worker, with its limits, and from what is kept.
"""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox
from flask import Response, render_template, request

from kg.errors import NotFoundError
from kg.formats import Kind
from kg.model import Term
from kg.query import KINDS, vet
from kg.questions import Question
from server.cache import Key
from server.sayings import named
from server.sparql import run
from server.state import state
from server.twins import Writers, respond
from server.views.headings import heading
from server.views.listing import Columns, data, paged

__all__ = ["Cell", "answer", "page", "question"]

_SHOWN = 100
_PAGE_FORM: dict[Kind, str] = {"results": "json", "boolean": "json", "graph": "ntriples"}
_TWINS: dict[Kind, dict[str, str]] = {
    "results": {"csv": "csv", "json": "json"},
    "boolean": {"json": "json"},
    "graph": {"turtle": "turtle", "jsonld": "jsonld"},
}
"""The forms of a page for each kind of answer, and the format of the answer behind each."""


class Cell(NamedTuple):
    """One term of an answer, and its words."""

    term: Term
    text: str


class _Table(NamedTuple):
    names: list[str]
    rows: list[list[Cell | None]]


def page(suffix: str | None = None) -> Response:
    """Answer with the list of the questions."""
    asked = state().questions
    columns: Columns[Question] = {
        "question": lambda row: row.name,
        "title": lambda row: row.title,
        "query": lambda row: row.text,
    }
    return respond(
        {
            "html": lambda: render_template("views/questions.html", questions=asked),
            **data(columns, asked),
        },
        suffix,
    )


def question(name: str, suffix: str | None = None) -> Response:
    """Answer with one question, its answer and its query."""
    found = next((one for one in state().questions if one.name == name), None)
    if found is None:
        raise NotFoundError(f"no question here is called {name}", hint="see /questions")
    kind = KINDS[vet(found.text)]
    twins: Writers = {
        form: lambda written=written: answer(found, kind, written)  # type: ignore[misc]
        for form, written in _TWINS[kind].items()
    }
    return respond(
        {"html": lambda: _page(found, kind), **twins, "query": lambda: found.text}, suffix
    )


def answer(asked: Question, kind: Kind, written: str) -> bytes:
    """Return the answer to a question in a format, by way of the workers and of what is kept."""
    here = state()
    key = Key(here.pool.identity, asked.text, None, ((kind, written),))
    found = here.cache.answer(key)
    if found is None:
        found = run(here, key, request.remote_addr or "")
        here.cache.keep(key, found)
    return found.read()


def _page(asked: Question, kind: Kind) -> str:
    table = _table(answer(asked, kind, _PAGE_FORM[kind]), kind)
    every = state().questions
    at = every.index(asked)
    return render_template(
        "views/question.html",
        question=asked,
        kind=kind,
        names=table.names,
        heading=heading,
        list=paged(table.rows, _SHOWN),
        before=every[at - 1] if at else None,
        after=every[at + 1] if at + 1 < len(every) else None,
    )


def _table(body: bytes, kind: Kind) -> _Table:
    if kind == "graph":
        quads = ox.parse(body, format=ox.RdfFormat.N_TRIPLES)
        rows = sorted((str(q.subject), str(q.predicate), str(q.object)) for q in quads)
        return _Table(["subject", "property", "object"], [[*map(_cell, row)] for row in rows])
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if not isinstance(found, ox.QuerySolutions):
        return _Table(["answer"], [[Cell("", str(bool(found)).lower())]])
    names = [variable.value for variable in found.variables]
    terms = [[solution[name] for name in names] for solution in found]
    return _Table(names, [[_cell(str(t)) if t is not None else None for t in row] for row in terms])


def _cell(term: Term) -> Cell:
    return Cell(term, named(term))
