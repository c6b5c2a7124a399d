"""Both must agree, and nothing is left after a month."""

from datetime import timedelta
from itertools import product

import pytest

from cop.introductions.rules import (
    CHOICES,
    GONE_AFTER,
    OPEN_FOR,
    Said,
    both_agree,
    most_pairs,
    numbers_too,
)


def test_names_are_told_only_after_two_yeses_and_numbers_only_after_two_yeses_to_numbers():
    for one, other in product([None, *Said], repeat=2):
        assert both_agree(one, other) is (one in (Said.NAME, Said.NUMBER) and other in (Said.NAME, Said.NUMBER))
        assert numbers_too(one, other) is (one is other is Said.NUMBER)
        assert both_agree(one, other) or not numbers_too(one, other)


def test_what_a_digit_says_is_everything_there_is_to_say():
    assert sorted(CHOICES.values()) == sorted(Said)


def test_nothing_is_left_after_a_month_and_nobody_is_asked_twice_in_one():
    assert OPEN_FOR < GONE_AFTER < timedelta(days=28)


@pytest.mark.parametrize(("people", "most"), [(0, 0), (5, 0), (640, 106), (22_000, 2000)])
def test_a_months_pairs_are_few_beside_all_who_take_part(people, most):
    assert most_pairs(people) == most
