"""Own how it is told in words how a claim or statement stands, and on how many sources.

What is said of a person is told with these words beside it, never with a colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from babel import Locale, UnknownLocaleError

from kg.claims import Claim, claim
from kg.index import Index
from kg.model import Term, Triple
from kg.namespaces import iri
from kg.terms import literal_parts
from kg.why import statement
from server import links
from server.present import label
from server.words import gettext as _
from server.words import language

__all__ = [
    "Line",
    "accepted",
    "denials",
    "disputing",
    "line",
    "mode_of",
    "opposed",
    "words_of",
]

_DEPRECATED, _PREFERRED = iri("clef:Deprecated"), iri("clef:Preferred")
_LANGUAGES = frozenset(map(iri, ("clef:originalLanguage", "clef:subtitleLanguage", "dct:language")))
_MODALITY = iri("clef:modality")
_FALSE, _TRUE = (f'"{word}"^^{iri("xsd:boolean")}' for word in ("false", "true"))


@dataclass(frozen=True, slots=True)
class Line:
    """A statement as a reader meets it: the other end, how it stands, where its proof is."""

    triple: Triple
    other: Term
    standing: str
    why: str
    sources: int
    denials: tuple[Claim, ...]

    @property
    def text(self) -> str:
        """The other end in words of its own, where it is the code of a language."""
        if self.triple.predicate not in _LANGUAGES:
            return ""
        code = literal_parts(self.other)[0]
        try:
            return Locale.parse(code, sep="-").get_display_name(language()) or code
        except (UnknownLocaleError, ValueError):
            return code


def words_of(index: Index, one: Claim) -> list[str]:
    """Return the words that stand beside a claim: its mode, and whether it is contested."""
    words = [mode_of(one.modality)]
    if one.denies:
        words.append(_("a denial"))
    elif opposed(index, one):
        words.append(_("denied"))
    elif one.disputed:
        words.append(_("disputed"))
    if one.rank == _DEPRECATED:
        words.append(_("held to be wrong"))
    if one.rank == _PREFERRED:
        words.append(_("preferred"))
    if accepted(index, one):
        words.append(_("accepted"))
    return words


def mode_of(modality: Term) -> str:
    """Return in a word how a source says something; what it says plainly is reported."""
    return _("reported") if modality == iri("clef:Asserted") else label(modality)


def opposed(index: Index, one: Claim) -> list[Claim]:
    """Return the denials of a claim; of a denial, the claims that it denies."""
    denials = set(index.subjects(iri("clef:polarity"), _FALSE))
    return [claim(index, node) for node in one.conflicts if (node in denials) != one.denies]


def denials(index: Index, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the denials of claims, each once; whoever shows the claims shows them beside."""
    told = (one for one in claims if not one.denies)
    return tuple({found.node: found for one in told for found in opposed(index, one)}.values())


def accepted(index: Index, one: Claim) -> Triple | None:
    """Return the plain triple that a claim is accepted as, if it is."""
    if one.denies:
        return None
    for value in one.values:
        triple = Triple(one.subject, one.predicate, value)
        if triple in index.graph.triples:
            return triple
    return None


def line(index: Index, triple: Triple, seen_from: Term) -> Line:
    """Return a statement as it is seen from one of its ends."""
    standing = index.standing(triple)
    nodes, sources = _grounds(index, triple)
    words = _standing_words(index, triple, standing)
    sensitive = index.one(triple.predicate, iri("clef:sensitive")) == _TRUE
    if sensitive:  # what it rests on is told where it touches on guilt
        found = {index.one(node, _MODALITY) for node in nodes}
        words += [mode_of(mode) for mode in sorted(filter(None, found))]
    return Line(
        triple=triple,
        other=triple.object if triple.subject == seen_from else triple.subject,
        standing=", ".join(words),
        why=links.why(triple) if triple in index.graph.derivations else "",
        sources=len(sources),
        denials=disputing(index, triple),
    )


def disputing(index: Index, triple: Triple) -> tuple[Claim, ...]:
    """Return the claims that deny a statement; whoever shows it shows them beside it."""
    found = index.objects(statement(triple), iri("clef:disputedBy"))
    return tuple(claim(index, node) for node in found)


def _standing_words(index: Index, triple: Triple, standing: str) -> list[str]:
    if standing == "inferred":
        return [_("follows")]
    if standing == "accepted":
        return [_("accepted")]
    return [_("documented")] if any(o.node for o in index.origins(triple)) else []


def _grounds(index: Index, triple: Triple) -> tuple[set[Term], set[Term]]:
    """Return the documented nodes and the sources that one proof of a triple rests on.

    Of an accepted triple they are all the claims that say it.
    """
    told = partial(claim, index)
    if index.standing(triple) == "accepted":
        both = set(index.subjects(iri("clef:subject"), triple.subject))
        both &= set(index.subjects(iri("clef:predicate"), triple.predicate))
        claims = [c for c in map(told, sorted(both)) if triple.object in c.values and not c.denies]
        sources = {source for c in claims for source in c.sources}
        return {c.node for c in claims}, sources
    nodes, sources = set[Term](), set[Term]()
    waiting, seen = [triple], {triple}
    while waiting:
        step = waiting.pop()
        derivation = index.graph.derivations.get(step)
        if derivation:
            new = [premise for premise in derivation.premises if premise not in seen]
            seen.update(new)
            waiting += new
        else:
            stated = [origin for origin in index.origins(step) if origin.node]
            nodes.update(origin.node for origin in stated if origin.node)
            sources.update(origin.source for origin in stated)
    return nodes, sources
