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

__all__ = ["Header", "deadline", "error_header", "error_of", "read_frame", "write_frame"]

Header: TypeAlias = dict[str, Any]

_LENGTHS = struct.Struct("!IQ")

_PLAIN: dict[str, type[errors.ClefError]] = {
    kind.code: kind
    for kind in (
        errors.FormatError,
        errors.InputError,
        errors.QueryError,
        errors.QueryLimitError,
        errors.QueryRefusedError,
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


def read_frame(receive: Callable[[memoryview], int]) -> tuple[Header, bytearray] | None:
    """Return the next frame, or `None` where the other side has hung up."""
    lengths = _fill(receive, _LENGTHS.size)
    if lengths is None:
        return None
    head_length, payload_length = _LENGTHS.unpack(lengths)
    head = _fill(receive, head_length)
    payload = _fill(receive, payload_length)
    if head is None or payload is None:
        return None
    return json.loads(head), payload


def deadline(sock: socket.socket, until: float) -> Callable[[memoryview], int]:
    """Return a `recv_into` that raises `TimeoutError` from the monotonic time `until` on."""

    def receive(view: memoryview) -> int:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(left)
        return sock.recv_into(view)

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


def _fill(receive: Callable[[memoryview], int], size: int) -> bytearray | None:
    buffer = bytearray(size)
    view = memoryview(buffer)
    while view:
        count = receive(view)
        if not count:
            return None
        view = view[count:]
    return buffer
