"""Reads of rounds, their drafts, and the days that people and venues have already promised."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, and_, cast, distinct, exists, false, func, select, true
from sqlalchemy.orm import Session

from clusters.cascade.closures import closed_rooms
from clusters.cascade.leave import leave_days
from clusters.cascade.models import Round
from clusters.cascade.queries import address
from clusters.cascade.rules import Level, MeetingRow, SeatRow, Taken
from clusters.kernel.clock import KARACHI, day_of
from clusters.kernel.errors import NotFound
from clusters.modules.models import Module
from clusters.modules.rules import Subject, TaughtModule
from clusters.people.models import Person, PersonNumber
from clusters.people.rules import PLANNERS, Language
from clusters.scope import Scope
from clusters.structure.models import Place, School
from clusters.structure.rules import Tree
from clusters.training.models import Booking, Invitation, Meeting, SessionTrainer, TrainingSession
from clusters.training.rules import SessionState

DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round of the cascade: its name, what was planned by which rules, and since when it is accepted."""

    id: int
    name: str
    author: str | None
    made_at: datetime
    state: str
    subjects: tuple[Subject, ...]
    from_date: date
    rules: dict[str, Any]
    summary: dict[str, Any]
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class LevelRow:
    """What a round holds at one level: training sessions, persons invited, who leads them, first and last day."""

    level: Level
    sessions: int
    people: int
    trainers: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A training session of a round as a planner sees it before it is accepted."""

    starts_at: datetime
    ends_at: datetime
    level: Level
    subject: Subject
    place: str
    venue: str
    trainers: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Told:
    """Invitations of a round that a phone can carry, by the language in which they are written, and the rest.

    `leads` are those to trainers; `by_hand` counts seats and leads of persons without a phone.
    """

    invited: dict[Language | None, int]
    leads: dict[Language | None, int]
    by_hand: int

    @property
    def texts(self) -> int:
        """How many texts that are."""
        return sum(self.invited.values()) + sum(self.leads.values())


def rounds(db: Session, scope: Scope) -> list[RoundRow]:
    """Rounds that were not discarded and lie wholly inside what this scope may plan; newest first."""
    statement = _rounds().where(Round.state != DISCARDED, planned_by(scope)).order_by(Round.id.desc())
    return [_round(row) for row in db.execute(statement)]


def round_of(db: Session, scope: Scope, round_id: int) -> RoundRow:
    """One round; NotFound where `rounds` would not list it."""
    row = db.execute(_rounds().where(Round.id == round_id, Round.state != DISCARDED, planned_by(scope))).one_or_none()
    if row is None:
        raise NotFound("round", id=round_id)
    return _round(row)


def planned_by(scope: Scope) -> ColumnElement[bool]:
    """The predicate of every round whose training sessions all lie where this scope may plan."""
    planning = Scope(None, tuple(held for held in scope.places if held.role in (*PLANNERS, "house")))
    if not planning.places:
        return false()
    of_round = TrainingSession.round_id == Round.id
    inside = planning.within(TrainingSession.training_path, TrainingSession.admin_path)
    beyond = exists().where(of_round, ~func.coalesce(inside, false())).correlate(Round)
    return and_(exists().where(of_round).correlate(Round), ~beyond)


def may_plan_round(db: Session, scope: Scope) -> bool:
    """May this scope plan the whole programme, where a round begins?"""
    root = select(Place.path, Place.seat_path).where(Place.tree == Tree.TRAINING, Place.path == "")
    row = db.execute(root).one_or_none()
    return row is not None and scope.covers(row.path, row.seat_path, (*PLANNERS, "house"))


def levels(db: Session, scope: Scope, round_id: int) -> list[LevelRow]:
    """The levels of a round that this scope may plan, from the core team down."""
    must_see(db, scope, round_id)
    people = (
        select(TrainingSession.level, func.count(distinct(Invitation.person_id)).label("people"))
        .join(Invitation, Invitation.session_id == TrainingSession.id)
        .where(TrainingSession.round_id == round_id)
        .group_by(TrainingSession.level)
        .subquery()
    )
    leading = (
        select(TrainingSession.level, func.count(distinct(SessionTrainer.person_id)).label("trainers"))
        .join(SessionTrainer, SessionTrainer.session_id == TrainingSession.id)
        .where(TrainingSession.round_id == round_id)
        .group_by(TrainingSession.level)
        .subquery()
    )
    statement = (
        select(
            TrainingSession.level,
            func.count().label("sessions"),
            func.coalesce(people.c.people, 0).label("people"),
            func.coalesce(leading.c.trainers, 0).label("trainers"),
            func.min(TrainingSession.starts_at).label("first"),
            func.max(TrainingSession.ends_at).label("last"),
        )
        .outerjoin(people, people.c.level == TrainingSession.level)
        .outerjoin(leading, leading.c.level == TrainingSession.level)
        .where(TrainingSession.round_id == round_id)
        .group_by(TrainingSession.level, people.c.people, leading.c.trainers)
    )
    found = [
        LevelRow(row.level, row.sessions, row.people, row.trainers, day_of(row.first), day_of(row.last))
        for row in db.execute(statement)
    ]
    return sorted(found, key=lambda row: list(Level).index(row.level))


def first_sessions(db: Session, scope: Scope, round_id: int, limit: int) -> list[DraftRow]:
    """The first training sessions of a round that this scope may plan, in time order."""
    must_see(db, scope, round_id)
    leading = (
        select(func.array_agg(Person.name))
        .join(SessionTrainer, SessionTrainer.person_id == Person.id)
        .where(SessionTrainer.session_id == TrainingSession.id)
        .scalar_subquery()
    )
    invited = select(func.count()).where(Invitation.session_id == TrainingSession.id).scalar_subquery()
    statement = (
        select(
            TrainingSession.starts_at,
            TrainingSession.ends_at,
            TrainingSession.level,
            TrainingSession.subject,
            Place.name.label("place"),
            TrainingSession.venue,
            leading.label("trainers"),
            invited.label("people"),
        )
        .join(Place, Place.id == TrainingSession.place_id)
        .where(TrainingSession.round_id == round_id)
        .order_by(TrainingSession.starts_at, TrainingSession.id)
        .limit(limit)
    )
    return [
        DraftRow(**{**row._mapping, "trainers": tuple(sorted(row.trainers or ()))}) for row in db.execute(statement)
    ]


def seats(db: Session, scope: Scope, round_id: int) -> int:
    """How many invitations a round holds."""
    must_see(db, scope, round_id)
    statement = (
        select(func.count())
        .select_from(Invitation)
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .where(TrainingSession.round_id == round_id)
    )
    return db.scalars(statement).one()


def drafts_of(db: Session, scope: Scope, round_id: int, from_date: date | None = None) -> list[int]:
    """The training sessions of a round that nobody was told of yet, or those of them that begin from a date on."""
    must_see(db, scope, round_id)
    begins = cast(func.timezone(KARACHI.key, TrainingSession.starts_at), Date)
    late = true() if from_date is None else begins >= from_date
    return list(db.scalars(select(TrainingSession.id).where(*_drafts_of(round_id), late)))


def told(db: Session, scope: Scope, round_id: int) -> Told:
    """Whom the invitations of a round would reach; numbers that were silenced are not taken out here."""
    must_see(db, scope, round_id)
    (invited, without), (leads, alone) = (_reached(db, table, round_id) for table in (Invitation, SessionTrainer))
    return Told(invited, leads, without + alone)


def _reached(
    db: Session, table: type[Invitation | SessionTrainer], round_id: int
) -> tuple[dict[Language | None, int], int]:
    """Rows of a table whose person has a phone, by her language, and how many have none."""
    phone = exists().where(PersonNumber.person_id == Person.id, PersonNumber.until.is_(None)).label("phone")
    statement = (
        select(Person.language, phone, func.count().label("rows"))
        .select_from(table)
        .join(Person, Person.id == table.person_id)
        .join(TrainingSession, TrainingSession.id == table.session_id)
        .where(TrainingSession.round_id == round_id)
        .group_by(Person.language, phone)
    )
    by_language, without = {}, 0
    for row in db.execute(statement):
        if row.phone:
            by_language[row.language] = row.rows
        else:
            without += row.rows
    return by_language, without


def promised(db: Session, scope: Scope, since: date, *, without_round: int | None = None) -> tuple[Taken, ...]:
    """Days from `since` on that trainers, venues and invited persons have given to planned training sessions.

    Rooms of a place that is closed for a time, and trainers on leave, are given away too. `without_round` leaves
    out the days of one round.
    """
    others = true() if without_round is None else TrainingSession.round_id.is_distinct_from(without_round)
    booked = (
        select(Booking.day, Booking.person_id, School.code)
        .join(TrainingSession, TrainingSession.id == Booking.session_id)
        .outerjoin(School, School.id == Booking.school_id)
        .where(Booking.day >= since, scope.within(TrainingSession.training_path, TrainingSession.admin_path), others)
    )
    taken = {Taken(day, person, code) for day, person, code in db.execute(booked)}
    taken.update(closed_rooms(db, scope, since))
    taken.update(leave_days(db, scope, since))
    day = cast(func.timezone(KARACHI.key, Meeting.starts_at), Date)
    seated = (
        select(day, Invitation.person_id)
        .select_from(Meeting)
        .join(TrainingSession, TrainingSession.id == Meeting.session_id)
        .join(Invitation, Invitation.session_id == TrainingSession.id)
        .where(
            TrainingSession.state.in_((SessionState.PLANNED, SessionState.HELD)),
            day >= since,
            scope.within(TrainingSession.training_path, TrainingSession.admin_path),
            others,
        )
        .distinct()
    )
    taken |= {Taken(on, person) for on, person in db.execute(seated)}
    return tuple(sorted(taken, key=lambda each: (each.day, each.person or 0, each.venue or "")))


def meeting_rows(
    db: Session, scope: Scope, round_id: int, states: Sequence[SessionState] = (SessionState.DRAFT,)
) -> tuple[MeetingRow, ...]:
    """The drafts of a round, or what stands of it, as a planner writes them; places by address, venues by EMIS code."""
    must_see(db, scope, round_id)
    return _meeting_rows(db, TrainingSession.round_id == round_id, TrainingSession.state.in_(states))


def seat_rows(
    db: Session, scope: Scope, round_id: int, states: Sequence[SessionState] = (SessionState.DRAFT,)
) -> tuple[SeatRow, ...]:
    """Who sits in the drafts of a round, or in what stands, with the EMIS code of her school."""
    must_see(db, scope, round_id)
    return _seat_rows(db, TrainingSession.round_id == round_id, TrainingSession.state.in_(states))


def training_of_trainers(
    db: Session, scope: Scope, subjects: Collection[Subject]
) -> tuple[tuple[MeetingRow, ...], tuple[SeatRow, ...]]:
    """What stands of the training of master and circle trainers in these subjects, as a planner writes it."""
    stands = (
        TrainingSession.subject.in_(subjects),
        TrainingSession.level != Level.TEACHER,
        TrainingSession.state.in_((SessionState.PLANNED, SessionState.HELD)),
        scope.within(TrainingSession.training_path, TrainingSession.admin_path),
    )
    return _meeting_rows(db, *stands), _seat_rows(db, *stands)


def _meeting_rows(db: Session, *where: ColumnElement[bool]) -> tuple[MeetingRow, ...]:
    trainers = (
        select(func.array_agg(SessionTrainer.person_id))
        .where(SessionTrainer.session_id == TrainingSession.id)
        .scalar_subquery()
    )
    statement = (
        select(
            TrainingSession.id,
            TrainingSession.level,
            TrainingSession.subject,
            func.coalesce(Module.number, 1).label("number"),
            Place.path,
            func.coalesce(School.code, "").label("venue"),
            trainers.label("trainers"),
            Meeting.starts_at,
            Meeting.ends_at,
        )
        .join(Meeting, Meeting.session_id == TrainingSession.id)
        .join(Place, Place.id == TrainingSession.place_id)
        .outerjoin(Module, Module.id == TrainingSession.module_id)
        .outerjoin(School, School.id == TrainingSession.venue_school_id)
        .where(*where)
        .order_by(TrainingSession.id, Meeting.day)
    )
    return tuple(_meeting(row) for row in db.execute(statement))


def _seat_rows(db: Session, *where: ColumnElement[bool]) -> tuple[SeatRow, ...]:
    statement = (
        select(Invitation.session_id, Invitation.person_id, func.coalesce(School.code, ""))
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .outerjoin(School, School.id == Invitation.school_id)
        .where(*where)
    )
    return tuple(SeatRow(*row) for row in db.execute(statement))


def _drafts_of(round_id: int) -> Iterable[ColumnElement[bool]]:
    return TrainingSession.round_id == round_id, TrainingSession.state == SessionState.DRAFT


def must_see(db: Session, scope: Scope, round_id: int) -> None:
    """NotFound where `rounds` would not list the round."""
    if db.scalar(select(Round.id).where(Round.id == round_id, planned_by(scope))) is None:
        raise NotFound("round", id=round_id)


def _meeting(row: Row[*tuple[Any, ...]]) -> MeetingRow:
    starts, ends = (instant.astimezone(KARACHI) for instant in (row.starts_at, row.ends_at))
    return MeetingRow(
        row.id,
        row.level,
        row.subject,
        TaughtModule(row.subject, row.number).code,
        address(row.path),
        row.venue,
        tuple(sorted(row.trainers or ())),
        starts.date(),
        starts.time(),
        ends.time(),
    )


def _rounds() -> Select[*tuple[Any, ...]]:
    return select(
        Round.id,
        Round.name,
        Person.name.label("author"),
        Round.made_at,
        Round.state,
        Round.subjects,
        Round.from_date,
        Round.rules,
        Round.summary,
        Round.accepted_at,
    ).outerjoin(Person, Person.id == Round.author_id)


def _round(row: Row[*tuple[Any, ...]]) -> RoundRow:
    return RoundRow(**{**row._mapping, "subjects": tuple(Subject(subject) for subject in row.subjects)})
