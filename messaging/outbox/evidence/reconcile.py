"""Asks the channel what became of a message in doubt, before anything is sent again."""

from collections import Counter, defaultdict
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
from messaging.outbox.evidence.lagging import lag_of, observe
from messaging.outbox.evidence.noting import Word, note_words
from messaging.outbox.evidence.placing import AFTER, BEFORE, place
from messaging.outbox.rules import Look, Next, Outcome, Pace, State, TextClass, after_looking, grace_of

SOME = 5000
"""Messages of a channel looked up in one sweep, the longest in doubt first."""
MANY = 50
"""From so many on one list is read instead of asking for each."""
PATIENCE = 3
"""Requests in a row that a channel may leave without an answer before it is left alone until the next sweep."""

_IN_DOUBT = text(
    "SELECT m.id, m.number, m.body, m.medium, m.attempts AS n, a.route, a.sender, a.body_hash, a.started_at"
    " FROM message m JOIN attempt a ON a.message_id = m.id AND a.n = m.attempts"
    " WHERE m.state = 'unknown' AND a.route = :route ORDER BY m.state_at, m.id LIMIT :some"
)
_BY_NO_CHANNEL = text(
    "SELECT m.id, m.attempts AS n FROM message m JOIN attempt a ON a.message_id = m.id AND a.n = m.attempts"
    " WHERE m.state = 'unknown' AND a.route <> ALL(CAST(:routes AS text[])) ORDER BY m.state_at, m.id LIMIT :some"
)
_CASE = text(
    "SELECT m.priority, m.medium, m.send_by, m.doubtful,"
    " clock_timestamp() - (SELECT max(o.at) FROM attempt_outcome o WHERE o.message_id = m.id AND o.n = m.attempts"
    " AND o.outcome = 'unclear') AS silence,"
    " EXISTS (SELECT FROM withdrawal w WHERE w.message_id = m.id) AS withdrawn FROM message m WHERE m.id = :id"
)
_LOCK = text("SELECT id FROM message WHERE id = :id AND state = 'unknown' AND attempts = :n FOR UPDATE")
_EMPTY_LOOKS = text(
    "SELECT (clock_timestamp() - o.at) AS ago FROM attempt_outcome o WHERE o.message_id = :id AND o.n = :n"
    " AND o.outcome = 'not_listed' ORDER BY o.at"
)
_STATE = text("SELECT state FROM message WHERE id = :id")
_TURN = text("UPDATE message SET state = :state, why = :why, state_at = :now WHERE id = :id AND state = 'unknown'")


def reconcile(unit: UnitOfWork, channels: Mapping[str, Channel], pace: Pace | None = None) -> Counter[str]:
    """One sweep over the messages in doubt; how many were found, go back to the queue, stay or are given up.

    Each time the channels' lists are also watched, since the grace is as long as they are known to lag.
    """
    counts: Counter[str] = Counter()
    pace = pace or Pace()
    for route, channel in channels.items():
        counts["listed"] += observe(unit, channel, pace)
        with unit() as db:
            doubtful = db.execute(_IN_DOUBT, {"route": route, "some": SOME}).all()
            lag = lag_of(db, channel) if doubtful else None
        answers = _asked(channel, doubtful)
        counts["not_asked"] += len(doubtful) - len(answers)
        fp("reconcile.after_list")
        for row in doubtful:
            if row.id in answers:
                with unit() as db:
                    counts[_settle(db, row, channel, answers[row.id], lag, pace)] += 1
    _give_up_unasked(unit, list(channels), pace, counts)
    return +counts


def _give_up_unasked(unit: UnitOfWork, routes: Sequence[str], pace: Pace, counts: Counter[str]) -> None:
    """What went by a channel that is used no more can be asked about nowhere: it is waited for as long as any other."""
    with unit() as db:
        left = db.execute(_BY_NO_CHANNEL, {"routes": list(routes), "some": SOME}).all()
    for row in left:
        with unit() as db:
            counts[_settle(db, row, None, (), None, pace)] += 1


def _asked(channel: Channel, doubtful: Sequence[Row[Any]]) -> dict[UUID, Sequence[Listed]]:
    """What the channel's list shows for each message that it could be asked about."""
    if not channel.can_find:
        return {row.id: () for row in doubtful}
    if len(doubtful) >= MANY:
        return _read_whole(channel, doubtful)
    answers: dict[UUID, Sequence[Listed]] = {}
    failures = 0
    for row in doubtful:
        outgoing = Outgoing(row.id, row.number, row.body, Medium(row.medium), row.sender)
        try:
            answers[row.id] = channel.find(outgoing, row.started_at - BEFORE, row.started_at + AFTER)
            failures = 0
        except SendError:
            failures += 1
            if failures == PATIENCE:
                break
    return answers


def _read_whole(channel: Channel, doubtful: Sequence[Row[Any]]) -> dict[UUID, Sequence[Listed]]:
    """One list over the time of all; by words it is only sorted roughly, whoever takes in a text looks closely."""
    first, last = (choose(row.started_at for row in doubtful) for choose in (min, max))
    by_id: defaultdict[UUID | None, list[Listed]] = defaultdict(list)
    by_words: defaultdict[tuple[str, str], list[Listed]] = defaultdict(list)
    try:
        for listed in channel.listed(first - BEFORE, last + AFTER):
            by_id[listed.message_id].append(listed)
            if listed.message_id is None:
                by_words[listed.number, listed.body_hash].append(listed)
    except SendError:
        return {}
    return {row.id: [*by_id.get(row.id, ()), *by_words.get((row.number, row.body_hash), ())] for row in doubtful}


def _settle(
    db: Session, row: Row[Any], channel: Channel | None, found: Sequence[Listed], lag: timedelta | None, pace: Pace
) -> str:
    if channel is not None:
        for listed in found:
            place(db, channel.name, listed, via="list")
    if db.scalar(_LOCK, {"id": row.id, "n": row.n}) is None:
        state = State(db.scalar(_STATE, {"id": row.id}))
        return State.ACCEPTED.value if found and state is State.ACCEPTED else "settled"
    verdict = _not_found(db, row.id, row.n, channel, lag, pace)
    if verdict.state is not State.UNKNOWN:
        db.execute(_TURN, {"id": row.id, "state": verdict.state.value, "why": verdict.why, "now": now(db)})
    return verdict.state.value


def _not_found(
    db: Session, message_id: UUID, n: int, channel: Channel | None, lag: timedelta | None, pace: Pace
) -> Next:
    can_find = channel is not None and channel.can_find
    exact = channel is not None and can_find and channel.list_lag == timedelta(0)
    if can_find:
        note_words(db, [Word(message_id, n, "list", Outcome.NEVER_CAME if exact else Outcome.NOT_LISTED)])
    case = db.execute(_CASE, {"id": message_id}).one()
    text_class = TextClass(case.priority)
    since_grace = case.silence - grace_of(text_class, lag, pace)
    # Nobody knows whether a list shows the words of a WhatsApp template as they were read.
    telling = can_find and (exact or Medium(case.medium) is not Medium.WHATSAPP)
    look = Look(
        text_class=text_class,
        silence=case.silence,
        empty_looks=_empty_looks(db, message_id, n, since_grace, pace),
        list_lag=lag,
        can_find=telling,
        dedupes=channel is not None and channel.dedupes,
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
