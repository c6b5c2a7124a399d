"""The port at which a test tells the gateway what to do: script, ways, clock, inbound, flush."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from tests.rig.gateway.android import Android
from tests.rig.gateway.book import Kept
from tests.rig.gateway.callbacks import Postman, Report
from tests.rig.gateway.provider import ACCOUNT, Provider, Ways
from tests.rig.gateway.verdicts import Rule, read
from tests.rig.gateway.wire import Incoming, Port, Reply, Request, told


class Control:
    """Each act is a POST of JSON to its name; what is wrong with it comes back as text with 400."""

    def __init__(self, provider: Provider, postman: Postman, android: Android, ports: Mapping[str, Port]) -> None:
        self._provider, self._postman, self._android, self._ports = provider, postman, android, ports
        self._inbound = 0

    def __call__(self, request: Request) -> Incoming:
        acts = {
            "/reset": self._reset,
            "/script": self._script,
            "/ways": self._ways,
            "/clock": self._clock,
            "/inbound": self._text,
            "/flush": self._flush,
        }
        act = acts.get(request.path)
        if act is None:
            return Reply(404)
        return act(json.loads(request.body or b"{}"))

    async def _script(self, given: dict[str, Any]) -> Reply:
        """Put these rules in place of those there were."""
        try:
            self._provider.script.rules = [read(Rule, each) for each in given["rules"]]
        except ValueError as error:
            return Reply(400, str(error).encode(), "text/plain")
        return told(200, {})

    async def _ways(self, given: dict[str, Any]) -> Reply:
        try:
            self._provider.ways.change(given)
        except ValueError as error:
            return Reply(400, str(error).encode(), "text/plain")
        for port in self._ports.values():
            if self._provider.ways.refusing and port.is_open:
                port.shut()
            elif not self._provider.ways.refusing and not port.is_open:
                await port.open()
        await asyncio.sleep(0.01)  # whoever is cut off has been told so when this is answered
        return told(200, {})

    async def _reset(self, given: dict[str, Any]) -> Reply:
        """Be as at the start, but for the texts and the ledger."""
        self._postman.forget()
        self._android.forget()
        self._provider.skew, self._provider.script.rules = 0.0, []
        return await self._ways(asdict(Ways()))

    async def _clock(self, given: dict[str, Any]) -> Reply:
        """Set the provider's clock ahead of the true one by `skew` seconds, or further by `ahead`."""
        self._provider.skew = float(given.get("skew", self._provider.skew)) + float(given.get("ahead", 0.0))
        return told(200, {"skew": self._provider.skew})

    async def _flush(self, given: dict[str, Any]) -> Reply:
        await self._postman.flush()
        return told(200, {"waiting": self._postman.waiting})

    async def _text(self, given: dict[str, Any]) -> Reply:
        """Somebody texts us, by Twilio or the phone: it is in the list, and brought `copies` times."""
        self._inbound += 1
        sid = (
            given.get("sid")
            or "SM" + sha256(f"{self._provider.script.seed}|inbound|{self._inbound}".encode()).hexdigest()[:32]
        )
        now = self._provider.clock()
        kept = Kept(
            sid=sid,
            to=given["to"],
            sender=given["number"],
            body=given["body"],
            at=now,
            visible_from=now + self._provider.ways.list_lag,
            direction="inbound",
            status="received",
            media=given.get("media", 0),
            updated=now,
        )
        phone = given.get("by") == "android"
        (self._provider.phone if phone else self._provider.book).keep(kept)
        self._provider.ledger.note("texted", sid=sid, to=kept.to, sender=kept.sender, body=kept.body)
        self._provider.ledger.flush()
        url, copies = given.get("url") or self._provider.ways.texts_to, given.get("copies", 1)
        once = self._android.texted(kept) if phone else [_brought(kept, url)] if url else []
        replies = await self._postman.bring(once * copies)
        return told(200, {"sid": sid, "replies": replies})


def _brought(kept: Kept, url: str) -> Report:
    form = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "Body": kept.body,
        "From": kept.sender,
        "FromCountry": "PK",
        "MessageSid": kept.sid,
        "NumMedia": str(kept.media),
        "NumSegments": "1",
        "SmsMessageSid": kept.sid,
        "SmsSid": kept.sid,
        "SmsStatus": "received",
        "To": kept.to,
        "ToCountry": "PK",
    }
    return Report.of_twilio(kept.sid, url, form)
