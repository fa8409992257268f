"""Own what the columns of an answer to a question are called; not the questions, nor the answers.

A question names what it asks for in variables of SPARQL, which its data keep. A reader gets words.
"""

from __future__ import annotations

from collections.abc import Mapping

from server.words import gettext as _

__all__ = ["heading"]

_WORDS: Mapping[str, str] = {
    "about": "Aspect",
    "accepted": "Accepted value",
    "actor": "Actor",
    "actors": "Number of actors",
    "alleged": "What is alleged",
    "atLeast": "At least",
    "atMost": "At most",
    "boxes": "Boxes",
    "character": "Character",
    "claim": "Claim",
    "claims": "Number of claims",
    "costar": "Co-star",
    "currency": "Currency",
    "date": "Date",
    "denied": "What is denied",
    "divergences": "Number of differences",
    "entity": "What is described",
    "evidence": "Evidence",
    "fictional": "In the story",
    "from": "Not before",
    "higher": "Higher sum",
    "higherFrom": "Higher sum: at least",
    "higherTo": "Higher sum: at most",
    "holds": "Is it so?",
    "how": "How",
    "kind": "Kind",
    "language": "Language",
    "layer": "On record or in a story",
    "locator": "Where in the source",
    "lower": "Lower sum",
    "lowerFrom": "Lower sum: at least",
    "lowerTo": "Lower sum: at most",
    "modality": "How the source says it",
    "name": "Name",
    "number": "Number",
    "object": "Value",
    "only": "Only source",
    "other": "The other step",
    "otherDate": "Date of the other",
    "otherSource": "Source of the other",
    "ours": "Our term",
    "page": "Page elsewhere",
    "performer": "Performer",
    "person": "Person",
    "place": "Place",
    "precision": "How exact",
    "predicate": "Property",
    "property": "Property",
    "rank": "Rank",
    "real": "On record",
    "reason": "Reason",
    "record": "Source for the record",
    "repeated": "Source that it repeats",
    "rival": "Claim that is denied",
    "rivalSource": "Source of that claim",
    "rule": "Rule",
    "said": "What is said",
    "saidBy": "Said by",
    "side": "On record or in a story",
    "size": "How many",
    "source": "Source",
    "sources": "Number of sources",
    "speaker": "Who says so",
    "statements": "Number of statements",
    "step": "Step of the law",
    "story": "Source for the story",
    "subject": "About what",
    "teller": "Told by",
    "term": "Length of the sentence",
    "text": "In words",
    "theirs": "Their term",
    "things": "Number of things",
    "title": "Title",
    "to": "Not after",
    "unit": "Unit",
    "value": "Value",
    "way": "Way",
    "what": "What",
    "when": "When",
    "words": "In its words",
    "work": "Work",
}
"""The words for each variable; one that has none here is shown as it is."""


def heading(variable: str) -> str:
    """Return what a column is called in the language of the page; nothing where it has no words."""
    words = _WORDS.get(variable)
    return _(words) if words else ""
