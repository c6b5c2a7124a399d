"""How long texts wait for their senders: when the last of many will have gone, and whether that is in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from messaging.channels.plan import Sender
from messaging.outbox.rules import Window

LONGEST = 400
"""Openings of the hours that are looked through; what takes longer never goes."""


def takes(segments: int, senders: Sequence[Sender]) -> timedelta:
    """How long so many segments take by all senders together; nothing where one of them has no pace."""
    paces = [sender.per_second for sender in senders]
    known = [pace for pace in paces if pace is not None]
    return timedelta(seconds=segments / sum(known)) if known and len(known) == len(paces) else timedelta(0)


def done_by(segments: int, senders: Sequence[Sender], window: Window, at: datetime) -> datetime | None:
    """When the last of so many segments will have gone, if the first may go at `at`; None if hardly ever."""
    left, at = takes(segments, senders), window.next_open(at)
    for _ in range(LONGEST):
        closes = window.closes(at)
        if closes is None or at + left <= closes:
            return at + left
        left -= closes - at
        at = window.next_open(closes)
    return None


def fits(segments: int, senders: Sequence[Sender], window: Window, at: datetime, send_by: datetime) -> bool:
    """Will all have gone while they are of use? What would not is refused before anything goes."""
    done = done_by(segments, senders, window, at)
    return done is not None and done <= send_by
