"""Reads of the figures of the cascade, each in one statement over the tallies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from clusters.cascade.rules import Level
from clusters.modules.rules import Subject
from clusters.progress.models import Tally
from clusters.progress.rules import MEASURES, Figures, SchoolsOf
from clusters.scope import Scope
from clusters.structure.models import Place
from clusters.structure.naming import in_order
from clusters.structure.queries import seen_places
from clusters.structure.rules import PlaceKind, Tree


@dataclass(frozen=True, slots=True)
class Reach:
    """How many of the teachers of a scope a subject has reached in a school year."""

    trained: int
    people: int
    absent: int


def reach(db: Session, scope: Scope, year: int) -> tuple[dict[Subject, Reach], datetime | None]:
    """Teachers reached by each subject in a school year, and as of when; empty and None before anything was counted."""
    rows = db.execute(
        select(
            Tally.subject,
            cast(func.sum(Tally.trained), BigInteger).label("trained"),
            cast(func.sum(Tally.people), BigInteger).label("people"),
            cast(func.sum(Tally.absent), BigInteger).label("absent"),
            func.max(Tally.as_of).label("as_of"),
        )
        .where(Tally.year == year, Tally.level == Level.TEACHER, scope.within(Tally.training_path, Tally.admin_path))
        .group_by(Tally.subject)
    ).all()
    found = {row.subject: Reach(row.trained, row.people, row.absent) for row in rows}
    return found, max((row.as_of for row in rows), default=None)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A place of one tree as progress is read by it; `clusters` is how many open clusters lie in it."""

    id: int
    kind: PlaceKind
    path: str
    name: str
    name_ur: str | None
    clusters: int


@dataclass(frozen=True, slots=True)
class Around:
    """Where an area stands: the places above it as far as the scope sees them, itself last, and those right below."""

    trail: tuple[AreaRow, ...]
    below: tuple[AreaRow, ...]


def around(db: Session, scope: Scope, tree: Tree, path: str) -> Around:
    """An area of a tree with what is above and below it; the root of a tree stands over what the scope sees of it."""
    parent, inner = aliased(Place), aliased(Place)
    own = inner.path if tree is Tree.TRAINING else inner.seat_path
    clusters = (
        select(func.count())
        .where(inner.kind == PlaceKind.CLUSTER, inner.closed_on.is_(None), own.startswith(Place.path))
        .correlate(Place)
        .scalar_subquery()
    )
    steps = path.split(".")[:-1]
    above = ["".join(f"{step}." for step in steps[:depth]) for depth in range(len(steps) + 1)]
    right_below: ColumnElement[bool] = parent.path == path
    if not path:
        higher = aliased(Place)
        mine = case((higher.tree == Tree.TRAINING, higher.path), else_=null())
        seen = select(higher.id).where(higher.tree == tree, higher.path != "", scope.within(mine, higher.seat_path))
        right_below = and_(Place.path != "", or_(Place.parent_id.is_(None), Place.parent_id.not_in(seen)))
    statement: Select[*tuple[Any, ...]] = (
        select(Place.id, Place.kind, Place.path, Place.name, Place.name_ur, clusters.label("clusters"))
        .outerjoin(parent, parent.id == Place.parent_id)
        .where(
            Place.tree == tree,
            Place.closed_on.is_(None),
            seen_places(scope),
            or_(Place.path.in_(above), right_below),
        )
    )
    rows = [AreaRow(*row) for row in db.execute(statement)]
    rows.sort(key=lambda row: in_order(row.path))
    upward = tuple(row for row in rows if row.path in above)
    return Around(upward, tuple(row for row in rows if row.path not in above))


@dataclass(frozen=True, slots=True)
class Part:
    """Figures of what lies in one place below an area ("" for the area's own), of one level, subject and kind."""

    path: str
    level: Level
    subject: Subject
    schools_of: SchoolsOf
    figures: Figures


def parts(
    db: Session, scope: Scope, year: int, tree: Tree, path: str, below: Sequence[str]
) -> tuple[list[Part], datetime | None]:
    """The figures of an area by the places below it, and as of when they are."""
    own = Tally.training_path if tree is Tree.TRAINING else Tally.admin_path
    child = (
        func.unnest(literal(list(below), ARRAY(Text))).table_valued(column("path", Text), name="child").render_derived()
    )
    sums = [cast(func.sum(getattr(Tally, name)), BigInteger).label(name) for name in MEASURES]
    statement = (
        select(
            func.coalesce(child.c.path, "").label("path"),
            Tally.level,
            Tally.subject,
            Tally.schools_of,
            func.max(Tally.as_of).label("as_of"),
            *sums,
        )
        .outerjoin(child, func.starts_with(own, child.c.path))
        .where(Tally.year == year, scope.within(Tally.training_path, Tally.admin_path))
        .group_by(child.c.path, Tally.level, Tally.subject, Tally.schools_of)
    )
    if path:
        statement = statement.where(own.startswith(path, autoescape=True))
    rows: Sequence[Any] = db.execute(statement).all()
    found = [
        Part(
            row.path, row.level, row.subject, row.schools_of, Figures(**{name: getattr(row, name) for name in MEASURES})
        )
        for row in rows
    ]
    return found, max((row.as_of for row in rows), default=None)


def waits(
    db: Session, scope: Scope, year: int, tree: Tree, path: str
) -> dict[tuple[Level, Subject], tuple[float, int]]:
    """Days between learning and passing on: the median over the places of an area, and over how many of them."""
    own = Tally.training_path if tree is Tree.TRAINING else Tally.admin_path
    statement = (
        select(
            Tally.level,
            Tally.subject,
            func.percentile_cont(0.5).within_group(Tally.wait_days).label("days"),
            func.count().label("places"),
        )
        .where(
            Tally.year == year,
            Tally.wait_days.is_not(None),
            scope.within(Tally.training_path, Tally.admin_path),
            own.startswith(path, autoescape=True),
        )
        .group_by(Tally.level, Tally.subject)
    )
    return {(row.level, row.subject): (float(row.days), row.places) for row in db.execute(statement)}
