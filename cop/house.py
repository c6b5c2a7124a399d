"""Opens the house without its pages: settings in; database, units of work and the sending voice out."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from clusters.kernel.clock import Clock
from clusters.kernel.database import address, connect, sessions
from clusters.kernel.errors import Conflict
from clusters.kernel.facts import Reactions
from clusters.kernel.failpoints import arm
from clusters.kernel.unit import UnitOfWork
from clusters.kernel.writing import write_whole
from cop.backups.taking import take_backup
from cop.decided import Decided, refuse_smaller_groups
from cop.fitness import unfit
from cop.hours import reminder_rules
from cop.reactions import reactions
from cop.settings import Settings
from migrations.applying import migrate, shape

PAGE_PATIENCE, ACT_PATIENCE = timedelta(seconds=2), timedelta(seconds=10)
"""How long a statement of a page may take, and one of an act; what needs longer is a job."""


@dataclass(frozen=True)
class House:
    """Everything a command, a worker or the pages need; `unit` has the owner's rights, the others their role's."""

    settings: Settings
    engine: Engine
    url: str
    unit: UnitOfWork
    web_unit: UnitOfWork
    worker_unit: UnitOfWork
    measure_unit: UnitOfWork
    """Alone reads ties to measure them and writes what is measured; all it reads is of one instant."""
    secret: bytes
    clock: Callable[[timedelta | None], datetime] = field(default_factory=Clock)
    """The clock of all units; without a shift it is the one that sign-ins are measured by."""
    holding: Decided | None = None

    @property
    def decided(self) -> Decided:
        """What holds now: `settings` with what the programme decided. Units of the house keep it up to date."""
        return self.holding or Decided(self.settings)


@contextmanager
def open_house(settings: Settings, *, pool: int | None = None) -> Iterator[House]:
    """Connect, bring an own embedded database to its newest shape, and close everything at the end."""
    _refuse_play(settings)
    _refuse_unfit(settings)
    arm(settings.failpoints)
    url = address(settings.database_url or None, settings.data_dir)
    engine = connect(url, pool=pool or settings.pool)
    try:
        _settle(settings, engine, url)
        maker, clock = sessions(engine), Clock(settings.now)
        with maker.begin() as db:
            refuse_smaller_groups(db, settings)
        decided = Decided(settings)
        follow = partial(_follow, decided)
        yield House(
            settings,
            engine,
            url,
            UnitOfWork(maker, follow, clock, opened=decided.opened),
            UnitOfWork(
                maker,
                follow,
                clock,
                role="cop_web",
                patience=ACT_PATIENCE,
                patience_to_read=PAGE_PATIENCE,
                opened=decided.opened,
            ),
            UnitOfWork(maker, follow, clock, role="cop_worker", opened=decided.opened),
            UnitOfWork(
                sessions(engine.execution_options(isolation_level="REPEATABLE READ")),
                follow,
                clock,
                role="cop_measure",
                opened=decided.opened,
            ),
            _secret(settings),
            clock,
            decided,
        )
    finally:
        engine.dispose()


def _refuse_play(settings: Settings) -> None:
    """What is for rehearsals stays out of a house whose texts reach real phones."""
    if settings.routes.rehearsing:
        return
    if settings.now is not None:
        raise Conflict("rehearsal_on_real_route")
    if settings.failpoints and not settings.routes_on_loopback:
        raise Conflict("failpoints_on_real_route")


def _refuse_unfit(settings: Settings) -> None:
    """A route that misses something would be found out by the first text that does not go."""
    for what in unfit(settings):
        raise what


def _follow(decided: Decided) -> Reactions:
    """What follows from what, by the hours and offsets that hold now."""
    return reactions(reminder_rules(decided.now))


def _settle(settings: Settings, engine: Engine, url: str) -> None:
    """Found an empty database, back up and bring on an own one of before, and leave one on a server alone."""
    have, newest = shape(engine)
    if have == newest:
        return
    if have is not None:
        if settings.database_url:
            raise Conflict("database_not_migrated", have=have, newest=newest)
        take_backup(settings, engine, url)
    migrate(url)


def _secret(settings: Settings) -> bytes:
    if settings.secret:
        return settings.secret.encode()
    file: Path = settings.data_dir / "secret"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        write_whole(file, secrets.token_urlsafe(32).encode(), first_stays=True)
    return file.read_bytes()
