"""What every channel can do: hand a text over, and look up what became of it; its errors say what to do next."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text for one number, under our own id."""

    message_id: UUID
    number: str
    body: str


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
    """Whose fault an error is, so that a person knows whom to turn to."""

    OURS = "ours"
    CHANNEL = "channel"
    NUMBER = "number"


class SendError(Exception):
    """A text was not, or perhaps not, accepted; `key` names the sentence a person may see."""

    def __init__(self, policy: Policy, key: str, fault: Fault = Fault.CHANNEL) -> None:
        self.policy, self.key, self.fault = policy, key, fault
        super().__init__(key)


class Channel(Protocol):
    """A way a text can travel. Each sets its own timeouts and never retries by itself."""

    @property
    def name(self) -> str:
        """As it stands on the attempt."""
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

    def find(self, outgoing: Outgoing) -> Receipt | None:
        """The receipt of a text it accepted earlier; SendError when it could not be asked."""
        ...
