"""Reads of rounds mended after bad news: what stands and may be hit, and what a mending changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, cast, func, select, union_all
from sqlalchemy.orm import Session

from clusters.cascade.models import Mending, Round
from clusters.cascade.rules import MeetingRow, MendingState, SeatRow
from clusters.kernel.clock import now
from clusters.kernel.errors import NotFound
from clusters.people.models import Person
from clusters.scope import Scope
from clusters.structure.models import Place, School
from clusters.training.models import SessionTrainer, TrainingSession
from clusters.training.rounds import meeting_rows, planned_by, seat_rows
from clusters.training.rules import SessionState

STANDS = (SessionState.PLANNED, SessionState.HELD)


@dataclass(frozen=True, slots=True)
class Changed:
    """A training session before and after a mending: days, the EMIS code of its room, its trainers.

    `hit` when the news itself broke it; `revision` is the one it had when the mending was planned.
    """

    session: int
    revision: int
    hit: bool
    days_before: tuple[date, ...]
    days: tuple[date, ...]
    venue_before: str
    venue: str
    trainers_before: tuple[int, ...]
    trainers: tuple[int, ...]

    @property
    def back(self) -> "Changed":
        """The way back."""
        return Changed(
            self.session,
            self.revision,
            self.hit,
            self.days,
            self.days_before,
            self.venue,
            self.venue_before,
            self.trainers,
            self.trainers_before,
        )

    @property
    def moves(self) -> bool:
        """Does it get other days or another room?"""
        return (self.days_before, self.venue_before) != (self.days, self.venue)


@dataclass(frozen=True, slots=True)
class MendingRow:
    """A mending: which round, what happened, what changes, and whether it is done."""

    id: int
    round_id: int
    round: str
    state: MendingState
    news: dict[str, Any]
    changes: tuple[Changed, ...]
    summary: dict[str, Any]
    made_at: datetime
    author: str | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionNow:
    """A training session that a mending changes, as it is called."""

    id: int
    code: str | None
    revision: int
    subject: str
    level: str
    place: str


def standing_rounds(db: Session, scope: Scope) -> list[int]:
    """Accepted rounds that a planner made, inside what this scope may plan."""
    statement = (
        select(Round.id)
        .where(Round.state == "accepted", Round.rules.has_key("cascade"), planned_by(scope))
        .order_by(Round.id)
    )
    return list(db.scalars(statement))


def standing_rows(db: Session, scope: Scope, round_id: int) -> tuple[tuple[MeetingRow, ...], tuple[SeatRow, ...]]:
    """What of a round is planned or held, and who sits in it."""
    return meeting_rows(db, scope, round_id, STANDS), seat_rows(db, scope, round_id, STANDS)


def revisions(db: Session, scope: Scope, round_id: int) -> dict[int, int]:
    """The revision of every training session of a round that this scope may plan."""
    statement = (
        select(TrainingSession.id, TrainingSession.revision)
        .join(Round, Round.id == TrainingSession.round_id)
        .where(TrainingSession.round_id == round_id, planned_by(scope))
    )
    return {row.id: row.revision for row in db.execute(statement)}


def mending_of(db: Session, scope: Scope, mending_id: int) -> MendingRow:
    """One mending; NotFound where its round is not to be seen, or when it was discarded."""
    row = db.execute(_mendings(scope).where(Mending.id == mending_id)).one_or_none()
    if row is None:
        raise NotFound("mending", id=mending_id)
    return _mending(row)


def mendings(db: Session, scope: Scope, limit: int = 20) -> list[MendingRow]:
    """The latest mendings inside what this scope may plan, newest first."""
    return [_mending(row) for row in db.execute(_mendings(scope).order_by(Mending.id.desc()).limit(limit))]


def called_now(db: Session, scope: Scope, row: MendingRow) -> dict[int, SessionNow]:
    """The training sessions of a mending, by number, as they are called today."""
    statement = (
        select(
            TrainingSession.id,
            TrainingSession.code,
            TrainingSession.revision,
            TrainingSession.subject,
            TrainingSession.level,
            Place.name.label("place"),
        )
        .join(Place, Place.id == TrainingSession.place_id)
        .join(Round, Round.id == TrainingSession.round_id)
        .where(TrainingSession.id.in_([change.session for change in row.changes]), planned_by(scope))
    )
    return {found.id: SessionNow(**found._mapping) for found in db.execute(statement)}


def written(change: Changed) -> dict[str, Any]:
    """A change as plain values that a table can hold."""
    return {
        "session": change.session,
        "revision": change.revision,
        "hit": change.hit,
        "days_before": [day.isoformat() for day in change.days_before],
        "days": [day.isoformat() for day in change.days],
        "venue_before": change.venue_before,
        "venue": change.venue,
        "trainers_before": list(change.trainers_before),
        "trainers": list(change.trainers),
    }


def read(kept: Mapping[str, Any]) -> Changed:
    """A change that was written."""
    return Changed(
        kept["session"],
        kept["revision"],
        kept["hit"],
        tuple(map(date.fromisoformat, kept["days_before"])),
        tuple(map(date.fromisoformat, kept["days"])),
        kept["venue_before"],
        kept["venue"],
        tuple(kept["trainers_before"]),
        tuple(kept["trainers"]),
    )


def _mendings(scope: Scope) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Mending.id,
            Mending.round_id,
            Round.name.label("round"),
            Mending.state,
            Mending.news,
            Mending.changes,
            Mending.summary,
            Mending.made_at,
            Person.name.label("author"),
            Mending.done_at,
        )
        .join(Round, Round.id == Mending.round_id)
        .outerjoin(Person, Person.id == Mending.author_id)
        .where(Mending.state != MendingState.DISCARDED, planned_by(scope))
    )


def _mending(row: Row[*tuple[Any, ...]]) -> MendingRow:
    return MendingRow(**{**row._mapping, "changes": tuple(map(read, row.changes))})


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody or something that news may be about: its number or code, how it is called, training sessions ahead."""

    key: str
    name: str
    sessions: int


