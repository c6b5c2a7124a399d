"""Asks the channel what became of a message in doubt, before anything is sent again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.failpoints import fp
from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import Channel, Listed, Medium, Outgoing, SendError
from messaging.outbox.evidence import Word, accept, note_words
from messaging.outbox.rules import Look, Next, Outcome, Pace, State, TextClass, after_looking, grace_of

BEFORE, AFTER = timedelta(seconds=5), timedelta(seconds=80)
"""A text that a channel took so long before or after its attempt began cannot be that attempt's."""
SOME = 200
"""Messages looked up in one sweep, the longest in doubt first."""

_DOUBTFUL = text(
    "SELECT m.id, m.number, m.body, m.medium, m.attempts AS n, a.route, a.sender, a.started_at FROM message m"
    " JOIN attempt a ON a.message_id = m.id AND a.n = m.attempts"
    " WHERE m.state = 'unknown' ORDER BY m.state_at, m.id LIMIT :some"
)
_CASE = text(
    "SELECT m.priority, m.send_by, m.doubtful,"
    " clock_timestamp() - (SELECT max(o.at) FROM attempt_outcome o WHERE o.message_id = m.id AND o.n = m.attempts"
    " AND o.outcome = 'unclear') AS silence,"
    " EXISTS (SELECT FROM withdrawal w WHERE w.message_id = m.id) AS withdrawn FROM message m WHERE m.id = :id"
)
_LOCK = text("SELECT id FROM message WHERE id = :id AND state = 'unknown' AND attempts = :n FOR UPDATE")
_EMPTY_LOOKS = text(
    "SELECT (clock_timestamp() - o.at) AS ago FROM attempt_outcome o WHERE o.message_id = :id AND o.n = :n"
    " AND o.outcome = 'not_listed' ORDER BY o.at"
)
_OTHERS = text("SELECT sid FROM provider_message WHERE sid = ANY(CAST(:sids AS text[])) AND message_id <> :id")
_TURN = text("UPDATE message SET state = :state, why = :why, state_at = :now WHERE id = :id AND state = 'unknown'")


def reconcile(unit: UnitOfWork, channels: Mapping[str, Channel], pace: Pace | None = None) -> Counter[str]:
    """One sweep over the messages in doubt; how many were found, go back to the queue, stay or are given up."""
    counts: Counter[str] = Counter()
    with unit() as db:
        doubtful = db.execute(_DOUBTFUL, {"some": SOME}).all()
    for row in doubtful:
        channel = channels.get(row.route)
        if channel is None:
            continue
        try:
            found = _look(channel, row) if channel.can_find else ()
        except SendError:
            counts["not_asked"] += 1
            continue
        fp("reconcile.after_list")
        with unit() as db:
            counts[_settle(db, row, channel, found, pace or Pace())] += 1
    return counts


def _look(channel: Channel, row: Row[Any]) -> Sequence[Listed]:
    outgoing = Outgoing(row.id, row.number, row.body, Medium(row.medium), row.sender)
    return channel.find(outgoing, row.started_at - BEFORE, row.started_at + AFTER)


def _settle(db: Session, row: Row[Any], channel: Channel, found: Sequence[Listed], pace: Pace) -> str:
    locked = db.scalar(_LOCK, {"id": row.id, "n": row.n}) is not None
    others = set(db.scalars(_OTHERS, {"sids": [each.sid for each in found], "id": row.id})) if found else set()
    ours = next((each.sid for each in found if each.sid not in others), None)
    if ours is not None:
        note_words(db, [Word(row.id, row.n, "list", Outcome.ACCEPTED)])
        accept(db, {row.id: ours}, via="list")
        return State.ACCEPTED.value
    if not locked:
        return "settled"
    verdict = _not_found(db, row.id, row.n, channel, pace)
    if verdict.state is not State.UNKNOWN:
        db.execute(_TURN, {"id": row.id, "state": verdict.state.value, "why": verdict.why, "now": now(db)})
    return verdict.state.value


def _not_found(db: Session, message_id: UUID, n: int, channel: Channel, pace: Pace) -> Next:
    exact = channel.can_find and channel.list_lag == timedelta(0)
    if channel.can_find:
        note_words(db, [Word(message_id, n, "list", Outcome.NEVER_CAME if exact else Outcome.NOT_LISTED)])
    case = db.execute(_CASE, {"id": message_id}).one()
    text_class = TextClass(case.priority)
    since_grace = case.silence - grace_of(text_class, channel.list_lag, pace)
    look = Look(
        text_class=text_class,
        silence=case.silence,
        empty_looks=_empty_looks(db, message_id, n, since_grace, pace),
        list_lag=channel.list_lag,
        can_find=channel.can_find,
        dedupes=channel.dedupes,
        doubtful=case.doubtful,
        withdrawn=case.withdrawn,
        time_left=case.send_by - now(db),
    )
    return after_looking(look, pace)


def _empty_looks(db: Session, message_id: UUID, n: int, since_grace: timedelta, pace: Pace) -> int:
    """Looks in vain since the grace was over, those that lie near together counted once."""
    counted, last = 0, None
    for ago in db.scalars(_EMPTY_LOOKS, {"id": message_id, "n": n}):
        if ago <= since_grace and (last is None or last - ago >= pace.looks_apart):
            counted, last = counted + 1, ago
    return counted
