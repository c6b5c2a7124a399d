"""A provider that signs what it brings, for tests of the door that are about no provider's own dialect."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from litestar import Litestar
from litestar.testing import TestClient

from cop.house import House
from messaging.channels.base import (
    Hook,
    HookRefused,
    Listed,
    Medium,
    Outgoing,
    Receipt,
    Report,
    Status,
    Texted,
)
from messaging.inbound.counting import hook_counts

KEY = b"the provider's key"
FORM = "application/x-www-form-urlencoded"


@dataclass
class SignedChannel:
    """Reads forms signed over address and body; its own list is what a test puts into it."""

    name: str = "signed"
    media: frozenset[Medium] = frozenset(Medium)
    callback_carries_our_id: bool = True
    can_find: bool = False
    dedupes: bool = False
    list_lag: timedelta | None = None
    list_of_texts: list[Texted] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> Receipt:
        return Receipt(f"SG{outgoing.message_id.hex}")

    def find(self, outgoing: Outgoing, since: datetime, until: datetime) -> Sequence[Listed]:
        return []

    def listed(self, since: datetime, until: datetime) -> Iterable[Listed]:
        return []

    def fetch(self, sid: str) -> Report | None:
        return None

    def heard(self, since: datetime, until: datetime) -> Iterable[Texted]:
        return [each for each in self.list_of_texts if each.at is None or since <= each.at <= until]

    def read_text(self, hook: Hook) -> Texted:
        said = self._proved(hook)
        return Texted(said["sid"], said["from"], said.get("body", ""), media=int(said.get("media", "0")))

    def read_report(self, hook: Hook, message_id: UUID | None) -> Report:
        said = self._proved(hook)
        return Report(
            said["sid"], Status(said["status"]), said.get("code"), message_id=message_id, number=said.get("to")
        )

    def _proved(self, hook: Hook) -> dict[str, str]:
        if not hmac.compare_digest(hook.headers.get("x-signed", ""), signature(hook.url, hook.body)):
            raise HookRefused("signature")
        said = parse_qs(hook.body.decode("utf-8", "surrogateescape"), keep_blank_values=True, errors="surrogateescape")
        return {name: values[0] for name, values in said.items()}


def signature(url: str, body: bytes) -> str:
    """What the provider signs its request with."""
    return hmac.new(KEY, url.encode() + body, hashlib.sha256).hexdigest()


def signed(origin: str, path: str, **said: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a genuine request."""
    body = urlencode(said).encode()
    return body, {"X-Signed": signature(origin + path, body), "Content-Type": FORM}


def counted(client: TestClient[Litestar], house: House) -> dict[str, int]:
    """How often the door did what, whichever provider it was."""
    client.app.state.door.letterbox.settle()
    with house.unit() as db:
        return {what: times for _, what, times in hook_counts(db)}
