"""A draft of the cascade beside what is planned now or another draft: figures, every session that differs, weeks."""

from dataclasses import dataclass
from datetime import date, datetime

from clusters.cascade.rules import Level
from clusters.modules.rules import Subject
from clusters.training.round_sessions import RoundFigures
from cop.web.views.comparing import Choice


@dataclass(frozen=True, slots=True)
class Stands:
    """When a training session begins, on how many days, where and with whom."""

    start: datetime
    days: int
    venue: str
    trainers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A training session that differs; None where a side has none. A planned one has its code."""

    level: Level
    subject: Subject
    place: str
    code: str | None
    before: Stands | None
    after: Stands | None


@dataclass(frozen=True, slots=True)
class TwoWeeks:
    """Sessions that begin in the week of a Monday, on either side."""

    monday: date
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class CompareRoundsPage:
    """Two plans of a cascade side by side; `other` is the name of the other draft, None for what is planned now.

    `rupees` are what the invitations of a draft would cost, None where they went already.
    """

    draft_id: int
    name: str
    other: str | None
    before: RoundFigures
    after: RoundFigures
    rupees: tuple[int | None, int]
    moved: int
    added: int
    dropped: int
    rows: tuple[Moved, ...]
    begin: int
    """How many rows stand on the pages before."""
    found: int
    """Rows that are looked for, all of them without a search."""
    more: str | None
    place: str
    """The search: a part of a place's name."""
    against: str
    """What the address calls the other side."""
    choices: tuple[Choice, ...]
    href: str
    weeks: tuple[TwoWeeks, ...] = ()
    accepted: bool = False
