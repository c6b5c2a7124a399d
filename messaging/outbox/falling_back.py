"""Lets an SMS follow a text that is known to have failed on WhatsApp: once, and only where it is still of use."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import Fault
from messaging.outbox.evidence.noting import lock
from messaging.outbox.legs import Ended, falls_back
from messaging.outbox.rules import State

SOME = 200
"""Texts looked at in one unit."""

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

_FAILED = text(
    "SELECT m.id, m.state_at FROM message m WHERE m.state IN ('failed', 'undelivered', 'rejected')"
    " AND m.medium = 'whatsapp' AND m.leg = 0 AND m.send_by > :now AND m.state_at > :now - interval '7 days'"
    " AND (m.state_at, m.id) > (:after_at, CAST(:after_id AS uuid))"
    " AND NOT EXISTS (SELECT FROM message n WHERE n.subject_kind = m.subject_kind AND n.subject_id = m.subject_id"
    " AND n.revision = m.revision AND n.person_id = m.person_id AND n.number = m.number AND n.kind = m.kind"
    " AND n.leg = 1 AND n.again = m.again) ORDER BY m.state_at, m.id LIMIT :some"
)
_HOLD_SUBJECTS = text(
    "SELECT count(*) FROM (SELECT 1 FROM message_subject WHERE (kind, id) IN"
    " (SELECT subject_kind, subject_id FROM message WHERE id = ANY(:ids)) ORDER BY kind, id FOR SHARE) AS held"
)
"""Whoever withdraws what a text is about holds it the other way, so that no leg is made behind a withdrawal."""
_ENDED = text(
    "SELECT m.id, m.state, m.why, m.doubtful, m.send_by,"
    " s.revision = m.revision AND NOT s.withdrawn"
    " AND NOT EXISTS (SELECT FROM withdrawal w WHERE w.message_id = m.id) AS wanted,"
    " (SELECT count(*) FROM provider_message p WHERE p.message_id = m.id) AS copies,"
    " (SELECT count(*) FROM provider_message p WHERE p.message_id = m.id AND EXISTS (SELECT FROM provider_event e"
    " WHERE e.sid = p.sid AND e.status IN ('failed', 'undelivered'))) AS lost,"
    " COALESCE((SELECT e.fault FROM provider_event e JOIN provider_message p ON p.sid = e.sid"
    " WHERE p.message_id = m.id AND e.fault IS NOT NULL ORDER BY e.id DESC LIMIT 1),"
    " (SELECT o.fault FROM attempt_outcome o WHERE o.message_id = m.id AND o.n = m.attempts AND o.fault IS NOT NULL"
    " ORDER BY o.id DESC LIMIT 1)) AS fault"
    " FROM message m JOIN message_subject s ON s.kind = m.subject_kind AND s.id = m.subject_id"
    " WHERE m.id = ANY(:ids)"
)
_FOLLOW = text(
    "INSERT INTO message (id, subject_kind, subject_id, revision, person_id, number, kind, leg, again, medium,"
    " invented, priority, text_key, text_values, language, send_after, send_by, planned_at, state, state_at)"
    " SELECT gen_random_uuid(), subject_kind, subject_id, revision, person_id, number, kind, 1, again, 'sms',"
    " invented, priority, text_key, text_values, language, :now, send_by, :now, 'queued', :now FROM message"
    " WHERE id = ANY(:ids) ON CONFLICT DO NOTHING"
)


def fall_back(unit: UnitOfWork) -> Counter[str]:
    """One sweep over what failed on WhatsApp; how many SMS follow. It catches up whenever it runs."""
    counts: Counter[str] = Counter()
    after: dict[str, Any] = {"after_at": _LONG_AGO, "after_id": UUID(int=0)}
    while True:
        with unit() as db:
            failed = db.execute(_FAILED, {"now": now(db), "some": SOME, **after}).all()
            if not failed:
                return +counts
            after = {"after_at": failed[-1].state_at, "after_id": failed[-1].id}
            counts["second_legs"] += _follow(db, [row.id for row in failed])


def _follow(db: Session, ids: list[UUID]) -> int:
    db.execute(_HOLD_SUBJECTS, {"ids": ids})
    lock(db, ids)
    # Statements of their own: they see what was committed while the locks were waited for.
    following = [row.id for row in db.execute(_ENDED, {"ids": ids}) if falls_back(_ended(db, row))]
    if following:
        db.execute(_FOLLOW, {"ids": following, "now": now(db)})
    return len(following)


def _ended(db: Session, row: Row[Any]) -> Ended:
    return Ended(
        state=State(row.state),
        why=row.why,
        fault=Fault(row.fault) if row.fault else None,
        copies=row.copies,
        lost=row.lost,
        doubtful=row.doubtful,
        wanted=row.wanted,
        time_left=row.send_by - now(db),
    )
