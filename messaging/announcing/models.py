"""The table of announcements; their texts stand in the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from messaging.announcing.rules import Standing


class Announcement(Base):
    """A text from one person to many, from the asking to the end of its sending; its places are its subject's."""

    __tablename__ = "announcement"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id"),
        Index("ix_announcement_author_id", "author_id", "released_at"),
        Index("ix_announcement_asked_at", "asked_at"),
    )

    id: Mapped[Id]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    author_id: Mapped[int | None]
    """Nobody is the command line."""
    asked_at: Mapped[datetime]
    whom: Mapped[dict[str, Any]]
    root_id: Mapped[int | None] = mapped_column(ForeignKey("announcement.id"), index=True)
    """The first announcement of those that go to the rest of one another."""
    wording: Mapped[dict[str, Any]]
    not_before: Mapped[datetime | None]
    send_by: Mapped[datetime | None]
    """When its texts are of no more use, where something sets an end earlier than its age does."""
    lines: Mapped[list[Any] | None]
    """Of a list its numbers, each with its own text."""
    fingerprint: Mapped[str]
    """Of who, what and when, as the author saw it."""
    people: Mapped[int]
    texts: Mapped[int]
    segments: Mapped[int]
    standing: Mapped[Standing] = mapped_column(choice(Standing, "standing"))
    alone: Mapped[bool]
    """Its author needed nobody else for it."""
    released_at: Mapped[datetime | None]
    starts_at: Mapped[datetime | None]
    """The hold ends, and the first text may go."""
    decided_by: Mapped[int | None]
    """Who approved or declined it."""
    decided_at: Mapped[datetime | None]
    why: Mapped[str | None]
    """Why it was declined."""
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]
