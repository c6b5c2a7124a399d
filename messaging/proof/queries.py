"""Reads of confirmed commands, for pages."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.scope import Scope
from clusters.training.models import TrainingSession
from clusters.training.queries import seen_by
from messaging.proof.models import PendingCommand
from messaging.proof.rules import Does, Stage


@dataclass(frozen=True, slots=True)
class Standing:
    """A command as pages show it: what it does to which training session, and when."""

    id: int
    session_id: int
    person_id: int
    does: Does
    values: dict[str, object]
    stage: Stage
    asked_at: datetime
    due_at: datetime | None


def held(db: Session, scope: Scope, session_id: int) -> list[Standing]:
    """Confirmed commands about a training session whose hold is not over, as far as the scope sees the session."""
    rows = db.scalars(
        select(PendingCommand)
        .join(TrainingSession, TrainingSession.id == PendingCommand.session_id)
        .where(PendingCommand.session_id == session_id, PendingCommand.stage == Stage.HELD, seen_by(scope))
        .order_by(PendingCommand.due_at)
    )
    return [
        Standing(row.id, row.session_id, row.person_id, row.does, row.values, row.stage, row.asked_at, row.due_at)
        for row in rows
    ]
