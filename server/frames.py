"""Own how the server and a query worker speak: framed messages over one socket.

A frame is the lengths of its header and of its payload (4 and 8 bytes, network order), the header
as JSON, and the payload. A `ClefError` travels as a header and is the same error on arrival. An
answer is any number of frames whose header says `more`, and one more that ends it.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, TypeAlias

from kg import errors

__all__ = ["Header", "Receive", "deadline", "error_header", "error_of", "read_frame", "write_frame"]

Header: TypeAlias = dict[str, Any]
Receive: TypeAlias = Callable[[int], bytes]
"""As `socket.recv`: up to so many bytes, none at the end."""

_LENGTHS = struct.Struct("!IQ")
_MOST = 1024 * 1024

_PLAIN: dict[str, type[errors.ClefError]] = {
    kind.code: kind
    for kind in (
        errors.FormatError,
        errors.InputError,
        errors.NotFoundError,
        errors.QueryError,
        errors.QueryLimitError,
        errors.QueryRefusedError,
        errors.RdfSyntaxError,
        errors.ServiceError,
        errors.StorageError,
    )
}


def write_frame(sock: socket.socket, header: Header, payload: bytes = b"") -> None:
    """Send one frame."""
    head = json.dumps(header).encode()
    lead = _LENGTHS.pack(len(head), len(payload)) + head
    if len(payload) < 65536:
        sock.sendall(lead + payload)
    else:
        sock.sendall(lead)
        sock.sendall(payload)


def read_frame(receive: Receive) -> tuple[Header, bytes] | None:
    """Return the next frame and read no further; `None` where the other side has hung up."""
    lead = _exactly(receive, _LENGTHS.size)
    if lead is None:
        return None
    head_length, payload_length = _LENGTHS.unpack(lead)
    rest = _exactly(receive, head_length + payload_length)
    if rest is None:
        return None
    return json.loads(rest[:head_length]), rest[head_length:]


def _exactly(receive: Receive, size: int) -> bytes | None:
    """Return so many bytes; memory is taken as they come, whatever length was announced."""
    chunk = receive(min(size, _MOST))
    if len(chunk) == size:
        return chunk
    buffer = bytearray()
    while chunk:
        buffer += chunk
        if len(buffer) == size:
            return bytes(buffer)
        chunk = receive(min(size - len(buffer), _MOST))
    return None


def deadline(sock: socket.socket, until: float) -> Receive:
    """Return a `recv` that raises `TimeoutError` from the monotonic time `until` on."""

    def receive(size: int) -> bytes:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(left)
        return sock.recv(size)

    return receive


def error_header(error: errors.ClefError) -> Header:
    """Return the header that `error_of` reads."""
    header: Header = {"error": error.code, "message": error.message, "hint": error.hint}
    if isinstance(error, errors.QuerySyntaxError | errors.RdfSyntaxError):
        return header | {"line": error.line, "column": error.column}
    return header | {"where": error.where}


def error_of(header: Header) -> errors.ClefError | None:
    """Return the error that a header tells of, if any."""
    code = header.pop("error", None)
    if code is None:
        return None
    kind = errors.QuerySyntaxError if code == errors.QuerySyntaxError.code else _PLAIN[code]
    return kind(header.pop("message"), **header)
