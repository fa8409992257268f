"""Own the forms in which a difference between two graphs is read: words and JSON; not its finding.

A line that begins with + is of the new graph alone, one with - of the old alone, = of both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from kg.diff import Difference, Reason, Reasons, Side
from kg.explain import told
from kg.ledger import Entry, entries, line
from kg.model import Term, Triple
from kg.namespaces import compact, iri
from kg.tell import children, origin_json

__all__ = ["as_json", "as_text", "conclusions"]

_TYPE = iri("rdf:type")


def as_text(difference: Difference, sentences: Mapping[str, str]) -> str:
    """Return a difference in words; `sentences` gives those for each rule by name."""
    if not difference:
        return "nothing changes: the same claims and the same conclusions\n"
    lost, gained = _Teller(difference, "-", sentences), _Teller(difference, "+", sentences)
    lines = [*_axioms(difference), *_nodes(difference, lost, gained), *_conclusions(lost, gained)]
    return "\n".join(lines) + "\n"


def conclusions(difference: Difference, sentences: Mapping[str, str]) -> str:
    """Return in words what a difference changes in what is concluded, without what is written."""
    lost, gained = _Teller(difference, "-", sentences), _Teller(difference, "+", sentences)
    return "\n".join(_conclusions(lost, gained)) + "\n"


def _axioms(difference: Difference) -> Iterator[str]:
    if difference.gained.axioms or difference.lost.axioms:
        come, gone = difference.gained.axioms, difference.lost.axioms
        yield f"the ontology differs too, in triples: {come} new, {gone} gone"


def _nodes(difference: Difference, lost: _Teller, gained: _Teller) -> Iterator[str]:
    come, gone = difference.gained, difference.lost
    claims = gained.claims.keys() | lost.claims.keys()
    for name, is_wanted, counts in (
        ("claims", True, (len(come.claims), len(gone.claims))),
        ("sources and other nodes", False, (len(come.others), len(gone.others))),
    ):
        changed = {n: c for n, c in difference.changed.items() if (n in claims) == is_wanted}
        if not any(counts) and not changed:
            continue
        yield f"{name}: {counts[0]} new, {counts[1]} gone, {len(changed)} changed"
        for teller in (lost, gained):
            yield from teller.claim_lines() if is_wanted else teller.other_lines()
        for node, (old, new) in changed.items():
            yield f"  ~ {compact(node)}"
            yield from (f"      - {told(triple[1:])}" for triple in old)
            yield from (f"      + {told(triple[1:])}" for triple in new)


def _conclusions(lost: _Teller, gained: _Teller) -> Iterator[str]:
    for name, part in (("conflicts", "conflicts"), ("claims that agree", "agreements")):
        begun, ended = getattr(gained.side, part), getattr(lost.side, part)
        if begun or ended:
            yield f"{name}: {len(begun)} begin, {len(ended)} end"
            yield from gained.pair_lines(begun)
            yield from lost.pair_lines(ended)
    for name, part in (("accepted as plain facts", "accepted"), ("inferred", "inferred")):
        appear, fall = getattr(gained.side, part), getattr(lost.side, part)
        if appear or fall:
            yield f"{name}: {len(appear)} appear, {len(fall)} fall"
            yield from lost.proof_lines(fall)
            yield from gained.proof_lines(appear)
    if gained.side.aside or lost.side.aside:
        come, gone = gained.side.aside, lost.side.aside
        yield f"about the claims and sources themselves: {come} conclusions appear, {gone} fall"


class _Teller:
    """Tells one side of a difference, line by line."""

    def __init__(self, difference: Difference, mark: str, sentences: Mapping[str, str]) -> None:
        sides = (difference.lost, difference.gained)
        self.side, other = sides if mark == "-" else reversed(sides)
        self.claims = {entry.node: entry for entry in entries(self.side.graph)}
        self._mark, self._sentences = mark, sentences
        self._reasons = Reasons(self.side.graph, other.graph)
        self._told: set[Triple] = set()

    def claim_lines(self) -> Iterator[str]:
        for node in self.side.claims:
            yield f"  {self._mark} {line(self.claims[node])}"

    def other_lines(self) -> Iterator[str]:
        for node, triples in self.side.others.items():
            kinds = [compact(t.object) for t in triples if t.predicate == _TYPE]
            told_of = f" a {' , '.join(kinds)}" if kinds else ""
            yield f"  {self._mark} {compact(node)}{told_of}"

    def pair_lines(self, pairs: Iterable[tuple[Term, Term]]) -> Iterator[str]:
        for pair in pairs:
            yield f"  {self._mark} {' and '.join(map(compact, pair))}"
            yield from (f"      {line(self.claims[node])}" for node in pair)

    def proof_lines(self, triples: Iterable[Triple]) -> Iterator[str]:
        for triple in triples:
            yield from self._proof(triple, "  ")

    def _proof(self, triple: Triple, indent: str) -> Iterator[str]:
        """Yield a conclusion and what it rests on, as far as that changed and is not told yet."""
        self._told.add(triple)
        reason = self._reasons.of(triple)
        words = self._sentences.get(reason.rule, "an unknown rule")
        deeper = f"{indent}    "
        yield f"{indent}{self._mark} {told(triple)}"
        yield f"{deeper}by {reason.rule}: {words}"
        for mark, premises in ((self._mark, reason.changed), ("=", reason.standing)):
            for premise in children(premises):
                if isinstance(premise, str):
                    yield f"{deeper}{mark} {premise}"
                elif premise.conclusion:
                    known = mark == "=" or premise.conclusion in self._told
                    above = "  (above)" if known and mark != "=" else ""
                    short = f"{deeper}{mark} {told(premise.conclusion)}{above}"
                    yield from [short] if known else self._proof(premise.conclusion, deeper)
        if not reason.changed:
            yield deeper + self._since(reason)

    def _since(self, reason: Reason) -> str:
        what = "; ".join(map(told, reason.since)) or "a condition of the rule"
        if self._mark == "-":
            return f"held back now by what is new: {what}"
        return f"held back until now by what is gone: {what}"


def as_json(difference: Difference, sentences: Mapping[str, str]) -> str:
    """Return a difference as JSON, claims as rows of the ledger, terms in N-Triples."""
    old, new = difference.lost, difference.gained
    claims = ({e.node: e for e in entries(side.graph)} for side in (old, new))
    before, after = claims
    content = {
        "claims": {
            "new": [dict(after[node].cells) for node in new.claims],
            "gone": [dict(before[node].cells) for node in old.claims],
        },
        "nodes": {"new": list(new.others), "gone": list(old.others)},
        "changed": {
            node: {"gone": gone, "new": come} for node, (gone, come) in difference.changed.items()
        },
        "conflicts": {"begin": _rows(new.conflicts, after), "end": _rows(old.conflicts, before)},
        "agreements": {"begin": _rows(new.agreements, after), "end": _rows(old.agreements, before)},
        **{
            part: {
                "appear": _steps(new, old, part, sentences),
                "fall": _steps(old, new, part, sentences),
            }
            for part in ("accepted", "inferred")
        },
        "aside": {"appear": new.aside, "fall": old.aside},
        "axioms": {"new": new.axioms, "gone": old.axioms},
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _rows(
    pairs: Iterable[tuple[Term, Term]], claims: Mapping[Term, Entry]
) -> list[list[dict[str, str]]]:
    return [[dict(claims[node].cells) for node in pair] for pair in pairs]


def _steps(side: Side, other: Side, part: str, sentences: Mapping[str, str]) -> list[object]:
    reasons = Reasons(side.graph, other.graph)
    found: list[object] = []
    triples: tuple[Triple, ...] = getattr(side, part)
    for triple in triples:
        reason = reasons.of(triple)
        found.append(
            {
                "triple": triple,
                "rule": reason.rule,
                "because": sentences.get(reason.rule, ""),
                "premises": [
                    {
                        "triple": leaf.conclusion,
                        "stands_in_both": leaf in reason.standing,
                        "stated": [origin_json(origin) for origin in leaf.origins],
                    }
                    for leaf in (*reason.changed, *reason.standing)
                ],
                "since": reason.since,
            }
        )
    return found
