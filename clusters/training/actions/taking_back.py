"""Makes an accepted round a draft again, as long as nothing depends on it."""

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from clusters.cascade.models import Round
from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, NotFound
from clusters.kernel.facts import note
from clusters.scope import Scope
from clusters.training.actions.accepting import one_planner_at_a_time
from clusters.training.facts import SessionsUnscheduled
from clusters.training.models import AttendanceReport, Booking, CodeHold, TrainingSession
from clusters.training.rounds import planned_by
from clusters.training.rules import SessionState

OF_ACCEPTING = ("newcomers", "left_out")
"""What accepting wrote into the summary of a round."""


def take_round_back(db: Session, scope: Scope, round_id: int) -> int:
    """Make every planned training session of a round a draft again; returns how many.

    Conflict when it is not accepted, when one of them has begun, was moved, called off or had its sheet printed, and,
    from the reaction, when a text about one has gone.
    """
    wanted = select(Round).where(Round.id == round_id, Round.state != "discarded").with_for_update()
    round_ = db.scalar(wanted if scope.person_id is None else wanted.where(planned_by(scope)))
    if round_ is None:
        raise NotFound("round", id=round_id)
    if round_.state != "accepted":
        raise Conflict("round_not_accepted", name=round_.name)
    if "replaced" in round_.summary:
        raise Conflict("round_replaced", name=round_.name)
    one_planner_at_a_time(db)
    of_round = TrainingSession.round_id == round_id
    begun = or_(
        TrainingSession.state == SessionState.HELD,
        TrainingSession.starts_at <= now(db),
        exists().where(AttendanceReport.session_id == TrainingSession.id),
    )
    planned = (of_round, TrainingSession.state != SessionState.DRAFT)
    if count := db.scalar(select(func.count()).select_from(TrainingSession).where(*planned, begun)):
        raise Conflict("round_begun", name=round_.name, sessions=count)
    touched = or_(
        TrainingSession.state == SessionState.CANCELLED,
        TrainingSession.revision > 1,
        TrainingSession.sheet_printed_at.is_not(None),
    )
    if count := db.scalar(select(func.count()).select_from(TrainingSession).where(*planned, touched)):
        raise Conflict("round_changed_since", name=round_.name, sessions=count)
    ids = list(db.scalars(select(TrainingSession.id).where(*planned).order_by(TrainingSession.id).with_for_update()))
    for table in (Booking, CodeHold):
        db.execute(delete(table).where(table.session_id.in_(ids)))
    db.execute(
        update(TrainingSession).where(TrainingSession.id.in_(ids)).values(state=SessionState.DRAFT, code=None),
        execution_options={"synchronize_session": False},
    )
    round_.state, round_.accepted_at = "draft", None
    round_.summary = {name: said for name, said in round_.summary.items() if name not in OF_ACCEPTING}
    record(db, "took back", "round", round_id, new={"sessions": len(ids)})
    note(db, SessionsUnscheduled(tuple(ids), round_.name))
    return len(ids)
