"""Tables of the outbox: what a message is about, the message, and insert-only facts of what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from messaging.channels.base import Medium
from messaging.outbox.rules import State, StopReason


class Subject(Base):
    """What messages are about (a training session, a text received, a batch), with today's revision and places.

    Written by reactions; the submit unit locks this row, so that a withdrawal and a sending exclude each other.
    """

    __tablename__ = "message_subject"
    __table_args__ = (
        Index(
            "ix_message_subject_training_path", "training_path", postgresql_ops={"training_path": "text_pattern_ops"}
        ),
        Index("ix_message_subject_admin_path", "admin_path", postgresql_ops={"admin_path": "text_pattern_ops"}),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(server_default="1")
    withdrawn: Mapped[bool] = mapped_column(server_default=text("false"))
    training_path: Mapped[str | None]
    admin_path: Mapped[str | None]


class Message(Base):
    """One text for one person about one subject; the same key is the same message, however often it is planned."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint(
            "subject_kind",
            "subject_id",
            "revision",
            "person_id",
            "number",
            "kind",
            "leg",
            "again",
            name="uq_message_key",
        ),
        Index("ix_message_due", "priority", "send_after", "id", postgresql_where=text("state = 'queued'")),
        Index(
            "ix_message_open", "state", postgresql_where=text("state IN ('claimed', 'submitting', 'unknown', 'parked')")
        ),
        Index("ix_message_number", "number"),
        Index("ix_message_send_after", "send_after"),
        Index(
            "ix_message_lost",
            "state_at",
            postgresql_where=text(
                "state IN ('failed', 'undelivered', 'rejected', 'unresolved', 'expired', 'suppressed')"
            ),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    revision: Mapped[int]
    person_id: Mapped[int]
    """0 when the number belongs to nobody we know."""
    number: Mapped[str]
    kind: Mapped[str]
    leg: Mapped[int] = mapped_column(server_default="0")
    again: Mapped[int] = mapped_column(server_default="0")
    """How often the same was planned before and withdrawn unsent; in a list, how often its number came before."""
    medium: Mapped[Medium] = mapped_column(choice(Medium, "medium"), server_default="sms")
    """What it goes by; a second leg may go by another one."""
    invented: Mapped[bool] = mapped_column(server_default=text("false"))
    """The person was invented for a trial; no real route takes it."""
    priority: Mapped[int]
    text_key: Mapped[str]
    text_values: Mapped[dict[str, Any]]
    language: Mapped[str]
    send_after: Mapped[datetime]
    send_by: Mapped[datetime]
    planned_at: Mapped[datetime]
    state: Mapped[State] = mapped_column(choice(State, "state"))
    why: Mapped[str | None]
    lease_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    """Number of the latest attempt."""
    doubtful: Mapped[int] = mapped_column(server_default="0")
    """Attempts of which nobody knows that the channel did not take them."""
    segments: Mapped[int | None]
    body: Mapped[str | None]
    """What was said, once it was said; before that the text is made from its key and values."""
    state_at: Mapped[datetime]
    contradicted: Mapped[bool] = mapped_column(server_default=text("false"))
    """The channel said of the same copy that it was lost and that it arrived."""


class Attempt(Base):
    """A request to a channel, written before it begins; insert-only."""

    __tablename__ = "attempt"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    route: Mapped[str]
    """The channel's name."""
    body_hash: Mapped[str]
    sender: Mapped[str] = mapped_column(server_default="")
    """The number or name of ours it went out from; empty where the channel has only one."""
    segments: Mapped[int] = mapped_column(server_default="1")
    valid_until: Mapped[datetime | None]
    """When the provider shall stop trying."""


class AttemptOutcome(Base):
    """What a source said of an attempt: the answer itself, the reaper, the channel's own list; insert-only."""

    __tablename__ = "attempt_outcome"

    id: Mapped[Id]
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), index=True)
    n: Mapped[int]
    source: Mapped[str]
    outcome: Mapped[str]
    at: Mapped[datetime]
    code: Mapped[str | None]
    """The provider's own number of the error."""
    fault: Mapped[str | None]
    """What the error is about, a `Fault`."""


class ProviderMessage(Base):
    """The channel's own id of a message it accepted; a second one for a message is the record of a duplicate."""

    __tablename__ = "provider_message"
    __table_args__ = (Index("ix_provider_message_extra", "at", postgresql_where=text("extra")),)

    sid: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), index=True)
    via: Mapped[str]
    """How we learned of it: "answer", "callback", "poll", "list", "sweep", "restored"."""
    at: Mapped[datetime]
    extra: Mapped[bool] = mapped_column(server_default=text("false"))
    """Another one was known of the same message before: somebody got it twice."""


class ProviderEvent(Base):
    """A status the channel reported; insert-only, repetition makes no second row."""

    __tablename__ = "provider_event"
    __table_args__ = (
        UniqueConstraint("sid", "status", "code", postgresql_nulls_not_distinct=True),
        Index(
            "ix_provider_event_unread",
            "received_at",
            postgresql_where=text("code IS NOT NULL AND fault IS NULL"),
        ),
    )

    id: Mapped[Id]
    sid: Mapped[str]
    status: Mapped[str]
    code: Mapped[str | None]
    received_at: Mapped[datetime]
    fault: Mapped[str | None]
    """What `code` means, a `Fault`; empty where nobody knows."""


class Stray(Base):
    """What a channel told of a text and nobody can place: `why` is a `Strayed`, or "nobodys" for one in its list."""

    __tablename__ = "stray"
    __table_args__ = (UniqueConstraint("sid", "why"),)

    id: Mapped[Id]
    sid: Mapped[str]
    why: Mapped[str]
    channel: Mapped[str]
    number: Mapped[str | None]
    body_hash: Mapped[str | None]
    taken_at: Mapped[datetime | None]
    """When the channel took it, where its list says so."""
    found_at: Mapped[datetime] = mapped_column(index=True)


class ListWatch(Base):
    """A text that a channel surely has, watched until its list shows it: how far the list lags behind."""

    __tablename__ = "list_watch"
    __table_args__ = (Index("ix_list_watch_channel_taken_at", "channel", "taken_at"),)

    sid: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"))
    taken_at: Mapped[datetime]
    """On the database's own clock, as are the next."""
    listed_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    """When the list was last asked for it in vain."""


class Withdrawal(Base):
    """Why a message shall not go out any more; insert-only."""

    __tablename__ = "withdrawal"

    id: Mapped[Id]
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), index=True)
    why: Mapped[str]
    at: Mapped[datetime]


class SendingStop(Base):
    """A time in which nothing is sent, or nothing by one channel or about one place; it stands until it is released."""

    __tablename__ = "sending_stop"
    __table_args__ = (
        Index("ix_sending_stop_standing", "id", postgresql_where=text("released_at IS NULL")),
        Index(
            "uq_sending_stop_breaker",
            "reason",
            "channel",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("released_at IS NULL AND reason IN ('account', 'budget')"),
        ),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    reason: Mapped[StopReason] = mapped_column(choice(StopReason, "reason"))
    why: Mapped[str | None]
    person_id: Mapped[int | None]
    """Who stopped it; nobody when the house did, or somebody on the command line."""
    released_at: Mapped[datetime | None]
    """On the database's own clock, which a rehearsal does not move."""
    released_by: Mapped[int | None]
    channel: Mapped[str | None]
    """The only channel it holds; None is every one."""
    training_path: Mapped[str | None]
    """The only place whose texts it holds, a circle say; None is the whole programme."""
    retry_at: Mapped[datetime | None]
    """When one text may try whether the channel works again; on the database's own clock."""
