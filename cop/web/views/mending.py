"""After bad news: what happened, what would change, and who is told."""

from dataclasses import dataclass
from datetime import date, datetime

from clusters.cascade.rules import MendingState
from clusters.modules.rules import Subject
from cop.web.views.frame import FieldError
from cop.web.views.telling import ToldPlan


@dataclass(frozen=True, slots=True)
class Choice:
    """A trainer, room or place that the news may be about; `sessions` stand ahead there."""

    key: str
    name: str
    sessions: int = 0


@dataclass(frozen=True, slots=True)
class LatestMending:
    """One that was planned or done before."""

    mending_id: int
    round: str
    state: MendingState
    made_at: datetime
    sessions: int


@dataclass(frozen=True, slots=True)
class NewsPage:
    """What can be said to have happened, with what was typed."""

    trainers: tuple[Choice, ...]
    rooms: tuple[Choice, ...]
    places: tuple[Choice, ...]
    latest: tuple[LatestMending, ...]
    trainer: str = ""
    room: str = ""
    first: str = ""
    last: str = ""
    place: str = ""
    why: str = ""
    session_id: int | None = None
    """Of one training session: only who leads it, and its room."""
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A training session before and after: first days, room, trainers; what stays is None after."""

    session_id: int
    code: str | None
    subject: Subject
    place: str
    hit: bool
    day_before: date
    day: date | None
    venue_before: str
    venue: str | None
    trainers_before: tuple[str, ...]
    trainers: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class MendingPage:
    """One mending: the figures, every change as old and new, who is told and what it costs."""

    mending_id: int
    round: str
    state: MendingState
    made_at: datetime
    made_by: str
    done_at: datetime | None
    lost: tuple[str, ...]
    rooms: tuple[str, ...]
    days: tuple[date, ...]
    place: str
    why: str
    sessions: int
    broken: int
    others: int
    others_percent: float
    end_before: date
    end: date
    fewest: bool
    begun: int
    changes: tuple[ChangeRow, ...]
    more: int
    telling: ToldPlan | None
    siblings: tuple[int, ...] = ()
    """Mendings of other rounds that the same news hits."""
