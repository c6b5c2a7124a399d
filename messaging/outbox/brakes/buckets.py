"""Keeps the buckets of the senders in the database, where all workers share them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from messaging.channels.base import Medium
from messaging.channels.plan import Routes, Sender
from messaging.outbox.brakes.rates import Bucket, capacity, filled, full, slowed

_READ = text(
    "SELECT medium, sender, tokens, filled_at, pace, slowed_at, wait_until, clock_timestamp() AS clock"
    " FROM sender_bucket WHERE medium = ANY(CAST(:media AS text[]))"
)
_HELD = text(
    "SELECT medium, sender, tokens, filled_at, pace, slowed_at, wait_until FROM sender_bucket"
    " WHERE medium = ANY(CAST(:media AS text[])) ORDER BY medium, sender FOR UPDATE"
)
_CLOCK = text("SELECT clock_timestamp()")
_MAKE = text(
    "INSERT INTO sender_bucket (medium, sender, tokens, filled_at)"
    " SELECT medium, sender, tokens, clock_timestamp() FROM unnest(CAST(:media AS text[]), CAST(:senders AS text[]),"
    " CAST(:tokens AS float[])) AS given(medium, sender, tokens) ORDER BY 1, 2 ON CONFLICT DO NOTHING"
)
_WRITE = text(
    "UPDATE sender_bucket b SET tokens = given.tokens, filled_at = given.filled_at, pace = given.pace,"
    " slowed_at = given.slowed_at, wait_until = given.wait_until FROM unnest(CAST(:media AS text[]),"
    " CAST(:senders AS text[]), CAST(:tokens AS float[]), CAST(:filled AS timestamptz[]), CAST(:pace AS float[]),"
    " CAST(:slowed AS timestamptz[]), CAST(:wait AS timestamptz[]))"
    " AS given(medium, sender, tokens, filled_at, pace, slowed_at, wait_until)"
    " WHERE b.medium = given.medium AND b.sender = given.sender"
)

Pool = dict[Medium, list[Bucket]]
"""The buckets of each medium, in the order of the settings."""


def look(db: Session, routes: Routes, media: Collection[Medium]) -> tuple[Pool, datetime]:
    """The buckets as they stand, locked by nobody, and the database's instant."""
    rows = db.execute(_READ, {"media": sorted(media)}).all()
    clock: datetime = rows[0].clock if rows else db.scalar(_CLOCK)
    return _pool(rows, routes, media, clock), clock


def hold(db: Session, routes: Routes, media: Collection[Medium]) -> tuple[Pool, datetime]:
    """The buckets under lock until this unit ends, filled to the database's instant; last in the order of locks."""
    rows = db.execute(_HELD, {"media": sorted(media)}).all()
    known = {(row.medium, row.sender) for row in rows}
    wanted = [
        sender
        for medium in media
        for sender in routes.pool(medium)
        if sender.per_second is not None and (medium, sender.name) not in known
    ]
    if wanted:
        _make(db, wanted)
        rows = db.execute(_HELD, {"media": sorted(media)}).all()
    # After the locks, not with them: whoever waited for one would read the instant at which the waiting began.
    clock: datetime = db.scalar(_CLOCK)
    return _pool(rows, routes, media, clock), clock


def keep(db: Session, buckets: Iterable[Bucket]) -> None:
    """Write back buckets that this unit holds."""
    kept = list(buckets)
    if kept:
        db.execute(
            _WRITE,
            {
                "media": [each.sender.medium.value for each in kept],
                "senders": [each.sender.name for each in kept],
                "tokens": [each.tokens for each in kept],
                "filled": [each.at for each in kept],
                "pace": [each.pace for each in kept],
                "slowed": [each.slowed_at for each in kept],
                "wait": [each.wait_until for each in kept],
            },
        )


def slow_down(db: Session, routes: Routes, told: Iterable[tuple[Medium, str, timedelta | None]]) -> None:
    """A provider said "too fast" of these senders, and perhaps for how long it wants nothing."""
    complaints = list(told)
    if not complaints:
        return
    media = {medium for medium, _, _ in complaints}
    senders = {(each.medium, each.name): each for medium in media for each in routes.pool(medium)}
    named = {(medium, name): senders.get((medium, name), Sender(name, medium)) for medium, name, _ in complaints}
    _make(db, list(named.values()))
    rows = db.execute(_HELD, {"media": sorted(media)}).all()
    clock: datetime = db.scalar(_CLOCK)
    slower: list[Bucket] = []
    for row in rows:
        waits = [wait for medium, name, wait in complaints if (medium, name) == (row.medium, row.sender)]
        if waits:
            bucket = _bucket(row, named[Medium(row.medium), row.sender])
            slower.append(slowed(bucket, clock, max((wait for wait in waits if wait), default=None)))
    keep(db, slower)


def _make(db: Session, senders: Sequence[Sender]) -> None:
    db.execute(
        _MAKE,
        {
            "media": [each.medium.value for each in senders],
            "senders": [each.name for each in senders],
            "tokens": [capacity(each) for each in senders],
        },
    )


def _pool(rows: Iterable[Row[Any]], routes: Routes, media: Iterable[Medium], clock: datetime) -> Pool:
    known = {(row.medium, row.sender): row for row in rows}
    return {
        medium: [
            filled(_bucket(known[medium, sender.name], sender), clock)
            if (medium, sender.name) in known
            else full(sender, clock)
            for sender in routes.pool(medium)
        ]
        for medium in media
    }


def _bucket(row: Row[Any], sender: Sender) -> Bucket:
    return Bucket(sender, row.tokens, row.filled_at, row.pace, row.slowed_at, row.wait_until)
