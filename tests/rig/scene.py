"""Where a scenario plays, and what every worker does there: plan, send, bring back, ask; time at a fraction."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from clusters.kernel.clock import Clock, now
from clusters.kernel.database import connect, sessions
from clusters.kernel.failpoints import fp
from clusters.kernel.unit import UnitOfWork
from cop.channels import channels_of
from cop.reactions import REACTIONS
from cop.settings import Settings
from messaging.channels.base import Channel
from messaging.channels.twilio import TwilioChannel
from messaging.channels.wire import Wire
from messaging.outbox.actions import About, Draft, about_all, enqueue
from messaging.outbox.evidence.polling import poll
from messaging.outbox.evidence.reconcile import reconcile
from messaging.outbox.evidence.sweeping import sweep
from messaging.outbox.reaper import reap
from messaging.outbox.rules import ALWAYS, Pace, TextClass, Window
from messaging.outbox.sender import Dispatcher

PACE = replace(Pace().scaled(1 / 20), batch=4, in_flight=4)
"""A lease of three seconds, all else in proportion; few messages at once, so that a worker reaches all points soon."""
CLASSES = (TextClass.REMINDER, TextClass.CHANGE, TextClass.REMINDER, TextClass.REPLY, TextClass.BULK)
"""Of one share, in turn: of five texts three are tried again after asking, two go at most once."""

CONNECT, TOTAL = 0.5, 1.0
"""Seconds a provider has to take a connection, and to answer."""


@dataclass(frozen=True)
class Scene:
    """A house as `settings` say, with a `pace`; `blind` workers do not ask before they send again."""

    settings: Settings
    pace: Pace = PACE
    blind: bool = False
    window: Window = ALWAYS
    texts_each: int = 2
    classes: tuple[TextClass, ...] = CLASSES

    @property
    def url(self) -> str:
        """The database."""
        return self.settings.database_url

    def keys(self, shares: Iterable[int]) -> set[tuple[int, int]]:
        """Subject and person of all that these shares plan."""
        return {(share, n) for share in shares for n in range(self.texts_each)}


class Worker:
    """One worker's hands; whoever makes it closes it."""

    def __init__(self, scene: Scene, *, clock: Clock | None = None) -> None:
        self.scene, self.pace = scene, scene.pace
        self.engine = connect(scene.url, pool=self.pace.in_flight + 2, pool_timeout=5)
        self.unit = UnitOfWork(sessions(self.engine), REACTIONS, clock or Clock(), role="cop_worker")
        self.rest()

    def rest(self) -> None:
        """Let go of its connections; the next act opens new ones."""
        self.engine.dispose()
        self.channels = channels(self.scene.settings, self.unit)
        self.lists = channels(self.scene.settings, self.unit, patient=True)
        self.dispatcher = Dispatcher(
            self.unit, self.channels, self.scene.window, pace=self.pace, routes=self.scene.settings.routes
        )
        self._asked = float("-inf")

    def plan(self, *shares: int) -> None:
        """What every worker of these shares plans, however often it is started."""
        with self.unit() as db:
            about_all(db, "training_session", [About(share) for share in shares])
            enqueue(db, [draft for share in shares for draft in texts_of(share, self.scene, now(db))])
            fp("plan.before_commit")
        fp("plan.after_commit")

    def send(self) -> Counter[str]:
        """One batch of what is due."""
        return self.dispatcher.tick()

    def look_over(self, since: datetime) -> Counter[str]:
        """What a night does: read the provider's whole list and ask for the last word on every text."""
        return sweep(self.unit, self.lists, since, datetime.now(UTC) + timedelta(minutes=1)) + poll(
            self.unit, self.lists
        )

    def waiting(self) -> int:
        """Messages that could go now."""
        with self.unit() as db:
            return int(db.scalar(text("SELECT count(*) FROM message WHERE state = 'queued'")) or 0)

    def has_begun(self, subjects: list[int]) -> bool:
        """Has a sender taken the first text of these?"""
        asked = text("SELECT EXISTS (SELECT FROM message WHERE subject_id = ANY(:ids) AND state <> 'queued')")
        with self.unit() as db:
            return bool(db.scalar(asked, {"ids": subjects}))

    def turn(self, *, sending: bool = True) -> Counter[str]:
        """All that a worker does in a second: send, bring back, and ask as often as its pace says."""
        return (self.send() if sending else Counter()) + self.bring_back()

    def bring_back(self) -> Counter[str]:
        """What others left behind, and what is in doubt."""
        moved = reap(self.unit)
        if time.monotonic() - self._asked >= 2 * self.pace.looks_apart.total_seconds():
            moved += forget(self.unit) if self.scene.blind else reconcile(self.unit, self.lists, self.pace)
            self._asked = time.monotonic()
        return moved


def channels(settings: Settings, unit: UnitOfWork, *, patient: bool = False) -> dict[str, Channel]:
    """The channels of a house; a provider has as much less time to answer as time runs faster, but for a `patient` one.

    Its lists are as long as ever, and are read patiently.
    """
    if settings.sms_out != "twilio" or patient:
        return channels_of(settings, unit)
    wire = Wire(settings.twilio_address, connect=CONNECT, total=TOTAL)
    account, token = settings.twilio_account, settings.twilio_token
    address, hooks = settings.twilio_address, settings.address
    return {"twilio": TwilioChannel(account, token, address=address, public_url=hooks, wire=wire)}


def texts_of(share: int, scene: Scene, at: datetime) -> list[Draft]:
    """The texts of one share, each to a number of its own, due now and of use for a day."""
    return [
        Draft(
            "training_session",
            share,
            1,
            n,
            number_of(share, n, scene.texts_each),
            "T-1d",
            scene.classes[(share + n) % len(scene.classes)],
            "",
            {"text": f"Text {n} of share {share}"},
            "en",
            at,
            at + timedelta(days=1),
        )
        for n in range(scene.texts_each)
    ]


def number_of(share: int, n: int, texts_each: int) -> str:
    """A number that nobody else in the scene has."""
    return f"+923{share * texts_each + n:09}"


def forget(unit: UnitOfWork) -> Counter[str]:
    """What a careless sender does with messages in doubt: send them again."""
    with unit() as db:
        rows = db.execute(text("UPDATE message SET state = 'queued' WHERE state = 'unknown' RETURNING id")).all()
    return Counter(queued=len(rows))


def left(engine: Engine) -> int:
    """Messages that have no final state yet."""
    with engine.connect() as connection:
        return int(
            connection.scalar(
                text(
                    "SELECT count(*) FROM message WHERE state IN ('claimed', 'submitting', 'unknown')"
                    " OR state = 'queued' AND send_after <= now() + interval '1 hour'"
                )
            )
            or 0
        )
