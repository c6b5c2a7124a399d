"""Goes on raising the bound of a plan that stands: from its prices to better ones that prove a smaller gap."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, fsum

import numpy as np

from clusters.structure import bounding
from clusters.structure.bounding import CLOSE, NEAREST, Search, search
from clusters.structure.candidates import Real, candidates
from clusters.structure.grouping import Engine
from clusters.structure.rules import CLUSTER_BAND, Band, PlanRow, Site
from clusters.structure.strata import Stratum, strata_of

STRETCH = 25
"""Steps between two looks."""
STRIDE = 0.3
"""Shorter than that of a search from nothing: it begins where one had come to."""
PATIENCE = 3
"""Looks without a gain worth the name, after which it ends."""
GAIN = 5e-5
"""Share of the bound that is worth the name."""
ROUNDING = 1e-9
"""A bound is taken this share lower, for what arithmetic may have added."""


@dataclass(frozen=True, slots=True)
class Tightened:
    """What is proved by now: no plan for so many clusters in each stratum has a shorter mean way."""

    lower_bound_km: float
    prices: Mapping[str, float]


@dataclass(slots=True)
class _Part:
    """A stratum with the search for its bound, and the kilometres of its plan."""

    codes: Sequence[str]
    look: Search
    upper: float
    lost: int = 0
    """Looks without a gain."""

    @property
    def over(self) -> bool:
        """Is there nothing more to be hoped for?"""
        return self.lost >= PATIENCE or self.upper - self.look.bound.km <= CLOSE * self.upper

    def go_on(self, late: Callable[[], bool]) -> None:
        before = self.look.bound.km
        self.look.go_on(self.upper, STRETCH, late, lambda done: None)
        self.lost = self.lost + 1 if self.look.bound.km <= before * (1 + GAIN) else 0


def tightened(
    sites: Iterable[Site],
    rows: Iterable[PlanRow],
    prices: Mapping[str, float],
    band: Band = CLUSTER_BAND,
    *,
    exempt: Collection[str] = (),
    engine: Engine | None = None,
    out_of_time: Callable[[], bool] = lambda: False,
) -> Iterator[Tightened]:
    """Ever better bounds of a plan, until it gains no more or is out of time; nothing where ways are not looked at."""
    mine: defaultdict[tuple[str, ...], list[PlanRow]] = defaultdict(list)
    listed = {site.code: site for site in sites}
    for row in rows:
        mine[listed[row.code].stratum].append(row)
    strata = strata_of(listed[row.code] for of_stratum in mine.values() for row in of_stratum)
    known = sum(site.spot is not None for stratum in strata for site in stratum.sites)
    if not known or any(stratum.spots is None for stratum in strata):
        return
    parts = [_part(stratum, mine[stratum.name], prices, band, exempt, engine) for stratum in strata]
    for part in parts:
        part.look.go_on(part.upper, 1, out_of_time, lambda done: None)
    while not out_of_time() and not all(part.over for part in parts):
        for part in parts:
            if not part.over and not out_of_time():
                part.go_on(out_of_time)
        found = {
            code: price
            for part in parts
            for code, price in zip(part.codes, part.look.bound.prices.tolist(), strict=True)
        }
        bound = fsum(part.look.bound.km for part in parts) / known * (1 - ROUNDING)
        yield Tightened(bound, found)


def _part(
    stratum: Stratum,
    rows: Sequence[PlanRow],
    prices: Mapping[str, float],
    band: Band,
    exempt: Collection[str],
    engine: Engine | None,
) -> _Part:
    """The search of one stratum as the planner has it, beginning at these prices."""
    count, size = len({row.cluster for row in rows}), len(stratum.sites)
    able = np.asarray(stratum.able, dtype=bool)
    if any(row.cluster in exempt for row in rows):
        band = Band(min(band.smallest, size // count), max(band.largest, ceil(size / count)))
        able = np.asarray([site.spot is not None for site in stratum.sites], dtype=bool)
    band = Band(
        max(band.smallest, size - (count - 1) * band.largest), min(band.largest, size - (count - 1) * band.smallest)
    )
    codes = [site.code for site in stratum.sites]
    spots: Real = np.asarray(stratum.spots, dtype=np.float64)
    spots = spots - spots.mean(axis=0)
    counted = np.asarray([code not in stratum.stand_ins for code in codes], dtype=bool)
    lists = candidates(spots, counted, able, max(NEAREST, 2 * band.largest))
    stepper = (engine or bounding).Rows(lists, counted, band)
    given = np.asarray([prices.get(code, 0.0) for code in codes], dtype=np.float64)
    number = {code: i for i, code in enumerate(codes)}
    hosts = np.asarray([number[row.host] for row in sorted(rows, key=lambda row: number[row.code])])
    upper = float(np.linalg.norm(spots - spots[hosts], axis=1)[counted].sum())
    look = search(stepper, lists, counted, count, size / count, given)
    look.stride = STRIDE
    return _Part(codes, look, upper)
