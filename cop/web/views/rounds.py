"""A draft of a round of the cascade: when it ends and why then, what it asks of trainers, whom it tells."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from clusters.cascade.rules import Level
from clusters.modules.rules import Subject
from cop.web.views.planner import AcceptForm
from cop.web.views.telling import ToldPlan


@dataclass(frozen=True, slots=True)
class LevelLoad:
    """Training sessions of one level in a cascade draft; days are first and last."""

    level: Level
    sessions: int
    people: int
    trainers: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class DraftSession:
    """A training session of a cascade draft."""

    start: datetime
    end: datetime
    level: Level
    subject: Subject
    place: str
    venue: str | None
    trainers: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Closing:
    """Days in a row without training, and what closes them, in the viewer's language."""

    first: date
    last: date
    name: str


@dataclass(frozen=True, slots=True)
class Proof:
    """How early a plan could end at all: not before `earliest`, None where nobody reckoned it.

    `proved` says that the draft ends then; `settled` that none ends earlier with the trainers trained as in it.
    `hangs_on` is what the end hangs on, in the viewer's language.
    """

    earliest: date | None = None
    proved: bool = False
    settled: bool = False
    hangs_on: str = ""
    closings: tuple[Closing, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    """The trainers who train a level in one place; meeting days of all, and of the one with fewest and with most."""

    level: Level
    place: str
    trainers: int
    days: int
    fewest: int
    most: int


@dataclass(frozen=True, slots=True)
class Week:
    """Training sessions that begin in the week of a Monday."""

    monday: date
    sessions: int


@dataclass(frozen=True, slots=True)
class Misfit:
    """What no longer fits, in the viewer's language, the sessions it touches, and from which day it was wanted."""

    problems: tuple[str, ...]
    sessions: int
    from_date: date | None


@dataclass(frozen=True, slots=True)
class CascadeDraft:
    """A draft of a cascade round; with a `misfit` it was not accepted as a whole."""

    kind: ClassVar[str] = "cascade"
    draft_id: int
    name: str
    made_at: datetime
    made_by: str
    subjects: tuple[Subject, ...]
    sessions: int
    levels: tuple[LevelLoad, ...]
    first_day: date
    end_date: date
    training_days: int
    first_sessions: tuple[DraftSession, ...]
    proof: Proof
    teams: tuple[Team, ...] = ()
    """The groups of trainers, those of teachers with the fullest days first; as many as the page names."""
    other_teams: int = 0
    weeks: tuple[Week, ...] = ()
    """Every week from the first to the last, those without a session too."""
    misfit: Misfit | None = None
    """Why it was not accepted just now."""
    asks_to_foretell: bool = False
    """Whom it tells is only reckoned when it is asked for."""
    left_out: int = 0
    """Of a round that was accepted: sessions that were not taken."""
    texts: int = 0
    """Invitations that accepting plans."""
    rupees: int = 0
    by_hand: int = 0
    """Seats and leads of people without a phone."""
    remarks: tuple[str, ...] = ()
    """What to know before accepting, in the viewer's language."""
    telling: ToldPlan | None = None
    """Every text that accepting would queue; None for a round too large to count on a page."""
    replaces: bool = False
    """It was planned instead of another round."""

    @property
    def closed_weeks(self) -> tuple[bool, ...]:
        """The weeks in which nothing begins."""
        return tuple(not week.sessions for week in self.weeks)


@dataclass(frozen=True, slots=True)
class RoundPage:
    """One draft of the cascade; without a form to accept it, it was accepted."""

    draft: CascadeDraft
    accept: AcceptForm | None
    accepted_at: datetime | None = None
