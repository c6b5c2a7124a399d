"""Tables of what participants say: the answers without anybody's name, who gave one, and for two hours which."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base


class FeedbackAnswer(Base):
    """What somebody said of a training session; no person, no time, and an id that tells no order."""

    __tablename__ = "feedback_answer"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 3", name="score_is_known"),
        CheckConstraint("score IS NOT NULL OR words IS NOT NULL", name="something_is_said"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"), index=True)
    score: Mapped[int | None]
    words: Mapped[str | None]


class FeedbackGiven(Base):
    """Who has given an answer, so that nobody counts twice; never which."""

    __tablename__ = "feedback_given"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)


class FeedbackLink(Base):
    """Whose answer it is, for two hours, so that it can be taken back; then the row is deleted."""

    __tablename__ = "feedback_link"

    answer_id: Mapped[UUID] = mapped_column(ForeignKey("feedback_answer.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text_id: Mapped[int]
    """The text that said it."""
    at: Mapped[datetime] = mapped_column(index=True)


class FeedbackAsked(Base):
    """That the participants of a training session were asked in the evening, once."""

    __tablename__ = "feedback_asked"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]
