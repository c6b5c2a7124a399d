"""Reads of the two trees: places, schools where they stand today or stood on a day, and drafts of clusters."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    any_,
    case,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from clusters.structure.models import (
    ClusterDraft,
    ClusterDraftChange,
    ClusterDraftRow,
    Place,
    Placement,
    Programme,
    School,
)
from clusters.structure.naming import address, in_order
from clusters.structure.rules import CLUSTER_BAND, Lack, PlaceKind, PlanRow, SchoolGender, Site, Tree, lacks
from clusters.structure.succession import ClusterKey, Planned, Standing

MAY_PLAN = ("administrator", "education_manager")
"""Roles that make, see and accept drafts inside their places."""
AREA_KINDS = (PlaceKind.PROVINCE, PlaceKind.DISTRICT, PlaceKind.TEHSIL, PlaceKind.UNION_COUNCIL)
STRATA_FIELDS = (
    "gender", "level", "zone", "province", "district", "tehsil", "union_council", "village_council", "asdeo_circle",
    "sdeo_office",
)  # fmt: skip
"""What schools may be kept apart by when clusters are planned."""
WAITING, OPEN, ACCEPTED, DISCARDED, BLOCKED = "waiting", "draft", "accepted", "discarded", "blocked"
"""States of a draft: waiting means accepted from a later day, blocked that it no longer fitted when that day came."""


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """The programme of this installation."""

    name: str
    invented: bool
    languages: tuple[str, ...]
    founded_at: datetime


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place of either tree."""

    id: int
    tree: Tree
    kind: PlaceKind
    path: str
    seat_path: str
    name: str
    name_ur: str | None
    parent_id: int | None
    host_school_id: int | None
    opened_on: date
    closed_on: date | None

    @property
    def address(self) -> str:
        """As people write it: T/B2.C07."""
        return f"{self.tree.value}/{self.path}"


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school and where it stands today."""

    id: int
    code: str
    name: str
    name_ur: str | None
    gender: SchoolGender | None
    level: str | None
    lat: float | None
    lon: float | None
    zone: str | None
    training_path: str | None
    admin_path: str

    @property
    def spot(self) -> tuple[float, float] | None:
        """Latitude and longitude, if known."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """An open cluster with the names above it, its host, and how many of its schools the viewer sees."""

    id: int
    name: str
    path: str
    circle_id: int
    circle: str
    circle_path: str
    block: str
    host_school_id: int | None
    host_code: str | None
    host_name: str | None
    host_lat: float | None
    host_lon: float | None
    schools: int

    @property
    def host_spot(self) -> tuple[float, float] | None:
        """Where the host stands, if known."""
        return None if self.host_lat is None or self.host_lon is None else (self.host_lat, self.host_lon)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a scope holds today: open clusters, those outside the band, and schools."""

    clusters: int
    outside_band: int
    schools: int


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A block with the number of its open clusters."""

    path: str
    name: str
    clusters: int


@dataclass(frozen=True, slots=True)
class SchoolFigures:
    """Schools of a place, by whom they teach, and those without coordinates."""

    schools: int
    boys: int
    girls: int
    mixed: int
    lost: int


@dataclass(frozen=True, slots=True)
class SchoolToPlan:
    """A school with everything a plan may ask of it; `areas` are province, district, tehsil, union council by name."""

    id: int
    code: str
    name: str
    gender: SchoolGender | None
    level: str | None
    lat: float | None
    lon: float | None
    zone: str | None
    village_council: str | None
    asdeo_circle: str | None
    sdeo_office: str | None
    rooms: int | None
    power: bool | None
    safe_access: bool | None
    can_host: bool | None
    official_cluster: str | None
    official_host: str | None
    training_path: str | None
    admin_path: str
    areas: tuple[str, str, str, str]

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """What keeps it from hosting."""
        return lacks(self.rooms, self.power, self.safe_access, self.can_host)

    def site(self, strata: Iterable[str] = ()) -> Site:
        """The school as the planner sees it, kept apart by these fields."""
        return Site(self.code, self.lat, self.lon, tuple(map(self._field, strata)), self.areas, not self.lacks)

    def _field(self, name: str) -> str:
        kinds = [kind.value for kind in AREA_KINDS]
        value = self.areas[kinds.index(name)] if name in kinds else getattr(self, name)
        return str(value or "")


@dataclass(frozen=True, slots=True)
class DraftSchool:
    """One school of a draft: where it would stand and where it stands today."""

    id: int
    code: str
    name: str
    gender: SchoolGender | None
    lat: float | None
    lon: float | None
    training_path: str | None
    admin_path: str
    block: int
    circle: int
    cluster: int
    host: bool
    km: float | None

    @property
    def key(self) -> ClusterKey:
        """Its cluster in the draft."""
        return self.block, self.circle, self.cluster

    @property
    def cluster_name(self) -> str:
        """The same as a plan writes it, for example B1.C01.L1."""
        return f"B{self.block}.C{self.circle:02}.L{self.cluster}"

    @property
    def spot(self) -> tuple[float, float] | None:
        """Latitude and longitude, if known."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in the list."""

    id: int
    name: str
    author_id: int | None
    made_at: datetime
    state: str
    rules: dict[str, Any]
    summary: dict[str, Any]
    accepted_at: datetime | None
    from_date: date | None


