"""Lets somebody text in from a simulated phone at an instant of the past; it is read and answered as any text is."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from cop.demo.past import Past
from cop.words import BOOK
from messaging.channels.plan import REHEARSAL
from messaging.channels.rehearsal import RehearsalChannel, written
from messaging.inbound.actions import keep, read_next
from messaging.outbox.rules import ALWAYS
from messaging.outbox.sender import Dispatcher

READ_AFTER, ANSWERED_AFTER = timedelta(seconds=1), timedelta(seconds=3)
_AT_THEIR_TIME = text(
    "WITH late AS (SELECT a.message_id, a.n, m.state_at FROM attempt a JOIN message m ON m.id = a.message_id"
    " WHERE a.started_at > m.state_at + interval '30 seconds'),"
    " outcomes AS (UPDATE attempt_outcome o SET at = late.state_at FROM late"
    " WHERE o.message_id = late.message_id AND o.n = late.n)"
    " UPDATE attempt a SET started_at = late.state_at FROM late WHERE a.message_id = late.message_id AND a.n = late.n"
)


def say(past: Past, at: datetime, phone: str, *bodies: str) -> None:
    """Text in, one text after another, and get what answers them; nothing else may be due by then."""
    for body in bodies:
        with past.at(at)(Actor("text")) as db:
            keep(db, REHEARSAL, written(db, phone, body), phone, body)
        while read_next(past.at(at + READ_AFTER), BOOK):
            pass
        then = past.at(at + ANSWERED_AFTER)
        Dispatcher(then, {REHEARSAL: RehearsalChannel(then)}, ALWAYS).tick()
        at += timedelta(minutes=2)


def set_attempts_back(db: Session) -> None:
    """The sender notes the database's own time; let attempts stand at the time of their texts."""
    db.execute(_AT_THEIR_TIME)
