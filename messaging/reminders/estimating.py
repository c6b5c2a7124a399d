"""How many texts and segments training sessions will cost before there is any: counted from ordinary examples."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from math import ceil
from typing import Any

from clusters.calendar.windows import KARACHI
from clusters.cascade.capacity import Capacity
from messaging.reminders.rules import (
    ASK_REPORT,
    LEAD_REMINDER,
    ReminderRules,
    slot_of_report,
    slot_of_trainer,
    slots,
    text_of,
)
from messaging.texts.catalogue import compose, entry

TOLD_BEFORE = timedelta(days=14)
"""An invitation goes so long before its training session, when a round is accepted in good time."""
ON_A_WEDNESDAY = datetime(2026, 4, 15, tzinfo=KARACHI)
"""An ordinary day: every wished hour of a reminder is open."""
INVITATION_OF_LEAD = "invitation_lead"
_VENUES = {"ur": "گورنمنٹ پرائمری سکول ککی"}
_EXAMPLE: dict[str, Any] = {
    "call_number": "+923451234567",
    "code": "4814",
    "coming": 22,
    "help_number": "+923451234567",
    "invited": 31,
    "reply_number": "+923451234567",
    "subject": "science",
    "venue": "GPS Kakki No.1",
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """Training sessions of one kind: seats and leads in all, when they begin and how long each of their days is."""

    seats: int
    leads: int
    starts: time
    ends: time
    days: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one language takes; `people` share out the texts, each segment is paid for."""

    language: str
    people: int
    texts: int
    segments: int


def estimated(
    gathered: Iterable[Gathered], readers: Mapping[str, int], rules: ReminderRules, without_phone: int = 0
) -> tuple[Estimate, ...]:
    """Texts and segments by language, shared out as the readers are; nobody answers, so every reminder goes."""
    everybody = sum(readers.values()) + without_phone
    sums = {language: [0.0, 0.0] for language in readers}
    for each in gathered:
        learner, leader = _keys(each, rules)
        for language, people in readers.items():
            share = people / everybody if everybody else 0.0
            for many, keys in ((each.seats, learner), (each.leads, leader)):
                sums[language][0] += share * many * len(keys)
                sums[language][1] += share * many * sum(_segments(key, language, each.starts) for key in keys)
    return tuple(
        Estimate(language, people, ceil(sums[language][0] - 1e-6), ceil(sums[language][1] - 1e-6))
        for language, people in readers.items()
    )


def gathered_for(answer: Capacity) -> tuple[Gathered, ...]:
    """What a whole programme would be texted about: the training sessions of each level."""
    rules = answer.programme.rules
    found = []
    for each in answer.demands:
        level = rules.of(each.level)
        days = -(-each.venue_days // each.sessions) if each.sessions else 0
        found.append(Gathered(each.seats, each.leads, level.starts, level.ends, days))
    return tuple(found)


def _keys(gathered: Gathered, rules: ReminderRules) -> tuple[Sequence[str], Sequence[str]]:
    """The texts of one who learns and of one who leads."""
    starts = ON_A_WEDNESDAY + timedelta(hours=gathered.starts.hour, minutes=gathered.starts.minute)
    ends = ON_A_WEDNESDAY + timedelta(hours=gathered.ends.hour, minutes=gathered.ends.minute)
    told = starts - TOLD_BEFORE
    learner = [rules.invitation, *(text_of(slot.days_before, None) or "" for slot in slots(starts, told, rules))]
    leader = [INVITATION_OF_LEAD] + [LEAD_REMINDER] * (slot_of_trainer(starts, told, rules) is not None)
    leader += [ASK_REPORT] * (gathered.days * (slot_of_report(ends, rules) is not None))
    return [key for key in learner if key], leader


@cache
def _segments(key: str, language: str, starts: time) -> int:
    values = _EXAMPLE | {"start": ON_A_WEDNESDAY + timedelta(hours=starts.hour), "excused": []}
    values["venue"] = _VENUES.get(language, values["venue"])
    return compose(key, language, {name: values[name] for name in entry(key, language).placeholders}).measure.segments
