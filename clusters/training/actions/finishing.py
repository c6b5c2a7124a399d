"""Who leads a training session says that it took place, before anybody counts who came; and takes it back."""

from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid
from clusters.kernel.facts import note
from clusters.scope import Scope
from clusters.training.actions.attending import REPORTERS, days_of, settle
from clusters.training.actions.finding import changeable
from clusters.training.facts import SessionFinished
from clusters.training.rules import SessionState, report_window


def finish(db: Session, scope: Scope, session_id: int) -> None:
    """The training session took place. Said twice it stays as it was said first.

    Invalid: its last day has not begun, or ended more than two days ago. Conflict: called off.
    """
    session = changeable(db, scope, session_id, REPORTERS)
    if session.state is SessionState.CANCELLED:
        raise Conflict("session_called_off", code=session.code)
    days, at = days_of(db, session_id), now(db)
    begins, (_, closes) = days[-1].starts_at, report_window(session.starts_at, session.ends_at)
    if at < begins:
        raise Invalid("finished_too_early", code=session.code, starts=begins)
    if at >= closes:
        raise Invalid("finished_too_late", code=session.code, closed=closes)
    if session.finished_at is not None:
        return
    session.finished_at = at
    settle(db, session, days)
    record(db, "finished", "training_session", session_id)
    note(db, SessionFinished(session_id))


def reopen(db: Session, scope: Scope, session_id: int) -> None:
    """Nobody said so after all: its reports decide again whether it was held. Conflict when nobody had."""
    session = changeable(db, scope, session_id, REPORTERS)
    if session.finished_at is None:
        raise Conflict("not_finished", code=session.code)
    session.finished_at = None
    settle(db, session, days_of(db, session_id))
    record(db, "finished undone", "training_session", session_id)
    note(db, SessionFinished(session_id))
