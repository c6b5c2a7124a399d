"""Reads of published snapshots: the latest of a place and the last of the term before, and who looked at an area."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, String, cast, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from clusters.people.models import Post
from clusters.scope import Scope, lies_within
from clusters.structure.models import Place
from clusters.structure.rules import PlaceKind, Tree
from cop.network.figures import Shown, Table
from cop.network.gardening import Verdict
from cop.network.models import NetworkView, Snapshot, SnapshotFigure, SnapshotState, Spot, Watered
from cop.ties.rules import SECOND_TERM_FROM

_PUBLISHED = Snapshot.state == SnapshotState.PUBLISHED


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a snapshot shows of a place, in the order of the tree; `before` of the last snapshot of the term before."""

    month: date
    frozen_at: datetime
    shown: tuple[Shown, ...]
    before: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A place of the training tree, as figures name it."""

    path: str
    kind: PlaceKind
    name: str
    name_ur: str | None


def frozen(db: Session, scope: Scope, tree: Tree, path: str, depth: int) -> Frozen | None:
    """Figures of a place and of what lies in it, as deep in the training tree as its picture goes, or `depth` steps if
    it has none; None before the first.

    Of an area of the administrative tree: those of circles that lie in it whole, and of their clusters.
    """
    newest = select(func.max(Snapshot.month)).where(_PUBLISHED).scalar_subquery()
    second = func.extract("month", newest) >= SECOND_TERM_FROM
    term = func.make_date(
        cast(func.extract("year", newest), Integer), 1 + cast(second, Integer) * (SECOND_TERM_FROM - 1), 1, type_=Date
    )
    older = aliased(Snapshot)
    earlier = (
        select(func.max(older.month)).where(older.state == SnapshotState.PUBLISHED, older.month < term)
    ).scalar_subquery()
    of = SnapshotFigure
    rows = db.execute(
        select(
            Snapshot.month,
            Snapshot.frozen_at,
            of.figure,
            of.path,
            of.low,
            of.high,
            of.doubt_low,
            of.doubt_high,
            of.second,
            of.merged,
            of.hidden,
            func.coalesce(cast(of.kept_from, String), "").label("kept_from"),
            of.of,
        )
        .join(of, of.snapshot_id == Snapshot.id)
        .where(
            _PUBLISHED,
            or_(Snapshot.month == newest, Snapshot.month == earlier),
            _inside(tree, path, of.path),
            _steps(of.path) <= _drawn(tree, path, depth),
            or_(of.figure != Table.BETWEEN, _inside(tree, path, of.second)),
        )
        .order_by(Snapshot.month.desc(), of.nth)
    ).all()
    if not rows:
        return None
    newest_month = rows[0][0]
    split: dict[bool, list[Shown]] = {True: [], False: []}
    for month, _, *values in rows:
        figure, place, low, high, doubt_low, doubt_high, other, merged, hidden, kept, whole = values
        split[month == newest_month].append(
            Shown(
                figure, place, low, float(high), doubt_low, float(doubt_high), other, tuple(merged), hidden, kept, whole
            )
        )
    return Frozen(newest_month, rows[0][1], tuple(split[True]), tuple(split[False]))


def placed(db: Session, scope: Scope, tree: Tree, path: str, depth: int) -> dict[str, Placed]:
    """Training places in a place of either tree, and itself, by their path; closed ones too: figures may be older."""
    rows = db.execute(
        select(Place.path, Place.kind, Place.name, Place.name_ur).where(
            Place.tree == Tree.TRAINING,
            Place.path.startswith(path, autoescape=True)
            if tree is Tree.TRAINING
            else Place.seat_path.startswith(path, autoescape=True),
            _steps(Place.path) <= _drawn(tree, path, depth),
        )
    )
    return {row.path: Placed(row.path, row.kind, row.name, row.name_ur) for row in rows}


def spots(db: Session, scope: Scope, address: str) -> dict[str, tuple[float, float]]:
    """Where the groups of a place stand in the picture of the latest snapshot, by their path."""
    newest = select(Snapshot.id).where(_PUBLISHED).order_by(Snapshot.month.desc()).limit(1).scalar_subquery()
    rows = db.execute(select(Spot.path, Spot.x, Spot.y).where(Spot.snapshot_id == newest, Spot.place == address))
    return {row.path: (row.x, row.y) for row in rows}


@dataclass(frozen=True, slots=True)
class Said:
    """What was said to a suggestion, and when."""

    id: int
    verdict: Verdict
    at: datetime


def said(db: Session, scope: Scope, tree: Tree, path: str, since: datetime) -> dict[str, Said]:
    """What was said since then to suggestions about groups of a place, by what each is known by; the latest of each."""
    rows = db.execute(
        select(Watered.id, Watered.kind, Watered.places, Watered.subject, Watered.verdict, Watered.at)
        .where(Watered.at > since, _inside(tree, path, Watered.places))
        .order_by(Watered.at, Watered.id)
    )
    return {"/".join((row.kind, row.places, row.subject)): Said(row.id, row.verdict, row.at) for row in rows}


def views(db: Session, scope: Scope, since: datetime) -> int:
    """How often somebody looked at figures of an area that the scope's person teaches or works in."""
    hers = (
        select(literal(1))
        .where(
            Post.person_id == scope.person_id,
            func.upper_inf(Post.during),
            lies_within(NetworkView.tree, NetworkView.path, Post.training_path, Post.admin_path),
        )
        .exists()
    )
    return db.scalar(select(func.count()).select_from(NetworkView).where(NetworkView.at >= since, hers)) or 0


def _steps(path: Any) -> ColumnElement[int]:
    return func.length(path) - func.length(func.replace(path, ".", ""))


def _drawn(tree: Tree, path: str, depth: int) -> ColumnElement[int]:
    """How deep the groups lie in the latest picture of a place; else `depth`."""
    newest = select(Snapshot.id).where(_PUBLISHED).order_by(Snapshot.month.desc()).limit(1).scalar_subquery()
    deepest = select(func.max(_steps(Spot.path))).where(Spot.snapshot_id == newest, Spot.place == f"{tree}/{path}")
    return func.coalesce(deepest.scalar_subquery(), depth)


def _inside(tree: Tree, path: str, of: Any) -> ColumnElement[bool]:
    if tree is Tree.TRAINING:
        return of.startswith(path, autoescape=True)  # type: ignore[no-any-return]  # a column's own predicate
    return (
        select(literal(1))
        .where(
            Place.tree == Tree.TRAINING,
            Place.kind == PlaceKind.CIRCLE,
            Place.seat_path.startswith(path, autoescape=True),
            func.starts_with(of, Place.path),
        )
        .exists()
    )
