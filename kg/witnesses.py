"""Own who stands behind an asserted triple: file, source, node, place and words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from kg.model import Origin, Term, Triple
from kg.namespaces import iri
from kg.terms import literal_parts

__all__ = ["Attribution", "Witnesses"]

_STATED_IN = iri("clef:statedIn")
_DETAILS = {
    iri("clef:locator"): "locator",
    iri("clef:quotation"): "quotation",
}


@dataclass(frozen=True, slots=True)
class Attribution:
    """A file, and what its triples are attributed to; `None` for labels and editorial matter."""

    file: str
    source: Term | None


class Witnesses:
    """Says of each asserted triple where it stands: file, source, claim, place and words."""

    def __init__(self, asserted: Mapping[Triple, tuple[Attribution, ...]]) -> None:
        self._asserted = asserted
        self._details: dict[tuple[str, Term], dict[str, Term]] = defaultdict(dict)
        self._stated: dict[tuple[str, Term], list[Term]] = defaultdict(list)
        for triple, group in asserted.items():
            name = _DETAILS.get(triple.predicate)
            for attribution in group:
                place = (attribution.file, triple.subject)
                if name:
                    self._details[place][name] = triple.object
                elif triple.predicate == _STATED_IN:
                    self._stated[place].append(triple.object)

    def __contains__(self, triple: object) -> bool:
        return triple in self._asserted

    def origins(self, triple: Triple) -> tuple[Origin, ...]:
        """Return where a triple is asserted; nothing for one that is not, or by no source."""
        found = []
        for attribution in self._asserted.get(triple, ()):
            place = (attribution.file, triple.subject)
            details = self._details.get(place, {})
            stated = sorted(self._stated.get(place, ()))
            found += [
                Origin(
                    source,
                    attribution.file,
                    triple.subject if stated else None,
                    _words(details.get("locator")),
                    _words(details.get("quotation")),
                )
                for source in stated or filter(None, [attribution.source])
            ]
        return tuple(found)

    def sources(self) -> dict[Triple, frozenset[Term]]:
        """Return the sources of every asserted triple, as `kg.check` asks for them."""
        return {t: frozenset(o.source for o in self.origins(t)) for t in self._asserted}


def _words(literal: Term | None) -> str | None:
    return literal_parts(literal)[0] if literal else None
