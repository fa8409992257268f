"""Own what a query asks of other endpoints and how their answers enter it; not the asking.

https://www.w3.org/TR/sparql11-federated-query/. The engine's own SERVICE would open connections of
its own, to anywhere. So each clause is cut out of the query, asked apart as `SELECT *` of its
group, and its solutions stand in the query's text, as VALUES, in the clause's place: the two mean
the same, since a SERVICE clause is evaluated by itself and then joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from kg.calls import Call
from kg.errors import QueryRefusedError, QuerySyntaxError, ServiceError
from kg.formats import for_name
from kg.namespaces import BASE, PREFIXES
from kg.sparql import Query
from kg.tokens import Token

__all__ = ["answered", "requests"]

_IRI = r'<[^<>"{}|^`\\\x00-\x20]+>'
_TERM = re.compile(
    rf'{_IRI}|"(?:[^"\\\r\n]|\\.)*+"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[a-z]+)?|\^\^{_IRI})?'
)


def requests(query: Query) -> list[dict[str, Any]]:
    """Return, for each call of a query, the `endpoint`, the `query` to send, and if `silent`.

    Raise `QueryRefusedError` where an endpoint is no absolute http or https IRI.
    """
    return [
        {"endpoint": _endpoint(query, call), "query": _asked(query, call), "silent": call.silent}
        for call in query.calls
    ]


def answered(query: Query, replies: list[Mapping[str, Any]], bodies: bytes) -> Query:
    """Return a query with the solutions of each call in the place of the call.

    A reply names the `format` and the `length` of its part of the bodies; one of no format is the
    failure that SILENT asks to leave out: one solution that binds nothing. Blank nodes of another
    endpoint become IRIs, for VALUES has no blank nodes:
    https://www.w3.org/TR/rdf11-concepts/#section-skolemization. Raise `ServiceError` where an
    answer cannot be read.
    """
    kept: list[Token] = []
    done = start = 0
    for number, (call, reply) in enumerate(zip(query.calls, replies, strict=True)):
        body = bodies[start : start + reply["length"]]
        start += reply["length"]
        if reply["format"] is None:
            text = "{ }"
        else:
            text = _values(_names(query, call), reply["format"], body, number)
        kept += query.tokens[done : call.first]
        kept.append(Token("raw", text, query.tokens[call.first].start, apart=True))
        done = call.closing + 1
    kept += query.tokens[done:]
    return query._replace(tokens=tuple(kept), calls=())


def _endpoint(query: Query, call: Call) -> str:
    token = query.tokens[call.endpoint]
    if token.kind == "iri":
        endpoint = token.text[1:-1]
    else:
        prefix, _, local = token.text.partition(":")
        spaces = PREFIXES | dict(_declared(query))
        if prefix not in spaces:
            line, column = query.source.place(token.start)
            raise QuerySyntaxError(f"unknown prefix {prefix + ':'!r}", line=line, column=column)
        endpoint = spaces[prefix] + re.sub(r"\\(.)", r"\1", local)
    if not re.match(r"https?://", endpoint, re.IGNORECASE):
        line, column = query.source.place(token.start)
        raise QueryRefusedError(
            f"SERVICE calls http and https endpoints, not {endpoint[:100]}",
            where=f"line {line}, column {column}",
            hint="name the endpoint by its absolute IRI",
        )
    return endpoint


def _declared(query: Query) -> Iterator[tuple[str, str]]:
    """Yield the prefixes that a query declares, and the IRIs that they stand for."""
    prologue = query.tokens[: query.start]
    for keyword, name, iri in zip(prologue, prologue[1:], prologue[2:], strict=False):
        if keyword.text.upper() == "PREFIX":
            yield name.text.removesuffix(":"), iri.text[1:-1]


def _asked(query: Query, call: Call) -> str:
    """Return the query that one call sends: its group, with the prologue that the group needs."""
    tokens, text = query.tokens, query.source.text
    group = text[tokens[call.opening].start : tokens[call.closing].start + 1]
    used = {t.text.partition(":")[0] for t in tokens[call.opening : call.closing] if ":" in t.text}
    ours = sorted(used & PREFIXES.keys() - dict(_declared(query)).keys())
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ours)
    prologue = text[: tokens[query.start].start]
    return f"BASE <{BASE}>\n{prefixes}{prologue}\nSELECT * WHERE {group}"


def _names(query: Query, call: Call) -> set[str]:
    within = query.tokens[call.opening : call.closing]
    return {token.text[1:] for token in within if token.kind == "variable"}


def _values(names: set[str], format_name: str, body: bytes, number: int) -> str:
    """Return solutions as a group of SPARQL; what the query did not name is left out."""
    engine = for_name(format_name, "results").engine
    assert isinstance(engine, ox.QueryResultsFormat)
    try:
        found = ox.parse_query_results(body, format=engine)
        if not isinstance(found, ox.QuerySolutions):
            raise ServiceError("another endpoint answered with a boolean, not with solutions")
        at = [i for i, name in enumerate(found.variables) if name.value in names]
        head = " ".join(f"?{found.variables[i].value}" for i in at)
        rows = (
            " ".join("UNDEF" if row[i] is None else _term(row[i], number) for i in at)
            for row in found
        )
        lines = "".join(f" ({row})" for row in rows)
    except (SyntaxError, ValueError) as error:
        raise ServiceError(f"the answer of another endpoint cannot be read: {error}") from None
    return f"{{ VALUES ({head}) {{{lines} }} }}"


def _term(term: Any, number: int) -> str:
    if isinstance(term, ox.BlankNode):
        return f"<{BASE}.well-known/genid/{number}-{term.value}>"
    spelled = str(term)
    if not _TERM.fullmatch(spelled):
        raise ServiceError(f"another endpoint answered with no RDF 1.1 term: {spelled[:100]}")
    return spelled
