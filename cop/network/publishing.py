"""Freezes a month: figures are partitioned, audited against a year of what was published, and kept as a snapshot.

A candidate that would give somebody away however much is held back is refused, and the snapshot of the month before
stays. Only the measuring role writes here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session, aliased

from clusters.kernel.clock import day_of, now
from clusters.kernel.errors import Conflict, Invalid
from clusters.people.models import Post
from clusters.structure.models import Place
from clusters.structure.rules import PlaceKind, Tree
from cop.network.candidate import Candidate, Past, settle
from cop.network.figures import Figure, Shown, Table
from cop.network.layout import Spots, spots
from cop.network.models import FigureMembers, Snapshot, SnapshotFigure, SnapshotState, Spot
from cop.network.partition import Key, Last
from cop.network.rules import K, pictured

SNAPSHOTS = 12
"""So many are audited together with the candidate."""
_PUBLISHED = Snapshot.state == SnapshotState.PUBLISHED


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a month's candidate, in numbers that tell of nobody."""

    state: SnapshotState
    shown: int = 0
    """Figures published anew."""
    kept: int = 0
    hidden: int = 0
    withheld: int = 0
    """Of those kept or hidden, the ones that the auditor held back."""
    rounds: int = 0


def publish(
    db: Session, figures: Sequence[Figure], month: date, k: int, *, seed: int, versions: Mapping[str, str]
) -> Outcome:
    """Publish a month's figures, or refuse them. Conflict when the month is published already: frozen is frozen.

    Invalid when `k` is below 10, or below what was ever published with.
    """
    month = month.replace(day=1)
    least = max(K, db.scalar(select(func.max(Snapshot.k)).where(_PUBLISHED)) or K)
    if k < least:
        raise Invalid("smallest_group_lowered", value=k, least=least)
    if db.scalar(select(Snapshot.id).where(_PUBLISHED, Snapshot.month >= month)) is not None:
        raise Conflict("month_is_frozen", month=f"{month:%Y-%m}")
    made = Snapshot(
        month=month, frozen_at=now(db), state=SnapshotState.CANDIDATE, k=k, seed=seed, versions=dict(versions)
    )
    db.add(made)
    db.flush()
    kept = _Archive.of(db)
    schools = kept.school_of | _schools(db, frozenset().union(*(figure.persons for figure in figures)))
    candidate = settle(figures, kept.past, schools, k, seed)
    if candidate.findings:
        made.state = SnapshotState.REFUSED
        db.flush()
        return Outcome(made.state, withheld=len(candidate.withheld), rounds=candidate.rounds)
    _keep(db, made, candidate, kept, schools)
    _draw(db, made, [cell.shown for cell in candidate.cells])
    made.state = SnapshotState.PUBLISHED
    db.flush()
    _forget(db)
    return Outcome(
        made.state,
        shown=sum(cell.fresh for cell in candidate.cells),
        kept=sum(cell.kept for cell in candidate.cells),
        hidden=sum(cell.shown.hidden for cell in candidate.cells),
        withheld=len(candidate.withheld),
        rounds=candidate.rounds,
    )


@dataclass(frozen=True, slots=True)
class _Archive:
    """What was published before, with the row of each cell's last publication and everybody's last known school."""

    past: Past
    row_of: Mapping[Key, int]
    school_of: dict[int, int]

    @classmethod
    def of(cls, db: Session) -> "_Archive":
        """Rows of the last twelve snapshots, and the last publication of each cell; older ones are deleted."""
        last: dict[Key, Last] = {}
        row_of: dict[Key, int] = {}
        school_of: dict[int, int] = {}
        rows: list[tuple[Key, frozenset[int]]] = []
        for figure, on, persons, schools in db.execute(
            select(SnapshotFigure, Snapshot.frozen_at, FigureMembers.persons, FigureMembers.schools)
            .join(Snapshot, Snapshot.id == SnapshotFigure.snapshot_id)
            .join(FigureMembers, FigureMembers.figure_id == SnapshotFigure.id)
            .where(_PUBLISHED)
            .order_by(Snapshot.month, SnapshotFigure.nth)
        ):
            shown = _shown(figure)
            key = shown.table, shown.path, shown.second
            who = frozenset(persons)
            last[key], row_of[key] = Last(shown, day_of(on).isoformat(), who), figure.id
            school_of |= {person: school for person, school in zip(persons, schools, strict=True) if school}
            rows.append((key, who))
        return cls(Past(last, rows), row_of, school_of)


def _shown(figure: SnapshotFigure) -> Shown:
    return Shown(
        figure.figure,
        figure.path,
        figure.low,
        figure.high,
        figure.doubt_low,
        figure.doubt_high,
        figure.second,
        tuple(figure.merged),
        of=figure.of,
    )


def _schools(db: Session, persons: Iterable[int]) -> dict[int, int]:
    """Where each of these teaches, or taught last."""
    rows = db.execute(
        select(Post.person_id, Post.school_id)
        .where(Post.person_id.in_(list(persons)), Post.school_id.is_not(None))
        .order_by(Post.person_id, func.upper_inf(Post.during), Post.id)
    )
    return {row.person_id: row.school_id for row in rows if row.school_id is not None}


