"""Reads what a make-up session is proposed from: who missed what, who could lead it where, and which days are taken."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from clusters.calendar.rules import CalendarRules, is_training_day
from clusters.cascade.rules import CascadeRules, Level
from clusters.kernel.clock import KARACHI, day_of, today
from clusters.people.models import Person, Post
from clusters.people.queries import held_on
from clusters.people.rules import LEARNERS, PostRole
from clusters.scope import Scope
from clusters.structure.models import Place, School
from clusters.structure.rules import PlaceKind
from clusters.training.make_up import FEWEST, HORIZON, NOTICE, Missed, Slot, day_runs, first_slot, gathered
from clusters.training.models import Booking, Invitation, Meeting, SessionTrainer, TrainingSession
from clusters.training.presence import has_make_up_ahead, outcomes
from clusters.training.queries import SessionRow, Trainer, seen_by, sittings, training_session
from clusters.training.rules import Outcome, Seat, SessionState, Sitting

LEADERS = {
    Level.TEACHER: PostRole.CIRCLE_TRAINER,
    Level.CIRCLE: PostRole.MASTER_TRAINER,
    Level.MASTER: PostRole.CORE_TEAM,
}
CAPACITY = 40


@dataclass(frozen=True, slots=True)
class Venue:
    """A school where a make-up may be held."""

    school_id: int
    name: str


@dataclass(frozen=True, slots=True)
class MakeUp:
    """A make-up as it is proposed: for whom, where it belongs, and the first free days; `slot` None when none is free.

    `left` missed it too and do not fit; `place_id` is the circle when several clusters come together.
    """

    of: SessionRow
    people: tuple[Missed, ...]
    left: int
    place_id: int
    trainers: tuple[Trainer, ...]
    venues: tuple[Venue, ...]
    slot: Slot | None
    sittings: tuple[Sitting, ...]
    capacity: int

    @property
    def enough(self) -> bool:
        """Are there people enough to hold one?"""
        return len(self.people) >= FEWEST


def missed_of(db: Session, scope: Scope, session_ids: Collection[int]) -> list[Missed]:
    """Those who missed these training sessions and have no make-up ahead, by session and row."""
    each = outcomes(
        seen_by(scope),
        TrainingSession.id.in_(session_ids),
        Invitation.seat != Seat.WALK_IN,
        ~has_make_up_ahead(),
    ).subquery()
    statement: Select[*tuple[Any, ...]] = (
        select(
            each.c.invitation_id,
            Person.id,
            Person.name,
            each.c.school_id,
            func.coalesce(School.name, ""),
            each.c.session_id,
            each.c.place_id,
            Place.name,
        )
        .join(Person, Person.id == each.c.person_id)
        .join(Place, Place.id == each.c.place_id)
        .outerjoin(School, School.id == each.c.school_id)
        .where(each.c.outcome == Outcome.ABSENT.value)
        .order_by(each.c.session_id, each.c.invitation_id)
    )
    return [Missed(*row) for row in db.execute(statement)]


def propose(
    db: Session, scope: Scope, session_id: int, calendar: CalendarRules, *, from_date: date | None = None
) -> MakeUp:
    """The make-up of a held training session: its absent, joined by the neighbouring clusters' when they are few."""
    row = training_session(db, scope, session_id)
    own = missed_of(db, scope, [session_id])
    circle = ".".join(row.training_path.split(".")[:2]) + "." if row.training_path.count(".") > 1 else row.training_path
    near = missed_of(db, scope, _neighbours(db, scope, row, circle)) if row.level is Level.TEACHER else []
    rules = CascadeRules().of(row.level)
    capacity = min(row.capacity, rules.capacity) or CAPACITY
    people = gathered(own, near, capacity, _staff(db, {each.school_id for each in (*own, *near)}))
    places = {each.place_id for each in people}
    place_id = row.place_id if places <= {row.place_id} else _place_of(db, circle, row.place_id)
    leaders: list[Trainer] = _leaders(db, row, circle)
    venues = _venues(db, row, circle)
    first = max(from_date or date.min, today(db) + NOTICE)
    run_of = sittings(db, scope, [session_id])[session_id]
    slot = first_slot(
        day_runs(first, len(run_of), lambda day: is_training_day(day, calendar)),
        [each.person_id for each in leaders],
        [each.school_id for each in venues],
        _booked(db, first),
        _wanted(db, first, {each.person_id for each in people} | {each.person_id for each in leaders}),
        {each.person_id for each in people},
    )
    return MakeUp(
        row,
        people,
        len(own) - sum(each.session_id == session_id for each in people),
        place_id,
        tuple(leaders),
        tuple(venues),
        slot,
        at_hours(run_of, slot.days) if slot else (),
        capacity,
    )


