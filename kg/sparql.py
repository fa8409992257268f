"""Own the lexical reading of a query: its form, its graphs, whether it lasts; not its grammar."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias, cast

from kg.calls import Call, calls_of, refuse_service
from kg.errors import QueryRefusedError
from kg.namespaces import PREFIXES
from kg.tokens import Source, Token, place_of, read_tokens, respelled

__all__ = ["FORMS", "Query", "QueryForm", "read"]

QueryForm: TypeAlias = Literal["select", "ask", "construct", "describe"]

FORMS = frozenset({"select", "ask", "construct", "describe"})

_CHANGING = frozenset(["BNODE", "NOW", "RAND", "SERVICE", "STRUUID", "UUID"])
_TEMPLATE_BLANKS = frozenset(["[", "(", "<<", "~", "{|"])

_UPDATES = frozenset(
    ["ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"]
)


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

    @property
    def prefixes(self) -> dict[str, str]:
        """The known prefixes that it uses: the engine takes time for each that it is told."""
        used = {token.text.partition(":")[0] for token in self.tokens if token.kind == "name"}
        return {name: space for name, space in PREFIXES.items() if name in used}

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
        """Return the query as `kg.tokens.respelled` does."""
        return respelled(self.tokens, slot)


def read(text: str, *, federated: bool = False) -> Query:
    """Read a query; raise `QueryRefusedError` for updates, else `QuerySyntaxError`.

    SERVICE is refused too, unless `federated`: then the clauses are the query's `calls`.
    """
    source = Source(text)
    tokens = tuple(read_tokens(source))
    tokens = _each_graph_once(tokens)
    words = _words(tokens)
    calls = tuple(calls_of(source, tokens, words)) if federated else ()
    refuse_service(source, tokens, words, calls)
    start = 0
    while start < len(words) and words[start] in {"BASE", "PREFIX", "VERSION"}:
        start += 3 if words[start] == "PREFIX" else 2
    first = words[start] if start < len(words) else ""
    if first in _UPDATES:
        raise QueryRefusedError(
            f"{first} is an update, and this data is read-only",
            where=place_of(source, tokens[start]),
            hint="begin with SELECT, ASK, CONSTRUCT or DESCRIBE",
        )
    if first.lower() not in FORMS:
        at = tokens[start].start if start < len(tokens) else len(source.text)
        hint = "begin with SELECT, ASK, CONSTRUCT or DESCRIBE, after any BASE and PREFIX"
        raise source.fault("this does not begin as a query does", at, hint)
    form = cast("QueryForm", first.lower())
    return Query(source, tokens, form, "FROM" in words, start, calls)


def _words(tokens: tuple[Token, ...]) -> list[str]:
    return [token.text.upper() if token.kind == "word" else "" for token in tokens]


def _each_graph_once(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Leave out a dataset clause that is there already: the engine would count its triples twice.

    https://www.w3.org/TR/sparql11-query/#specifyingDataset
    """
    words = _words(tokens)
    kept: list[Token] = []
    seen: set[tuple[bool, str]] = set()
    index = 0
    while index < len(tokens):
        named = words[index + 1 : index + 2] == ["NAMED"]
        end = index + 2 + named if words[index] == "FROM" else index + 1
        clause = tokens[index:end]
        if len(clause) == 1 or (named, clause[-1].text) not in seen:
            kept += clause
        if len(clause) > 1:
            seen.add((named, clause[-1].text))
        index = end
    return tuple(kept)


def _may_change(token: Token) -> bool:
    """Tell whether a token may call for what differs from one run to the next.

    The engine finds keywords inside words, as in `trueRAND()`.
    """
    if token.kind != "word":
        return False
    word = token.text.upper()
    return any(name in word for name in _CHANGING)
