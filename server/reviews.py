"""Own what a row of a comparison asks and what its verdict is called; and both as schema.org.

A verdict is a `ClaimReview` of what the story tells, never of a person: the claims on the story
keep how they stand, and those on record are named as what the verdict is based on.
https://schema.org/ClaimReview
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from markupsafe import Markup

from kg.claims import Claim
from kg.compare import Comparison, Row
from kg.index import Index
from kg.model import Term, Triple
from kg.namespaces import BASE, PREFIXES, iri, local_name
from kg.policy import Policy
from kg.terms import literal_parts
from kg.verdicts import RULES
from server.jsonld import embedded
from server.present import label, sentence
from server.standings import words_of
from server.state import state
from server.statements import Statements, link, words
from server.words import gettext as _
from server.words import language

__all__ = ["VERDICT_WORDS", "chosen", "question", "reviews", "reviews_jsonld"]

VERDICT_WORDS = {
    "true": "True to the record",
    "close": "Close",
    "loose": "Loose",
    "invented": "Invented",
    "unknown": "Cannot tell",
}
"""What each verdict is called; the icon and the colour say the same."""

_ASKS = (iri("clef:asks"),)
_SCHEMA, _CHARACTER = PREFIXES["schema"], iri("clef:Character")
_FORMULA = f"{BASE}compare#"
_PREFIXES = {"id": PREFIXES["id"], "formula": _FORMULA}
_LINKS = ("appearance", "author", "isBasedOn", "itemReviewed", "reviewRating", "url")


def question(row: Row) -> str:
    """Return what a row asks, in words; it never gives the answer away."""
    index = state().library.edition().index
    if row.is_character:
        who = re.sub(r" \([^()]*\)$", "", index.label(row.subject, language()))
        return _("Is there a real person behind %(who)s?", who=who)
    for predicate in row.predicates:
        asked = index.text(predicate, _ASKS, language())
        if asked:
            return asked
    named = [index.label(predicate, language()) for predicate in row.predicates]
    return named[0][:1].upper() + named[0][1:] if named else _("What happens?")


def chosen(policy: Policy) -> dict[str, list[str]]:
    """Return the parameters of an address that stand for what a reader chose."""
    given = {
        "strictness": [] if policy.strictness == Policy().strictness else [policy.strictness.name],
        "through": [str(policy.through)] if policy.through is not None else [],
        "without": sorted(map(local_name, policy.without)),
    }
    return {name: values for name, values in given.items() if values}


def reviews(index: Index, found: Comparison) -> list[Triple]:
    """Return the verdicts as reviews; where nothing can be told there is none."""
    out, page = Statements(), _page(found)
    for row in found.rows:
        if row.verdict not in {"", "unknown"}:
            _review(out, index, row, page)
    if out.triples:
        out.say(link(BASE), rdf_type=iri("schema:Project"), schema_name=_words("Clef"))
    return list(dict.fromkeys(out.triples))


def _review(out: Statements, index: Index, row: Row, page: str) -> None:
    node, rating = link(f"{page}#{row.name}"), link(f"{_FORMULA}rule-{row.rule}")
    told = list(dict.fromkeys(one.claim.node for each in row.compared for one in each.story))
    by_node = {one.claim.node: one.claim for one in row.story}
    ties = list(by_node) if row.is_character else []
    record = [one.claim.node for each in row.compared for one in each.record]
    asked = question(row)
    out.say(
        node,
        rdf_type=iri("schema:ClaimReview"),
        schema_claimReviewed=_words(asked if ties else sentence(by_node[told[0]])),
        schema_itemReviewed=row.subject if ties else told,
        schema_isBasedOn=list(dict.fromkeys([*ties, *record])),
        schema_reviewRating=rating,
        schema_author=link(BASE),
        schema_url=node,
    )
    if not ties:
        out.say(node, schema_name=_words(asked))
    out.say(
        rating,
        rdf_type=iri("schema:Rating"),
        schema_alternateName=_words(_(VERDICT_WORDS[row.verdict])),
        schema_ratingExplanation=_words(_(RULES[row.rule].words)),
    )
    if ties:
        _character(out, row.subject)
    else:
        for one in told:
            _claim(out, index, by_node[one])


def _claim(out: Statements, index: Index, one: Claim) -> None:
    out.say(
        one.node,
        rdf_type=iri("schema:Claim"),
        schema_appearance=list(one.sources),
        schema_creativeWorkStatus=_words(", ".join(words_of(index, one))),
    )


def _character(out: Statements, character: Term) -> None:
    """To schema.org a character is a Person: what it is to us is told instead."""
    out.say(
        character,
        rdf_type=_CHARACTER,
        schema_name=_words(label(character)),
        schema_disambiguatingDescription=_words(label(_CHARACTER)),
    )


def _words(text: str) -> Term:
    return words(text, language())


def _page(found: Comparison) -> str:
    """Return the permanent address of a comparison under what the reader chose."""
    query = urlencode(chosen(found.policy), doseq=True)
    return f"{BASE}compare/{local_name(found.work)}" + (f"?{query}" if query else "")


def reviews_jsonld(index: Index, found: Comparison) -> Markup | None:
    """Return the reviews of a page, if it has any, as JSON-LD: each thing once, by a short name."""
    page, nodes = _page(found), dict[Term, dict[str, str | list[str]]]()
    for subject, predicate, end in reviews(index, found):
        node = nodes.setdefault(subject, {"@id": _short(subject, page)})
        if predicate == iri("rdf:type"):
            node["@type"] = end[1:-1].removeprefix(_SCHEMA)
            continue
        value = literal_parts(end)[0] if end.startswith('"') else _short(end, page)
        name = local_name(predicate)
        before = node.get(name, [])
        values = [*([before] if isinstance(before, str) else before), value]
        node[name] = values if len(values) > 1 else value
    context = {
        "@vocab": _SCHEMA,
        "@base": page,
        "@language": language(),
        **_PREFIXES,
        **{name: {"@type": "@id"} for name in _LINKS},
    }
    return embedded({"@context": context, "@graph": list(nodes.values())}) if nodes else None


def _short(term: Term, page: str) -> str:
    """Return an IRI as it is written in the data of a page: by a prefix, or beginning with `#`.

    >>> _short(iri("id:x"), ""), _short("<http://example.org/a#b>", "http://example.org/a")
    ('id:x', '#b')
    """
    bare = term[1:-1]
    if bare.startswith(f"{page}#"):
        return bare.removeprefix(page)
    found = ((name, start) for name, start in _PREFIXES.items() if bare.startswith(start))
    return next((f"{name}:{bare.removeprefix(start)}" for name, start in found), bare)
