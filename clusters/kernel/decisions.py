"""What the programme has decided, by name: one row each, its value before, and a version that every unit looks at."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from clusters.kernel.audit import acting, record
from clusters.kernel.base import Base
from clusters.kernel.clock import now


class Decision(Base):
    """A value that was decided, and the one before it; none is the house's default. Rows stay, their version rises."""

    __tablename__ = "decision"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str | None]
    before: Mapped[str | None]
    version: Mapped[int]
    set_at: Mapped[datetime]
    set_by: Mapped[int | None]


def decisions(db: Session) -> dict[str, str]:
    """Every value that was decided, by name."""
    rows = db.execute(select(Decision.name, Decision.value).where(Decision.value.is_not(None)))
    return {row.name: row.value for row in rows if row.value is not None}


def decide(db: Session, name: str, value: str | None) -> bool:
    """Let a value hold from the next unit on, in every process; None for the default. False when it held already."""
    there = db.scalar(select(Decision).where(Decision.name == name).with_for_update())
    old = there.value if there is not None else None
    if old == value:
        return False
    whose = {"set_at": now(db), "set_by": acting(db).person_id}
    db.execute(
        insert(Decision)
        .values(name=name, value=value, before=None, version=1, **whose)
        .on_conflict_do_update(
            index_elements=[Decision.name],
            set_={
                "before": Decision.__table__.c.value,
                "value": value,
                "version": Decision.__table__.c.version + 1,
                **whose,
            },
        )
    )
    db.expire_all()
    record(db, "decided", name, old={"value": old}, new={"value": value})
    return True


def undo_decision(db: Session, name: str) -> bool:
    """Let the value before hold again; False when nothing was ever decided."""
    there = db.get(Decision, name)
    return there is not None and decide(db, name, there.before)
