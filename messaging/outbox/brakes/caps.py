"""How many texts may go to a number, a person, a circle, in all, or from one sender, and what a month may cost."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from messaging.channels.base import Medium
from messaging.channels.plan import Sender
from messaging.outbox.rules import SEGMENTS_MAX, TextClass

MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=7)
WARNED_AT = 0.8
"""Share of the month's budget at which a person is told."""
NOT_COUNTED = (TextClass.REPLY, TextClass.CHANGE)
"""What answers a text, or says that a training session is off or elsewhere, counts for no number and no person."""


class What(StrEnum):
    """What is counted."""

    NUMBER = "number"
    PERSON = "person"
    CIRCLE = "circle"
    PROGRAMME = "programme"
    SENDER = "sender"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the programme allows; `budget` is in rupees a month, 0 is none."""

    number_day: int = 4
    number_week: int = 12
    """Of a number, and of a person over all her numbers."""
    circle_day: int = 1_000
    programme_hour: int = 10_000
    programme_day: int = 50_000
    budget: float = 0.0
    segment_price: float = 0.0


class Counted(NamedTuple):
    """One number, one circle, ..."""

    what: What
    key: str


class Cap(NamedTuple):
    """So many texts in any stretch of time of this length."""

    of: Counted
    span: timedelta
    most: int

    @property
    def shared(self) -> bool:
        """Do many texts of many numbers fall under it?"""
        return self.of.what not in (What.NUMBER, What.PERSON)


@dataclass(frozen=True, slots=True)
class Addressed:
    """What of a text decides under which caps it falls."""

    number: str
    person_id: int
    text_class: TextClass
    training_path: str | None


class Slot(NamedTuple):
    """Texts in one minute."""

    at: datetime
    texts: int


def caps_of(text: Addressed, limits: Limits) -> tuple[Cap, ...]:
    """The caps that a text must keep, whoever sends it."""
    found = [
        Cap(PROGRAMME, HOUR, limits.programme_hour),
        Cap(PROGRAMME, DAY, limits.programme_day),
    ]
    circle = circle_of(text.training_path)
    if circle is not None:
        found.append(Cap(Counted(What.CIRCLE, circle), DAY, limits.circle_day))
    if text.text_class not in NOT_COUNTED:
        number = Counted(What.NUMBER, text.number)
        found += [Cap(number, DAY, limits.number_day), Cap(number, WEEK, limits.number_week)]
        if text.person_id:
            found.append(Cap(Counted(What.PERSON, str(text.person_id)), WEEK, limits.number_week))
    return tuple(found)


PROGRAMME = Counted(What.PROGRAMME, "")


def cap_of_sender(sender: Sender) -> Cap | None:
    """How many texts a sender takes a day, if that is limited."""
    if sender.per_day is None:
        return None
    return Cap(Counted(What.SENDER, f"{sender.medium.value}:{sender.name}"), DAY, sender.per_day)


def circle_of(training_path: str | None) -> str | None:
    """The circle in which a place of the training tree lies: "B2.C07." of "B2.C07.L3."; None above circles."""
    parts = (training_path or "").split(".")
    return ".".join(parts[:2]) + "." if len(parts) > 2 else None


def first_full(caps: Iterable[Cap], counted: Mapping[tuple[Counted, timedelta], int]) -> Cap | None:
    """The cap that leaves no room for one text more, if one does."""
    return next((cap for cap in caps if counted.get((cap.of, cap.span), 0) >= cap.most), None)


def add(counted: Counter[tuple[Counted, timedelta]], caps: Iterable[Cap]) -> None:
    """Count one text more."""
    for cap in caps:
        counted[cap.of, cap.span] += 1


def slot_of(instant: datetime) -> datetime:
    """The minute in which an instant is counted."""
    return instant.replace(second=0, microsecond=0)


def since(instant: datetime, span: timedelta) -> datetime:
    """Slots later than this are counted at an instant: a whole minute too many rather than a part too few."""
    return instant - span - MINUTE


def relieved_at(cap: Cap, slots: Sequence[Slot]) -> datetime | None:
    """When the oldest of the slots that fill a cap have left its span so far that one text more fits.

    None when it never will.
    """
    if cap.most <= 0:
        return None
    over = sum(slot.texts for slot in slots) - cap.most
    for slot in sorted(slots):
        over -= slot.texts
        if over < 0:
            return slot.at + cap.span + MINUTE
    return None


def price_of(medium: Medium, segments: int, limits: Limits) -> float:
    """What a text costs in rupees; one on WhatsApp counts as one segment, however long it is."""
    return limits.segment_price * (segments if medium is Medium.SMS else 1)


def affordable(cost: float, spent: float, limits: Limits) -> bool:
    """Does the month's budget leave room for a cost?"""
    return not limits.budget or spent + cost <= limits.budget + 1e-9


def has_room(spent: float, limits: Limits) -> bool:
    """Is there room for a text of any length, so that sending may go on and does not stop again at once?"""
    return affordable(min(SEGMENTS_MAX * limits.segment_price, limits.budget), spent, limits)


def reaches_warning(before: float, after: float, limits: Limits) -> bool:
    """Does the month's spending pass the mark at which a person is told?"""
    return bool(limits.budget) and before < WARNED_AT * limits.budget <= after
