"""Takes in what providers bring: into the database, or onto the disk while that is away; each thing once."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import Lock

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.unit import UnitOfWork
from clusters.people.phones import Phone
from clusters.people.phones import read as read_phone
from cop.settings import Settings
from messaging.channels.base import Texted
from messaging.inbound.actions import Came, take_all
from messaging.inbound.counting import count_hooks
from messaging.inbound.spool import Brought, Spool
from messaging.outbox.evidence import reporting

log = structlog.get_logger("cop.receiving")
AWAY_SECONDS = 2.0
"""After the database did not answer, so long nobody waits for it: what comes goes to the disk at once."""
COUNTED_EVERY_SECONDS = 1.0
"""Counts are written down no oftener, so that an attack on the door is none on the database."""


class Taken(StrEnum):
    """What was done with something that was brought."""

    KEPT = "kept"
    AGAIN = "again"
    """It was here already."""
    REPORTED = "reported"
    STRAY = "stray"
    """A report that fits no text of ours."""
    SPOOLED = "spooled"


def spool_of(data_dir: Path) -> Spool:
    """Where this house keeps what it cannot write into its database."""
    return Spool(data_dir / "spool")


def own_numbers(settings: Settings) -> frozenset[str]:
    """Numbers of the programme itself: what comes from them is an echo."""
    names = [sender.name for sender in settings.routes.senders] + [settings.reply_number]
    read = [read_phone(name) for name in names]
    return frozenset(names) | {phone.e164 for phone in read if isinstance(phone, Phone)}


def store(db: Session, brought: Sequence[Brought], ours: frozenset[str]) -> list[Taken]:
    """Write what was brought into the database, and say what was done with each; a second time it changes nothing."""
    came = [Came(each.channel, each.told, each.at) for each in brought if isinstance(each.told, Texted)]
    new = take_all(db, came, ours) if came else set()
    taken = []
    for each in brought:
        if isinstance(each.told, Texted):
            taken.append(Taken.KEPT if each.told.sid in new else Taken.AGAIN)
            new.discard(each.told.sid)
        else:
            taken.append(_OF_REPORTS[reporting.report(db, each.channel, each.told)])
    return taken


_OF_REPORTS = {
    reporting.Taken.NEWS: Taken.REPORTED,
    reporting.Taken.REPEATED: Taken.AGAIN,
    reporting.Taken.STRAY: Taken.STRAY,
}


@dataclass
class _Waiting:
    """A text that waits for whoever writes; `taken` is set once it stands in the database."""

    brought: Brought
    seen: bool = False
    taken: Taken | None = None


@dataclass
class Letterbox:
    """Where what was proved to be a provider's is dropped; `unit` opens transactions, `ours` are own numbers.

    Texts that come at the same time go into one transaction: whoever writes takes along what waits behind.
    """

    unit: UnitOfWork
    spool: Spool
    ours: frozenset[str]
    _away_until: float = field(default=float("-inf"), init=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)
    _writing: Lock = field(default_factory=Lock, init=False, repr=False)
    _texts: list[_Waiting] = field(default_factory=list, init=False, repr=False)
    _uncounted: Counter[tuple[str, str]] = field(default_factory=Counter, init=False, repr=False)
    _counted_at: float = field(default=float("-inf"), init=False)

    def drop(self, brought: Brought) -> Taken:
        """Keep one thing for good, wherever there is room; SpoolFull or OSError when there is none."""
        waiting = _Waiting(brought)
        if isinstance(brought.told, Texted):
            with self._lock:
                self._texts.append(waiting)
            with self._writing:
                if not waiting.seen:
                    with self._lock:
                        together, self._texts = self._texts, []
                    self._write(together)
        else:
            self._write([waiting])
        if waiting.taken is None:
            self.spool.put(brought)
            waiting.taken = Taken.SPOOLED
        self.count(brought.channel, waiting.taken.value)
        return waiting.taken

    def _write(self, together: list[_Waiting]) -> None:
        """Into the database, all or else one by one, so that nothing that fails takes others along."""
        for each in together:
            each.seen = True
        if time.monotonic() < self._away_until:
            return
        try:
            with self.unit(Actor("hook")) as db:
                taken = store(db, [each.brought for each in together], self.ours)
        except Exception as error:  # whatever it is, what was brought must not be lost: the drain tries again
            log.error("not written into the database", kind=type(error).__name__, things=len(together))
            if not self._answers():
                self._away_until = time.monotonic() + AWAY_SECONDS
            elif len(together) > 1:
                for each in together:
                    self._write([each])
            return
        for each, what in zip(together, taken, strict=True):
            each.taken = what

    def drain(self, stopping: Callable[[], bool] = lambda: False) -> Counter[str]:
        """Bring into the database what lies on the disk."""

        def take(brought: Brought) -> None:
            with self.unit(Actor("hook")) as db:
                store(db, [brought], self.ours)

        return self.spool.drain(take, self._answers, stopping)

    def count(self, channel: str, what: str) -> None:
        """Count what was done; it stands in the database within a second, or with the next thing that comes."""
        with self._lock:
            self._uncounted[channel, what] += 1
            if time.monotonic() - self._counted_at < COUNTED_EVERY_SECONDS or time.monotonic() < self._away_until:
                return
            self._counted_at = time.monotonic()
        self.settle()

    def settle(self) -> None:
        """Write down what was counted."""
        with self._lock:
            counted, self._uncounted = self._uncounted, Counter()
        try:
            with self.unit(Actor("hook")) as db:
                count_hooks(db, counted)
        except SQLAlchemyError as error:
            log.error("not counted", kind=type(error).__name__)
            with self._lock:
                self._uncounted += counted

    def _answers(self) -> bool:
        try:
            with self.unit() as db:
                return db.scalar(text("SELECT true")) is True
        except SQLAlchemyError:
            return False


def letterbox_of(settings: Settings, unit: UnitOfWork) -> Letterbox:
    """The letterbox of a house."""
    return Letterbox(unit, spool_of(settings.data_dir), own_numbers(settings))
