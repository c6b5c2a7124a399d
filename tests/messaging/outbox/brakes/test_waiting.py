"""How long a batch takes is known before it goes, and a batch that would be late is seen as such."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clusters.calendar.windows import WindowRules
from cop.hours import window
from messaging.channels.plan import Sender
from messaging.outbox.brakes.waiting import done_by, fits, takes
from messaging.outbox.rules import ALWAYS

TUESDAY = datetime(2026, 4, 7, 5, tzinfo=UTC)
"""10:00 in Karachi; the hours close at 19:00."""
HOURS = window(WindowRules())
ONE_A_SECOND = [Sender("8555", per_second=1)]


def test_a_sender_without_a_pace_makes_nobody_wait():
    assert takes(22_000, [Sender("8555", per_second=1), Sender("8556")]) == timedelta(0)
    assert done_by(22_000, [Sender("")], HOURS, TUESDAY) == TUESDAY


def test_three_parts_each_to_22000_people_on_one_long_code_take_eighteen_hours_and_so_two_days():
    assert takes(66_000, ONE_A_SECOND) == timedelta(hours=18, minutes=20)
    assert done_by(66_000, ONE_A_SECOND, ALWAYS, TUESDAY) == TUESDAY + timedelta(hours=18, minutes=20)
    assert done_by(66_000, ONE_A_SECOND, HOURS, TUESDAY) == TUESDAY + timedelta(days=1, hours=8, minutes=20)
    assert not fits(66_000, ONE_A_SECOND, HOURS, TUESDAY, TUESDAY + timedelta(days=1))
    assert fits(66_000, ONE_A_SECOND * 4, HOURS, TUESDAY, TUESDAY + timedelta(days=1))


def test_what_would_take_years_is_never_done():
    assert done_by(10**9, [Sender("8555", per_second=0.01)], HOURS, TUESDAY) is None


@given(st.integers(1, 100_000), st.integers(1, 100_000), st.floats(0.2, 100), st.integers(0, 72))
def test_more_texts_are_never_done_earlier_and_always_inside_the_hours(some, more, pace, later):
    senders, at = [Sender("8555", per_second=pace)], TUESDAY + timedelta(hours=later)
    first, last = (done_by(segments, senders, HOURS, at) for segments in (some, some + more))
    if first is not None and last is not None:
        assert first <= last
        assert HOURS.is_open(last - timedelta(seconds=1)) or HOURS.is_open(last)
