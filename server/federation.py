"""Own the calls to other endpoints: to whom they may go, and how far they are trusted; not SPARQL.

A host is called only where the operator's list names it. Its name is looked up once, every address
found is judged, and the connection goes to an address that was judged, so that no second look-up
can say another thing; a redirect is judged as the first call was. What a call may take, in time,
bytes and redirects, is bounded. docs/security.md tells what this keeps out.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

from kg.errors import InputError, QueryRefusedError, ServiceError
from kg.formats import offered

__all__ = ["AllowList", "Federation"]

MOST_BYTES = 16 * 1024**2
"""The longest answer that is taken from another endpoint."""

MOST_REDIRECTS = 3
AT_ONCE = 16
_LONGEST_GET = 2000
_PORTS = {"http": 80, "https": 443}

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_FORMATS = {
    row.media_type: row.name for row in offered("results") if row.name in {"json", "xml", "tsv"}
}


@dataclass(frozen=True, slots=True)
class AllowList:
    """The hosts that may be called, and the networks that a host may be in though not public."""

    hosts: frozenset[tuple[str, int]]
    networks: tuple[_Network, ...]

    @classmethod
    def read(cls, text: str) -> AllowList:
        """Read entries that commas or spaces part; raise `InputError` for one that is neither.

        `HOST` is called on ports 80 and 443, `HOST:PORT` on that one; `ADDRESS/PREFIX` is a
        network that the named hosts may be in. An address named as a host may be called as it is.

        >>> sorted(AllowList.read("a.example, 127.0.0.1:8001").hosts)
        [('127.0.0.1', 8001), ('a.example', 80), ('a.example', 443)]
        """
        hosts: set[tuple[str, int]] = set()
        networks: list[_Network] = []
        for entry in text.replace(",", " ").split():
            try:
                if "/" in entry:
                    networks.append(ipaddress.ip_network(entry))
                    continue
                host, ports = _host_and_ports(entry)
            except ValueError as error:
                hint = "write HOST, HOST:PORT or ADDRESS/PREFIX"
                raise InputError(f"CLEF_SERVICES has {entry!r}: {error}", hint=hint) from None
            hosts |= {(host, port) for port in ports}
            if (address := _as_address(host)) is not None:
                networks.append(ipaddress.ip_network(address))
        return cls(frozenset(hosts), tuple(networks))

    def admits(self, address: str) -> bool:
        """Tell whether a connection may go to an address: a public one, or one in the networks."""
        ip = ipaddress.ip_address(address.partition("%")[0])
        if any(ip in network for network in self.networks):
            return True
        return all(inner.is_global and not inner.is_multicast for inner in _every_address(ip))


class Federation:
    """Ask other endpoints, several at once; safe to use from any number of threads."""

    def __init__(self, services: str) -> None:
        self._allowed = AllowList.read(services)
        self._threads = concurrent.futures.ThreadPoolExecutor(AT_ONCE, "clef-service")

    def ask(
        self, calls: Iterable[dict[str, Any]], until: float
    ) -> tuple[list[dict[str, Any]], bytes]:
        """Return the replies to calls, as `kg.service` reads them, and their bodies in a row.

        Raise `QueryRefusedError` for a host or an address that is not allowed, `TimeoutError`
        from the monotonic time `until` on, and `ServiceError` where a call fails otherwise and is
        not `silent`.
        """
        exchanges = [_Exchange(self._allowed, call["query"], until) for call in calls]
        for exchange, call in zip(exchanges, calls, strict=True):
            exchange.judge(call["endpoint"])  # all of them before the first is called
        running = [
            self._threads.submit(exchange.run, call["endpoint"])
            for exchange, call in zip(exchanges, calls, strict=True)
        ]
        replies, bodies = [], b""
        try:
            for future, call in zip(running, calls, strict=True):
                name, body = _result(future, until, silent=call["silent"])
                replies.append({"format": name, "length": len(body)})
                bodies += body
        finally:
            for future, exchange in zip(running, exchanges, strict=True):
                future.cancel()
                exchange.abandon()
        return replies, bodies


def _result(
    future: concurrent.futures.Future[tuple[str, bytes]], until: float, *, silent: bool
) -> tuple[str | None, bytes]:
    try:
        return future.result(max(0.0, until - time.monotonic()))
    except TimeoutError:
        raise
    except ServiceError:
        if not silent:
            raise
        return None, b""


class _Exchange:
    """One call, with its redirects."""

    def __init__(self, allowed: AllowList, query: str, until: float) -> None:
        self._allowed = allowed
        self._query = query
        self._until = until
        self._sock: socket.socket | None = None
        self._abandoned = False

    def run(self, endpoint: str) -> tuple[str, bytes]:
        """Return the name of the answer's format, and the answer."""
        form = urlencode({"query": self._query})
        url = f"{endpoint}{'&' if '?' in endpoint else '?'}{form}"
        by_get = len(url) <= _LONGEST_GET
        url = url if by_get else endpoint
        for _ in range(MOST_REDIRECTS + 1):
            response = self._send(url, None if by_get else form)
            with response, self._socket():
                kept = {307, 308} if not by_get else {301, 302, 303, 307, 308}
                if response.status not in kept:
                    return self._read(response, endpoint)
                url = urljoin(url, response.getheader("Location", ""))
        raise ServiceError(f"{_shown(endpoint)} redirects more than {MOST_REDIRECTS} times")

    def _socket(self) -> socket.socket:
        assert self._sock is not None
        return self._sock

    def abandon(self) -> None:
        """End the call, whatever it waits for."""
        self._abandoned = True
        sock = self._sock
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def judge(self, url: str) -> tuple[SplitResult, str, int]:
        """Return a URL's parts, host and port; raise `QueryRefusedError` if not on the list."""
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS.get(parts.scheme, 0)
            host = (parts.hostname or "").rstrip(".").encode("idna").decode()
        except ValueError as error:
            raise QueryRefusedError(f"SERVICE cannot call {url[:100]!r}: {error}") from None
        named = parts.username is None and parts.password is None and parts.scheme in _PORTS
        if not named or (host, port) not in self._allowed.hosts:
            raise QueryRefusedError(
                f"SERVICE may not call {host or url[:100]!r} on port {port}",
                hint="this endpoint calls only those that its operator has named",
            )
        return parts, host, port

    def _send(self, url: str, form: str | None) -> http.client.HTTPResponse:
        parts, host, port = self.judge(url)
        try:
            self._sock = sock = self._connect(parts.scheme, host, port)
            self._left()
            connection = http.client.HTTPConnection(host, port)
            connection.sock = sock
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"Accept": ", ".join(_FORMATS), "User-Agent": "Clef", "Host": parts.netloc}
            if form is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("GET" if form is None else "POST", path, form, headers)
            return connection.getresponse()
        except (OSError, ValueError, http.client.HTTPException) as error:
            if self._sock is not None:
                self._sock.close()
            raise self._failed(host, error) from None

    def _connect(self, scheme: str, host: str, port: int) -> socket.socket:
        """Connect to the first address that answers, all of them having been judged."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for *_, address in found:
            if not self._allowed.admits(str(address[0])):
                raise QueryRefusedError(
                    f"SERVICE may not call {host}: it is at {address[0]}, which is not public",
                    hint="the operator may allow that network",
                )
        problem: OSError = OSError(f"{host} has no address")
        for family, kind, protocol, _, address in found:
            sock = socket.socket(family, kind, protocol)
            sock.settimeout(self._left())
            try:
                sock.connect(address)
                if scheme == "https":
                    sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
            except OSError as error:
                sock.close()
                problem = error
            else:
                return sock
        raise problem

    def _read(self, response: http.client.HTTPResponse, endpoint: str) -> tuple[str, bytes]:
        kind = response.headers.get_content_type()
        if response.status != 200 or kind not in _FORMATS:
            raise ServiceError(
                f"{_shown(endpoint)} answered {response.status} with {kind}, not SPARQL results"
            )
        body = bytearray()
        try:
            while chunk := response.read1(65536):
                body += chunk
                if len(body) > MOST_BYTES:
                    raise ServiceError(
                        f"{_shown(endpoint)} answered with more than {MOST_BYTES:,} bytes",
                        hint="ask it for less: bind more terms within the SERVICE",
                    )
                self._left()
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise self._failed(_shown(endpoint), error) from None
        return _FORMATS[kind], bytes(body)

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0 or self._abandoned:
            raise TimeoutError
        return left

    def _failed(self, host: str, error: Exception) -> ServiceError | TimeoutError:
        if self._until <= time.monotonic() or self._abandoned:
            return TimeoutError()
        return ServiceError(f"{host} did not answer: {error}")


def _host_and_ports(entry: str) -> tuple[str, tuple[int, ...]]:
    if _as_address(entry) is not None:
        return entry.lower(), (80, 443)
    parts = urlsplit(f"//{entry}")
    if not parts.hostname or parts.path or parts.username is not None:
        raise ValueError("it is no host")
    host = parts.hostname.rstrip(".").encode("idna").decode()
    return host, (parts.port,) if parts.port else (80, 443)


def _as_address(host: str) -> _Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _every_address(ip: _Address) -> Iterable[_Address]:
    """Yield an address, and those of the older protocol that packets to it may end up at."""
    yield ip
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            yield ip.ipv4_mapped
        if ip.sixtofour:
            yield ip.sixtofour
        if ip.teredo:
            yield from ip.teredo
        if ip in _NAT64:
            yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


def _shown(endpoint: str) -> str:
    return endpoint.partition("?")[0][:100]
