"""Works out from the prices of a draft how short a plan can be at best, from the rules alone: no line of the planner.

Every school pays its price to whichever cluster takes it. Then clusters no longer compete for schools, and what the
best clusters would cost can be counted one by one: no plan of so many clusters is shorter than that, whatever the
prices are. Bad prices prove little; none proves too much.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, nsmallest
from math import asin, ceil, cos, degrees, fsum, isfinite, pi, radians, sin

from clusters.structure.rules import CLUSTER_BAND, EARTH_RADIUS_KM, Band, PlanRow, Site, great_circle_km

ROUNDING = 1e-6
"""A written bound may be above what is worked out anew by this share."""
LANE = 0.02
"""Degrees of latitude that are searched together."""
MARGIN = 1e-9
FARTHEST = pi * EARTH_RADIUS_KM
"""Nobody has a longer way, so nobody has to pay more."""


@dataclass(frozen=True, slots=True)
class _School:
    """A school with a known place and what it pays."""

    spot: tuple[float, float]
    price: float


def bound_km(
    sites: Iterable[Site],
    rows: Iterable[PlanRow],
    prices: Mapping[str, float],
    band: Band = CLUSTER_BAND,
    exempt: Collection[str] = (),
) -> float | None:
    """No plan of these schools, with as many clusters in each stratum as these rows have, has a shorter mean way.

    Over schools whose place is known, as the mean way is; None where none is. Clusters that are exempt may miss the
    band or have a host that cannot host; then so may those of any plan of that stratum.
    """
    listed = {site.code: site for site in sites}
    strata: defaultdict[tuple[str, ...], list[PlanRow]] = defaultdict(list)
    for row in rows:
        strata[listed[row.code].stratum].append(row)
    known, least = 0, []
    for mine in strata.values():
        members = [listed[row.code] for row in mine]
        excused = any(row.cluster in exempt for row in mine)
        known += sum(site.spot is not None for site in members)
        least.append(_least(members, len({row.cluster for row in mine}), prices, band, excused))
    return fsum(least) / known if known else None


def confirms(worked_out: float | None, written: float) -> bool:
    """Is a written bound no higher than what its prices prove?"""
    return worked_out is not None and written <= worked_out * (1 + ROUNDING)


def _least(sites: Sequence[Site], count: int, prices: Mapping[str, float], band: Band, excused: bool) -> float:
    """Kilometres in all that so many clusters of these schools have at least, by these prices."""
    size = len(sites)
    if excused:
        band = Band(min(band.smallest, size // count), max(band.largest, ceil(size / count)))
    smallest = max(band.smallest, size - (count - 1) * band.largest)
    largest = min(band.largest, size - (count - 1) * band.smallest)
    schools = {site.code: _School(site.spot, _price(prices, site.code)) for site in sites if site.spot}
    hosts = [site for site in sites if site.spot and (site.can_host or excused)]
    free = size - len(schools)
    """Schools whose way does not count go to anybody for nothing."""
    if len(hosts) < count:
        return 0.0
    wins = _wins(schools, [site.code for site in hosts])
    least = _at_best(schools, [site.code for site in hosts], wins, free, count, smallest - 1, largest - 1)
    return max(0.0, fsum([*(school.price for school in schools.values()), *least]))


def _price(prices: Mapping[str, float], code: str) -> float:
    price = prices.get(code, 0.0)
    return max(-FARTHEST, min(price, FARTHEST)) if isfinite(price) else 0.0


def _at_best(
    schools: Mapping[str, _School],
    hosts: Sequence[str],
    wins: Mapping[str, Sequence[float]],
    free: int,
    count: int,
    must: int,
    may: int,
) -> list[float]:
    """What the `count` cheapest hosts add. A host that wins too few has to take more schools; as long as these are
    counted as nothing it only seems cheaper, so they are looked for among the cheapest alone."""
    waiting = [
        (fsum([-schools[code].price, *nsmallest(may, wins[code])]), len(wins[code]) >= must, code) for code in hosts
    ]
    heapify(waiting)
    found: list[float] = []
    while len(found) < count:
        adds, whole, code = heappop(waiting)
        if whole:
            found.append(adds)
            continue
        lacking = must - len(wins[code])
        heappush(waiting, (adds + fsum(_cheapest(schools, code, lacking - min(free, lacking))), True, code))
    return found


def _cheapest(schools: Mapping[str, _School], host: str, many: int) -> list[float]:
    """What that many schools add at least that the host does not win anything with."""
    at = schools[host].spot
    costs = (great_circle_km(at, other.spot) - other.price for code, other in schools.items() if code != host)
    return nsmallest(many, (cost for cost in costs if cost >= 0.0))


def _wins(schools: Mapping[str, _School], hosts: Sequence[str]) -> dict[str, list[float]]:
    """For each host what it wins with each school nearer than that one's price, below 0."""
    wins: dict[str, list[float]] = {code: [] for code in hosts}
    lanes: defaultdict[int, list[tuple[float, str]]] = defaultdict(list)
    for code in hosts:
        lanes[_lane(schools[code].spot[0])].append((schools[code].spot[1], code))
    for lane in lanes.values():
        lane.sort()
    for code, school in schools.items():
        for other in _within(lanes, school):
            cost = great_circle_km(schools[other].spot, school.spot) - school.price
            if cost < 0.0 and other != code:
                wins[other].append(cost)
    return wins


def _within(lanes: Mapping[int, Sequence[tuple[float, str]]], school: _School) -> Iterable[str]:
    """Every host that may be nearer to a school than its price, and some that are not."""
    if school.price <= 0.0:
        return
    lat, lon = school.spot
    angle = school.price / EARTH_RADIUS_KM + MARGIN
    aside = _aside(lat, angle)
    south, north = _lane(lat - degrees(angle)), _lane(lat + degrees(angle))
    reached = range(south, north + 1)
    for lane in reached if len(reached) < len(lanes) else [lane for lane in lanes if south <= lane <= north]:
        here = lanes.get(lane, ())
        if lon - aside < -180.0 or lon + aside > 180.0:
            yield from (code for _, code in here)
        else:
            first = bisect_left(here, (lon - aside, ""))
            yield from (code for _, code in here[first : bisect_right(here, (lon + aside, "\U0010ffff"))])


def _aside(lat: float, angle: float) -> float:
    """Degrees of longitude that a circle of this angle around a place of this latitude reaches to either side."""
    level = cos(radians(lat))
    if angle >= pi / 2 or sin(angle) >= level:
        return 360.0
    return degrees(asin(sin(angle) / level)) + MARGIN


def _lane(lat: float) -> int:
    return int(lat // LANE)
