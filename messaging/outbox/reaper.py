"""Brings back what a worker left behind when its lease is over, and ends what is too late to be of use."""

from collections import Counter

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.unit import UnitOfWork
from messaging.outbox.evidence.noting import Word, note_words
from messaging.outbox.rules import Outcome

SOME = 1000
"""Rows in one unit."""

_UNCLAIM = text(
    "WITH left_behind AS (SELECT id FROM message WHERE state = 'claimed' AND lease_until < clock_timestamp()"
    " ORDER BY id LIMIT :some FOR UPDATE SKIP LOCKED)"
    " UPDATE message m SET state = 'queued', lease_token = NULL, lease_until = NULL, state_at = :now"
    " FROM left_behind WHERE m.id = left_behind.id RETURNING m.id"
)
_DOUBT = text(
    "WITH left_behind AS (SELECT id FROM message WHERE state = 'submitting' AND lease_until < clock_timestamp()"
    " ORDER BY id LIMIT :some FOR UPDATE SKIP LOCKED)"
    " UPDATE message m SET state = 'unknown', why = 'in_doubt', lease_token = NULL, lease_until = NULL,"
    " state_at = :now FROM left_behind WHERE m.id = left_behind.id RETURNING m.id, m.attempts"
)
_EXPIRE = text(
    "WITH late AS (SELECT id, doubtful FROM message WHERE state = :state AND priority BETWEEN 0 AND 3"
    " AND send_after <= :now AND send_by <= :now ORDER BY id LIMIT :some FOR UPDATE SKIP LOCKED)"
    " UPDATE message m SET state = CASE WHEN late.doubtful > 0 THEN 'unresolved' ELSE 'expired' END,"
    " why = 'too_late', state_at = :now FROM late WHERE m.id = late.id RETURNING m.id"
)


def reap(unit: UnitOfWork) -> Counter[str]:
    """One sweep; how many messages were unclaimed, fell into doubt or expired."""
    counts: Counter[str] = Counter()
    for name, sweep in (("queued", _unclaim), ("unknown", _doubt), ("expired", _expire)):
        found = SOME
        while found == SOME:
            with unit() as db:
                found = sweep(db)
            counts[name] += found
    return +counts


def _unclaim(db: Session) -> int:
    return len(db.execute(_UNCLAIM, {"some": SOME, "now": now(db)}).all())


def _doubt(db: Session) -> int:
    rows = db.execute(_DOUBT, {"some": SOME, "now": now(db)}).all()
    note_words(db, [Word(row.id, row.attempts, "reaper", Outcome.UNCLEAR) for row in rows])
    return len(rows)


def _expire(db: Session) -> int:
    late = 0
    for state in ("queued", "parked"):
        late += len(db.execute(_EXPIRE, {"state": state, "some": SOME - late, "now": now(db)}).all())
    return late
