"""Own the reference of the ontology: its terms and a page for each; not the things they are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import abort, render_template, request

from kg.claims import claim
from kg.index import Index
from kg.model import Term, Triple
from kg.namespaces import BASE, PREFIXES, iri, local_name
from server import links
from server.present import label
from server.sections import Page
from server.standings import Line, line
from server.state import state
from server.tellings import tellings
from server.words import gettext as _

__all__ = ["reference_page", "term_page"]

_TRUE = '"true"^^' + iri("xsd:boolean")
_PER_PAGE = 25
_MEMBERS = 40
_RELATIONS = (
    ("rdf:type", "Is a"),
    ("rdfs:subClassOf", "Narrower than"),
    ("rdfs:subPropertyOf", "Narrower than"),
    ("rdfs:domain", "Said of"),
    ("rdfs:range", "Leads to"),
    ("owl:inverseOf", "The other way round"),
    ("owl:disjointWith", "Never at once"),
    ("skos:inScheme", "One of"),
    ("rdfs:seeAlso", "See also"),
    ("rdfs:isDefinedBy", "Defined in"),
)
_BACKWARDS = (
    ("rdfs:subClassOf", "Wider than"),
    ("rdfs:subPropertyOf", "Wider than"),
    ("rdfs:domain", "Properties of it"),
    ("rdfs:range", "Properties that lead to it"),
    ("owl:inverseOf", "The other way round"),
)
_FLAGS = (
    ("clef:singleValued", "has one value: two that differ are in conflict"),
    ("clef:claimOnly", "stays in its claim, and is never accepted as a plain statement"),
    ("clef:sensitive", "touches on guilt: only a documented finding sets it"),
    ("clef:ofPeople", "may be claimed of people"),
)
_KINDS = (
    ("classes", "Classes", ("owl:Class",)),
    (
        "properties",
        "Properties",
        ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"),
    ),
    ("values", "Values", ()),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as the reference tells it: its words by language, its relations, an example."""

    term: Term
    labels: Mapping[str, str]
    definitions: Mapping[str, str]
    relations: tuple[tuple[str, tuple[Term, ...]], ...]
    alignments: tuple[Term, ...]
    flags: tuple[str, ...]
    example: Line | None


def reference_page() -> str:
    """Return the reference: every term by name, or a part of them with all that is said of each."""
    index = state().library.edition().index
    parts = {name: _terms(index, kinds) for name, _title, kinds in _KINDS}
    titles = {name: _(title) for name, title, _kinds in _KINDS}
    asked = request.args.get("part", "")
    if not asked:
        modules = [
            (term, len(index.subjects(iri("rdfs:isDefinedBy"), term)))
            for term in index.members(iri("owl:Ontology"))
        ]
        return render_template(
            "reference.html", parts=parts, titles=titles, modules=modules, address=f"{BASE}ns"
        )
    if asked not in parts:
        abort(404, f"the reference has no part {asked!r}; it has: {', '.join(parts)}")
    number = request.args.get("page", "1")
    pages = -(-len(parts[asked]) // _PER_PAGE)
    if not (number.isdecimal() and 1 <= int(number) <= pages):
        abort(404, f"this part of the reference has pages 1 to {pages}")
    start = (int(number) - 1) * _PER_PAGE
    entries = [_entry(index, term) for term in parts[asked][start : start + _PER_PAGE]]
    return render_template(
        "terms.html",
        part=asked,
        titles=titles,
        entries=entries,
        page=int(number),
        pages=pages,
        address=f"{BASE}ns",
    )


def term_page(index: Index, term: Term) -> dict[str, Any]:
    """Return what the page about a class, property, value, rule or shape shows."""
    entry = _entry(index, term)
    page = Page(index, term)
    members = index.members(term)
    used = index.subjects(iri("clef:predicate"), term)
    triples = [t for t in index.incoming(term) if not t.subject.startswith("_:")]
    shown = set(members)
    others = [t for t in triples if t.subject not in shown and _tells(t)]
    return {
        "entry": entry,
        "members": members[:_MEMBERS],
        "members_left": max(0, len(members) - _MEMBERS),
        "claims": tellings(index, [claim(index, node) for node in used[:_MEMBERS]])[:10],
        "claims_in_all": len(used),
        "concluded": _concluded(page),
        "others": [line(index, t, term) for t in others[:_MEMBERS]],
        "others_left": max(0, len(others) - _MEMBERS),
    }


def _tells(triple: Triple) -> bool:
    """Tell whether what leads to a term is not told of it in other words already."""
    told = {iri(name) for name, _title in _BACKWARDS}
    told |= {iri("clef:predicate"), iri("rdfs:isDefinedBy"), iri("rdf:type")}
    return triple.predicate not in told and not triple.subject.startswith(f"<{PREFIXES['shape']}")


def _concluded(page: Page) -> dict[str, Any] | None:
    """Return how many conclusions a rule has given, and the first few."""
    if not page.is_a("clef:Rule"):
        return None
    name = local_name(page.term)
    found = [t for t, d in page.index.graph.derivations.items() if d.rule == name]
    plain = (t for t in sorted(found) if not t.subject.startswith("_:"))
    few = [(t, links.why(t)) for t in islice(plain, 5)]
    return {"number": len(found), "few": few}


def _terms(index: Index, kinds: tuple[str, ...]) -> list[Term]:
    """Return our terms of some kinds by their names; of no kind, those of none of the others."""
    every = {member for name in kinds for member in index.members(iri(name))}
    if not kinds:
        defined = {
            t for m in index.members(iri("owl:Ontology")) for t in index.subjects(_DEFINED, m)
        }
        every = defined - {t for _n, _t, k in _KINDS[:2] for t in _terms(index, k)}
    ours = [term for term in every if term.startswith(f"<{PREFIXES['clef']}")]
    return sorted(ours, key=lambda term: (label(term).casefold(), term))


_DEFINED = iri("rdfs:isDefinedBy")


def _entry(index: Index, term: Term) -> Entry:
    def named(ends: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(end for end in ends if end.startswith("<") and end != term)

    relations = []
    for name, title in _RELATIONS:
        ends = named(index.objects(term, iri(name)))
        stated = [e for e in ends if index.standing(Triple(term, iri(name), e)) == "asserted"]
        relations.append((_(title), tuple(stated)))
    for name, title in _BACKWARDS:
        ends = named(index.subjects(iri(name), term))
        stated = [e for e in ends if index.standing(Triple(e, iri(name), term)) == "asserted"]
        relations.append((_(title), tuple(stated)))
    above = [
        end
        for name in ("rdfs:subClassOf", "rdfs:subPropertyOf", "owl:equivalentClass")
        for end in named(index.objects(term, iri(name)))
        if not end.startswith(f"<{BASE}")
    ]
    return Entry(
        term=term,
        labels=index.texts(term, iri("rdfs:label")),
        definitions=index.texts(term, iri("skos:definition")),
        relations=tuple((title, ends) for title, ends in relations if ends),
        alignments=tuple(above),
        flags=tuple(_(words) for name, words in _FLAGS if index.one(term, iri(name)) == _TRUE),
        example=_example(index, term),
    )


def _example(index: Index, term: Term) -> Line | None:
    """Return a statement of the data that uses a term; none that touches on guilt."""
    if index.one(term, iri("clef:sensitive")) == _TRUE:
        return None
    examples = state().library.edition().examples
    triple = examples.get(term)
    return line(index, triple, triple.subject) if triple else None
