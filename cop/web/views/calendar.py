"""The calendar: one month of training sessions, its load, and its conflicts in words."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from clusters.cascade.rules import Level
from clusters.modules.rules import Subject
from cop.web.views.cluster import SessionState


class ClosedWhy(StrEnum):
    """Why no training is held on a day."""

    FRIDAY = "friday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"
    EXPECTED_HOLIDAY = "expected_holiday"
    RAMADAN = "ramadan"
    VACATION = "vacation"


class ConflictKind(StrEnum):
    """What clashes."""

    TRAINER_TWICE = "trainer_twice"
    VENUE_TWICE = "venue_twice"
    TEACHER_TWICE = "teacher_twice"
    ON_HOLIDAY = "on_holiday"
    FRIDAY_PRAYER = "friday_prayer"
    NO_VENUE = "no_venue"


@dataclass(frozen=True, slots=True)
class Entry:
    """A training session on one day of the month; `day_no` of `days` when it lasts several."""

    session_id: int
    code: str
    start: datetime
    end: datetime
    subject: Subject
    level: Level
    place: str
    state: SessionState
    invited: int
    yes: int
    came: int | None = None
    day_no: int = 1
    days: int = 1


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the month; `closed_name` is the holiday's name."""

    on: date
    entries: tuple[Entry, ...] = ()
    closed: ClosedWhy | None = None
    closed_name: str | None = None
    more: int = 0
    """Further training sessions of a full day; they stand on the day's own page."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something stands twice: `who` is the person, venue or holiday, `sessions` are pairs of id and code."""

    kind: ConflictKind
    on: date
    who: str
    sessions: tuple[tuple[int, str], ...]
    people: int = 1


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """One month: `days` holds every day of it in order; months are given by their first day."""

    month: date
    days: tuple[Day, ...]
    conflicts: tuple[Conflict, ...] = ()
    previous: date | None = None
    next: date | None = None
    first_with_sessions: date | None = None
    """The nearest month that has a training session, shown when this one has none."""
    subjects: tuple[Subject, ...] = field(default_factory=lambda: tuple(Subject))
    subject: Subject | None = None
    """The subject the month is narrowed to."""
    only: date | None = None
    """The one day that is shown in full."""
    may_plan: bool = False

    @property
    def loads(self) -> tuple[int, ...]:
        """Meeting days held on each day of the month."""
        return tuple(len(day.entries) + day.more for day in self.days)

    @property
    def shut(self) -> tuple[bool, ...]:
        """Which days of the month are closed."""
        return tuple(day.closed is not None for day in self.days)

    @property
    def meetings(self) -> int:
        """Meeting days of the whole month."""
        return sum(self.loads)
