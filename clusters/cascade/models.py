"""Tables of the cascade: one round carries chosen subjects from the core team to the teachers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id


class Round(Base):
    """One run of the cascade; its training sessions are drafts until the round is accepted."""

    __tablename__ = "round"

    id: Mapped[Id]
    name: Mapped[str]
    author_id: Mapped[int | None]
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="draft")
    subjects: Mapped[list[Any]]
    from_date: Mapped[date]
    rules: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    accepted_at: Mapped[datetime | None]
