"""Own the form in which a person gives a claim: the options of a command, the columns of a CSV."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model import Term
from kg.namespaces import iri

__all__ = ["FIELDS", "Field"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a person can give: the property that carries it, and how it is read.

    What carries an `rdf:type` is the thing named in the field before it, all else the claim.

    `reads` is `name` for a term, `value` for what the predicate takes, a datatype, the language of
    words, or nothing for words in the language of the source. `hint` says what to do where a name
    is not found.
    """

    property: Term
    reads: str
    help: str
    default: str = ""
    required: bool = False
    hint: str = ""


def _field(name: str, reads: str, told: str, default: str = "") -> Field:
    return Field(iri(name), reads, told, default)


def _required(name: str, told: str, hint: str) -> Field:
    return Field(iri(name), "name", told, required=True, hint=hint)


_NEW_ENTITY = (
    "label something new in entities/ of the dossier first, in English and Italian; then name it"
    " here by its id: name, with its kind (subject-kind, object-kind)"
)

FIELDS = {
    "subject": _required("clef:subject", "what it is about: id:antwerp, or a label", _NEW_ENTITY),
    "subject-kind": _field("rdf:type", "name", "its kind, where no file gives it: clef:Place"),
    "predicate": _required(
        "clef:predicate",
        "the property: clef:filmedIn, filmedIn, or a label",
        "a claim uses a property marked clef:claimable; a remark that none fits is a clef:note with"
        " its aspect",
    ),
    "object": Field(iri("clef:object"), "name", "the thing it leads to", hint=_NEW_ENTITY),
    "object-kind": _field("rdf:type", "name", "the kind of that thing, where no file gives it"),
    "value": _field("clef:value", "value", "a number, date, duration or text"),
    "from": _field("clef:lowerBound", "value", "at least this, or not before this date"),
    "to": _field("clef:upperBound", "value", "at most this, or not after this date"),
    "date-precision": _field(
        "clef:datePrecision", "name", "how finely bounds date (default: as they are written)"
    ),
    "unit": _field("clef:unit", "xsd:string", "what a number counts, such as USD"),
    "aspect": _field("clef:aspect", "name", "what side of its subject a note speaks of"),
    "closeness": _field("clef:closeness", "name", "how near a counterpart comes"),
    "court-finding": _field("clef:courtFinding", "name", "the conviction it rests on"),
    "answers": _field("clef:answers", "name", "the open question that it answers"),
    "billing-position": _field("clef:billingPosition", "xsd:integer", "place in a cast, from 1"),
    "polarity": _field("clef:polarity", "xsd:boolean", "false where the source denies it"),
    "attributed-to": _field("clef:attributedTo", "name", "who said it, by the source"),
    "text-en": _field("clef:text", "en", "the same in plain English"),
    "text-it": _field("clef:text", "it", "the same in plain Italian"),
    "source": _required(
        "clef:statedIn",
        "the source, by its identifier",
        "describe a new source first, in sources/<source-id>.ttl of the dossier, as data/README.md"
        " shows; then add its claims",
    ),
    "locator": _field("clef:locator", "en", "where in the source it stands, in English"),
    "quotation": _field("clef:quotation", "", "up to twelve words, exactly as printed"),
    "modality": _field(
        "clef:modality", "name", "what the source does (default: Asserted)", "clef:Asserted"
    ),
    "rank": _field("clef:rank", "name", "Preferred, Normal (default) or Deprecated", "clef:Normal"),
    "reason-en": _field("clef:rankReason", "en", "why the rank is not Normal, in English"),
    "reason-it": _field("clef:rankReason", "it", "the same in Italian"),
}
"""What a claim can be given, in the order that it is written."""
