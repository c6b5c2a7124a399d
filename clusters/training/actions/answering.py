"""An invited person answers."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, NotFound
from clusters.kernel.facts import note
from clusters.people.rules import OFFICE
from clusters.scope import Scope
from clusters.training.actions.finding import leads
from clusters.training.actions.seating import join_wait_list, room_of
from clusters.training.facts import InvitationAnswered
from clusters.training.models import Invitation, TrainingSession, Waiting
from clusters.training.rules import Answer, SessionState


def answer(
    db: Session,
    scope: Scope,
    session_id: int,
    person_id: int,
    given: Answer | None,
    via: str,
    reason: str | None = None,
) -> Answer | None:
    """Write down what an invited person answered (None takes it back); returns what she had answered before.

    She answers for herself; who leads the training session or works in its office may write her answer down. A no
    before the start is an apology: her place goes to who waits. Who said no and would come after all joins the wait
    list when no place is left, and her no stands until she gets one.
    """
    session = db.scalar(select(TrainingSession).where(TrainingSession.id == session_id).with_for_update())
    invitation = db.scalar(
        select(Invitation)
        .where(Invitation.session_id == session_id, Invitation.person_id == person_id)
        .with_for_update()
    )
    if session is None or invitation is None or not _may_answer(db, scope, session, person_id):
        raise NotFound("invitation", session=session_id)
    if session.state is not SessionState.PLANNED:
        raise Conflict("session_not_planned", code=session.code, state=session.state.value)
    before = invitation.answer
    waits = db.scalar(
        select(Waiting).where(
            Waiting.session_id == session_id, Waiting.person_id == person_id, Waiting.left_at.is_(None)
        )
    )
    if before is Answer.NO and given is not Answer.NO:
        room = room_of(db, session, coming=invitation.school_id, without=person_id)
        if waits is None and not room.has_place_for(invitation.school_id):
            join_wait_list(db, session, person_id, invitation.school_id)
        if waits is not None or not room.has_place_for(invitation.school_id):
            return before
    if waits is not None:
        waits.left_at = now(db)
    invitation.answer, invitation.reason = given, reason
    invitation.answered_at = now(db) if given else None
    invitation.answered_via = via if given else None
    invitation.answers += 1
    note(db, InvitationAnswered(session_id, person_id, given, before))
    return before


def _may_answer(db: Session, scope: Scope, session: TrainingSession, person_id: int) -> bool:
    return (
        scope.person_id == person_id
        or scope.covers(session.training_path, session.admin_path, OFFICE)
        or leads(db, scope, session.id)
    )
