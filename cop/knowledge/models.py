"""Tables of practice notes, of what became of them elsewhere, of each time one was passed on, and of what it changed.

What happened to a note is in rows that are added: its own, its children's, its trials', its passings', its proposals'.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from clusters.modules.rules import Subject
from cop.knowledge.rules import Audience, NoteKind, Proposal, Standing


class PracticeNote(Base):
    """What somebody found out in her classroom, in her own words."""

    __tablename__ = "practice_note"
    __table_args__ = (
        Index("ix_practice_note_waiting", "decided_at", postgresql_where=text("standing = 'waits'")),
        Index("ix_practice_note_travelling", "id", postgresql_where=text("standing = 'passed_on'")),
        Index(None, "author_id"),
        Index(None, "parent_id"),
        Index(None, "session_id"),
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
    kind: Mapped[NoteKind] = mapped_column(choice(NoteKind, "kind"), server_default=NoteKind.SOLUTION.value)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("practice_note.id", ondelete="SET NULL"))
    """The note that it is another way of, or the problem that it is a way out of."""
    session_id: Mapped[int | None] = mapped_column(ForeignKey("training_session.id", ondelete="SET NULL"))
    """The training session at which it was gathered."""


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
    """When she first wrote of it."""
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
    from_path: Mapped[str | None]
    """Path of the cluster from which it went there."""


class MaterialProposal(Base):
    """The proposal that a note should change the material or the plan, and what became of it there."""

    __tablename__ = "note_proposal"
    __table_args__ = (
        Index("uq_note_proposal_open", "note_id", unique=True, postgresql_where=text("standing = 'proposed'")),
    )

    id: Mapped[Id]
    note_id: Mapped[int] = mapped_column(ForeignKey("practice_note.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by_person_id: Mapped[int | None]
    reason: Mapped[str]
    material: Mapped[str]
    """Which material and where in it: "Teacher guide maths 1, page 14"."""
    standing: Mapped[Proposal] = mapped_column(choice(Proposal, "standing"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    version: Mapped[str] = mapped_column(server_default="")
    """The version of the material that has it."""
    answer: Mapped[str] = mapped_column(server_default="")
    """Why it was not taken in."""


class ShowingWish(Base):
    """Somebody wants her own cluster to see another's note; a trainer passes it on there, or does not."""

    __tablename__ = "note_wish"
    __table_args__ = (
        UniqueConstraint("note_id", "person_id"),
        Index(None, "person_id"),
        Index("ix_note_wish_open", "at", postgresql_where=text("settled_at IS NULL")),
    )

    id: Mapped[Id]
    note_id: Mapped[int] = mapped_column(ForeignKey("practice_note.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    training_path: Mapped[str]
    admin_path: Mapped[str | None]
    settled_at: Mapped[datetime | None]
