"""Table of the numbers that asked not to be texted."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from clusters.kernel.base import Base, Id


class OptOut(Base):
    """A number that asked for silence, from-until its own return; imports never touch these rows."""

    __tablename__ = "opt_out"
    __table_args__ = (Index("uq_opt_out_current", "number", unique=True, postgresql_where=text("ended_at IS NULL")),)

    id: Mapped[Id]
    number: Mapped[str]
    at: Mapped[datetime]
    source: Mapped[str]
    ended_at: Mapped[datetime | None]
