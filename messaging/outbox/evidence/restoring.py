"""After a backup came back: finds in the channels' lists what went since, and gives it to the rows planned for it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import Channel, Listed, body_hash
from messaging.outbox.evidence.noting import Word, accept, lock, note_words
from messaging.outbox.evidence.placing import BEFORE, Placed, keep_stray, known, place
from messaging.outbox.rules import Outcome, TextClass
from messaging.outbox.wording import worded
from messaging.texts.catalogue import Said

VIA = "restored"
"""How such texts were learned of; the attempts that are written for them say the same."""
EARLIER = timedelta(minutes=1)
"""Looked back further than asked: providers name whole seconds, by clocks of their own; what is known stays known."""

_PLANNED = text(
    "SELECT m.id, m.number, m.text_key, m.text_values, m.language, m.body, m.attempts FROM message m"
    " WHERE m.number = :number AND (m.send_after <= :at OR m.priority = :reply)"
    " AND NOT EXISTS (SELECT FROM provider_message p WHERE p.message_id = m.id)"
    " ORDER BY m.state IN ('queued', 'parked', 'claimed', 'submitting', 'unknown') DESC, m.send_after, m.id"
)
"""Planned for that time, attempted or not, whatever became of it since; first what would go again. An answer to a text
that was read again after the backup came back was made later than it first went."""
_AS_TRIED = text(
    "WITH tried AS (INSERT INTO attempt (message_id, n, started_at, route, body_hash, segments)"
    " VALUES (:id, :n, :at, :route, :hash, :segments))"
    " UPDATE message SET attempts = :n, body = coalesce(body, :body), segments = coalesce(segments, :segments)"
    " WHERE id = :id"
)


@dataclass(frozen=True, slots=True)
class Orphan:
    """A text that a channel took and that no row of ours was planned for."""

    channel: str
    listed: Listed


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What came of it: listed texts counted by what they are, and those that are nobody's."""

    counts: Counter[str]
    orphans: tuple[Orphan, ...]


def reconcile_since(unit: UnitOfWork, channels: Mapping[str, Channel], since: datetime, until: datetime) -> Reconciled:
    """Adopt all that the channels took from EARLIER than since to until; SendError when a list was cut off."""
    counts: Counter[str] = Counter()
    orphans: list[Orphan] = []
    for channel in channels.values():
        if not channel.can_find:
            counts["not_asked"] += 1
            continue
        for listed in sorted(channel.listed(since - EARLIER, until), key=lambda each: each.at):
            with unit() as db:
                placed = _adopt(db, channel.name, listed)
            counts[placed.value] += 1
            if placed is Placed.NOBODYS:
                orphans.append(Orphan(channel.name, listed))
    return Reconciled(counts, tuple(orphans))


def _adopt(db: Session, channel: str, listed: Listed) -> Placed:
    placed = place(db, channel, listed, via=VIA)
    if placed is not Placed.NOBODYS:
        return placed
    planned = db.execute(
        _PLANNED, {"number": listed.number, "at": listed.at + BEFORE, "reply": int(TextClass.REPLY)}
    ).all()
    for row in planned:
        said = _said(row)
        if said is not None and body_hash(said.text) == listed.body_hash:
            _as_tried(db, row.id, row.attempts + 1, channel, listed, said)
            return Placed.ADOPTED
    keep_stray(db, channel, listed)
    return Placed.NOBODYS


def _said(row: Row[Any]) -> Said | None:
    """What the row would have said; None when that cannot be made."""
    try:
        return worded(row.number, row.text_key, row.text_values, row.language)
    except Exception:  # whatever is wrong with one text keeps only that one from being recognised
        return None


def _as_tried(db: Session, message_id: UUID, n: int, channel: str, listed: Listed, said: Said) -> None:
    """Write the attempt that the backup did not know, as of when the channel took it; its outcome says from where."""
    lock(db, [message_id])
    if known(db, [listed.sid]):
        return
    db.execute(
        _AS_TRIED,
        {
            "id": message_id,
            "n": n,
            "at": listed.at,
            "route": channel,
            "hash": listed.body_hash,
            "body": said.text,
            "segments": said.measure.segments,
        },
    )
    note_words(db, [Word(message_id, n, VIA, Outcome.ACCEPTED)])
    accept(db, {message_id: listed.sid}, via=VIA)