@dataclass(frozen=True, slots=True)
class Draft(DraftRow):
    """A draft with its schools, by cluster and code."""

    schools: tuple[DraftSchool, ...]

    def planned(self, instead: Mapping[int, tuple[ClusterKey, bool]] | None = None) -> list[Planned]:
        """Its clusters by id; one whose host school is gone has none.

        `instead` says of some schools (ids) in which cluster they stand, and whether they host it.
        """
        places = {school.id: (school.key, school.host) for school in self.schools} | dict(instead or {})
        members: dict[ClusterKey, set[int]] = {}
        for school_id, (key, _) in places.items():
            members.setdefault(key, set()).add(school_id)
        hosts = {key: school_id for school_id, (key, host) in places.items() if host}
        return [Planned(key, hosts.get(key, 0), frozenset(ids)) for key, ids in sorted(members.items())]

    def plan(self) -> list[PlanRow]:
        """The lines of PLAN.csv, clusters named as the planner named them."""
        hosts = {school.key: school.code for school in self.schools if school.host}
        rows = []
        for school in self.schools:
            rows.append(
                PlanRow(
                    school.code,
                    school.cluster_name,
                    hosts.get(school.key, ""),
                    f"B{school.block}.C{school.circle:02}",
                    f"B{school.block}",
                    None if school.km is None else round(school.km, 3),
                )
            )
        return rows


def seen_schools(scope: Scope) -> ColumnElement[bool]:
    """The predicate of every school this scope may see."""
    return scope.within(School.training_path, School.admin_path)


def seen_places(scope: Scope) -> ColumnElement[bool]:
    """The predicate of every place this scope may see: its own subtree, and what is seated inside its areas."""
    return scope.within(case((Place.tree == Tree.TRAINING, Place.path), else_=null()), Place.seat_path)


def programme(db: Session, scope: Scope) -> ProgrammeRow | None:
    """The programme; everybody may know its name."""
    row = db.scalar(select(Programme))
    return row and ProgrammeRow(row.name, row.invented, tuple(row.languages), row.founded_at)


def places(db: Session, scope: Scope, kind: PlaceKind | None = None) -> tuple[PlaceRow, ...]:
    """Open places inside the scope, of one kind if given, in the order of the trees."""
    query = _places().where(Place.closed_on.is_(None), seen_places(scope)).order_by(Place.tree.desc(), Place.path)
    if kind is not None:
        query = query.where(Place.kind == kind)
    return tuple(PlaceRow(*row) for row in db.execute(query))


