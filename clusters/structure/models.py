"""Tables of the two trees: places of any depth, schools that stand in both, and where they stood from-to."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from clusters.structure.rules import PlaceKind, SchoolGender, Tree


class Programme(Base):
    """The one programme of this installation; `invented` marks a demonstration that no real route may serve.

    `languages` are those of its pages and papers, the first one of those who say nothing else.
    """

    __tablename__ = "programme"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    invented: Mapped[bool]
    languages: Mapped[list[Any]] = mapped_column(server_default=text("""'["ur", "en"]'::jsonb"""))
    founded_at: Mapped[datetime]


class Place(Base):
    """A place of either tree; `path` is its address below the root, each segment closed by a dot.

    `seat_path` is where the place lies in the administrative tree: its own path there, the host school's for a
    cluster, the common prefix of its clusters for a circle or block.
    """

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("tree", "path"),
        Index("ix_place_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
        Index("ix_place_seat_path", "seat_path", postgresql_ops={"seat_path": "text_pattern_ops"}),
    )

    id: Mapped[Id]
    tree: Mapped[Tree] = mapped_column(choice(Tree, "tree"))
    kind: Mapped[PlaceKind] = mapped_column(choice(PlaceKind, "kind"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    path: Mapped[str]
    seat_path: Mapped[str]
    name: Mapped[str]
    name_ur: Mapped[str | None]
    host_school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]


class School(Base):
    """A school, known by its EMIS code; its two paths are today's, its placements remember the rest."""

    __tablename__ = "school"
    __table_args__ = (
        Index("ix_school_training_path", "training_path", postgresql_ops={"training_path": "text_pattern_ops"}),
        Index("ix_school_admin_path", "admin_path", postgresql_ops={"admin_path": "text_pattern_ops"}),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="both_coordinates"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_ur: Mapped[str | None]
    gender: Mapped[SchoolGender | None] = mapped_column(choice(SchoolGender, "gender"))
    level: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    zone: Mapped[str | None]
    village_council: Mapped[str | None]
    asdeo_circle: Mapped[str | None]
    sdeo_office: Mapped[str | None]
    ddo_code: Mapped[str | None]
    rooms: Mapped[int | None]
    """Rooms that a group can sit in."""
    power: Mapped[bool | None]
    safe_access: Mapped[bool | None]
    can_host: Mapped[bool | None]
    """What the school list says of it in so many words."""
    official_cluster: Mapped[str | None]
    """The LTRC that the department's own list puts it in, by that list's name."""
    official_host: Mapped[str | None]
    """The EMIS code of that LTRC's host school."""
    training_path: Mapped[str | None]
    admin_path: Mapped[str] = mapped_column(server_default="")
    invented: Mapped[bool] = mapped_column(server_default=text("false"))


_STAY = text(
    "box(point(school_id, coalesce(lower(during) - DATE '2000-01-01', -1000000)),"
    " point(school_id, coalesce(upper(during) - DATE '2000-01-01' - 1, 1000000)))"
)
"""A school's days at a place as an upright line at its id: an index of boxes takes 50,000 in a fifth of the time that
one of ranges does."""


class Placement(Base):
    """One school stands in one place of a tree from-to; never in two at once."""

    __tablename__ = "placement"
    __table_args__ = (
        ExcludeConstraint(
            (_STAY, "&&"),
            where=text("tree = 'T' AND NOT isempty(during)"),
            name="one_cluster_at_a_time",
        ),
        ExcludeConstraint(
            (_STAY, "&&"),
            where=text("tree = 'A' AND NOT isempty(during)"),
            name="one_area_at_a_time",
        ),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    tree: Mapped[Tree] = mapped_column(choice(Tree, "tree"))
    during: Mapped[Range[date]] = mapped_column(DATERANGE)


class ClusterDraft(Base):
    """A grouping of schools that nobody else sees until it is accepted from a date."""

    __tablename__ = "cluster_draft"

    id: Mapped[Id]
    name: Mapped[str]
    author_id: Mapped[int | None]
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="draft")
    rules: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    accepted_at: Mapped[datetime | None]
    from_date: Mapped[date | None]


class ClusterDraftRow(Base):
    """One school of a draft: its cluster, circle and block by number, and its way to the host in kilometres."""

    __tablename__ = "cluster_draft_row"

    draft_id: Mapped[int] = mapped_column(ForeignKey("cluster_draft.id", ondelete="CASCADE"), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), primary_key=True, index=True)
    block: Mapped[int]
    circle: Mapped[int]
    cluster: Mapped[int]
    host: Mapped[bool]
    km: Mapped[float | None]
    price: Mapped[float | None]
    """What proves, with those of all others, how short a plan can be at best; None where nothing is proved."""


class ClusterDraftChange(Base):
    """A change by hand: a school moved, or another host chosen; `was` and `became` hold keys and ids."""

    __tablename__ = "cluster_draft_change"

    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(ForeignKey("cluster_draft.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    was: Mapped[dict[str, Any]]
    became: Mapped[dict[str, Any]]
    author_id: Mapped[int | None]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class ClusterDraftStep(Base):
    """A plan between today's clusters and the draft: how many schools change their cluster, and the mean way."""

    __tablename__ = "cluster_draft_step"

    draft_id: Mapped[int] = mapped_column(ForeignKey("cluster_draft.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changed: Mapped[int]
    mean_km: Mapped[float]
    clusters: Mapped[list[Any]]
    """Of each cluster: block, circle, number, the host's code, and the codes of its schools."""
