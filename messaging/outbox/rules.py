"""States of a message and who may change them, the classes of texts, and how far a lease and a lost answer reach."""

from datetime import timedelta
from enum import IntEnum, StrEnum


class State(StrEnum):
    """Where a message stands; the order and the guards are those of `RANK`."""

    QUEUED = "queued"
    PARKED = "parked"
    CLAIMED = "claimed"
    SUBMITTING = "submitting"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SENT = "sent"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"
    READ = "read"
    REJECTED = "rejected"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNRESOLVED = "unresolved"


RANK = {
    State.QUEUED: 0,
    State.PARKED: 0,
    State.CLAIMED: 1,
    State.SUBMITTING: 2,
    State.UNKNOWN: 2,
    State.ACCEPTED: 3,
    State.SENT: 4,
    State.FAILED: 5,
    State.UNDELIVERED: 6,
    State.DELIVERED: 7,
    State.READ: 8,
}
"""From rank 3 upward a state only rises; end states that say "never sent" have no rank."""

WAITING = (State.QUEUED, State.PARKED, State.CLAIMED)
"""Not handed to any channel: these can still be withdrawn without a trace."""
NEVER_SENT = (State.REJECTED, State.SUPPRESSED, State.CANCELLED, State.EXPIRED)
"""End states that promise that no channel ever accepted the message."""


class TextClass(IntEnum):
    """What kind of text it is; the value is its priority, 0 goes first."""

    CHANGE = 0
    REPLY = 1
    REMINDER = 2
    BULK = 3


RETRIES_AFTER_ASKING = (TextClass.CHANGE, TextClass.REMINDER)
"""Classes that are sent again once the channel surely has not got them; the others go at most once."""

LEASE = timedelta(seconds=60)
TRUST = timedelta(seconds=35)
"""A worker begins no request later than this after the start of its submit unit."""
GRACE = timedelta(seconds=120)
"""How long a lost answer is waited for before the channel is asked what became of the message."""
ATTEMPTS_MAX = 4
BATCH = 50


def rises(old: State, new: State) -> bool:
    """May evidence move a message from `old` to `new`? Below rank 3 anything may; from there it only rises."""
    if old in NEVER_SENT or old is State.UNRESOLVED:
        return RANK.get(new, -1) >= 3
    return RANK.get(new, -1) > RANK[old] or RANK[old] < 3
