"""Tables of the numbers, and of the persons, that are not to be texted."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from messaging.channels.base import Medium


class OptOut(Base):
    """A number that asked for silence, from-until its own return; imports never touch these rows."""

    __tablename__ = "opt_out"
    __table_args__ = (Index("uq_opt_out_current", "number", unique=True, postgresql_where=text("ended_at IS NULL")),)

    id: Mapped[Id]
    number: Mapped[str]
    at: Mapped[datetime]
    source: Mapped[str]
    changes_too: Mapped[bool] = mapped_column(server_default=text("false"))
    """It still wants to be told when a date or venue changes."""
    ended_at: Mapped[datetime | None]


class PersonOptOut(Base):
    """Somebody who told a trainer or the office that she wants no texts, at any number; others there get theirs."""

    __tablename__ = "person_opt_out"
    __table_args__ = (
        Index("uq_person_opt_out_current", "person_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[Id]
    person_id: Mapped[int]
    at: Mapped[datetime]
    source: Mapped[str]
    changes_too: Mapped[bool] = mapped_column(server_default=text("false"))
    ended_at: Mapped[datetime | None]


class PersonalLink(Base):
    """A way to one person's own page, known by heart to nobody: random, kept as a hash, ending, to be revoked."""

    __tablename__ = "personal_link"

    link_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    texted: Mapped[bool] = mapped_column(server_default=text("false"))
    """It went to her phone in answer to a text from it, so that nobody else has seen it; no page can claim that."""


class WrongNumber(Base):
    """A number of which a channel said that it gets no texts, until a person has looked at it."""

    __tablename__ = "wrong_number"
    __table_args__ = (
        Index("uq_wrong_number_current", "number", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[Id]
    number: Mapped[str]
    at: Mapped[datetime]
    channel: Mapped[str]
    code: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class MediumChoice(Base):
    """By what the holder of a number wants to be texted, where somebody said so."""

    __tablename__ = "medium_choice"

    number: Mapped[str] = mapped_column(primary_key=True)
    medium: Mapped[Medium] = mapped_column(choice(Medium, "medium"))
    at: Mapped[datetime]
