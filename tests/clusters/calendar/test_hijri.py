"""Hijri dates for headings."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from clusters.calendar.hijri import MONTHS, MONTHS_UR, HijriDay, hijri_day, hijri_text, ramadan_on, ramadans_of


def test_a_heading_says_the_likely_day_of_the_month() -> None:
    assert hijri_text(date(2026, 3, 14)) == "about 24 Ramadan"
    assert hijri_text(date(2026, 3, 14), "ur") == "تقریباً 24 رمضان"


def test_eid_in_pakistan_is_likely_the_first_of_shawwal() -> None:
    assert hijri_day(date(2027, 3, 10)) == HijriDay(1448, 10, 1)


def test_outside_the_tables_nothing_is_said() -> None:
    assert hijri_day(date(2090, 1, 1)) is None
    assert hijri_text(date(2090, 1, 1)) == ""
    assert ramadans_of(2090) == ()


def test_both_languages_name_twelve_months() -> None:
    assert len(set(MONTHS)) == len(set(MONTHS_UR)) == 12


@given(st.dates(date(1926, 1, 1), date(2076, 12, 31)))
def test_every_day_called_ramadan_in_a_heading_lies_in_the_closed_window(day: date) -> None:
    hijri = hijri_day(day)
    assert hijri is not None
    if hijri.month == 9:
        assert ramadan_on(day) is not None
    elif (ramadan := ramadan_on(day)) is not None:
        assert not ramadan.sure(day)
