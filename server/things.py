"""Own which page a thing has: its kind, and what matters first of that kind; not the parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from flask import request

from kg.claims import claim
from kg.index import Index
from kg.model import Term
from kg.namespaces import PREFIXES, iri
from server import jsonld
from server.particulars import claim_part, compared_part, episodes, own_words, source_part
from server.portraits import cast, counterparts, proceedings
from server.present import label, sentence
from server.reference import term_page
from server.sections import (
    Page,
    Section,
    claims_section,
    facts,
    follows,
    incoming,
    rest,
)
from server.state import state
from server.words import gettext as _
from server.words import language

__all__ = ["page_of"]

_Part: TypeAlias = Callable[[Page], Section | None]


def page_of(term: Term) -> tuple[str, Mapping[str, Any]]:
    """Return the template for the page about a term, and what it shows."""
    index = state().library.edition().index
    if not term.startswith(f"<{PREFIXES['id']}"):
        return "term.html", term_page(index, term)
    page = Page(index, term)
    only = request.args.get("claims", "")
    kind, parts = _kind(page)
    made = [claims_section(page, only)] if only else [part(page) for part in parts]
    return "thing.html", {
        "kind": kind,
        "title": _title(page),
        "only": only,
        "lede": [] if only else _lede(page),
        "sections": [section for section in made if section],
        "same": index.objects(term, iri("schema:sameAs")),
        "linked": None if only else jsonld.thing_jsonld(index, term, language()),
    }


def _title(page: Page) -> str:
    """Return the heading: the name of a thing, or what a node without a name is."""
    if page.is_a("clef:Claim"):
        one = claim(page.index, page.term)
        return _("Claim %(name)s on %(subject)s", name=one.identifier, subject=label(one.subject))
    if page.is_a("clef:Statement"):
        return sentence(claim(page.index, page.term)).rstrip(".")
    if page.is_a("clef:Comparison"):
        work = page.index.one(page.term, iri("clef:comparesWork"))
        return _("%(work)s beside the record", work=label(work) if work else "")
    if page.is_a("clef:Link"):
        subject = page.index.one(page.term, iri("clef:linkOf"))
        return _("Where else %(name)s is described", name=label(subject) if subject else "")
    return label(page.term)


def _lede(page: Page) -> list[str]:
    """Return what is to be known at once, in words: of which layer it is, and how sure."""
    if page.is_a("clef:Character"):
        if page.is_a("clef:InventedCharacter"):
            return [_("on screen"), _("a source says so")]
        if page.is_a("clef:CounterpartCharacter"):
            return [_("on screen"), _("based on a real person")]
        return [_("on screen"), _("no source read ties this character to a real person")]
    if page.is_a("clef:FictionalEntity"):
        return [_("on screen")]
    return [_("on record")] if page.is_a("clef:RealEntity") else []


def _of(name: str, title: str, properties: str) -> _Part:
    listed = [f"clef:{p}" if ":" not in p else p for p in properties.split()]
    return lambda page: facts(page, name, _(title), listed)


_COMMON: tuple[_Part, ...] = (follows, incoming, rest)
_card = lambda page: counterparts(page, language())  # noqa: E731

_ORDER: tuple[tuple[str, tuple[_Part, ...]], ...] = (
    ("clef:Claim", (claim_part, compared_part, rest)),
    ("clef:Comparison", (compared_part, rest)),
    (
        "clef:Link",
        (_of("link", "The link", "linkOf linkTarget evidence"), rest),
    ),
    (
        "clef:Source",
        (
            _of(
                "source",
                "The document",
                "dct:creator dct:publisher dct:issued schema:url sourceKind dct:language "
                "dct:description republishes republishedIn retrieved archivedAt",
            ),
            source_part,
            *_COMMON,
        ),
    ),
    (
        "clef:Character",
        (
            _of(
                "who",
                "In the story",
                "playedBy counterpartOf basedOn appearsIn roleInStory memberOf leaderOf hasFather",
            ),
            _card,
            claims_section,
            *_COMMON,
        ),
    ),
    (
        "clef:Performance",
        (
            _of(
                "role",
                "The role",
                "performer ofCharacter inWork performanceKind creditedAs "
                "statedIn locator quotation",
            ),
            claims_section,
            *_COMMON,
        ),
    ),
    (
        "clef:JusticeEvent",
        (
            _of(
                "step",
                "The step",
                "accuses arrests charges convicts acquits releases date tookPlaceAt concernsEvent "
                "imposes imposedBy term overturnedBy overturns modality statedIn quotation",
            ),
            claims_section,
            compared_part,
            *_COMMON,
        ),
    ),
    (
        "clef:StoryEvent",
        (
            _of("told", "In the story", "toldIn counterpartOf date targetPlace hasParticipant"),
            _card,
            claims_section,
            compared_part,
            *_COMMON,
        ),
    ),
    (
        "clef:RealEvent",
        (
            _of("when", "When and where", "occurred date tookPlaceAt targetPlace"),
            _of("people", "People", "convictedAgent acquittedAgent"),
            proceedings,
            claims_section,
            _card,
            _of("works", "Told in", "dramatisedIn depictedIn recountedIn"),
            *_COMMON,
        ),
    ),
    (
        "clef:Work",
        (
            compared_part,
            _of(
                "work",
                "The work",
                "dct:title format released announced countryOfOrigin originalLanguage partOf "
                "episodeNumber numberOfEpisodes creator director headWriter writer author producer "
                "presenter productionCompany publishedBy broadcastBy availableOn",
            ),
            _of(
                "basis",
                "What it draws on",
                "dramatises basedOn adaptedFrom derivedFrom inspiredBy influencedBy "
                "recounts depicts",
            ),
            cast,
            episodes,
            claims_section,
            *_COMMON,
        ),
    ),
    (
        "clef:Person",
        (
            _of("life", "Life", "birthDate bornIn deathDate"),
            _card,
            cast,
            proceedings,
            own_words,
            claims_section,
            *_COMMON,
        ),
    ),
    (
        "clef:Place",
        (
            _of("where", "Where it is", "inCity inCountry locatedIn contains"),
            claims_section,
            _card,
            compared_part,
            *_COMMON,
        ),
    ),
    ("clef:Organisation", (claims_section, own_words, compared_part, *_COMMON)),
)


def _kind(page: Page) -> tuple[Term, tuple[_Part, ...]]:
    """Return the kind of a thing, as narrow as its data has it, and the parts of its page."""
    index = page.index
    for name, parts in _ORDER:
        if page.is_a(name):
            return _narrowest(index, page.term, iri(name)), parts
    kinds = [k for k in index.kinds(page.term) if k.startswith(f"<{PREFIXES['clef']}")]
    kinds += sorted(index.kinds(page.term))
    generic: tuple[_Part, ...] = (claims_section, *_COMMON)
    return (_narrowest(index, page.term, kinds[0]) if kinds else iri("rdfs:Resource")), generic


def _narrowest(index: Index, term: Term, kind: Term) -> Term:
    """Return the most special class of ours that a term is said to belong to."""
    ours = [k for k in index.kinds(term) if k.startswith(f"<{PREFIXES['clef']}")]
    below = [k for k in ours if kind in index.objects(k, iri("rdfs:subClassOf")) or k == kind]
    depth = {k: len(index.objects(k, iri("rdfs:subClassOf"))) for k in below}
    return max(sorted(below), key=lambda k: depth[k], default=kind)
