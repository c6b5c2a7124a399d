"""Decides in the submit unit who of those that may go does go now, from which sender; the others wait in the queue."""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from messaging.channels.base import Medium
from messaging.channels.plan import REHEARSAL, Routes, Sender, carrier
from messaging.outbox.brakes import buckets, tallies
from messaging.outbox.brakes.breakers import may_ask_again, mend, trip
from messaging.outbox.brakes.buckets import Pool
from messaging.outbox.brakes.caps import (
    PROGRAMME,
    Addressed,
    Cap,
    Counted,
    Limits,
    What,
    add,
    affordable,
    cap_of_sender,
    caps_of,
    first_full,
    has_room,
    price_of,
    reaches_warning,
)
from messaging.outbox.brakes.rates import PARTS, Bucket, parts, ready_in, taken, texts_that_fit
from messaging.outbox.brakes.tallies import Charge
from messaging.outbox.rules import SEGMENTS_MAX, StopReason, TextClass
from messaging.outbox.switch import Standing

NEAR = 200
"""Texts below a cap that many share at which units count one after the other; more than all workers have under way."""
TYPED_IN = "batch"
"""Subjects of texts that somebody sends from the command line; in a rehearsal no cap holds them."""

log = logging.getLogger(__name__)

_CLAIMED = text(
    "SELECT medium, hashtext(number) & :mask AS part, count(*) AS texts FROM message WHERE state = 'claimed'"
    " GROUP BY 1, 2"
).bindparams(mask=PARTS - 1)


