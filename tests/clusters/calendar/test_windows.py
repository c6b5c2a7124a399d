"""Texting hours in Pakistan."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.calendar.rules import public_holidays
from clusters.calendar.windows import (
    KARACHI,
    RAMADAN_PRESET,
    WEEKENDS,
    WHOLE_DAY,
    Hours,
    WindowRules,
    hours,
    next_open,
    open_hours,
    window_end,
    window_open,
    within_vendor_hours,
)

DEFAULT = WindowRules()
ALWAYS = WindowRules(override=WHOLE_DAY)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive by hypothesis's contract
SPANS = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda span: span[0] < span[1])
HOURS = SPANS.map(lambda span: Hours(*span))
RULES = st.builds(
    WindowRules,
    weekdays=HOURS,
    weekends=HOURS,
    friday_pause=st.none() | HOURS,
    ramadan=st.none() | HOURS,
    override=st.none() | HOURS,
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KARACHI)


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-12-03T08:59:59", False),  # a Thursday
        ("2026-12-03T09:00", True),
        ("2026-12-03T18:59:59", True),
        ("2026-12-03T19:00", False),
        ("2026-12-04T12:29:59", True),  # a Friday
        ("2026-12-04T12:30", False),
        ("2026-12-04T14:29:59", False),
        ("2026-12-04T14:30", True),
        ("2026-12-05T09:30", False),  # a Saturday
        ("2026-12-05T10:00", True),
        ("2026-12-06T17:59", True),  # a Sunday
        ("2026-12-06T18:00", False),
        ("2027-02-16T09:30", False),  # in Ramadan
        ("2027-02-16T15:59", True),
        ("2027-02-16T16:00", False),
    ],
)
def test_the_window_opens_and_shuts_at_its_minutes(when: str, is_open: bool) -> None:
    assert window_open(local(when), DEFAULT) is is_open


def test_next_open_jumps_over_the_friday_pause_the_night_and_to_the_later_weekend_morning() -> None:
    assert next_open(local("2026-12-04T13:00"), DEFAULT) == local("2026-12-04T14:30")
    assert next_open(local("2026-12-04T19:00"), DEFAULT) == local("2026-12-05T10:00")
    assert next_open(local("2026-12-03T06:00"), DEFAULT) == local("2026-12-03T09:00")


def test_next_open_of_an_open_instant_is_that_instant_in_utc() -> None:
    instant = datetime(2026, 12, 3, 12, 0, tzinfo=timezone(timedelta(hours=5)))
    answer = next_open(instant, DEFAULT)
    assert answer == instant
    assert answer.tzinfo is UTC


def test_the_window_ends_at_the_pause_and_in_the_evening_and_has_no_end_when_shut() -> None:
    assert window_end(local("2026-12-04T11:00"), DEFAULT) == local("2026-12-04T12:30")
    assert window_end(local("2026-12-04T15:00"), DEFAULT) == local("2026-12-04T19:00")
    assert window_end(local("2026-12-04T13:00"), DEFAULT) is None


def test_an_evening_before_ramadan_waits_for_the_hours_of_ramadan() -> None:
    assert next_open(local("2027-02-09T20:00"), DEFAULT) == local("2027-02-10T10:00")
    assert next_open(local("2027-02-09T20:00"), WindowRules(ramadan=None)) == local("2027-02-10T09:00")


def test_hours_of_ramadan_that_meet_no_open_hour_leave_the_day_shut() -> None:
    rules = WindowRules(ramadan=hours("20:00-22:00"))
    assert open_hours(date(2027, 2, 16), rules) == ()
    assert next_open(local("2027-03-09T12:00"), rules) == local("2027-03-10T10:00")  # Eid


@given(INSTANTS)
def test_the_whole_day_as_override_is_always_open_for_at_least_four_more_hours(instant: datetime) -> None:
    assert window_open(instant, ALWAYS)
    end = window_end(instant, ALWAYS)
    assert end is not None
    assert end - instant > timedelta(hours=4)


def test_an_override_replaces_the_hours_of_every_day_and_keeps_the_friday_pause() -> None:
    rules = WindowRules(override=hours("11:00-15:00"))
    assert open_hours(date(2027, 2, 16), rules) == (hours("11:00-15:00"),)
    assert open_hours(date(2026, 12, 6), rules) == (hours("11:00-15:00"),)
    assert open_hours(date(2026, 12, 4), rules) == (hours("11:00-12:30"), hours("14:30-15:00"))


def test_on_a_public_holiday_the_hours_of_a_weekend_hold_and_a_moved_feast_moves_them() -> None:
    assert open_hours(date(2027, 3, 23), DEFAULT) == (WEEKENDS,)  # Pakistan Day, a Tuesday
    eid = next(each for each in public_holidays(2027) if each.estimated and each.day.weekday() in (1, 2))
    moved = WindowRules(fixed=((eid.day, eid.day + timedelta(days=1)),))
    assert open_hours(eid.day, DEFAULT)[0].starts >= WEEKENDS.starts
    assert open_hours(eid.day + timedelta(days=1), moved)[0].within(WEEKENDS)


def test_hours_that_somebody_set_are_narrowed_in_ramadan_on_weekends_and_on_holidays() -> None:
    rules = WindowRules(override=hours("09:00-20:00"))
    assert open_hours(date(2026, 12, 2), rules) == (hours("09:00-20:00"),)
    assert open_hours(date(2026, 12, 5), rules) == (WEEKENDS,)
    assert open_hours(date(2027, 3, 23), rules) == (WEEKENDS,)
    assert open_hours(date(2027, 2, 16), rules) == (RAMADAN_PRESET,)
    assert open_hours(date(2027, 2, 16), WindowRules(override=hours("17:00-19:00"))) == (RAMADAN_PRESET,)


@given(INSTANTS, RULES)
def test_the_three_answers_agree(instant: datetime, rules: WindowRules) -> None:
    end = window_end(instant, rules)
    assert window_open(instant, rules) is (end is not None)
    try:
        opening = next_open(instant, rules)
    except ValueError:
        assert end is None
        return
    assert opening >= instant
    assert window_open(opening, rules)
    assert (opening == instant) is (end is not None)
    if opening > instant:
        assert not window_open(opening - timedelta(microseconds=1), rules)
    if end is not None:
        assert window_open(end - timedelta(microseconds=1), rules)


@given(INSTANTS, st.integers(0, 2000))
def test_nothing_goes_out_between_an_instant_and_the_next_opening(instant: datetime, minutes: int) -> None:
    opening = next_open(instant, DEFAULT)
    between = instant + timedelta(minutes=minutes)
    assert between >= opening or not window_open(between, DEFAULT)


@given(INSTANTS)
def test_the_default_window_never_leaves_the_providers_hours(instant: datetime) -> None:
    if window_open(instant, DEFAULT):
        there = instant.astimezone(KARACHI)
        first, last = (10, 18) if there.weekday() >= 5 else (9, 21)
        assert first <= there.hour < last


def test_hours_are_read_as_people_write_them_and_written_back() -> None:
    assert hours(" 9:00 - 19:30 ") == Hours(540, 1170)
    assert str(hours("9:00-19:30")) == "09:00-19:30"
    assert hours("00:00-24:00") == WHOLE_DAY


@pytest.mark.parametrize("written", ["", "9-19", "19:00-09:00", "09:00-09:00", "09:75-10:00", "09:00-25:00"])
def test_hours_that_make_no_sense_are_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ .*\.$"):
        hours(written)


def test_rules_may_narrow_the_providers_hours_and_widening_is_seen() -> None:
    assert within_vendor_hours(DEFAULT)
    assert within_vendor_hours(WindowRules(override=hours("11:00-16:00")))
    assert not within_vendor_hours(ALWAYS)
    assert not within_vendor_hours(WindowRules(weekends=hours("09:00-18:00")))


def test_a_window_that_never_opens_is_an_error_and_not_an_endless_search() -> None:
    never = WindowRules(weekdays=Hours(600, 601), weekends=Hours(600, 601), ramadan=Hours(0, 1))
    with pytest.raises(ValueError, match="widen them"):
        next_open(local("2027-02-10T12:00"), never)
