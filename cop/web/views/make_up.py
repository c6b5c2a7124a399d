"""The make-up of a held training session, as it is proposed: for whom, when, by whom, where, and what it costs."""

from dataclasses import dataclass
from datetime import date, datetime

from clusters.modules.rules import Subject
from cop.web.views.frame import FieldError
from cop.web.views.session import Choice, Told


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who missed it; `place` where she comes from another cluster."""

    name: str
    school: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class MakeUpPage:
    """`days` are the first on which everything is free, at the hours missed; none while nothing is.

    Fields of the form: `day-1`, `day-2` and so on, `trainer`, `venue`.
    """

    session_id: int
    code: str
    subject: Subject
    place: str
    people: tuple[Absent, ...]
    left: int
    enough: bool
    days: tuple[date, ...]
    hours: tuple[tuple[datetime, datetime], ...]
    trainers: tuple[Choice, ...]
    venues: tuple[Choice, ...]
    trainer: str
    venue: str
    told: Told
    may_accept: bool = False
    closed_day: bool = False
    errors: tuple[FieldError, ...] = ()
