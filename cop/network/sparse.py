"""Measures of whole networks in numpy and scipy, as the default install computes them; each has a twin in `kernels`."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from cop.network.arrays import MUTUAL, NEVER, Events, Pairs, Real, Short, Ties, Whole

TARGETS, BITS = 4_096, 2**30
"""Persons whose reachers are collected in one pass over the events, at least; more while the sets fit in 128 MB."""


def components(ties: Ties) -> Short:
    """The number of each person's component, ties taken without direction."""
    if not ties.persons:
        return np.zeros(0, np.int32)
    found: Short = connected_components(_matrix(ties), directed=True, connection="weak")[1]
    return found


def pagerank(
    ties: Ties, damping: float, rest: Real, dangling: Real, start: Real, limit: float, most: int
) -> tuple[Real, int]:
    """Power iteration until the sum of changes is below `limit`; how many steps it took, -1 when not within `most`."""
    given = np.bincount(ties.src, ties.weight, ties.persons)
    sinks = given == 0
    share = damping / np.where(sinks, 1, given)
    pulled = _matrix(ties.back)
    x, fixed = start, (1 - damping) * rest
    for step in range(1, most + 1):
        last = x
        x = pulled @ (share * last) + (damping * last[sinks].sum()) * dangling + fixed
        if np.abs(x - last).sum() < limit:
            return x, step
    return x, -1


def constraint(ties: Ties, weighted: bool) -> Real:
    """Burt's constraint of each (Structural Holes, 1992, 54-56), nan without ties."""
    pairs = ties.both
    weight = pairs.weight if weighted else _strength(pairs)
    rows = np.repeat(np.arange(ties.persons), np.diff(pairs.ptr))
    total = np.bincount(rows, weight, ties.persons)
    share = weight / total[rows]
    p = csr_array((share, pairs.idx, pairs.ptr), shape=(ties.persons, ties.persons))
    tied = csr_array((np.ones(share.size), pairs.idx, pairs.ptr), shape=p.shape)
    local = p + (p @ p).multiply(tied).tocsr()
    found: Real = np.asarray(local.multiply(local).sum(axis=1), np.float64)
    found[total == 0] = np.nan
    return found


def clustering(ties: Ties, directed: bool) -> Real:
    """How far those tied to each are tied to each other; if directed after Fagiolo (2007), Phys. Rev. E 76, 026107."""
    pairs = ties.both
    value = _strength(pairs) if directed else np.ones(pairs.idx.size)
    s = csr_array((value, pairs.idx, pairs.ptr), shape=(ties.persons, ties.persons))
    around = np.asarray((s @ s).multiply(s).sum(axis=1), np.float64)
    if directed:
        degree = ties.out_degree + ties.in_degree
        possible = 2.0 * (degree * (degree - 1) - 2 * mutual(ties))
    else:
        degree = np.diff(pairs.ptr)
        possible = (degree * (degree - 1)).astype(np.float64)
    found: Real = np.divide(around, possible, out=np.zeros(ties.persons), where=around > 0)
    return found


def mutual(ties: Ties) -> Whole:
    """Ties of each that are returned."""
    pairs = ties.both
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(pairs.sense == MUTUAL, dtype=np.int64)))
    return np.diff(before[pairs.ptr])


def assortativity(ties: Ties, x: Whole, y: Whole) -> float:
    """Pearson's correlation over ties, of `x` where a tie is from with `y` where it leads to; nan where undefined."""
    first, second = x[ties.src].astype(np.float64), y[ties.idx].astype(np.float64)
    if not first.size:
        return float("nan")
    first -= first.mean()
    second -= second.mean()
    spread = np.sqrt((first @ first) * (second @ second))
    return float(first @ second / spread) if spread > 0 else float("nan")


