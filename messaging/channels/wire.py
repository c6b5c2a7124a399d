"""One request to one configured host: no proxy, no redirect, no repetition, an end in time, and a certain beginning."""

import ipaddress
import socket
import ssl
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from io import BufferedReader, RawIOBase
from queue import Empty, Full, LifoQueue
from select import select
from typing import Any
from urllib.parse import urlsplit

import certifi

from clusters.kernel.failpoints import fp

CONNECT, TOTAL = 5.0, 20.0
"""Seconds in which a connection must stand, and in which all of an answer must be there."""
KEPT, IDLE = 16, 10.0
"""Connections that wait for the next request, and the seconds after which one is not trusted any more."""
LARGEST = 16 * 2**20
"""Bytes of an answer; a list of 1,000 texts has about a million."""


_Kept = LifoQueue[tuple[HTTPConnection, float]]


class Unsent(Exception):
    """No byte of the request left this machine."""


class Unanswered(Exception):
    """The request may have arrived; there is no whole answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole; names of headers are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """Requests to the host of `base` and to no other, whatever an answer says; used by many threads at once."""

    def __init__(self, base: str, *, connect: float = CONNECT, total: float = TOTAL) -> None:
        self._base, self._connect, self._total = urlsplit(base), connect, total
        self._secure = self._base.scheme == "https"
        self._trusted: ssl.SSLContext | None = None
        if self._secure:
            self._trusted = ssl.create_default_context()
            self._trusted.load_verify_locations(certifi.where())  # a bare machine has no list of its own
        self._kept: _Kept = LifoQueue(KEPT)
        weakref.finalize(self, _close, self._kept)

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """One request, once; `path` may hold a query. Unsent or Unanswered when no whole answer came in time."""
        begun = time.monotonic()
        until = begun + self._total
        connection = self._waiting() or self._opened(begun + self._connect)
        try:
            connection.response_class = partial(_Timely, until=until)  # type: ignore[assignment]  # one more argument
            connection.sock.settimeout(self._total)
            connection.request(method, self._base.path.rstrip("/") + path, body=body, headers=dict(headers))
            fp("http.mid")
            with connection.getresponse() as response:
                content = response.read(LARGEST + 1)
                if len(content) > LARGEST or not response.isclosed():
                    raise Unanswered
                answer = Answer(
                    response.status, {name.lower(): value for name, value in response.getheaders()}, content
                )
                lasts = not response.will_close
        except (OSError, HTTPException, ValueError) as error:
            connection.close()
            raise Unanswered from error
        except BaseException:
            connection.close()
            raise
        self._keep(connection, lasts)
        return answer

    def _waiting(self) -> HTTPConnection | None:
        """A connection of before that the other side has not closed: one that it has would leave us in doubt."""
        while True:
            try:
                connection, since = self._kept.get_nowait()
            except Empty:
                return None
            if time.monotonic() - since < IDLE and not select([connection.sock], [], [], 0)[0]:
                return connection
            connection.close()

    def _keep(self, connection: HTTPConnection, lasts: bool) -> None:
        try:
            if not lasts:
                raise Full
            self._kept.put_nowait((connection, time.monotonic()))
        except Full:
            connection.close()

    def _opened(self, until: float) -> HTTPConnection:
        host, port = self._base.hostname or "", self._base.port or (443 if self._secure else 80)
        try:
            plain = _dialled(host, port, until)
        except (OSError, UnicodeError) as error:
            raise Unsent from error
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready: socket.socket = plain
            if self._trusted is not None:
                plain.settimeout(_left(until))
                ready = self._trusted.wrap_socket(plain, server_hostname=host)
            _left(until)
        except OSError as error:
            plain.close()
            raise Unsent from error
        connection = HTTPSConnection(host, port) if self._secure else HTTPConnection(host, port)
        connection.sock = ready
        return connection


class _Timely(HTTPResponse):
    """An answer whose every byte must be there before one instant; a socket's own timeout begins anew with each."""

    def __init__(self, sock: socket.socket, *args: Any, until: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = BufferedReader(_Until(self.fp.detach(), sock, until))


class _Until(RawIOBase):
    def __init__(self, raw: RawIOBase, sock: socket.socket, until: float) -> None:
        self._raw, self._sock, self._until = raw, sock, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        self._sock.settimeout(_left(self._until))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _close(kept: _Kept) -> None:
    """Close what waits for a request that will not come."""
    while True:
        try:
            kept.get_nowait()[0].close()
        except Empty:
            return


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _dialled(host: str, port: int, until: float) -> socket.socket:
    """A connection to the first address of a host that takes one."""
    failed: OSError = OSError("no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not _may_be(host, str(address[0])):
            continue
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(_left(until))
            sock.connect(address)
        except OSError as error:
            sock.close()
            failed = error
        else:
            return sock
    raise failed


def _may_be(host: str, address: str) -> bool:
    """May a host be at an address? A name of the internet that leads into a private net was tampered with."""
    if host == "localhost" or _literal(host):
        return True
    return ipaddress.ip_address(address.partition("%")[0]).is_global


def _literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