def named(db: Session, scope: Scope, place_ids: Collection[int]) -> tuple[PlaceRow, ...]:
    """Those of some places that are open and inside the scope."""
    query = _places().where(Place.id == any_(literal(list(place_ids), ARRAY(BigInteger))), Place.closed_on.is_(None))
    return tuple(PlaceRow(*row) for row in db.execute(query.where(seen_places(scope))))


def place(db: Session, scope: Scope, where: int | str) -> PlaceRow:
    """One place by its id or its address (T/B2.C07., A/KP.BANNU.); NotFound outside the scope."""
    query = _places().where(seen_places(scope))
    if isinstance(where, int):
        query = query.where(Place.id == where)
    else:
        tree, path = address(where) or (None, None)
        query = query.where(Place.tree == tree, Place.path == path)
    row = db.execute(query).one_or_none()
    if row is None:
        raise NotFound("place_not_found", place=where)
    return PlaceRow(*row)


def training_place(db: Session, scope: Scope, where: str) -> PlaceRow:
    """One place of the training tree by its address (T/B2.C07.); NotFound for any other."""
    found = place(db, scope, where)
    if found.tree is not Tree.TRAINING:
        raise NotFound("place_not_found", place=where)
    return found


def trail(db: Session, scope: Scope, of: PlaceRow) -> tuple[PlaceRow, ...]:
    """The places above one and itself, as far up as the scope goes; the programme's root is left out."""
    steps = of.path.split(".")[:-1]
    above = ["".join(f"{step}." for step in steps[: depth + 1]) for depth in range(len(steps))]
    query = _places().where(Place.tree == of.tree, Place.path.in_(above), seen_places(scope)).order_by(Place.path)
    return tuple(PlaceRow(*row) for row in db.execute(query))


def around(db: Session, scope: Scope, where: str | None) -> tuple[PlaceRow, ...]:
    """A place by its address with those above it and right below, or the scope's own places with what is below them.

    The trail comes first, each place before what lies in it. NotFound outside the scope.
    """
    wanted = [(each.tree, each.path) for each in scope.places]
    if where is not None:
        tree, path = address(where) or ("", "")
        wanted = [(tree, path)]
    steps = {
        (tree, "".join(f"{step}." for step in path.split(".")[:depth])) for tree, path in wanted for depth in range(9)
    }
    at = aliased(Place)
    below = select(at.id).where(tuple_(at.tree, at.path).in_(wanted), at.closed_on.is_(None))
    rows = db.execute(
        _places()
        .where(
            Place.closed_on.is_(None),
            seen_places(scope),
            or_(tuple_(Place.tree, Place.path).in_(sorted(steps)), Place.parent_id.in_(below)),
        )
        .order_by(Place.tree.desc(), Place.path)
    )
    found = tuple(PlaceRow(*row) for row in rows)
    if where is not None and (tree, path) not in {(each.tree, each.path) for each in found}:
        raise NotFound("place_not_found", place=where)
    return found


def trail_to(db: Session, scope: Scope, training_path: str) -> tuple[PlaceRow, ...]:
    """The same for a place of the training tree by its path; nothing where the scope does not see the place itself."""
    steps = training_path.split(".")[:-1]
    above = ["".join(f"{step}." for step in steps[: depth + 1]) for depth in range(len(steps))]
    query = _places().where(Place.tree == Tree.TRAINING, Place.path.in_(above), seen_places(scope)).order_by(Place.path)
    found = tuple(PlaceRow(*row) for row in db.execute(query))
    return found if found and found[-1].path == training_path else ()


def _places() -> Select[*tuple[Any, ...]]:
    return select(
        Place.id,
        Place.tree,
        Place.kind,
        Place.path,
        Place.seat_path,
        Place.name,
        Place.name_ur,
        Place.parent_id,
        Place.host_school_id,
        Place.opened_on,
        Place.closed_on,
    )


