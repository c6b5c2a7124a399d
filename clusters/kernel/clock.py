"""The only place that asks what time it is: the instant of a unit of work, Pakistan's days, the rehearsal clock."""

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from clusters.kernel.base import Base

KARACHI = ZoneInfo("Asia/Karachi")


class RehearsalClock(Base):
    """How far the clock of a rehearsal stands from the real one; no row means that it is the real one."""

    __tablename__ = "rehearsal_clock"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shift: Mapped[timedelta]


@dataclass(frozen=True)
class Clock:
    """The clock that is handed in: the real one, or one that started at `start` when it was made and runs on."""

    start: datetime | None = None
    _made: float = field(default_factory=time.monotonic)

    def __call__(self, shift: timedelta | None = None) -> datetime:
        """The instant in UTC; `shift` moves the real clock and wins over `start`."""
        if shift is not None:
            return real_now() + shift
        if self.start is not None:
            return self.start + timedelta(seconds=time.monotonic() - self._made)
        return real_now()


def real_now() -> datetime:
    """The machine's time in UTC."""
    return datetime.now(UTC)


def now(db: Session) -> datetime:
    """The instant at which this unit of work began, in UTC."""
    instant: datetime = db.info["now"]
    return instant


def today(db: Session) -> date:
    """The day in Karachi on which this unit of work began."""
    return day_of(now(db))


def day_of(instant: datetime) -> date:
    """The day in Karachi of an instant."""
    return instant.astimezone(KARACHI).date()


def set_rehearsal_clock(db: Session, instant: datetime) -> None:
    """Let every process of this database live at `instant` from now on."""
    shift = instant - real_now()
    db.execute(
        insert(RehearsalClock)
        .values(id=1, shift=shift)
        .on_conflict_do_update(index_elements=[RehearsalClock.id], set_={"shift": shift})
    )


def stop_rehearsal_clock(db: Session) -> None:
    """Return every process to the real time."""
    clock = db.scalar(select(RehearsalClock))
    if clock is not None:
        db.delete(clock)


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Karachi."""
    return datetime(day.year, day.month, day.day, tzinfo=KARACHI).astimezone(UTC)
