"""Training days: Fridays, Sundays, holidays and Ramadan, each a switch."""

import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.calendar.hijri import ramadan_on, ramadans_of
from clusters.calendar.rules import (
    CalendarRules,
    Closing,
    Closure,
    is_training_day,
    long_closings,
    next_training_day,
    public_holidays,
    training_days,
    why_closed,
)

ALL_OPEN = CalendarRules(fridays_closed=False, sundays_closed=False, holidays_closed=False, ramadan_closed=False)
DAYS = st.dates(date(2022, 1, 1), date(2035, 12, 31))


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    root = Path(__file__).parents[3]
    calendars = root / os.environ.get("COP_SHARED_DATA", "../shared/data") / "pakistan_calendars.json"
    if not calendars.exists():
        pytest.skip("the shared calendars are not here: set COP_SHARED_DATA")
    loaded: dict[str, Any] = json.loads(calendars.read_text(encoding="utf-8"))
    return loaded


def closed_for(day: date, rules: CalendarRules | None = None) -> set[Closing]:
    return {reason.why for reason in why_closed(day, rules or CalendarRules())}


def test_holidays_of_2022_to_2030_are_those_of_the_reference_list(reference: dict[str, Any]) -> None:
    for year, expected in reference["pakistan_public_holidays"].items():
        wanted = {
            (day, name.removesuffix(" (estimated)"), name.endswith(" (estimated)"))
            for day, names in expected.items()
            for name in names.split("; ")
        }
        assert {(h.day.isoformat(), h.name, h.estimated) for h in public_holidays(int(year))} == wanted


def test_urdu_holiday_names_are_those_of_the_reference_list(reference: dict[str, Any]) -> None:
    for day, names in reference["pakistan_public_holidays_ur"].items():
        when = date.fromisoformat(day)
        ours = {h.name_ur for h in public_holidays(when.year) if h.day == when}
        assert ours == {name.removesuffix(" (اندازاً)") for name in names.split("; ")}


def test_ramadan_is_the_window_of_the_tables_and_one_day_more(reference: dict[str, Any]) -> None:
    for hijri_year, window in reference["ramadan_windows_umm_al_qura"].items():
        first, last = date.fromisoformat(window["ramadan_1"]), date.fromisoformat(window["last_day"])
        ramadan = ramadan_on(first)
        assert ramadan is not None
        assert (ramadan.hijri_year, ramadan.first) == (int(hijri_year), first)
        assert ramadan.last == last + timedelta(days=1)


def test_no_holiday_and_no_day_of_ramadan_of_the_reference_list_is_a_training_day(reference: dict[str, Any]) -> None:
    holidays = [day for year in reference["pakistan_public_holidays"].values() for day in year]
    assert holidays
    assert not [day for day in holidays if is_training_day(date.fromisoformat(day), CalendarRules())]
    for window in reference["ramadan_windows_umm_al_qura"].values():
        first, last = date.fromisoformat(window["ramadan_1"]), date.fromisoformat(window["last_day"])
        assert training_days(first, last + timedelta(days=1), CalendarRules()) == ()


def test_both_edges_of_ramadan_are_estimated_and_its_inside_is_not() -> None:
    first, last = date(2027, 2, 8), date(2027, 3, 9)
    marks = {
        day: reason.estimated
        for day in (first, first + timedelta(days=1), last - timedelta(days=1), last)
        for reason in why_closed(day, CalendarRules())
        if reason.why is Closing.RAMADAN
    }
    assert list(marks.values()) == [True, False, False, True]
    assert Closing.RAMADAN not in closed_for(first - timedelta(days=1)) | closed_for(last + timedelta(days=1))


def test_a_year_with_two_ramadans_has_both() -> None:
    assert [ramadan.hijri_year for ramadan in ramadans_of(2030)] == [1451, 1452]


def test_the_days_around_an_estimated_holiday_are_closed_and_those_around_a_fixed_one_are_not() -> None:
    eid = [date(2027, 5, day) for day in range(16, 21)]
    assert [Closing.HOLIDAY in closed_for(day) for day in eid] == [True] * 5
    assert Closing.HOLIDAY not in closed_for(date(2027, 5, 15)) | closed_for(date(2027, 5, 21))
    assert [
        reason.estimated for reason in why_closed(date(2027, 5, 16), CalendarRules()) if reason.why == "holiday"
    ] == [True]
    assert Closing.HOLIDAY not in closed_for(date(2027, 3, 22)) | closed_for(date(2027, 3, 24))


