"""A draft of LTRCs beside today: which clusters go on, which schools move, whose way grows longer."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from clusters.kernel.together import Together
from clusters.scope import Scope
from clusters.structure import queries
from clusters.structure.naming import locality, unlike
from clusters.structure.queries import ClusterRow, Draft, DraftSchool, SchoolRow
from clusters.structure.rules import SchoolGender, within_band
from clusters.structure.succession import ClusterKey, Standing, succeed
from cop.web.pages.clusters import by_cluster, longest_way, loudest, way
from cop.web.pictures import MapCluster, MapSchool
from cop.web.views import paths
from cop.web.views.planner import BrokenRule, Comparison, LongWay, Quantity, SchoolMove

FAR_KM = 8.0
"""A way longer than this is counted."""
LONG_WAYS, MOVES_SHOWN = 5, 50


@dataclass(frozen=True, slots=True)
class Beside:
    """A draft with what stands today: `goes_on` says which cluster of today a planned one continues."""

    draft: Draft
    today: Mapping[int, ClusterRow]
    schools: Mapping[int, SchoolRow]
    home: Mapping[int, ClusterRow]
    """The cluster of today of each school that has one, by the school's id."""
    goes_on: Mapping[ClusterKey, int]
    members: Mapping[ClusterKey, Sequence[DraftSchool]]
    names: Mapping[ClusterKey, str]

    @property
    def first_plan(self) -> bool:
        """Is there nothing to compare with?"""
        return not self.home

    def moved(self, school: DraftSchool) -> bool:
        """Does the school leave the cluster it stands in?"""
        home = self.home.get(school.id)
        return home is not None and self.goes_on.get(school.key) != home.id

    def way_today(self, school: DraftSchool) -> float | None:
        """Kilometres to today's host."""
        home = self.home.get(school.id)
        return None if home is None else way(self.schools[school.id], home)

    def longest(self, key: ClusterKey) -> float | None:
        """The longest way of a planned cluster."""
        return max((school.km for school in self.members[key] if school.km is not None), default=None)


@dataclass(frozen=True, slots=True)
class Today:
    """What stands today inside a scope; drafts are laid beside it."""

    clusters: Sequence[ClusterRow]
    schools: Sequence[SchoolRow]
    standing: Sequence[Standing]
    paths: Sequence[str]


def today_of(together: Together, scope: Scope) -> Callable[[], Today]:
    """Asks for what stands today, in one statement with whatever else is asked."""
    rows = together.ask(lambda db: queries.clusters(db, scope))
    schools = together.ask(lambda db: queries.schools(db, scope))
    stand = together.ask(lambda db: queries.standing(db, scope))
    places = together.ask(lambda db: queries.places(db, scope))
    return lambda: Today(rows(), schools(), stand(), [row.path for row in places()])


def beside(stands: Today, draft: Draft) -> Beside:
    """The draft and today as a scope sees it."""
    rows = {row.id: row for row in stands.clusters}
    at = {row.path: row for row in rows.values()}
    schools = {school.id: school for school in stands.schools}
    planned = [plan for plan in draft.planned() if plan.host]
    found = succeed(planned, stands.standing, stands.paths)
    goes_on = {key: seat.place_id for key, seat in found.clusters.items() if seat.place_id is not None}
    members: defaultdict[ClusterKey, list[DraftSchool]] = defaultdict(list)
    for school in draft.schools:
        members[school.key].append(school)
    return Beside(
        draft,
        rows,
        schools,
        {school.id: at[path] for school in schools.values() if (path := school.training_path or "") in at},
        goes_on,
        members,
        _names(members, goes_on, rows),
    )


def _names(
    members: Mapping[ClusterKey, Sequence[DraftSchool]],
    goes_on: Mapping[ClusterKey, int],
    rows: Mapping[int, ClusterRow],
) -> dict[ClusterKey, str]:
    """As they would be called: today's name where a cluster goes on, else that of its host's locality."""
    names = {key: rows[place].name for key, place in goes_on.items() if place in rows}
    taken = {row.name for row in rows.values()}
    for key, schools in members.items():
        host = next((school for school in schools if school.host), schools[0])
        if key not in names:
            names[key] = unlike(locality(host.name), taken, "{} {}")
            taken.add(names[key])
    return names


