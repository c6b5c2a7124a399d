"""What is known of a number when a command or a code comes from it; nobody but the house itself asks."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.people.models import PersonNumber
from messaging.proof.models import PendingCommand, WrongTry
from messaging.proof.rules import CODES_WITHIN, LOCKED, TURN_BACK, VALID, Known, Stage


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
    return list(
        db.scalars(
            select(PendingCommand)
            .where(PendingCommand.number == number, _open_still(now(db)))
            .order_by(PendingCommand.id.desc())
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def pending(db: Session, number: str) -> bool:
    """Can something that this number asked for still be stopped or turned back? Then ROKO is no wish to leave.

    Nor is a second one right after the first.
    """
    over = and_(PendingCommand.stage.in_((Stage.STOPPED, Stage.TURNED_BACK)), ended_at() > now(db) - VALID)
    found = select(PendingCommand.id).where(PendingCommand.number == number, or_(_open_still(now(db)), over)).limit(1)
    return db.scalar(found) is not None


def ended_at() -> ColumnElement[datetime]:
    """When a command was stopped, or turned back."""
    return func.coalesce(PendingCommand.turned_back_at, PendingCommand.ended_at)


def _open_still(at: datetime) -> ColumnElement[bool]:
    return or_(
        and_(PendingCommand.stage == Stage.WAITING, PendingCommand.asked_at > at - VALID),
        PendingCommand.stage == Stage.HELD,
        and_(PendingCommand.stage == Stage.DONE, PendingCommand.confirmed_at > at - TURN_BACK),
    )
