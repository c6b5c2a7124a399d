"""A training session that was called off takes place after all."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid
from clusters.kernel.facts import note
from clusters.scope import Scope
from clusters.training.actions.accepting import book, one_planner_at_a_time
from clusters.training.actions.finding import changeable
from clusters.training.actions.moving import MOVERS, check_people_are_free
from clusters.training.facts import SessionReinstated
from clusters.training.models import Meeting, SessionTrainer
from clusters.training.rules import SessionState, Sitting


def reinstate(db: Session, scope: Scope, session_id: int) -> None:
    """Plan a called-off training session again, on its days and at its venue; its code rested and is its own still.

    Conflict: it is not called off; somebody or the venue is needed elsewhere by now. Invalid: it would have begun.
    """
    session = changeable(db, scope, session_id, MOVERS)
    if session.state is not SessionState.CANCELLED:
        raise Conflict("session_not_called_off", code=session.code)
    if session.starts_at <= now(db):
        raise Invalid("move_into_the_past", code=session.code)
    one_planner_at_a_time(db)
    days = select(Meeting.starts_at, Meeting.ends_at).where(Meeting.session_id == session_id).order_by(Meeting.day)
    check_people_are_free(db, session_id, [Sitting(*row) for row in db.execute(days)])
    leaders = list(db.scalars(select(SessionTrainer.person_id).where(SessionTrainer.session_id == session_id)))
    book(db, {session_id: session.venue_school_id}, {session_id: leaders})
    session.state, session.called_off_why = SessionState.PLANNED, None
    session.revision += 1
    record(db, "reinstated", "training_session", session_id)
    note(db, SessionReinstated(session_id))
