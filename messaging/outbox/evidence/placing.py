"""Finds out to which message a text in a channel's list belongs, and gives it to that one alone."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from messaging.channels.base import Listed
from messaging.outbox.evidence.noting import Word, accept, lock, note_words
from messaging.outbox.rules import SURELY_NOT, Outcome

BEFORE, AFTER = timedelta(seconds=5), timedelta(seconds=80)
"""A text that a channel took so long before or after an attempt began cannot be that attempt's."""
NOBODYS = "nobodys"
"""Why a stray is one: it is in the channel's list, and no message of ours is it."""


class Placed(StrEnum):
    """What became of a text in a list."""

    KNOWN = "known"
    ADOPTED = "adopted"
    EXTRA = "extra"
    """Its message has another copy already: a duplicate, now recorded."""
    PENDING = "pending"
    """It may be that of a request whose answer is still awaited."""
    NOBODYS = "nobodys"


_KNOWN = text("SELECT sid FROM provider_message WHERE sid = ANY(CAST(:sids AS text[]))")
_BY_ID = text(
    "SELECT m.id FROM message m WHERE m.id = :id AND EXISTS (SELECT FROM attempt a WHERE a.message_id = m.id)"
)
_BY_WORDS = text(
    "SELECT DISTINCT m.id FROM message m JOIN attempt a ON a.message_id = m.id WHERE m.number = :number"
    " AND a.route = :channel AND a.body_hash = :hash AND a.started_at BETWEEN :first AND :last"
)
_CANDIDATES = text(
    "SELECT m.id, a.n, m.state = 'submitting' AND m.lease_until > clock_timestamp() AS awaited,"
    " EXISTS (SELECT FROM provider_message p WHERE p.message_id = m.id) AS has_one,"
    " EXISTS (SELECT FROM attempt_outcome o WHERE o.message_id = m.id AND o.n = a.n"
    " AND o.outcome = ANY(:surely_not)) AS refused FROM message m JOIN attempt a ON a.message_id = m.id"
    " WHERE m.id = ANY(:ids) AND (:by_id OR a.route = :channel AND a.body_hash = :hash"
    " AND a.started_at BETWEEN :first AND :last) ORDER BY has_one, refused, a.started_at, m.id, a.n"
)
"""First who has none yet, and of those whose attempt is the oldest; a refused one last, but evidence wins."""
_STRAY = text(
    "INSERT INTO stray (sid, why, channel, number, body_hash, taken_at, found_at)"
    " VALUES (:sid, :why, :channel, :number, :hash, :at, :now) ON CONFLICT DO NOTHING"
)


def known(db: Session, sids: Collection[str]) -> set[str]:
    """Those of a channel's ids that are a message's."""
    return set(db.scalars(_KNOWN, {"sids": list(sids)})) if sids else set()


def place(db: Session, channel: str, listed: Listed, via: str) -> Placed:
    """Give a listed text to the message it must be, by our id where the list has it, else by number, words and time.

    Of several that may be it the one that was tried first gets it, and the others stay as they are.
    """
    if known(db, [listed.sid]):
        return Placed.KNOWN
    case = {
        "channel": channel,
        "number": listed.number,
        "hash": listed.body_hash,
        "first": listed.at - AFTER,
        "last": listed.at + BEFORE,
        "by_id": listed.message_id is not None,
        "surely_not": [outcome.value for outcome in SURELY_NOT],
    }
    ids: Sequence[UUID] = (
        db.scalars(_BY_ID, {"id": listed.message_id}).all() if listed.message_id else db.scalars(_BY_WORDS, case).all()
    )
    lock(db, ids)  # from here on nobody else gives one of them another id
    if known(db, [listed.sid]):
        return Placed.KNOWN
    candidates = db.execute(_CANDIDATES, {**case, "ids": list(ids)}).all()
    free = [each for each in candidates if not each.awaited or listed.message_id]
    if not free:
        return Placed.PENDING if candidates else Placed.NOBODYS
    chosen = free[0]
    if chosen.has_one and len(free) < len(candidates):
        return Placed.PENDING
    note_words(db, [Word(chosen.id, chosen.n, via, Outcome.ACCEPTED)])
    accept(db, {chosen.id: listed.sid}, via=via)
    return Placed.EXTRA if chosen.has_one else Placed.ADOPTED


def keep_stray(db: Session, channel: str, listed: Listed) -> None:
    """Remember a listed text that is nobody's, for a person to look at."""
    db.execute(
        _STRAY,
        {
            "sid": listed.sid,
            "why": NOBODYS,
            "channel": channel,
            "number": listed.number,
            "hash": listed.body_hash,
            "at": listed.at,
            "now": now(db),
        },
    )
