"""Both must agree; who said no rests a term, with another beside her so that a rest tells nothing."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.introductions.rules import (
    CHOICES,
    GONE_AFTER,
    OPEN_FOR,
    Said,
    both_agree,
    most_pairs,
    numbers_too,
    resting,
    rests_until,
)
from cop.ties.rules import term_begins, term_of

people = st.sets(st.integers(1, 60))


def test_names_are_told_only_after_two_yeses_and_numbers_only_after_two_yeses_to_numbers():
    for one, other in product([None, *Said], repeat=2):
        assert both_agree(one, other) is (one in (Said.NAME, Said.NUMBER) and other in (Said.NAME, Said.NUMBER))
        assert numbers_too(one, other) is (one is other is Said.NUMBER)
        assert both_agree(one, other) or not numbers_too(one, other)


def test_what_a_digit_says_is_everything_there_is_to_say():
    assert sorted(CHOICES.values()) == sorted(Said)


def test_nothing_is_left_after_a_month_and_nobody_is_asked_twice_in_one():
    assert OPEN_FOR < GONE_AFTER < timedelta(days=28)


@given(people, people, st.randoms(use_true_random=False))
def test_for_each_who_said_no_another_rests_so_that_a_rest_is_as_likely_of_who_did_not(no, others, dice):
    chosen = resting(no, others | no, lambda below: dice.randrange(below))
    assert chosen <= no | others
    assert len(chosen - no) == len(chosen & no) == min(len(no), len(others - no))


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_a_rest_ends_with_the_term(day):
    until = rests_until(day)
    assert until > day
    assert term_of(until) != term_of(day)
    assert term_of(until - timedelta(days=1)) == term_of(day)
    assert term_begins(until) == until


@pytest.mark.parametrize(("people", "most"), [(0, 0), (5, 0), (640, 106), (22_000, 2000)])
def test_a_months_pairs_are_few_beside_all_who_take_part(people, most):
    assert most_pairs(people) == most