def core_number(ties: Ties, directed: bool) -> Whole:
    """The largest k of a k-core that each is in; of directed ties both ends count, so a returned one twice."""
    pairs = ties.both
    times = _strength(pairs).astype(np.int64) if directed else np.ones(pairs.idx.size, np.int64)
    rows = np.repeat(np.arange(ties.persons), np.diff(pairs.ptr))
    left = np.bincount(rows, times, ties.persons).astype(np.int64)
    core, inside, k = np.zeros(ties.persons, np.int64), np.ones(ties.persons, np.bool_), 0
    staying = np.arange(ties.persons)
    while staying.size:
        k = max(k, int(left[staying].min()))
        going: Whole = staying[left[staying] <= k]
        while going.size:
            core[going], inside[going] = k, False
            entries = _entries(pairs.ptr, going)
            others = pairs.idx[entries]
            still = inside[others]
            others = others[still]
            np.subtract.at(left, others, times[entries[still]])
            touched = np.unique(others).astype(np.int64)
            going = touched[left[touched] <= k]
        staying = staying[inside[staying]]
    return core


def brokerage(ties: Ties, group: Short) -> Whole:
    """How often each stands between two who are not tied, by role: see `whole.ROLES`.

    Gould and Fernandez (1989), Sociological Methodology 19: i between j and k when j turns to i, i to k, j not to k.
    """
    persons = ties.persons
    same = group[ties.src] == group[ties.idx]
    within, across = _chosen(ties, same), _chosen(ties, ~same)
    places = int(group.max(initial=-1)) + 1
    member = csr_array((np.ones(persons, np.int64), group, np.arange(persons + 1)), shape=(persons, places))
    out_in, out_out = within.sum(axis=1), across.sum(axis=1)
    in_in, in_out = within.sum(axis=0), across.sum(axis=0)
    back = within.T.tocsr(), across.T.tocsr()
    same_place = (back[1] @ member).multiply(across @ member).sum(axis=1)
    closed_in = (back[0] @ within, back[1] @ across)
    found = np.empty((persons, 5), np.int64)
    found[:, 0] = in_in * out_in - within.multiply(back[0]).sum(axis=1) - within.multiply(closed_in[0]).sum(axis=1)
    found[:, 1] = same_place - across.multiply(back[1]).sum(axis=1) - across.multiply(back[1] @ within).sum(axis=1)
    found[:, 2] = in_in * out_out - across.multiply(back[0] @ across).sum(axis=1)
    found[:, 3] = in_out * out_in - within.multiply(closed_in[1]).sum(axis=1)
    found[:, 4] = in_out * out_out - same_place - across.multiply(closed_in[1]).sum(axis=1)
    return found


def arrival(events: Events, persons: int, source: int, since: int) -> Short:
    """The first minute at which what `source` knows at `since` can have come to each along events, or NEVER.

    What happens at the same minute does not chain: who learns at an instant passes on only later.
    """
    reached = [NEVER] * persons
    reached[source] = since - 1
    known = events.window(since, NEVER)
    for first, second, at in zip(known.src.tolist(), known.dst.tolist(), known.at.tolist(), strict=True):
        if reached[first] < at < reached[second]:
            reached[second] = at
    reached[source] = since
    return np.array(reached, np.int32)


