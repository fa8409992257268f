"""Own the claims of a graph as the rows of a ledger, to be read beside a table of facts.

A row says what one source says, how it says it, and what it conflicts with; not what follows.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kg.model import Term
from kg.namespaces import compact, iri, local_name
from kg.store import KnowledgeGraph
from kg.terms import literal_parts

__all__ = ["COLUMNS", "Entry", "as_csv", "conflict_groups", "entries", "line", "world"]

_TYPE, _CLAIM, _CONFLICTS = iri("rdf:type"), iri("clef:Claim"), iri("clef:conflictsWith")
_IDENTIFIER, _STATED_IN = iri("dct:identifier"), iri("clef:statedIn")
_SAYS = (iri("clef:object"), iri("clef:value"))
_LOW, _HIGH = iri("clef:lowerBound"), iri("clef:upperBound")
_PRODUCTION = frozenset(map(iri, ("clef:Work", "clef:Performance")))

_PLAIN = {
    "subject": iri("clef:subject"),
    "predicate": iri("clef:predicate"),
    "unit": iri("clef:unit"),
    "modality": iri("clef:modality"),
    "rank": iri("clef:rank"),
    "locator": iri("clef:locator"),
    "aspect": iri("clef:aspect"),
    "polarity": iri("clef:polarity"),
    "attributed_to": iri("clef:attributedTo"),
    "quotation": iri("clef:quotation"),
}
COLUMNS = (
    "claim_id",
    "node",
    "subject",
    "predicate",
    "value",
    "unit",
    "modality",
    "rank",
    "world",
    "source_id",
    "locator",
    "conflicts_with",
    "aspect",
    "polarity",
    "attributed_to",
    "quotation",
)
"""The columns of the CSV: those of a table of facts, then what else a claim can carry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One claim: its node, the terms that it holds by property, and a text for each column.

    A name is shortened, a literal is its text without language or datatype. Bounds are an
    interval as in ISO 8601-2, `100/200`, with `..` for an end that is open.
    """

    node: Term
    said: Mapping[Term, tuple[Term, ...]]
    conflicts: tuple[Term, ...]
    cells: Mapping[str, str]


def entries(graph: KnowledgeGraph) -> list[Entry]:
    """Return an entry for each claim of a graph, sorted by identifier."""
    said: dict[Term, dict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, obj in graph.graphs["claims"]:
        said[subject][predicate].append(obj)
    rivals: dict[Term, list[Term]] = defaultdict(list)
    kinds: dict[Term, set[Term]] = defaultdict(set)
    for subject, predicate, obj in sorted(graph.triples):
        if predicate == _CONFLICTS:
            rivals[subject].append(obj)
        elif predicate == _TYPE:
            kinds[subject].add(obj)

    def name(node: Term) -> str:
        return _words(said[node][_IDENTIFIER]) or local_name(node)

    found = []
    for node in [node for node in said if _CLAIM in said[node][_TYPE]]:
        terms = {predicate: tuple(objects) for predicate, objects in said[node].items()}
        subjects = terms.get(_PLAIN["subject"], ())
        cells = {
            "claim_id": name(node),
            "node": compact(node),
            "value": _value(terms),
            "world": world(kinds[node], {kind for s in subjects for kind in kinds[s]}),
            "source_id": " ".join(name(source) for source in terms.get(_STATED_IN, ())),
            "conflicts_with": " ".join(sorted(map(name, rivals[node]))),
            **{column: _words(terms.get(p, ())) for column, p in _PLAIN.items()},
        }
        found.append(Entry(node, terms, tuple(rivals[node]), cells))
    return sorted(found, key=lambda entry: (entry.cells["claim_id"], entry.node))


def _words(terms: Iterable[Term]) -> str:
    return " ".join(literal_parts(t)[0] if t.startswith('"') else compact(t) for t in terms)


def _value(terms: Mapping[Term, tuple[Term, ...]]) -> str:
    plain = _words(term for predicate in _SAYS for term in terms.get(predicate, ()))
    low, high = (_words(terms.get(bound, ())) for bound in (_LOW, _HIGH))
    interval = f"{low or '..'}/{high or '..'}" if low or high else ""
    return " ".join(part for part in (plain, interval) if part)


def world(kinds: Collection[Term], subject_kinds: Collection[Term]) -> str:
    """Return the layer that a claim speaks of: a work and its making are neither story nor record.

    The layer of a story is the one that the reasoner found.
    """
    if iri("clef:StoryClaim") in kinds:
        return "fiction"
    return "real" if _PRODUCTION.isdisjoint(subject_kinds) else "production"


def conflict_groups(found: Iterable[Entry]) -> list[list[Entry]]:
    """Return the entries that conflict, directly or through others, group by group."""
    by_node = {entry.node: entry for entry in found}
    groups, seen = [], set()
    for entry in by_node.values():
        group, waiting = [], [entry.node] if entry.conflicts else []
        while waiting:
            node = waiting.pop()
            if node in by_node and node not in seen:
                seen.add(node)
                group.append(by_node[node])
                waiting.extend(by_node[node].conflicts)
        if group:
            groups.append(sorted(group, key=lambda one: one.cells["claim_id"]))
    return groups


def line(entry: Entry) -> str:
    """Return a claim in one line: what it says, who says it, where and in which words."""
    cells = entry.cells
    negation = "not: " if cells["polarity"] == "false" else ""
    said = " ".join(cells[c] for c in ("subject", "predicate", "value", "unit") if cells[c])
    quotation = f"“{cells['quotation']}”" if cells["quotation"] else ""
    stands = [part for part in (cells["source_id"], cells["locator"], quotation) if part]
    return f"{cells['node']}  {negation}{said}  — {', '.join(stands)}"


def as_csv(found: Iterable[Entry]) -> str:
    """Return entries as CSV in the order given, a line a claim, ended as in the tables of facts."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(entry.cells for entry in found)
    return text.getvalue()
