"""Own the pages that say what a dossier would be without one of its sources; not the reckoning."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from flask import Blueprint, Response, g, render_template, request

from kg.claims import claims_of
from kg.errors import NotFoundError
from kg.model import Term, Triple
from kg.namespaces import compact, iri
from kg.withdraw import Withdrawal, as_json
from server import links
from server.parameters import query_of
from server.present import label
from server.sayings import kind_words, sentence
from server.state import state
from server.twins import respond
from server.words import gettext as _
from server.words import language

__all__ = ["Group", "Part", "blueprint", "parted"]

blueprint = Blueprint("withdrawals", __name__)

_TYPE = iri("rdf:type")
_BOOKS = frozenset(map(iri, ("clef:Claim", "clef:Source", "clef:Statement", "clef:Comparison")))
"""The kinds of things that keep the record of what is known, and are none of it."""
_DOCUMENTED = iri("clef:Documented")
_SHOWN, _SHOWN_OF_CLAIMS = 5, 2
"""How many statements of a kind a page shows; the data has them all."""
_COLUMNS = ("what", "subject", "predicate", "object", "rests_on")


class Line(NamedTuple):
    """A statement in words, where its proof is told, and the sources that it rests on now."""

    words: str
    why: str
    rests_on: tuple[Term, ...] = ()


class Part(NamedTuple):
    """The statements about things, the same from their other end, and those of other matters.

    `nameless` is how many only say that something is of a class without a name, which is an aid
    of the reasoner: a page leaves them out.
    """

    things: list[Group]
    mirrored: list[Group]
    claims: list[Group]
    nameless: int

    @property
    def size(self) -> int:
        """How many statements there are."""
        told = (*self.things, *self.mirrored, *self.claims)
        return self.nameless + sum(group.size for group in told)


class Group(NamedTuple):
    """Statements of one kind: how many there are, and the first of them."""

    kind: str
    size: int
    lines: tuple[Line, ...]


@blueprint.get("/without/<name>")
@blueprint.get("/without/<name>.<suffix>")
def without(name: str, suffix: str | None = None) -> Response:
    """Answer with what falls, what stands and what rises once a source is set aside."""
    edition = state().library.edition()
    source = links.term_of(name)
    if iri("clef:Source") not in edition.index.kinds(source):
        raise NotFoundError(f"no source here is called {name}")
    asked = request.script_root, request.path, query_of(request), language(), g.still, edition.made

    def told(form: str, write: Callable[[Withdrawal], str]) -> str:
        return state().scholar.told(edition.graph.attribution, source, (form, *asked), write)

    return respond(
        {
            "html": lambda: told("html", _page),
            "json": lambda: told("json", as_json),
            "csv": lambda: told("csv", _csv),
        },
        suffix,
    )


def _page(found: Withdrawal) -> str:
    index = state().library.edition().index
    derived = state().library.edition().graph.derivations
    # What is said by others too is no conclusion that rests on something else from now on.
    standing = {t: s for t, s in found.standing.items() if t in derived}
    return render_template(
        "without.html",
        source=found.source,
        claims=len(claims_of(index, found.source)),
        fallen=parted(dict.fromkeys(found.fallen, ())),
        standing=parted(standing),
        risen=parted(found.risen),
    )


def parted(resting: Mapping[Triple, tuple[Term, ...]]) -> Part:
    """Return statements in two parts, by kind; each has the sources that it rests on."""
    named = {t: s for t, s in resting.items() if t.predicate != _TYPE or t.object[0] != "_"}
    about = {triple: sources for triple, sources in named.items() if _is_about_things(triple)}
    mirrored = {t: sources for t, sources in about.items() if _is_mirrored(t.predicate)}
    return Part(
        _grouped({t: s for t, s in about.items() if t not in mirrored}, _SHOWN),
        _grouped(mirrored, _SHOWN_OF_CLAIMS),
        _grouped({t: s for t, s in named.items() if t not in about}, _SHOWN_OF_CLAIMS),
        len(resting) - len(named),
    )


def _is_about_things(triple: Triple) -> bool:
    """Tell whether a statement speaks of the world or a story, in words of our own ontology."""
    index = state().library.edition().index
    word = triple.object if triple.predicate == _TYPE else triple.predicate
    if word == _DOCUMENTED:
        return False
    ends = (triple.subject, triple.object)
    ours = links.name_of(word, "clef") is not None and links.name_of(ends[0]) is not None
    return ours and not any(_BOOKS & index.kinds(end) for end in ends)


def _is_mirrored(predicate: Term) -> bool:
    """Tell whether a property only says from its other end what sources say with another one."""
    index = state().library.edition().index
    forwards = index.subjects(iri("owl:inverseOf"), predicate)
    return bool(forwards) and not index.objects(predicate, iri("clef:claimable"))


def _grouped(resting: Mapping[Triple, tuple[Term, ...]], shown: int) -> list[Group]:
    """Return statements by kind, the largest group first; last what only says of which class."""
    derived = state().library.edition().graph.derivations
    groups = []
    for kind, members in groupby(sorted(resting, key=_kind), key=_kind):
        found = sorted(members)
        lines = (
            Line(sentence(t), links.why(t) if t in derived else "", resting[t])
            for t in found[:shown]
        )
        group = Group(_kind_words(kind), len(found), tuple(lines))
        groups.append((kind[0] == _TYPE, -group.size, group))
    return [group for *_place, group in sorted(groups)]


def _kind(triple: Triple) -> tuple[Term, Term]:
    """Return what a statement is grouped by: its property, or the class that something is of."""
    return triple.predicate, triple.object if triple.predicate == _TYPE else ""


def _kind_words(kind: tuple[Term, Term]) -> str:
    predicate, class_ = kind
    if not class_:
        return label(predicate)
    return _("is %(kind)s", kind=kind_words(class_))


def _csv(found: Withdrawal) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # https://www.rfc-editor.org/rfc/rfc4180
    writer.writerow(_COLUMNS)
    writer.writerows(_rows(found))
    return text.getvalue()


def _rows(found: Withdrawal) -> Iterator[list[str]]:
    parts: dict[str, Mapping[Triple, tuple[Term, ...]]] = {
        "silenced": dict.fromkeys(found.silenced, ()),
        "falls": dict.fromkeys(found.fallen, ()),
        "stands": found.standing,
        "rises": found.risen,
    }
    for what, triples in parts.items():
        for triple, sources in triples.items():
            yield [what, *map(compact, triple), " ".join(map(compact, sources))]
