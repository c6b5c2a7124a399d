"""Somebody has what is hers alone forgotten; the sheets of attendance stay, as the official record."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from clusters.training.models import Invitation, TrainingSession
from cop.communities.looking_after import forget as forget_communities
from cop.consent.actions import forget as forget_consent
from cop.introductions.actions import forget as forget_introductions
from cop.knowledge.actions import forget as forget_notes
from cop.questions.actions import forget as forget_questions
from cop.ties.actions import forget as forget_ties
from cop.ties.by_link import join, leave, name_peers, withdraw
from messaging.inbound.actions import forget_sender

__all__ = ["forget", "join", "leave", "name_peers", "withdraw"]


def forget(db: Session, scope: Scope) -> None:
    """Delete notes, ties, memberships and answers of the scope's own person.

    Ties go in both directions. Answers to invitations of what lies ahead stay, so that she is expected.
    """
    own = scope.person_id
    if own is None:
        raise NotFound("person")
    forget_notes(db, own)
    texts = forget_ties(db, own)
    forget_consent(db, own)
    forget_questions(db, own)
    forget_communities(db, own)
    forget_introductions(db, own)
    forget_sender(db, texts)
    over = select(TrainingSession.id).where(func.coalesce(TrainingSession.ends_at, TrainingSession.starts_at) < now(db))
    db.execute(
        update(Invitation)
        .where(Invitation.person_id == own, Invitation.session_id.in_(over))
        .values(answer=None, answered_at=None, answered_via=None, reason=None)
        .execution_options(synchronize_session=False)
    )
    record(db, "forgot the notes, ties and answers of", "person", own)
