"""Own the lexical reading of a query: its form, what it calls, what is refused; not its grammar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias, cast

from kg.errors import QueryRefusedError
from kg.tokens import Source, Token, scan, spell

__all__ = ["FORMS", "Call", "Query", "QueryForm", "Source", "Token", "read"]

QueryForm: TypeAlias = Literal["select", "ask", "construct", "describe"]

FORMS = frozenset({"select", "ask", "construct", "describe"})

MOST_CALLS = 8
"""How many SERVICE clauses one query may have."""

_CHANGING = frozenset(["BNODE", "NOW", "RAND", "SERVICE", "STRUUID", "UUID"])
_TEMPLATE_BLANKS = frozenset(["[", "(", "<<", "~", "{|"])

_UPDATES = frozenset(
    ["ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"]
)


class Call(NamedTuple):
    """A SERVICE clause, as indices of tokens: the keyword, the endpoint, the group's braces."""

    first: int
    endpoint: int
    opening: int
    closing: int
    silent: bool


class Query(NamedTuple):
    """A query that may be run, as far as its tokens tell."""

    source: Source
    tokens: tuple[Token, ...]
    form: QueryForm
    has_dataset: bool
    """Whether FROM or FROM NAMED chooses its graphs."""
    start: int = 0
    """The index of the token that names the form; the prologue stands before it."""
    calls: tuple[Call, ...] = ()

    @property
    def lasting(self) -> bool:
        """Whether the same data always gives the same answer, to the byte."""
        if any(_may_change(token) for token in self.tokens):
            return False
        return self.form != "construct" or not self._makes_blank_nodes()

    def _makes_blank_nodes(self) -> bool:
        depth = 0
        for token in self.tokens[self.start :]:
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            if depth and (token.kind == "blank" or token.text in _TEMPLATE_BLANKS):
                return True
            if token.text == "}" and not depth:
                return False  # the template ends here
        return False

    def without_calls(self) -> Query:
        """Return the query with each SERVICE clause made a plain group, to be read, not run."""
        gone = {at for call in self.calls for at in range(call.first, call.opening)}
        kept = (token for at, token in enumerate(self.tokens) if at not in gone)
        return self._replace(tokens=tuple(kept), calls=())

    def respelled(self, slot: int = 0) -> tuple[str, list[int]]:
        """Return the query for the engine, on one line, and where each token begins in it.

        With `slot`, so many spaces stand between any two tokens that they may stand between.
        """
        parts: list[str] = []
        starts: list[int] = []
        length = 0
        for token in self.tokens:
            bound = token.kind == "language" or token.text == "^^" or parts[-1:] == ["^^"]
            lead = " " * (slot if slot and not bound else token.apart)
            part = lead + spell(token)
            starts.append(length + len(lead))
            length += len(part)
            parts.append(part)
        return "".join(parts), starts


def read(text: str, *, federated: bool = False) -> Query:
    """Read a query; raise `QueryRefusedError` for updates, else `QuerySyntaxError`.

    SERVICE is refused too, unless `federated`: then the clauses are the query's `calls`.
    """
    source = Source(text)
    tokens = tuple(scan(source))
    words = [token.text.upper() if token.kind == "word" else "" for token in tokens]
    calls = tuple(_calls(source, tokens, words)) if federated else ()
    _refuse_service(source, tokens, words, calls)
    start = 0
    while start < len(words) and words[start] in {"BASE", "PREFIX", "VERSION"}:
        start += 3 if words[start] == "PREFIX" else 2
    first = words[start] if start < len(words) else ""
    if first in _UPDATES:
        raise QueryRefusedError(
            f"{first} is an update, and this data is read-only",
            where=_where(source, tokens[start]),
            hint="begin with SELECT, ASK, CONSTRUCT or DESCRIBE",
        )
    if first.lower() not in FORMS:
        at = tokens[start].start if start < len(tokens) else len(source.text)
        hint = "begin with SELECT, ASK, CONSTRUCT or DESCRIBE, after any BASE and PREFIX"
        raise source.fault("this does not begin as a query does", at, hint)
    form = cast("QueryForm", first.lower())
    return Query(source, tokens, form, "FROM" in words, start, calls)


def _calls(source: Source, tokens: tuple[Token, ...], words: list[str]) -> Iterator[Call]:
    """Yield the SERVICE clauses that are plainly such; the rest is for `_refuse_service`."""
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
                where=_where(source, tokens[endpoint]),
                hint="name the endpoint; ask several with UNION",
            )
        found += 1
        if found > MOST_CALLS:
            raise QueryRefusedError(
                f"a query may call {MOST_CALLS} endpoints, not more",
                where=_where(source, tokens[first]),
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


def _refuse_service(
    source: Source, tokens: tuple[Token, ...], words: list[str], calls: tuple[Call, ...]
) -> None:
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
                where=_where(source, token),
                hint="ask the other endpoint yourself, and hand in its answer with VALUES",
            )


def _may_change(token: Token) -> bool:
    """Tell whether a token may call for what differs from one run to the next.

    The engine finds keywords inside words, as in `trueRAND()`.
    """
    if token.kind != "word":
        return False
    word = token.text.upper()
    return any(name in word for name in _CHANGING)


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


def _where(source: Source, token: Token) -> str:
    line, column = source.place(token.start)
    return f"line {line}, column {column}"
