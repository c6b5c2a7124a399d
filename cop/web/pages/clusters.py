"""LTRCs: the map of the schools inside the scope, and the table with the same numbers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from clusters.kernel.clock import day_of, now
from clusters.kernel.errors import NotFound
from clusters.people import queries as people
from clusters.people.rules import PLANNERS
from clusters.scope import Scope
from clusters.structure import queries
from clusters.structure.queries import ClusterRow, SchoolRow
from clusters.structure.rules import SchoolGender, great_circle_km, within_band
from clusters.training.queries import last_and_next
from cop.web.edge import page
from cop.web.pictures import MapCluster, MapSchool
from cop.web.viewers import Viewer
from cop.web.views import clusters as views
from cop.web.views import paths
from cop.web.views.clusters import ClustersPage, Part, SchoolRef
from cop.web.views.frame import Area

NAMED = 20
"""Schools without coordinates that are named; the others are counted."""
AT_ONCE = 150
"""LTRCs on one page; a wider scope is shown block by block."""
LOUDEST = 5
"""LTRCs whose longest way is marked on the map, and never more than a quarter of them."""


@page(paths.CLUSTERS, here=Area.CLUSTERS)
def clusters(db: Session, viewer: Viewer, block: str | None = None) -> ClustersPage:
    """All LTRCs inside the viewer's scope; of a scope too wide for one page one block."""
    scope, at = viewer.scope, now(db)
    rows, schools = queries.clusters(db, scope), queries.schools(db, scope)
    unplaced = sum(school.training_path is None for school in schools)
    parts = _parts(rows, block) if len(rows) > AT_ONCE else ()
    area = area_of(db, scope)
    if (shown := next((part for part in parts if part.here), None)) is not None:
        area, path = shown.name, f"{shown.key}."
        rows = tuple(row for row in rows if row.path.startswith(path))
        schools = tuple(school for school in schools if (school.training_path or "").startswith(path))
    members = by_cluster(schools)
    ways = {row.id: longest_way(row, members[row.path]) for row in rows}
    teachers = people.teachers_by_cluster(db, scope)
    around = last_and_next(db, scope, at)
    named = {row.path: row.name for row in rows}
    lost = [school for school in schools if school.spot is None]
    genders = Counter(school.gender for school in schools)
    return ClustersPage(
        area=area,
        as_of=at,
        rows=tuple(_row(viewer, row, ways[row.id], teachers, *around.get(row.id, (None, None))) for row in rows),
        map_clusters=_on_the_map(rows, members, ways),
        schools=len(schools),
        boys=genders[SchoolGender.BOYS],
        girls=genders[SchoolGender.GIRLS],
        mixed=genders[SchoolGender.MIXED],
        without_coordinates=tuple(
            SchoolRef(school.name, school.code, named.get(school.training_path or "")) for school in lost[:NAMED]
        ),
        without_coordinates_total=len(lost),
        unplaced=unplaced,
        may_plan=may_plan(scope),
        parts=parts,
    )


def _parts(rows: Sequence[ClusterRow], chosen: str | None) -> tuple[Part, ...]:
    """The blocks of these LTRCs; the first one is shown unless another is chosen."""
    blocks = {row.path.partition(".")[0]: row.block for row in rows}
    here = chosen or next(iter(blocks))
    if here not in blocks:
        raise NotFound("place_not_found", place=chosen)
    return tuple(Part(key, name, paths.clusters(key), key == here) for key, name in blocks.items())


def may_plan(scope: Scope) -> bool:
    """Does she hold a post that plans?"""
    return bool(scope.roles & {role.value for role in PLANNERS})


def area_of(db: Session, scope: Scope) -> str:
    """The places that she holds, by name."""
    known = {place.address: place.name for place in queries.places(db, scope)}
    addresses = dict.fromkeys(map(str, scope.places))
    return ", ".join(known[address] for address in addresses if address in known)


def by_cluster(schools: Iterable[SchoolRow]) -> defaultdict[str, list[SchoolRow]]:
    """Schools by the path of the cluster they stand in."""
    members: defaultdict[str, list[SchoolRow]] = defaultdict(list)
    for school in schools:
        if school.training_path is not None:
            members[school.training_path].append(school)
    return members


def way(school: SchoolRow, cluster: ClusterRow) -> float | None:
    """Kilometres, great circle, from a school to the host of its cluster; None where a place is unknown."""
    if school.id == cluster.host_school_id:
        return 0.0
    if school.spot is None or cluster.host_spot is None:
        return None
    return great_circle_km(school.spot, cluster.host_spot)


def longest_way(cluster: ClusterRow, schools: Iterable[SchoolRow]) -> float | None:
    """The longest way to the host, None where none is known."""
    return max((km for school in schools if (km := way(school, cluster)) is not None), default=None)


def loudest(ways: Mapping[int, float | None]) -> frozenset[int]:
    """The keys of the longest ways, which a map marks."""
    known = [(km, key) for key, km in ways.items() if km is not None]
    return frozenset(key for _, key in sorted(known, reverse=True)[: min(LOUDEST, len(ways) // 4)])


def on_map(school: SchoolRow, label: str = "") -> MapSchool | None:
    """The school's dot; one of unknown gender is drawn as mixed."""
    if school.lat is None or school.lon is None:
        return None
    return MapSchool(school.lat, school.lon, school.gender or SchoolGender.MIXED, label=label)


def _row(
    viewer: Viewer,
    row: ClusterRow,
    longest: float | None,
    teachers: Mapping[str, int],
    last: datetime | None,
    following: datetime | None,
) -> views.ClusterRow:
    return views.ClusterRow(
        cluster_id=row.id,
        name=row.name,
        circle=viewer.say.gettext("Circle %(name)s") % {"name": row.circle},
        schools=row.schools,
        in_band=within_band(row.schools),
        longest_km=longest,
        teachers=teachers.get(row.path, 0),
        last_session=last and day_of(last),
        next_session=following and day_of(following),
    )


def _on_the_map(
    rows: Sequence[ClusterRow], members: Mapping[str, Sequence[SchoolRow]], ways: Mapping[int, float | None]
) -> tuple[MapCluster, ...]:
    loud = loudest(ways)
    drawn = []
    for row in rows:
        dots = tuple(dot for school in members.get(row.path, ()) if (dot := on_map(school)) is not None)
        if dots:
            drawn.append(
                MapCluster(row.id, row.name, dots, row.host_lat, row.host_lon, paths.cluster(row.id), row.id in loud)
            )
    return tuple(drawn)


handlers = [clusters]
