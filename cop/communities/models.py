"""Tables of communities, their members, hosts, meetings and agendas, and of what two members did together."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from clusters.modules.rules import Subject
from cop.communities.rules import Doing, Standing, Turn


class Community(Base):
    """A voluntary group of colleagues; it belongs to no place, its members may come from anywhere."""

    __tablename__ = "community"

    id: Mapped[Id]
    name: Mapped[str]
    subject: Mapped[Subject | None] = mapped_column(choice(Subject, "subject"))
    about: Mapped[str] = mapped_column(server_default="")
    """What it is for, in its founder's words."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("community.id", ondelete="SET NULL"), index=True)
    """The one it grew out of."""
    founded_at: Mapped[datetime]
    split_proposed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    """When its last member left."""


class Membership(Base):
    """Somebody's way into a community and out again; a new row each time she comes back."""

    __tablename__ = "community_membership"
    __table_args__ = (
        Index(
            "uq_community_membership_current",
            "community_id",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "person_id"),
    )

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    standing: Mapped[Standing] = mapped_column(choice(Standing, "standing"))
    asked_at: Mapped[datetime]
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    """The member who invited or admitted her; nobody for a founder."""
    since: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class HostTurn(Base):
    """A member's turn to host: asked, taken or passed on; it rotates."""

    __tablename__ = "community_host"
    __table_args__ = (
        Index(
            "uq_community_host_current",
            "community_id",
            unique=True,
            postgresql_where=text("standing IN ('asked', 'hosts')"),
        ),
        Index(None, "person_id"),
    )

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    standing: Mapped[Turn] = mapped_column(choice(Turn, "turn"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    from_day: Mapped[date | None]


class Meeting(Base):
    """A meeting that a host proposed: when and where, in her words."""

    __tablename__ = "community_meeting"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    venue: Mapped[str]
    host_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    proposed_at: Mapped[datetime]
    called_off_at: Mapped[datetime | None]


class AgendaLine(Base):
    """Something a member wants to talk about the next time."""

    __tablename__ = "community_agenda_line"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    words: Mapped[str]
    at: Mapped[datetime]
    talked_about_at: Mapped[datetime | None]


class DoneTogether(Base):
    """A lesson planned together, or watched: one says so, and the other has not confirmed it yet; then the row goes."""

    __tablename__ = "done_together"
    __table_args__ = (Index(None, "other_id"), Index(None, "person_id"))

    id: Mapped[Id]
    kind: Mapped[Doing] = mapped_column(choice(Doing, "doing"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    """Who says so; of an observed lesson, she who taught it."""
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id", ondelete="SET NULL"), index=True)
    subject: Mapped[Subject | None] = mapped_column(choice(Subject, "subject"))
    day: Mapped[date]
    said_at: Mapped[datetime]
