"""Which school may be given to which host while a bound is sought: each school's and each host's nearest, as arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Real = NDArray[np.float64]
Whole = NDArray[np.int64]
Short = NDArray[np.int32]
Truth = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Candidates:
    """For each host (row) the schools it may take without itself, nearest first but for those at the row's end.

    A pair is listed if either is among the other's nearest. A school's price is never more than its `reach`, so a pair
    that is not listed is never worth taking; that is what keeps a bound from these lists true.
    """

    hosts: Whole
    """The points that may be a host, rising: one row each."""
    ptr: Whole
    idx: Short
    km: Real
    reach: Real
    """For each point the kilometres to the last host on its own list; endless where that list is complete."""
    range: Real
    """For each host the kilometres to the last school on its own list; endless where that list is complete."""

    @property
    def rows(self) -> int:
        """How many points may be a host."""
        return len(self.hosts)


def candidates(points: Real, counted: Truth, able: Truth, many: int) -> Candidates:
    """Lists of `many` nearest, of points whose way counts (schools) and points that are able (hosts)."""
    schools, hosts = np.flatnonzero(counted), np.flatnonzero(able)
    place = np.full(len(points), -1)
    place[hosts] = np.arange(len(hosts))
    reach = np.full(len(points), np.inf)
    to_host, km, reach[schools] = _nearest(points, schools, hosts, many)
    src = np.repeat(schools, to_host.shape[1])
    mine = to_host.ravel() >= 0
    school, host, way = src[mine], place[to_host.ravel()[mine]], km.ravel()[mine]
    if len(schools) == len(hosts) and np.array_equal(schools, hosts):
        rng = reach[hosts]
        own_idx, own_km = to_host, km
    else:
        own_idx, own_km, rng = _nearest(points, hosts, schools, many)
    # A row takes its own nearest first, then whoever has it on a list without being among its nearest.
    extra = way > rng[host]
    extra |= (way == rng[host]) & ~_among(own_idx, host, school, way == rng[host])
    late = np.flatnonzero(extra)
    late = late[np.argsort(host[late], kind="stable")]
    more = np.bincount(host[late], minlength=len(hosts))
    there = own_idx >= 0
    own = there.sum(axis=1)
    ptr = np.zeros(len(hosts) + 1, dtype=np.int64)
    np.cumsum(own + more, out=ptr[1:])
    idx, dist = np.empty(ptr[-1], dtype=np.int32), np.empty(ptr[-1])
    where = (ptr[:-1, None] + np.arange(own_idx.shape[1]))[there]  # an empty place is always at a row's end
    idx[where], dist[where] = own_idx[there], own_km[there]
    begins = np.zeros(len(hosts) + 1, dtype=np.int64)
    np.cumsum(more, out=begins[1:])
    where = np.arange(len(late)) - begins[host[late]] + (ptr[:-1] + own)[host[late]]
    idx[where], dist[where] = school[late], way[late]
    return Candidates(hosts, ptr, idx, dist, reach, rng)


def _nearest(points: Real, of: Whole, among: Whole, many: int) -> tuple[Whole, Real, Real]:
    """For each point of `of` its nearest of `among` without itself (-1: none), kilometres, and how far that reaches."""
    wanted = min(many + 1, len(among))
    km, found = cKDTree(points[among]).query(points[of], k=np.arange(1, wanted + 1))
    idx = among[found]
    itself = idx == of[:, None]
    # those that stand on many others' spot may not find themselves: their farthest goes instead
    itself[~itself.any(axis=1) & (wanted > many), -1] = True
    order = np.argsort(itself, axis=1, kind="stable") if itself.any() else None
    if order is not None:
        idx, km = np.take_along_axis(idx, order, 1), np.take_along_axis(km, order, 1)
        gone = np.take_along_axis(itself, order, 1)
        idx, km = np.where(gone, -1, idx), np.where(gone, np.inf, km)
    if wanted > many:
        idx, km = idx[:, :many], km[:, :many]
        reach = km[:, -1].copy()
    else:
        reach = np.full(len(of), np.inf)
    return idx, km, reach


def _among(own: Whole, row: Whole, school: Whole, asked: Truth) -> Truth:
    """Is the school on the row's own list? Looked up only where asked."""
    found = np.zeros(len(row), dtype=bool)
    where = np.flatnonzero(asked)
    found[where] = (own[row[where]] == school[where, None]).any(axis=1)
    return found
