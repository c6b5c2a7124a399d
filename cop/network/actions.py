"""Measures when it is due: after each month, each night, and where ties changed; one child at a time for each."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.clock import midnight, now, today
from clusters.kernel.unit import UnitOfWork
from cop.child import STOPPED, Child, ChildFailed
from cop.network.leases import Lease, ask, end, forget_old, give_back, is_measured, lease, marked

JOB = Actor("job")
MONTH, NIGHT, REFRESH = "month", "night", "refresh"
LIMITS = {MONTH: timedelta(minutes=30), NIGHT: timedelta(minutes=30), REFRESH: timedelta(minutes=5)}
"""How long a child may take; then it is ended."""
SPARE = timedelta(minutes=2)
"""A lease is longer than its child may live, so that there are never two."""
NIGHT_FROM = timedelta(hours=2)
"""After midnight."""
_ANYBODY = text(
    "SELECT EXISTS (SELECT FROM consent_decision WHERE purpose = 'ties' AND about = 0 AND granted"
    " AND ended_at IS NULL AND at < :until)"
)


def month_over(day: date) -> str:
    """The last month that is over on a day: 2026-02 in March."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"


def after(month: str) -> date:
    """The first day after a month."""
    first = date.fromisoformat(f"{month}-01")
    return (first + timedelta(days=31)).replace(day=1)


def measure_month(unit: UnitOfWork, child: Child, stopping: Callable[[], bool]) -> Mapping[str, int]:
    """Once after each month measure and publish it; when no worker ran on the first, as soon as one does.

    Of several months that were missed only the last is measured: nobody can tell any more who said yes in the others.
    """
    with unit(JOB) as db:
        month = month_over(today(db))
        if is_measured(db, MONTH, month) or not _anybody(db, after(month)):
            return {}
        ask(db, MONTH, month)
        held = lease(db, MONTH, month, LIMITS[MONTH] + SPARE)
    return _measure(unit, held, child, ["--month", month], stopping)


def measure_night(unit: UnitOfWork, child: Child, stopping: Callable[[], bool]) -> Mapping[str, int]:
    """Once a night measure the whole network, for the measuring role alone."""
    with unit(JOB) as db:
        night = today(db)
        due = now(db) >= midnight(night) + NIGHT_FROM and not is_measured(db, NIGHT, night.isoformat())
        if not due or not _anybody(db, night):
            return {}
        forget_old(db)
        ask(db, NIGHT, night.isoformat())
        held = lease(db, NIGHT, night.isoformat(), LIMITS[NIGHT] + SPARE)
    return _measure(unit, held, child, ["--night"], stopping)


def refresh(unit: UnitOfWork, child: Child, stopping: Callable[[], bool]) -> Mapping[str, int]:
    """Measure the clusters and circles again whose people's ties changed; nothing is published by it."""
    with unit(JOB) as db:
        if not marked(db):
            return {}
        ask(db, REFRESH, "", again=True)
        held = lease(db, REFRESH, "", LIMITS[REFRESH] + SPARE)
    return _measure(unit, held, child, [], stopping)


def _measure(
    unit: UnitOfWork, held: Lease | None, child: Child, arguments: Sequence[str], stopping: Callable[[], bool]
) -> Mapping[str, int]:
    if held is None:
        return {}
    began = time.monotonic()
    try:
        document = child.run(arguments, LIMITS[held.kind], stopping)
    except ChildFailed as failed:
        with unit(JOB) as db:
            if failed.kind == STOPPED:
                give_back(db, held)
                return {}
            end(db, held, timedelta(seconds=time.monotonic() - began), failed.kind)
        raise
    with unit(JOB) as db:
        end(db, held, timedelta(seconds=time.monotonic() - began))
    return {name: many for name, many in document.items() if isinstance(many, int) and many}


def _anybody(db: Session, before: date) -> bool:
    """Does anybody take part, since before a day?"""
    return bool(db.scalar(_ANYBODY, {"until": midnight(before)}))
