"""Takes the oldest text that nobody reads yet, and reads it in a unit of its own."""

import logging
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.clock import now
from clusters.kernel.errors import CopError
from clusters.kernel.failpoints import fp
from clusters.kernel.unit import UnitOfWork
from messaging.inbound.actions.conversation import Conversation, Step
from messaging.inbound.actions.deciding import decide
from messaging.inbound.models import InboundText
from messaging.inbound.words import Reply, WordBook

log = logging.getLogger("messaging.inbound")

LOCK = 0x636F7002
"""First half of the advisory lock under which the texts of one number are read one after another."""
TRIES = 3
"""A text that fails so often is laid before a person, so that it blocks nothing."""


@dataclass
class _Taken:
    id: int | None = None


def read_next(unit: UnitOfWork, book: WordBook) -> bool:
    """Read the oldest text that came and was not read; False when there is none, or others are at them all.

    One text is one transaction: its effect, its reply and its state stand together or not at all.
    """
    taken = _Taken()
    try:
        with unit(Actor("text")) as db:
            row = _take(db)
            if row is None:
                return False
            taken.id = row.id
            talk = Conversation(db, book, row)
            if len(talk.people) == 1:
                db.info["actor"] = Actor("text", talk.people[0].person_id)
            decide(talk)
            fp("inbound.before_commit")
    except Exception as error:
        if taken.id is None:
            raise
        log.warning("text %s was not read: %s", taken.id, type(error).__name__)
        _failed(unit, book, taken.id, error)
    return True


def _take(db: Session) -> InboundText | None:
    """The oldest unread text of a number whose texts nobody else reads at this moment, locked."""
    busy: list[str] = []
    unread = select(InboundText.number).where(InboundText.state == "received").order_by(InboundText.id).limit(1)
    while (number := db.scalar(unread.where(InboundText.number.not_in(busy)))) is not None:
        if db.scalar(select(func.pg_try_advisory_xact_lock(LOCK, func.hashtext(number)))):
            row = db.scalar(
                select(InboundText)
                .where(InboundText.number == number, InboundText.state == "received")
                .order_by(InboundText.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is not None:
                return row
        busy.append(number)
    return None


def _failed(unit: UnitOfWork, book: WordBook, text_id: int, error: Exception) -> None:
    """Count it; what no second try can mend, or the third one did not, goes to a person."""
    with unit(Actor("text")) as db:
        row = db.get_one(InboundText, text_id, with_for_update=True)
        if row.state != "received":
            return
        row.failures += 1
        if row.failures < TRIES and not isinstance(error, CopError):
            return
        talk = Conversation(db, book, row)
        talk.stand()
        talk.park("failed")
        reply = Reply("passed_to_a_person") if talk.people else None
        talk.finish(Step("human", "not read", f"reading it failed: {type(error).__name__}", reply))
        row.read_at = now(db)
