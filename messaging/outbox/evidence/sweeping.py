"""Reads a channel's list of a whole day and joins it with ours: what is missing is stored, what is too much is told."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from sqlalchemy import text

from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import Channel, Listed
from messaging.outbox.evidence.placing import Placed, keep_stray, place
from messaging.outbox.evidence.polling import is_news, with_fault
from messaging.outbox.evidence.reporting import report

CHUNK = 500

_STATES = text(
    "SELECT p.sid, m.state FROM provider_message p JOIN message m ON m.id = p.message_id"
    " WHERE p.sid = ANY(CAST(:sids AS text[]))"
)


def sweep(unit: UnitOfWork, channels: Mapping[str, Channel], since: datetime, until: datetime) -> Counter[str]:
    """Join all that the channels took in [since, until) with the messages, and count what was listed by what it is.

    SendError when a list could not be had; what was stored until then stays, and the next sweep goes on.
    """
    counts: Counter[str] = Counter()
    for channel in channels.values():
        if channel.can_find:
            for some in _chunks(channel.listed(since, until)):
                counts += _join(unit, channel, some)
    return counts


def _join(unit: UnitOfWork, channel: Channel, some: list[Listed]) -> Counter[str]:
    counts: Counter[str] = Counter()
    with unit() as db:
        states = {row.sid: row.state for row in db.execute(_STATES, {"sids": [each.sid for each in some]})}
    for listed in some:
        if listed.sid not in states:
            with unit() as db:
                placed = place(db, channel.name, listed, via="sweep")
                if placed is Placed.NOBODYS:
                    keep_stray(db, channel.name, listed)
            counts[placed.value] += 1
        else:
            counts[Placed.KNOWN.value] += 1
        if is_news(states.get(listed.sid, "accepted"), listed):
            told = with_fault(channel, listed)
            if told is not None:
                with unit() as db:
                    report(db, channel.name, told, via="poll")
    return counts


def _chunks(listed: Iterable[Listed]) -> Iterator[list[Listed]]:
    rest = iter(listed)
    while some := list(islice(rest, CHUNK)):
        yield some
