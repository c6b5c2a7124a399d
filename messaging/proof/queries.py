"""Reads of confirmed commands, for pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clusters.scope import Scope
from clusters.training.models import TrainingSession
from clusters.training.queries import seen_by
from messaging.proof.models import PendingCommand
from messaging.proof.rules import Does, Stage


@dataclass(frozen=True, slots=True)
class HeldCommand:
    """A confirmed command that waits out its hold: what it does, and when it will be carried out."""

    does: Does
    values: dict[str, Any]
    due_at: datetime

    @property
    def starts_at(self) -> datetime | None:
        """Where a training session moves to."""
        days = self.values.get("sittings")
        return datetime.fromisoformat(days[0][0]) if days else None


def held(db: Session, scope: Scope, session_id: int) -> list[HeldCommand]:
    """Confirmed commands about a training session whose hold is not over, as far as the scope sees the session."""
    statement: Select[*tuple[Any, ...]] = (
        select(PendingCommand.does, PendingCommand.values, PendingCommand.due_at)
        .join(TrainingSession, TrainingSession.id == PendingCommand.session_id)
        .where(PendingCommand.session_id == session_id, PendingCommand.stage == Stage.HELD, seen_by(scope))
        .order_by(PendingCommand.due_at)
    )
    return [HeldCommand(Does(does), values, due_at) for does, values, due_at in db.execute(statement)]