def _keep(db: Session, snapshot: Snapshot, candidate: Candidate, archive: _Archive, schools: Mapping[int, int]) -> None:
    """Write the figures in their order, and behind each new one who stands behind it."""
    kept_on = {key: each.on for key, each in archive.past.last.items()}
    rows: list[dict[str, Any]] = []
    for nth, cell in enumerate(candidate.cells):
        shown = cell.shown
        rows.append(
            {
                "snapshot_id": snapshot.id,
                "nth": nth,
                "figure": shown.table,
                "path": shown.path,
                "second": shown.second,
                "low": shown.low,
                "high": shown.high,
                "doubt_low": shown.doubt_low,
                "doubt_high": shown.doubt_high,
                "of": shown.of,
                "merged": list(shown.merged),
                "hidden": shown.hidden,
                "kept_from": date.fromisoformat(kept_on[cell.key]) if cell.kept else None,
                "kept_id": archive.row_of[cell.key] if cell.kept else None,
            }
        )
    if not rows:
        return
    written = db.execute(insert(SnapshotFigure).returning(SnapshotFigure.nth, SnapshotFigure.id), rows)
    id_of = {row.nth: row.id for row in written}
    members = [
        {
            "figure_id": id_of[nth],
            "persons": (persons := sorted(cell.persons)),
            "schools": [schools.get(person, 0) for person in persons],
        }
        for nth, cell in enumerate(candidate.cells)
        if cell.fresh
    ]
    if members:
        db.execute(insert(FigureMembers), members)


def _draw(db: Session, snapshot: Snapshot, shown: Sequence[Shown]) -> None:
    """A spot for every group in the picture of each place above it, near where it stood in the last picture."""
    older = aliased(Snapshot)
    newest = select(func.max(older.month)).where(older.state == SnapshotState.PUBLISHED).scalar_subquery()
    before: dict[str, Spots] = {}
    for place, path, x, y in db.execute(
        select(Spot.place, Spot.path, Spot.x, Spot.y)
        .join(Snapshot, Snapshot.id == Spot.snapshot_id)
        .where(_PUBLISHED, Snapshot.month == newest)
    ):
        before.setdefault(place, {})[path] = (x, y)
    ties = {(each.path, each.second): each.low for each in shown if each.table is Table.BETWEEN and not each.hidden}
    rows = []
    for place, inside in _pictures(db, shown).items():
        above = place.count(".") if place.startswith(Tree.TRAINING) else 0
        _, groups = pictured(inside, above)
        for path, (x, y) in spots([each.path for each in groups], ties, before.get(place, {})).items():
            rows.append({"snapshot_id": snapshot.id, "place": place, "path": path, "x": x, "y": y})
    if rows:
        db.execute(insert(Spot), rows)


def _pictures(db: Session, shown: Sequence[Shown]) -> dict[str, list[Shown]]:
    """By the address of each place that has a picture, the figures in it: of the training tree down to circles, and of
    areas of the other tree in which circles lie whole."""
    seats = {
        row.path: row.seat_path
        for row in db.execute(
            select(Place.path, Place.seat_path).where(Place.tree == Tree.TRAINING, Place.kind == PlaceKind.CIRCLE)
        )
    }
    found: dict[str, list[Shown]] = {}
    for each in shown:
        if each.table is not Table.TAKING_PART:
            continue
        steps = list(accumulate((f"{step}." for step in each.path.split(".")[:-1]), initial=""))
        for path in steps[:3]:
            found.setdefault(f"{Tree.TRAINING}/{path}", []).append(each)
        circle = steps[2] if len(steps) > 2 else None
        seat = seats.get(circle, "") if circle else ""
        for area in accumulate(f"{step}." for step in seat.split(".")[:-1]):
            found.setdefault(f"{Tree.ADMINISTRATIVE}/{area}", []).append(each)
    return found


def _forget(db: Session) -> None:
    """Delete who stood behind figures that no audit looks at any more: older than a year and published anew since."""
    last = (
        select(Snapshot.month).where(_PUBLISHED).order_by(Snapshot.month.desc()).offset(SNAPSHOTS - 1).limit(1)
    ).scalar_subquery()
    newer = aliased(SnapshotFigure)
    later = aliased(Snapshot)
    of = SnapshotFigure
    superseded = (
        select(newer.id)
        .join(FigureMembers, FigureMembers.figure_id == newer.id)
        .join(later, later.id == newer.snapshot_id)
        .where(
            newer.figure == of.figure, newer.path == of.path, newer.second == of.second, later.month > Snapshot.month
        )
        .exists()
    )
    old = select(of.id).join(Snapshot, Snapshot.id == of.snapshot_id).where(Snapshot.month < last, superseded)
    db.execute(delete(FigureMembers).where(FigureMembers.figure_id.in_(old)))
