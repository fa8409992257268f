"""Own a claim as a value to show: what it says, of which layer, who says it; not what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.index import Index
from kg.ledger import world
from kg.model import Term
from kg.namespaces import iri, local_name
from kg.terms import literal_parts

__all__ = ["Claim", "claim", "claims_of", "claims_on", "sorted_claims"]

_CLAIM = iri("clef:Claim")
_SAYS = (iri("clef:object"), iri("clef:value"))
_FALSE = '"false"^^' + iri("xsd:boolean")


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says: subject, predicate, and values or bounds; as it says it.

    `world` is real, fiction or production. `denies` tells that the source says the opposite.
    `text` holds the claim in a sentence, by language, where it has one. `denied` tells that one of
    the claims that conflict with it is a denial.
    """

    node: Term
    identifier: str
    subject: Term
    predicate: Term
    values: tuple[Term, ...]
    lower: Term | None
    upper: Term | None
    unit: Term | None
    modality: Term
    rank: Term
    denies: bool
    world: str
    sources: tuple[Term, ...]
    attributed_to: tuple[Term, ...]
    locator: str
    quotation: str
    text: Mapping[str, str]
    aspect: Term | None
    conflicts: tuple[Term, ...]
    corroborated: tuple[Term, ...]
    denied: bool

    @property
    def disputed(self) -> bool:
        """Tell whether a claim conflicts with it; what is held to be wrong conflicts with none."""
        return bool(self.conflicts)


def claim(index: Index, node: Term) -> Claim:
    """Return the claim that a node of the graph is."""

    def one(name: str) -> Term | None:
        return index.one(node, iri(name))

    def words(name: str) -> str:
        found = one(name)
        return literal_parts(found)[0] if found else ""

    def every(name: str) -> tuple[Term, ...]:
        return index.objects(node, iri(name))

    subject = one("clef:subject") or node
    denies = one("clef:polarity") == _FALSE
    conflicts = every("clef:conflictsWith")
    said = iri("clef:polarity")
    return Claim(
        node=node,
        identifier=words("dct:identifier") or local_name(node),
        subject=subject,
        predicate=one("clef:predicate") or node,
        values=tuple(value for name in _SAYS for value in index.objects(node, name)),
        lower=one("clef:lowerBound"),
        upper=one("clef:upperBound"),
        unit=one("clef:unit"),
        modality=one("clef:modality") or iri("clef:Asserted"),
        rank=one("clef:rank") or iri("clef:Normal"),
        denies=denies,
        world=world(index.kinds(node), index.kinds(subject)),
        sources=every("clef:statedIn"),
        attributed_to=every("clef:attributedTo"),
        locator=words("clef:locator"),
        quotation=words("clef:quotation"),
        text=index.texts(node, iri("clef:text")),
        aspect=one("clef:aspect"),
        conflicts=conflicts,
        corroborated=every("clef:corroborates"),
        denied=not denies and any(index.one(rival, said) == _FALSE for rival in conflicts),
    )


def claims_of(index: Index, source: Term) -> list[Claim]:
    """Return the claims of a source."""
    nodes = index.subjects(iri("clef:statedIn"), source)
    return sorted_claims(claim(index, node) for node in nodes if _CLAIM in index.kinds(node))


def claims_on(index: Index, subject: Term, predicate: Term | None = None) -> list[Claim]:
    """Return the claims that have a term for their subject, all or those with one predicate."""
    said = iri("clef:predicate")
    return sorted_claims(
        claim(index, node)
        for node in index.subjects(iri("clef:subject"), subject)
        if _CLAIM in index.kinds(node)
        and (predicate is None or predicate in index.objects(node, said))
    )


def sorted_claims(found: Iterable[Claim]) -> list[Claim]:
    """Return claims in the order of their identifiers."""
    return sorted(found, key=lambda one: (one.identifier, one.node))
