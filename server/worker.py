"""Own one query worker: a process that answers frames and may be killed at any time.

    python -m server.worker DATASET.nq MEMORY_BYTES [plain]

The default graph is the union of all graphs where nobody chooses one or, when it is `plain`, the
unnamed graph. A header with `do` asks not for a query but for what `server.edits` does.

It talks over the socket that is its standard input. Once its data is loaded it gives up the means
to open anything, file or socket, so that a query which slipped through the vetting finds no way
out. It ends as soon as the server does, in the middle of a query too.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from kg.change import fill
from kg.errors import ClefError, FormatError, StorageError
from kg.formats import offered
from kg.query import KINDS, Dataset, Output, answer, read
from server.edits import done
from server.frames import Header, error_header, read_frame, write_frame

__all__ = ["main"]

_OPEN = 3  # the socket, /dev/null and standard error


def main(dataset: str, memory_bytes: int, *, union: bool = True) -> None:
    """Load the data, shut the doors, tell how many triples there are, and answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then hangs up
    sock = socket.socket(fileno=0)
    store = ox.Store()
    try:
        # Blank nodes keep their labels, so that every worker gives the same answers.
        fill(store, Path(dataset))
    except (OSError, SyntaxError) as error:
        write_frame(sock, error_header(StorageError(f"the dataset cannot be read: {error}")))
        return
    threading.Thread(target=_end_with_server, daemon=True).start()
    for warm_up in ("ASK {}", "no query"):  # what is loaded on first use is loaded now
        _answer(store, {"formats": {"boolean": "json"}}, warm_up.encode(), lambda _: None)
    _confine(memory_bytes)
    write_frame(sock, {"triples": len(store)})
    while (frame := read_frame(sock.recv)) is not None:
        header, payload = frame
        header["union"] = union
        write_frame(sock, *_answer(store, header, payload, partial(_more, sock)))


def _more(sock: socket.socket, piece: bytes) -> None:
    write_frame(sock, {"more": True}, piece)


def _answer(
    store: ox.Store, header: Header, payload: bytes, pass_on: Callable[[bytes], None]
) -> tuple[Header, bytes]:
    """Run one query; `formats` names, for each kind of answer, the format it is wanted in.

    What `pass_on` was given before an error is void.
    """
    try:
        if "do" in header:
            return done(store, header, payload, pass_on)
        query = read(payload.decode())
        kind = KINDS[query.form]
        name = header["formats"].get(kind)
        if name is None:
            names = ", ".join(row.media_type for row in offered(kind))
            raise FormatError(
                f"the answer to {query.form.upper()} is not offered in a media type that is"
                " acceptable to you",
                hint=f"offered: {names}, text/html",
            )
        graphs = header.get("dataset") or ((), ())
        dataset = Dataset(tuple(graphs[0]), tuple(graphs[1]), header.get("union", True))
        out = Output(header.get("max_bytes"), pass_on)
        answer(store, query, out, format_name=name, dataset=dataset)
    except ClefError as error:
        return error_header(error), b""
    return {"kind": kind}, bytes(out.data)


def _confine(memory_bytes: int) -> None:
    """Bound what this process can have from now on; no limit can be raised again."""
    if sys.platform == "linux":  # elsewhere the limit on address space is not kept
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        bound = pages * resource.getpagesize() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.closerange(_OPEN, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN, _OPEN))


def _end_with_server() -> None:
    """End this process when the other end of its standard input closes."""
    hangup = select.poll()
    hangup.register(0, 0)
    hangup.poll()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), union=sys.argv[3:] != ["plain"])
