"""Schools that are planned together: where each stands, who can host, and into how many clusters they can be cut."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import accumulate, pairwise
from math import ceil, cos, dist, fsum, radians, sin

import numpy as np

from clusters.structure.grouping import Engine, Grouping, Point, group, medoid, with_a_centre_each
from clusters.structure.refusals import Obstacle, title
from clusters.structure.rules import EARTH_RADIUS_KM, Band, Site, clusters_for, nearest_cut

LACKING = 0.2
"""With more than this share of schools without coordinates, a stratum is drafted by list order."""
MEDOID_CANDIDATES = 40
"""In a large area the medoid is looked for among this many schools nearest to its centre of gravity."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Schools planned together, in order: by code where distances count, else by area and code."""

    name: tuple[str, ...]
    sites: tuple[Site, ...]
    spots: tuple[Point, ...] | None
    """Where each stands; None for a draft by list order."""
    able: tuple[bool, ...]
    stand_ins: frozenset[str]
    """Codes that stand at the middle of their area because their own place is unknown."""
    unplaced: tuple[str, ...]
    """Codes that neither coordinates nor an area place; they are no part of `sites`."""

    @property
    def title(self) -> str:
        """The stratum as people call it."""
        return title(self.name)


@dataclass(frozen=True, slots=True)
class Cut:
    """How many clusters of which sizes, and which schools may be their centre."""

    count: int
    band: Band
    able: tuple[bool, ...]


def strata_of(sites: Iterable[Site]) -> list[Stratum]:
    """The schools by stratum, in the order of names, each where it stands; no school vanishes."""
    by_name: dict[tuple[str, ...], list[Site]] = defaultdict(list)
    by_area: dict[tuple[str, ...], list[Point]] = defaultdict(list)
    seen: set[str] = set()
    for site in sorted(sites, key=lambda site: site.code):
        if site.code in seen:
            raise ValueError(f"School {site.code} is in the list twice; a plan needs each school once.")
        seen.add(site.code)
        by_name[site.stratum].append(site)
        if site.spot:
            for area in _areas(site):
                by_area[area].append(point(site.spot))
    middles: dict[tuple[str, ...], Point] = {}
    return [_stratum(name, members, by_area, middles) for name, members in sorted(by_name.items())]


def _stratum(
    name: tuple[str, ...],
    members: Sequence[Site],
    by_area: dict[tuple[str, ...], list[Point]],
    middles: dict[tuple[str, ...], Point],
) -> Stratum:
    without = [site for site in members if not site.spot]
    if len(without) > LACKING * len(members):
        listed = sorted(members, key=lambda site: (site.area, len(site.code), site.code))
        return Stratum(name, tuple(listed), None, tuple(site.can_host for site in listed), frozenset(), ())
    stand_ins: dict[str, Point] = {}
    for site in without:
        area = next((area for area in _areas(site) if area in by_area), None)
        if area is not None:
            if area not in middles:
                middles[area] = middle(by_area[area])
            stand_ins[site.code] = middles[area]
    placed = tuple(site for site in members if site.spot or site.code in stand_ins)
    return Stratum(
        name,
        placed,
        tuple(point(site.spot) if site.spot else stand_ins[site.code] for site in placed),
        tuple(site.can_host and site.spot is not None for site in placed),
        frozenset(stand_ins),
        tuple(site.code for site in without if site.code not in stand_ins),
    )


def _areas(site: Site) -> list[tuple[str, ...]]:
    """The areas a school lies in by their full names, the most specific first; a blank name is no area."""
    full = [path for path in accumulate(((name,) for name in site.area), lambda path, name: path + name) if path[-1]]
    return full[::-1]


def point(spot: tuple[float, float]) -> Point:
    """Latitude and longitude as kilometres from the earth's centre."""
    lat, lon = radians(spot[0]), radians(spot[1])
    flat = EARTH_RADIUS_KM * cos(lat)
    return (flat * cos(lon), flat * sin(lon), EARTH_RADIUS_KM * sin(lat))


def middle(points: Sequence[Point]) -> Point:
    """The point to which all together are nearest."""
    centre = tuple(fsum(axis) / len(points) for axis in zip(*points, strict=True))
    candidates = nsmallest(MEDOID_CANDIDATES, range(len(points)), key=lambda i: (dist(points[i], centre), i))
    return points[medoid(points, range(len(points)), candidates)]


def how_to_cut(stratum: Stratum, band: Band) -> Cut | Obstacle:
    """The number of clusters that keeps the band, or what stands in the way."""
    size, hosts = len(stratum.sites), sum(stratum.able)
    count = clusters_for(size, band)
    if count is None:
        return Obstacle.SIZE
    if hosts < ceil(size / band.largest):
        return Obstacle.HOSTS
    return Cut(min(count, hosts), band, stratum.able)


def cut_anyway(stratum: Stratum, band: Band) -> Cut:
    """The cut nearest to the band, for a stratum that cannot keep it; any known place may be a centre if hosts lack."""
    size = len(stratum.sites)
    count = clusters_for(size, band) or nearest_cut(size, band)
    able = stratum.able
    if sum(able) < count:
        able = tuple(stratum.spots is None or site.spot is not None for site in stratum.sites)
        count = min(count, sum(able))
    return Cut(count, Band(min(band.smallest, size // count), max(band.largest, ceil(size / count))), able)


def grouped(
    stratum: Stratum,
    cut: Cut,
    *,
    longest: float | None = None,
    seed: int = 0,
    steps: int = 0,
    engine: Engine | None = None,
    prices: Mapping[str, float] | None = None,
    on_progress: Callable[[float], None] | None = None,
    out_of_time: Callable[[], bool] | None = None,
) -> Grouping:
    """The stratum's schools in clusters: by distance, or by list order where too many places are unknown."""
    if stratum.spots is not None:
        codes = [site.code for site in stratum.sites]
        return group(
            stratum.spots,
            cut.able,
            cut.count,
            cut.band,
            counted=[code not in stratum.stand_ins for code in codes],
            longest=longest,
            seed=seed,
            steps=steps,
            prices=None if prices is None else [prices.get(code, 0.0) for code in codes],
            engine=engine,
            on_progress=on_progress,
            out_of_time=out_of_time,
        )
    size = len(stratum.sites)
    borders = [size * part // cut.count for part in range(cut.count + 1)]
    line = np.column_stack([np.arange(size, dtype=np.float64), np.zeros((size, 2))])
    able = np.asarray(cut.able, dtype=bool)
    groups = with_a_centre_each(line, able, [list(range(start, end)) for start, end in pairwise(borders)])
    ordered = tuple(tuple(sorted(members)) for members in groups)
    return Grouping(ordered, tuple(_first_host(stratum, cut, members) for members in ordered))


def _first_host(stratum: Stratum, cut: Cut, members: Sequence[int]) -> int:
    """In a draft by list order: the medoid of the known places that can host, else the first that can."""
    # Where hosts lack the cut lets any school be the centre; one that can host comes first all the same.
    able = [i for i in members if stratum.able[i]] or [i for i in members if cut.able[i]]
    known = {i: point(spot) for i in members if (spot := stratum.sites[i].spot)}
    hosts = [i for i in able if i in known]
    if not hosts:
        return able[0]
    return min(hosts, key=lambda i: (fsum(dist(known[i], there) for there in known.values()), i))
