"""Tables of what is published of the community: frozen snapshots, their figures, and who looked at which area."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from clusters.structure.rules import Tree
from cop.network.figures import Table
from cop.network.gardening import Misfit, Verdict, Watering


class SnapshotState(StrEnum):
    """Where a month's figures stand; only the published are seen outside the measuring role."""

    CANDIDATE = "candidate"
    PUBLISHED = "published"
    REFUSED = "refused"
    """It would have given somebody away however much was hidden; last month's stays."""


class Snapshot(Base):
    """The figures of a month as they were frozen: nothing of it changes once it is published."""

    __tablename__ = "network_snapshot"
    __table_args__ = (
        Index("uq_network_snapshot_published", "month", unique=True, postgresql_where=text("state = 'published'")),
    )

    id: Mapped[Id]
    month: Mapped[date]
    """The first of it."""
    frozen_at: Mapped[datetime]
    state: Mapped[SnapshotState] = mapped_column(choice(SnapshotState, "state"))
    k: Mapped[int]
    """The smallest group it was published with; no later one may be published with a smaller."""
    seed: Mapped[int]
    versions: Mapped[dict[str, Any]]
    """Of the programs that measured, by name."""


class SnapshotFigure(Base):
    """A figure of a snapshot as it is shown: screen, file and interface read this row and no other."""

    __tablename__ = "network_figure"

    id: Mapped[Id]
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("network_snapshot.id", ondelete="CASCADE"), index=True)
    nth: Mapped[int]
    """Its place in the order of the tree."""
    figure: Mapped[Table] = mapped_column(choice(Table, "figure"))
    path: Mapped[str]
    second: Mapped[str]
    low: Mapped[float]
    high: Mapped[float]
    doubt_low: Mapped[float]
    doubt_high: Mapped[float]
    of: Mapped[int]
    merged: Mapped[list[Any]]
    hidden: Mapped[bool]
    kept_from: Mapped[date | None]
    kept_id: Mapped[int | None] = mapped_column(ForeignKey("network_figure.id", ondelete="SET NULL"), index=True)
    """The row it was taken over from, whose members it stands on."""


class FigureMembers(Base):
    """On whose data a published figure stands, each with her school: for the auditor and for what changed since.

    The measuring role alone reads it. Of somebody who was deleted a bare number remains, which nothing explains.
    """

    __tablename__ = "network_membership"

    figure_id: Mapped[int] = mapped_column(ForeignKey("network_figure.id", ondelete="CASCADE"), primary_key=True)
    persons: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    schools: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """Of each person, in the same order."""


class Spot(Base):
    """Where a group stands in the picture of a place, so that it stands there next month as well; 0 to 1 each way."""

    __tablename__ = "network_spot"

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("network_snapshot.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    """Address of the place whose picture it is: T/B2."""
    path: Mapped[str] = mapped_column(primary_key=True)
    x: Mapped[float]
    y: Mapped[float]


class NetworkView(Base):
    """Somebody looked at the community figures of a place; those who are its members may know how often."""

    __tablename__ = "network_view"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    tree: Mapped[Tree] = mapped_column(choice(Tree, "tree"))
    path: Mapped[str]
    at: Mapped[datetime]


class Watered(Base):
    """What was said to a suggestion of a month: planned, not now, or that it does not fit; who said so is in the audit
    trail alone, and taken back it is gone."""

    __tablename__ = "network_watering"
    __table_args__ = (Index("uq_network_watering_what", "month", "kind", "places", "subject", unique=True),)

    id: Mapped[Id]
    month: Mapped[date]
    """The first of the month whose figures it was suggested by."""
    kind: Mapped[Watering] = mapped_column(choice(Watering, "kind"))
    places: Mapped[str]
    """Paths of its groups, with a space between, in the order of the tree."""
    subject: Mapped[str]
    """Its code; "" where it is about none."""
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict, "verdict"))
    why: Mapped[Misfit | None] = mapped_column(choice(Misfit, "why"))
    at: Mapped[datetime]

    @property
    def what(self) -> str:
        """The suggestion it answers, as that is known."""
        return "/".join((self.kind, self.places, self.subject))
