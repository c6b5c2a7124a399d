"""Sizes, bands and distances: the arithmetic that every plan of clusters stands on."""

from math import asin, cos, dist, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.structure.rules import (
    CIRCLE_BAND,
    CLUSTER_BAND,
    EARTH_RADIUS_KM,
    Band,
    Site,
    clusters_for,
    great_circle_km,
    infeasible_size,
    kilometres,
    nearest_cut,
)

bands = st.tuples(st.integers(1, 40), st.integers(0, 30)).map(lambda b: Band(b[0], b[0] + b[1]))
degrees = st.tuples(st.floats(-89, 89), st.floats(-180, 180))


def test_the_sizes_that_cannot_be_cut_into_clusters_are_those_of_the_paper() -> None:
    stuck = [size for size in range(1, 400) if infeasible_size(size)]
    assert stuck == [*range(1, 25), *range(36, 50), *range(71, 75)]


def test_one_two_and_five_clusters_make_no_circles() -> None:
    assert [count for count in range(1, 100) if infeasible_size(count, CIRCLE_BAND)] == [1, 2, 5]


def test_the_number_of_clusters_aims_at_thirty_schools() -> None:
    assert [clusters_for(size) for size in (25, 35, 50, 70, 75, 300, 621, 16_000)] == [1, 1, 2, 2, 3, 10, 21, 533]


@given(size=st.integers(1, 2_000), band=bands)
def test_a_size_is_infeasible_exactly_when_no_number_of_parts_keeps_the_band(size: int, band: Band) -> None:
    possible = any(parts * band.smallest <= size <= parts * band.largest for parts in range(1, size + 1))
    assert infeasible_size(size, band) is not possible
    count = clusters_for(size, band)
    assert (count is not None) is possible
    assert count is None or count * band.smallest <= size <= count * band.largest


@pytest.mark.parametrize(("size", "parts"), [(1, 1), (24, 1), (36, 1), (42, 1), (43, 2), (49, 2), (71, 2), (74, 3)])
def test_a_waived_size_is_cut_where_the_fewest_schools_are_amiss(size: int, parts: int) -> None:
    assert nearest_cut(size) == parts


def test_five_clusters_make_a_circle_of_three_and_one_of_two() -> None:
    assert nearest_cut(5, CIRCLE_BAND) == 2


def test_a_band_that_runs_backwards_or_from_nothing_is_refused() -> None:
    for smallest, largest in ((0, 5), (6, 5), (-3, -1)):
        with pytest.raises(ValueError, match="A band runs from at least 1"):
            Band(smallest, largest)
    assert 25 in CLUSTER_BAND
    assert 36 not in CLUSTER_BAND


def test_distances_are_great_circles_on_a_sphere_of_6371_km() -> None:
    nashville, los_angeles = (36.12, -86.67), (33.94, -118.40)
    assert great_circle_km(nashville, los_angeles) == pytest.approx(2_886.444443, abs=1e-6)
    assert great_circle_km((0, 0), (0, 1)) == pytest.approx(111.19493, abs=1e-5)
    assert great_circle_km((90, 0), (-90, 77)) == pytest.approx(20_015.0868, abs=1e-4)
    assert great_circle_km((10, 179.5), (10, -179.5)) == pytest.approx(great_circle_km((10, 0), (10, 1)))


@given(here=degrees, there=degrees)
def test_the_distance_agrees_with_the_chord_through_the_earth(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    def on_the_ball(spot: tuple[float, float]) -> tuple[float, float, float]:
        lat, lon = radians(spot[0]), radians(spot[1])
        return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)

    chord = min(1.0, dist(on_the_ball(here), on_the_ball(there)) / 2)
    assert great_circle_km(here, there) == pytest.approx(
        2 * EARTH_RADIUS_KM * asin(chord), abs=0.5 if chord > 0.999 else 1e-6
    )
    assert great_circle_km(here, there) == great_circle_km(there, here)


def test_the_percentile_lies_between_its_neighbours() -> None:
    figures = kilometres(float(km) for km in range(101))
    assert figures is not None
    assert (figures.mean, figures.p95, figures.max) == (50.0, 95.0, 100.0)
    two = kilometres([0.0, 10.0])
    assert two is not None
    assert two.p95 == pytest.approx(9.5)
    assert kilometres([]) is None


@pytest.mark.parametrize(("lat", "lon"), [(91.0, 70.0), (30.0, 181.0), (float("nan"), 70.0), (30.0, float("inf"))])
def test_a_place_that_is_none_on_earth_is_refused(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match="School 7 stands at"):
        Site("7", lat, lon)


def test_half_a_place_is_no_place() -> None:
    assert Site("7", 30.0, None).spot is None
    assert Site("7", 30.0, 70.0).spot == (30.0, 70.0)
