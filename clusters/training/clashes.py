"""Planned training sessions that somebody leads on days on which she will be away."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.scope import Scope
from clusters.training.models import Booking, TrainingSession
from clusters.training.rules import SessionState


def led_between(db: Session, scope: Scope, person_id: int, first: date, last: date) -> tuple[tuple[str, date], ...]:
    """Code and day of each planned training session that a person leads from a day to a day, in order."""
    query = (
        select(TrainingSession.code, Booking.day)
        .join(TrainingSession, TrainingSession.id == Booking.session_id)
        .where(
            Booking.person_id == person_id,
            Booking.day.between(first, last),
            TrainingSession.state == SessionState.PLANNED,
            scope.within(TrainingSession.training_path, TrainingSession.admin_path),
        )
        .order_by(Booking.day)
    )
    return tuple((code or "", day) for code, day in db.execute(query))