def _schools() -> Select[*tuple[Any, ...]]:
    return select(
        School.id,
        School.code,
        School.name,
        School.name_ur,
        School.gender,
        School.level,
        School.lat,
        School.lon,
        School.zone,
        School.training_path,
        School.admin_path,
    )


def schools(db: Session, scope: Scope) -> tuple[SchoolRow, ...]:
    """Every school inside the scope, by code."""
    return tuple(SchoolRow(*row) for row in db.execute(_schools().where(seen_schools(scope)).order_by(School.code)))


def schools_of(db: Session, scope: Scope, where: PlaceRow | int | str) -> tuple[SchoolRow, ...]:
    """Schools inside the scope that stand in a place or below it today, by code."""
    of = where if isinstance(where, PlaceRow) else place(db, scope, where)
    path = School.training_path if of.tree is Tree.TRAINING else School.admin_path
    inside = path.startswith(of.path, autoescape=True) if of.path else path.is_not(None)
    query = _schools().where(inside, seen_schools(scope)).order_by(School.code)
    return tuple(SchoolRow(*row) for row in db.execute(query))


def school(db: Session, scope: Scope, which: int | str) -> SchoolRow:
    """One school by id or EMIS code; NotFound outside the scope."""
    query = _schools().where(School.id == which if isinstance(which, int) else School.code == which)
    row = db.execute(query.where(seen_schools(scope))).one_or_none()
    if row is None:
        raise NotFound("school_not_found", school=which)
    return SchoolRow(*row)


def schools_on(db: Session, scope: Scope, where: PlaceRow | int | str, day: date) -> tuple[SchoolRow, ...]:
    """Schools of today's scope that stood in exactly this place on a day."""
    of = where if isinstance(where, PlaceRow) else place(db, scope, where)
    stood = exists().where(
        Placement.school_id == School.id, Placement.place_id == of.id, Placement.during.op("@>")(literal(day))
    )
    return tuple(SchoolRow(*r) for r in db.execute(_schools().where(stood, seen_schools(scope)).order_by(School.code)))


def held_places(db: Session, scope: Scope) -> tuple[PlaceRow, ...]:
    """The open places that the scope itself names, in its order."""
    held = [(each.tree, each.path) for each in scope.places]
    query = _places().where(tuple_(Place.tree, Place.path).in_(held), Place.closed_on.is_(None), seen_places(scope))
    found = {(row.tree.value, row.path): row for row in (PlaceRow(*row) for row in db.execute(query))}
    return tuple(found[each] for each in dict.fromkeys(held) if each in found)


def blocks(db: Session, scope: Scope) -> tuple[BlockRow, ...]:
    """Blocks with open clusters inside the scope, in the order of the tree."""
    circle, block = aliased(Place), aliased(Place)
    query: Select[*tuple[Any, ...]] = (
        select(block.path, block.name, func.count())
        .select_from(Place)
        .join(circle, circle.id == Place.parent_id)
        .join(block, block.id == circle.parent_id)
        .where(Place.kind == PlaceKind.CLUSTER, Place.closed_on.is_(None), seen_places(scope))
        .group_by(block.path, block.name)
    )
    return tuple(sorted((BlockRow(*row) for row in db.execute(query)), key=lambda row: in_order(row.path)))


def school_figures(db: Session, scope: Scope, path: str = "") -> SchoolFigures:
    """How many schools of each kind a place of the training tree has inside the scope; "" is the whole scope."""
    counts = (
        func.count().filter(condition)
        for condition in (
            true(),
            School.gender == SchoolGender.BOYS,
            School.gender == SchoolGender.GIRLS,
            School.gender == SchoolGender.MIXED,
            School.lat.is_(None) | School.lon.is_(None),
        )
    )
    query: Select[*tuple[Any, ...]] = select(*(each.label(f"n{place}") for place, each in enumerate(counts)))
    return SchoolFigures(*db.execute(query.where(seen_schools(scope), _below(path))).one())


