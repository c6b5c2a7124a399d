"""The compiled twin of `bounding.Rows`, and a local search: only who asks for the fast engine imports this."""

from typing import Any

import numpy as np
from numba import njit

from clusters.structure.bounding import unlisted
from clusters.structure.candidates import Candidates, Real, Truth, Whole
from clusters.structure.rules import Band


class Rows:
    """One host after another: costs below nothing are simply added, a choice among them is made only where it must."""

    def __init__(self, lists: Candidates, counted: Truth, band: Band) -> None:
        self.lists, self.counted, self.band = lists, counted, band
        self.others_count = bool((~counted).any())
        self.longest = int(np.diff(lists.ptr).max(initial=0))
        self.all: Whole = np.arange(lists.rows, dtype=np.int64)

    def worth(self, prices: Real) -> Real:
        """For each host how much choosing it adds, with the schools it likes best; never too much."""
        return self.worth_of(self.all, prices)

    def worth_of(self, rows: Whole, prices: Real) -> Real:
        """The same for some hosts alone."""
        lists, band = self.lists, self.band
        cap = unlisted(lists, prices, self.others_count)
        value = -prices[lists.hosts[rows]]
        lo, hi = band.smallest - 1, band.largest - 1
        _worth(rows, lists.ptr, lists.idx, lists.km, prices, cap, lo, hi, self.longest, value)
        return value

    def taken(self, rows: Whole, prices: Real) -> Whole:
        """How often each point is taken when these hosts are chosen."""
        lists, band = self.lists, self.band
        times = np.bincount(lists.hosts[rows], minlength=len(prices))
        _taken(rows, lists.ptr, lists.idx, lists.km, prices, band.smallest - 1, band.largest - 1, self.longest, times)
        return times


