"""The table of what people allowed and refused, each decision from its day until the next one."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from cop.consent.rules import Purpose


class Decision(Base):
    """A yes or no of one person for one purpose; only the one that has not ended counts."""

    __tablename__ = "consent_decision"
    __table_args__ = (
        Index(
            "uq_consent_decision_current",
            "person_id",
            "purpose",
            "about",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose, "purpose"))
    about: Mapped[int] = mapped_column(server_default="0")
    """The note or the offer it is about; 0 where it is about everything of the purpose."""
    granted: Mapped[bool]
    at: Mapped[datetime]
    source: Mapped[str]
    """By what she said it: "text", "web"."""
    ended_at: Mapped[datetime | None]
