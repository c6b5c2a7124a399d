"""The default channel: simulated phones, kept in a table, that get every copy handed over."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.failpoints import fp
from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import Outgoing, Receipt
from messaging.channels.models import PhoneText
from messaging.channels.plan import REHEARSAL


class RehearsalChannel:
    """Writes each copy in a transaction of its own, as a provider would; it refuses no repetition, so that one shows.

    `unit` opens transactions that are none of the sender's.
    """

    name = REHEARSAL
    callback_carries_our_id = False
    can_find = True
    dedupes = False
    list_lag: timedelta | None = timedelta(0)

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def send(self, outgoing: Outgoing) -> Receipt:
        """Put a copy on the phone."""
        with self._unit() as db:
            # `find` takes the same lock: it waits for a copy whose transaction has begun, and so misses none.
            db.execute(select(func.pg_advisory_xact_lock(outgoing.message_id.int >> 65)))
            copy = PhoneText(
                phone=outgoing.number,
                incoming=True,
                body=outgoing.body,
                at=now(db),
                message_id=outgoing.message_id,
            )
            db.add(copy)
            db.flush()
            fp("http.mid")
        return Receipt(_sid(copy.id))

    def find(self, outgoing: Outgoing) -> Receipt | None:
        """The first copy that reached the phone."""
        with self._unit() as db:
            db.execute(select(func.pg_advisory_xact_lock(outgoing.message_id.int >> 65)))
            first = db.scalar(select(func.min(PhoneText.id)).where(PhoneText.message_id == outgoing.message_id))
        return None if first is None else Receipt(_sid(first))


def written(db: Session, phone: str, body: str) -> str:
    """The holder of a simulated phone sends a text; returns the id under which its channel would bring it."""
    text = PhoneText(phone=phone, incoming=False, body=body, at=now(db))
    db.add(text)
    db.flush()
    return _sid(text.id)


def _sid(number: int) -> str:
    return f"RH{number}"