def at_hours(like: Sequence[Sitting], days: Sequence[date]) -> tuple[Sitting, ...]:
    """Meetings on other days at the hours of those that were missed."""
    return tuple(
        Sitting(_at(day, each.starts_at), _at(day, each.ends_at)) for each, day in zip(like, days, strict=True)
    )


def _at(day: date, hour: datetime) -> datetime:
    return datetime.combine(day, hour.astimezone(KARACHI).time(), tzinfo=KARACHI)


def _neighbours(db: Session, scope: Scope, row: SessionRow, circle: str) -> list[int]:
    """Held sessions of the same hand-over in the circle: round, level, subject and module are the same."""
    one = select(TrainingSession.module_id).where(TrainingSession.id == row.id).scalar_subquery()
    return list(
        db.scalars(
            select(TrainingSession.id).where(
                seen_by(scope),
                TrainingSession.id != row.id,
                TrainingSession.state == SessionState.HELD,
                TrainingSession.makes_up_id.is_(None),
                TrainingSession.training_path.startswith(circle, autoescape=True),
                TrainingSession.round_id.is_not_distinct_from(row.round_id),
                TrainingSession.level == row.level,
                TrainingSession.subject == row.subject,
                TrainingSession.module_id.is_not_distinct_from(one),
            )
        )
    )


def _place_of(db: Session, path: str, otherwise: int) -> int:
    return (
        db.scalar(select(Place.id).where(Place.path == path, Place.kind == PlaceKind.CIRCLE, Place.closed_on.is_(None)))
        or otherwise
    )


def _leaders(db: Session, row: SessionRow, circle: str) -> list[Trainer]:
    """Who led it, then who trains that level of the subject there."""
    led = db.execute(
        select(Person.id, Person.name)
        .join(SessionTrainer, SessionTrainer.person_id == Person.id)
        .where(SessionTrainer.session_id == row.id)
        .order_by(Person.id)
    )
    steps = circle.split(".")[:-1]
    above = ["".join(f"{step}." for step in steps[:depth]) for depth in range(len(steps) + 1)]
    others = db.execute(
        select(Person.id, Person.name)
        .join(Post, Post.person_id == Person.id)
        .where(
            Post.role == LEADERS[row.level],
            Post.training_path.in_(above),
            or_(Post.subject.is_(None), Post.subject == row.subject),
            held_on(today(db)),
        )
        .order_by(Person.id)
    )
    found = [Trainer(person_id, name) for rows in (led, others) for person_id, name in rows]
    return list(dict.fromkeys(found))


def _venues(db: Session, row: SessionRow, circle: str) -> list[Venue]:
    """Where it was held, then the host schools of the circle's clusters."""
    held = db.execute(select(School.id, School.name).where(School.id == row.venue_school_id))
    hosts = db.execute(
        select(School.id, School.name)
        .join(Place, Place.host_school_id == School.id)
        .where(Place.path.startswith(circle, autoescape=True), Place.kind == PlaceKind.CLUSTER)
        .where(Place.closed_on.is_(None))
        .order_by(Place.path)
    )
    found = [Venue(school_id, name) for rows in (held, hosts) for school_id, name in rows]
    return list(dict.fromkeys(found))


def _booked(db: Session, first: date) -> set[tuple[int | None, int | None, date]]:
    rows = db.execute(
        select(Booking.person_id, Booking.school_id, Booking.day).where(
            Booking.day >= first, Booking.day <= first + HORIZON
        )
    )
    return {(person_id, school_id, day) for person_id, school_id, day in rows}


def _wanted(db: Session, first: date, people: Collection[int]) -> dict[date, set[int]]:
    """Who of these people sits in another planned training session on which day."""
    from_ = datetime.combine(first, datetime.min.time(), tzinfo=KARACHI)
    rows = db.execute(
        select(Meeting.starts_at, Invitation.person_id)
        .join(TrainingSession, TrainingSession.id == Meeting.session_id)
        .join(Invitation, Invitation.session_id == TrainingSession.id)
        .where(
            TrainingSession.state == SessionState.PLANNED,
            Invitation.person_id.in_(people),
            Meeting.starts_at >= from_,
            Meeting.starts_at < from_ + HORIZON + timedelta(days=1),
        )
    )
    found: dict[date, set[int]] = defaultdict(set)
    for starts_at, person_id in rows:
        found[day_of(starts_at)].add(person_id)
    return found


def _staff(db: Session, schools: Collection[int | None]) -> dict[int, int]:
    rows = db.execute(
        select(Post.school_id, func.count(Post.person_id.distinct()))
        .where(Post.school_id.in_(schools), Post.role.in_(LEARNERS), held_on(today(db)))
        .group_by(Post.school_id)
    )
    return {school_id: count for school_id, count in rows if school_id is not None}
