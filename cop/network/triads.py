"""The triad census of large networks, by going through what leads over each person to two others."""

import math
from collections.abc import Iterator
from functools import cache

import networkx as nx
import numpy as np

from cop.network.arrays import IN, MUTUAL, OUT, Pairs, Ties, Whole
from cop.network.measures import TRIADS

AT_ONCE = 2_000_000
"""Pairs of others that are looked at together."""
NONE = 0
"""Not tied; beside OUT, IN and MUTUAL."""


def triad_census_of(ties: Ties) -> dict[str, int]:
    """How many of all threes are of each of the sixteen kinds (Holland and Leinhardt 1970), as `triad_census` counts.

    Threes with two tied pairs or more are counted one by one; those with one are what is left of each tied pair, and
    those with none of all (the idea of Batagelj and Mrvar 2001).
    """
    pairs, persons = ties.both, ties.persons
    seen = np.zeros(64, np.int64)
    for some in _threes(pairs, persons):
        seen += np.bincount(some, minlength=64)
    census = dict.fromkeys(TRIADS, 0)
    for code in np.flatnonzero(seen).tolist():
        census[_kind(code)] += int(seen[code])
    mutual = int(np.count_nonzero(pairs.sense == MUTUAL)) // 2
    single = pairs.idx.size // 2 - mutual
    census["102"] = mutual * (persons - 2) - sum(many * int(kind[0]) for kind, many in census.items())
    census["012"] = single * (persons - 2) - sum(many * int(kind[1]) for kind, many in census.items() if kind != "102")
    if persons < 3:
        return dict.fromkeys(TRIADS, 0)
    census["003"] = math.comb(persons, 3) - sum(census.values())
    return census


def _threes(pairs: Pairs, persons: int) -> Iterator[Whole]:
    """Each three with two tied pairs or more once, as a number of how its pairs are tied."""
    rows = np.repeat(np.arange(persons, dtype=np.int64), np.diff(pairs.ptr))
    columns, sense = pairs.idx.astype(np.int64), pairs.sense.astype(np.int64)
    keys = rows * persons + columns
    later = pairs.ptr[rows + 1] - np.arange(rows.size) - 1
    until = np.concatenate((np.zeros(1, np.int64), np.cumsum(later)))
    first = 0
    while first < rows.size:
        last = max(first + 1, int(np.searchsorted(until, until[first] + AT_ONCE, side="right")) - 1)
        one = np.repeat(np.arange(first, last), later[first:last])
        other = one + 1 + np.arange(one.size) - (until[one] - until[first])
        wanted = columns[one] * persons + columns[other]
        at = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
        closing = np.where(keys[at] == wanted, sense[at], NONE)
        # a closed three is met over each of its people, and counted over the first of them
        once = (closing == NONE) | (rows[one] < columns[one])
        yield (sense[one] * 16 + sense[other] * 4 + closing)[once]
        first = last


@cache
def _kind(code: int) -> str:
    """The name of a three: how the first is tied to the second and third, and the second to the third."""
    three: nx.DiGraph[int] = nx.DiGraph()
    three.add_nodes_from(range(3))
    for one, other, way in ((0, 1, code // 16), (0, 2, code // 4 % 4), (1, 2, code % 4)):
        if way in (OUT, MUTUAL):
            three.add_edge(one, other)
        if way in (IN, MUTUAL):
            three.add_edge(other, one)
    census: dict[str, int] = nx.triadic_census(three)
    return next(kind for kind, many in census.items() if many)
