"""Tables of practice notes, of what became of them elsewhere, and of each time one was passed on."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from clusters.modules.rules import Subject
from cop.knowledge.rules import Audience, Standing


class PracticeNote(Base):
    """What somebody found out in her classroom, in her own words."""

    __tablename__ = "practice_note"
    __table_args__ = (
        Index("ix_practice_note_waiting", "decided_at", postgresql_where=text("standing = 'waits'")),
        Index(None, "author_id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    """Its running number with a check digit, as people text it."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """Nobody once she has had herself forgotten."""
    subject: Mapped[Subject | None] = mapped_column(choice(Subject, "subject"))
    title: Mapped[str]
    words: Mapped[str]
    audience: Mapped[Audience | None] = mapped_column(choice(Audience, "audience"))
    named: Mapped[bool] = mapped_column(server_default=text("false"))
    """Does it travel with its author's name?"""
    standing: Mapped[Standing] = mapped_column(choice(Standing, "standing"))
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    """When its author said whom it is for."""
    training_path: Mapped[str | None]
    """Where its author taught when she wrote it."""
    admin_path: Mapped[str | None]


class Trial(Base):
    """Somebody tried a note: did it work, and what did she do otherwise?"""

    __tablename__ = "note_trial"
    __table_args__ = (UniqueConstraint("note_id", "person_id"), Index(None, "person_id"))

    id: Mapped[Id]
    note_id: Mapped[int] = mapped_column(ForeignKey("practice_note.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    worked: Mapped[bool | None]
    words: Mapped[str]
    """Her adaptation; empty when she wrote none."""
    at: Mapped[datetime]
    training_path: Mapped[str | None]


class Passing(Base):
    """One time that a note was sent on: by whom, within which place, to which clusters, to how many phones."""

    __tablename__ = "note_passing"

    id: Mapped[Id]
    note_id: Mapped[int] = mapped_column(ForeignKey("practice_note.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by_person_id: Mapped[int | None]
    clusters: Mapped[list[Any]]
    """Paths of the clusters whose teachers it went to."""
    texts: Mapped[int]
