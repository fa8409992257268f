"""Own where a query calls another endpoint, or might; not what it asks there.

https://www.w3.org/TR/sparql11-federated-query/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kg.errors import QueryRefusedError
from kg.tokens import Source, Token, place_of

__all__ = ["Call", "calls_of", "refuse_service"]

MOST_CALLS = 8
"""How many SERVICE clauses one query may have."""


class Call(NamedTuple):
    """A SERVICE clause, as indices of tokens: the keyword, the endpoint, the group's braces."""

    first: int
    endpoint: int
    opening: int
    closing: int
    silent: bool


def calls_of(source: Source, tokens: tuple[Token, ...], words: list[str]) -> Iterator[Call]:
    """Yield the SERVICE clauses that are plainly such; the rest is for `refuse_service`."""
    found, after = 0, 0
    for first, word in enumerate(words):
        if word != "SERVICE" or first < after:
            continue
        silent = words[first + 1 : first + 2] == ["SILENT"]
        endpoint = first + 2 if silent else first + 1
        after = _closing(tokens, endpoint + 1)
        if not after:
            raise source.fault("SERVICE without its endpoint and group", tokens[first].start)
        if tokens[endpoint].kind not in {"iri", "name"}:
            raise QueryRefusedError(
                "SERVICE is run where its endpoint is named by an IRI, not by a variable",
                where=place_of(source, tokens[endpoint]),
                hint="name the endpoint; ask several with UNION",
            )
        found += 1
        if found > MOST_CALLS:
            raise QueryRefusedError(
                f"a query may call {MOST_CALLS} endpoints, not more",
                where=place_of(source, tokens[first]),
                hint="split the query",
            )
        yield Call(first, endpoint, endpoint + 1, after, silent)


def _closing(tokens: tuple[Token, ...], opening: int) -> int:
    """Return the index of the brace that closes a group; 0 where there is none."""
    depth = 0
    for at in range(opening, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[at].text, 0)
        if depth <= 0:
            return at if at > opening else 0
    return 0


def refuse_service(
    source: Source, tokens: tuple[Token, ...], words: list[str], calls: tuple[Call, ...] = ()
) -> None:
    """Raise `QueryRefusedError` for a SERVICE that is none of the calls."""
    called = {call.first for call in calls}
    for index, token in enumerate(tokens):
        if index in called or "service" not in token.text.lower():
            continue
        if _may_call(tokens, words, index):
            inner = any(call.opening < index < call.closing for call in calls)
            raise QueryRefusedError(
                "a SERVICE inside a SERVICE is not sent on"
                if inner
                else "SERVICE is not run: this endpoint calls no other",
                where=place_of(source, token),
                hint="ask the other endpoint yourself, and hand in its answer with VALUES",
            )


def _may_call(tokens: tuple[Token, ...], words: list[str], index: int) -> bool:
    """Tell whether a token that spells "service" could be the keyword, to us or to the engine.

    The engine finds keywords inside words (`trueSERVICE`), and tries the keyword where a prefixed
    name before `{` makes no sense (`SERVICE:x {`).
    """
    token = tokens[index]
    if token.kind == "blank":
        return "." in token.text
    if token.kind != "name":
        return token.kind == "word"
    before = words[index - 1] if index else ""
    after = tokens[index + 1].text if index + 1 < len(tokens) else ""
    return after.startswith("{") and before not in {"DESCRIBE", "FROM", "GRAPH", "NAMED"}
