"""Tables of what people text us: each text once, what a digit answers, what it did, what a human must read."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from messaging.channels.base import Medium


class InboundText(Base):
    """A text as it came, under its provider's unique id; kept first, read later."""

    __tablename__ = "inbound_text"
    __table_args__ = (
        Index("ix_inbound_text_unread", "id", postgresql_where=text("state = 'received'")),
        Index("ix_inbound_text_part", "id", postgresql_where=text("state = 'part'")),
        Index(None, "number", "received_at"),
        Index(None, "received_at"),
    )

    id: Mapped[Id]
    channel: Mapped[str]
    provider_id: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str]
    body: Mapped[str]
    medium: Mapped[Medium] = mapped_column(choice(Medium, "medium"), server_default="sms")
    media: Mapped[int] = mapped_column(server_default="0")
    """Pictures and voice notes that came with it; they stay at the provider."""
    media_kinds: Mapped[str] = mapped_column(server_default="")
    """What each of them is, such as "audio/ogg image/jpeg"; never where it lies. "call" is a missed call."""
    received_at: Mapped[datetime]
    part: Mapped[int | None]
    """Which part of a longer text, from 1, where the channel says so; its words then move into the joined text."""
    parts: Mapped[int | None]
    reference: Mapped[str | None]
    """The same in all parts of one text."""
    state: Mapped[str] = mapped_column(server_default="received")
    """received, applied, asked, human, opted_out, opted_in, duplicate, acknowledged, unknown_sender, ignored,
    quarantined, part, joined."""
    rule: Mapped[str | None]
    """Which rule read it, and why, in words for the rehearsal page and the inbox."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    training_path: Mapped[str | None]
    """Where its sender stood when it was read; unknown senders stand nowhere."""
    admin_path: Mapped[str | None]
    read_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    """How often reading it broke off; the third time it goes to a person."""
    parked_id: Mapped[int | None] = mapped_column(index=True)
    """The card on which it lies with the words before it, where a person had been asked for."""
    unlisted_at: Mapped[datetime | None]
    """When its channel's own list was found to lack it, a day after it came."""
    private: Mapped[bool] = mapped_column(server_default=text("false"))
    """Of distress or health: one role reads it from then on, and no export holds it."""


class HookCount(Base):
    """What came to the door in a day, by channel, and what was done with it: kept, again, refused and why."""

    __tablename__ = "hook_count"

    channel: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    times: Mapped[int]


class InboundListing(Base):
    """Up to when a channel's own list of texts was read, and up to when ours was compared with it."""

    __tablename__ = "inbound_listing"

    channel: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]
    compared_until: Mapped[datetime | None]


class Question(Base):
    """A question that a digit of this number may answer: an invitation of ours, or one we asked back."""

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_open", "number", postgresql_where=text("closed_at IS NULL")),)

    id: Mapped[Id]
    number: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    subject_id: Mapped[int]
    values: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    invites: Mapped[bool] = mapped_column(server_default=text("false"))
    """Put by us unprompted, as an invitation is; what we asked back about the sender's own text comes before it."""


class ParseRecord(Base):
    """How a text was read: its normal form, by which rule, how surely, and what was done; the corpus of the field."""

    __tablename__ = "parse_record"
    __table_args__ = (Index(None, "at"),)

    inbound_text_id: Mapped[int] = mapped_column(ForeignKey("inbound_text.id", ondelete="CASCADE"), primary_key=True)
    normal: Mapped[str]
    rule: Mapped[str]
    score: Mapped[float | None]
    """Of the command, where one was read: 1.0 exact ... 0.6 not written at all."""
    did: Mapped[dict[str, Any]]
    """What was done, in the words of `cop sms replay`: {"do": "attend", "session": "4814", "absent": [3, 7]}."""
    at: Mapped[datetime]


class Effect(Base):
    """What a text did, in a form that `0` can take back within 24 hours."""

    __tablename__ = "effect"
    __table_args__ = (Index(None, "number", "at"),)

    id: Mapped[Id]
    inbound_text_id: Mapped[int] = mapped_column(ForeignKey("inbound_text.id"), index=True)
    number: Mapped[str]
    verb: Mapped[str]
    undo: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Parked(Base):
    """A text that waits for a human; one card of the inbox."""

    __tablename__ = "parked"
    __table_args__ = (Index("ix_parked_waiting", "parked_at", postgresql_where=text("settled_at IS NULL")),)

    id: Mapped[Id]
    inbound_text_id: Mapped[int] = mapped_column(ForeignKey("inbound_text.id"), unique=True)
    why: Mapped[str]
    guesses: Mapped[list[Any]]
    training_path: Mapped[str | None]
    admin_path: Mapped[str | None]
    parked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None]
    settled_how: Mapped[str | None]
    shape: Mapped[str | None]
    """Its unknown first word and what follows it, "mojood numbers": texts alike in that are shown together."""


class CorpusLine(Base):
    """A text that a person settled, without names and long numbers, and how it should have been read."""

    __tablename__ = "corpus_line"

    id: Mapped[Id]
    parked_id: Mapped[int | None] = mapped_column(ForeignKey("parked.id", ondelete="SET NULL"), unique=True)
    normal: Mapped[str]
    expect: Mapped[dict[str, Any]]
    """In the words of `cop sms replay`: {"do": "rsvp", "answer": "yes"}."""
    at: Mapped[datetime]


class TaughtWord(Base):
    """A word that people write for a command: proposed by one person, approved or refused by another."""

    __tablename__ = "taught_word"
    __table_args__ = (
        Index("uq_taught_word_word", "word", unique=True, postgresql_where=text("approved IS NOT FALSE")),
    )

    id: Mapped[Id]
    word: Mapped[str]
    command: Mapped[str]
    """The name of the command in the word book."""
    times: Mapped[int]
    """Texts that began with it and were not understood, when it was proposed."""
    proposed_by: Mapped[int]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
