"""The table of introductions: whom we asked; no page reads it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from clusters.modules.rules import Subject
from cop.introductions.rules import Said


class Introduction(Base):
    """Two who could help each other; deleted with all that was said to it before a month is over."""

    __tablename__ = "introduction"
    __table_args__ = (
        Index(None, "other_id"),
        Index(None, "one_key", unique=True),
        Index(None, "other_key", unique=True),
    )

    id: Mapped[Id]
    one_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    """Who would gain by it; neither is told who of them does. None once she had herself forgotten: the other is
    answered as before."""
    other_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    """Who knows, or knows who knows."""
    subject: Mapped[Subject | None] = mapped_column(choice(Subject, "subject"))
    one_key: Mapped[int]
    """Under which number each is asked; nothing else has both."""
    other_key: Mapped[int]
    one_said: Mapped[Said | None] = mapped_column(choice(Said, "one_said"))
    other_said: Mapped[Said | None] = mapped_column(choice(Said, "other_said"))
    one_texts: Mapped[list[Any]] = mapped_column(server_default="[]")
    """The texts in which each said something."""
    other_texts: Mapped[list[Any]] = mapped_column(server_default="[]")
    wanted_at: Mapped[datetime]
    proposed_at: Mapped[datetime | None]
    """When both were asked; None while the pair waits for that."""
    introduced_at: Mapped[datetime | None]
    """When each was told of the other."""
