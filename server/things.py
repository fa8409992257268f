"""Own which page a thing has: its kind, and what matters first of that kind; not the parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from flask import request

from kg.claims import claim, claims_of
from kg.index import Index
from kg.model import Term
from kg.namespaces import PREFIXES, iri
from server import jsonld, links
from server.portraits import cast, compared, comparison, counterparts, proceedings
from server.present import label, sentence
from server.reference import term_page
from server.sections import (
    Page,
    Section,
    claims_section,
    facts,
    follows,
    incoming,
    lines_for,
    rest,
    tellings,
)
from server.standings import accepted, opposed, words_of
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
            return [_("on screen"), _("invented: a source says so")]
        if page.is_a("clef:CounterpartCharacter"):
            return [_("on screen"), _("based on a real person")]
        return [_("on screen"), _("no source read ties this character to a real person")]
    if page.is_a("clef:FictionalEntity"):
        return [_("on screen")]
    return [_("on record")] if page.is_a("clef:RealEntity") else []


def _source_part(page: Page) -> Section:
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


def _claim_part(page: Page) -> Section:
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
        "quotations": index.objects(page.term, iri("clef:quotation")),
        "reason": index.text(page.term, [iri("clef:rankReason")], language()),
    }
    return Section("claim", _("What is claimed"), "claim", content)


def _held_back(index: Index, node: Term) -> list[str]:
    """Return in words what keeps a claim from being accepted, as the rule of promotion has it."""
    one = claim(index, node)
    true = '"true"^^' + iri("xsd:boolean")
    rivals = [index.one(rival, iri("clef:rank")) for rival in one.conflicts]
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
            any(rank != iri("clef:Deprecated") for rank in rivals),
            _("other claims say otherwise, and none is preferred"),
        ),
    )
    return [words for applies, words in reasons if applies]


def _compared_part(page: Page) -> Section | None:
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
        "rows": [comparison(page.index, node, language()) for node in nodes[:12]],
        "left": max(0, len(nodes) - 12),
        "whole": links.comparison(page.term) if page.is_a("clef:Work") else "",
    }
    return Section("compared", _("On screen and on record"), "compared", content)


def _episodes(page: Page) -> Section | None:
    index = page.index

    def number(node: Term) -> int:
        found = index.one(node, iri("clef:episodeNumber"))
        return int(found.split('"')[1]) if found else 0

    nodes = sorted(page.objects("clef:hasPart"), key=number)
    lines_for(page, iri("clef:hasPart"))
    if not nodes:
        return None
    return Section("parts", _("Episodes and parts"), "parts", {"nodes": nodes, "number": number})


def _own_words(page: Page) -> Section | None:
    """Tell what a person says, as sources give it: denials first."""
    index = page.index
    claims = [claim(index, node) for node in page.objects("clef:attributedStatement")]
    said = sorted(claims, key=lambda one: (not one.denies, one.identifier))
    if not said:
        return None
    told = tellings(index, said, whole=True)
    return Section("own", _("In their own words"), "told", {"tellings": told})


def _of(name: str, title: str, properties: str) -> _Part:
    listed = [f"clef:{p}" if ":" not in p else p for p in properties.split()]
    return lambda page: facts(page, name, _(title), listed)


_COMMON: tuple[_Part, ...] = (follows, incoming, rest)
_card = lambda page: counterparts(page, language())  # noqa: E731

_ORDER: tuple[tuple[str, tuple[_Part, ...]], ...] = (
    ("clef:Claim", (_claim_part, _compared_part, rest)),
    ("clef:Comparison", (_compared_part, rest)),
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
            _source_part,
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
            _compared_part,
            *_COMMON,
        ),
    ),
    (
        "clef:StoryEvent",
        (
            _of("told", "In the story", "toldIn counterpartOf date targetPlace hasParticipant"),
            _card,
            claims_section,
            _compared_part,
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
            _compared_part,
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
            _episodes,
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
            _own_words,
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
            _compared_part,
            *_COMMON,
        ),
    ),
    ("clef:Organisation", (claims_section, _own_words, _compared_part, *_COMMON)),
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
