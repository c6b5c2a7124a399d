"""The cheapest way to give points to fixed centres with every load within a band, as an exact flow (HiGHS)."""

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.spatial import cKDTree

from clusters.structure.candidates import Real, Truth, Whole
from clusters.structure.rules import Band

ARCS = 8
"""How many of the nearest centres a point may be given to, beside its present one."""
SETTLED = 0.85
"""Share of points that stay where rough prices of loads put them in the first flow, those who would lose most; the
prices of the flow then say which of them were wrong."""
HAGGLES = 40
"""Rounds in which full centres grow dearer and empty ones cheaper before the first flow."""
FLOWS = 6
FEW = 400
"""Points fewer than this are all asked at once."""
DEAR = 10.0
"""How many times its length a way counts that is longer than the longest allowed."""


def assign(
    points: Real,
    centres: Whole,
    present: Whole | None,
    band: Band,
    longest: float | None = None,
    arcs: int = ARCS,
    home: Whole | None = None,
    worth: float = 0.0,
) -> Whole | None:
    """The number of each point's centre with the least kilometres in all; None when there is no way to keep the band.

    A centre stays with itself. Each point may go to its `arcs` nearest centres and to its present one, if given. Not to
    be with its `home` (-1: none) counts as so many kilometres more as `worth` says.
    """
    if home is not None and present is None:
        present = np.where(home >= 0, home, cKDTree(points[centres]).query(points)[1])
    near = min(arcs, len(centres))
    km, to = cKDTree(points[centres]).query(points, k=np.arange(1, near + 1))
    if present is not None:
        way = np.linalg.norm(points - points[centres[present]], axis=1)
        km, to = np.column_stack([km, way]), np.column_stack([to, present])
        km[(to[:, :-1] == present[:, None]).any(axis=1), -1] = np.inf
    if longest is not None:
        km = np.where(km > longest, km * DEAR, km)
    if home is not None:
        km = km + worth * (to != home[:, None])
    return _Flow(km, to, centres, band).solved()


class _Flow:
    """A transport problem whose settled points are taken out, and put back in where the prices of loads say so."""

    def __init__(self, km: Real, to: Whole, centres: Whole, band: Band) -> None:
        self.km, self.to, self.centres, self.band = km, to, centres, band
        rows = np.arange(len(km))
        large = len(km) > FEW and km.shape[1] > 1
        priced = km + self._haggled()[to] if large else km
        best = priced.argmin(axis=1)
        self.nearest, self.nearest_km = to[rows, best], km[rows, best]
        self.nearest[centres], self.nearest_km[centres] = np.arange(len(centres)), 0.0
        self.open = np.ones(len(km), dtype=bool)
        if large:
            two = np.partition(priced, 1, axis=1)
            loses = two[:, 1] - two[:, 0]
            self.open = loses < np.quantile(loses, 1 - SETTLED)
        self.open[centres] = False

    def _haggled(self) -> Real:
        """Rough prices of a place at each centre, at which loads come near the band."""
        count = len(self.centres)
        price = np.zeros(count)
        stride = float(np.median(self.km[:, 0])) / 10
        rows = np.arange(len(self.km))
        for number in range(HAGGLES):
            load = np.bincount(self.to[rows, (self.km + price[self.to]).argmin(axis=1)], minlength=count)
            over, under = np.maximum(load - self.band.largest, 0), np.maximum(self.band.smallest - load, 0)
            if not over.any() and not under.any():
                break
            price += stride * (1 - number / HAGGLES) * np.clip(over - under, -10, 10) / 3
        return price

    def solved(self) -> Whole | None:
        movable = np.ones(len(self.km), dtype=bool)
        movable[self.centres] = False
        for _ in range(FLOWS):
            found = self._flow()
            if found is None:
                if self.open[movable].all():
                    return None
                self.open |= movable
                continue
            owner, prices = found
            cheaper = (self.km - prices[self.to]).min(axis=1) < self.nearest_km - prices[self.nearest] - 1e-9
            wrong = cheaper & ~self.open & movable
            if not wrong.any():
                return owner
            self.open |= wrong
        return owner

    def _flow(self) -> tuple[Whole, Real] | None:
        """Owners and what one place more is worth at each centre."""
        many, p = len(self.km), len(self.centres)
        asked = np.flatnonzero(self.open)
        owner = self.nearest.copy()
        load = np.bincount(self.nearest[~self.open], minlength=p)
        if (load > self.band.largest).any():
            crowded = np.isin(self.nearest, np.flatnonzero(load > self.band.largest))
            self.open |= crowded
            self.open[self.centres] = False
            asked = np.flatnonzero(self.open)
            load = np.bincount(self.nearest[~self.open], minlength=p)
        if not len(asked):
            if (load < self.band.smallest).any() or (load > self.band.largest).any():
                return None
            return owner, np.zeros(p)
        km, to = self.km[asked], self.to[asked]
        there = np.isfinite(km)
        row, column = np.nonzero(there)
        arcs = len(row)
        # one row a point: it goes once; one row a centre: what comes is its load, a variable of its own
        matrix = coo_array(
            (
                np.concatenate([np.ones(2 * arcs), -np.ones(p)]),
                (
                    np.concatenate([row, len(asked) + to[row, column], len(asked) + np.arange(p)]),
                    np.concatenate([np.arange(arcs), np.arange(arcs), arcs + np.arange(p)]),
                ),
            )
        ).tocsc()
        bounds = np.empty((arcs + p, 2))
        bounds[:arcs] = 0.0, 1.0
        bounds[arcs:, 0] = np.maximum(self.band.smallest - load, 0)
        bounds[arcs:, 1] = self.band.largest - load
        found = linprog(
            np.concatenate([km[row, column], np.zeros(p)]),
            A_eq=matrix,
            b_eq=np.concatenate([np.ones(len(asked)), np.zeros(p)]),
            bounds=bounds,
            method="highs-ds",
        )
        if found.x is None or not found.success:
            return None
        flow = np.full(there.shape, -1.0)
        flow[row, column] = found.x[:arcs]
        owner[asked] = to[np.arange(len(asked)), flow.argmax(axis=1)]
        if many and not _within(owner, p, self.band):
            return None
        return owner, np.asarray(found.eqlin.marginals[len(asked) :])


def _within(owner: Whole, count: int, band: Band) -> bool:
    load = np.bincount(owner, minlength=count)
    return bool((load >= band.smallest).all() and (load <= band.largest).all())


def recentred(points: Real, owner: Whole, count: int, able: Truth, weight: Real, longest: float | None = None) -> Whole:
    """For each group the able member to which all together are nearest; the first of equals."""
    order = np.argsort(owner, kind="stable")
    size = np.bincount(owner, minlength=count)
    width = int(size.max(initial=0))
    begins = np.concatenate([[0], np.cumsum(size)[:-1]])
    column = np.arange(width)
    there = column < size[:, None]
    member = order[np.where(there, begins[:, None] + column, 0)]
    chosen = np.empty(count, dtype=np.int64)
    batch = max(1, 4_000_000 // max(width * width, 1))
    for first in range(0, count, batch):
        mine, known = member[first : first + batch], there[first : first + batch]
        spots = points[mine]
        way = np.sqrt(((spots[:, :, None, :] - spots[:, None, :, :]) ** 2).sum(axis=3))
        if longest is not None:
            way = np.where(way > longest, way * DEAR, way)
        total = (way * (weight[mine] * known)[:, None, :]).sum(axis=2)
        total[~(known & able[mine])] = np.inf
        chosen[first : first + batch] = mine[np.arange(len(mine)), total.argmin(axis=1)]
    return chosen
