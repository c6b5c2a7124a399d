"""The twins of `sparse`, compiled: only who asks for the fast engine imports this, and it alone imports numba."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from cop.network.arrays import IN, MUTUAL, NEVER, OUT, Byte, Events, Real, Short, Ties, Whole

Row = NDArray[np.unsignedinteger]
WORDS = 8
"""Words of 64 targets that a pass over the events collects: a line of the cache for each person."""

# Columns are read as unsigned numbers: an index that may be negative is tested at each access.
# Sums of whole numbers are never mixed with them: numba would make floating-point numbers of both.


def components(ties: Ties) -> Short:
    """The number of each person's component, ties taken without direction."""
    pairs = ties.both
    return _components(pairs.ptr, pairs.idx.view(np.uint32))


def pagerank(
    ties: Ties, damping: float, rest: Real, dangling: Real, start: Real, limit: float, most: int
) -> tuple[Real, int]:
    """Sweeps that use each new value at once (Gauss-Seidel) until the sum of changes is below `limit`; how many.

    They end where power iteration ends, in fewer steps (Arasu et al. 2002).
    """
    back = ties.back
    given = np.bincount(ties.src, ties.weight, ties.persons)
    share = damping / np.where(given == 0, np.inf, given)
    x = start.copy()
    columns = back.idx.view(np.uint32)
    steps = _pagerank(
        back.ptr.view(np.uint64), columns, back.weight, damping, (1 - damping) * rest, dangling, share, x, limit, most
    )
    return x / x.sum(), int(steps)


def constraint(ties: Ties, weighted: bool) -> Real:
    """Burt's constraint of each (Structural Holes, 1992, 54-56), nan without ties."""
    pairs = ties.both
    weight = pairs.weight if weighted else 1.0 + (pairs.sense == MUTUAL)
    return _constraint(pairs.ptr, pairs.idx.view(np.uint32), weight)


def clustering(ties: Ties, directed: bool) -> Real:
    """How far those tied to each are tied to each other; if directed after Fagiolo (2007), Phys. Rev. E 76, 026107."""
    pairs = ties.both
    return _clustering(pairs.ptr, pairs.idx.view(np.uint32), pairs.sense, ties.out_degree + ties.in_degree, directed)


def mutual(ties: Ties) -> Whole:
    """Ties of each that are returned."""
    return _mutual(ties.both.ptr, ties.both.sense)


def assortativity(ties: Ties, x: Whole, y: Whole) -> float:
    """Pearson's correlation over ties, of `x` where a tie is from with `y` where it leads to; nan where undefined."""
    return float(_assortativity(ties.ptr, ties.idx.view(np.uint32), x, y, ties.in_degree))


def core_number(ties: Ties, directed: bool) -> Whole:
    """The largest k of a k-core that each is in; of directed ties both ends count, so a returned one twice."""
    pairs = ties.both
    return _core_number(pairs.ptr, pairs.idx.view(np.uint32), pairs.sense, directed)


def brokerage(ties: Ties, group: Short) -> Whole:
    """How often each stands between two who are not tied, by role: see `whole.ROLES`."""
    pairs = ties.both
    return _brokerage(pairs.ptr, pairs.idx.view(np.uint32), pairs.sense, group, int(group.max(initial=0)) + 1)


def arrival(events: Events, persons: int, source: int, since: int) -> Short:
    """The first minute at which what `source` knows at `since` can have come to each along events, or NEVER."""
    known = events.window(since, NEVER)
    reached = np.full(persons, NEVER, np.int32)
    reached[source] = since - 1
    _arrival(known.src.view(np.uint32), known.dst.view(np.uint32), known.at, reached)
    reached[source] = since
    return reached


def reach(events: Events, persons: int) -> Short:
    """How many others can be reached from each along events in rising time; at the same minute nothing chains."""
    to, of, spare = _steps(events.src.view(np.uint32), events.dst.view(np.uint32), events.at, persons)
    return _reach(to, of, _lines(persons + spare), persons)


