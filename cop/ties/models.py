"""Tables of ties and of the answers that named them; no page's role may read them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from clusters.modules.rules import Subject
from cop.ties.rules import TieKind


class Nomination(Base):
    """One person's answer, for a term and a subject, to whom she turned for help; nobody is an answer too."""

    __tablename__ = "nomination"
    __table_args__ = (
        Index(
            "uq_nomination_current",
            "person_id",
            "term",
            "subject",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    term: Mapped[str]
    subject: Mapped[Subject | None] = mapped_column(choice(Subject, "subject"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("training_session.id", ondelete="SET NULL"))
    """Whose sheet the numbers were read from."""
    consent_id: Mapped[int] = mapped_column(ForeignKey("consent_decision.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]
    inbound_text_id: Mapped[int | None]
    answered_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    """Withdrawn or replaced: it counts for nothing, and is deleted a day later."""


class Tie(Base):
    """A directed tie between two persons about a subject, at a time: who turned to whom, or did it together."""

    __tablename__ = "tie"
    __table_args__ = (
        Index(None, "to_id"),
        Index(
            "uq_tie_event",
            "from_id",
            "to_id",
            "kind",
            "event_id",
            unique=True,
            postgresql_where=text("event_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    from_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[TieKind] = mapped_column(choice(TieKind, "kind"))
    subject: Mapped[Subject | None] = mapped_column(choice(Subject, "subject"))
    term: Mapped[str]
    nomination_id: Mapped[int | None] = mapped_column(ForeignKey("nomination.id", ondelete="CASCADE"), index=True)
    """The answer that named it, for a nominated one."""
    event_id: Mapped[int | None]
    """What it came from otherwise: a question for `exchanged`, a light event for the others; once for each."""
    source: Mapped[str] = mapped_column(server_default="sms")
    """How it was given: by text, by her own page (link), or of what happened: relayed, introduced, done."""
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent_decision.id", ondelete="CASCADE"), index=True)
    """The yes of the one it is from, under which it is kept; that of the other is asked for too when it is made."""
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class PeerRound(Base):
    """Somebody was asked, once for a term and a subject, whom she turned to; whether she answered or not."""

    __tablename__ = "peer_round"
    __table_args__ = (PrimaryKeyConstraint("person_id", "term", "subject"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    term: Mapped[str]
    subject: Mapped[Subject] = mapped_column(choice(Subject, "subject"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("training_session.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(index=True)
