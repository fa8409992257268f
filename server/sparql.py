"""Own the SPARQL Protocol at /sparql: what is asked, and the answer as HTTP; not the answering.

Three steps: `read_request`, `execute`, `respond`.
https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from kg.errors import InputError
from kg.formats import Kind, for_name
from server.cache import Key, has_it, tag
from server.introduce import introduce
from server.negotiate import HTML, wanted
from server.parameters import FORM, Longest, Pairs, body_text, encoded, form, in_url, values
from server.pool import Answer
from server.query_pages import PAGE_BYTES, result_page
from server.shortway import FOUND, SENT, Found
from server.state import State, state
from server.words import language

__all__ = ["Asked", "blueprint", "execute", "read_request", "respond", "stream"]

blueprint = Blueprint("sparql", __name__)

_BEHIND_HTML: dict[Kind, str] = {"results": "json", "boolean": "json", "graph": "turtle"}
"""What the page for a browser is made from."""

_QUERY = "application/sparql-query"
_CHUNK = 65536


class Asked(NamedTuple):
    """What a request asks for, and the format that it wants each kind of answer in, if any will do.

    `dataset` is the default graphs and the named graphs that the protocol chooses; `called` is the
    format that the request names, if it does.
    """

    query: str
    dataset: tuple[tuple[str, ...], tuple[str, ...]] | None
    formats: Mapping[Kind, str | None]
    called: str = ""


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer a query; with no query string, say what this endpoint is."""
    here = state()
    if request.method != "POST" and request.args.keys() <= {"lang"}:
        return introduce()
    if FOUND in request.environ:
        return _known(here, request.environ[FOUND])
    address = request.remote_addr or ""
    asked = read_request(here.config.max_query_bytes)
    key = Key(here.pool.identity, asked.query, asked.dataset, tuple(asked.formats.items()))
    condition = request.headers.get("If-None-Match", "") if request.method != "POST" else ""
    if _tag(key) in condition:  # whoever has the tag has had the answer, and it is the same still
        return _lasting(_varying(Response(status=304), _is_page(key)), _tag(key))
    answer = here.cache.answer(key)
    if answer is None:
        answer = execute(here, asked, address)
        here.cache.keep(key, answer)
    return _conditional(Found(key, answer), respond(here, asked, answer, address), condition)


def _known(here: State, known: Found | Exception) -> Response:
    """Answer with what was found before Flask, or raise the error that was met there."""
    if isinstance(known, Exception):
        raise known
    key, answer = known
    asked = Asked(key.query, key.dataset, dict(key.formats))
    condition = request.headers.get("If-None-Match", "")
    address = request.remote_addr or ""
    return _conditional(known, respond(here, asked, answer, address), condition)


def _conditional(found: Found, response: Response, condition: str) -> Response:
    """Give a response its tag, and leave out its body where the client has that."""
    key, answer = found
    if answer.identity != key.identity:
        response.cache_control.no_store = True
        return response
    if has_it(condition, _tag(key)):
        response.close()
        response = _varying(Response(status=304), _is_page(key))
    elif not answer.spooled and dict(key.formats)[answer.kind] not in {None, HTML.name}:
        request.environ[SENT] = found  # a page is only made from the answer
    return _lasting(response, _tag(key))


def _tag(key: Key) -> str:
    """Return the entity tag of an answer; a page in another language is another one."""
    return tag(key, language() if _is_page(key) else "")


def _is_page(key: Key) -> bool:
    return any(name == HTML.name for _, name in key.formats)


def read_request(limit: int) -> Asked:
    """Read the request in whichever of the three forms it comes; a query of up to `limit` bytes."""
    longest = Longest("a query", limit, "CLEF_MAX_QUERY", "make it shorter")
    longest.bound(request, encoded(longest.most))
    pairs = in_url(request)
    if request.method == "POST":
        if request.mimetype == FORM:
            pairs += form(request)
        elif request.mimetype == _QUERY:
            pairs.append(("query", body_text(request)))
        else:
            named = request.mimetype or "nothing named"
            raise UnsupportedMediaType(f"a query is posted as {FORM} or {_QUERY}, not as {named}")
    query = _only_query(pairs)
    longest.check(query)
    default = tuple(values(pairs, "default-graph-uri"))
    named_graphs = tuple(values(pairs, "named-graph-uri"))
    dataset = (default, named_graphs) if default or named_graphs else None
    called = next(iter(values(pairs, "format")), None)
    formats = wanted(request.headers.get("Accept", ""), called)
    return Asked(query, dataset, formats, called or "")


def execute(here: State, asked: Asked, address: str) -> Answer:
    """Run what is asked, for the client at an address; the caller closes the answer."""
    formats = {kind: _written(kind, name) for kind, name in asked.formats.items()}
    for_a_page = HTML.name in asked.formats.values()
    limit = here.config.max_bytes
    header = {
        "formats": formats,
        "called": asked.called,
        "dataset": asked.dataset,
        "max_bytes": min(limit, PAGE_BYTES) if for_a_page else limit,
    }
    with here.admission.admit(address):
        return here.pool.run(header, asked.query)


def run(here: State, key: Key, address: str) -> Answer:
    """Run what a key asks, as `execute` does."""
    return execute(here, Asked(key.query, key.dataset, dict(key.formats)), address)


def respond(here: State, asked: Asked, answer: Answer, address: str) -> Response:
    """Return an answer as HTTP; a large one is sent from its file, piece by piece."""
    name = asked.formats[answer.kind]
    if name is None or name == HTML.name:
        page = Response(result_page(asked.query, answer), mimetype="text/html")
        return _varying(page, is_page=True)
    return _varying(stream(here, answer, for_name(name, answer.kind).content_type, address))


def stream(here: State, answer: Answer, content_type: str, address: str) -> Response:
    """Return the body of an answer as it is; a large one is sent from its file."""
    response = Response(content_type=content_type)
    if answer.spooled is None:
        response.data = answer.body
    else:
        _send(response, here, answer, address)
    return response


def _send(response: Response, here: State, answer: Answer, address: str) -> None:
    spooled = answer.spooled
    assert spooled
    try:
        sent = here.admission.send(address)
    except BaseException:
        answer.close()
        raise
    response.call_on_close(sent)
    response.call_on_close(answer.close)
    response.response = iter(lambda: spooled.read(_CHUNK), b"")
    response.content_length = answer.length


def _written(kind: Kind, name: str | None) -> str | None:
    return _BEHIND_HTML[kind] if name == HTML.name else name


def _only_query(pairs: Pairs) -> str:
    queries = values(pairs, "query")
    if values(pairs, "update"):
        raise InputError(
            "queries are answered here, not updates",
            hint="send one parameter named query",
        )
    if len(queries) != 1 or not queries[0].strip():
        raise InputError(
            "the query is empty" if len(queries) == 1 else f"{len(queries)} queries were sent",
            hint="send exactly one parameter named query",
        )
    return queries[0]


def _lasting(response: Response, etag: str) -> Response:
    """Say that the answer is the same as long as its tag is, and that this is to be asked."""
    response.headers["ETag"] = etag
    response.cache_control.no_cache = True
    return response


def _varying(response: Response, is_page: bool = False) -> Response:
    response.vary.add("Accept")
    if is_page:
        response.vary.add("Accept-Language")
    return response
