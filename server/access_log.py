"""Own the access log: a line for each answer, in the Combined Log Format.

https://httpd.apache.org/docs/2.4/logs.html#combined
"""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
import time
import weakref
from urllib.parse import quote

from kg.errors import StorageError
from server.observe import Note, Seen

__all__ = ["line", "open_log"]

_UNSAFE = re.compile(r'["\\]|[^\x20-\x7e]')


def open_log(name: str) -> Note:
    """Return what appends to a file, or for `-` to standard output.

    A file that was moved away is opened anew, as rotation of logs needs. Raise `StorageError`
    where it cannot be written.
    """
    try:
        handler = (
            logging.StreamHandler(sys.stdout)
            if name == "-"
            else logging.handlers.WatchedFileHandler(name, encoding="ascii")
        )
    except OSError as error:
        raise StorageError(
            f"the access log cannot be written: {error.strerror}",
            where=name,
            hint="name a file in a folder that is there and may be written to",
        ) from None
    log = logging.Logger("clef.access")
    log.addHandler(handler)

    def note(seen: Seen) -> None:
        log.info(line(seen, time.localtime()))

    weakref.finalize(note, handler.close)  # with the application that it belongs to
    return note


def line(seen: Seen, now: time.struct_time) -> str:
    """Return the line for one answer; nothing in a request can end it or forge another."""
    environ = seen.environ
    target = quote(
        environ.get("PATH_INFO", ""), safe="/%:;,+=@!$&'()*~", encoding="latin-1", errors="replace"
    )
    if environ.get("QUERY_STRING"):
        target += f"?{environ['QUERY_STRING']}"
    protocol = environ.get("SERVER_PROTOCOL", "HTTP/1.1")
    asked = _safe(f"{environ['REQUEST_METHOD']} {target} {protocol}")
    client = _safe(environ.get("REMOTE_ADDR") or "-").replace(" ", "")
    size = "-" if seen.size in {"", "0"} or environ["REQUEST_METHOD"] == "HEAD" else seen.size
    referer, agent = (_safe(environ.get(n) or "-") for n in ("HTTP_REFERER", "HTTP_USER_AGENT"))
    when = time.strftime("%d/%b/%Y:%H:%M:%S %z", now)
    return f'{client} - - [{when}] "{asked}" {seen.status} {size} "{referer}" "{agent}"'


def _safe(text: str) -> str:
    return _UNSAFE.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
