"""Table of requests to join, or to move to another school."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.joining.rules import RequestState
from clusters.kernel.base import Base, Id, choice


class JoinRequest(Base):
    """Somebody who says that she teaches at a school; `moves` when she is known and taught elsewhere before.

    `person_id` is hers where she moves, and that of the person registered once a newcomer was confirmed.
    """

    __tablename__ = "join_request"
    __table_args__ = (
        Index("ix_join_request_open", "asked_at", postgresql_where=text("state IN ('asked', 'waits')")),
        Index(None, "number"),
    )

    id: Mapped[Id]
    number: Mapped[str]
    name: Mapped[str]
    """As it was written."""
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    moves: Mapped[bool] = mapped_column(server_default=text("false"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    language: Mapped[str]
    """In which she wrote."""
    asked_at: Mapped[datetime]
    state: Mapped[RequestState] = mapped_column(choice(RequestState, "request_state"), server_default="asked")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None]
