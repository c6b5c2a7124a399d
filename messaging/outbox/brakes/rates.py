"""How fast a sender may go: a token bucket of segments, halved while a provider says "too fast", then slowly back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import floor

from messaging.channels.plan import Sender
from messaging.outbox.rules import SEGMENTS_MAX

FULL_AFTER = timedelta(seconds=1)
"""A bucket holds what its sender may send in so long; the rest of a longer pause is lost."""
UNLIMITED = 100.0
"""Segments a second that count as normal for a sender without a rate, once its provider says that it is too fast."""
REGAINED = 0.02
"""Share of the normal rate that comes back with every second without a complaint."""
SLOWEST = 0.01
"""Some text must still go, or nobody would learn that the provider takes texts again."""
LONGEST_WAIT = timedelta(minutes=5)
"""A provider that asks for a longer silence is asked again after this."""
PARTS = 1 << 20
_SECOND = timedelta(seconds=1)


def normal(sender: Sender) -> float:
    """Segments a second when nobody complains."""
    return sender.per_second if sender.per_second is not None else UNLIMITED


def capacity(sender: Sender, pace: float = 1.0) -> float:
    """Segments that a full bucket holds at a share of the normal rate; never less than one text begins with."""
    return max(1.0, normal(sender) * pace * (FULL_AFTER / _SECOND))


@dataclass(frozen=True, slots=True)
class Bucket:
    """What a sender may still take at `at`; `pace` is the share of its normal rate that held at `slowed_at`."""

    sender: Sender
    tokens: float
    at: datetime
    pace: float = 1.0
    slowed_at: datetime | None = None
    wait_until: datetime | None = None

    @property
    def normal(self) -> float:
        """Segments a second when nobody complains."""
        return normal(self.sender)

    def pace_at(self, instant: datetime) -> float:
        """Share of the normal rate that holds at an instant."""
        if self.slowed_at is None:
            return 1.0
        clean = floor((instant - self.slowed_at) / _SECOND)
        return min(1.0, self.pace + REGAINED * max(0, clean))

    def waits(self, instant: datetime) -> bool:
        """Does its provider want nothing now?"""
        return self.wait_until is not None and instant < self.wait_until

    def limits(self, instant: datetime) -> bool:
        """Does this bucket hold anything back, or may its sender go as fast as we like?"""
        return self.sender.per_second is not None or self.pace_at(instant) < 1 or self.waits(instant)

    def room(self, instant: datetime) -> float:
        """Segments that may go at an instant, the bucket filled until then; a text may begin while one is left."""
        if not self.limits(instant):
            return float("inf")
        return 0.0 if self.waits(instant) else self.tokens


def full(sender: Sender, instant: datetime) -> Bucket:
    """The bucket of a sender that has sent nothing yet."""
    return Bucket(sender, capacity(sender), instant)


def filled(bucket: Bucket, instant: datetime) -> Bucket:
    """The bucket as it stands at a later instant; an earlier one, read before another worker wrote, adds nothing."""
    if instant <= bucket.at:
        return bucket
    mean = (bucket.pace_at(bucket.at) + bucket.pace_at(instant)) / 2
    gained = mean * bucket.normal * ((instant - bucket.at) / _SECOND)
    return replace(bucket, tokens=min(bucket.tokens + gained, _capacity(bucket, instant)), at=instant)


def taken(bucket: Bucket, segments: int) -> Bucket:
    """After a text went."""
    return replace(bucket, tokens=bucket.tokens - segments)


def slowed(bucket: Bucket, instant: datetime, wait: timedelta | None = None) -> Bucket:
    """After the provider said "too fast": half the rate, once for every second in which it says so.

    `wait` is how long it asked for silence.
    """
    bucket = filled(bucket, instant)
    if bucket.slowed_at is None or instant - bucket.slowed_at >= _SECOND:
        pace = max(SLOWEST, bucket.pace_at(instant) / 2)
        bucket = replace(bucket, pace=pace, slowed_at=max(instant, bucket.slowed_at or instant))
    if wait:
        until = instant + min(wait, LONGEST_WAIT)
        bucket = replace(bucket, wait_until=max(until, bucket.wait_until or until))
    return replace(bucket, tokens=min(bucket.tokens, _capacity(bucket, instant)))


def burst(sender: Sender) -> float:
    """Segments that may go beyond the steady rate in any stretch of time: a full bucket, and the rest of one text."""
    return float("inf") if sender.per_second is None else max(1.0, sender.per_second) + SEGMENTS_MAX - 1


def texts_that_fit(bucket: Bucket, instant: datetime, most: int) -> int:
    """How many texts may begin now, each taken for one segment."""
    room = bucket.room(instant)
    return most if room == float("inf") else min(most, max(0, floor(room)))


def ready_in(buckets: Sequence[Bucket], instant: datetime) -> timedelta:
    """After how long the first of them may begin another text."""
    return min((_ready_in(bucket, instant) for bucket in buckets), default=timedelta(0))


def parts(pool: Sequence[Sender]) -> list[range]:
    """Which of the `PARTS` that numbers fall into each sender serves, by its rate.

    A number keeps its sender, so that all it gets stands in one thread and its answers find it.
    """
    whole, bounds, so_far = sum(normal(sender) for sender in pool), [0], 0.0
    for sender in pool:
        so_far += normal(sender)
        bounds.append(round(PARTS * so_far / whole))
    return [range(low, high) for low, high in pairwise(bounds)]


def _capacity(bucket: Bucket, instant: datetime) -> float:
    return capacity(bucket.sender, bucket.pace_at(instant))


def _ready_in(bucket: Bucket, instant: datetime) -> timedelta:
    if bucket.room(instant) >= 1:
        return timedelta(0)
    waits = bucket.wait_until - instant if bucket.wait_until and bucket.waits(instant) else timedelta(0)
    return waits + _SECOND * max(0.0, 1 - bucket.tokens) / max(bucket.normal * bucket.pace_at(instant), 1e-6)