def comparison(both: Beside) -> Comparison:
    """The figures of both, over the schools that the viewer sees."""
    today = [
        km
        for school in both.schools.values()
        if (home := both.home.get(school.id)) and (km := way(school, home)) is not None
    ]
    drawn = [school.km for school in both.draft.schools if school.km is not None]
    hosts = {school.id for school in both.draft.schools if school.host}
    replanned = {both.home[school.id].id for school in both.draft.schools if school.id in both.home}
    sizes = Counter(school.key for school in both.draft.schools)
    first = both.first_plan
    return Comparison(
        clusters=Quantity(None if first else len(both.today), len(sizes)),
        outside_band=Quantity(
            None if first else sum(not within_band(row.schools) for row in both.today.values()),
            sum(not within_band(size) for size in sizes.values()),
        ),
        schools_over_8_km=Quantity(
            None if first else sum(km > FAR_KM for km in today), sum(km > FAR_KM for km in drawn)
        ),
        mean_km=Quantity(_mean(today), _mean(drawn)),
        longest_km=Quantity(max(today, default=None), max(drawn, default=None)),
        hosts_changed=None if first else sum(both.today[cluster].host_school_id not in hosts for cluster in replanned),
        schools_moved=None if first else sum(both.moved(school) for school in both.draft.schools),
    )


def _mean(ways: Sequence[float]) -> float | None:
    return sum(ways) / len(ways) if ways else None


def long_ways(both: Beside) -> tuple[LongWay, ...]:
    """The clusters of the draft with the longest ways, longest first."""
    ranked = sorted(
        ((km, key) for key in both.members if (km := both.longest(key)) is not None),
        key=lambda pair: (-pair[0], pair[1]),
    )
    schools_of = by_cluster(both.schools.values())
    found = []
    for km, key in ranked[:LONG_WAYS]:
        row = both.today.get(both.goes_on.get(key, 0))
        found.append(
            LongWay(
                name=both.names[key],
                schools=len(both.members[key]),
                today_km=None if row is None else longest_way(row, schools_of[row.path]),
                draft_km=km,
                href=paths.ltrcs(both.draft.id, at=both.members[key][0].cluster_name),
            )
        )
    return tuple(found)


def moves(both: Beside) -> tuple[SchoolMove, ...]:
    """The first schools that change their cluster, by old and new one."""
    leaving = sorted(
        (school for school in both.draft.schools if both.moved(school)),
        key=lambda school: (both.home[school.id].name, both.names[school.key], school.code),
    )
    return tuple(
        SchoolMove(
            school=school.name,
            code=school.code,
            old=both.home[school.id].name,
            new=both.names[school.key],
            old_km=both.way_today(school),
            new_km=school.km,
        )
        for school in leaving[:MOVES_SHOWN]
    )


def broken(both: Beside) -> tuple[BrokenRule, ...]:
    """Clusters of the draft outside the band, with the reason given when it was planned."""
    named = {
        f"B{block}.C{circle:02}.L{number}": key
        for block, circle, number in both.members
        for key in [(block, circle, number)]
    }
    return tuple(
        BrokenRule(both.names[named[each["cluster"]]], each["size"], both.draft.rules.get("waive") or each["reason"])
        for each in both.draft.summary["outside_band"]
        if each["cluster"] in named
    )


def on_the_map(both: Beside) -> tuple[MapCluster, ...]:
    """The draft as a map: moved schools with a line to their old host, the longest ways marked."""
    loud = loudest({number: both.longest(key) for number, key in enumerate(both.members)})
    drawn = []
    for number, (key, schools) in enumerate(both.members.items()):
        host = next((school for school in schools if school.host), None)
        dots = tuple(_dots(both, schools))
        if dots:
            drawn.append(
                MapCluster(
                    number,
                    both.names[key],
                    dots,
                    host.lat if host else None,
                    host.lon if host else None,
                    paths.ltrcs(both.draft.id, at=schools[0].cluster_name),
                    number in loud,
                    *(_farthest(schools) if number in loud else ()),
                )
            )
    return tuple(drawn)


def _farthest(schools: Sequence[DraftSchool]) -> tuple[float | None, float | None]:
    """Where the school with the longest way stands."""
    known = [school for school in schools if school.km is not None and school.spot]
    far = max(known, key=lambda school: (school.km or 0.0, school.code), default=None)
    return (None, None) if far is None else (far.lat, far.lon)


def _dots(both: Beside, schools: Iterable[DraftSchool]) -> Iterable[MapSchool]:
    for school in schools:
        if school.lat is not None and school.lon is not None:
            old = both.home[school.id] if both.moved(school) else None
            yield MapSchool(
                school.lat,
                school.lon,
                school.gender or SchoolGender.MIXED,
                old is not None,
                old.host_lat if old else None,
                old.host_lon if old else None,
            )
