"""What is laid beside a plan of clusters: plans between it and those of before, and other numbers of clusters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from math import ceil
from typing import Any

import numpy as np

from clusters.structure.circles import arrange
from clusters.structure.grouping import Grouping, medoid, split
from clusters.structure.keeping import Between, between, groups_of
from clusters.structure.proposal import Formation
from clusters.structure.rules import CIRCLE_BAND, Band, PlanRow, Site
from clusters.structure.strata import Cut, Stratum, grouped, point, strata_of

SHARES = (1.0, 0.725, 0.5, 0.225, 0.0)
"""Where in the band the mean sizes lie that are compared, from the largest to the smallest."""
LOOKS_UP_TO = 4_000
"""Above this many schools the comparison takes a quicker look: it cuts the map, and goes no further."""
LOOK = 60
"""Steps of the bound by which good hosts are found for a comparison."""

Late = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class OfSize:
    """A plan of another number of clusters, made by a quick look: how many, of how many schools, and the mean way."""

    clusters: int
    smallest: int
    largest: int
    mean_km: float

    def document(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return {
            "clusters": self.clusters,
            "min": self.smallest,
            "max": self.largest,
            "mean_km": round(self.mean_km, 3),
        }


@dataclass(frozen=True, slots=True)
class Step:
    """A plan between: how many schools change their cluster, the mean way, and every cluster with its address."""

    changed: int
    mean_km: float
    clusters: tuple[tuple[int, int, int, str, tuple[str, ...]], ...]
    """Block, circle, number, the host's code, the codes of its schools."""


def of_sizes(sites: Sequence[Site], band: Band, seed: int, late: Late) -> tuple[OfSize, ...]:
    """Quick plans for other numbers of clusters within the band, fewest first, all looked for in the same way.

    Nothing where some schools cannot be cut, or stand nowhere: their ways could not be compared.
    """
    strata = strata_of(sites)
    if any(stratum.spots is None or sum(stratum.able) == 0 for stratum in strata):
        return ()
    short = sum(len(stratum.sites) for stratum in strata) <= LOOKS_UP_TO
    found: dict[int, OfSize] = {}
    for share in SHARES:
        mean = band.smallest + share * (band.largest - band.smallest)
        cuts = [_cut(stratum, band, mean) for stratum in strata]
        if late() or any(cut is None for cut in cuts):
            break
        known = [cut for cut in cuts if cut is not None]
        pairs = zip(strata, known, strict=True)
        one = _looked(strata, [_found(*pair, seed, late) if short else _cut_up(*pair) for pair in pairs])
        if one is not None:
            found.setdefault(one.clusters, one)
    return tuple(found[count] for count in sorted(found))


def _cut(stratum: Stratum, band: Band, mean: float) -> Cut | None:
    size = len(stratum.sites)
    fewest, most = ceil(size / band.largest), min(size // band.smallest, sum(stratum.able))
    if fewest > most:
        return None
    return Cut(min(max(round(size / mean), fewest), most), band, stratum.able)


def _found(stratum: Stratum, cut: Cut, seed: int, late: Late) -> Grouping:
    return grouped(stratum, cut, seed=seed, steps=LOOK, out_of_time=late)


def _cut_up(stratum: Stratum, cut: Cut) -> Grouping:
    """Halves of halves, each around its middle: far from the best, but as far for every number."""
    spots = stratum.spots or ()
    parts = split(spots, cut.count)
    hosts = [[i for i in part if cut.able[i]] or part for part in parts]
    points = np.array(spots)
    centres = tuple(medoid(points, part, fit) for part, fit in zip(parts, hosts, strict=True))
    return Grouping(tuple(map(tuple, parts)), centres)


def _looked(strata: Sequence[Stratum], plans: Sequence[Grouping]) -> OfSize | None:
    sizes: list[int] = []
    whole, ways = 0.0, 0
    for stratum, groups in zip(strata, plans, strict=True):
        spots = np.array(stratum.spots)
        counts = np.array([site.code not in stratum.stand_ins for site in stratum.sites])
        for members, centre in zip(groups.groups, groups.centres, strict=True):
            inside = np.array(members)
            km = np.linalg.norm(spots[inside] - spots[centre], axis=1)
            whole += float(km[counts[inside]].sum())
            ways += int(counts[inside].sum())
            sizes.append(len(members))
    return OfSize(len(sizes), min(sizes), max(sizes), whole / ways) if ways else None


def steps_from(
    sites: Sequence[Site], before: Sequence[PlanRow], best: Formation, band: Band, seed: int
) -> tuple[Step, ...]:
    """Plans from the clusters of before to the best one, few changes first, each with circles and blocks."""
    spots = {site.code: site.spot for site in sites}
    return tuple(_step(each, spots, seed) for each in between(sites, before, best, band))


def _step(plan: Between, spots: Mapping[str, tuple[float, float] | None], seed: int) -> Step:
    groups = groups_of(plan.hosts)
    hosts = list(groups)
    middles = [point(spot) if (spot := spots[host]) else None for host in hosts]
    addresses = arrange(middles, CIRCLE_BAND, None, seed)
    rows = zip(addresses, hosts, strict=True)
    named = starmap(lambda at, host: (at.block, at.circle, at.cluster, host, tuple(groups[host])), rows)
    return Step(plan.changed, plan.km, tuple(sorted(named)))
