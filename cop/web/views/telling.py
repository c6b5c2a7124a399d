"""Who will be told of a change, and what it costs, before anything is done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clusters.people.rules import Language


class ToldOf(StrEnum):
    """What a text is for."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    CHANGE = "change"
    CALL_OFF = "call_off"


@dataclass(frozen=True, slots=True)
class ToldLine:
    """The texts of one purpose in one language, and when the first one goes."""

    purpose: ToldOf
    language: Language
    people: int
    texts: int
    segments: int
    rupees: int
    first: datetime


@dataclass(frozen=True, slots=True)
class ToldPlan:
    """Everything that would go out; `by_hand` have no phone, `silent` asked for silence and get nothing."""

    lines: tuple[ToldLine, ...]
    people: int
    texts: int
    segments: int
    rupees: int
    by_hand: int
    silent: int
