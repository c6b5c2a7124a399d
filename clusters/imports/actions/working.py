"""Does the work that is wanted of long lists, in any number of workers: leased, told while it lasts, done once.

A piece of work writes in one transaction, and that transaction also says that it is done. A worker that dies leaves
nothing; when its lease is over by the database's clock another one begins anew, and what the first might still write
is refused, because it no longer holds the newest token.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from clusters.imports.actions.applying import Refused
from clusters.imports.actions.staging import (
    FINISHED,
    Values,
    after_refusal,
    apply_list,
    as_kept,
    check_list,
    read_list,
    undo_list,
)
from clusters.imports.models import ImportDraft
from clusters.imports.steps import Stage, Work
from clusters.kernel.audit import Actor
from clusters.kernel.errors import CopError
from clusters.kernel.failpoints import fp
from clusters.kernel.unit import UnitOfWork
from clusters.people.queries import scope_of
from clusters.scope import Scope

log = logging.getLogger("clusters.imports")

LEASE = timedelta(minutes=2)
"""By the database's clock; each telling of progress begins it anew."""
AGAIN = timedelta(seconds=10)
"""After a failure that may pass."""
TRIES = 3
"""Work that ended a worker, or failed, so often is given up."""
TOLD_EVERY = 0.5
"""Seconds."""


class Overtaken(Exception):
    """Another worker does this work, or nobody wants it any more."""


class Stopping(Exception):
    """This worker is asked to end; the work waits for the next one."""


@dataclass(frozen=True, slots=True)
class Leased:
    """Work that this worker holds."""

    id: int
    work: Work
    token: int
    tries: int
    by_person_id: int | None


@dataclass
class _Told:
    """Writes progress beside the work, in transactions of its own, and holds the lease meanwhile."""

    unit: UnitOfWork
    leased: Leased
    stopping: Callable[[], bool]
    every: float
    _last: float = field(default_factory=time.monotonic)

    def __call__(self, stage: Stage, done: int, of: int) -> None:
        if self.stopping():
            raise Stopping
        if time.monotonic() - self._last < self.every:
            return
        self._last = time.monotonic()
        until = func.clock_timestamp() + LEASE
        with self.unit(Actor("job")) as db:
            _write(db, self.leased, {"stage": stage, "done": done, "of": of, "leased_until": until})


def work_next(unit: UnitOfWork, stopping: Callable[[], bool] = lambda: False, told_every: float = TOLD_EVERY) -> bool:
    """Do one piece of work; False when none is wanted, or others are at it all."""
    with unit(Actor("job")) as db:
        leased = _lease(db)
    if leased is None:
        return False
    try:
        _do(unit, leased, _Told(unit, leased, stopping, told_every))
    except Overtaken:
        log.warning("list %s was taken over by another worker", leased.id)
    except Stopping:
        _settle(unit, leased, {"leased_until": None, "tries": ImportDraft.tries - 1})
    except CopError as error:
        _refuse(unit, leased, error)
    except Exception as error:
        log.error("list %s failed: %s", leased.id, type(error).__name__)
        _settle(unit, leased, {"leased_until": func.clock_timestamp() + AGAIN})
    return True


def _lease(db: Session) -> Leased | None:
    """The oldest work that nobody holds, now held until the lease ends."""
    free = or_(ImportDraft.leased_until.is_(None), ImportDraft.leased_until < func.clock_timestamp())
    while True:
        row_id = db.scalar(
            select(ImportDraft.id)
            .where(ImportDraft.wanted.is_not(None), free)
            .order_by(ImportDraft.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row_id is None:
            return None
        row = db.execute(
            update(ImportDraft)
            .where(ImportDraft.id == row_id)
            .values(
                leased_until=func.clock_timestamp() + LEASE, token=ImportDraft.token + 1, tries=ImportDraft.tries + 1
            )
            .returning(
                ImportDraft.id, ImportDraft.wanted, ImportDraft.token, ImportDraft.tries, ImportDraft.by_person_id
            )
            .execution_options(synchronize_session=False)
        ).one()
        leased = Leased(row.id, Work(row.wanted), row.token, row.tries, row.by_person_id)
        if leased.tries <= TRIES:
            return leased
        _write(db, leased, FINISHED | {"error": {"key": "import_failed", "values": {}}})


def _do(unit: UnitOfWork, leased: Leased, told: _Told) -> None:
    with unit(Actor("web", leased.by_person_id)) as db:
        scope = Scope.everywhere() if leased.by_person_id is None else scope_of(db, leased.by_person_id)
        row = db.get_one(ImportDraft, leased.id)
        db.expunge(row)
        values = _values(db, scope, leased.work, row, told)
        fp("imports.before_commit")
        _write(db, leased, FINISHED | values)


def _values(db: Session, scope: Scope, work: Work, row: ImportDraft, told: _Told) -> Values:
    if work is Work.READ:
        return read_list(row)
    if work is Work.CHECK:
        return check_list(db, scope, row, told)
    if work is Work.UNDO:
        return undo_list(db, scope, row, told)
    try:
        with db.begin_nested():
            return apply_list(db, scope, row, told)
    except Refused as refusal:
        return after_refusal(row, refusal)


def _refuse(unit: UnitOfWork, leased: Leased, error: CopError) -> None:
    """What no second try can mend: the step stays, and the page says why."""
    _settle(unit, leased, FINISHED | {"error": as_kept(error)})


def _settle(unit: UnitOfWork, leased: Leased, values: Values) -> None:
    try:
        with unit(Actor("job")) as db:
            _write(db, leased, values)
    except Overtaken:
        log.warning("list %s was taken over by another worker", leased.id)


def _write(db: Session, leased: Leased, values: Values) -> None:
    """Write into the row of the work, if it is still this worker's."""
    mine = db.scalar(
        update(ImportDraft)
        .where(ImportDraft.id == leased.id, ImportDraft.token == leased.token, ImportDraft.wanted.is_not(None))
        .values(values)
        .returning(ImportDraft.id)
        .execution_options(synchronize_session=False)
    )
    if mine is None:
        raise Overtaken
