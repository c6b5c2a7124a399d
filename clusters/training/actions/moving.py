"""A planned training session gets another day, time or venue, or is called off."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Date, Subquery, cast, delete, false, func, insert, select, true, union_all
from sqlalchemy.orm import Session, aliased

from clusters.kernel.audit import record
from clusters.kernel.clock import KARACHI, day_of, now
from clusters.kernel.errors import Conflict, Invalid, NotFound
from clusters.kernel.facts import note
from clusters.people.rules import PLANNERS, PostRole
from clusters.scope import Scope
from clusters.structure.queries import school as find_school
from clusters.training.actions.accepting import CODE_RESTS, book, one_planner_at_a_time
from clusters.training.actions.finding import changeable
from clusters.training.facts import SessionCancelled, SessionMoved
from clusters.training.models import (
    AttendanceReport,
    Booking,
    CodeHold,
    Invitation,
    Meeting,
    SessionTrainer,
    TrainingSession,
)
from clusters.training.rules import SessionState, Sitting, faults

MOVERS = (*PLANNERS, PostRole.CIRCLE_TRAINER)


def move(
    db: Session,
    scope: Scope,
    session_id: int,
    sittings: Sequence[Sitting],
    *,
    venue: str | None = None,
    venue_school_id: int | None = None,
) -> bool:
    """Give a planned training session new meeting days and, if named, a new venue; False when nothing changed.

    Days that have begun or were reported stay as they are. Invalid: days in the past or out of order, a school outside
    the scope. Conflict: not planned any more; a trainer, the venue or an invited person stands elsewhere on that day.
    """
    session = changeable(db, scope, session_id, MOVERS)
    _check_planned(session)
    fault = faults(sittings)
    if fault:
        raise Invalid(fault)
    old = _meetings(db, session_id)
    _check_days_ahead(db, session, old, sittings)
    if venue_school_id is not None and venue_school_id != session.venue_school_id:
        venue = _venue(db, scope, venue_school_id)
    elif venue_school_id is not None:
        venue = session.venue
    changed_venue = venue is not None and (venue, venue_school_id) != (session.venue, session.venue_school_id)
    if list(sittings) == old and not changed_venue:
        return False
    one_planner_at_a_time(db)
    check_people_are_free(db, session_id, sittings)
    fact = _moved(session, old, sittings)
    before = {"starts_at": session.starts_at.isoformat(), "venue": session.venue}
    if venue is not None and changed_venue:
        session.venue, session.venue_school_id = venue, venue_school_id
    session.starts_at, session.ends_at = sittings[0].starts_at, sittings[-1].ends_at
    session.revision += 1
    _rebook(db, session, sittings)
    record(
        db,
        "moved",
        "training_session",
        session_id,
        old=before,
        new={"starts_at": session.starts_at.isoformat(), "venue": session.venue},
    )
    note(db, fact)
    return True


def call_off(db: Session, scope: Scope, session_id: int, why: str) -> None:
    """Call a planned training session off; its days are free again, its code rests."""
    session = changeable(db, scope, session_id, MOVERS)
    _check_planned(session)
    session.state, session.called_off_why = SessionState.CANCELLED, why
    session.revision += 1
    db.execute(delete(Booking).where(Booking.session_id == session_id))
    record(db, "called off", "training_session", session_id, why=why)
    note(db, SessionCancelled(session_id, why))


def _check_planned(session: TrainingSession) -> None:
    if session.state is not SessionState.PLANNED:
        raise Conflict("session_not_planned", code=session.code, state=session.state.value)


def _moved(session: TrainingSession, old: Sequence[Sitting], new: Sequence[Sitting]) -> SessionMoved:
    """The fact of a move, of the first day that changed."""
    changed = next((day for day, (was, is_) in enumerate(zip(old, new, strict=False)) if was != is_), 0)
    starts_at = new[changed].starts_at if changed else None
    return SessionMoved(session.id, old[changed].starts_at, session.venue, starts_at)


def _check_days_ahead(db: Session, session: TrainingSession, old: Sequence[Sitting], new: Sequence[Sitting]) -> None:
    """What has begun or was reported stays; nothing is put into the past, and some day is still ahead."""
    at = now(db)
    begun = [sitting for sitting in old if sitting.starts_at <= at]
    if list(new[: len(begun)]) != begun or any(sitting.starts_at <= at for sitting in new[len(begun) :]):
        raise Invalid("move_into_the_past", code=session.code)
    if len(new) == len(begun):
        raise Invalid("move_into_the_past", code=session.code)
    reported = db.scalars(
        select(AttendanceReport.day).where(AttendanceReport.session_id == session.id, AttendanceReport.counts)
    )
    if any(day > len(new) or new[day - 1] != old[day - 1] for day in reported):
        raise Conflict("day_reported", code=session.code)


def _meetings(db: Session, session_id: int) -> list[Sitting]:
    rows = db.execute(
        select(Meeting.starts_at, Meeting.ends_at).where(Meeting.session_id == session_id).order_by(Meeting.day)
    )
    return [Sitting(starts_at, ends_at) for starts_at, ends_at in rows]


def _venue(db: Session, scope: Scope, school_id: int) -> str:
    try:
        return find_school(db, scope, school_id).name
    except NotFound as error:
        raise Invalid("venue_unknown") from error


def check_people_are_free(db: Session, session_id: int, sittings: Sequence[Sitting]) -> None:
    """Nobody is invited to two sessions on a day, nor to one while she leads another; who leads two, bookings find."""
    mine, theirs = _people("mine"), _people("theirs")
    days = {day_of(sitting.starts_at) for sitting in sittings}
    near = timedelta(days=1)
    clashes = Counter(
        code
        for code, starts_at in db.execute(
            select(TrainingSession.code, Meeting.starts_at)
            .join(Meeting, Meeting.session_id == TrainingSession.id)
            .join(theirs, theirs.c.session_id == TrainingSession.id)
            .join(mine, mine.c.person_id == theirs.c.person_id)
            .where(
                mine.c.session_id == session_id,
                ~(mine.c.leads & theirs.c.leads),
                TrainingSession.id != session_id,
                TrainingSession.state == SessionState.PLANNED,
                Meeting.starts_at > sittings[0].starts_at - near,
                Meeting.starts_at < sittings[-1].ends_at + near,
            )
        )
        if day_of(starts_at) in days
    )
    if clashes:
        code, people = clashes.most_common(1)[0]
        raise Conflict("invited_elsewhere", people=people, other=code)


def check_nobody_is_twice(db: Session, session_ids: Collection[int]) -> None:
    """The same for many training sessions at once, as they stand by now."""
    mine, theirs, here, there = _people("mine"), _people("theirs"), aliased(Meeting), aliased(Meeting)
    clashes = Counter(
        db.scalars(
            select(TrainingSession.code)
            .select_from(mine)
            .join(here, here.session_id == mine.c.session_id)
            .join(theirs, (theirs.c.person_id == mine.c.person_id) & (theirs.c.session_id != mine.c.session_id))
            .join(there, (there.session_id == theirs.c.session_id) & (_day(there) == _day(here)))
            .join(TrainingSession, TrainingSession.id == theirs.c.session_id)
            .where(
                mine.c.session_id.in_(session_ids),
                ~(mine.c.leads & theirs.c.leads),
                TrainingSession.state == SessionState.PLANNED,
            )
        )
    )
    if clashes:
        code, people = clashes.most_common(1)[0]
        raise Conflict("invited_elsewhere", people=people, other=code)


def _day(meeting: type[Meeting]) -> ColumnElement[date]:
    return cast(func.timezone(KARACHI.key, meeting.starts_at), Date)


def _people(name: str) -> Subquery:
    """Everybody who is invited to a training session or leads it."""
    return union_all(
        select(Invitation.session_id, Invitation.person_id, false().label("leads")),
        select(SessionTrainer.session_id, SessionTrainer.person_id, true().label("leads")),
    ).subquery(name)


def _rebook(db: Session, session: TrainingSession, sittings: Sequence[Sitting]) -> None:
    db.execute(delete(Booking).where(Booking.session_id == session.id))
    db.execute(delete(Meeting).where(Meeting.session_id == session.id))
    db.execute(
        insert(Meeting),
        [
            {"session_id": session.id, "day": day, "starts_at": sitting.starts_at, "ends_at": sitting.ends_at}
            for day, sitting in enumerate(sittings, 1)
        ],
    )
    leaders = list(db.scalars(select(SessionTrainer.person_id).where(SessionTrainer.session_id == session.id)))
    book(db, {session.id: session.venue_school_id}, {session.id: leaders})
    for hold in db.scalars(select(CodeHold).where(CodeHold.session_id == session.id)):
        end = day_of(session.ends_at) + CODE_RESTS
        if hold.during.upper is None or hold.during.upper < end:
            hold.during = type(hold.during)(hold.during.lower, end, bounds="[)")
