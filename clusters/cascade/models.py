"""Tables of the cascade: rounds, what changed in them after bad news, and days on which a place is closed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from clusters.cascade.rules import MendingState
from clusters.kernel.base import Base, Id, choice


class Round(Base):
    """One run of the cascade; its training sessions are drafts until the round is accepted."""

    __tablename__ = "round"

    id: Mapped[Id]
    name: Mapped[str]
    author_id: Mapped[int | None]
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="draft")
    subjects: Mapped[list[Any]]
    from_date: Mapped[date]
    rules: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    accepted_at: Mapped[datetime | None]


class Mending(Base):
    """A round mended after bad news: a draft that nobody is told of, until it is done.

    `changes` are the training sessions with their days, room and trainers before and after; `followed` is what else
    was done with it, so that it can be undone.
    """

    __tablename__ = "mending"

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    state: Mapped[MendingState] = mapped_column(choice(MendingState, "state"))
    news: Mapped[dict[str, Any]]
    changes: Mapped[list[Any]]
    summary: Mapped[dict[str, Any]]
    followed: Mapped[dict[str, Any] | None] = mapped_column()
    made_at: Mapped[datetime]
    author_id: Mapped[int | None]
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class PlaceClosure(Base):
    """Days, first and last included, on which nobody meets at a place or below it: a valley under snow.

    Of a `zone` only the schools of that zone are closed.
    """

    __tablename__ = "place_closure"
    __table_args__ = (CheckConstraint("first <= last", name="in_order"),)

    id: Mapped[Id]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    name: Mapped[str]
    zone: Mapped[str | None]
    made_at: Mapped[datetime]
    by_person_id: Mapped[int | None]
    ended_at: Mapped[datetime | None]


class Leave(Base):
    """Days, first and last included, on which a trainer is away and in no plan; why is nobody's business here."""

    __tablename__ = "leave"
    __table_args__ = (CheckConstraint("first <= last", name="in_order"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    made_at: Mapped[datetime]
    by_person_id: Mapped[int | None]
    ended_at: Mapped[datetime | None]
