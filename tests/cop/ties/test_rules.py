"""What is inferred of attendance counts by size and age alone, and terms follow one another."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cop.ties.rules import ATTENDED_FOR, ATTENDED_HALF_LIFE, KEPT, TieKind, attended_weight, term_of

ages = st.timedeltas(timedelta(0), ATTENDED_FOR)
sizes = st.integers(2, 200)


def test_what_is_inferred_is_never_a_row():
    assert TieKind.ATTENDED not in KEPT


@given(ages, sizes)
def test_it_counts_less_with_age_and_the_more_were_there(age, at_once):
    weight = attended_weight(age, at_once)
    assert 0 < weight <= 1 / (at_once - 1)
    assert attended_weight(age, at_once + 1) < weight
    later = age + timedelta(days=1)
    assert attended_weight(later, at_once) < weight


@given(st.timedeltas(timedelta(0), ATTENDED_FOR - ATTENDED_HALF_LIFE), sizes)
def test_a_half_life_later_it_counts_half(age, at_once):
    half = attended_weight(age + ATTENDED_HALF_LIFE, at_once)
    assert abs(half * 2 - attended_weight(age, at_once)) < 1e-12


@given(sizes)
def test_everybody_who_was_there_together_counts_one_for_each(at_once):
    assert abs(attended_weight(timedelta(0), at_once) * (at_once - 1) - 1) < 1e-12


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=9_000)), st.integers(-3, 200))
def test_what_is_too_old_or_was_alone_counts_nothing(beyond, at_once):
    assert attended_weight(ATTENDED_FOR + beyond, at_once) == 0
    if at_once < 2:
        assert attended_weight(timedelta(0), at_once) == 0


@given(st.timedeltas(-timedelta(days=30), timedelta(0)), sizes)
def test_a_clock_that_went_back_makes_nothing_count_more(age, at_once):
    assert attended_weight(age, at_once) == attended_weight(timedelta(0), at_once)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 400))
def test_terms_follow_the_days(day, further):
    assert term_of(day) <= term_of(day + timedelta(days=further))
