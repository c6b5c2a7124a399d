"""A bucket lets a steady rate pass, slows down when a provider complains, and comes back by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.channels.base import Medium
from messaging.channels.plan import Sender
from messaging.outbox.brakes.rates import (
    LONGEST_WAIT,
    PARTS,
    Bucket,
    burst,
    filled,
    full,
    parts,
    ready_in,
    slowed,
    taken,
    texts_that_fit,
)
from messaging.outbox.rules import SEGMENTS_MAX

START = datetime(2026, 3, 2, 7, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@given(
    st.floats(0.05, 100),
    st.lists(st.tuples(st.floats(0, 5), st.integers(1, SEGMENTS_MAX)), min_size=1, max_size=60),
)
def test_no_stretch_of_time_holds_more_than_the_rate_and_one_burst(per_second, asked):
    sender = Sender("8555", per_second=per_second)
    bucket, at, gone = full(sender, START), START, []
    for pause, segments in asked:
        at += timedelta(seconds=pause)
        bucket = filled(bucket, at)
        if bucket.room(at) >= 1:
            bucket = taken(bucket, segments)
            gone.append((at, segments))
    for first, (begin, _) in enumerate(gone):
        for last in range(first, len(gone)):
            seconds = (gone[last][0] - begin) / SECOND
            went = sum(segments for _, segments in gone[first : last + 1])
            assert went <= per_second * seconds + burst(sender) + 1e-6


@given(st.floats(0.05, 100), st.floats(1, 3600))
def test_a_pause_saves_no_more_than_one_second(per_second, pause):
    bucket = taken(full(Sender("8555", per_second=per_second), START), 1)
    assert filled(bucket, START + timedelta(seconds=pause)).tokens <= max(1.0, per_second)


def test_an_older_instant_fills_nothing():
    bucket = taken(full(Sender("8555", per_second=10), START), 5)
    assert filled(bucket, START - SECOND) == bucket


def test_a_sender_without_a_rate_is_held_by_nothing_until_a_provider_complains():
    bucket = full(Sender(""), START)
    assert texts_that_fit(taken(bucket, 10_000), START, 50) == 50
    assert slowed(bucket, START).limits(START)


@pytest.mark.parametrize("wait", [None, timedelta(seconds=2)])
def test_a_storm_brings_the_rate_to_a_tenth_within_five_seconds_and_back_within_a_minute(wait):
    """The rate a storm leaves, asked in each of its seconds at most once more than it says so."""
    bucket, at = full(Sender("8555", per_second=20), START), START
    for _ in range(5):
        bucket = slowed(slowed(bucket, at, wait), at + SECOND / 4, wait)
        at += SECOND
    assert bucket.pace_at(at) <= 0.1
    assert bucket.pace_at(at + timedelta(seconds=59)) == 1.0
    storm = bucket
    for _ in range(600):
        storm = slowed(storm, at, wait)
        at += SECOND
    assert 0 < storm.pace_at(at) <= 0.1
    assert storm.pace_at(at + timedelta(seconds=59)) == 1.0


def test_many_complaints_in_one_second_halve_once():
    bucket = full(Sender("8555", per_second=20), START)
    for complaint in range(8):
        bucket = slowed(bucket, START + complaint * SECOND / 10)
    assert bucket.pace_at(START + SECOND / 2) == 0.5


def test_nothing_goes_while_the_provider_asked_for_silence_and_it_cannot_ask_for_ever():
    bucket = slowed(full(Sender("8555", per_second=20), START), START, timedelta(seconds=7))
    assert bucket.room(START + timedelta(seconds=6)) == 0
    assert filled(bucket, START + timedelta(seconds=7)).room(START + timedelta(seconds=7)) >= 1
    endless = slowed(bucket, START, timedelta(days=1))
    assert not endless.waits(START + LONGEST_WAIT)


def test_senders_share_all_numbers_by_their_rates_without_gap_or_overlap():
    pool = [Sender("8555", per_second=30), Sender("8556", per_second=10), Sender("8557", per_second=0.5)]
    served = parts(pool)
    assert [each.start for each in served] == [0, *(each.stop for each in served[:-1])]
    assert served[-1].stop == PARTS
    assert [round(len(each) / PARTS, 3) for each in served] == [0.741, 0.247, 0.012]


def test_it_is_known_when_there_is_room_again():
    slow = Bucket(Sender("+923001234567", Medium.SMS, 0.2), -2.0, START)
    assert ready_in([slow], START) == timedelta(seconds=15)
    later = START + timedelta(seconds=15)
    assert texts_that_fit(filled(slow, later), later, 50) == 1
    assert ready_in([filled(slow, later)], later) == timedelta(0)
