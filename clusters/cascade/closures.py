"""Days on which a place is closed: written down once, kept free by every later plan, and taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from clusters.cascade.models import PlaceClosure
from clusters.cascade.rules import Taken
from clusters.kernel.audit import acting, record
from clusters.kernel.clock import now
from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from clusters.structure.models import Place, School
from clusters.structure.queries import place, seen_places
from clusters.structure.rules import PlaceKind, Tree


def close_place(db: Session, scope: Scope, where: str, days: Sequence[date], name: str, zone: str | None) -> list[int]:
    """Close a place (T/B2., A/KP.BANNU.) on days, neighbours as one closure; returns those that are new."""
    there = place(db, scope, where)
    made = []
    for first, last in _runs(sorted(set(days))):
        same = select(PlaceClosure.id).where(
            PlaceClosure.place_id == there.id,
            PlaceClosure.first == first,
            PlaceClosure.last == last,
            PlaceClosure.zone.is_not_distinct_from(zone),
            PlaceClosure.ended_at.is_(None),
        )
        if db.scalar(same) is not None:
            continue
        row = PlaceClosure(
            place_id=there.id,
            first=first,
            last=last,
            name=name,
            zone=zone,
            made_at=now(db),
            by_person_id=acting(db).person_id,
        )
        db.add(row)
        db.flush()
        record(db, "closed", "place", there.id, new={"first": first.isoformat(), "last": last.isoformat()}, why=name)
        made.append(row.id)
    return made


def open_again(db: Session, closures: Iterable[int]) -> None:
    """Closures end: plans may use those days again."""
    for row in db.scalars(select(PlaceClosure).where(PlaceClosure.id.in_(list(closures)))):
        row.ended_at = now(db)
        record(db, "opened", "place", row.place_id, new={"first": row.first.isoformat(), "last": row.last.isoformat()})


def closed_rooms(db: Session, scope: Scope, since: date) -> tuple[Taken, ...]:
    """Host schools and days from `since` on that closures take from every plan."""
    where = aliased(Place)
    statement = (
        select(PlaceClosure.first, PlaceClosure.last, School.code)
        .join(where, where.id == PlaceClosure.place_id)
        .join(
            School,
            or_(
                (where.tree == Tree.TRAINING) & func.starts_with(School.training_path, where.path),
                (where.tree == Tree.ADMINISTRATIVE) & func.starts_with(School.admin_path, where.path),
            )
            & or_(PlaceClosure.zone.is_(None), School.zone == PlaceClosure.zone),
        )
        .where(
            PlaceClosure.ended_at.is_(None),
            PlaceClosure.last >= since,
            scope.within(School.training_path, School.admin_path),
            School.id.in_(_hosts()),
        )
        .distinct()
    )
    return tuple(
        Taken(day, None, row.code, away=True)
        for row in sorted(db.execute(statement), key=lambda row: (row.first, row.last, row.code))
        for day in _days(max(row.first, since), row.last)
    )


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """A closure that still holds: the name of its place, and its zone if only that is closed."""

    id: int
    place: str
    first: date
    last: date
    zone: str | None
    name: str


def closures(db: Session, scope: Scope, since: date) -> tuple[ClosureRow, ...]:
    """Closures that end on a day or later, of places the scope sees, in order of their first day."""
    query = (
        select(PlaceClosure.id, Place.name, PlaceClosure.first, PlaceClosure.last, PlaceClosure.zone, PlaceClosure.name)
        .join(Place, Place.id == PlaceClosure.place_id)
        .where(PlaceClosure.ended_at.is_(None), PlaceClosure.last >= since, seen_places(scope))
        .order_by(PlaceClosure.first, PlaceClosure.id)
    )
    return tuple(ClosureRow(*row) for row in db.execute(query))


def rooms_of(db: Session, scope: Scope, where: str, zone: str | None) -> frozenset[str]:
    """The EMIS codes of the host schools at a place or below it."""
    there = place(db, scope, where)
    column = School.training_path if there.tree is Tree.TRAINING else School.admin_path
    statement = select(School.code).where(
        func.coalesce(column, "").startswith(there.path, autoescape=True), School.id.in_(_hosts())
    )
    if zone is not None:
        statement = statement.where(School.zone == zone)
    found = frozenset(db.scalars(statement))
    if not found:
        raise NotFound("no_room_there", place=there.name)
    return found


def _hosts() -> Select[*tuple[Any, ...]]:
    return select(Place.host_school_id).where(
        Place.kind == PlaceKind.CLUSTER, Place.closed_on.is_(None), Place.host_school_id.is_not(None)
    )


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
