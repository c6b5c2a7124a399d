"""Decides in the submit unit who of those that may go does go now, from which sender; the others wait in the queue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from messaging.channels.base import Medium
from messaging.channels.plan import REHEARSAL, Routes, carrier
from messaging.outbox.brakes import buckets
from messaging.outbox.brakes.breakers import may_ask_again
from messaging.outbox.brakes.rates import chosen, ready_in, room_for_texts, taken
from messaging.outbox.rules import TextClass
from messaging.outbox.switch import Standing

_CLAIMED = text("SELECT medium, count(*) AS texts FROM message WHERE state = 'claimed' GROUP BY medium")


@dataclass(frozen=True, slots=True)
class Wish:
    """A text that may go as far as it itself is concerned."""

    id: UUID
    number: str
    person_id: int
    medium: Medium
    route: str
    text_class: TextClass
    segments: int
    subject_kind: str
    training_path: str | None


@dataclass(frozen=True, slots=True)
class Leave:
    """It goes now, from this sender; `probe` is the breaker that it tries."""

    sender: str
    probe: int | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """It stays in the queue; `why` is the key of a sentence, `until` the instant before which it is not looked at."""

    why: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """How many texts of each medium may be claimed, places whose texts stay, and when there will be more room."""

    texts: Mapping[Medium, int]
    held_places: tuple[str, ...] = ()
    more_in: timedelta | None = None
    """Until a sender that is only too fast now has room again."""


class Brakes:
    """The rates, caps, budget and breakers of one house, as its settings say."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    def room(self, db: Session, standing: Standing, most: int) -> Room:
        """What is worth claiming now: no row is taken that would only be given back."""
        if standing.everything:
            return Room({})
        texts: dict[Medium, int] = {}
        for medium in Medium:
            stop = standing.of_channel(carrier(self._routes, medium, invented=False) or "")
            texts[medium] = most if stop is None else int(stop.ask_again)
        if not self._limited(Medium):
            return Room(texts, standing.places)
        pool, instant = buckets.look(db, self._routes, self._limited(Medium))
        claimed = {Medium(row.medium): row.texts for row in db.execute(_CLAIMED)}
        waits = []
        for medium, its in pool.items():
            room = room_for_texts(its, instant, most + claimed.get(medium, 0)) - claimed.get(medium, 0)
            if room <= 0 < texts[medium]:
                waits.append(ready_in(its, instant))
            texts[medium] = min(texts[medium], max(0, room))
        return Room(texts, standing.places, min(waits, default=None))

    def admit(self, db: Session, wishes: Sequence[Wish], standing: Standing) -> dict[UUID, Leave | Wait]:
        """Who goes now. Takes the locks of the buckets, which come last in every unit."""
        answers: dict[UUID, Leave | Wait] = {}
        probes: dict[str, int] = {}
        open_ = [wish for wish in wishes if not self._stopped(db, wish, standing, probes, answers)]
        limited = self._limited({wish.medium for wish in open_ if wish.route != REHEARSAL})
        if not limited:
            for wish in open_:
                answers[wish.id] = Leave(self._routes.pool(wish.medium)[0].name, probes.get(wish.route))
            return answers
        pool, instant = buckets.hold(db, self._routes, limited)
        touched = {}
        for wish in open_:
            if wish.route == REHEARSAL:
                answers[wish.id] = Leave(self._routes.pool(wish.medium)[0].name)
                continue
            its = pool[wish.medium]
            bucket = chosen(its, wish.number, instant)
            if bucket is None:
                answers[wish.id] = Wait("paced")
                continue
            its[its.index(bucket)] = touched[wish.medium, bucket.sender.name] = taken(bucket, wish.segments)
            answers[wish.id] = Leave(bucket.sender.name, probes.get(wish.route))
        buckets.keep(db, touched.values())
        return answers

    def too_fast(self, db: Session, told: Iterable[tuple[Medium, str, timedelta | None]]) -> None:
        """A provider complained of these senders."""
        buckets.slow_down(db, self._routes, told)

    def _limited(self, media: Iterable[Medium]) -> list[Medium]:
        """Media whose texts may reach a provider, which may be too slow for us; a rehearsal never is."""
        return [each for each in media if carrier(self._routes, each, invented=False) not in (None, REHEARSAL)]

    def _stopped(
        self,
        db: Session,
        wish: Wish,
        standing: Standing,
        probes: dict[str, int],
        answers: dict[UUID, Leave | Wait],
    ) -> bool:
        """Does a stop of its place or its channel hold it? One text passes a breaker that may be tried."""
        stop = standing.of_place(wish.training_path) or standing.of_channel(wish.route)
        if stop is None:
            return False
        if stop.ask_again and wish.route not in probes and may_ask_again(db, stop.id):
            probes[wish.route] = stop.id
            return False
        answers[wish.id] = Wait("stopped")
        return True
