"""A proposed make-up is accepted: an ordinary training session that knows what each of its people makes up for."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clusters.calendar.rules import CalendarRules, why_closed
from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid
from clusters.modules.models import Module
from clusters.scope import Scope
from clusters.training.actions.accepting import one_planner_at_a_time, plan
from clusters.training.actions.drafting import insert_sessions
from clusters.training.actions.finding import changeable
from clusters.training.actions.moving import MOVERS, check_people_are_free
from clusters.training.catching_up import at_hours, propose
from clusters.training.models import Invitation, TrainingSession
from clusters.training.queries import sittings
from clusters.training.rules import Invitee, Proposal, Seat, SessionState


def make_up(
    db: Session,
    scope: Scope,
    session_id: int,
    calendar: CalendarRules,
    days: tuple[date, ...],
    trainer_id: int,
    venue_school_id: int,
) -> int:
    """Plan the make-up of a held training session on these days; returns its id. Everything is checked again.

    Invalid: a trainer or venue that was not proposed, too few people, another number of days. Conflict: a closed day,
    somebody or something taken on it, or not held.
    """
    session = changeable(db, scope, session_id, MOVERS)
    if session.state is not SessionState.HELD:
        raise Conflict("session_not_held", code=session.code)
    one_planner_at_a_time(db)
    proposed = propose(db, scope, session_id, calendar)
    venue = next((each for each in proposed.venues if each.school_id == venue_school_id), None)
    if not proposed.enough:
        raise Invalid("make_up_too_few", code=session.code)
    if venue is None or trainer_id not in {each.person_id for each in proposed.trainers}:
        raise Invalid("make_up_unknown")
    like = sittings(db, scope, [session_id])[session_id]
    if len(days) != len(like):
        raise Invalid("make_up_days", days=len(like))
    for day in days:
        closed = why_closed(day, calendar)
        if closed:
            raise Conflict("day_closed", day=day, why=closed[0].name)
    meetings = at_hours(like, sorted(days))
    if meetings[0].starts_at <= now(db):
        raise Invalid("move_into_the_past", code=session.code)
    number = db.scalar(select(Module.number).where(Module.id == session.module_id)) or 1
    proposal = Proposal(
        session.level,
        session.subject,
        proposed.place_id,
        venue.name,
        venue.school_id,
        (trainer_id,),
        meetings,
        tuple(Invitee(each.person_id, each.school_id) for each in proposed.people),
        proposed.capacity,
        number,
    )
    [new_id] = insert_sessions(db, scope, [proposal], SessionState.DRAFT, session.round_id)
    missed = {each.person_id: each.invitation_id for each in proposed.people}
    for invitation in db.scalars(select(Invitation).where(Invitation.session_id == new_id)):
        invitation.seat, invitation.makes_up_id = Seat.MAKE_UP, missed[invitation.person_id]
    db.execute(
        update(TrainingSession)
        .where(TrainingSession.id == new_id)
        .values(makes_up_id=session_id, module_id=session.module_id)
    )
    db.flush()
    check_people_are_free(db, new_id, meetings)
    plan(db, [db.get_one(TrainingSession, new_id, populate_existing=True)])
    record(db, "make-up planned", "training_session", session_id, new={"session": new_id, "people": len(missed)})
    return new_id
