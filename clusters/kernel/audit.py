"""Who changed what: one insert-only row a change, written in the unit of the change itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from clusters.kernel.base import Base, Id
from clusters.kernel.clock import now


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person through a door ("web", "text"), or the house itself ("job", "command line")."""

    door: str
    person_id: int | None = None


class AuditEntry(Base):
    """A change as it was made; the database refuses to update or delete these rows."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "subject_kind", "subject_id"),)

    id: Mapped[Id]
    at: Mapped[datetime]
    door: Mapped[str]
    person_id: Mapped[int | None]
    verb: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    old: Mapped[dict[str, Any] | None] = mapped_column()
    new: Mapped[dict[str, Any] | None] = mapped_column()
    why: Mapped[str | None]


def acting(db: Session) -> Actor:
    """Who acts in this unit of work."""
    actor: Actor = db.info.get("actor") or Actor("job")
    return actor


def record(
    db: Session,
    verb: str,
    subject_kind: str,
    subject_id: int | None = None,
    *,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    why: str | None = None,
) -> None:
    """Write down that the actor of this unit did `verb` to a subject."""
    actor = acting(db)
    entry = AuditEntry(
        at=now(db),
        door=actor.door,
        person_id=actor.person_id,
        verb=verb,
        subject_kind=subject_kind,
        subject_id=subject_id,
        old=old,
        new=new,
        why=why,
    )
    db.add(entry)
    db.info["recorded"] = entry


def last_recorded(db: Session) -> int | None:
    """The id of the latest row that this unit wrote, by which its change can be taken back."""
    db.flush()
    entry: AuditEntry | None = db.info.get("recorded")
    return None if entry is None else entry.id
