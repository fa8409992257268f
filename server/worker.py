"""Own one query worker: a process that answers frames and may be killed at any time.

It is forked from `server.nursery` and talks over the socket that is its standard input. A header
with `do` asks not for a query but for what `server.edits` does. Before its first query it gives up
the means to open anything, file or socket, so that a query which slipped through the vetting finds
no way out. It ends as soon as the server does, in the middle of a query too.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from kg import service
from kg.errors import ClefError, FormatError
from kg.formats import Kind, offered
from kg.namespaces import GRAPHS
from kg.query import KINDS, Dataset, Limits, Output, QueryForm, answer, check, read
from server.edits import done
from server.frames import Header, error_header, read_frame, write_frame

__all__ = ["main", "warm_up"]

_OPEN = 4  # the socket, /dev/null twice, and where faults of our own are told
_FAULTS = 3


def main(sock: socket.socket, store: ox.Store, memory_bytes: int, default: str) -> None:
    """Shut the doors, and answer what comes over a socket that is standard input.

    `default` tells what the default graph is where nobody chooses one: the `union` of all graphs,
    the union of `ours`, which has no triple twice, or, of a `plain` store, the unnamed graph.
    """
    threading.Thread(target=_end_with_server, daemon=True).start()
    _hush()
    _confine(memory_bytes)
    with contextlib.suppress(ConnectionError, MemoryError):
        while (frame := read_frame(sock.recv)) is not None:
            header, payload = frame
            header["union"] = default != "plain"
            header["whole"] = tuple(GRAPHS.values()) if default == "ours" else ()
            write_frame(sock, *_answer(store, header, payload, partial(_more, sock)))


def warm_up(store: ox.Store) -> None:
    """Load now what is loaded on first use: a worker can open no file."""
    for text in (b"ASK {}", b"no query"):
        _answer(store, {"formats": {"boolean": "json"}}, text, lambda _: None)


def _more(sock: socket.socket, piece: bytes) -> None:
    write_frame(sock, {"more": True}, piece)


def _answer(
    store: ox.Store, header: Header, payload: bytes, pass_on: Callable[[bytes], None]
) -> tuple[Header, bytes]:
    """Run one query.

    `formats` names, for each kind of answer, the format it is wanted in. Where `federated` and the
    query calls other endpoints, the answer is what to ask them; asked again with `replies`, whose
    bodies follow the query's `query_bytes` in the payload, it is the answer to the query. What
    `pass_on` was given before an error is void.
    """
    try:
        if "do" in header:
            return done(store, header, payload, pass_on)
        size = header.get("query_bytes", len(payload))
        query = read(payload[:size].decode(), federated=header.get("federated", False))
        kind = KINDS[query.form]
        name = header["formats"].get(kind)
        if name is None:
            raise _not_offered(query.form, kind, header.get("called", ""))
        lasting = query.lasting
        if query.calls:
            if "replies" not in header:
                check(query.without_calls())
                return {"kind": kind, "calls": service.requests(query)}, b""
            query = service.answered(query, header["replies"], payload[size:])
        graphs = header.get("dataset") or ((), ())
        dataset = Dataset(
            tuple(graphs[0]), tuple(graphs[1]), header.get("union", True), header.get("whole", ())
        )
        out = Output(Limits(header.get("max_bytes"), header.get("max_rows")), pass_on)
        answer(store, query, out, format_name=name, dataset=dataset)
    except ClefError as error:
        return error_header(error), b""
    return {"kind": kind, "lasting": lasting}, bytes(out.data)


def _not_offered(form: QueryForm, kind: Kind, called: str) -> FormatError:
    """Return the error to raise for a format, if one was called for by name, or a media type."""
    rows = [f"{row.name} ({row.media_type})" for row in offered(kind)]
    reason = (
        f"no format for the answer to {form.upper()} is called {called!r}"
        if called
        else f"the answer to {form.upper()} is not offered in a media type acceptable to you"
    )
    return FormatError(reason, hint=f"offered: {', '.join(rows)}, html (text/html)")


def _hush() -> None:
    """Keep the engine's backtrace, as it runs out of memory, from the terminal of the server.

    The pool says in its log that the worker ended; a fault of our own is told as ever.
    """
    os.dup2(2, _FAULTS)
    os.dup2(1, 2)
    sys.stderr = open(_FAULTS, "w", encoding="utf-8")  # noqa: SIM115  # for good


def _confine(memory_bytes: int) -> None:
    """Bound what this process can have from now on; no limit can be raised again."""
    if sys.platform == "linux":  # elsewhere the limit on address space is not kept
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        bound = pages * resource.getpagesize() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
        with contextlib.suppress(OSError):  # where memory runs out, a worker ends first
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.closerange(_OPEN, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN, _OPEN))


def _end_with_server() -> None:
    """End this process when the other end of its standard input closes."""
    hangup = select.poll()
    hangup.register(0, 0)
    hangup.poll()
    os._exit(0)
