"""Which measuring is due, who does it, and how it ended; and which places have ties that changed since.

Whoever leases a row alone starts a child that measures; a lease that ran out is anybody's again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, Session, mapped_column

from clusters.kernel.base import Base, Id
from clusters.kernel.clock import real_now

REST = timedelta(minutes=5)
"""After a failure nobody tries again for so long, twice as long after the next, and so on up to a day."""
LONGEST_REST = timedelta(days=1)
KEPT = timedelta(days=400)


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
    """A cluster or another place of whose people somebody's ties changed, or who decided on them; no person is in it.

    The database itself appends it wherever rows of ties change, and nobody waits for anybody.
    """

    __tablename__ = "measure_mark"

    id: Mapped[Id]
    path: Mapped[str]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to measure until `until`, by the machine's own time."""

    kind: str
    period: str
    until: datetime
    tries: int


def ask(db: Session, kind: str, period: str, *, again: bool = False) -> None:
    """Let a period be measured, once; `again` also if it was before."""
    at = real_now()
    new = upsert(MeasureWork).values(kind=kind, period=period, asked_at=at)
    if not again:
        db.execute(new.on_conflict_do_nothing())
        return
    anew = {"asked_at": at, "done_at": None, "tries": 0}
    db.execute(
        new.on_conflict_do_update(
            index_elements=[MeasureWork.kind, MeasureWork.period], set_=anew, where=MeasureWork.done_at.is_not(None)
        )
    )


def lease(db: Session, kind: str, period: str, patience: timedelta) -> Lease | None:
    """Take a period that is asked for, if nobody has it and it is not done; another worker's row is passed over."""
    at = real_now()
    row = db.scalar(
        select(MeasureWork)
        .where(
            MeasureWork.kind == kind,
            MeasureWork.period == period,
            MeasureWork.done_at.is_(None),
            or_(MeasureWork.leased_until.is_(None), MeasureWork.leased_until < at),
        )
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.leased_until, row.tries = at + patience, row.tries + 1
    return Lease(kind, period, row.leased_until, row.tries)


def end(db: Session, held: Lease, took: timedelta, failure: str | None = None) -> None:
    """Write down how it ended. What failed is tried again after a rest; a lease that ran out is somebody else's."""
    at = real_now()
    row = db.scalar(
        select(MeasureWork)
        .where(MeasureWork.kind == held.kind, MeasureWork.period == held.period, MeasureWork.leased_until == held.until)
        .with_for_update()
    )
    if row is None:
        return
    row.milliseconds, row.failure = round(took.total_seconds() * 1000), failure
    if failure is None:
        row.leased_until, row.done_at = None, at
    else:
        row.leased_until = at + min(REST * 2 ** min(held.tries - 1, 10), LONGEST_REST)


def give_back(db: Session, held: Lease) -> None:
    """The house closes: whoever comes next may begin at once, and it does not count as a try."""
    db.execute(
        update(MeasureWork)
        .where(MeasureWork.kind == held.kind, MeasureWork.period == held.period, MeasureWork.leased_until == held.until)
        .values(leased_until=None, tries=MeasureWork.tries - 1)
    )


def is_measured(db: Session, kind: str, period: str) -> bool:
    """Is this period done?"""
    row = db.get(MeasureWork, (kind, period))
    return row is not None and row.done_at is not None


def marked(db: Session) -> bool:
    """Is there any place whose people's ties changed?"""
    return db.scalar(select(MeasureMark.id).limit(1)) is not None


def marks(db: Session) -> dict[int, str]:
    """The places that are marked, by the number of the mark."""
    return {row.id: row.path for row in db.scalars(select(MeasureMark))}


def unmark(db: Session, ids: Collection[int]) -> None:
    """Take these marks away; one that is made meanwhile stays."""
    db.execute(delete(MeasureMark).where(MeasureMark.id.in_(ids)))


def forget_old(db: Session) -> None:
    """Forget what was done long ago."""
    db.execute(delete(MeasureWork).where(MeasureWork.done_at < real_now() - KEPT))
