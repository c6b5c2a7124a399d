"""The table of plans that are asked for, made and ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from cop.planning.rules import PlanKind, PlanStage, PlanState


class PlanJob(Base):
    """One plan that somebody asked for: the wish, how far it is, and what came of it.

    It is leased: whoever holds the newest `token` may write, until the lease ends by the database's own clock.
    """

    __tablename__ = "plan_job"
    __table_args__ = (
        Index("ix_plan_job_wanted", "id", postgresql_where=text("state IN ('waiting', 'working', 'tightening')")),
        Index(None, "by_person_id"),
    )

    id: Mapped[Id]
    kind: Mapped[PlanKind] = mapped_column(choice(PlanKind, "kind"))
    wish: Mapped[dict[str, Any]]
    """What was asked for, in the words of the planner of this kind."""
    by_person_id: Mapped[int | None]
    asked_at: Mapped[datetime]
    state: Mapped[PlanState] = mapped_column(choice(PlanState, "state"), server_default=PlanState.WAITING.value)
    stage: Mapped[PlanStage | None] = mapped_column(choice(PlanStage, "stage"))
    about: Mapped[str] = mapped_column(server_default="")
    """The part of the schools that is being planned, as its list calls it."""
    share: Mapped[float] = mapped_column(server_default=text("0"))
    """From 0 to 1."""
    draft_id: Mapped[int | None]
    """The draft of its kind that came of it."""
    found: Mapped[dict[str, Any] | None] = mapped_column()
    """What is to be said where there is no draft: schools that cannot be cut, with their choices."""
    error: Mapped[dict[str, Any] | None] = mapped_column()
    """Why there is no draft: `key` of a sentence and its `values`."""
    leased_until: Mapped[datetime | None]
    token: Mapped[int] = mapped_column(server_default=text("0"))
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