@dataclass(frozen=True, slots=True)
class Wish:
    """A text that may go as far as it itself is concerned; `sender` is the one whom its number falls to."""

    id: UUID
    number: str
    person_id: int
    medium: Medium
    route: str
    text_class: TextClass
    segments: int
    subject_kind: str
    training_path: str | None
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """It goes now, from this sender; `probe` is the breaker that it tries, `charges` are taken back if it does not."""

    sender: str
    probe: int | None = None
    charges: tuple[Charge, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """It stays in the queue; `why` is the key of a sentence, `until` the instant before which it is not looked at."""

    why: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """So many texts of a medium whose numbers fall to one sender; None is every medium, or every number.

    Two shares of one sender have their texts in common: the second is the numbers of a sender that is shut. Of places
    that are held nothing is in it.
    """

    texts: int
    medium: Medium | None = None
    sender: str | None = None
    part: range | None = None
    held_places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """What may be claimed, and when a sender that is only too fast has room again."""

    shares: tuple[Share, ...]
    more_in: timedelta | None = None


class Brakes:
    """The rates, caps, budget and breakers of one house; without `limits` nothing is counted."""

    def __init__(self, routes: Routes, limits: Callable[[], Limits] | None = None) -> None:
        self._routes, self._limits = routes, limits

    def room(self, db: Session, standing: Standing, most: int) -> Room:
        """What is worth claiming now: no row is taken that would only be given back."""
        if self._all_held(db, standing):
            return Room(())
        limits = self._limits() if self._limits else None
        if limits is not None and not self._routes.rehearsing:
            # Texts typed in for a rehearsal keep no cap, so a rehearsal claims them all and asks of each.
            caps = [cap for cap in caps_of(Addressed("", 0, TextClass.REPLY, None), limits) if cap.of == PROGRAMME]
            counted = tallies.texts(db, caps)
            left = min(cap.most - counted[cap.of, cap.span] for cap in caps)
            most = max(0, min(most, left))
        real = self._real(Medium)
        if not real and not standing.stops:
            return Room((Share(most),) if most else ())
        pool, instant = buckets.look(db, self._routes, real)
        claimed = db.execute(_CLAIMED).all()
        shares: list[Share] = []
        waits: list[timedelta] = []
        for medium in Medium:
            stop = standing.of_channel(carrier(self._routes, medium, invented=False) or "")
            its_most = most if stop is None else min(most, int(stop.ask_again))
            if medium not in pool:
                shares.append(Share(its_most, medium))
                continue
            taken_already = Counter({row.part: row.texts for row in claimed if row.medium == medium})
            shut = self._shut(db, [bucket.sender for bucket in pool[medium]], limits)
            found = _shares(medium, pool[medium], shut, taken_already, instant, its_most)
            shares += found
            if its_most and any(not share.texts for share in found):
                waits.append(ready_in([each for each in pool[medium] if each.sender.name not in shut], instant))
        some = tuple(
            replace(share, held_places=standing.places([carrier(self._routes, share.medium, invented=False)]))
            for share in shares
            if share.texts > 0 and share.medium is not None
        )
        return Room(some, min((wait for wait in waits if wait), default=None))

    def admit(self, db: Session, wishes: Sequence[Wish], standing: Standing) -> dict[UUID, Leave | Wait]:
        """Who goes now. Takes the locks of what is counted and of the buckets, which come last in every unit."""
        answers: dict[UUID, Leave | Wait] = {}
        probes: dict[str, int] = {}
        open_ = [wish for wish in wishes if not self._stopped(db, wish, standing, probes, answers)]
        if not open_:
            return answers
        round_ = self._round(db, open_, probes)
        for wish in open_:
            answers[wish.id] = round_.judge(db, wish)
        buckets.keep(db, round_.touched.values())
        tallies.count(
            db, [charge for answer in answers.values() if isinstance(answer, Leave) for charge in answer.charges]
        )
        return answers

    def too_fast(self, db: Session, told: Iterable[tuple[Medium, str, timedelta | None]]) -> None:
        """A provider complained of these senders."""
        buckets.slow_down(db, self._routes, told)

    def give_back(self, db: Session, charges: Iterable[Charge]) -> None:
        """These texts surely did not go: let them not count."""
        tallies.count(db, charges, -1)

    def _round(self, db: Session, wishes: Sequence[Wish], probes: Mapping[str, int]) -> "_Round":
        limits = self._limits() if self._limits else None
        senders = [each for medium in {wish.medium for wish in wishes} for each in self._routes.pool(medium)]
        round_ = _Round(self._routes, limits, probes)
        if limits is not None:
            caps = [cap for wish in wishes for cap in round_.caps(wish)]
            caps += [cap for each in senders if (cap := cap_of_sender(each)) is not None]
            tallies.hold(db, {cap.of for cap in caps if not cap.shared})
            round_.counted = tallies.texts(db, caps)
            near = {cap.of for cap in caps if cap.shared and cap.most - round_.counted[cap.of, cap.span] < NEAR}
            real = [wish for wish in wishes if wish.route != REHEARSAL]
            round_.spent = tallies.spent(db) if limits.budget and real else 0.0
            margin = NEAR * SEGMENTS_MAX * limits.segment_price
            if real and not affordable(margin, round_.spent, limits):
                near.add(Counted(What.COST, ""))
            if near:  # one unit after the other, so that together they pass no cap
                tallies.hold(db, near)
                round_.counted = tallies.texts(db, caps)
                round_.spent = tallies.spent(db) if limits.budget and real else 0.0
        media = self._real({wish.medium for wish in wishes if wish.route != REHEARSAL})
        if media:
            round_.pool, round_.instant = buckets.hold(db, self._routes, media)
        return round_

    def _all_held(self, db: Session, standing: Standing) -> bool:
        """Is everything stopped? A budget that has room again lets go by itself."""
        whole = [stop for stop in standing.stops if stop.of_everything]
        limits = self._limits() if self._limits else None
        if whole and limits is not None and all(stop.reason is StopReason.BUDGET for stop in whole):
            if not has_room(tallies.spent(db), limits):
                return True
            for stop in whole:
                mend(db, stop.id)
            return False
        return bool(whole)

    def _shut(self, db: Session, senders: Collection[Sender], limits: Limits | None) -> set[str]:
        """Senders that have sent what they may in a day."""
        caps = {each.name: cap for each in senders if (cap := cap_of_sender(each)) is not None}
        if limits is None or not caps:
            return set()
        counted = tallies.texts(db, list(caps.values()))
        return {name for name, cap in caps.items() if first_full([cap], counted) is not None}

    def _real(self, media: Iterable[Medium]) -> list[Medium]:
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
        stop = standing.of_place(wish.training_path, wish.route) or standing.of_channel(wish.route)
        if stop is None:
            return False
        if stop.ask_again and wish.route not in probes and may_ask_again(db, stop.id):
            probes[wish.route] = stop.id
            return False
        answers[wish.id] = Wait("stopped")
        return True


@dataclass
class _Round:
    """What one unit knows of the brakes, and takes from them text by text."""

    routes: Routes
    limits: Limits | None
    probes: Mapping[str, int]
    counted: Counter[tuple[Counted, timedelta]] = field(default_factory=Counter)
    spent: float = 0.0
    pool: Pool = field(default_factory=dict)
    instant: datetime | None = None
    touched: dict[tuple[Medium, str], Bucket] = field(default_factory=dict)

    def caps(self, wish: Wish) -> tuple[Cap, ...]:
        """The caps a text must keep, its sender's not among them."""
        if self.limits is None or (wish.route == REHEARSAL and wish.subject_kind == TYPED_IN):
            return ()
        return caps_of(Addressed(wish.number, wish.person_id, wish.text_class, wish.training_path), self.limits)

    def judge(self, db: Session, wish: Wish) -> Leave | Wait:
        """May it go? Then what it takes is taken."""
        caps = self.caps(wish)
        full = first_full(caps, self.counted)
        if full is not None:
            # On a real route the claim looks at what all wait for; pushed ahead, they would come back at one instant.
            looked_at = full.of.what is What.PROGRAMME and not self.routes.rehearsing
            until = None if looked_at else tallies.relief(db, full)
            return Wait(f"capped_{full.of.what.value}", until)
        if wish.route == REHEARSAL:
            return self._leave(db, wish, self.routes.pool(wish.medium)[0].name, caps, 0.0)
        bucket = self._sender(wish)
        if bucket is None:
            return Wait("paced")
        cost = price_of(wish.medium, wish.segments, self.limits) if self.limits else 0.0
        if self.limits and not affordable(cost, self.spent, self.limits):
            trip(db, StopReason.BUDGET)
            return Wait("over_budget")
        its = self.pool[wish.medium]
        its[its.index(bucket)] = self.touched[wish.medium, bucket.sender.name] = taken(bucket, wish.segments)
        own = cap_of_sender(bucket.sender)
        return self._leave(db, wish, bucket.sender.name, (*caps, own) if own else caps, cost)

    def _sender(self, wish: Wish) -> Bucket | None:
        """The sender that the number falls to; another one only where that one is shut."""
        instant = self.instant
        if instant is None:
            return None
        able = [each for each in self.pool[wish.medium] if not self._shut(each, instant)]
        own = next((each for each in able if each.sender.name == wish.sender), None)
        bucket = own or max(able, key=lambda each: each.room(instant), default=None)
        return bucket if bucket is not None and bucket.room(instant) >= 1 else None

    def _shut(self, bucket: Bucket, instant: datetime) -> bool:
        cap = cap_of_sender(bucket.sender)
        return bucket.waits(instant) or (cap is not None and first_full([cap], self.counted) is not None)

    def _leave(self, db: Session, wish: Wish, sender: str, caps: Iterable[Cap], cost: float) -> Leave:
        caps = tuple(caps)
        add(self.counted, {(cap.of, cap.span): cap for cap in caps}.values())
        if self.limits and reaches_warning(self.spent, self.spent + cost, self.limits):
            log.warning("the texts of this month have cost most of the budget")
        self.spent += cost
        counted = dict.fromkeys(cap.of for cap in caps)
        return Leave(sender, self.probes.get(wish.route), tallies.charges(db, counted, cost) if self.limits else ())


def _shares(
    medium: Medium,
    its: Sequence[Bucket],
    shut: Collection[str],
    claimed: Mapping[int, int],
    instant: datetime,
    most: int,
) -> list[Share]:
    """What each sender of a pool may begin; numbers of one that is shut fall to the one with the most room."""
    able = [each for each in its if each.sender.name not in shut and not each.waits(instant)]
    if not able:
        return []
    rooms = {each.sender.name: texts_that_fit(each, instant, PARTS) for each in able}
    widest = max(rooms, key=lambda name: rooms[name])
    found: list[tuple[Medium, str, range | None]] = []
    for bucket, part in zip(its, parts([each.sender for each in its]), strict=True):
        name = bucket.sender.name if bucket.sender.name in rooms else widest
        others = sum(texts for at, texts in claimed.items() if at in part)
        rooms[name] -= others
        found.append((medium, name, part if len(its) > 1 else None))
    return [Share(max(0, min(most, rooms[name])), medium, name, part) for medium, name, part in found]