def test_without_slack_only_the_estimated_days_themselves_are_closed() -> None:
    strict = CalendarRules(moon_slack=0)
    assert Closing.HOLIDAY not in closed_for(date(2027, 5, 16), strict)
    assert Closing.HOLIDAY in closed_for(date(2027, 5, 17), strict)


@pytest.mark.parametrize(
    ("opened", "day", "why"),
    [
        (CalendarRules(fridays_closed=False), date(2026, 12, 4), Closing.FRIDAY),
        (CalendarRules(sundays_closed=False), date(2026, 12, 6), Closing.SUNDAY),
        (CalendarRules(holidays_closed=False), date(2027, 3, 23), Closing.HOLIDAY),
        (CalendarRules(ramadan_closed=False), date(2027, 2, 16), Closing.RAMADAN),
    ],
)
def test_each_switch_opens_its_own_days(opened: CalendarRules, day: date, why: Closing) -> None:
    assert closed_for(day) == {why}
    assert is_training_day(day, opened)


@given(DAYS)
def test_with_every_switch_off_every_day_is_a_training_day(day: date) -> None:
    assert is_training_day(day, ALL_OPEN)


@given(DAYS)
def test_a_default_training_day_is_no_friday_sunday_holiday_or_day_of_fasting(day: date) -> None:
    if is_training_day(day, CalendarRules()):
        assert day.weekday() not in (4, 6)
        assert day not in {holiday.day for holiday in public_holidays(day.year)}
        assert ramadan_on(day) is None
    else:
        assert all(reason.name and reason.name_ur for reason in why_closed(day, CalendarRules()))


@given(DAYS, st.integers(0, 120))
def test_training_days_are_in_order_and_none_is_missing(first: date, span: int) -> None:
    rules = CalendarRules()
    listed = training_days(first, first + timedelta(days=span), rules)
    assert listed == tuple(
        day for offset in range(span + 1) if is_training_day(day := first + timedelta(days=offset), rules)
    )


def test_no_days_lie_between_a_day_and_an_earlier_one() -> None:
    assert training_days(date(2026, 12, 8), date(2026, 12, 1), CalendarRules()) == ()


def test_a_local_closure_closes_its_days_by_name_and_a_confirmed_day_opens() -> None:
    exams = Closure(date(2026, 12, 1), date(2026, 12, 3), "Examinations")
    rules = CalendarRules(closures=(exams,), opened=frozenset({date(2026, 12, 2)}))
    assert [reason.name for reason in why_closed(date(2026, 12, 1), rules)] == ["Examinations"]
    assert is_training_day(date(2026, 12, 2), rules)
    assert not is_training_day(date(2026, 12, 3), rules)
    assert next_training_day(date(2026, 12, 3), rules) == date(2026, 12, 5)


def test_a_calendar_without_training_days_has_no_next_one() -> None:
    shut = CalendarRules(closures=(Closure(date(2026, 1, 1), date(2029, 1, 1), "Closed"),))
    assert next_training_day(date(2026, 6, 1), shut) is None


def test_a_holiday_has_one_urdu_name_through_the_years() -> None:
    names: dict[str, set[str]] = {}
    for year in range(2024, 2040):
        for holiday in public_holidays(year):
            names.setdefault(holiday.name, set()).add(holiday.name_ur)
    assert {name: urdu for name, urdu in names.items() if len(urdu) != 1} == {}


def test_a_long_closing_is_called_by_what_closes_most_of_it():
    rules = CalendarRules(closures=(Closure(date(2026, 6, 15), date(2026, 8, 14), "Summer"),))
    long = long_closings(date(2026, 4, 6), date(2026, 8, 20), rules)
    assert [(each.first, each.last, each.name) for each in long if each.name == "Summer"] == [
        (date(2026, 6, 14), date(2026, 8, 14), "Summer")
    ]
    assert long_closings(date(2026, 4, 6), date(2026, 4, 30), rules) == ()