@njit(cache=True)
def _select(cost: Any, size: int, rank: int) -> float:
    """The value of this rank (from 0) among the first `size`, which are put in disorder."""
    low, high = 0, size - 1
    while low < high:
        pivot = cost[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while cost[i] < pivot:
                i += 1
            while cost[j] > pivot:
                j -= 1
            if i <= j:
                cost[i], cost[j] = cost[j], cost[i]
                i += 1
                j -= 1
        if rank <= j:
            high = j
        elif rank >= i:
            low = i
        else:
            break
    return float(cost[rank])


@njit(cache=True)
def _worth(
    rows: Any, ptr: Any, idx: Any, km: Any, prices: Any, cap: Any, must: int, may: int, longest: int, value: Any
) -> None:
    below = np.empty(longest + 1)
    above = np.empty(longest + 1)
    for place in range(len(rows)):
        row = rows[place]
        few = many = 0
        total = 0.0
        for at in range(ptr[row], ptr[row + 1]):
            cost = km[at] - prices[idx[at]]
            if cost < 0.0:
                below[few] = cost
                few += 1
                total += cost
            else:
                above[many] = cost
                many += 1
        if few > may:
            total = 0.0
            if may:
                _select(below, few, may - 1)
                for at in range(may):
                    total += below[at]
        elif few < must:
            wanted = min(must - few, many)
            if wanted:
                _select(above, many, wanted - 1)
                for at in range(wanted):
                    total += min(above[at], cap[row])
            if must - few > wanted:
                total += cap[row] * (must - few - wanted)
        value[place] += total


@njit(cache=True)
def _taken(rows: Any, ptr: Any, idx: Any, km: Any, prices: Any, must: int, may: int, longest: int, times: Any) -> None:
    cost = np.empty(longest + 1)
    shuffled = np.empty(longest + 1)
    for row in rows:
        begin, size = ptr[row], ptr[row + 1] - ptr[row]
        below = 0
        for at in range(size):
            cost[at] = km[begin + at] - prices[idx[begin + at]]
            shuffled[at] = cost[at]
            below += cost[at] < 0.0
        wanted = min(max(min(below, may), must), size)
        if wanted == 0:
            continue
        limit = _select(shuffled, size, wanted - 1)
        for at in range(size):
            if cost[at] < limit:
                times[idx[begin + at]] += 1
                wanted -= 1
        for at in range(size):
            if wanted and cost[at] == limit:
                times[idx[begin + at]] += 1
                wanted -= 1


TOGETHER = 4
"""Neighbouring groups that are settled anew together."""
HOPELESS = 1.08
"""A try whose first settlement is longer than the present one by more than this is given up."""


def improve(
    points: Real, owner: Whole, centres: Whole, able: Truth, weight: Real, band: Band, longest: float,
    seed: int, rounds: int, tries: int,
) -> tuple[Whole, Whole]:  # fmt: skip
    """Owners and centres after neighbouring groups were settled anew, exactly for each choice of centres tried."""
    owner, centres = owner.astype(np.int64), centres.astype(np.int64)
    together = min(TOGETHER, len(centres))
    _improve(points, owner, centres, able, weight, band.smallest, band.largest, longest, seed, rounds, tries, together)
    return owner, centres


DEAR = 10.0


@njit(cache=True)
def _improve(
    points: Any, owner: Any, centres: Any, able: Any, weight: Any, lo: int, hi: int, longest: float,
    seed: int, rounds: int, tries: int, k: int,
) -> None:  # fmt: skip
    p, most = len(centres), k * hi
    np.random.seed(seed)
    changed = np.zeros(p, dtype=np.int64)
    tried = np.full(p, -1, dtype=np.int64)
    clock = 0
    members = np.empty((p, hi), dtype=np.int64)
    size = np.zeros(p, dtype=np.int64)
    for i in range(len(owner)):
        members[owner[i], size[owner[i]]] = i
        size[owner[i]] += 1
    cost = np.empty((most, most))
    back = np.empty(most, dtype=np.int64)
    mine, best, first = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64), np.empty(k, dtype=np.int64)
    hosts, best_hosts = np.empty(k, dtype=np.int64), np.empty(k, dtype=np.int64)
    chosen = np.empty(k, dtype=np.int64)
    near = np.empty(p)
    for _ in range(rounds):
        for g in range(p):
            for other in range(p):
                near[other] = 0.0
                for axis in range(3):
                    near[other] += (points[centres[other], axis] - points[centres[g], axis]) ** 2
            near[g] = -1.0
            for number in range(k):
                pick = 0
                for other in range(p):
                    if near[other] < near[pick]:
                        pick = other
                chosen[number] = pick
                near[pick] = np.inf
            fresh = False
            for number in range(k):
                if changed[chosen[number]] > tried[g]:
                    fresh = True
            if not fresh and tried[g] >= 0:
                continue
            clock += 1
            tried[g] = clock
            n = 0
            for number in range(k):
                for at in range(size[chosen[number]]):
                    i = members[chosen[number], at]
                    back[n] = i
                    best[n] = number
                    if i == centres[chosen[number]]:
                        best_hosts[number] = n
                    n += 1
            for i in range(n):
                for j in range(n):
                    way = 0.0
                    for axis in range(3):
                        way += (points[back[i], axis] - points[back[j], axis]) ** 2
                    way = np.sqrt(way)
                    if way > longest:
                        way *= DEAR
                    cost[i, j] = way * weight[back[i]]
            for number in range(k):
                first[number] = best_hosts[number]
            total = 0.0
            for i in range(n):
                total += cost[i, best_hosts[best[i]]]
            better = False
            for attempt in range(tries):
                for number in range(k):
                    hosts[number] = best_hosts[number]
                if attempt:
                    for _change in range(1 + np.random.randint(2)):
                        new = np.random.randint(n)
                        free = able[back[new]]
                        for number in range(k):
                            if hosts[number] == new:
                                free = False
                        if free:
                            hosts[np.random.randint(k)] = new
                before = np.inf
                for turn in range(6):
                    now = _assign(cost, n, k, hosts, lo, hi, mine)
                    after = _recentre(cost, n, k, hosts, able, back, mine)
                    if turn == 0 and after > total * HOPELESS:
                        before = np.inf
                        break
                    if after < total - 1e-9:
                        total = after
                        better = True
                        for i in range(n):
                            best[i] = mine[i]
                        for number in range(k):
                            best_hosts[number] = hosts[number]
                    if after >= before - 1e-9 or after >= now - 1e-9:
                        break
                    before = after
            if better:
                for number in range(k):
                    size[chosen[number]] = 0
                    centres[chosen[number]] = back[best_hosts[number]]
                    changed[chosen[number]] = clock
                for i in range(n):
                    group = chosen[best[i]]
                    owner[back[i]] = group
                    members[group, size[group]] = back[i]
                    size[group] += 1