def homeless(db: Session, scope: Scope) -> int:
    """How many schools of the scope no cluster holds."""
    asked = select(func.count()).select_from(School).where(School.training_path.is_(None), seen_schools(scope))
    return db.scalar(asked) or 0


def without_coordinates(db: Session, scope: Scope, path: str, limit: int) -> tuple[SchoolRow, ...]:
    """The first schools of a place of the training tree that no map can show, by code."""
    lost = School.lat.is_(None) | School.lon.is_(None)
    query = _schools().where(lost, seen_schools(scope), _below(path)).order_by(School.code).limit(limit)
    return tuple(SchoolRow(*row) for row in db.execute(query))


def schools_at(db: Session, scope: Scope, paths: Collection[str]) -> tuple[SchoolRow, ...]:
    """Schools inside the scope that stand in one of some clusters, by code."""
    query = _schools().where(School.training_path.in_(paths), seen_schools(scope)).order_by(School.code)
    return tuple(SchoolRow(*row) for row in db.execute(query))


def _below(path: str) -> ColumnElement[bool]:
    return School.training_path.startswith(path, autoescape=True) if path else true()


def clusters(db: Session, scope: Scope, path: str = "") -> tuple[ClusterRow, ...]:
    """Open clusters inside the scope in the order of the tree, with the number of their schools inside the scope;
    `path` narrows to a place of the training tree."""
    query = _clusters(scope)
    if path:
        query = query.where(Place.path.startswith(path, autoescape=True))
    rows = [ClusterRow(*row) for row in db.execute(query)]
    return tuple(sorted(rows, key=lambda row: in_order(row.path)))


def cluster(db: Session, scope: Scope, cluster_id: int) -> ClusterRow:
    """One open cluster; NotFound outside the scope."""
    row = db.execute(_clusters(scope).where(Place.id == cluster_id)).one_or_none()
    if row is None:
        raise NotFound("cluster_not_found", cluster=cluster_id)
    return ClusterRow(*row)


def figures(db: Session, scope: Scope) -> Figures:
    """How many open clusters and schools the scope holds, without reading them."""
    count = _sizes(scope)
    outside = ~func.coalesce(count.c.schools, 0).between(CLUSTER_BAND.smallest, CLUSTER_BAND.largest)
    of_clusters = (
        select(func.count().label("clusters"), func.count().filter(outside).label("outside_band"))
        .select_from(Place)
        .outerjoin(count, count.c.training_path == Place.path)
        .where(Place.kind == PlaceKind.CLUSTER, Place.closed_on.is_(None), seen_places(scope))
        .subquery()
    )
    of_schools = select(func.count().label("schools")).select_from(School).where(seen_schools(scope)).subquery()
    return Figures(*db.execute(select(*of_clusters.c, *of_schools.c).join(of_schools, true())).one())


def _sizes(scope: Scope) -> Subquery:
    """How many schools of the scope each cluster has, by its path."""
    return (
        select(School.training_path, func.count().label("schools"))
        .where(School.training_path.is_not(None), seen_schools(scope))
        .group_by(School.training_path)
        .subquery()
    )


def _clusters(scope: Scope) -> Select[*tuple[Any, ...]]:
    circle, block = aliased(Place), aliased(Place)
    count = _sizes(scope)
    query: Select[*tuple[Any, ...]] = (
        select(
            Place.id,
            Place.name,
            Place.path,
            circle.id,
            circle.name,
            circle.path,
            block.name,
            Place.host_school_id,
            School.code,
            School.name,
            School.lat,
            School.lon,
            func.coalesce(count.c.schools, 0),
        )
        .join(circle, circle.id == Place.parent_id)
        .join(block, block.id == circle.parent_id)
        .outerjoin(School, School.id == Place.host_school_id)
        .outerjoin(count, count.c.training_path == Place.path)
        .where(Place.kind == PlaceKind.CLUSTER, Place.closed_on.is_(None), seen_places(scope))
    )
    return query


