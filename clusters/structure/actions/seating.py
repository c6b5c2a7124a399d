"""Puts an accepted plan in place: today's places go on where they can, new ones are made, schools are placed."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import TypeVar

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from clusters.kernel.audit import record
from clusters.kernel.errors import Conflict
from clusters.kernel.facts import note
from clusters.scope import Scope
from clusters.structure.actions.founding import root_place
from clusters.structure.actions.placing import place_schools, seats_follow
from clusters.structure.facts import SchoolsPlaced
from clusters.structure.models import Place, Placement, School
from clusters.structure.naming import locality, unlike
from clusters.structure.queries import Draft, DraftSchool, standing
from clusters.structure.rules import PlaceKind, Tree, great_circle_km
from clusters.structure.succession import ClusterKey, Planned, Seat, Standing, Succession, succeed, touched

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan meets today: its clusters, those that stand, those of them it touches, schools it leaves out."""

    planned: Sequence[Planned]
    standing: Sequence[Standing]
    replanned: Sequence[Standing]
    unplaced: frozenset[int]

    @property
    def moving(self) -> frozenset[int]:
        """Every school the plan speaks of."""
        return self.unplaced.union(*(plan.schools for plan in self.planned))


def ground_of(db: Session, plan: Draft, day: date) -> Ground:
    """What the plan meets; Conflict where it would tear a cluster apart or rewrite the past."""
    unplaced = frozenset(db.scalars(select(School.id).where(School.code.in_(plan.summary["unplaced"]))))
    planned, stood = plan.planned(), standing(db, Scope.everywhere())
    ground = Ground(planned, stood, touched(planned, stood, unplaced), unplaced)
    _leave_nobody_behind(db, ground)
    _keep_the_past(db, ground, day)
    return ground


def _leave_nobody_behind(db: Session, ground: Ground) -> None:
    """A cluster is planned anew as a whole or not at all."""
    for cluster in ground.replanned:
        left = cluster.schools - ground.moving
        if left:
            name = db.scalar(select(Place.name).where(Place.id == cluster.id))
            raise Conflict("draft_leaves_schools", name=name, left=len(left), all=len(cluster.schools))


def _keep_the_past(db: Session, ground: Ground, day: date) -> None:
    """What reports have told stays as it was: no day before the present placements began."""
    latest = db.scalar(
        select(func.max(func.lower(Placement.during))).where(
            Placement.place_id.in_([cluster.id for cluster in ground.replanned]), func.upper_inf(Placement.during)
        )
    )
    if latest is not None and latest > day:
        raise Conflict("draft_starts_too_early", day=day, earliest=latest)


def put_in_place(db: Session, plan: Draft, ground: Ground, day: date, waive: str | None) -> dict[str, int]:
    """Seat the plan from a day and note SchoolsPlaced; counts clusters kept and closed, and schools moved."""
    root = root_place(db)
    used = db.scalars(select(Place.path).where(Place.tree == Tree.TRAINING))
    succession = succeed(ground.planned, ground.standing, used, ground.unplaced)
    ids = _seat(db, root.id, plan, succession, day)
    before = {school: cluster.id for cluster in ground.replanned for school in cluster.schools}
    where: dict[int, int | None] = {**dict.fromkeys(before), **{school.id: ids[school.key] for school in plan.schools}}
    place_schools(db, Tree.TRAINING, where, day)
    _close(db, succession.closing, ground.replanned, day)
    fact = SchoolsPlaced(day)
    seats_follow(db, fact)
    note(db, fact)
    changes = {
        "kept": sum(seat.place_id is not None for seat in succession.clusters.values()),
        "closed": len(succession.closing),
        "moved": sum(place != where[school] for school, place in before.items()),
    }
    record(db, "put in place", "cluster_draft", plan.id, new={"from_date": day.isoformat(), **changes}, why=waive)
    return changes


