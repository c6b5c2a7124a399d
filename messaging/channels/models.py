"""Table of the rehearsal channel: every text a simulated phone ever got or sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id


class PhoneText(Base):
    """A text on a simulated phone; `message_id` is our message, one row for every copy that was handed over."""

    __tablename__ = "phone_text"
    __table_args__ = (
        Index(None, "phone", "id"),
        Index("ix_phone_text_wrote", "phone", postgresql_where=text("NOT incoming")),
    )

    id: Mapped[Id]
    phone: Mapped[str]
    incoming: Mapped[bool]
    """True when the phone received it, False when its holder sent it."""
    body: Mapped[str]
    at: Mapped[datetime]
    message_id: Mapped[UUID | None] = mapped_column(index=True)