def _lines(rows: int) -> NDArray[np.uint64]:
    """Room for WORDS words a row, each row one line of the cache and no row in two."""
    room = np.empty((rows + 1) * WORDS, np.uint64)
    begin = -(room.ctypes.data // room.itemsize) % WORDS
    return room[begin : begin + rows * WORDS].reshape(rows, WORDS)


def betweenness(ties: Ties, sources: Whole, share: Real, group: Short, groups: int) -> tuple[Real, Real, Real, Real]:
    """Dependencies of all on the shortest paths from each source (Brandes 2001), weighed with `share`."""
    total, squares = np.zeros(ties.persons), np.zeros(ties.persons)
    of_groups, of_groups_squares = np.zeros(groups), np.zeros(groups)
    columns = ties.idx.view(np.uint32)
    _betweenness(ties.ptr.view(np.uint64), columns, sources, share, group, total, squares, of_groups, of_groups_squares)
    return total, squares, of_groups, of_groups_squares


@njit(cache=True)
def _root(parent: Short, i: Any) -> Any:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@njit(cache=True)
def _join(parent: Short, i: Any, j: Any) -> None:
    """The smaller number becomes the root of both."""
    i, j = _root(parent, i), _root(parent, j)
    if i < j:
        parent[j] = i
    elif j < i:
        parent[i] = j


@njit(cache=True)
def _components(ptr: Whole, idx: Row) -> Short:
    """Join everyone with one or two others; then only who is not in the largest so far looks at all her ties.

    Sutton, Ben-Nun and Barak (2018), IPDPS: a tie to the largest is seen from its other end.
    """
    persons = ptr.size - 1
    parent = np.arange(persons).astype(np.int32)
    for i in range(persons):
        for e in range(ptr[i], min(ptr[i] + 2, ptr[i + 1])):
            _join(parent, i, np.int64(idx[e]))
    size = np.zeros(persons, np.int32)
    largest = 0
    for i in range(persons):
        parent[i] = _root(parent, i)
        size[parent[i]] += 1
        if size[parent[i]] > size[largest]:
            largest = parent[i]
    for i in range(persons):
        if parent[i] != largest:
            for e in range(ptr[i] + 2, ptr[i + 1]):
                _join(parent, i, np.int64(idx[e]))
    label = np.empty(persons, np.int32)
    count = 0
    for i in range(persons):
        root = _root(parent, i)
        if root == i:
            label[i] = count
            count += 1
        else:
            label[i] = label[root]
    return label


@njit(cache=True, fastmath={"reassoc", "contract"})
def _pagerank(
    ptr: Row,
    idx: Row,
    weight: Real,
    damping: float,
    fixed: Real,
    dangling: Real,
    share: Real,
    x: Real,
    limit: float,
    most: int,
) -> int:
    persons = x.size
    spread = share * x
    lost = 0.0
    for i in range(persons):
        if share[i] == 0:
            lost += x[i]
    for step in range(1, most + 1):
        change = 0.0
        for i in range(persons):
            pulled = 0.0
            for e in range(ptr[i], ptr[i + 1]):
                pulled += weight[e] * spread[idx[e]]
            value = pulled + damping * lost * dangling[i] + fixed[i]
            change += abs(value - x[i])
            if share[i] == 0:
                lost += value - x[i]
            x[i] = value
            spread[i] = value * share[i]
        if change < limit:
            return step
    return -1


@njit(cache=True)
def _above(ptr: Whole, idx: Row) -> Whole:
    """Where in each row the others with larger numbers begin."""
    found = np.empty(ptr.size - 1, np.int64)
    for i in range(ptr.size - 1):
        e = ptr[i]
        while e < ptr[i + 1] and idx[e] < i:
            e += 1
        found[i] = e
    return found


@njit(cache=True)
def _constraint(ptr: Whole, idx: Row, weight: Real) -> Real:
    """By triangles u < v < w, each found once: every one is an indirect way between the two of each of its sides."""
    persons = ptr.size - 1
    above = _above(ptr, idx)
    part = np.zeros(persons)
    for i in range(persons):
        total = 0.0
        for e in range(ptr[i], ptr[i + 1]):
            total += weight[e]
        if total != 0:
            part[i] = 1 / total
    up, down = np.zeros(idx.size), np.zeros(idx.size)
    entry = np.full(persons, -1, np.int64)
    for u in range(persons):
        first, last = above[u], ptr[u + 1]
        for e in range(first, last):
            entry[idx[e]] = e
        for uv in range(first, last):
            v = idx[uv]
            for vw in range(above[v], ptr[np.int64(v) + 1]):
                uw = entry[idx[vw]]
                if uw >= first:
                    w = idx[vw]
                    one, two, three = weight[uv] * weight[uw], weight[uv] * weight[vw], weight[uw] * weight[vw]
                    up[uv] += three * part[u] * part[w]
                    down[uv] += three * part[v] * part[w]
                    up[uw] += two * part[u] * part[v]
                    down[uw] += two * part[w] * part[v]
                    up[vw] += one * part[v] * part[u]
                    down[vw] += one * part[w] * part[u]
    found = np.zeros(persons)
    for u in range(persons):
        if ptr[u] == ptr[u + 1]:
            found[u] = np.nan
        for e in range(above[u], ptr[u + 1]):
            v = idx[e]
            found[u] += (weight[e] * part[u] + up[e]) ** 2
            found[v] += (weight[e] * part[v] + down[e]) ** 2
    return found


@njit(cache=True)
def _clustering(ptr: Whole, idx: Row, sense: Byte, degree: Whole, directed: bool) -> Real:
    persons = ptr.size - 1
    above = _above(ptr, idx)
    around = np.zeros(persons, np.int64)
    entry = np.full(persons, -1, np.int64)
    for u in range(persons):
        first, last = above[u], ptr[u + 1]
        for e in range(first, last):
            entry[idx[e]] = e
        mine = 0
        for uv in range(first, last):
            v = idx[uv]
            here = 0
            for vw in range(above[v], ptr[np.int64(v) + 1]):
                uw = entry[idx[vw]]
                if uw >= first:
                    times = 1
                    if directed:
                        times = (1 + (sense[uv] == MUTUAL)) * (1 + (sense[uw] == MUTUAL)) * (1 + (sense[vw] == MUTUAL))
                    here += times
                    around[idx[vw]] += times
            around[v] += here
            mine += here
        around[u] += mine
    found = np.zeros(persons)
    for u in range(persons):
        if around[u]:
            if directed:
                both = 0
                for e in range(ptr[u], ptr[u + 1]):
                    both += sense[e] == MUTUAL
                found[u] = around[u] / (degree[u] * (degree[u] - 1) - 2 * both)
            else:
                tied = ptr[u + 1] - ptr[u]
                found[u] = 2 * around[u] / (tied * (tied - 1))
    return found


@njit(cache=True)
def _mutual(ptr: Whole, sense: Byte) -> Whole:
    found = np.empty(ptr.size - 1, np.int64)
    for i in range(ptr.size - 1):
        count = 0
        for e in range(ptr[i], ptr[i + 1]):
            count += sense[e] == MUTUAL
        found[i] = count
    return found


@njit(cache=True)
def _assortativity(ptr: Whole, idx: Row, x: Whole, y: Whole, led_to: Whole) -> Any:
    """In whole numbers, so that degrees which do not vary give exactly nothing to divide by."""
    arcs, products = idx.size, 0
    of_x, of_xx, of_y, of_yy = 0, 0, 0, 0
    for i in range(ptr.size - 1):
        row = 0
        for e in range(ptr[i], ptr[i + 1]):
            row += y[idx[e]]
        products += x[i] * row
        out = ptr[i + 1] - ptr[i]
        of_x += x[i] * out
        of_xx += x[i] * x[i] * out
        of_y += y[i] * led_to[i]
        of_yy += y[i] * y[i] * led_to[i]
    wide, high = arcs * of_xx - of_x * of_x, arcs * of_yy - of_y * of_y
    if wide <= 0 or high <= 0:
        return np.nan
    return (arcs * products - of_x * of_y) / (np.sqrt(float(wide)) * np.sqrt(float(high)))


@njit(cache=True)
def _core_number(ptr: Whole, idx: Row, sense: Byte, directed: bool) -> Whole:
    """Peel level by level: who has k or fewer left goes, and pulls others after her; gone ones have -1 left."""
    persons = ptr.size - 1
    left = np.empty(persons, np.int32)
    for i in range(persons):
        left[i] = ptr[i + 1] - ptr[i]
        if directed:
            for e in range(ptr[i], ptr[i + 1]):
                left[i] += sense[e] == MUTUAL
    core = np.empty(persons, np.int64)
    staying = np.arange(persons).astype(np.uint32)
    going = np.empty(persons, np.uint32)
    stay, k = persons, np.int32(0)
    while stay:
        kept, count, least = 0, 0, np.int32(NEVER)
        for at in range(stay):
            i = staying[at]
            if left[i] > k:
                staying[kept] = i
                kept += 1
                least = min(least, left[i])
            elif left[i] >= 0:
                going[count] = i
                count += 1
        stay = kept
        if not count:
            k = least
            continue
        at = 0
        while at < count:
            i = going[at]
            at += 1
            core[i] = k
            left[i] = -1
            for e in range(ptr[i], ptr[np.int64(i) + 1]):
                j = idx[e]
                if left[j] > k:
                    left[j] -= 1 + (directed and sense[e] == MUTUAL)
                    if left[j] <= k:
                        going[count] = j
                        count += 1
    return core


@njit(cache=True)
def _role(first: int, ego: int, second: int) -> int:
    if first == ego:
        return 0 if second == ego else 2
    if second == ego:
        return 3
    return 1 if first == second else 4


@njit(cache=True)
def _brokerage(ptr: Whole, idx: Row, sense: Byte, group: Short, groups: int) -> Whole:
    """All ways through each by the groups of who turns to her and whom she turns to, less those that are closed."""
    persons = ptr.size - 1
    found = np.zeros((persons, 5), np.int64)
    coming = np.zeros(groups, np.int64)
    for i in range(persons):
        own = group[i]
        in_in = in_out = out_in = out_out = both_in = both_out = same = 0
        for e in range(ptr[i], ptr[i + 1]):
            how, other = sense[e], group[idx[e]]
            comes, goes = how >> 1, how & 1
            if other == own:
                in_in += comes
                out_in += goes
                both_in += comes & goes
            else:
                in_out += comes
                out_out += goes
                both_out += comes & goes
                coming[other] += comes
        if in_out and out_out:
            for e in range(ptr[i], ptr[i + 1]):
                if group[idx[e]] != own:
                    same += coming[group[idx[e]]] * (sense[e] & 1)
        if in_out:
            for e in range(ptr[i], ptr[i + 1]):
                coming[group[idx[e]]] = 0
        found[i, 0] = in_in * out_in - both_in
        found[i, 1] = same - both_out
        found[i, 2] = in_in * out_out
        found[i, 3] = in_out * out_in
        found[i, 4] = in_out * out_out - same
    above = _above(ptr, idx)
    entry = np.full(persons, -1, np.int64)
    for u in range(persons):
        first, last = above[u], ptr[u + 1]
        for e in range(first, last):
            entry[idx[e]] = e
        for uv in range(first, last):
            v = idx[uv]
            for vw in range(above[v], ptr[np.int64(v) + 1]):
                uw = entry[idx[vw]]
                if uw >= first:
                    w = idx[vw]
                    a, b, c = group[u], group[v], group[w]
                    to_v, from_v = sense[uv] & OUT, sense[uv] & IN
                    to_w, from_w = sense[uw] & OUT, sense[uw] & IN
                    on, off = sense[vw] & OUT, sense[vw] & IN
                    if to_w:
                        if to_v and on:
                            found[v, _role(a, b, c)] -= 1
                        if to_v and off:
                            found[w, _role(a, c, b)] -= 1
                        if from_v and on:
                            found[u, _role(b, a, c)] -= 1
                    if from_w:
                        if from_v and off:
                            found[v, _role(c, b, a)] -= 1
                        if from_v and on:
                            found[w, _role(b, c, a)] -= 1
                        if to_v and off:
                            found[u, _role(c, a, b)] -= 1
    return found


@njit(cache=True)
def _arrival(src: Row, dst: Row, at: Short, reached: Short) -> None:
    """Who learns at a minute passes on only later."""
    for e in range(src.size):
        # Written in any case: what is asked is as good as random, and a branch on it costs more than a write.
        before, minute = reached[dst[e]], at[e]
        learns = (reached[src[e]] < minute) & (minute < before)
        reached[dst[e]] = minute if learns else before


@njit(cache=True)
def _steps(src: Row, dst: Row, at: Short, persons: int) -> tuple[Row, Row, int]:
    """What is known at one row is joined with what is known at another: events backwards in time, as such steps.

    Where somebody is told something and tells in the same minute, what she knew before is laid first into a row after
    all persons'; how many such rows there are.
    """
    to, of = np.empty(2 * src.size, np.uint32), np.empty(2 * src.size, np.uint32)
    tells = np.full(persons, -1, np.int64)
    count, most, high = 0, 0, src.size
    while high > 0:
        low = high - 1
        while low > 0 and at[low - 1] == at[high - 1]:
            low -= 1
        spare = 0
        if high - low > 1:
            for e in range(low, high):
                tells[src[e]] = low
            for e in range(low, high):
                if tells[dst[e]] == low:
                    to[count], of[count] = persons + spare, dst[e]
                    count += 1
                    spare += 1
        used = 0
        for e in range(low, high):
            to[count], of[count] = src[e], dst[e]
            if spare and tells[dst[e]] == low:
                of[count] = persons + used
                used += 1
            count += 1
        most = max(most, spare)
        high = low
    return to[:count].copy(), of[:count].copy(), most


@intrinsic
def _tell(typing: Any, known: Any, i: Any, j: Any) -> Any:
    """Join one line with another, all words at once: left to itself the compiler takes them one by one."""

    def written(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        array, one, other = given
        line = ir.VectorType(ir.IntType(64), WORDS)
        lines = builder.bitcast(context.make_array(signature.args[0])(context, builder, array).data, line.as_pointer())
        here = builder.gep(lines, [builder.zext(one, ir.IntType(64))])
        there = builder.gep(lines, [builder.zext(other, ir.IntType(64))])
        builder.store(builder.or_(builder.load(here, align=64), builder.load(there, align=64)), here, align=64)
        return context.get_dummy_value()

    return types.void(known, types.uint32, types.uint32), written


@njit(cache=True)
def _reach(to: Row, of: Row, known: NDArray[np.uint64], persons: int) -> Short:
    """Steps in their order, WORDS x 64 targets a pass."""
    found = np.full(persons, -1, np.int32)
    some = np.empty(known.shape[0], np.uint8)
    for first in range(0, persons, WORDS * 64):
        known[:] = 0
        some[:] = 0
        for target in range(first, min(first + WORDS * 64, persons)):
            bit = target - first
            known[target, bit >> 6] = np.uint64(1) << np.uint64(bit & 63)
            some[target] = 1
        for step in range(to.size):
            i, j = to[step], of[step]
            if i >= persons:
                some[i] = some[j]
                for word in range(WORDS):
                    known[i, word] = known[j, word]
            elif some[j]:
                some[i] = 1
                _tell(known, i, j)  # type: ignore[call-arg] # what comes first is handed in by numba
        for i in range(persons):
            if some[i]:
                for word in range(WORDS):
                    found[i] += _ones(known[i, word])
    return found


@njit(cache=True)
def _ones(word: np.uint64) -> Any:
    """Bits that are set."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True)
def _betweenness(
    ptr: Row,
    idx: Row,
    sources: Whole,
    share: Real,
    group: Short,
    total: Real,
    squares: Real,
    of_groups: Real,
    of_groups_squares: Real,
) -> None:
    """Level by level out and back, in both without asking of a tie whether it leads to the next level.

    Out: who was reached before only collects what nobody reads. Back: only the level just left has credit to give.
    """
    persons = ptr.size - 1
    ways, collected, credit = np.zeros(persons), np.zeros(persons), np.zeros(persons)
    queue = np.empty(persons, np.uint32)
    fresh = np.empty(persons)
    level = np.empty(persons + 2, np.int64)
    mine = np.zeros(of_groups.size)
    for number in range(sources.size):
        source, times = sources[number], share[number]
        collected[:] = 0
        queue[0] = source
        collected[source] = ways[source] = 1
        low, high, depth = 0, 1, 0
        level[0] = 0
        while low < high:
            depth += 1
            level[depth] = high
            count = high
            for at in range(low, high):
                i = queue[at]
                mine_ways = ways[i]
                for e in range(ptr[i], ptr[np.int64(i) + 1]):
                    j = idx[e]
                    before = collected[j]
                    collected[j] = before + mine_ways
                    if before == 0:
                        queue[count] = j
                        count += 1
            for at in range(high, count):
                ways[queue[at]] = collected[queue[at]]
            low, high = high, count
        for back in range(depth - 1, 0, -1):
            low, high = level[back], level[back + 1]
            for at in range(low, high):
                i = queue[at]
                pulled = 0.0
                for e in range(ptr[i], ptr[np.int64(i) + 1]):
                    pulled += credit[idx[e]]
                depends = pulled * ways[i]
                fresh[at] = (1 + depends) / ways[i]
                depends *= times
                total[i] += depends
                squares[i] += depends * depends
                mine[group[i]] += depends
            if back + 1 < depth:
                for at in range(high, level[back + 2]):
                    credit[queue[at]] = 0
            for at in range(low, high):
                credit[queue[at]] = fresh[at]
        if depth > 1:
            for at in range(level[1], level[2]):
                credit[queue[at]] = 0
        for place in range(mine.size):
            of_groups[place] += mine[place]
            of_groups_squares[place] += mine[place] * mine[place]
            mine[place] = 0
