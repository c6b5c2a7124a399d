"""Where a scenario plays, and what every worker does there: plan, send, bring back, ask; time at a fraction."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, text

from clusters.kernel.clock import Clock, now
from clusters.kernel.database import connect, sessions
from clusters.kernel.failpoints import fp
from clusters.kernel.unit import UnitOfWork
from cop.channels import channels_of
from cop.reactions import REACTIONS
from cop.settings import Settings
from messaging.outbox.actions import Draft, about, enqueue
from messaging.outbox.reaper import reap
from messaging.outbox.reconcile import reconcile
from messaging.outbox.rules import ALWAYS, Pace, TextClass, Window
from messaging.outbox.sender import Dispatcher

PACE = replace(Pace().scaled(1 / 20), batch=8)
"""A lease of three seconds, and all else in proportion; a batch as small as a worker has in flight, to reach all points
soon."""
CLASSES = (TextClass.REMINDER, TextClass.CHANGE, TextClass.REMINDER, TextClass.REPLY, TextClass.BULK)
"""Of one share, in turn: of five texts three are tried again after asking, two go at most once."""


@dataclass(frozen=True)
class Scene:
    """A house as `settings` say, with a `pace`; `blind` workers do not ask before they send again."""

    settings: Settings
    pace: Pace = PACE
    blind: bool = False
    window: Window = ALWAYS
    texts_each: int = 3
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
        self.channels = channels_of(scene.settings, self.unit)
        self.dispatcher = Dispatcher(
            self.unit, self.channels, scene.window, pace=self.pace, routes=scene.settings.routes
        )
        self._asked = float("-inf")

    def rest(self) -> None:
        """Let go of its connections; the next act opens new ones."""
        self.engine.dispose()
        self._asked = float("-inf")

    def plan(self, share: int) -> None:
        """What every worker of this share plans, however often it is started."""
        with self.unit() as db:
            about(db, "training_session", share, training_path=None, admin_path=None)
            enqueue(db, texts_of(share, self.scene, now(db)))
            fp("plan.before_commit")
        fp("plan.after_commit")

    def send(self) -> Counter[str]:
        """One batch of what is due."""
        return self.dispatcher.tick()

    def turn(self, *, asking: bool = True) -> Counter[str]:
        """All that a worker does in a second: send, bring back, and ask as often as its pace says."""
        moved = self.send() + reap(self.unit)
        if asking and time.monotonic() - self._asked >= 2 * self.pace.looks_apart.total_seconds():
            moved += forget(self.unit) if self.scene.blind else reconcile(self.unit, self.channels, self.pace)
            self._asked = time.monotonic()
        return moved


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
