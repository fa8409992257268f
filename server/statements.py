"""Own the writing down of triples by the server; not what they say."""

from __future__ import annotations

import pyoxigraph as ox

from kg.errors import InputError
from kg.model import Term, Triple
from kg.namespaces import iri

__all__ = ["Statements", "link", "number", "words"]


class Statements:
    """Triples in the making; properties are given by their CURIEs."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []
        self._nodes = 0

    def say(self, subject: Term, **values: Term | list[Term]) -> None:
        """Add what is said of a subject: `rdf_type=…` or, with one value or several, `dct_title=…`.

        The first underscore stands for the colon of a CURIE.
        """
        for name, value in values.items():
            predicate = iri(name.replace("_", ":", 1))
            every = value if isinstance(value, list) else [value]
            self.triples += (Triple(subject, predicate, term) for term in every)

    def node(self, **values: Term | list[Term]) -> Term:
        """Return a new blank node, of which so much is said."""
        self._nodes += 1
        label = f"_:n{self._nodes:06}"
        self.say(label, **values)
        return label


def link(url: str) -> Term:
    """Return the term of an absolute IRI; raise `InputError` for what is none.

    >>> link("http://example.org/")
    '<http://example.org/>'
    """
    try:
        return str(ox.NamedNode(url))
    except ValueError as error:
        raise InputError(
            f"{url!r} is no IRI: {error}", hint="send the name of this host as Host"
        ) from None


def words(text: str, language: str | None = None) -> Term:
    """Return a literal.

    >>> words('say "so"', "en")
    '"say \\\\"so\\\\""@en'
    """
    return str(ox.Literal(text, language=language))


def number(count: int) -> Term:
    """Return an integer."""
    return str(ox.Literal(count))
