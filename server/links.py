"""Own the addresses of terms here: which page or file an IRI of ours is answered by.

An IRI of ours begins with `BASE`, wherever it is served: that of a thing is answered
by /id/x of this host, whatever host it names.
"""

from __future__ import annotations

import re
from typing import Any

from flask import current_app, url_for

from kg.model import Term, Triple
from kg.namespaces import PREFIXES, iri
from kg.why import digest

__all__ = ["comparison", "href", "name_of", "page", "term_of", "why", "without"]

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
_PAGES = {
    "id": "documents.document",
    "clef": "documents.term",
    "rule": "documents.rule",
    "shape": "documents.shape",
}


def name_of(term: Term, prefix: str = "id") -> str | None:
    """Return the name of a term in one of our namespaces, or `None`.

    >>> name_of(iri("id:antwerp-diamond-heist")), name_of(iri("clef:Work"))
    ('antwerp-diamond-heist', None)
    """
    start = f"<{PREFIXES[prefix]}"
    name = term[len(start) : -1]
    return name if term.startswith(start) and _SLUG.fullmatch(name) else None


def term_of(name: str, prefix: str = "id") -> Term:
    """Return the term that has a name in one of our namespaces."""
    return iri(f"{prefix}:{name}")


def href(term: Term) -> str:
    """Return where a person reads about a term: our page, the web, or nothing."""
    for prefix, endpoint in _PAGES.items():
        name = name_of(term, prefix)
        if name:
            return url_for(endpoint, name=name)
    bare = term[1:-1]
    return bare if re.match(r"https?://", bare) and term.startswith("<") else ""


def page(start: str, name: str = "") -> str:
    """Return the address of the page at a path, or of the one with a name below it; or nothing.

    What leads to pages of several parts need not know which of them are there.
    """
    pattern = re.escape(start) + (r"/<\w+>" if name else "")
    for rule in current_app.url_map.iter_rules():
        if re.fullmatch(pattern, rule.rule):
            values: dict[str, Any] = dict.fromkeys(rule.arguments, name)
            return url_for(rule.endpoint, **values)
    return ""


def comparison(work: Term) -> str:
    """Return where a person reads how a work compares with the record; or nothing."""
    return page("/compare", name_of(work) or "")


def without(source: Term) -> str:
    """Return where a person reads what falls if a source is set aside; or nothing."""
    return page("/without", name_of(source) or "")


def why(triple: Triple) -> str:
    """Return where a person reads why a derived triple holds."""
    return url_for("proofs.why", name=digest(triple))
