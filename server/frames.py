"""Own how the server and a query worker speak: framed messages over one socket.

A frame is the lengths of its header and of its payload (4 and 8 bytes, network order), the header
as JSON, and the payload. A `ClefError` travels as a header and is the same error on arrival.
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
_CHUNK, _MOST = 64 * 1024, 1024 * 1024

_PLAIN: dict[str, type[errors.ClefError]] = {
    kind.code: kind
    for kind in (
        errors.FormatError,
        errors.InputError,
        errors.QueryError,
        errors.QueryLimitError,
        errors.QueryRefusedError,
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
    """Return the next frame, or `None` where the other side has hung up.

    The two sides take turns, so that no byte of a next frame can have come along.
    """
    buffer = bytearray()
    size = _LENGTHS.size
    end = 0
    while not end or len(buffer) < end:
        chunk = receive(min(max(end - len(buffer), _CHUNK), _MOST))
        if not chunk:
            return None
        buffer += chunk
        if not end and len(buffer) >= size:
            head_length, payload_length = _LENGTHS.unpack_from(buffer)
            head_end = size + head_length
            end = head_end + payload_length
    return json.loads(buffer[size:head_end]), bytes(memoryview(buffer)[head_end:])


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
    if isinstance(error, errors.QuerySyntaxError):
        return header | {"line": error.line, "column": error.column}
    return header | {"where": error.where}


def error_of(header: Header) -> errors.ClefError | None:
    """Return the error that a header tells of, if any."""
    code = header.pop("error", None)
    if code is None:
        return None
    kind = errors.QuerySyntaxError if code == errors.QuerySyntaxError.code else _PLAIN[code]
    return kind(header.pop("message"), **header)