@njit(cache=True)
def _assign(cost: Any, n: int, k: int, hosts: Any, lo: int, hi: int, mine: Any) -> float:
    """The cheapest owners for these hosts: nearest first, then negative cycles through a node that lends are undone."""
    load = np.zeros(k, dtype=np.int64)
    for i in range(n):
        pick = 0
        for h in range(1, k):
            if cost[i, hosts[h]] < cost[i, hosts[pick]]:
                pick = h
        mine[i] = pick
    for h in range(k):
        mine[hosts[h]] = h
    for i in range(n):
        load[mine[i]] += 1
    lender, large = k, 1e12
    arc = np.empty((k + 1, k + 1))
    who = np.empty((k + 1, k + 1), dtype=np.int64)
    reach, prior = np.empty(k + 1), np.empty(k + 1, dtype=np.int64)
    ring = np.empty(k + 2, dtype=np.int64)
    while True:
        arc[:] = np.inf
        for i in range(n):
            a = mine[i]
            if hosts[a] == i:
                continue
            for b in range(k):
                more = cost[i, hosts[b]] - cost[i, hosts[a]]
                if b != a and more < arc[a, b]:
                    arc[a, b] = more
                    who[a, b] = i
        for h in range(k):
            if load[h] > hi:
                arc[lender, h] = -large
            elif load[h] > lo:
                arc[lender, h] = 0.0
            if load[h] < lo:
                arc[h, lender] = -large
            elif load[h] < hi:
                arc[h, lender] = 0.0
        reach[:] = 0.0
        prior[:] = -1
        last = -1
        for _ in range(k + 1):
            last = -1
            for a in range(k + 1):
                for b in range(k + 1):
                    if a != b and reach[a] + arc[a, b] < reach[b] - 1e-9:
                        reach[b] = reach[a] + arc[a, b]
                        prior[b] = a
                        last = b
            if last < 0:
                break
        if last < 0:
            break
        for _ in range(k + 1):
            last = prior[last]
        count, node = 0, last
        while True:
            ring[count] = node
            count += 1
            node = prior[node]
            if node == last:
                break
        # the ring was walked backwards: from each node's prior to it
        for at in range(count):
            b, a = ring[at], ring[(at + 1) % count]
            if a == lender:
                load[b] -= 1
            elif b == lender:
                load[a] += 1
            else:
                mine[who[a, b]] = b
    total = 0.0
    for i in range(n):
        total += cost[i, hosts[mine[i]]]
    return total


@njit(cache=True)
def _recentre(cost: Any, n: int, k: int, hosts: Any, able: Any, back: Any, mine: Any) -> float:
    """Each group's host becomes the able member nearest to all; kilometres in all."""
    total = 0.0
    for h in range(k):
        least, pick = np.inf, hosts[h]
        for j in range(n):
            if mine[j] != h or not (able[back[j]] or j == hosts[h]):
                continue
            way = 0.0
            for i in range(n):
                if mine[i] == h:
                    way += cost[i, j]
                    if way >= least:
                        break
            if way < least:
                least, pick = way, j
        hosts[h] = pick
        total += least
    return total
