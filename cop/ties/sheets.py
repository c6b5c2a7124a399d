"""The printed sheet by which peers are named: that of a training session one is on, or leads."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.errors import NotFound
from clusters.modules.rules import Subject
from clusters.people.models import Person
from clusters.scope import Scope
from clusters.training.models import Invitation, SessionTrainer, TrainingSession
from clusters.training.rules import SessionState


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a printed sheet."""

    row: int
    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The list of a training session, by which peers are named."""

    session_id: int
    subject: Subject
    rows: dict[int, Listed]


def sheet(db: Session, scope: Scope, session_id: int | None = None) -> Sheet | None:
    """The sheet of a training session that the scope's person is on or leads; without one the latest of hers."""
    person = scope.person_id
    if person is None:
        raise NotFound("person")
    on = exists().where(Invitation.session_id == TrainingSession.id, Invitation.person_id == person)
    leads = exists().where(SessionTrainer.session_id == TrainingSession.id, SessionTrainer.person_id == person)
    wanted: Select[*tuple[Any, ...]] = (
        select(TrainingSession.id, TrainingSession.subject)
        .where(
            or_(on, leads),
            TrainingSession.state.in_((SessionState.PLANNED, SessionState.HELD)),
            exists().where(Invitation.session_id == TrainingSession.id),
        )
        .order_by(
            TrainingSession.starts_at > now(db),
            func.abs(func.extract("epoch", TrainingSession.starts_at - now(db))),
            TrainingSession.id,
        )
        .limit(1)
    )
    if session_id is not None:
        wanted = wanted.where(TrainingSession.id == session_id)
    found = db.execute(wanted).first()
    if found is None:
        return None
    lines = (
        select(Invitation.row, Person.id, Person.name)
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.session_id == found.id)
        .order_by(Invitation.row)
    )
    return Sheet(found.id, found.subject, {line.row: Listed(*line) for line in db.execute(lines)})
