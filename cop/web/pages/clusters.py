"""LTRCs: the map of the schools inside the scope, and the table with the same numbers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from clusters.kernel.clock import day_of, now
from clusters.kernel.errors import NotFound
from clusters.kernel.together import Together
from clusters.people import queries as people
from clusters.people.rules import PLANNERS
from clusters.scope import Scope
from clusters.structure import queries
from clusters.structure.queries import BlockRow, ClusterRow, DraftOf, SchoolRow
from clusters.structure.rules import SchoolGender, great_circle_km, within_band
from clusters.training.queries import last_and_next
from cop.web.edge import Door, page
from cop.web.pictures import MapCluster, MapSchool
from cop.web.viewers import Viewer
from cop.web.views import clusters as views
from cop.web.views import paths
from cop.web.views.clusters import ClustersPage, DraftLink, Part, SchoolRef
from cop.web.views.frame import Area

NAMED = 20
"""Schools without coordinates that are named; the others are counted."""
AT_ONCE, ON_A_PAGE = 40, 20
"""LTRCs on one page; a wider scope is shown block by block, and a block so many at a time."""
DRAFTS = 3
"""Drafts that a page names which they would change."""
LOUDEST = 5
"""LTRCs whose longest way is marked on the map, and never more than a quarter of them."""


@page(paths.CLUSTERS, here=Area.CLUSTERS)
def clusters(db: Session, door: Door, viewer: Viewer, block: str | None = None, after: int = 0) -> ClustersPage:
    """All LTRCs inside the viewer's scope; of a scope too wide for one page one block, a few at a time.

    `after` is the id of the last LTRC seen.
    """
    key = ("clusters", viewer.language, viewer.scope.places, block, after)
    return door.kept.get(key, now(db), lambda: _clusters(db, viewer, block, after), _wide)


def _wide(page: ClustersPage) -> bool:
    """A page that shows a part of them is of a wide scope, and is worked out once a minute."""
    return bool(page.parts)


def _clusters(db: Session, viewer: Viewer, block: str | None, after: int) -> ClustersPage:
    scope, at, together = viewer.scope, now(db), Together(db)
    held = together.ask(lambda db: queries.held_places(db, scope))
    blocks = together.ask(lambda db: queries.blocks(db, scope))
    wide = sum(each.clusters for each in blocks()) > AT_ONCE
    parts = _parts(blocks(), block) if wide else ()
    chosen = next((part for part in parts if part.here), None)
    path = f"{chosen.key}." if chosen else ""
    found = together.ask(lambda db: queries.clusters(db, scope, path))
    counted = together.ask(lambda db: queries.school_figures(db, scope, path))
    lost = together.ask(lambda db: queries.without_coordinates(db, scope, path, NAMED))
    unplaced = together.ask(lambda db: queries.homeless(db, scope))
    drafts = together.ask(lambda db: queries.drafts_of(db, scope, path, DRAFTS))
    every, figures = found(), counted()
    begin = next((place for place, row in enumerate(every, 1) if row.id == after), 0)
    rows = every[begin : begin + ON_A_PAGE] if wide else every
    addresses = [row.path for row in rows]
    inside = together.ask(lambda db: queries.schools_at(db, scope, addresses))
    teach = together.ask(lambda db: people.teachers_by_cluster(db, scope, addresses))
    meet = together.ask(lambda db: last_and_next(db, scope, at, [row.id for row in rows]))
    members, teachers, around = by_cluster(inside()), teach(), meet()
    ways = {row.id: longest_way(row, members[row.path]) for row in rows}
    named = {row.path: row.name for row in every}
    rest = len(every) - begin - len(rows)
    return ClustersPage(
        area=chosen.name if chosen else ", ".join(place.name for place in held()),
        as_of=at,
        rows=tuple(_row(viewer, row, ways[row.id], teachers, *around.get(row.id, (None, None))) for row in rows),
        map_clusters=_on_the_map(rows, members, ways),
        schools=figures.schools,
        boys=figures.boys,
        girls=figures.girls,
        mixed=figures.mixed,
        without_coordinates=tuple(
            SchoolRef(school.name, school.code, named.get(school.training_path or "")) for school in lost()
        ),
        without_coordinates_total=figures.lost,
        unplaced=unplaced(),
        may_plan=may_plan(scope),
        parts=parts,
        total=len(every),
        outside_total=sum(not within_band(row.schools) for row in every),
        more=paths.clusters(chosen.key, after=rows[-1].id) if chosen and rest > 0 else None,
        drafts=draft_links(drafts()),
    )


def _parts(blocks: Sequence[BlockRow], chosen: str | None) -> tuple[Part, ...]:
    """The blocks; the first one is shown unless another is chosen."""
    keys = [block.path.removesuffix(".") for block in blocks]
    here = chosen or keys[0]
    if here not in keys:
        raise NotFound("place_not_found", place=chosen)
    return tuple(
        Part(key, block.name, paths.clusters(key), key == here) for key, block in zip(keys, blocks, strict=True)
    )


def draft_links(drafts: Iterable[DraftOf]) -> tuple[DraftLink, ...]:
    """The drafts that a page says it is touched by."""
    return tuple(DraftLink(each.name, paths.planner("clusters", each.id), each.from_date) for each in drafts)


def may_plan(scope: Scope) -> bool:
    """Does she hold a post that plans?"""
    return bool(scope.roles & {role.value for role in PLANNERS})


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