def leading_ahead(db: Session, scope: Scope, session_id: int | None, limit: int | None) -> list[Choice]:
    """Who leads planned training sessions of accepted rounds from now on, the busiest first; or of one of them."""
    statement = (
        select(Person.id, Person.name, func.count().label("sessions"))
        .select_from(SessionTrainer)
        .join(TrainingSession, TrainingSession.id == SessionTrainer.session_id)
        .join(Round, Round.id == TrainingSession.round_id)
        .join(Person, Person.id == SessionTrainer.person_id)
        .where(*_ahead(db, scope))
        .group_by(Person.id, Person.name)
        .order_by(func.count().desc(), Person.name, Person.id)
        .limit(limit)
    )
    if session_id is not None:
        of_it = select(SessionTrainer.person_id).where(SessionTrainer.session_id == session_id)
        statement = statement.where(Person.id.in_(of_it))
    return [Choice(str(row.id), row.name, row.sessions) for row in db.execute(statement)]


def rooms_ahead(db: Session, scope: Scope, session_id: int | None, limit: int | None) -> list[Choice]:
    """The rooms in which they meet, by EMIS code, the fullest first; or the room of one of them."""
    statement = (
        select(School.code, School.name, func.count().label("sessions"))
        .select_from(TrainingSession)
        .join(Round, Round.id == TrainingSession.round_id)
        .join(School, School.id == TrainingSession.venue_school_id)
        .where(*_ahead(db, scope))
        .group_by(School.code, School.name)
        .order_by(func.count().desc(), School.name, School.code)
        .limit(limit)
    )
    if session_id is not None:
        of_it = select(TrainingSession.venue_school_id).where(TrainingSession.id == session_id)
        statement = statement.where(School.id.in_(of_it))
    return [Choice(row.code, row.name, row.sessions) for row in db.execute(statement)]


def called_by(db: Session, scope: Scope, row: MendingRow) -> dict[str, str]:
    """The names of everybody and every room in a mending, by number and by EMIS code (s:...)."""
    if not scope.places:
        return {}
    persons = {person for change in row.changes for person in (*change.trainers_before, *change.trainers)}
    persons.update(row.news.get("lost", ()))
    rooms = {room for change in row.changes for room in (change.venue_before, change.venue)}
    rooms.update(row.news.get("closed_venues", ()))
    statement = union_all(
        select(cast(Person.id, String).label("key"), Person.name).where(Person.id.in_(persons)),
        select(("s:" + School.code).label("key"), School.name).where(School.code.in_(rooms)),
    )
    return {found.key: found.name for found in db.execute(statement)}


def _ahead(db: Session, scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (
        TrainingSession.state == SessionState.PLANNED,
        TrainingSession.starts_at > now(db),
        Round.state == "accepted",
        planned_by(scope),
    )
