"""Reads of what waits for a code or for the end of its hold, and of what is known of a number."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.people.models import PersonNumber
from clusters.scope import Scope
from clusters.training.models import TrainingSession
from clusters.training.queries import seen_by
from messaging.proof.models import PendingCommand, WrongTry
from messaging.proof.rules import CODES_WITHIN, LOCKED, TURN_BACK, VALID, Does, Known, Stage


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


def known(db: Session, number: str, came_at: datetime | None = None, before: datetime | None = None) -> Known:
    """What is known of a number; `came_at` is its first text of the last day, `before` the last one before that."""
    people, since = db.execute(
        select(func.count(), func.max(PersonNumber.since)).where(
            PersonNumber.number == number, PersonNumber.until.is_(None)
        )
    ).one()
    at = now(db)
    asked = db.scalars(
        select(PendingCommand.asked_at)
        .where(PendingCommand.number == number, PendingCommand.asked_at > at - CODES_WITHIN)
        .order_by(PendingCommand.asked_at)
    ).all()
    return Known(people, since or at, came_at, before, wrong_tries(db, number), asked)


def wrong_tries(db: Session, number: str) -> list[datetime]:
    """Wrong tries of a number that may still count, in time order."""
    since = now(db) - 2 * LOCKED
    tries = select(WrongTry.at).where(WrongTry.number == number, WrongTry.at > since).order_by(WrongTry.at, WrongTry.id)
    return list(db.scalars(tries))


def latest(db: Session, number: str) -> PendingCommand | None:
    """The command of a number that its next PAKKA or ROKO is about, locked: the newest that was not replaced."""
    return db.scalar(
        select(PendingCommand)
        .where(PendingCommand.number == number, PendingCommand.stage != Stage.REPLACED)
        .order_by(PendingCommand.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def stoppable(db: Session, number: str) -> list[PendingCommand]:
    """What ROKO can still stop or turn back, the newest first, locked: unconfirmed, held, or carried out lately."""
    at = now(db)
    open_still = or_(
        and_(PendingCommand.stage == Stage.WAITING, PendingCommand.asked_at > at - VALID),
        PendingCommand.stage == Stage.HELD,
        and_(PendingCommand.stage == Stage.DONE, PendingCommand.confirmed_at > at - TURN_BACK),
    )
    return list(
        db.scalars(
            select(PendingCommand)
            .where(PendingCommand.number == number, open_still)
            .order_by(PendingCommand.id.desc())
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def pending(db: Session, number: str) -> bool:
    """Can something that this number asked for still be stopped or turned back? Then ROKO is no wish to leave."""
    at = now(db)
    open_still = or_(
        and_(PendingCommand.stage == Stage.WAITING, PendingCommand.asked_at > at - VALID),
        PendingCommand.stage == Stage.HELD,
        and_(PendingCommand.stage == Stage.DONE, PendingCommand.confirmed_at > at - TURN_BACK),
    )
    found = select(PendingCommand.id).where(PendingCommand.number == number, open_still).limit(1)
    return db.scalar(found) is not None


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
