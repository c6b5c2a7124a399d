"""Asks the channels again what became of texts that they took and said no last word of: callbacks may be lost."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, text

from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import Channel, Listed, Report, SendError
from messaging.outbox.evidence.placing import AFTER, BEFORE
from messaging.outbox.evidence.reconcile import MANY, PATIENCE
from messaging.outbox.evidence.reporting import Taken, report
from messaging.outbox.rules import RANK, State

LONGEST = timedelta(hours=24)
"""A text without a last word is asked about for so long after its attempt."""

_OPEN = text(
    "SELECT DISTINCT p.sid, a.route, a.started_at, m.state, m.number FROM attempt a"
    " JOIN message m ON m.id = a.message_id AND m.state IN ('accepted', 'sent')"
    " JOIN provider_message p ON p.message_id = m.id"
    " WHERE a.started_at > clock_timestamp() - :longest AND a.n = m.attempts AND a.route = :route"
    " ORDER BY a.started_at, p.sid"
)


def poll(unit: UnitOfWork, channels: Mapping[str, Channel], longest: timedelta = LONGEST) -> Counter[str]:
    """One sweep over the texts without a last word; how many reports were news, and how many could not be had."""
    counts: Counter[str] = Counter()
    for route, channel in channels.items():
        # Only simulated phones have a list that never lags, and they say no more than that they got a text.
        if channel.list_lag == timedelta(0):
            continue
        with unit() as db:
            rows = db.execute(_OPEN, {"longest": longest, "route": route}).all()
        if rows:
            reports = _listed(channel, rows, counts) if len(rows) >= MANY else _fetched(channel, rows, counts)
            for told in reports:
                with unit() as db:
                    taken = report(db, route, told, via="poll")
                if taken is not Taken.REPEATED:
                    counts[taken.value] += 1
    return +counts


def with_fault(channel: Channel, listed: Listed) -> Report | None:
    """What a list says became of a text; where there is an error, the channel is asked what it means."""
    if listed.code is not None:
        return channel.fetch(listed.sid)
    return Report(listed.sid, listed.status, number=listed.number)


def is_news(state: str, listed: Listed) -> bool:
    """Does a list say more of a text than its message stands at?"""
    return RANK[State(listed.status.value)] > RANK.get(State(state), 0)


def _fetched(channel: Channel, rows: Sequence[Row[Any]], counts: Counter[str]) -> Iterable[Report]:
    failures = 0
    for row in rows:
        try:
            told = channel.fetch(row.sid)
            failures = 0
        except SendError:
            counts["not_asked"] += 1
            failures += 1
            if failures == PATIENCE:
                return
            continue
        if told is not None:
            yield told


def _listed(channel: Channel, rows: Sequence[Row[Any]], counts: Counter[str]) -> Iterable[Report]:
    """One list over the time of all, since so many single questions would take too long."""
    states = {row.sid: row.state for row in rows}
    try:
        news = [
            listed
            for listed in channel.listed(rows[0].started_at - BEFORE, rows[-1].started_at + AFTER)
            if listed.sid in states and is_news(states[listed.sid], listed)
        ]
        for listed in news:
            told = with_fault(channel, listed)
            if told is not None:
                yield told
    except SendError:
        counts["not_asked"] += 1
