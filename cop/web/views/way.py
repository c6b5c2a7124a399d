"""The way of one text: to whom, what for, by what it travelled, and what became of it when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from messaging.channels.base import Medium


class TextState(StrEnum):
    """States of one text as the glossary explains them."""

    QUEUED = "queued"
    PARKED = "parked"
    SENDING = "sending"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    HELD_BACK = "held_back"


class Purpose(StrEnum):
    """What a text was for."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    CHANGE = "change"
    CALL_OFF = "call_off"
    REPLY = "reply"
    CODE = "code"
    ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, slots=True)
class Moment:
    """One state of a text, since `at`; `code` is the provider's number of an error."""

    at: datetime
    state: TextState
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one text: to whom, what for, its states in order, and one sentence."""

    name: str
    school: str
    number: str
    """Masked, such as 0345-...567, or whole where the viewer may see it."""
    purpose: Purpose
    about: tuple[int, str] | None
    """Id and code of the training session."""
    body: str | None
    moments: tuple[Moment, ...]
    sentence: str
    """Why it did not come, or when it will go, in the viewer's language."""
    medium: Medium = Medium.SMS
    segments: int | None = None
    """None before it was made."""
    person_id: int = 0
    parked_id: str | None = None
    """Set where it waits for a person and the viewer may let it go."""
