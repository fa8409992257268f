"""Own the parts of pages that only one kind of thing has; not their order, nor the shared parts."""

from __future__ import annotations

from typing import Any

from kg.claims import claim, claims_of
from kg.index import Index
from kg.model import Term
from kg.namespaces import iri
from server import links
from server.portraits import compared, comparison
from server.present import label
from server.sections import Page, Section, lines_for
from server.standings import accepted, opposed, words_of
from server.tellings import tellings
from server.words import gettext as _
from server.words import language

__all__ = ["claim_part", "compared_part", "episodes", "own_words", "source_part"]

_SHOWN = 6
"""How many comparisons a page shows; a work has a page with all of them."""


def source_part(page: Page) -> Section:
    """Tell what a source says, subject by subject, and what would fall without it."""
    index = page.index
    told: dict[Term, list[Any]] = {}
    for one in claims_of(index, page.term):
        told.setdefault(one.subject, []).append(one)
    rows = [(subject, tellings(index, claims, whole=True)) for subject, claims in told.items()]
    nodes = index.objects(page.term, iri("clef:states"))
    others = [n for n in nodes if iri("clef:Claim") not in index.kinds(n)]
    content = {
        "rows": sorted(rows, key=lambda row: label(row[0])),
        "others": others,
        "without": links.without(page.term),
    }
    return Section("says", _("What it says"), "says", content)


def claim_part(page: Page) -> Section:
    """Tell a claim: what it says and where, how it stands, and whether it is accepted."""
    index = page.index
    one = claim(index, page.term)
    plain = accepted(index, one)
    denied = opposed(index, one)
    apart = {rival.node for rival in denied}
    content = {
        "one": one,
        "words": words_of(index, one),
        "why": links.why(plain) if plain and plain in index.graph.derivations else "",
        "accepted": plain,
        "held": [] if plain else _held_back(index, page.term),
        "denied": denied,
        "rivals": [claim(index, node) for node in one.conflicts if node not in apart],
        "agreeing": [claim(index, node) for node in one.corroborated],
        "locators": index.objects(page.term, iri("clef:locator")),
        "quotations": index.objects(page.term, iri("clef:quotation")),
        "reason": index.text(page.term, [iri("clef:rankReason")], language()),
    }
    return Section("claim", _("What is claimed"), "claim", content)


def _held_back(index: Index, node: Term) -> list[str]:
    """Return in words what keeps a claim from being accepted, as the rule of promotion has it."""
    one = claim(index, node)
    true = '"true"^^' + iri("xsd:boolean")
    reasons = (
        (
            index.one(one.modality, iri("clef:promotable")) != true,
            _("its source gives it only as: %(mode)s", mode=label(one.modality)),
        ),
        (one.rank == iri("clef:Deprecated"), _("it is held to be wrong or overtaken")),
        (one.denies, _("it is a denial")),
        (
            bool(one.unit or one.lower or one.upper),
            _("a bare value would lose its unit or its bounds"),
        ),
        (
            index.one(one.predicate, iri("clef:claimOnly")) == true,
            _("it means something only beside its source"),
        ),
        (
            index.one(one.predicate, iri("clef:sensitive")) == true,
            _("it touches on guilt, and rests on no finding of a court"),
        ),
        (
            one.disputed,
            _("other claims say otherwise, and none is preferred"),
        ),
    )
    return [words for applies, words in reasons if applies]


def compared_part(page: Page) -> Section | None:
    """Tell the comparisons that a thing is in; of a work, that there is a page with all of them."""
    if page.is_a("clef:Comparison"):
        nodes = [page.term]
    elif page.is_a("clef:Work"):
        nodes = list(page.objects("clef:hasComparison"))
    else:
        nodes = compared(page.index, {page.term}, {page.term})
    names = {iri("clef:hasComparison"), iri("clef:comparedWith"), iri("clef:comparedIn")}
    page.told.update(t for t in page.index.outgoing(page.term) if t.predicate in names)
    if not nodes:
        return None
    content = {
        "rows": [comparison(page.index, node, language()) for node in nodes[:_SHOWN]],
        "left": max(0, len(nodes) - _SHOWN),
        "whole": links.comparison(page.term) if page.is_a("clef:Work") else "",
    }
    return Section("compared", _("On screen and on record"), "compared", content)


def episodes(page: Page) -> Section | None:
    """Tell the parts of a work in their order."""
    index = page.index

    def number(node: Term) -> int:
        found = index.one(node, iri("clef:episodeNumber"))
        return int(found.split('"')[1]) if found else 0

    nodes = sorted(page.objects("clef:hasPart"), key=number)
    lines_for(page, iri("clef:hasPart"))
    if not nodes:
        return None
    return Section("parts", _("Episodes and parts"), "parts", {"nodes": nodes, "number": number})


def own_words(page: Page) -> Section | None:
    """Tell what a person says, as sources give it: denials first."""
    index = page.index
    claims = [claim(index, node) for node in page.objects("clef:attributedStatement")]
    said = sorted(claims, key=lambda one: (not one.denies, one.identifier))
    if not said:
        return None
    told = tellings(index, said, whole=True)
    return Section("own", _("In their own words"), "told", {"tellings": told})
