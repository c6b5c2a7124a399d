"""Reads what channels list as having come in: what their hooks did not bring is kept now, what they lack is marked."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.clock import now
from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import Channel, Policy, SendError, Texted
from messaging.inbound.actions import Came, take_all
from messaging.inbound.counting import count_hooks
from messaging.inbound.models import InboundListing, InboundText

LOOKED_BACK = timedelta(hours=2)
"""A list may lag; so far back it is read each time."""
FURTHEST_BACK = timedelta(days=7)
AT_FIRST = timedelta(days=1)
LISTED_WITHIN = timedelta(hours=24)
"""A text that came so long ago stands in its channel's list, or never came from there."""
COMPARED_EVERY = timedelta(hours=1)
APART = timedelta(hours=1)
"""How far the channel's time of a text may stand from ours."""
SOME = 500
"""Texts kept in one transaction."""


def read_lists(unit: UnitOfWork, channels: Mapping[str, Channel], ours: Collection[str]) -> Counter[str]:
    """Ask each channel once; one that cannot be asked is asked again next time, over the time between as well.

    `ours` are our own numbers.
    """
    counts: Counter[str] = Counter()
    for name, channel in channels.items():
        try:
            counts += _missed(unit, name, channel, ours)
            counts += _unlisted(unit, name, channel)
        except SendError as error:
            counts["not_asked"] += error.policy is not Policy.NEVER  # one that never can be asked is no news
    return +counts


def _missed(unit: UnitOfWork, name: str, channel: Channel, ours: Collection[str]) -> Counter[str]:
    """Keep what the list has and we have not."""
    with unit() as db:
        at = now(db)
        read_until = db.scalar(select(InboundListing.until).where(InboundListing.channel == name))
    since = at - AT_FIRST if read_until is None else max(min(read_until, at) - LOOKED_BACK, at - FURTHEST_BACK)
    missed = 0
    for some in _some(channel.heard(since, at)):
        with unit(Actor("hook")) as db:
            sids = [text.sid for text in some]
            known = set(db.scalars(select(InboundText.provider_id).where(InboundText.provider_id.in_(sids))))
            missed += len(take_all(db, [Came(name, text, text.at) for text in some if text.sid not in known], ours))
    with unit() as db:
        _note(db, name, until=at)
    return Counter(missed=missed)


def _unlisted(unit: UnitOfWork, name: str, channel: Channel) -> Counter[str]:
    """Mark what we have of a day ago and the list has not: it may be forged, or the provider forgets."""
    with unit() as db:
        at = now(db)
        compared = db.scalar(select(InboundListing.compared_until).where(InboundListing.channel == name))
    until = at - LISTED_WITHIN
    since = compared or until - COMPARED_EVERY
    if until - since < COMPARED_EVERY:
        return Counter()
    since = max(since, at - FURTHEST_BACK)
    listed = {text.sid for text in channel.heard(since - APART, until + APART)}
    with unit(Actor("hook")) as db:
        there = select(InboundText.id, InboundText.provider_id).where(
            InboundText.channel == name,
            InboundText.received_at > since,
            InboundText.received_at <= until,
            InboundText.unlisted_at.is_(None),
        )
        lacking = [id_ for id_, sid in db.execute(there) if sid not in listed]
        db.execute(update(InboundText).where(InboundText.id.in_(lacking)).values(unlisted_at=at))
        _note(db, name, until=at, compared_until=until)
        count_hooks(db, {(name, "unlisted"): len(lacking)} if lacking else {})
    return Counter(unlisted=len(lacking))


def _note(db: Session, name: str, **until: datetime) -> None:
    db.execute(
        insert(InboundListing)
        .values(channel=name, **until)
        .on_conflict_do_update(index_elements=[InboundListing.channel], set_=until)
    )


def _some(texts: Iterable[Texted]) -> Iterator[list[Texted]]:
    """The texts, some at a time: a list may be long."""
    rest = iter(texts)
    while some := list(islice(rest, SOME)):
        yield some
