"""Cutting points into even, compact groups."""

from math import dist, fsum
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusters.structure.grouping import Point, group, medoid, split, with_a_centre_each
from clusters.structure.rules import Band, clusters_for

places = st.tuples(st.floats(-50, 50), st.floats(-50, 50)).map(lambda xy: (xy[0], xy[1], 6_300.0))


def total(points: list[Point], groups: list[list[int]], centres: list[int]) -> float:
    return fsum(dist(points[i], points[c]) for members, c in zip(groups, centres, strict=True) for i in members)


@given(points=st.lists(places, min_size=1, max_size=80), count=st.integers(1, 12))
def test_a_split_is_even_and_forgets_nobody(points: list[Point], count: int) -> None:
    count = min(count, len(points))
    parts = split(points, count)
    assert sorted(i for part in parts for i in part) == list(range(len(points)))
    assert {len(part) for part in parts} <= {len(points) // count, -(-len(points) // count)}


def test_a_split_goes_across_the_longer_side() -> None:
    points = [(float(x), float(y), 6_300.0) for x in range(10) for y in range(2)]
    assert sorted(sorted({points[i][0] for i in part}) for part in split(points, 2)) == [
        [0.0, 1.0, 2.0, 3.0, 4.0],
        [5.0, 6.0, 7.0, 8.0, 9.0],
    ]


def test_the_medoid_is_the_first_of_equals() -> None:
    points = [(0.0, 0.0, 0.0), (2.0, 0.0, 0.0), (1.0, 0.0, 0.0), (1.0, 0.0, 0.0)]
    assert medoid(points, range(4), range(4)) == 2
    assert medoid(points, range(4), [0, 3]) == 3


def test_a_group_without_a_possible_centre_gets_the_nearest_that_can_be_spared() -> None:
    points = [(float(x), 0.0, 0.0) for x in range(9)]
    able = [False] * 9
    for i in (3, 4, 8):
        able[i] = True
    found = with_a_centre_each(np.asarray(points), np.asarray(able), [[0, 1, 2], [3, 4, 5], [6, 7, 8]])
    assert found == [
        [0, 1, 3],
        [2, 4, 5],
        [6, 7, 8],
    ]


@st.composite
def feasible_cases(draw: st.DrawFn) -> tuple[list[Point], list[bool], int, Band]:
    smallest = draw(st.integers(2, 6))
    band = Band(smallest, smallest + draw(st.integers(0, 4)))
    size = draw(st.integers(1, 90).filter(lambda n: clusters_for(n, band) is not None))
    points = draw(st.lists(places, min_size=size, max_size=size))
    count = clusters_for(size, band)
    assert count is not None
    able = draw(st.lists(st.booleans(), min_size=size, max_size=size).filter(lambda able: sum(able) >= count))
    return points, able, count, band


@settings(deadline=None, max_examples=15)
@given(case=feasible_cases(), seed=st.integers(0, 5))
def test_groups_keep_the_band_and_are_never_longer_than_the_split(
    case: tuple[list[Point], list[bool], int, Band], seed: int
) -> None:
    points, able, count, band = case
    found = group(points, able, count, band, seed=seed, steps=10)
    assert sorted(i for members in found.groups for i in members) == list(range(len(points)))
    assert len(found.groups) == count
    assert all(len(members) in band for members in found.groups)
    assert all(able[c] and c in members for c, members in zip(found.centres, found.groups, strict=True))

    first = with_a_centre_each(np.asarray(points), np.asarray(able), split(points, count))
    hubs = [medoid(points, members, [i for i in members if able[i]]) for members in first]
    groups = [list(members) for members in found.groups]
    assert total(points, groups, list(found.centres)) <= total(points, first, hubs) * (1 + 1e-9)
    assert group(points, able, count, band, seed=seed, steps=10) == found


def test_villages_that_fit_the_band_are_found_whole() -> None:
    rng = Random(5)
    villages = [(0.0, 0.0), (40.0, 3.0), (5.0, 60.0), (70.0, 66.0), (33.0, 35.0), (90.0, 10.0)]
    sizes = [25, 35, 28, 31, 33, 26]
    points = [
        (x + rng.random(), y + rng.random(), 6_300.0)
        for (x, y), size in zip(villages, sizes, strict=True)
        for _ in range(size)
    ]
    found = group(points, [True] * len(points), 6, Band(25, 35), steps=60)
    assert sorted(len(members) for members in found.groups) == sorted(sizes)
    assert (
        max(dist(points[i], points[c]) for members, c in zip(found.groups, found.centres, strict=True) for i in members)
        < 2
    )


def test_out_of_time_the_balanced_split_stands() -> None:
    rng = Random(1)
    points = [(rng.random() * 50, rng.random() * 50, 6_300.0) for _ in range(200)]
    found = group(points, [True] * 200, 7, Band(25, 35), steps=50, out_of_time=lambda: True)
    assert [list(members) for members in found.groups] == split(points, 7)


def test_progress_rises_to_the_whole() -> None:
    rng = Random(1)
    points = [(rng.random() * 50, rng.random() * 50, 6_300.0) for _ in range(200)]
    told: list[float] = []
    group(points, [True] * 200, 7, Band(25, 35), steps=30, on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_what_cannot_be_grouped_is_refused() -> None:
    points = [(float(i), 0.0, 6_300.0) for i in range(36)]
    with pytest.raises(ValueError, match="36 points cannot make 1 groups of 25 to 35"):
        group(points, [True] * 36, 1, Band(25, 35))
    with pytest.raises(ValueError, match="too few for 2 groups"):
        group(points, [True] + [False] * 35, 2, Band(15, 20))
