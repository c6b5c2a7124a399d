"""Tables of visits to schools."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id


class Visit(Base):
    """Somebody of the office was at a school on a day; `text_id` is the text that told us, if one did."""

    __tablename__ = "visit"

    id: Mapped[Id]
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    day: Mapped[date]
    words: Mapped[str | None]
    help: Mapped[str | None]
    """What help the school needs, in her words."""
    text_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime]