def _seat(db: Session, root: int, plan: Draft, succession: Succession, day: date) -> dict[ClusterKey, int]:
    """Make or move every place of the plan, rank by rank; the ids of its clusters."""
    hosts = {school.key: school for school in plan.schools if school.host}
    hosts_of: dict[tuple[int, int], list[DraftSchool]] = defaultdict(list)
    for (block, circle, _), host in hosts.items():
        hosts_of[block, circle].append(host)
    names = _Names(db)
    blocks = _rank(
        db,
        PlaceKind.BLOCK,
        {key: _Planned(seat, root) for key, seat in succession.blocks.items()},
        lambda key: names.free(PlaceKind.BLOCK, f"Block {succession.blocks[key].path[1:-1]}"),
        day,
    )
    circles = _rank(
        db,
        PlaceKind.CIRCLE,
        {key: _Planned(seat, blocks[key[0]]) for key, seat in succession.circles.items()},
        lambda key: names.free(PlaceKind.CIRCLE, locality(_middle(hosts_of[key]).name)),
        day,
    )
    return _rank(
        db,
        PlaceKind.CLUSTER,
        {key: _Planned(seat, circles[key[:2]], hosts[key].id) for key, seat in succession.clusters.items()},
        lambda key: names.free(PlaceKind.CLUSTER, locality(hosts[key].name)),
        day,
    )


@dataclass(frozen=True, slots=True)
class _Planned:
    """A seat with the place above it and, for a cluster, its host school."""

    seat: Seat
    parent_id: int
    host_id: int | None = None


def _rank(
    db: Session, kind: PlaceKind, planned: Mapping[Key, _Planned], name: Callable[[Key], str], day: date
) -> dict[Key, int]:
    ids = {key: plan.seat.place_id for key, plan in planned.items() if plan.seat.place_id is not None}
    if ids:
        db.execute(
            update(Place),
            [
                {
                    "id": place_id,
                    "path": planned[key].seat.path,
                    "parent_id": planned[key].parent_id,
                    "host_school_id": planned[key].host_id,
                }
                for key, place_id in ids.items()
            ],
        )
    new = [key for key in planned if key not in ids]
    if new:
        made = db.scalars(
            insert(Place).returning(Place.id, sort_by_parameter_order=True),
            [
                {
                    "tree": Tree.TRAINING,
                    "kind": kind,
                    "path": planned[key].seat.path,
                    "seat_path": "",
                    "name": name(key),
                    "parent_id": planned[key].parent_id,
                    "host_school_id": planned[key].host_id,
                    "opened_on": day,
                }
                for key in new
            ],
        )
        ids |= zip(new, made, strict=True)
    return ids


class _Names:
    """Names of open places, so that no two of a kind bear the same."""

    def __init__(self, db: Session) -> None:
        self._taken: dict[PlaceKind, set[str]] = defaultdict(set)
        query = select(Place.kind, Place.name).where(Place.tree == Tree.TRAINING, Place.closed_on.is_(None))
        for kind, name in db.execute(query):
            self._taken[kind].add(name)

    def free(self, kind: PlaceKind, wanted: str) -> str:
        """The wanted name, numbered if another place of the kind bears it."""
        name = unlike(wanted, self._taken[kind], "{} {}")
        self._taken[kind].add(name)
        return name


def _middle(hosts: Sequence[DraftSchool]) -> DraftSchool:
    """The host nearest to the other hosts; a circle is named for it."""
    spots = {host.id: (host.lat, host.lon) for host in hosts if host.lat is not None and host.lon is not None}

    def way(host: DraftSchool) -> tuple[bool, float, str]:
        here = spots.get(host.id)
        return here is None, fsum(great_circle_km(here, there) for there in spots.values()) if here else 0, host.code

    return min(hosts, key=way)


def _close(db: Session, clusters: Sequence[int], replanned: Sequence[Standing], day: date) -> None:
    """Close these clusters, then every circle and block above the plan that holds no open place any more."""
    db.execute(update(Place).where(Place.id.in_(clusters)).values(closed_on=day))
    below = aliased(Place)
    for above in ({cluster.circle_id for cluster in replanned}, {cluster.block_id for cluster in replanned}):
        peopled = exists().where(below.parent_id == Place.id, below.closed_on.is_(None)).correlate(Place)
        db.execute(
            update(Place).where(Place.id.in_(above), ~peopled).values(closed_on=day),
            execution_options={"synchronize_session": False},
        )
    db.expire_all()
