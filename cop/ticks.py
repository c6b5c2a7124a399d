"""What the clock's jobs did last, in each worker: how long it took and what it moved; the health page reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from clusters.kernel.base import Base
from clusters.kernel.clock import real_now

KEPT = timedelta(days=1)
"""A worker that ticked last before this is forgotten."""


class Tick(Base):
    """The latest run of one job in one worker, at the machine's own time, whatever a rehearsal's clock says."""

    __tablename__ = "tick"

    job: Mapped[str] = mapped_column(primary_key=True)
    worker: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    milliseconds: Mapped[int]
    counts: Mapped[dict[str, Any]]
    """What that run moved, by name."""
    runs: Mapped[int] = mapped_column(server_default="1")
    busy_at: Mapped[datetime | None]
    """When a run last moved anything."""
    failed_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    """Kind of the latest error, never its words."""


class JobPeriod(Base):
    """A job of which one run a period is enough; whoever inserts the row does it."""

    __tablename__ = "job_period"

    job: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]


def first_in(db: Session, job: str, period: str) -> bool:
    """True for one unit only of all that ask for the same job and period, if it commits."""
    done = db.execute(
        insert(JobPeriod)
        .values(job=job, period=period, begun_at=real_now())
        .on_conflict_do_nothing()
        .returning(JobPeriod.job)
    ).one_or_none()
    return done is not None


def is_done(db: Session, job: str, period: str) -> bool:
    """Did a unit do this job in this period?"""
    return db.get(JobPeriod, (job, period)) is not None


def done_before(db: Session, job: str, period: str) -> str | None:
    """The last period before this one in which a unit did this job; None when none did."""
    return db.scalar(select(func.max(JobPeriod.period)).where(JobPeriod.job == job, JobPeriod.period < period))


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job; `failure` is the kind of error that ended it."""

    job: str
    worker: str
    took: timedelta
    counts: Mapping[str, int]
    failure: str | None = None
    runs: int = 1
    """Runs since the last one that was written down, this one included."""


def write_down(db: Session, run: Run) -> None:
    """Keep a run in the place of the one before it."""
    at = real_now()
    values: dict[str, Any] = {
        "at": at,
        "milliseconds": round(run.took.total_seconds() * 1000),
        "counts": dict(run.counts),
        **({"busy_at": at} if run.counts else {}),
        **({"failed_at": at, "failure": run.failure} if run.failure else {}),
    }
    db.execute(
        insert(Tick)
        .values(job=run.job, worker=run.worker, runs=run.runs, **values)
        .on_conflict_do_update(index_elements=[Tick.job, Tick.worker], set_={**values, "runs": Tick.runs + run.runs})
    )


def forget_gone(db: Session) -> None:
    """Drop the rows of workers that have long ended."""
    db.execute(delete(Tick).where(Tick.at < real_now() - KEPT))


@dataclass(frozen=True, slots=True)
class TickRow:
    """How one job does in one worker."""

    job: str
    worker: str
    at: datetime
    milliseconds: int
    counts: Mapping[str, int]
    runs: int
    busy_at: datetime | None
    failed_at: datetime | None
    failure: str | None

    @property
    def failed(self) -> bool:
        """Did its latest run fail?"""
        return self.failed_at is not None and self.failed_at >= self.at


def newest(ticks: Iterable[TickRow]) -> dict[str, TickRow]:
    """The latest run of each job, in whatever worker."""
    found: dict[str, TickRow] = {}
    for tick in ticks:
        if tick.job not in found or tick.at > found[tick.job].at:
            found[tick.job] = tick
    return found


def latest(db: Session) -> list[TickRow]:
    """Every job of every worker that is remembered, by job and then the latest first."""
    columns = [getattr(Tick, each.name) for each in fields(TickRow)]
    return [TickRow(*row) for row in db.execute(select(*columns).order_by(Tick.job, Tick.at.desc()))]
