"""Watches how far a channel's list lags behind what the channel took: on a few texts all the time."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import Channel, Medium, Outgoing, SendError
from messaging.outbox.evidence.placing import AFTER, BEFORE
from messaging.outbox.rules import Pace

AT_ONCE = 3
"""Texts of a channel that are watched anew at each look."""
LOOKS = 4
"""A text is watched from one of its first looks on, and one that was not looked for over so many tells nothing."""
LONGEST = timedelta(hours=1)
"""A text that is not listed by then is given up; the list counts as lagging so far."""
KEPT = timedelta(days=30)
ENOUGH = 5000
"""The newest observations, of which all but one in a thousand lagged less than what is reckoned with."""

_WATCH = text(
    "INSERT INTO list_watch (sid, channel, message_id, taken_at)"
    " SELECT p.sid, a.route, p.message_id, a.started_at FROM attempt a JOIN message m ON m.id = a.message_id"
    " JOIN provider_message p ON p.message_id = a.message_id AND p.via = 'answer' AND NOT p.extra"
    " WHERE a.started_at > clock_timestamp() - :fresh AND a.route = :channel AND a.n = m.attempts"
    " AND m.medium = 'sms' ORDER BY a.started_at DESC LIMIT :some ON CONFLICT DO NOTHING"
)
_WATCHED = text(
    "SELECT w.sid, w.taken_at, m.id, m.number, m.body, m.medium, a.sender FROM list_watch w"
    " JOIN message m ON m.id = w.message_id JOIN attempt a ON a.message_id = m.id AND a.n = m.attempts"
    " WHERE w.channel = :channel AND w.listed_at IS NULL AND w.taken_at > clock_timestamp() - :longest"
    " AND m.body IS NOT NULL ORDER BY w.taken_at LIMIT :some"
)
_LOOKED = text(
    "UPDATE list_watch SET listed_at = CASE WHEN sid = ANY(CAST(:found AS text[])) THEN clock_timestamp() END,"
    " looked_at = clock_timestamp() WHERE sid = ANY(CAST(:sids AS text[])) AND listed_at IS NULL"
    " AND coalesce(looked_at, taken_at) > clock_timestamp() - :missed"
)
_UNUSABLE = text(
    "DELETE FROM list_watch WHERE channel = :channel AND listed_at IS NULL"
    " AND coalesce(looked_at, taken_at) <= clock_timestamp() - :missed AND taken_at > clock_timestamp() - :longest"
)
_OLD = text("DELETE FROM list_watch WHERE taken_at < clock_timestamp() - :kept")
_LAG = text(
    "SELECT percentile_disc(0.999) WITHIN GROUP (ORDER BY lag) FROM (SELECT coalesce(listed_at, looked_at) - taken_at"
    " AS lag FROM list_watch WHERE channel = :channel AND coalesce(listed_at, looked_at) IS NOT NULL"
    " ORDER BY taken_at DESC LIMIT :enough) AS newest"
)


def observe(unit: UnitOfWork, channel: Channel, pace: Pace) -> int:
    """Look for some texts that a channel surely has, the newest among them; how many its list showed now.

    A channel whose list never lags, or cannot be asked, is left alone.
    """
    if not channel.can_find or channel.list_lag == timedelta(0):
        return 0
    missed = LOOKS * 2 * pace.looks_apart
    with unit() as db:
        db.execute(_UNUSABLE, {"channel": channel.name, "missed": missed, "longest": LONGEST})
        db.execute(_WATCH, {"channel": channel.name, "fresh": missed / 2, "some": AT_ONCE})
        watched = db.execute(_WATCHED, {"channel": channel.name, "longest": LONGEST, "some": 2 * AT_ONCE}).all()
    asked: list[str] = []
    found: list[str] = []
    with suppress(SendError):  # what could not be asked is asked at the next look
        for row in watched:
            found += [row.sid] * _is_listed(channel, row)
            asked.append(row.sid)
    if asked:
        with unit() as db:
            db.execute(_LOOKED, {"found": found, "sids": asked, "missed": missed})
    return len(found)


def lag_of(db: Session, channel: Channel) -> timedelta | None:
    """How far a channel's list may lag: what it declares or what was observed, the longer; None when nobody knows."""
    observed: timedelta | None = db.scalar(_LAG, {"channel": channel.name, "enough": ENOUGH})
    lags: Sequence[timedelta] = [lag for lag in (channel.list_lag, observed) if lag is not None]
    return max(lags, default=None)


def _is_listed(channel: Channel, row: Row[Any]) -> bool:
    outgoing = Outgoing(row.id, row.number, row.body, Medium(row.medium), row.sender)
    found = channel.find(outgoing, row.taken_at - BEFORE, row.taken_at + AFTER)
    return any(listed.sid == row.sid for listed in found)


def forget_old_looks(db: Session) -> None:
    """Let observations go that are older than a list's ways may be."""
    db.execute(_OLD, {"kept": KEPT})
