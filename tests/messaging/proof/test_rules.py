"""One-time codes: who gets one, what guesses come to, and the bound that the lock keeps."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import eq
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.proof.rules import (
    CODES_MOST,
    FRESH,
    LOCKED,
    RESTED,
    VALID,
    WRONG_MOST,
    Bar,
    Known,
    Verdict,
    allowed,
    bar,
    drawn,
    judge,
    locked_until,
    tries_left,
)

NOON = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
LONG_KNOWN = Known(people=1, since=NOON - timedelta(days=30))
EVERY_CODE = 10**6

moments = st.lists(st.integers(0, 4 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes)), max_size=40).map(
    sorted
)


def later(**by: float) -> datetime:
    return NOON + timedelta(**by)


def judged(guesses: Sequence[datetime], lock: Callable[[list[datetime]], Sequence[datetime]]) -> list[datetime]:
    """The wrong guesses of these moments that a code was compared with; `lock` is what the lock remembers of them."""
    wrong: list[datetime] = []
    for at in guesses:
        if judge(at, lock(wrong), at, lambda: False) is Verdict.WRONG:
            wrong.append(at)
    return wrong


def broken(lock: Callable[[list[datetime]], Sequence[datetime]]) -> int:
    """Of all codes of six digits, those that somebody finds who tries all of them, one after another, at once."""
    wrong: list[datetime] = []
    found = 0
    for _ in range(EVERY_CODE):
        # The guess finds the one code that equals it; every other code saw it as one more wrong try.
        if judge(NOON, lock(wrong), NOON, lambda: False) is Verdict.WRONG:
            found += 1
            if len(wrong) < WRONG_MOST:
                wrong.append(NOON)
    return found


def test_of_all_codes_five_in_a_million_are_found_by_trying_a_million() -> None:
    assert broken(lambda wrong: wrong) == WRONG_MOST == 5


def test_without_the_lock_a_million_guesses_find_every_code() -> None:
    assert broken(lambda _: ()) == EVERY_CODE


def test_a_million_guesses_at_random_codes_over_months_stay_within_the_bound() -> None:
    """Who spoofs a number for ever gets five comparisons a day; so many commands as that, none with better odds."""
    draw = Random(20260302)
    at, found, compared = NOON, 0, 0
    wrong: list[datetime] = []
    for _ in range(2_000):  # commands, each guessed at five hundred times in the minutes in which its code is good
        code, asked_at, here = draw.randrange(EVERY_CODE), at, 0
        for _ in range(500):
            guess = draw.randrange(EVERY_CODE)
            verdict = judge(asked_at, wrong, at, partial(eq, guess, code))
            here += verdict in (Verdict.WRONG, Verdict.RIGHT)
            found += verdict is Verdict.RIGHT
            if verdict is Verdict.WRONG:
                wrong = [*wrong[-9:], at]
            at += timedelta(seconds=1)
        assert here <= WRONG_MOST
        compared += here
        at += timedelta(minutes=20)
    days = (at - NOON) / LOCKED
    assert compared <= WRONG_MOST * (days + 1)
    assert found == 0


@given(moments)
def test_no_day_of_24_hours_sees_more_than_five_wrong_guesses_compared(guesses: list[datetime]) -> None:
    wrong = judged(guesses, lambda wrong: wrong)
    assert all(sum(first <= each < first + LOCKED for each in wrong) <= WRONG_MOST for first in wrong)


def test_without_the_lock_a_day_sees_more() -> None:
    assert len(judged([NOON] * 20, lambda _: ())) == 20


@given(moments, st.integers(0, 5 * 24 * 60))
def test_tries_left_are_the_wrong_guesses_that_are_still_compared(guesses: list[datetime], minutes: int) -> None:
    wrong = judged(guesses, lambda wrong: wrong)
    at = max(wrong, default=NOON) + timedelta(minutes=minutes)
    more = judged([*wrong, *[at] * 10], lambda wrong: wrong)
    assert tries_left(wrong, at) == len(more) - len(wrong)


def test_the_fifth_wrong_try_locks_for_24_hours() -> None:
    wrong = [later(minutes=minute) for minute in range(WRONG_MOST)]
    assert locked_until(wrong, later(minutes=4)) == later(hours=24, minutes=4)
    assert locked_until(wrong, later(hours=24, minutes=3, seconds=59)) == later(hours=24, minutes=4)
    assert locked_until(wrong, later(hours=24, minutes=4)) is None
    assert locked_until(wrong[:-1], later(minutes=4)) is None


def test_a_code_is_good_for_ten_minutes() -> None:
    assert judge(NOON, (), NOON + VALID - timedelta(seconds=1), lambda: True) is Verdict.RIGHT
    assert judge(NOON, (), NOON + VALID, lambda: True) is Verdict.LATE
    assert judge(None, (), NOON, lambda: True) is Verdict.NOTHING


def test_a_locked_number_is_not_even_compared() -> None:
    compared = iter([True])
    assert judge(NOON, [NOON] * WRONG_MOST, NOON, lambda: next(compared)) is Verdict.LOCKED
    assert next(compared)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (LONG_KNOWN, None),
        (Known(2, NOON - timedelta(days=30)), Bar.SHARED),
        (Known(0, NOON - timedelta(days=30)), Bar.SHARED),
        (Known(1, NOON - FRESH), None),
        (Known(1, NOON - FRESH + timedelta(seconds=1)), Bar.NEW),
        (Known(1, NOON - 2 * RESTED, later(minutes=-1), later(minutes=-2) - RESTED), Bar.RESTED),
        (Known(1, NOON - 2 * RESTED, later(minutes=-1), later(minutes=-1) - RESTED), None),
        (Known(1, NOON - 2 * RESTED, later(minutes=-1), None), None),
        (Known(1, NOON - 2 * RESTED, wrong=[NOON] * WRONG_MOST), Bar.LOCKED),
        (Known(1, NOON - 2 * RESTED, asked=[later(minutes=-59)] * CODES_MOST), Bar.OFTEN),
        (Known(1, NOON - 2 * RESTED, asked=[later(minutes=-60), *[later(minutes=-59)] * (CODES_MOST - 1)]), None),
    ],
)
def test_who_gets_a_code(known: Known, expected: Bar | None) -> None:
    assert bar(known, NOON) is expected


@given(st.integers(0, EVERY_CODE - 1))
def test_a_code_has_six_digits_and_every_code_can_be_drawn(number: int) -> None:
    code = drawn(lambda below: number if below == EVERY_CODE else -1)
    assert len(code) == 6
    assert int(code) == number


def test_a_code_is_never_as_long_as_an_answer_or_a_session_code() -> None:
    assert [digits for digits in range(12) if allowed(digits)] == [2, 3, 5, 6, 7, 8, 9]