def standing(db: Session, scope: Scope) -> list[Standing]:
    """Open clusters inside the scope with the ids of their schools inside the scope, as a new plan meets them."""
    circle, block = aliased(Place), aliased(Place)
    members: dict[str, set[int]] = {}
    placed = select(School.id, School.training_path).where(School.training_path.is_not(None), seen_schools(scope))
    for school_id, path in db.execute(placed):
        members.setdefault(path or "", set()).add(school_id)
    rows = db.execute(
        select(
            Place.id,
            Place.path,
            circle.id.label("circle_id"),
            circle.path.label("circle_path"),
            block.id.label("block_id"),
            block.path.label("block_path"),
            Place.host_school_id.label("host"),
        )
        .join(circle, circle.id == Place.parent_id)
        .join(block, block.id == circle.parent_id)
        .where(Place.kind == PlaceKind.CLUSTER, Place.closed_on.is_(None), seen_places(scope))
        .order_by(Place.id)
    )
    return [Standing(**row._mapping, schools=frozenset(members.get(row.path, ()))) for row in rows]


def schools_to_plan(db: Session, scope: Scope, *, codes: Iterable[str] | None = None) -> tuple[SchoolToPlan, ...]:
    """Every school inside the scope, or those of some codes, with what a plan of clusters may ask of it."""
    query: Select[*tuple[Any, ...]] = select(
        School.id,
        School.code,
        School.name,
        School.gender,
        School.level,
        School.lat,
        School.lon,
        School.zone,
        School.village_council,
        School.asdeo_circle,
        School.sdeo_office,
        School.rooms,
        School.power,
        School.safe_access,
        School.can_host,
        School.official_cluster,
        School.official_host,
        School.training_path,
        School.admin_path,
    ).where(seen_schools(scope))
    if codes is not None:
        query = query.where(School.code.in_(list(codes)))
    named = {
        path: (AREA_KINDS.index(kind), name)
        for path, kind, name in db.execute(
            select(Place.path, Place.kind, Place.name).where(Place.tree == Tree.ADMINISTRATIVE)
        )
    }
    areas_at: dict[str, tuple[str, str, str, str]] = {}
    found = []
    for row in db.execute(query.order_by(School.code)):
        path = row.admin_path
        if path not in areas_at:
            areas_at[path] = _areas(path, named)
        found.append(SchoolToPlan(**row._mapping, areas=areas_at[path]))
    return tuple(found)


def _areas(path: str, named: dict[str, tuple[int, str]]) -> tuple[str, str, str, str]:
    areas = ["", "", "", ""]
    walked = ""
    for step in path.split(".")[:-1]:
        walked += f"{step}."
        if walked in named:
            rank, name = named[walked]
            areas[rank] = name
    return areas[0], areas[1], areas[2], areas[3]


def drafts(db: Session, scope: Scope) -> tuple[DraftRow, ...]:
    """Drafts that were not discarded, whose schools all lie inside the scope of somebody who may plan; newest first."""
    query = _drafts().where(ClusterDraft.state != DISCARDED, _seen_drafts(scope)).order_by(ClusterDraft.id.desc())
    return tuple(DraftRow(*row) for row in db.execute(query))


@dataclass(frozen=True, slots=True)
class DraftOf:
    """A draft that holds schools of a place; from a coming day, if it was accepted for one."""

    id: int
    name: str
    from_date: date | None


def drafts_of(db: Session, scope: Scope, path: str, limit: int) -> tuple[DraftOf, ...]:
    """The newest drafts that hold schools of a place of the training tree and are not in place yet."""
    inside = (
        exists()
        .where(
            ClusterDraftRow.draft_id == ClusterDraft.id,
            School.id == ClusterDraftRow.school_id,
            _below(path) if path else School.training_path.is_not(None),
        )
        .correlate(ClusterDraft)
    )
    query: Select[*tuple[Any, ...]] = (
        select(ClusterDraft.id, ClusterDraft.name, case((ClusterDraft.state == WAITING, ClusterDraft.from_date)))
        .where(ClusterDraft.state.in_((OPEN, WAITING, BLOCKED)), inside, _seen_drafts(scope))
        .order_by(ClusterDraft.id.desc())
        .limit(limit)
    )
    return tuple(DraftOf(*row) for row in db.execute(query))


