"""What every channel can do: hand a text over, look up what became of it, and read what its provider tells us."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol
from uuid import UUID


class Medium(StrEnum):
    """How a text reaches a person: what consent, prices and windows depend on, whoever the provider is."""

    SMS = "sms"
    WHATSAPP = "whatsapp"


@dataclass(frozen=True, slots=True)
class Template:
    """A text that WhatsApp approved: its provider's id, and the values of its places."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text for one number, under our own id; `sender` is the number or name of ours that it goes out from.

    After `valid_for` the provider shall not try any more. With a `template`, `body` is what the person will read.
    """

    message_id: UUID
    number: str
    body: str
    medium: Medium = Medium.SMS
    sender: str = ""
    valid_for: timedelta | None = None
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The channel's own id of a text that it accepted."""

    sid: str


class Policy(StrEnum):
    """What may be done after an error."""

    SAFE = "safe"
    """Surely not accepted: try again."""
    ASK_FIRST = "ask_first"
    """Perhaps accepted: look it up before anything else."""
    NEVER = "never"
    """A definite no for this text."""


class Fault(StrEnum):
    """What an error is about, so that a person knows whom to turn to, and the house what to do."""

    OURS = "ours"
    CHANNEL = "channel"
    """Transient: the route or the network."""
    NUMBER = "number"
    """Permanent: this number gets no texts."""
    ACCOUNT = "account"
    """The provider refuses the account: nothing goes by this channel until a person has looked."""
    OPTED_OUT = "opted_out"
    """The provider holds a wish for silence of this number."""
    TEMPLATE = "template"
    """WhatsApp would take an approved text only, or not this one."""
    RATE = "rate"
    """Too fast."""


class SendError(Exception):
    """A text was not, or perhaps not, accepted; `key` names the sentence a person may see.

    `code` is the provider's own number of the error; `wait` is how long it asked us to wait.
    """

    def __init__(
        self,
        policy: Policy,
        key: str,
        fault: Fault = Fault.CHANNEL,
        *,
        code: str | None = None,
        wait: timedelta | None = None,
    ) -> None:
        self.policy, self.key, self.fault, self.code, self.wait = policy, key, fault, code, wait
        super().__init__(key)


class Status(StrEnum):
    """What a provider says became of a text, in our words."""

    ACCEPTED = "accepted"
    SENT = "sent"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one text; `message_id` where the report says which of ours it was, `number` whom it was for.

    `fault` is what `code` means where the channel knows it, None where there is no error or nobody knows.
    """

    sid: str
    status: Status
    code: str | None = None
    fault: Fault | None = None
    message_id: UUID | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A text that stands in the channel's own list; `at` is when the channel took it, by the house's clock."""

    sid: str
    number: str
    body_hash: str
    at: datetime
    status: Status
    code: str | None = None
    message_id: UUID | None = None


CALL = "call"
"""The kind of what is no text: a missed call."""


@dataclass(frozen=True, slots=True)
class Texted:
    """A text somebody sent us, under its provider's unique id; `media` counts pictures and voice notes in it.

    Where a channel brings the parts of a long text one by one, this is `part` of so many `parts`, from 1; `reference`
    is the same in all of them.
    """

    sid: str
    number: str
    body: str
    medium: Medium = Medium.SMS
    media: int = 0
    at: datetime | None = None
    part: int = 0
    parts: int = 0
    reference: str = ""
    kinds: tuple[str, ...] = ()
    """What each of them is, such as audio/ogg, where the provider says it; never where it lies. CALL alone: nothing was
    written, the number rang."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A provider's request as plain values: the address we configured, never the one the request claims.

    Names of headers are lower-case; `now` is the instant at which it came.
    """

    url: str
    body: bytes
    headers: Mapping[str, str]
    now: datetime


class HookRefused(Exception):
    """A request that is not the provider's own, or not one it would send; `key` says why, for a counter."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


class Channel(Protocol):
    """A way a text can travel. Each sets its own timeouts and never retries by itself."""

    @property
    def name(self) -> str:
        """As it stands on the attempt, and in the address of its hooks."""
        ...

    @property
    def media(self) -> frozenset[Medium]:
        """What it can carry."""
        ...

    @property
    def callback_carries_our_id(self) -> bool:
        """Does its report come home by itself when the answer was lost?"""
        ...

    @property
    def can_find(self) -> bool:
        """Can it be asked what became of a text?"""
        ...

    @property
    def dedupes(self) -> bool:
        """Does it refuse our id the second time?"""
        ...

    @property
    def list_lag(self) -> timedelta | None:
        """How far its list may lag behind what it accepted: None is unknown; with zero, what it does not find it never
        got."""
        ...

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand a text over, or raise SendError."""
        ...

    def find(self, outgoing: Outgoing, since: datetime, until: datetime) -> Sequence[Listed]:
        """Texts in its list that may be this one, taken in [since, until]; SendError when it could not be asked.

        A channel that knows our id gives the one it belongs to; another one those of equal number and body.
        """
        ...

    def listed(self, since: datetime, until: datetime) -> Iterable[Listed]:
        """All that it took from us in [since, until], page after page; SendError when it could not be asked."""
        ...

    def fetch(self, sid: str) -> Report | None:
        """What became of a text it accepted; None when it does not know it; SendError when it could not be asked."""
        ...

    def heard(self, since: datetime, until: datetime) -> Iterable[Texted]:
        """The texts it took in for us in [since, until]; SendError when it could not be asked."""
        ...

    def read_text(self, hook: Hook) -> Texted:
        """A text that its provider brings, proved to be the provider's; HookRefused otherwise."""
        ...

    def read_report(self, hook: Hook, message_id: UUID | None) -> Report:
        """A report of a text of ours, proved to be the provider's; HookRefused otherwise.

        `message_id` is what the address of the request said.
        """
        ...


def body_hash(body: str) -> str:
    """The hash by which a text is found again in a list; what is said is not kept twice."""
    return sha256(body.encode()).hexdigest()
