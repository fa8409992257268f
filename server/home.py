"""Own the front page: what is served here, for viewers first and for programs last.

A dossier is introduced by its works and by what viewers ask; a workspace by its graphs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import render_template

from kg.compare import Comparison
from kg.errors import ClefError
from kg.kinds import kinds_of
from kg.model import Term
from kg.namespaces import GRAPHS, compact, iri
from kg.verdicts import RULES, VERDICTS
from server import links
from server.comparisons import strip
from server.library import Edition
from server.present import label
from server.reviews import VERDICT_WORDS
from server.state import State, state
from server.words import gettext as _
from server.words import language

__all__ = ["home_page"]

_GRAPHS = {
    "ontology": "the terms, and what follows from being one of them",
    "claims": "what each source says, as claims with their source, place and words",
    "accepted": "the claims that stand as plain statements",
    "inferred": "everything that follows and that no source says in so many words",
}
_ASKED = (
    ("Who is invented, and who has a counterpart on record?", ("/cast", "q09-invented")),
    ("Who was convicted of what?", ("q18-convictions",)),
    ("What does somebody who was convicted deny?", ("q20-convicted-and-denying",)),
    ("Where do the sources disagree?", ("/disputed", "q23-where-sources-conflict")),
    ("What happened when, on screen and on record?", ("/timeline", "q63-timeline")),
)
"""What viewers ask, and where that is answered: a page or a question, the first that there is."""

_FACTS = ("clef:released", "clef:inspiredBy", "clef:basedOn", "clef:creator", "clef:broadcastBy")
_SHOWN = 8
_COUNTS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g LIMIT 100"
_DEFAULT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


class _Work(NamedTuple):
    term: Term
    kinds: str
    description: str
    facts: list[tuple[Term, list[Term]]]
    comparison: Comparison | None
    address: str


def home_page() -> str:
    """Return the front page of what is served."""
    here = state()
    return _workspace(here) if here.config.workspace else _dossier(here)


def _dossier(here: State) -> str:
    edition = here.library.edition()
    index, dossier = edition.index, edition.dossier
    return render_template(
        "home.html",
        title=label(dossier) if dossier else here.dossier,
        description=index.text(dossier, [iri("dct:description")], language()) if dossier else "",
        works=[_work(edition, term) for term in _works(edition)],
        asked=list(_answered(here)),
        verdicts={name: [r for r in RULES.values() if r.verdict == name] for name in VERDICTS},
        words=VERDICT_WORDS,
        strip=strip,
        modalities=[t for t in index.members(iri("clef:Modality")) if t.startswith("<")],
        asserted=iri("clef:Asserted"),
        definition=lambda term: index.text(term, [iri("skos:definition")], language()),
        claims=len(index.members(iri("clef:Claim"))),
        sources=len(index.members(iri("clef:Source"))),
        graphs=[(name, here.counts.get(name, 0), _GRAPHS[name]) for name in GRAPHS],
        triples=here.pool.triples,
        digest=here.pool.digest,
        questions=here.questions[:_SHOWN],
        more=links.page("/questions"),
    )


def _works(edition: Edition) -> list[Term]:
    """Return the works that tell the events in their own way, those compared first."""
    told = edition.index.members(iri("clef:DramatisedWork"))
    return list(dict.fromkeys((*(one.work for one in edition.compared), *told)))


def _work(edition: Edition, work: Term) -> _Work:
    index = edition.index
    has = ((iri(name), edition.plain.values(work, iri(name))) for name in _FACTS)
    comparison = next((one for one in edition.compared if one.work == work), None)
    return _Work(
        term=work,
        kinds=", ".join(label(kind) for kind in kinds_of(index, work)),
        description=index.text(work, [iri("dct:description")], language()),
        facts=[(predicate, values) for predicate, values in has if values],
        comparison=comparison,
        address=links.page("/compare", links.name_of(work) or "") if comparison else "",
    )


def _answered(here: State) -> Iterable[tuple[str, str]]:
    """Yield what viewers ask and the address of what answers it, where something does."""
    names = {question.name for question in here.questions}
    for words, places in _ASKED:
        pages = (
            links.page("/questions", place) if place in names else links.page(place)
            for place in places
        )
        address = next(filter(None, pages), "")
        if address:
            yield _(words), address


def _workspace(here: State) -> str:
    default, named = _counts(here, _DEFAULT), _counts(here, _COUNTS)
    return render_template(
        "workspace.html",
        default=next((row["n"] for row in default), None),
        named=[(compact(f"<{row['g']}>").strip("<>"), row["g"], row["n"]) for row in named],
        reasoning=bool(here.config.reasoning),
        writable=here.writer is not None,
        digest=here.pool.digest,
    )


def _counts(here: State, query: str) -> list[dict[str, str]]:
    """Return the rows of a query; none where the workers have no time for it."""
    try:
        answer = here.pool.run({"formats": {"results": "json"}}, query)
    except ClefError:
        return []
    found: list[dict[str, Any]] = json.loads(answer.read())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]
