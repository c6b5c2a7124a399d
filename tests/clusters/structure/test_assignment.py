"""The flow that gives points to centres is compared with trying everything."""

from itertools import product
from math import dist, fsum, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from clusters.structure.assignment import _Flow, assign, recentred
from clusters.structure.rules import Band

Place = tuple[float, float, float]
places = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda xy: (float(xy[0]), float(xy[1]), 0.0))


@st.composite
def small_cases(draw: st.DrawFn) -> tuple[list[Place], list[list[int]], list[int], Band]:
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3).filter(lambda sizes: sum(sizes) <= 8))
    points = draw(st.lists(places, min_size=sum(sizes), max_size=sum(sizes)))
    order = draw(st.permutations(range(len(points))))
    groups, taken = [], 0
    for size in sizes:
        groups.append(list(order[taken : taken + size]))
        taken += size
    band = Band(draw(st.integers(1, min(sizes))), draw(st.integers(max(sizes), 8)))
    return points, groups, [members[0] for members in groups], band


def total(points: list[Place], groups: list[list[int]], centres: list[int]) -> float:
    return fsum(dist(points[i], points[c]) for members, c in zip(groups, centres, strict=True) for i in members)


def cheapest_of_all(points: list[Place], centres: list[int], band: Band) -> float:
    best = inf
    for owners in product(range(len(centres)), repeat=len(points)):
        loads = [owners.count(g) for g in range(len(centres))]
        if all(owners[c] == g for g, c in enumerate(centres)) and all(load in band for load in loads):
            best = min(best, fsum(dist(points[i], points[centres[g]]) for i, g in enumerate(owners)))
    return best


@settings(deadline=None, max_examples=60)
@given(case=small_cases())
def test_no_other_assignment_within_the_band_is_shorter(
    case: tuple[list[Place], list[list[int]], list[int], Band],
) -> None:
    points, groups, centres, band = case
    present = np.empty(len(points), dtype=np.int64)
    for number, members in enumerate(groups):
        present[members] = number
    owner = assign(np.array(points), np.array(centres), present, band)
    assert owner is not None
    found = [np.flatnonzero(owner == g).tolist() for g in range(len(centres))]
    assert all(len(members) in band for members in found)
    assert all(c in members for members, c in zip(found, centres, strict=True))
    assert total(points, found, centres) == pytest.approx(cheapest_of_all(points, centres, band))


def test_a_crowd_around_one_centre_is_shared_out_to_far_ones() -> None:
    points = [(float(i), 0.0, 0.0) for i in range(12)] + [(1000.0, 0.0, 0.0), (2000.0, 0.0, 0.0)]
    found = assign(np.array(points), np.array([0, 12, 13]), None, Band(4, 6))
    assert found is not None
    assert np.bincount(found).tolist() == [6, 4, 4]


def test_where_no_list_of_nearest_centres_can_keep_the_band_there_is_no_assignment() -> None:
    points = np.array([(float(i), 0.0, 0.0) for i in range(12)] + [(1000.0, 0.0, 0.0)])
    assert assign(points, np.array([0, 12]), None, Band(4, 9), arcs=1) is None


def test_points_that_rough_prices_settle_wrongly_are_asked_again() -> None:
    rng = np.random.default_rng(3)
    points = np.column_stack([rng.normal(0, 10, (900, 2)), np.zeros(900)])
    centres = np.sort(rng.choice(900, 30, replace=False))
    some = assign(points, centres, None, Band(25, 35), arcs=30)
    km, to = cKDTree(points[centres]).query(points, k=np.arange(1, 31))
    flow = _Flow(km, to, centres, Band(25, 35))
    flow.open[:] = True
    flow.open[centres] = False
    every = flow.solved()
    assert some is not None
    assert every is not None
    far = [float(np.linalg.norm(points - points[centres[owner]], axis=1).sum()) for owner in (some, every)]
    assert far[0] == pytest.approx(far[1], rel=1e-6)


def test_a_way_beyond_the_longest_counts_tenfold() -> None:
    points = np.array([(0.0, 0, 0), (1, 0, 0), (10, 0, 0), (12.2, 0, 0), (5, 0, 0), (7.1, 0, 0)])
    centres = np.array([0, 3])
    near = assign(points, centres, None, Band(2, 4))
    kept = assign(points, centres, None, Band(2, 4), longest=5.05)
    assert near is not None
    assert kept is not None
    assert near.tolist() == [0, 0, 1, 1, 0, 1]
    assert kept.tolist() == [0, 0, 1, 1, 0, 1]
    assert recentred(points, np.zeros(6, dtype=int), 1, np.ones(6, dtype=bool), np.ones(6)).tolist() == [4]
