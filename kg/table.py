"""Own the table that a terminal shows for an answer; not the answer."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from kg.namespaces import compact

__all__ = ["as_table", "table"]

_WIDEST = 60


def as_table(answer: bytes) -> str:
    """Return SPARQL results in JSON as a table of shortened names, or yes or no for an ASK."""
    results = ox.parse_query_results(answer, format=ox.QueryResultsFormat.JSON)
    if isinstance(results, ox.QueryBoolean):
        return "yes\n" if results else "no\n"
    names = [variable.value for variable in results.variables]
    rows = [[_cell(solution[name]) for name in names] for solution in results]
    return table(names, rows)


def table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows under their names as a table that ends in how many there are."""
    widths = [
        min(_WIDEST, max(len(line) for line in column)) for column in zip(names, *rows, strict=True)
    ]
    lines = [names, ["─" * width for width in widths], *rows]
    text = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([*text, "", f"{len(rows)} row{'' if len(rows) == 1 else 's'}", ""])


def _cell(node: object) -> str:
    if node is None:
        return ""
    if isinstance(node, ox.Literal):
        language = f"@{node.language}" if node.language else ""
        return " ".join(node.value.split()) + language
    return compact(str(node))
