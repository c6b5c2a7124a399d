"""The default channel: simulated phones, kept in a table, that get every copy handed over."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, cast, func, literal, select
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.failpoints import fp
from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import (
    Hook,
    HookRefused,
    Listed,
    Medium,
    Outgoing,
    Receipt,
    Report,
    Status,
    Texted,
    body_hash,
)
from messaging.channels.models import PhoneText
from messaging.channels.plan import REHEARSAL


class RehearsalChannel:
    """Writes each copy in a transaction of its own, as a provider would; it refuses no repetition, so that one shows.

    `unit` opens transactions that are none of the sender's.
    """

    name = REHEARSAL
    media = frozenset(Medium)
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

    def find(self, outgoing: Outgoing, since: datetime, until: datetime) -> Sequence[Listed]:
        """The first copy that reached the phone; it knows our id, and needs no times."""
        with self._unit() as db:
            db.execute(select(func.pg_advisory_xact_lock(outgoing.message_id.int >> 65)))
            first = db.scalar(
                select(PhoneText).where(PhoneText.message_id == outgoing.message_id).order_by(PhoneText.id).limit(1)
            )
            return [_listed(first)] if first else []

    def listed(self, since: datetime, until: datetime) -> Iterable[Listed]:
        """Every copy that reached a phone in [since, until]."""
        copies = select(PhoneText).where(PhoneText.incoming, PhoneText.at.between(since, until)).order_by(PhoneText.id)
        with self._unit() as db:
            return [_listed(copy) for copy in db.scalars(copies)]

    def fetch(self, sid: str) -> Report | None:
        """Nothing: a simulated phone says no more than that it got the text."""
        return None

    def heard(self, since: datetime, until: datetime) -> Iterable[Texted]:
        """What holders of simulated phones wrote in [since, until]."""
        wrote = select(PhoneText).where(~PhoneText.incoming, PhoneText.at.between(since, until)).order_by(PhoneText.id)
        with self._unit() as db:
            return [Texted(_sid(each.id), each.phone, each.body, at=each.at) for each in db.scalars(wrote)]

    def read_text(self, hook: Hook) -> Texted:
        """Refused: simulated phones write into their table."""
        raise HookRefused("rehearsal_has_no_hooks")

    def read_report(self, hook: Hook, message_id: UUID | None) -> Report:
        """Refused, as texts are."""
        raise HookRefused("rehearsal_has_no_hooks")


def written(db: Session, phone: str, body: str) -> str:
    """The holder of a simulated phone sends a text; returns the id under which its channel would bring it."""
    text = PhoneText(phone=phone, incoming=False, body=body, at=now(db))
    db.add(text)
    db.flush()
    return _sid(text.id)


def sid_of(number: SQLColumnExpression[int]) -> ColumnElement[str]:
    """The same id in a statement, for a text of `PhoneText`."""
    return literal("RH") + cast(number, Text)


def _sid(number: int) -> str:
    return f"RH{number}"


def _listed(copy: PhoneText) -> Listed:
    return Listed(_sid(copy.id), copy.phone, body_hash(copy.body), copy.at, Status.ACCEPTED, message_id=copy.message_id)
