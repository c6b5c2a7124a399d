"""People join the list of a training session, wait for a place, get it in their turn, or leave the wait list."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.cascade.rules import Level
from clusters.kernel.audit import record
from clusters.kernel.clock import now, today
from clusters.kernel.errors import Conflict, Invalid, NotFound
from clusters.kernel.facts import note
from clusters.people.models import Post
from clusters.people.queries import held_on
from clusters.people.rules import LEARNERS, OFFICE, PostRole
from clusters.scope import Scope
from clusters.training.actions.finding import changeable
from clusters.training.facts import (
    CapacityChanged,
    InvitationAnswered,
    PlaceGiven,
    WaitListJoined,
)
from clusters.training.models import Invitation, TrainingSession, Waiting, WalkIn
from clusters.training.queries import invitable
from clusters.training.rules import Answer, Seat, SessionState
from clusters.training.seats import Room, Waiter, next_row, next_seated

LIST_KEEPERS = (*OFFICE, PostRole.CIRCLE_TRAINER, PostRole.MASTER_TRAINER)
MOST_SEATS = 200


@dataclass(frozen=True, slots=True)
class Joined:
    """Where somebody who was added stands: with a row of the sheet, or on the wait list with so many before her."""

    row: int | None
    before: int = 0


def add(db: Session, scope: Scope, session_id: int, person_id: int) -> Joined:
    """Put somebody of the cluster or circle on the list: with a place if there is one, else on the wait list.

    Conflict: on a list already, begun, called off. NotFound: nobody who may be invited there.
    """
    session = changeable(db, scope, session_id, LIST_KEEPERS)
    _check_ahead(db, session)
    if not invitable(db, scope, session_id, person_id=person_id):
        raise NotFound("person", id=person_id)
    known = db.scalar(select(Invitation).where(Invitation.session_id == session_id, Invitation.person_id == person_id))
    if known is not None and known.answer is not Answer.NO:
        raise Conflict("invited_already", row=known.row)
    school_id = school_of(db, session, person_id)
    room = room_of(db, session, coming=school_id)
    if room.has_place_for(school_id) and not _waiting(db, session_id):
        row = give_place(db, session, person_id, school_id, Seat.ADDED)
        record(db, "added to the list", "training_session", session_id, new={"person": person_id, "row": row})
        return Joined(row)
    before = join_wait_list(db, session, person_id, school_id)
    record(db, "added to the wait list", "training_session", session_id, new={"person": person_id})
    return Joined(None, before)


def leave_wait_list(db: Session, scope: Scope, session_id: int, person_id: int) -> None:
    """Take somebody off the wait list; her place in it is lost."""
    session = changeable(db, scope, session_id, LIST_KEEPERS)
    waits = next((row for row in _waiting(db, session.id) if row.person_id == person_id), None)
    if waits is None:
        raise NotFound("waiting", person=person_id)
    waits.left_at = now(db)
    record(db, "left the wait list", "training_session", session_id, old={"person": person_id})


def set_capacity(db: Session, scope: Scope, session_id: int, capacity: int) -> None:
    """Say how many the room holds; places that come free with it go to who waits. Invalid: fewer than are seated."""
    session = changeable(db, scope, session_id, LIST_KEEPERS)
    _check_ahead(db, session)
    seated = len(room_of(db, session).seated)
    if not max(seated, 1) <= capacity <= MOST_SEATS:
        raise Invalid("capacity_unfit", seated=max(seated, 1), most=MOST_SEATS)
    if capacity == session.capacity:
        return
    old, session.capacity = session.capacity, capacity
    record(db, "capacity changed", "training_session", session_id, old={"capacity": old}, new={"capacity": capacity})
    note(db, CapacityChanged(session_id))


def fill_places(db: Session, fact: InvitationAnswered | CapacityChanged) -> None:
    """A reaction: whoever waits longest gets the place that came free, and will be told."""
    if isinstance(fact, InvitationAnswered) and fact.answer is not Answer.NO:
        return
    session = db.scalar(select(TrainingSession).where(TrainingSession.id == fact.session_id).with_for_update())
    if session is None or session.state is not SessionState.PLANNED or session.starts_at <= now(db):
        return
    waiting = _waiting(db, session.id)
    if not waiting:
        return
    for each in next_seated([Waiter(row.person_id, row.school_id) for row in waiting], room_of(db, session)):
        waits = next(row for row in waiting if row.person_id == each.person_id)
        waits.left_at, waits.seated = now(db), True
        row = give_place(db, session, each.person_id, each.school_id, Seat.WAITED)
        record(db, "place given", "training_session", session.id, new={"person": each.person_id, "row": row})


def give_place(
    db: Session,
    session: TrainingSession,
    person_id: int,
    school_id: int | None,
    seat: Seat,
    makes_up: int | None = None,
) -> int:
    """Seat a person, whose row is a further one of the sheet unless she has one; returns it."""
    known = db.scalar(select(Invitation).where(Invitation.session_id == session.id, Invitation.person_id == person_id))
    if known is not None:  # she had said no: her wish to come after all is the answer
        known.answer, known.answered_at, known.answered_via, known.reason = Answer.YES, now(db), "wait list", None
        row = known.row
    else:
        row = free_row(db, session.id)
        db.add(
            Invitation(
                session_id=session.id,
                person_id=person_id,
                school_id=school_id,
                row=row,
                seat=seat,
                makes_up_id=makes_up,
            )
        )
    db.flush()
    note(db, PlaceGiven(session.id, person_id, waited=seat is Seat.WAITED))
    return row


def join_wait_list(db: Session, session: TrainingSession, person_id: int, school_id: int | None) -> int:
    """Put a person at the end of the wait list; returns how many are before her. Conflict: she waits already."""
    waiting = _waiting(db, session.id)
    if any(row.person_id == person_id for row in waiting):
        raise Conflict("waits_already", code=session.code)
    actor = db.info.get("actor")
    db.add(
        Waiting(
            session_id=session.id,
            person_id=person_id,
            school_id=school_id,
            since=now(db),
            by_person_id=actor.person_id if actor else None,
        )
    )
    db.flush()
    note(db, WaitListJoined(session.id, person_id))
    return len(waiting)


def room_of(db: Session, session: TrainingSession, *, coming: int | None = None, without: int | None = None) -> Room:
    """The room of a training session, with the staff of every school in question; walk-ins sit on chairs of their own.

    `coming` is the school of somebody who may get a place, `without` a person who shall not be counted.
    """
    seated = tuple(
        db.scalars(
            select(Invitation.school_id).where(
                Invitation.session_id == session.id,
                Invitation.seat != Seat.WALK_IN,
                Invitation.answer.is_distinct_from(Answer.NO),
                Invitation.person_id.is_distinct_from(without),
            )
        )
    )
    waiting = (row.school_id for row in _waiting(db, session.id))
    return Room(session.capacity, seated, _staff(db, {*seated, *waiting, coming}))


def free_row(db: Session, session_id: int) -> int:
    """The next row of a sheet that was never given."""
    rows = db.scalars(
        select(Invitation.row)
        .where(Invitation.session_id == session_id)
        .union_all(select(WalkIn.row).where(WalkIn.session_id == session_id, WalkIn.row.is_not(None)))
    )
    return next_row(row for row in rows if row is not None)


def school_of(db: Session, session: TrainingSession, person_id: int) -> int | None:
    """The school from which a person comes to a training session; trainers come from none."""
    return _school_of(db, person_id) if session.level is Level.TEACHER else None


def _check_ahead(db: Session, session: TrainingSession) -> None:
    if session.state is not SessionState.PLANNED:
        raise Conflict("session_not_planned", code=session.code, state=session.state.value)
    if session.starts_at <= now(db):
        raise Conflict("session_begun", code=session.code)


def _waiting(db: Session, session_id: int) -> list[Waiting]:
    """Who waits, the longest first."""
    return list(
        db.scalars(
            select(Waiting).where(Waiting.session_id == session_id, Waiting.left_at.is_(None)).order_by(Waiting.id)
        )
    )


def _school_of(db: Session, person_id: int) -> int | None:
    return db.scalar(
        select(Post.school_id)
        .where(Post.person_id == person_id, Post.role.in_(LEARNERS), held_on(today(db)))
        .order_by(Post.id)
        .limit(1)
    )


def _staff(db: Session, schools: Iterable[int | None]) -> dict[int, int]:
    """How many teachers each of some schools has today."""
    rows = db.execute(
        select(Post.school_id, func.count(Post.person_id.distinct()))
        .where(
            Post.school_id.in_({school for school in schools if school is not None}),
            Post.role.in_(LEARNERS),
            held_on(today(db)),
        )
        .group_by(Post.school_id)
    )
    return {school_id: count for school_id, count in rows if school_id is not None}