def reach(events: Events, persons: int) -> Short:
    """How many others can be reached from each along events in rising time; at the same minute nothing chains.

    Over the events backwards in time, one bit a target; whole integers are the sets of bits.
    """
    total = np.full(persons, -1, np.int64)
    src, dst = events.src.tolist(), events.dst.tolist()
    runs = _runs(events)
    targets = max(TARGETS, BITS // max(persons, 1))
    for low in range(0, persons, targets):
        high = min(low + targets, persons)
        known = [0] * low + [1 << bit for bit in range(high - low)] + [0] * (persons - high)
        for start, end, together in runs:
            if together:
                learnt = [known[other] for other in dst[start:end]]
                for first, more in zip(src[start:end], learnt, strict=True):
                    known[first] |= more
            else:
                for first, other in zip(reversed(src[start:end]), reversed(dst[start:end]), strict=True):
                    more = known[other]
                    if more:
                        known[first] |= more
        total += np.fromiter((bits.bit_count() for bits in known), np.int64, persons)
    return total.astype(np.int32)


def _runs(events: Events) -> list[tuple[int, int, bool]]:
    """The last events first, cut into those of one minute, and runs of minutes in each of which only one happened."""
    if not len(events):
        return []
    ends = np.flatnonzero(np.diff(events.at, append=NEVER)) + 1
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
    alone = ends - starts == 1
    fresh = np.flatnonzero(~(alone & np.concatenate(([False], alone[:-1]))))
    lasts = np.append(fresh[1:], ends.size) - 1
    cut = zip(starts[fresh].tolist(), ends[lasts].tolist(), (~alone[fresh]).tolist(), strict=True)
    return list(cut)[::-1]


def betweenness(ties: Ties, sources: Whole, share: Real, group: Short, groups: int) -> tuple[Real, Real, Real, Real]:
    """Dependencies of all on the shortest paths from each source (Brandes 2001), weighed with `share`.

    Their sum and sum of squares over the sources, for each person and for each group of persons.
    """
    total, squares = np.zeros(ties.persons), np.zeros(ties.persons)
    of_groups, of_groups_squares = np.zeros(groups), np.zeros(groups)
    columns = ties.idx.astype(np.int64)
    for source, times in zip(sources.tolist(), share.tolist(), strict=True):
        found = _dependencies(ties, columns, source) * times
        total += found
        squares += found * found
        grouped = np.bincount(group, found, groups)
        of_groups += grouped
        of_groups_squares += grouped * grouped
    return total, squares, of_groups, of_groups_squares


def _dependencies(ties: Ties, columns: Whole, source: int) -> Real:
    """Of each person on one source: level by level out over ties that lead further, and back along these alone."""
    persons = ties.persons
    ways, unseen = np.zeros(persons), np.ones(persons, np.bool_)
    ways[source], unseen[source] = 1, False
    front = np.array([source])
    levels = []
    while True:
        entries = _entries(ties.ptr, front)
        heads = columns[entries]
        leading = np.flatnonzero(unseen[heads])
        if not leading.size:
            break
        heads, tails = heads[leading], np.repeat(front, ties.out_degree[front])[leading]
        collected = np.bincount(heads, ways[tails], persons)
        front = np.flatnonzero(collected)
        ways[front] = collected[front]
        unseen[front] = False
        levels.append((heads, tails, front))
    found, credit = np.zeros(persons), np.zeros(persons)
    for heads, tails, front in reversed(levels):
        credit[front] = (1 + found[front]) / ways[front]
        found += np.bincount(tails, credit[heads], persons) * ways
    found[source] = 0
    return found


def _matrix(ties: Ties) -> csr_array:
    return csr_array((ties.weight, ties.idx, ties.ptr), shape=(ties.persons, ties.persons))


def _chosen(ties: Ties, kept: NDArray[np.bool_]) -> csr_array:
    """Some ties as ones."""
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(kept, dtype=np.int64)))
    idx = ties.idx[kept]
    return csr_array((np.ones(idx.size, np.int64), idx, before[ties.ptr]), shape=(ties.persons, ties.persons))


def _strength(pairs: Pairs) -> Real:
    """1 for a pair tied one way, 2 for one tied both ways."""
    found: Real = 1.0 + (pairs.sense == MUTUAL)
    return found


def _entries(ptr: Whole, rows: Whole) -> Whole:
    """Where the entries of some rows stand."""
    low = ptr[rows]
    counts = ptr[rows + 1] - low
    ends = np.cumsum(counts)
    found: Whole = np.arange(ends[-1])
    found += np.repeat(low - (ends - counts), counts)
    return found