def draft_row(db: Session, scope: Scope, draft_id: int) -> DraftRow:
    """One draft without its schools; NotFound where `drafts` would not list it."""
    row = db.execute(
        _drafts().where(ClusterDraft.id == draft_id, ClusterDraft.state != DISCARDED, _seen_drafts(scope))
    ).one_or_none()
    if row is None:
        raise NotFound("draft_not_found", draft=draft_id)
    return DraftRow(*row)


def draft(db: Session, scope: Scope, draft_id: int) -> Draft:
    """One draft with its schools; NotFound where `drafts` would not list it."""
    row = draft_row(db, scope, draft_id)
    query: Select[*tuple[Any, ...]] = (
        select(
            School.id,
            School.code,
            School.name,
            School.gender,
            School.lat,
            School.lon,
            School.training_path,
            School.admin_path,
            ClusterDraftRow.block,
            ClusterDraftRow.circle,
            ClusterDraftRow.cluster,
            ClusterDraftRow.host,
            ClusterDraftRow.km,
        )
        .join(ClusterDraftRow, ClusterDraftRow.school_id == School.id)
        .where(ClusterDraftRow.draft_id == draft_id)
        .order_by(ClusterDraftRow.block, ClusterDraftRow.circle, ClusterDraftRow.cluster, School.code)
    )
    said = {field: getattr(row, field) for field in DraftRow.__dataclass_fields__}
    return Draft(**said, schools=tuple(DraftSchool(*school) for school in db.execute(query)))


@dataclass(frozen=True, slots=True)
class DraftChange:
    """A change by hand of a draft that was not undone; `was` and `became` as the change keeps them."""

    id: int
    school_id: int
    kind: str
    was: dict[str, Any]
    became: dict[str, Any]
    author_id: int | None
    at: datetime


def draft_changes(db: Session, scope: Scope, of: Draft, limit: int) -> tuple[DraftChange, ...]:
    """The latest changes by hand of a draft that the scope has seen already, newest first."""
    rows = db.execute(
        select(
            ClusterDraftChange.id,
            ClusterDraftChange.school_id,
            ClusterDraftChange.kind,
            ClusterDraftChange.was,
            ClusterDraftChange.became,
            ClusterDraftChange.author_id,
            ClusterDraftChange.at,
        )
        .join(School, School.id == ClusterDraftChange.school_id)
        .where(ClusterDraftChange.draft_id == of.id, ClusterDraftChange.undone_at.is_(None), seen_schools(scope))
        .order_by(ClusterDraftChange.id.desc())
        .limit(limit)
    )
    return tuple(DraftChange(*row) for row in rows)


def _drafts() -> Select[*tuple[Any, ...]]:
    return select(
        ClusterDraft.id,
        ClusterDraft.name,
        ClusterDraft.author_id,
        ClusterDraft.made_at,
        ClusterDraft.state,
        ClusterDraft.rules,
        ClusterDraft.summary,
        ClusterDraft.accepted_at,
        ClusterDraft.from_date,
    )


def _seen_drafts(scope: Scope) -> ColumnElement[bool]:
    planning = Scope(scope.person_id, tuple(held for held in scope.places if held.role in (*MAY_PLAN, "house")))
    of_draft = ClusterDraftRow.draft_id == ClusterDraft.id
    hidden = (
        exists()
        .where(of_draft, School.id == ClusterDraftRow.school_id, ~func.coalesce(seen_schools(planning), false()))
        .correlate(ClusterDraft)
    )
    return exists().where(of_draft).correlate(ClusterDraft) & ~hidden if planning.places else false()
