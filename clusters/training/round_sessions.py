"""Reads of the training sessions of a round as a whole, and of what is planned of the same now, beside them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Integer, String, exists, func, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from clusters.cascade.models import Round
from clusters.cascade.rules import Level
from clusters.kernel.clock import day_of, now
from clusters.modules.rules import Subject
from clusters.people.models import Person
from clusters.scope import Scope
from clusters.structure.models import Place, School
from clusters.structure.rules import great_circle_km
from clusters.training.models import Invitation, Meeting, SessionTrainer, TrainingSession
from clusters.training.rounds import must_see, planned_by
from clusters.training.rules import SessionState

STANDS = (SessionState.PLANNED, SessionState.HELD)


@dataclass(frozen=True, slots=True)
class PlacedSession:
    """A training session of a round with its days, who leads it, and the persons invited to it (ids)."""

    id: int
    code: str | None
    state: SessionState
    level: Level
    subject: Subject
    module_id: int | None
    place_id: int
    place: str
    venue: str
    venue_at: tuple[float, float] | None
    days: tuple[date, ...]
    starts_at: datetime
    trainers: tuple[tuple[int, str], ...]
    people: frozenset[int] = field(repr=False)

    @property
    def what(self) -> tuple[Level, Subject, int | None, int]:
        """What is taught where."""
        return self.level, self.subject, self.module_id, self.place_id

    @property
    def stands(self) -> tuple[object, ...]:
        """When, where and by whom: what a change of it changes."""
        return self.days, self.venue, self.trainers


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """A plan in numbers: meeting days, trainers, most days of one of them, their ways between venues in km."""

    sessions: int
    last: date | None
    days: int
    trainers: int
    fullest: int
    km: float


def sessions_of(db: Session, scope: Scope, round_id: int) -> list[PlacedSession]:
    """All training sessions of a round that this scope may plan, in time order."""
    must_see(db, scope, round_id)
    return _placed(db, TrainingSession.round_id == round_id)


def standing_beside(db: Session, scope: Scope, round_id: int) -> list[PlacedSession]:
    """What is planned or held now of what a round teaches in its places, as far as its round is not over."""
    must_see(db, scope, round_id)
    mine, ahead = aliased(TrainingSession), aliased(TrainingSession)
    taught = select(mine.level, mine.subject, mine.place_id).where(mine.round_id == round_id).distinct()
    going_on = (
        exists()
        .where(ahead.round_id == TrainingSession.round_id, ahead.state == SessionState.PLANNED)
        .where(ahead.starts_at > now(db))
    )
    return _placed(
        db,
        TrainingSession.round_id != round_id,
        TrainingSession.round_id.in_(select(Round.id).where(Round.state == "accepted", planned_by(scope))),
        TrainingSession.state.in_(STANDS),
        TrainingSession.makes_up_id.is_(None),
        tuple_(TrainingSession.level, TrainingSession.subject, TrainingSession.place_id).in_(taught),
        going_on,
    )


def figures(placed: Collection[PlacedSession]) -> RoundFigures:
    """The numbers of a plan; a trainer's ways go from one venue to the next in order of days."""
    led: defaultdict[int, list[tuple[date, tuple[float, float] | None]]] = defaultdict(list)
    for each in placed:
        for person, _ in each.trainers:
            led[person] += [(day, each.venue_at) for day in each.days]
    km = 0.0
    for days in led.values():
        venues = [venue for _, venue in sorted(days, key=lambda led_on: led_on[0]) if venue is not None]
        km += sum(great_circle_km(here, there) for here, there in pairwise(venues))
    return RoundFigures(
        len(placed),
        max((each.days[-1] for each in placed), default=None),
        sum(len(each.days) for each in placed),
        len(led),
        max((len(days) for days in led.values()), default=0),
        km,
    )


def by_week(placed: Collection[PlacedSession]) -> dict[date, int]:
    """How many training sessions begin in the week of each Monday."""
    found: defaultdict[date, int] = defaultdict(int)
    for each in placed:
        found[each.days[0] - timedelta(days=each.days[0].weekday())] += 1
    return found


def _placed(db: Session, *where: ColumnElement[bool]) -> list[PlacedSession]:
    session = TrainingSession
    days = (
        select(func.array_agg(aggregate_order_by(Meeting.starts_at, Meeting.day)))
        .where(Meeting.session_id == session.id)
        .scalar_subquery()
    )
    leading = (
        select(SessionTrainer.session_id, SessionTrainer.person_id, Person.name)
        .join(Person, Person.id == SessionTrainer.person_id)
        .subquery()
    )
    trainers, names = (
        select(func.array_agg(aggregate_order_by(column, leading.c.name, leading.c.person_id), type_=ARRAY(kind)))
        .where(leading.c.session_id == session.id)
        .scalar_subquery()
        for column, kind in ((leading.c.person_id, BigInteger()), (leading.c.name, String()))
    )
    people = (
        select(func.array_agg(Invitation.person_id, type_=ARRAY(Integer())))
        .where(Invitation.session_id == session.id)
        .scalar_subquery()
    )
    statement = (
        select(
            session.id,
            session.code,
            session.state,
            session.level,
            session.subject,
            session.module_id,
            session.place_id,
            Place.name.label("place"),
            session.venue,
            School.lat,
            School.lon,
            session.starts_at,
            days.label("days"),
            trainers.label("trainers"),
            names.label("names"),
            people.label("people"),
        )
        .join(Place, Place.id == session.place_id)
        .outerjoin(School, School.id == session.venue_school_id)
        .where(*where)
        .order_by(session.starts_at, session.id)
    )
    return [
        PlacedSession(
            row.id,
            row.code,
            row.state,
            row.level,
            row.subject,
            row.module_id,
            row.place_id,
            row.place,
            row.venue,
            None if row.lat is None or row.lon is None else (row.lat, row.lon),
            tuple(day_of(at) for at in row.days),
            row.starts_at,
            tuple(zip(row.trainers or (), row.names or (), strict=True)),
            frozenset(row.people or ()),
        )
        for row in db.execute(statement)
    ]
