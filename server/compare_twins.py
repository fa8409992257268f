"""Own the comparison as data: CSV, JSON and Turtle; the same rows and verdicts as the page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from kg.aspects import Judged
from kg.compare import Comparison, Row
from kg.index import Index
from kg.model import Term
from kg.namespaces import local_name
from kg.policy import OBJECTIONS
from kg.serialize import turtle
from kg.verdicts import RULES
from server.present import label, sentence, status_of, value_of
from server.reviews import question, reviews
from server.words import LANGUAGES, speaking

__all__ = ["COLUMNS", "as_csv", "as_json", "as_turtle", "list_csv", "list_json"]

COLUMNS = (
    "row",
    "question",
    "about",
    "withheld",
    "verdict",
    "rule",
    "side",
    "claim",
    "value",
    "says",
    "status",
    "counts",
    "objection",
    "source",
    "locator",
)
"""The columns of the CSV: one line for each claim of a row, or one for a row without claims."""


def as_csv(found: Comparison) -> str:
    """Return a line for every claim of every row; of a row that is withheld only what it asks."""
    lines: list[dict[str, object]] = []
    for row in found.rows:
        asked: dict[str, object] = {
            "row": row.name,
            "question": question(row),
            "about": label(row.subject),
            "withheld": "yes" if row.withheld else "no",
            "verdict": row.verdict,
            "rule": row.rule,
        }
        claims = [("screen", one) for one in row.story] + [("record", one) for one in row.record]
        lines += [asked | {"side": side} | _cells(one) for side, one in claims] or [asked]
    return _written(COLUMNS, lines)


def _cells(one: Judged) -> dict[str, object]:
    return {
        "claim": one.claim.identifier,
        "value": value_of(one.claim),
        "says": sentence(one.claim),
        "status": status_of(one.claim),
        "counts": "no" if one.objection else "yes",
        "objection": one.objection or "",
        "source": " ".join(map(local_name, one.claim.sources)),
        "locator": one.claim.locator,
    }


def as_json(found: Comparison) -> str:
    """Return the whole comparison: the policy, the counts, each row with its claims."""
    policy = found.policy
    return _json(
        {
            **_summary(found),
            "policy": {
                "strictness": policy.strictness.name,
                "through": policy.through,
                "without": sorted(map(local_name, policy.without)),
            },
            "rows": [_row(row) for row in found.rows],
        }
    )


def _summary(found: Comparison) -> dict[str, Any]:
    return {
        "work": found.work[1:-1],
        "title": label(found.work),
        "rows": len(found.rows),
        "withheld": found.withheld,
        "verdicts": dict(found.counts),
        "told": found.told,
        "true_or_close": found.near,
    }


def _row(row: Row) -> dict[str, Any]:
    head = {"name": row.name, "question": question(row), "about": row.subject[1:-1]}
    if row.withheld:
        return {**head, "withheld": True}
    return {
        **head,
        "withheld": False,
        "verdict": row.verdict,
        "rule": row.rule,
        "because": RULES[row.rule].words,
        "disputed": row.disputed,
        "comparisons": [
            {
                "comparison": one.node[1:-1],
                "agrees": one.agrees,
                "kinds": [label(kind) for kind in one.kinds],
                "basis": label(one.basis) if one.basis else None,
                "counts": one.counts,
                "screen": [each.claim.identifier for each in one.story],
                "record": [each.claim.identifier for each in one.record],
            }
            for one in row.compared
        ],
        "screen": [_claim(one) for one in row.story],
        "record": [_claim(one) for one in row.record],
    }


def _claim(one: Judged) -> dict[str, Any]:
    cells = _cells(one)
    return {
        **cells,
        "iri": one.claim.node[1:-1],
        "counts": one.objection is None,
        "objection": OBJECTIONS[one.objection] if one.objection else None,
        "source": [source[1:-1] for source in one.claim.sources],
    }


def as_turtle(index: Index, found: Comparison) -> bytes:
    """Return the comparisons and the claims that they set side by side, as the graph has them.

    The verdicts stand beside them as the reviews that the page embeds, in every language.
    """
    nodes: set[Term] = set()
    for row in found.rows:
        nodes.update(one.node for one in row.compared)
        nodes.update(one.claim.node for one in (*row.story, *row.record))
    triples = [t for node in sorted(nodes) for t in index.outgoing(node)]
    for code in LANGUAGES:
        with speaking(code):
            triples += reviews(index, found)
    return turtle(t for t in triples if not t.object.startswith("_:"))


def list_csv(found: Sequence[Comparison]) -> str:
    """Return a line for each work."""
    lines = []
    for one in found:
        summary = _summary(one)
        lines.append({**summary, **summary.pop("verdicts")})
    columns = list(lines[0]) if lines else ["work"]
    return _written([column for column in columns if column != "verdicts"], lines)


def list_json(found: Sequence[Comparison]) -> str:
    """Return the works with what their comparison comes to."""
    return _json({"works": [_summary(one) for one in found]})


def _written(columns: Sequence[str], lines: Iterable[dict[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
