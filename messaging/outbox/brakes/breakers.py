"""Opens by itself what a person must look at: a channel whose provider refuses us, a month whose budget is spent."""

import logging
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from messaging.outbox.rules import StopReason

ASKED_AGAIN = timedelta(minutes=5)
"""So long after a refusal one text tries whether the provider has us back."""

log = logging.getLogger(__name__)

_TRIP = text(
    "INSERT INTO sending_stop (at, reason, channel, retry_at)"
    " VALUES (:now, :reason, :channel, clock_timestamp() + CAST(:again AS interval))"
    " ON CONFLICT DO NOTHING RETURNING id"
)
_ASK = text(
    "UPDATE sending_stop SET retry_at = clock_timestamp() + CAST(:again AS interval)"
    " WHERE id = :id AND released_at IS NULL AND retry_at <= clock_timestamp() RETURNING id"
)
_MEND = text(
    "UPDATE sending_stop SET released_at = clock_timestamp() WHERE id = :id AND released_at IS NULL RETURNING reason"
)


def trip(db: Session, reason: StopReason, channel: str | None = None) -> bool:
    """Hold a channel, or everything, until it is mended; True for the first who says so: one alert, not many."""
    again = ASKED_AGAIN if reason is StopReason.ACCOUNT else None
    found = db.scalar(_TRIP, {"now": now(db), "reason": reason.value, "channel": channel, "again": again})
    if found is None:
        return False
    record(db, "stop_sending", "sending", new={"reason": reason.value, **({"channel": channel} if channel else {})})
    log.error("sending is held by itself: %s %s", reason.value, channel or "")
    return True


def may_ask_again(db: Session, stop_id: int) -> bool:
    """May this unit let one text try the channel? True for one unit in `ASKED_AGAIN`."""
    return db.scalar(_ASK, {"id": stop_id, "again": ASKED_AGAIN}) is not None


def mend(db: Session, stop_id: int) -> None:
    """The channel took a text, or the budget has room: texts go again."""
    reason = db.scalar(_MEND, {"id": stop_id})
    if reason is not None:
        record(db, "resume_sending", "sending", old={"reason": reason})
        log.warning("sending goes on by itself: %s", reason)
