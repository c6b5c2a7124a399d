"""The three hand-overs of the cascade, the rules a plan must keep, and the rows in which plans are written."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from clusters.modules.rules import Subject, TaughtModule

TEACHERS_PER_SCHOOL = (1, 2)
"""Teachers of one school invited to one training session, so that no school is emptied."""


class Level(StrEnum):
    """The level being trained by a hand-over."""

    MASTER = "master"
    CIRCLE = "circle"
    TEACHER = "teacher"


class MendingState(StrEnum):
    """Where a mending stands; a draft changes nothing, one undone has given everything back."""

    DRAFT = "draft"
    DONE = "done"
    UNDONE = "undone"
    DISCARDED = "discarded"


ORDER = (Level.MASTER, Level.CIRCLE, Level.TEACHER)
"""Core team trains master trainers, they train circle trainers, these train teachers."""


def level_above(level: Level) -> Level | None:
    """The level whose participants deliver this one; None when the core team does."""
    place = ORDER.index(level)
    return ORDER[place - 1] if place else None


def may_be_away(teachers: int) -> int:
    """How many of a school's teachers may be at one training session; a school of one teacher sends her."""
    return min(TEACHERS_PER_SCHOOL[1], max(teachers - 1, 1))


@dataclass(frozen=True, slots=True)
class LevelRules:
    """How one level meets: days a module (None: the module's own), most participants, trainers wanted, local hours."""

    days: int | None
    capacity: int
    trainers: int
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class CascadeRules:
    """What every plan of a round must keep.

    `longest_pause` is the most days from one meeting day of a module to the next; the caps count meeting days of one
    person in one calendar month, None lifts them. `return_after` plans the periodic return: a further meeting of the
    same teachers with the same trainer at least that many days after the module; None plans none. On a Friday a
    meeting ends by `friday_ends`. `women_apart` gives women and men training sessions of their own at the level of
    teachers; `last_working_day` lets every module of teachers end, and every return fall, on the last training day of
    a month, as is the habit in KP. `travel_km` is the farthest that a circle trainer goes from the middle of her home
    circle to a cluster, as the crow flies; None sets no limit, and a cluster without a known place is within all.
    """

    master: LevelRules = LevelRules(days=3, capacity=50, trainers=2, starts=time(9), ends=time(15))
    circle: LevelRules = LevelRules(days=3, capacity=50, trainers=2, starts=time(9), ends=time(15))
    teacher: LevelRules = LevelRules(days=None, capacity=40, trainers=1, starts=time(10), ends=time(13))
    longest_pause: int = 4
    trainer_days_a_month: int | None = 16
    teacher_days_a_month: int | None = 4
    return_after: int | None = None
    friday_ends: time = time(12, 30)
    women_apart: bool = False
    last_working_day: bool = False
    travel_km: float | None = None

    def of(self, level: Level) -> LevelRules:
        """The rules of one level."""
        return {Level.MASTER: self.master, Level.CIRCLE: self.circle, Level.TEACHER: self.teacher}[level]

    def days(self, level: Level, module: TaughtModule) -> int:
        """Meeting days of a module at a level, the periodic return not counted."""
        return self.of(level).days or module.days

    def returns(self, level: Level) -> bool:
        """Do the participants of this level come back for a further meeting?"""
        return level is Level.TEACHER and self.return_after is not None


@dataclass(frozen=True, slots=True)
class Member:
    """A trainer or teacher; `home` is the path of her place, `subjects` what she takes (None: all of them)."""

    person: int
    home: str
    school: str = ""
    subjects: frozenset[Subject] | None = None
    woman: bool = False

    def takes(self, subject: Subject) -> bool:
        """Does she deliver or attend this subject?"""
        return self.subjects is None or subject in self.subjects


@dataclass(frozen=True, slots=True)
class ClusterSeat:
    """A cluster with its circle and block, all as paths closed by a dot, and the school whose room it meets in."""

    place: str
    circle: str
    block: str
    venue: str
    spot: tuple[float, float] | None = None
    """Where its host stands, latitude and longitude."""


@dataclass(frozen=True, slots=True)
class Room:
    """A school where a block, or the whole programme, may meet."""

    place: str
    venue: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A day on which a person or a venue is wanted already, by a training session outside the round.

    `away` means leave, or a closed place: the day is not free either, but counts in no monthly cap.
    """

    day: date
    person: int | None = None
    venue: str | None = None
    away: bool = False


@dataclass(frozen=True, slots=True)
class CascadeRequest:
    """All that a plan of one round is made from.

    `days` are the training days from the wished start on, in order. A person in several teams counts in the highest.
    Without `rooms` blocks and the programme meet at host schools. `taken` is kept free, and counts in monthly caps.
    """

    core: tuple[Member, ...]
    masters: tuple[Member, ...]
    circle_trainers: tuple[Member, ...]
    teachers: tuple[Member, ...]
    clusters: tuple[ClusterSeat, ...]
    modules: tuple[TaughtModule, ...]
    days: tuple[date, ...]
    rules: CascadeRules = CascadeRules()
    rooms: tuple[Room, ...] = ()
    taken: tuple[Taken, ...] = ()
    programme: str = ""


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A line of sessions.csv: one meeting day of the training session `id`, in local time."""

    id: int
    level: Level
    subject: Subject
    module: str
    place: str
    venue: str
    trainers: tuple[int, ...]
    day: date
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A line of participants.csv: one person in the training session `session`, and her school."""

    session: int
    person: int
    school: str


@dataclass(frozen=True, slots=True)
class TrainerRow:
    """A line of trainers.csv: somebody who trains, the level she trains, and the path of her home place."""

    person: int
    level: Level
    home: str


SESSION_COLUMNS = ("id", "level", "subject", "module", "place", "venue", "trainers", "start", "end")
PARTICIPANT_COLUMNS = ("session", "person", "school")
TRAINER_COLUMNS = ("person", "level", "home")


def session_line(row: MeetingRow) -> tuple[str, ...]:
    """A meeting as sessions.csv writes it: trainers joined by semicolons, local ISO date-times."""
    trainers = ";".join(map(str, row.trainers))
    starts, ends = (f"{row.day.isoformat()}T{hour.isoformat()}" for hour in (row.starts, row.ends))
    return (str(row.id), row.level, row.subject, row.module, row.place, row.venue, trainers, starts, ends)


def participant_line(row: SeatRow) -> tuple[str, ...]:
    """A seat as participants.csv writes it."""
    return (str(row.session), str(row.person), row.school)


def trainer_line(row: TrainerRow) -> tuple[str, ...]:
    """A trainer as trainers.csv writes her."""
    return (str(row.person), row.level, row.home)
