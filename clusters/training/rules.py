"""The life of a training session: its states, the answers to an invitation, the marks of attendance."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from clusters.cascade.rules import Level
from clusters.modules.rules import Subject

REPORT_FROM = timedelta(hours=1)
"""Attendance may be reported from this long before the start."""
REPORT_UNTIL = timedelta(hours=48)
"""And until this long after the end."""


class SessionState(StrEnum):
    """Where a training session stands; drafts are seen by planners only."""

    DRAFT = "draft"
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """What an invited person said; silence is not no."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Mark(StrEnum):
    """How a person was marked on the sheet."""

    HERE = "here"
    LATE = "late"
    AWAY = "away"


class Seat(StrEnum):
    """How a person came by her row of the sheet."""

    PLAN = "plan"
    ADDED = "added"
    WAITED = "waited"
    WALK_IN = "walk_in"
    MAKE_UP = "make_up"


class Outcome(StrEnum):
    """What came of an invitation; who missed it and came to a make-up has made it up."""

    TRAINED = "trained"
    MADE_UP = "made_up"
    ABSENT = "absent"
    AHEAD = "ahead"


def report_window(starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
    """From when until when attendance of a training session may be reported."""
    return starts - REPORT_FROM, ends + REPORT_UNTIL


def report_open(starts: datetime, ends: datetime, at: datetime) -> bool:
    """May attendance of a training session be reported at an instant?"""
    opens, closes = report_window(starts, ends)
    return opens <= at < closes


@dataclass(frozen=True, slots=True)
class Invitee:
    """A person to be invited, with the school she comes from."""

    person_id: int
    school_id: int | None


@dataclass(frozen=True, slots=True)
class Sitting:
    """One meeting day, from-to in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A training session as a plan or a form proposes it; invitees stand in the order of the sheet's rows."""

    level: Level
    subject: Subject
    place_id: int
    venue: str
    venue_school_id: int | None
    trainers: tuple[int, ...]
    sittings: tuple[Sitting, ...]
    invitees: tuple[Invitee, ...]
    capacity: int
    module: int = 1


def faults(sittings: Sequence[Sitting]) -> str | None:
    """The key of what is wrong with the meeting days of a training session, None when nothing is."""
    if not sittings:
        return "no_meeting"
    if any(sitting.starts_at >= sitting.ends_at for sitting in sittings):
        return "ends_before_it_starts"
    if any(earlier.ends_at >= later.starts_at for earlier, later in pairwise(sittings)):
        return "meetings_overlap"
    return None


def day_in_question(days: Sequence[Sitting], at: datetime) -> int:
    """The meeting day, from 1, that attendance at an instant is about: the last one for which it may be reported."""
    begun = [number for number, day in enumerate(days, 1) if day.starts_at - REPORT_FROM <= at]
    return max(begun, default=1)


def is_held(days: int, reported: Collection[int], *, over: bool, finished: bool = False) -> bool:
    """Is a training session of so many days held, by the days reported and whether its last day is over?

    It is, too, when who leads it said so.
    """
    return finished or (bool(reported) and (over or days in reported))
