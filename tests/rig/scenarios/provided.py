"""A house that sends through the scripted provider, its whole time at a fortieth; what scenarios of answers share."""

import itertools
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from clusters.kernel.clock import Clock
from clusters.kernel.database import sessions
from clusters.kernel.unit import UnitOfWork
from cop.reactions import REACTIONS
from cop.receiving import Letterbox, Taken, letterbox_of
from messaging.channels.base import Hook, HookRefused
from messaging.channels.twilio import TwilioChannel
from messaging.channels.wire import TOTAL, Wire
from messaging.inbound.spool import Brought as Dropped
from messaging.outbox.reaper import reap
from messaging.outbox.rules import IN_FLIGHT, Pace, State, TextClass
from tests.rig.gateway.client import Gateway
from tests.rig.gateway.verdicts import Callbacks, Rule, Verdict
from tests.rig.ground import SENDER, Figures, Ground, judged, taken
from tests.rig.invariants import Expected
from tests.rig.receiving import Brought, receiving
from tests.rig.scene import Scene, Worker, left, number_of

QUIET = Verdict(callbacks=Callbacks(loss=1.0))
FRACTION = 1 / 40
SHORT_GRACE = {"grace": {each: span / 80 for each, span in Pace().grace.items()}}
"""For scenarios in which nothing else takes time than to wait for the grace to be over."""
SHARE = 1
CONNECTED = 1.0
"""Seconds for a connection on this machine, which proves nothing if a busy one needs them."""


@dataclass
class Provided:
    """One worker, one provider, and as many texts as `scene` says; `fraction` of the true time."""

    ground: Ground
    gateway: Gateway
    scene: Scene
    worker: Worker
    fraction: float
    letterbox: Letterbox
    reports: Counter[Taken] = field(default_factory=Counter)
    """What became of the reports that came."""

    @property
    def total(self) -> float:
        """Seconds that one request may take."""
        return TOTAL * self.fraction

    def channel(self, address: str | None = None) -> TwilioChannel:
        """The channel with its times in proportion, to the provider or to another address."""
        address = address or self.gateway.address
        return TwilioChannel(
            self.gateway.account,
            self.gateway.token,
            address=address,
            public_url=self.scene.settings.address,
            senders=[SENDER],
            wire=Wire(address, connect=CONNECTED, total=self.total),
        )

    def by(self, channel: TwilioChannel) -> None:
        """Let the worker send by this channel from now on."""
        self.worker.channels["twilio"] = channel

    def script(self, *rules: Rule | Verdict) -> None:
        """These rules, and for all other texts an acceptance that nobody reports on."""
        self.gateway.script(*rules, QUIET)

    def take(self, brought: Brought) -> int:
        """A report comes to the door; the status code it gets."""
        message_id = brought.path.rsplit("/", 1)[1]
        hook = Hook(self.scene.settings.address + brought.path, brought.body, brought.headers, datetime.now(UTC))
        try:
            told = self.worker.channels["twilio"].read_report(hook, UUID(message_id))
        except HookRefused:
            return 403
        self.reports[self.letterbox.drop(Dropped("twilio", hook.now, told))] += 1
        return 204

    def number(self, n: int, share: int = SHARE) -> str:
        """Of the n-th text of a share."""
        return number_of(share, n, self.scene.texts_each)

    def in_all(self, patience: float) -> float:
        """Seconds to wait for something that patience is enough for at the usual fraction."""
        return patience * max(1.0, 10 * self.fraction)

    def send_all(self, patience: float = 20.0) -> None:
        """Let the worker send, and not ask what became of it, until every text has been handed over."""
        until = time.monotonic() + self.in_all(patience)
        before = {State.QUEUED, State.CLAIMED, State.SUBMITTING}
        while before & self.states().keys() and time.monotonic() < until:
            if not self.worker.send() + reap(self.worker.unit):
                time.sleep(0.02)

    def drain(self, patience: float) -> bool:
        """Let the worker work until nothing waits any more, or patience (in seconds) is over."""
        until = time.monotonic() + self.in_all(patience)
        while left(self.worker.engine) and time.monotonic() < until:
            if not self.worker.turn():
                time.sleep(0.02)
        return left(self.worker.engine) == 0

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """What the database says."""
        with self.worker.engine.connect() as connection:
            return list(connection.execute(text(statement), values))

    def states(self) -> Counter[str]:
        """How many texts are in which state."""
        return Counter(State(row.state) for row in self.rows("SELECT state FROM message"))

    def judged(self, *, drained: bool = True, shares: Sequence[int] = (SHARE,)) -> Figures:
        """The invariants, with the provider's ledger as the truth."""
        expected = Expected(planned=self.scene.keys(shares), drained=drained)
        return judged(self.ground, self.scene.url, expected, taken(self.gateway))


@contextmanager
def provided(
    ground: Ground,
    *,
    texts: int | None = None,
    classes: tuple[TextClass, ...] = (TextClass.REMINDER,),
    pace: Mapping[str, Any] | None = None,
) -> Iterator[Provided]:
    """The house, with its texts planned and none sent; what the provider reports comes to it.

    The ground's option `fraction` says how much of the true time it takes: 1 is all of it.
    """
    fraction = float(ground.options.get("fraction", FRACTION))
    with receiving() as hooks, ground.provided(hooks=hooks.address) as (settings, gateway):
        own = replace(Pace().scaled(fraction), batch=IN_FLIGHT, **(pace or {}))
        scene = Scene(settings, pace=own, texts_each=texts or ground.size, classes=classes)
        worker = Worker(scene)
        pages = UnitOfWork(sessions(worker.engine), REACTIONS, Clock(), role="cop_web")
        house = Provided(ground, gateway, scene, worker, fraction, letterbox_of(settings, pages))
        hooks.take = house.take
        house.by(house.channel())
        house.script()
        worker.plan(SHARE)
        try:
            yield house
        finally:
            worker.engine.dispose()


def tries(gateway: Gateway) -> dict[str, list[float]]:
    """By number the times at which a text was handed to the provider whole, whether it took it or not."""
    found: dict[str, list[float]] = {}
    for line in gateway.ledger("tried"):
        found.setdefault(line["to"], []).append(line["at"])
    return found


def too_soon(house: Provided, list_lag: float = 0.0) -> list[str]:
    """Numbers that were tried again before the grace of their class was over, or twice the seconds a list lags."""
    classes = {row.number: TextClass(row.priority) for row in house.rows("SELECT number, priority FROM message")}
    grace = house.scene.pace.grace
    return [
        number
        for number, times in tries(house.gateway).items()
        for first, second in itertools.pairwise(times)
        if timedelta(seconds=second - first) < max(grace[classes[number]], timedelta(seconds=2 * list_lag))
    ]
