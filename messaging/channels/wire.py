"""One request to one configured host: no proxy, no redirect, no repetition, an end in time, and a certain beginning."""

import ipaddress
import socket
import ssl
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from io import BufferedReader, RawIOBase
from queue import Empty, Full, LifoQueue
from select import POLLIN, poll
from typing import Any
from urllib.parse import urlsplit

import certifi

from clusters.kernel.failpoints import fp

CONNECT, TOTAL = 5.0, 20.0
"""Seconds in which a connection must stand, and in which all of an answer must be there."""
KEPT, IDLE = 16, 10.0
"""Connections that wait for the next request, and the seconds after which one is not trusted any more."""
LARGEST, PIECE = 16 * 2**20, 2**18
"""Bytes of an answer, and of what is read of it at a time; a list of 1,000 texts has about a million."""


_Kept = LifoQueue[tuple[socket.socket, float]]


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
        self._trusted: ssl.SSLContext | None = None
        if self._base.scheme == "https":
            self._trusted = ssl.create_default_context()
            self._trusted.load_verify_locations(certifi.where())  # a bare machine has no list of its own
        self._kept: _Kept = LifoQueue(KEPT)
        weakref.finalize(self, _close, self._kept)

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """One request, once; `path` may hold a query. Unsent or Unanswered when no whole answer came in time."""
        begun = time.monotonic()
        until = begun + self._total
        request = self._written(method, path, headers, body)
        sock = self._waiting() or self._opened(begun + self._connect)
        try:
            sock.settimeout(_left(until))
            sock.sendall(request)  # in one piece, and so in one packet where it fits
            fp("http.mid")
            answer, lasts = _read(sock, method, until)
        except (OSError, HTTPException, ValueError) as error:
            sock.close()
            raise Unanswered from error
        except BaseException:
            sock.close()
            raise
        self._keep(sock, lasts)
        return answer

    def _written(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        named = {"Host": self._base.netloc.rpartition("@")[2], "Accept-Encoding": "identity", **headers}
        if body or method == "POST":
            named["Content-Length"] = str(len(body))
        lines = [f"{method} {self._base.path.rstrip('/')}{path} HTTP/1.1", *(f"{n}: {v}" for n, v in named.items())]
        if any(not line.isprintable() for line in lines):
            raise ValueError("a line that is none")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body

    def _waiting(self) -> socket.socket | None:
        """A connection of before that the other side has not closed: one that it has would leave us in doubt."""
        while True:
            try:
                sock, since = self._kept.get_nowait()
            except Empty:
                return None
            if time.monotonic() - since < IDLE and _is_silent(sock):
                return sock
            sock.close()

    def _keep(self, sock: socket.socket, lasts: bool) -> None:
        try:
            if not lasts:
                raise Full
            self._kept.put_nowait((sock, time.monotonic()))
        except Full:
            sock.close()

    def _opened(self, until: float) -> socket.socket:
        host, port = self._base.hostname or "", self._base.port or (443 if self._trusted else 80)
        try:
            sock = _dialled(host, port, until)
        except (OSError, UnicodeError) as error:
            raise Unsent from error
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._trusted is not None:
                sock.settimeout(_left(until))
                sock = self._trusted.wrap_socket(sock, server_hostname=host)
            _left(until)
        except OSError as error:
            sock.close()
            raise Unsent from error
        return sock


def _read(sock: socket.socket, method: str, until: float) -> tuple[Answer, bool]:
    """The whole answer, and whether the connection may be used again."""
    with _Timely(sock, method=method, until=until) as response:
        response.begin()
        content = b""
        while piece := response.read(PIECE):
            content += piece
            if len(content) > LARGEST:
                raise Unanswered
        if response.length:  # more was announced than came
            raise Unanswered
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, content), not response.will_close


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


def _is_silent(sock: socket.socket) -> bool:
    """Is there nothing to read? An end, too, would be something."""
    looking = poll()
    looking.register(sock, POLLIN)
    return not looking.poll(0)


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
