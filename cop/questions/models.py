"""Tables of questions and of whom each was put to; both are deleted a month after the exchange is over."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from clusters.modules.rules import Subject
from cop.questions.rules import Offering, Standing


class PeerQuestion(Base):
    """What somebody wants to know, from others or from the trainer of a training session."""

    __tablename__ = "peer_question"
    __table_args__ = (
        Index(None, "asker_id"),
        Index("ix_peer_question_open", "at", postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[Id]
    asker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    """Nobody in a rehearsal's planted question."""
    subject: Mapped[Subject | None] = mapped_column(choice(Subject, "subject"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("training_session.id", ondelete="SET NULL"))
    """The training session it is about, when it came along with an answer to its invitation."""
    inbound_text_id: Mapped[int | None]
    words: Mapped[str]
    standing: Mapped[Standing] = mapped_column(choice(Standing, "standing"))
    at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class PeerOffer(Base):
    """A question as it was put to one person, under her own number for it, and what she said."""

    __tablename__ = "peer_offer"
    __table_args__ = (
        Index("uq_peer_offer_number", "person_id", "number", unique=True),
        Index(None, "question_id"),
    )

    id: Mapped[Id]
    question_id: Mapped[int] = mapped_column(ForeignKey("peer_question.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    number: Mapped[int]
    """What she writes behind J."""
    trainer: Mapped[bool] = mapped_column(server_default=text("false"))
    standing: Mapped[Offering] = mapped_column(choice(Offering, "offering"))
    asked_at: Mapped[datetime]
    said_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(server_default="")
    """Her answer."""
    goes_at: Mapped[datetime | None]
    """When it goes; until then she can stop it."""
    versions: Mapped[int] = mapped_column(server_default="0")
    """How many answers she has written."""
