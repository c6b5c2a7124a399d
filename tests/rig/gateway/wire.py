"""HTTP/1.1 on plain sockets, so that an answer can be slow, cut off, half closed or never come."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from urllib.parse import parse_qsl, urlsplit

from tests.rig.gateway.ledger import Ledger
from tests.rig.gateway.verdicts import Manner

REASONS = {200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 400: "Bad Request", 401: "Unauthorized"}
REASONS |= {403: "Forbidden", 404: "Not Found", 409: "Conflict", 429: "Too Many Requests", 500: "Server Error"}
REASONS |= {502: "Bad Gateway", 503: "Service Unavailable"}


@dataclass(frozen=True, slots=True)
class Request:
    """A request that came whole; `n` is its number in the ledger."""

    n: int
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back, and in which manner: after `hang` seconds, at `pace` bytes a second where it is slow."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: float = 0.0
    manner: Manner = Manner.AT_ONCE
    pace: float = 1.0


Incoming = Reply | Coroutine[object, object, Reply]
"""An answer, or the way to one."""
Handler = Callable[[Request], Incoming]


def told(status: int, value: object, **headers: str) -> Reply:
    """A JSON answer."""
    return Reply(status, json.dumps(value).encode(), headers=headers)


class Port:
    """One listening port of the gateway; `clock` tells the time that its answers carry."""

    def __init__(self, ledger: Ledger, name: str, clock: Callable[[], float], handle: Handler) -> None:
        self.ledger, self.name, self.clock, self.handle = ledger, name, clock, handle
        self.number = 0
        self._server: asyncio.Server | None = None
        self.connections: set[Connection] = set()

    async def open(self) -> int:
        """Listen, on the same port as before if it was open before; its number."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), "127.0.0.1", self.number, backlog=1024)
        self.number = self._server.sockets[0].getsockname()[1]
        return self.number

    def shut(self) -> None:
        """Refuse connections from now on, and end those there are."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in tuple(self.connections):
            connection.drop()

    @property
    def is_open(self) -> bool:
        return self._server is not None


class Connection(asyncio.Protocol):
    """Reads one request after the other and answers each before it reads on."""

    def __init__(self, port: Port) -> None:
        self.port = port
        self.transport: asyncio.Transport
        self._buffer = bytearray()
        self._begun: tuple[int, str, str, dict[str, str], int] | None = None
        self._busy: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.port.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.port.connections.discard(self)
        if self._busy is not None:
            self._busy.cancel()

    def eof_received(self) -> bool:
        return False

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._read_on()
        self.port.ledger.flush()

    def drop(self) -> None:
        """End the connection without a word: the other side sees a reset."""
        self.transport.abort()

    def _read_on(self) -> None:
        while self._busy is None and (request := self._next()) is not None:
            answer = self.port.handle(request)
            if isinstance(answer, Reply) and not answer.hang and answer.manner is Manner.AT_ONCE:
                self._note(request, answer)
                self.transport.write(self._head(answer) + answer.body)
            else:
                self._busy = asyncio.ensure_future(self._see_through(request, answer))

    def _next(self) -> Request | None:
        """The next whole request, if there is one; its beginning is in the ledger as soon as its headers are here."""
        if self._begun is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return None
            first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
            del self._buffer[: end + 4]
            method, target, _ = first.split(" ", 2)
            headers = {name.strip().lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
            n = self.port.ledger.begin(self.port.name, method, target)
            self._begun = n, method, target, headers, int(headers.get("content-length", 0))
        n, method, target, headers, length = self._begun
        if len(self._buffer) < length:
            return None
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        self._begun = None
        self.port.ledger.note("complete", request=n)
        return Request(n, method, target, headers, body)

    async def _see_through(self, request: Request, coming: Incoming) -> None:
        answer = coming if isinstance(coming, Reply) else await coming
        try:
            if answer.hang:
                await asyncio.sleep(answer.hang)
            await self._give(request, answer)
        except asyncio.CancelledError:
            self.port.ledger.note("left", request=request.n)
            self.port.ledger.flush()
            raise
        self._busy = None
        if not self.transport.is_closing():
            self._read_on()
        self.port.ledger.flush()

    async def _give(self, request: Request, answer: Reply) -> None:
        """Send the answer in its manner; what the ledger says of it, it says before the first byte goes."""
        self._note(request, answer)
        head, body = self._head(answer), answer.body
        match answer.manner:
            case Manner.AT_ONCE:
                self.transport.write(head + body)
            case Manner.DROP:
                self.drop()
            case Manner.NEVER:
                await asyncio.Event().wait()
            case Manner.HALF_CLOSE:
                self.transport.write(head + body[: len(body) // 2])
                self.transport.write_eof()
                await asyncio.Event().wait()
            case Manner.SLOW_HEADERS:
                await self._drip(head, answer.pace)
                self.transport.write(body)
            case Manner.SLOW_BODY:
                self.transport.write(head)
                await self._drip(body, answer.pace)

    async def _drip(self, data: bytes, pace: float) -> None:
        for byte in data:
            self.transport.write(bytes([byte]))
            await asyncio.sleep(1 / pace)

    def _note(self, request: Request, answer: Reply) -> None:
        self.port.ledger.note("answered", request=request.n, status=answer.status, manner=answer.manner.value)
        self.port.ledger.flush()

    def _head(self, answer: Reply) -> bytes:
        lines = [
            f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, 'Other')}",
            f"Date: {formatdate(self.port.clock(), usegmt=True)}",
            f"Content-Type: {answer.kind}",
            f"Content-Length: {len(answer.body)}",
            *(f"{name}: {value}" for name, value in answer.headers.items()),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
