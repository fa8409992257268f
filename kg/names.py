"""Own how the names that a person types find the terms of a graph; not what the terms mean.

A name is a CURIE or an IRI, the end of one (`antwerp`, `filmedIn`), or a label in any language.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from kg.errors import InputError, NotFoundError
from kg.model import Term
from kg.namespaces import PREFIXES, compact, expand, iri, local_name
from kg.store import KnowledgeGraph
from kg.terms import literal_parts

__all__ = ["Names"]

_LABELS = frozenset(map(iri, ("rdfs:label", "skos:altLabel")))
_TYPE, _CLAIM, _RANGE = iri("rdf:type"), iri("clef:Claim"), iri("rdfs:range")
_PREFIXED = re.compile(rf"<|https?:|(?:{'|'.join(PREFIXES)}):(?!\s)")


class Names:
    """The names by which the terms of a graph are known, and the kinds of those terms."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._kinds: dict[Term, set[Term]] = defaultdict(set)
        self._spoken: dict[str, set[Term]] = defaultdict(set)
        written = [t for name in ("ontology", "claims") for t in graph.graphs[name]]
        self._known = {t.subject for t in written if t.subject.startswith("<")}
        self._ranges: dict[Term, set[Term]] = defaultdict(set)
        for subject, predicate, obj in graph.triples:
            if predicate == _TYPE:
                self._kinds[subject].add(obj)
        for term in self._known:
            self._spoken[local_name(term).casefold()].add(term)
        for subject, predicate, obj in written:
            if predicate == _RANGE:
                self._ranges[subject].add(obj)
            elif predicate in _LABELS and obj.startswith('"'):
                self._spoken[literal_parts(obj)[0].casefold()].add(subject)

    def of_kind(self, *kinds: Term) -> set[Term]:
        """Return the named terms of any of some kinds, inferred kinds included."""
        return {term for term in self._known if not self._kinds[term].isdisjoint(kinds)}

    def in_range(self, predicate: Term) -> set[Term]:
        """Return the named terms that a property can lead to; none where it has no range."""
        return self.of_kind(*self._ranges[predicate])

    def things(self) -> set[Term]:
        """Return every named term but the claims."""
        return self._known - self.of_kind(_CLAIM)

    def entities(self) -> set[Term]:
        """Return what claims speak of: every name of the dossier that is itself no claim."""
        return {term for term in self.things() if term.startswith(f"<{PREFIXES['id']}")}

    def find(
        self,
        text: str,
        among: Iterable[Term],
        likely: Iterable[Term] = (),
        *,
        where: str,
        hint: str = "",
    ) -> Term:
        """Return the one term of `among` that is meant; of several, the one that is `likely`.

        Raise `NotFoundError` with what comes near and the `hint`, or `InputError` where the name
        is still that of several.
        """
        candidates = set(among)
        if _PREFIXED.match(text):
            found = {expand(text)} & candidates
        else:
            found = self._spoken.get(text.casefold(), set()) & candidates
        for those in (found, found & set(likely)):
            if len(those) == 1:
                return those.pop()
        if found:
            several = ", ".join(sorted(map(compact, found)))
            raise InputError(
                f"{text!r} is the name of several", where=where, hint=f"write one of {several}"
            )
        near = self._near(text, candidates & set(likely) or candidates)
        told = f"did you mean {' or '.join(near)}?" if near else ""
        raise NotFoundError(
            f"nothing that can stand here is called {text!r}",
            where=where,
            hint="\n  ".join(part for part in (told, hint) if part),
        )

    def _near(self, text: str, candidates: set[Term]) -> list[str]:
        """Return the shortened names of the candidates whose name or label comes near a text."""
        spoken = {
            name: min(terms & candidates)
            for name, terms in self._spoken.items()
            if terms & candidates
        }
        asked = text.partition(":")[2] if _PREFIXED.match(text) else text
        near = get_close_matches(asked.casefold(), sorted(spoken), n=3)
        return list(dict.fromkeys(compact(spoken[name]) for name in near))
