"""Which measuring is due, who does it, and how it ended; and which places have ties that changed since.

Whoever leases a row alone starts a child that measures; a lease that ran out is anybody's again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, Session, mapped_column

from clusters.kernel.base import Base, Id
from clusters.kernel.clock import real_now

MOST_TRIES = 5
"""Measuring that failed so often is left alone until its next period."""
REST = timedelta(minutes=5)
"""And so long between two tries."""


class MeasureWork(Base):
    """One period's measuring of one kind; times are the machine's own, whatever a rehearsal's clock says."""

    __tablename__ = "measure_work"

    kind: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    """Until then somebody measures, or nobody tries again."""
    tries: Mapped[int] = mapped_column(server_default="0")
    done_at: Mapped[datetime | None]
    milliseconds: Mapped[int | None]
    failure: Mapped[str | None]
    """Kind of the latest failure, never its words."""


class MeasureMark(Base):
    """A cluster or another place of whose people somebody's ties changed; only ever appended, no person in it."""

    __tablename__ = "measure_mark"

    id: Mapped[Id]
    path: Mapped[str]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to measure until `until`, by the machine's own time."""

    kind: str
    period: str
    until: datetime


def ask(db: Session, kind: str, period: str) -> None:
    """Let a period be measured, once."""
    db.execute(upsert(MeasureWork).values(kind=kind, period=period, asked_at=real_now()).on_conflict_do_nothing())


def lease(db: Session, kind: str, period: str, patience: timedelta) -> Lease | None:
    """Take a period that is asked for, if nobody has it and it is not done; another worker's row is passed over."""
    at = real_now()
    row = db.scalar(
        select(MeasureWork)
        .where(
            MeasureWork.kind == kind,
            MeasureWork.period == period,
            MeasureWork.done_at.is_(None),
            MeasureWork.tries < MOST_TRIES,
            or_(MeasureWork.leased_until.is_(None), MeasureWork.leased_until < at),
        )
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.leased_until, row.tries = at + patience, row.tries + 1
    return Lease(kind, period, row.leased_until)


def end(db: Session, held: Lease, took: timedelta, failure: str | None = None) -> None:
    """Write down how it ended; what failed may be tried again after a rest. A lease that somebody else took since is
    left to her."""
    at = real_now()
    ended = {"failure": failure, "milliseconds": round(took.total_seconds() * 1000)}
    db.execute(
        update(MeasureWork)
        .where(MeasureWork.kind == held.kind, MeasureWork.period == held.period, MeasureWork.leased_until == held.until)
        .values(**ended, **({"leased_until": at + REST} if failure else {"leased_until": None, "done_at": at}))
    )


def mark(db: Session, paths: Iterable[str]) -> None:
    """Remember that ties of people at these places changed; also where marks may not be read."""
    for path in sorted(set(paths)):
        db.execute(insert(MeasureMark).values(path=path))


def marked(db: Session) -> bool:
    """Is there any such place?"""
    return db.scalar(select(MeasureMark.id).limit(1)) is not None
