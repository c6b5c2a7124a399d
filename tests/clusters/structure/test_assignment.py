"""The flow that gives points to centres is compared with trying everything."""

from itertools import product
from math import dist, fsum, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusters.structure.assignment import assign
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


@settings(deadline=None, max_examples=150)
@given(case=small_cases())
def test_no_other_assignment_within_the_band_is_shorter(
    case: tuple[list[Place], list[list[int]], list[int], Band],
) -> None:
    points, groups, centres, band = case
    found = assign(points, groups, centres, band, lambda: False)
    assert found is not None
    assert sorted(i for members in found for i in members) == list(range(len(points)))
    assert all(len(members) in band for members in found)
    assert all(c in members for members, c in zip(found, centres, strict=True))
    assert total(points, found, centres) == pytest.approx(cheapest_of_all(points, centres, band))


def test_a_crowd_around_one_centre_is_shared_out_to_far_ones() -> None:
    points = [(float(i), 0.0, 0.0) for i in range(12)] + [(1000.0, 0.0, 0.0), (2000.0, 0.0, 0.0)]
    groups = [list(range(6)), [12, 6, 7, 8], [13, 9, 10, 11]]
    found = assign(points, groups, [0, 12, 13], Band(4, 6), lambda: False)
    assert found is not None
    assert [len(members) for members in found] == [6, 4, 4]


def test_out_of_time_it_gives_no_half_assignment() -> None:
    near = [(float(i), 0.0, 0.0) for i in range(200)]
    groups = [list(range(100)), [200, *range(100, 199)], [201, 199]]
    points = [*near, (1000.0, 0.0, 0.0), (3000.0, 0.0, 0.0)]
    assert assign(points, groups, [0, 200, 201], Band(2, 100), lambda: True) is None
