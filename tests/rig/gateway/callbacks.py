"""Brings reports and inbound texts to the house, signed as their provider would, late or in any order if told so."""

import asyncio
import heapq
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode, urlsplit

from tests.rig.gateway import signing
from tests.rig.gateway.provider import KEY, TOKEN, Provider
from tests.rig.gateway.wire import Reply

PATIENCE = 15.0
AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Report:
    """One request to the house; `what` is "callback" or "inbound", `delay` is in seconds of the provider's clock."""

    what: str
    sid: str
    status: str
    url: str
    body: bytes
    headers: Mapping[str, str]
    delay: float = 0.0

    @classmethod
    def of_twilio(cls, sid: str, url: str, form: Mapping[str, str], delay: float = 0.0) -> "Report":
        """A form, signed over the address that it goes to."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signing.twilio(url, form, TOKEN),
            "User-Agent": "TwilioProxy/1.1",
        }
        inbound = form.get("SmsStatus") == "received"
        return cls(
            "inbound" if inbound else "callback", sid, form["SmsStatus"], url, urlencode(form).encode(), headers, delay
        )

    @classmethod
    def of_phone(cls, sid: str, url: str, event: Mapping[str, object], delay: float = 0.0) -> "Report":
        """JSON, signed together with the time at which it was made."""
        body, timestamp = json.dumps(event, ensure_ascii=False).encode(), str(int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "X-Timestamp": timestamp,
            "X-Signature": signing.android(body, timestamp, KEY),
        }
        name = str(event["event"])
        return cls("inbound" if name == "sms:received" else "callback", sid, name, url, body, headers, delay)


class Postman:
    """Holds what is not due yet; what is due goes at once, several at a time."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._due: list[tuple[float, int, Report]] = []
        self._order = count()
        self._going: set[asyncio.Task[None]] = set()
        self._last: dict[str, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    @property
    def waiting(self) -> int:
        return len(self._due) + len(self._going)

    def take(self, reports: list[Report]) -> None:
        """Bring these when their time has come."""
        now = self._provider.clock()
        held = self._provider.ways.hold_callbacks
        for report in reports:
            if held or report.delay:
                heapq.heappush(self._due, (now + report.delay, next(self._order), report))
            else:
                self._go(report)

    async def run(self) -> None:
        """Send what falls due, until the end."""
        while True:
            await asyncio.sleep(0.02)
            while not self._provider.ways.hold_callbacks and self._due and self._due[0][0] <= self._provider.clock():
                self._go(heapq.heappop(self._due)[2])

    def forget(self) -> None:
        """Bring nothing of what still waits."""
        self._due.clear()

    async def flush(self) -> None:
        """Send all there is, due or not, in the order in which it would fall due; back when every one is answered."""
        while self._due:
            self._go(heapq.heappop(self._due)[2])
        while self._going:
            await asyncio.wait(self._going)

    async def bring(self, reports: list[Report]) -> list[int | None]:
        """Send these one after the other; what the house said to each, None where it said nothing."""
        return [await self._bring(report) for report in reports]

    async def first(self, reports: list[Report], reply: Reply) -> Reply:
        """Send these, and answer only when all are answered; they go on if nobody waits for the answer any more."""
        for report in reports:
            self._go(report)
        if reports:
            await asyncio.wait([self._last[reports[-1].sid]])
        return reply

    def _go(self, report: Report) -> None:
        task = asyncio.ensure_future(self._brought(report, after=self._last.get(report.sid)))
        self._last[report.sid] = task
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def _brought(self, report: Report, after: asyncio.Task[None] | None) -> None:
        """One report of a text waits for the one before it, so that their order is the one they were given."""
        if after is not None:
            await asyncio.wait([after])
        await self._bring(report)
        if self._last.get(report.sid) is asyncio.current_task():
            del self._last[report.sid]

    async def _bring(self, report: Report) -> int | None:
        async with self._room:
            began = time.monotonic()
            try:
                async with asyncio.timeout(PATIENCE):
                    reply = await self._post(report)
            except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
                reply = None
            self._provider.ledger.note(
                report.what,
                sid=report.sid,
                status=report.status,
                url=report.url,
                reply=reply,
                took=round(time.monotonic() - began, 4),
            )
            self._provider.ledger.flush()
            return reply

    async def _post(self, report: Report) -> int:
        given = urlsplit(report.url)
        real = urlsplit(self._provider.ways.hooks_at or report.url)
        reader, writer = await asyncio.open_connection(real.hostname, real.port or 80)
        try:
            target = given.path + (f"?{given.query}" if given.query else "")
            lines = [
                f"POST {target or '/'} HTTP/1.1",
                f"Host: {given.netloc}",
                f"Content-Length: {len(report.body)}",
                "Connection: close",
                *(f"{name}: {value}" for name, value in report.headers.items()),
            ]
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + report.body)
            first = await reader.readuntil(b"\r\n")
            return int(first.split(b" ")[1])
        finally:
            writer.close()
