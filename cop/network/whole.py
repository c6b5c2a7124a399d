"""Measures of whole networks that networkx has not: brokerage, ways in time, pivots, cores inside places, counts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cop.network.arrays import Events, Places, Real, Short, Ties, Whole
from cop.network.engine import Engine, kernels

ROLES = ("coordinator", "itinerant", "representative", "gatekeeper", "liaison")
"""Who stands between two: all of one group; they of another than hers; with the first; with the second; of three."""
MOST_PIVOTS = 1_024


@dataclass(frozen=True, slots=True)
class Between:
    """Betweenness from pivots, in shortest paths through each, with its standard error over the pivots."""

    value: Real
    error: Real
    group_value: Real
    group_error: Real
    pivots: Whole


def pivots_of(places: Places, seed: int) -> Whole:
    """One person of each place; of more than 1,024 places only of so many, evenly spread over the programme."""
    random = np.random.default_rng(seed)
    filled = np.flatnonzero(places.sizes)
    count = min(filled.size, MOST_PIVOTS)
    chosen = filled[(np.arange(count) * filled.size) // max(count, 1)]
    found: Whole = places.start[chosen] + random.integers(0, places.sizes[chosen])
    return found


def betweenness_from_pivots(
    ties: Ties, places: Places, seed: int, engine: Engine = Engine.DEFAULT, groups: Places | None = None
) -> Between:
    """Betweenness of everyone and of groups, from one pivot of each place, which stands for all of it.

    Brandes and Pich (2007), Int. J. Bifurcation and Chaos 17(7), for pivots. The error takes the places for draws of
    one population, and so is rather too large: people of one place have much the same paths.
    """
    of = groups or places
    pivots = pivots_of(places, seed)
    sizes = places.sizes[np.searchsorted(places.start, pivots, side="right") - 1].astype(np.float64)
    share = sizes * (ties.persons / sizes.sum()) if pivots.size else sizes
    total, squares, in_groups, group_squares = kernels(engine).betweenness(ties, pivots, share, of.group, len(of))
    count = pivots.size
    return Between(total, _error(total, squares, count), in_groups, _error(in_groups, group_squares, count), pivots)


def _error(total: Real, squares: Real, count: int) -> Real:
    """Of a sum over draws, from the spread among them."""
    if count < 2:
        return np.full(total.size, np.nan)
    found: Real = np.sqrt(np.maximum(squares - total * total / count, 0) * count / (count - 1))
    return found


def brokerage(ties: Ties, group: Short, engine: Engine = Engine.DEFAULT) -> Whole:
    """Gould-Fernandez roles of each as columns in the order of ROLES; groups are numbered from 0."""
    return kernels(engine).brokerage(ties, group)


def earliest_arrival(
    events: Events, persons: int, source: int, since: int = 0, engine: Engine = Engine.DEFAULT
) -> Short:
    """The minute at which what `source` knows at `since` can first have come to each, or NEVER."""
    return kernels(engine).arrival(events, persons, source, since)


def reach_of_everyone(events: Events, persons: int, engine: Engine = Engine.DEFAULT) -> Short:
    """How many others each can reach along events in rising time."""
    return kernels(engine).reach(events, persons)


@dataclass(frozen=True, slots=True)
class Cores:
    """Lip's core inside each place."""

    member: NDArray[np.int8]
    """1 in the core, 0 in the periphery, -1 undecided: the best core can be drawn with her and without."""
    size: Whole
    """The smallest best core of each place."""
    missed: Whole
    """Pairs of each place that do not fit: untied inside the core, tied inside the periphery."""


def cores(ties: Ties, places: Places) -> Cores:
    """The best division of each place into a core tied throughout and a periphery without ties, exactly.

    Lip (2011), arXiv:1102.5511: members by falling degree, one running sum. Ties are taken without direction.
    """
    pairs, group = ties.both, places.group
    rows = np.repeat(np.arange(ties.persons, dtype=np.int32), np.diff(pairs.ptr))
    inside = group[rows] == group[pairs.idx]
    degree = np.bincount(rows[inside], minlength=ties.persons)
    order = np.lexsort((-degree, group))
    falling, rank = degree[order], np.arange(ties.persons) - places.start[group]
    gains = falling > rank
    indifferent = falling == rank
    size = np.bincount(group, gains, len(places)).astype(np.int64)
    most = size + np.bincount(group, indifferent, len(places)).astype(np.int64)
    core_degrees = np.bincount(group, np.where(rank < size[group], falling, 0), len(places)).astype(np.int64)
    tied = np.bincount(group, degree, len(places)).astype(np.int64) // 2
    first, last = _runs(group, falling, rank)
    member = np.full(ties.persons, -1, np.int8)
    member[order] = np.where(last < size[group], 1, np.where(first >= most[group], 0, -1))
    return Cores(member, size, tied + size * (size - 1) // 2 - core_degrees)


def _runs(group: Short, falling: Whole, rank: Whole) -> tuple[Whole, Whole]:
    """The first and last rank of those of a place with the same degree, for each in order."""
    if not rank.size:
        return rank, rank
    fresh = np.flatnonzero(np.concatenate(([True], (np.diff(group) != 0) | (np.diff(falling) != 0))))
    lengths = np.diff(np.append(fresh, rank.size))
    return np.repeat(rank[fresh], lengths), np.repeat(rank[fresh] + lengths - 1, lengths)


@dataclass(frozen=True, slots=True)
class Counts:
    """Pairs of persons tied in either direction, by place: within each, and between two."""

    within: Whole
    first: Short
    second: Short
    """The places of each two that are tied, the first the lower."""
    between: Whole


def counts(ties: Ties, places: Places) -> Counts:
    """How many pairs are tied within each place and between each two."""
    pairs, group = ties.both, places.group
    rows = np.repeat(np.arange(ties.persons, dtype=np.int32), np.diff(pairs.ptr))
    once = rows < pairs.idx
    here, there = group[rows[once]], group[pairs.idx[once]]
    within = np.bincount(here[here == there], minlength=len(places)).astype(np.int64, copy=False)
    across = here != there
    low, high = np.minimum(here[across], there[across]), np.maximum(here[across], there[across])
    both, number = np.unique(low.astype(np.int64) * max(len(places), 1) + high, return_counts=True)
    return Counts(
        within, (both // max(len(places), 1)).astype(np.int32), (both % max(len(places), 1)).astype(np.int32), number
    )
