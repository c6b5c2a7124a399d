"""Tables of commands that wait for their code or for the end of their hold, and of wrong tries."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from messaging.proof.rules import Does, Stage


class PendingCommand(Base):
    """A command that affects others, from its challenge to its end; bound to one number, one text and one effect."""

    __tablename__ = "pending_command"
    __table_args__ = (
        Index(None, "number", "asked_at"),
        Index("ix_pending_command_held", "due_at", postgresql_where=text("stage = 'held'")),
    )

    id: Mapped[Id]
    number: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    does: Mapped[Does] = mapped_column(choice(Does, "does"))
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"), index=True)
    revision: Mapped[int]
    """Of the training session when the command came; at another one it is carried out no more."""
    values: Mapped[dict[str, Any]]
    """What it does, as plain JSON."""
    inbound_text_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_text.id", ondelete="SET NULL"), index=True)
    code_hash: Mapped[str]
    """Argon2id of number and code; the code itself stands nowhere but in the one text that told it."""
    asked_at: Mapped[datetime]
    stage: Mapped[Stage] = mapped_column(choice(Stage, "stage"))
    confirmed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """When its hold is over."""
    ended_at: Mapped[datetime | None]
    """When it was carried out, stopped, replaced or refused."""
    turned_back_at: Mapped[datetime | None]
    why: Mapped[str | None]
    """Why it was refused, as the key of a sentence."""
    done: Mapped[dict[str, Any] | None]
    """What turning it back needs."""


class WrongTry(Base):
    """A wrong code from a number for which one was open."""

    __tablename__ = "wrong_try"
    __table_args__ = (Index(None, "number", "at"),)

    id: Mapped[Id]
    number: Mapped[str]
    at: Mapped[datetime]
