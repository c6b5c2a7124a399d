"""Degrees in any writing are read exactly, and axes are exchanged only where nothing else can be meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.imports.coordinates import (
    ANYWHERE,
    PAKISTAN,
    UNREADABLE,
    Angle,
    Bounds,
    Spot,
    Standing,
    angle_of_parts,
    bounds_of,
    judge,
    judge_pair,
    read_angle,
)
from clusters.kernel.errors import Invalid

IN_PAKISTAN = st.tuples(st.floats(23.6, 37.1), st.floats(60.9, 77.8))
PESHAWAR = (34 + 7 / 60 + 24.4 / 3600, 71.5)


@pytest.mark.parametrize(
    ("written", "degrees"),
    [
        (34.1234, 34.1234),
        (34, 34.0),
        ("34.1234", 34.1234),
        (" 34.1234 ", 34.1234),
        ("+34.1234", 34.1234),
        ("-34.1234", -34.1234),
        ("34,1234", 34.1234),
        ("34.1234°", 34.1234),
        ("34.1234,", 34.1234),
        ("(34.1234)", 34.1234),
        ("34.1234 N", 34.1234),
        ("N 34.1234", 34.1234),
        ("34.1234 North", 34.1234),
        ("34.1234 S", -34.1234),
        ("71.5 W", -71.5),
        ("۳۴٫۱۲۳۴", 34.1234),
        ("٣٤.١٢٣٤", 34.1234),
        ("34°07'24.4\"", PESHAWAR[0]),
        ("34°07'24.4\"N", PESHAWAR[0]),
        ("34° 07′ 24.4″ N", PESHAWAR[0]),
        ("34º07’24,4”", PESHAWAR[0]),
        ("34o 07' 24.4''", PESHAWAR[0]),
        ("34 7 24.4", PESHAWAR[0]),
        ("34-07-24.4", PESHAWAR[0]),
        ("34:07:24.4", PESHAWAR[0]),
        ("34d07m24.4s", PESHAWAR[0]),
        ("34d07m24.4sN", PESHAWAR[0]),
        ("34 deg 7 min 24.4 sec N", PESHAWAR[0]),
        ("34 degrees 7 minutes 24.4 seconds", PESHAWAR[0]),
        ("34 7 24.4 S", -PESHAWAR[0]),
        ("34°07.5'", 34.125),
        ("34° 7' N", 34 + 7 / 60),
        ("-34°30'", -34.5),
        ("3.41234E+01", 34.1234),
    ],
)
def test_degrees_are_read_in_many_writings(written: str | float, degrees: float) -> None:
    read = read_angle(written)
    assert isinstance(read, Angle)
    assert read.degrees == pytest.approx(degrees, abs=1e-12)


@pytest.mark.parametrize(
    "written",
    [
        "abc",
        "34.12.34",
        "34..5",
        "34 .5",
        "34 07.5",
        "34'",
        "34°75'10\"",
        "34°07'99\"",
        "34.5°07'10\"",
        "34,123,456",
        "340724N",
        "34 N 7",
        "N 34 N",
        "-34 S",
        "#REF!",
        "34 to 35",
        "x" * 500,
        float("nan"),
        float("inf"),
    ],
)
def test_what_may_mean_two_things_or_nothing_is_not_read(written: str | float) -> None:
    assert read_angle(written) is UNREADABLE


@pytest.mark.parametrize("written", [None, "", " ", "-", "N/A", "nil", "not available", "نامعلوم"])
def test_an_unknown_coordinate_is_nothing(written: str | None) -> None:
    assert read_angle(written) is None


@given(
    st.integers(0, 89),
    st.integers(0, 59),
    st.integers(0, 5999),
    st.sampled_from(["{}°{}'{}\"", "{} {} {}", "{}:{}:{}"]),
)
def test_degrees_minutes_and_seconds_come_back_as_decimal_degrees(d: int, m: int, s: int, form: str) -> None:
    read = read_angle(form.format(d, m, s / 100))
    assert isinstance(read, Angle)
    assert read.degrees == pytest.approx(d + m / 60 + s / 360000, abs=1e-9)


@given(st.text(max_size=150) | st.floats() | st.integers())
def test_any_cell_is_an_angle_unreadable_or_nothing(cell: str | float) -> None:
    read = read_angle(cell)
    assert read is None or read is UNREADABLE or isinstance(read, Angle)
    assert isinstance(judge_pair(cell, PAKISTAN), Spot)


@given(st.text("0123456789.,;:°'\"NSEW -()/latonPOINT", max_size=60))
def test_a_pair_that_is_taken_lies_within_the_bounds(cell: str) -> None:
    spot = judge_pair(cell, PAKISTAN)
    if spot.lat is not None and spot.lon is not None:
        assert (spot.lat, spot.lon) in PAKISTAN
    else:
        assert spot.standing in (Standing.MISSING, Standing.IMPOSSIBLE, Standing.UNREADABLE)


@given(IN_PAKISTAN)
def test_coordinates_within_the_country_stay_as_they_are_written(place: tuple[float, float]) -> None:
    assert judge(*place, PAKISTAN) == Spot(Standing.AS_WRITTEN, *place)
    assert judge(str(place[0]), str(place[1]), PAKISTAN) == Spot(Standing.AS_WRITTEN, *place)


@given(IN_PAKISTAN)
def test_swapped_coordinates_are_put_right_and_named_as_swapped(place: tuple[float, float]) -> None:
    assert judge(place[1], place[0], PAKISTAN) == Spot(Standing.SWAPPED, *place)


@given(st.floats(-90, 90).filter(bool), st.floats(-90, 90).filter(bool))
def test_where_both_ways_lie_within_the_bounds_nothing_is_swapped(lat: float, lon: float) -> None:
    assert judge(lat, lon, ANYWHERE) == Spot(Standing.AS_WRITTEN, lat, lon)


@given(st.floats(-90, 90).filter(bool), st.floats(90.001, 180))
def test_without_bounds_only_a_latitude_beyond_the_pole_is_swapped(lat: float, lon: float) -> None:
    assert judge(lon, lat, ANYWHERE) == Spot(Standing.SWAPPED, lat, lon)


@pytest.mark.parametrize(
    ("lat", "lon", "fault"),
    [(51.5, 71.5, "lat"), (34.1, 10.0, "lon"), (341234, 715678, "lat"), (-34.1, -71.5, "lat"), (200, 300, "lat")],
)
def test_coordinates_outside_the_country_either_way_are_impossible(lat: float, lon: float, fault: str) -> None:
    spot = judge(lat, lon, PAKISTAN)
    assert (spot.standing, spot.lat, spot.lon, spot.fault) == (Standing.IMPOSSIBLE, None, None, fault)


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(None, None), (34.1, None), (None, 71.5), (0, 0), (0.0, 71.5), (34.1, 0), ("0", "0"), ("0.0", "N/A"), ("", " ")],
)
def test_missing_and_zero_coordinates_are_no_place(lat: float | str | None, lon: float | str | None) -> None:
    assert judge(lat, lon, PAKISTAN).standing is Standing.MISSING


@pytest.mark.parametrize(
    ("lat", "lon", "fault"), [("abc", 71.5, "lat"), (34.1, "somewhere", "lon"), ("34.1 N", "71.5 N", "lon")]
)
def test_the_cell_that_cannot_be_read_is_named(lat: float | str, lon: float | str, fault: str) -> None:
    spot = judge(lat, lon, PAKISTAN)
    assert (spot.standing, spot.fault) == (Standing.UNREADABLE, fault)


def test_letters_of_the_compass_outweigh_the_column() -> None:
    assert judge("71.5 E", "34.1 N", PAKISTAN) == Spot(Standing.SWAPPED, 34.1, 71.5)
    assert judge("71.5 E", "34.1", PAKISTAN) == Spot(Standing.SWAPPED, 34.1, 71.5)


def test_a_swap_that_letters_contradict_is_not_certain() -> None:
    assert judge("71.5 N", "34.1 E", PAKISTAN).standing is Standing.IMPOSSIBLE


@pytest.mark.parametrize(
    "cell",
    [
        "(34.1, 71.5)",
        "34.1, 71.5",
        "34.1,71.5",
        "34.1 71.5",
        "34.1; 71.5",
        "34.1/71.5",
        "[34.1,71.5]",
        "34,1; 71,5",
        "34,1, 71,5",
        "34,1,71,5",
        "۳۴٫۱، ۷۱٫۵",
        "POINT (71.5 34.1)",
        "POINT Z (71.5 34.1 300)",
        "SRID=4326;POINT(71.5 34.1)",
        "34.1 71.5 1200.0 4.9",
        "34.1, 71.5, 1200.5",
        "Lat: 34.1 Long: 71.5",
        "latitude=34.1, longitude=71.5",
        "34.1N 71.5E",
        "71.5E, 34.1N",
        "N34.1 E71.5",
        "34°06'00\"N 71°30'00\"E",
        "34°06'00\"N, 71°30'00\"E",
        "34-06-00, 71-30-00",
        "34 06 00 71 30 00",
    ],
)
def test_both_coordinates_in_one_cell_are_read(cell: str) -> None:
    spot = judge_pair(cell, PAKISTAN)
    assert spot.standing is Standing.AS_WRITTEN
    assert (spot.lat, spot.lon) == (pytest.approx(34.1), pytest.approx(71.5))


def test_a_swapped_pair_in_one_cell_is_put_right() -> None:
    assert judge_pair("(71.5, 34.1)", PAKISTAN) == Spot(Standing.SWAPPED, 34.1, 71.5)


def test_a_header_that_names_longitude_first_makes_that_order_no_swap() -> None:
    assert judge_pair("71.5, 34.1", PAKISTAN, lon_first=True) == Spot(Standing.AS_WRITTEN, 34.1, 71.5)


def test_a_pair_south_of_the_equator_keeps_its_sign() -> None:
    assert judge_pair("(-0.524287, 37.019456)", ANYWHERE) == Spot(Standing.AS_WRITTEN, -0.524287, 37.019456)


@pytest.mark.parametrize("cell", [None, "", "(0.0, 0.0)", "0, 0", "N/A", "( , )", "(0, 71.5)"])
def test_a_pair_of_nothing_or_zeros_is_no_place(cell: str | None) -> None:
    assert judge_pair(cell, PAKISTAN).standing is Standing.MISSING


@pytest.mark.parametrize("cell", ["NYERI", "34.1", "34 07 24", "34.1.2, 71.5", "near the mosque", 34.1])
def test_a_cell_that_holds_no_pair_is_not_read(cell: str | float) -> None:
    assert judge_pair(cell, PAKISTAN).standing is Standing.UNREADABLE


def test_degrees_in_three_columns_make_one_angle() -> None:
    assert angle_of_parts(34, 7, 24.4) == Angle(pytest.approx(PESHAWAR[0]))
    assert angle_of_parts("34", "7.5", None) == Angle(34.125)
    assert angle_of_parts("34 S", 30, 0) == Angle(-34.5, "lat")
    assert angle_of_parts(-34, 30, None) == Angle(-34.5)
    assert angle_of_parts(None, 7, 24) is None
    assert angle_of_parts(34, 75, 0) is UNREADABLE
    assert angle_of_parts(34.5, 7, 0) is UNREADABLE
    assert angle_of_parts(34, "seven", 0) is UNREADABLE


def test_bounds_are_south_west_north_east_or_any() -> None:
    assert bounds_of("-5, 33.9, 5.5, 42") == Bounds(-5, 33.9, 5.5, 42)
    assert bounds_of("ANY") == ANYWHERE


@pytest.mark.parametrize(
    "given", ["", "1,2,3", "a,b,c,d", "5,33,-5,42", "-95,0,5,5", "0,0,5,500", "1,2,3,4,5", "nan,1,2,3"]
)
def test_bounds_that_are_none_are_refused_with_an_example(given: str) -> None:
    with pytest.raises(Invalid) as refused:
        bounds_of(given)
    assert refused.value.key == "bounds_unreadable"
    assert "23.5,60.8,37.2,77.9" in str(refused.value.values["sentence"])


def test_bounds_may_reach_over_the_date_line() -> None:
    fiji = bounds_of("-21,176,-12,-178")
    assert (-17.0, 179.0) in fiji
    assert (-17.0, -179.5) in fiji
    assert (-17.0, 0.0) not in fiji
