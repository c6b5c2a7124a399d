"""The sending switch: whoever stops sending waits for no text that is on its way, and none begins after the commit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, select, text, update
from sqlalchemy.orm import Session

from clusters.kernel.audit import acting, record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, NotAllowed
from clusters.scope import Scope
from messaging.outbox.models import SendingStop
from messaging.outbox.rules import MAY_STOP, StopReason

KEY = 4_814_048_148_141
"""The advisory lock of the switch: submit units share it, a stop takes it alone."""
_ALONE = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=KEY)
_SHARED = text("SELECT pg_advisory_xact_lock_shared(:key)").bindparams(key=KEY)
_STANDS = SendingStop.released_at.is_(None)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why nothing is sent, and since when; `why` are the words of whoever stopped it, if a person did."""

    at: datetime
    reason: StopReason
    why: str | None


def stop_sending(db: Session, scope: Scope, reason: StopReason, why: str | None = None) -> None:
    """From this unit's commit on no text begins; those that wait stay where they are until somebody releases them."""
    _may(scope)
    db.execute(_ALONE)
    said = " ".join((why or "").split()) or None
    db.add(SendingStop(at=now(db), reason=reason, why=said, person_id=acting(db).person_id))
    record(db, "stop_sending", "sending", new={"reason": reason.value}, why=said)
    db.flush()


def resume_sending(db: Session, scope: Scope) -> int:
    """Release every stop, and say how many there were; Conflict when sending goes on already."""
    _may(scope)
    released = db.scalars(
        update(SendingStop)
        .where(_STANDS)
        .values(released_at=func.clock_timestamp(), released_by=acting(db).person_id)
        .returning(SendingStop.id)
    ).all()
    if not released:
        raise Conflict("sending_not_stopped")
    record(db, "resume_sending", "sending", old={"stops": len(released)})
    return len(released)


def may_stop(scope: Scope) -> bool:
    """May this person stop and release the sending of the whole programme?"""
    return bool(scope.roles & {*MAY_STOP, "house"})


def stopped(db: Session) -> bool:
    """Does a stop stand?"""
    return bool(db.scalar(select(select(SendingStop.id).where(_STANDS).exists())))


def stopped_under_lock(db: Session) -> bool:
    """The same, certain until this unit ends: a stop that commits later waits for it."""
    db.execute(_SHARED)
    # A statement of its own: one that waited for the lock would still see what was before.
    return stopped(db)


def stops(db: Session) -> list[Stop]:
    """Every stop that stands, the oldest first."""
    rows = db.execute(
        select(SendingStop.at, SendingStop.reason, SendingStop.why).where(_STANDS).order_by(SendingStop.id)
    )
    return [Stop(*row) for row in rows]


def oldest_stop() -> ScalarSelect[Any]:
    """The oldest stop that stands as one value, to ask for it beside something else; `stop_of` reads it."""
    return (
        select(func.jsonb_build_array(func.extract("epoch", SendingStop.at), SendingStop.reason, SendingStop.why))
        .where(_STANDS)
        .order_by(SendingStop.id)
        .limit(1)
        .scalar_subquery()
    )


def stop_of(value: list[Any] | None, instant: datetime) -> Stop | None:
    """What `oldest_stop` found; `instant` is any instant of the zone in which it shall be told."""
    if value is None:
        return None
    seconds, reason, why = value
    return Stop(datetime.fromtimestamp(seconds, instant.tzinfo), StopReason(reason), why)


def released_last(db: Session) -> datetime | None:
    """When a person last released a stop, on the database's own clock."""
    return db.scalar(select(func.max(SendingStop.released_at)))


def _may(scope: Scope) -> None:
    if not may_stop(scope):
        raise NotAllowed("may_not_stop_sending")
