"""Tables of the brakes: how full each sender's bucket is, and how many texts went to or from whom in which minute."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, choice
from messaging.channels.base import Medium


class SenderBucket(Base):
    """What one sender may still take now; shared by all workers, on the database's own clock."""

    __tablename__ = "sender_bucket"

    medium: Mapped[Medium] = mapped_column(choice(Medium, "medium"), primary_key=True)
    sender: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float]
    """Segments; below zero when the last text was longer than what was left."""
    filled_at: Mapped[datetime]
    pace: Mapped[float] = mapped_column(server_default="1")
    """Share of the normal rate to which a provider that asked us to slow down has brought it, at `slowed_at`."""
    slowed_at: Mapped[datetime | None]
    wait_until: Mapped[datetime | None]
    """Until then the provider wants nothing at all."""


class Tally(Base):
    """Texts that were handed over in one slot of time; `what` is counted (a number, a circle), `key` is which."""

    __tablename__ = "sending_tally"

    what: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    texts: Mapped[int]
    cost: Mapped[float] = mapped_column(server_default="0")
    """In rupees."""
