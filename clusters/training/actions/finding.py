"""Finds the training session that an action may change, and locks it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.errors import NotAllowed, NotFound
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.training.models import SessionTrainer, TrainingSession
from clusters.training.queries import SHOWN, seen_by


def changeable(db: Session, scope: Scope, session_id: int, roles: Sequence[PostRole]) -> TrainingSession:
    """The training session, locked; NotFound out of scope, NotAllowed without one of the roles over its place.

    Whoever leads it may change it too.
    """
    session = db.scalar(
        select(TrainingSession)
        .where(TrainingSession.id == session_id, TrainingSession.state.in_(SHOWN), seen_by(scope))
        .with_for_update()
    )
    if session is None:
        raise NotFound("training_session", id=session_id)
    if not (scope.covers(session.training_path, session.admin_path, roles) or leads(db, scope, session_id)):
        raise NotAllowed("training_session_change", code=session.code)
    return session


def leads(db: Session, scope: Scope, session_id: int) -> bool:
    """Does the person of this scope lead the training session?"""
    return scope.person_id is not None and db.get(SessionTrainer, (session_id, scope.person_id)) is not None
