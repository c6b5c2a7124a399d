"""What the night found out about persons and small places: read and written by the measuring role alone."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, delete, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from clusters.kernel.base import Base

AT_ONCE = 2000
"""Rows of one statement."""
_LEFT = text(
    "DELETE FROM person_measure AS measured WHERE NOT EXISTS (SELECT FROM consent_decision AS said"
    " WHERE said.person_id = measured.person_id AND said.purpose = 'ties' AND said.about = 0"
    " AND said.ended_at IS NULL AND said.granted) RETURNING 1"
)


class PersonMeasure(Base):
    """A person's place in the network in a month, as the last night of it saw it; deleted when she leaves."""

    __tablename__ = "person_measure"

    month: Mapped[str] = mapped_column(primary_key=True)
    """2026-03."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    path: Mapped[str]
    measured_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]
    """By name; a missing one could not be measured."""


class SliceMeasure(Base):
    """What was measured last of a cluster or circle, exactly and unpublished."""

    __tablename__ = "slice_measure"

    path: Mapped[str] = mapped_column(primary_key=True)
    measured_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]


def keep_persons(db: Session, month: str, at: datetime, measured: Iterable[tuple[int, str, Mapping[str, Any]]]) -> int:
    """Keep (person, her path, figures) of a month in place of what was kept of it; how many."""
    rows = [
        {"month": month, "person_id": person, "path": path, "measured_at": at, "figures": dict(figures)}
        for person, path, figures in measured
    ]
    _put(db, PersonMeasure, rows, [PersonMeasure.month, PersonMeasure.person_id])
    return len(rows)


def keep_stages(db: Session, month: str, at: datetime, stages: Iterable[tuple[int, str, str]]) -> int:
    """Add to what is kept of persons in a month where each stands (person, her path, stage); how many."""
    rows = [
        {"month": month, "person_id": person, "path": path, "measured_at": at, "figures": {"stage": str(stage)}}
        for person, path, stage in stages
    ]
    for start in range(0, len(rows), AT_ONCE):
        statement = insert(PersonMeasure).values(rows[start : start + AT_ONCE])
        added = PersonMeasure.figures.op("||")(statement.excluded.figures)
        db.execute(
            statement.on_conflict_do_update(
                index_elements=[PersonMeasure.month, PersonMeasure.person_id], set_={"figures": added}
            )
        )
    return len(rows)


def keep_slices(db: Session, at: datetime, measured: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    """Keep (path, figures) of clusters and circles in place of what was kept of them; how many."""
    rows = [{"path": path, "measured_at": at, "figures": dict(figures)} for path, figures in measured]
    _put(db, SliceMeasure, rows, [SliceMeasure.path])
    return len(rows)


def forget_left(db: Session) -> int:
    """Delete what was measured of whoever takes part no more; how many rows."""
    return len(db.execute(_LEFT).all())


def forget_months(db: Session, before: str) -> None:
    """Delete what was measured of persons before a month."""
    db.execute(delete(PersonMeasure).where(PersonMeasure.month < before))


def _put(db: Session, table: type[Base], rows: list[dict[str, Any]], key: list[Any]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        statement = insert(table).values(rows[start : start + AT_ONCE])
        names = [name for name in rows[0] if name not in {column.key for column in key}]
        db.execute(
            statement.on_conflict_do_update(
                index_elements=key, set_={name: getattr(statement.excluded, name) for name in names}
            )
        )
