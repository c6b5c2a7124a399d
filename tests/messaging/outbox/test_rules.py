"""The life of a message as pure rules: they hold for every case, not only for those we thought of."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.outbox.rules import (
    ATTEMPTS_MAX,
    EMPTY_LOOKS,
    NEVER_SENT,
    RANK,
    RETRIES_AFTER_ASKING,
    Case,
    Look,
    Pace,
    State,
    TextClass,
    after_looking,
    grace_of,
    honest,
    judge,
    rises,
)

NOON = datetime(2026, 3, 2, 7, tzinfo=UTC)
PACE = Pace()
spans = st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=2))
cases = st.builds(
    Case,
    text_class=st.sampled_from(TextClass),
    send_by=spans.map(lambda span: NOON + span),
    wanted=st.booleans(),
    silent=st.booleans(),
    window_open=st.booleans(),
    listed=st.booleans(),
    doubtful=st.integers(0, 6),
)
looks = st.builds(
    Look,
    text_class=st.sampled_from(TextClass),
    silence=st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=1)),
    empty_looks=st.integers(0, 4),
    list_lag=st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(minutes=10)),
    can_find=st.booleans(),
    dedupes=st.booleans(),
    doubtful=st.integers(1, 5),
    withdrawn=st.booleans(),
    time_left=spans,
)


@given(cases)
def test_only_what_is_wanted_in_time_and_allowed_goes_out(case):
    if judge(case, NOON).state is State.SUBMITTING:
        assert case.wanted
        assert case.send_by > NOON
        assert case.doubtful < ATTEMPTS_MAX
        assert not case.listed
        answers = case.text_class is TextClass.REPLY
        assert answers or (case.window_open and not case.silent)


@given(cases)
def test_never_sent_is_said_only_of_what_surely_was_not(case):
    if judge(case, NOON).state in NEVER_SENT:
        assert case.doubtful == 0


@given(cases)
def test_a_message_that_the_channel_has_is_accepted_whatever_else_is_true(case):
    assert (judge(case, NOON).state is State.ACCEPTED) == case.listed


@given(cases)
def test_an_answer_waits_for_no_hours(case):
    verdict = judge(case, NOON)
    if verdict.state is State.QUEUED:
        assert case.text_class is not TextClass.REPLY
        assert not case.window_open


@given(st.sampled_from(NEVER_SENT), st.integers(0, 5))
def test_an_honest_end_is_unresolved_as_soon_as_there_is_doubt(state, doubtful):
    assert honest(state, "why", doubtful).state is (State.UNRESOLVED if doubtful else state)


@given(looks)
def test_nothing_is_sent_again_before_the_grace_is_over_unless_the_list_never_lags(look):
    if after_looking(look, PACE).state is State.QUEUED and look.list_lag != timedelta(0):
        assert look.silence >= grace_of(look.text_class, look.list_lag, PACE)
        assert look.time_left > PACE.lease
        assert not look.withdrawn
        assert look.doubtful < ATTEMPTS_MAX


@given(looks)
def test_replies_and_bulk_go_at_most_once_while_there_is_doubt(look):
    verdict = after_looking(look, PACE)
    exact = look.can_find and look.list_lag == timedelta(0)
    if verdict.state is State.QUEUED and not exact and not look.dedupes:
        assert look.text_class in RETRIES_AFTER_ASKING
        assert look.empty_looks >= EMPTY_LOOKS


@given(looks)
def test_doubt_ends_when_the_grace_is_over_and_the_channel_was_asked_enough(look):
    if look.silence >= timedelta(minutes=30) and (look.empty_looks >= EMPTY_LOOKS or not look.can_find):
        assert after_looking(look, PACE).state is not State.UNKNOWN


def test_a_list_that_never_lags_settles_the_matter_at_once():
    look = Look(TextClass.BULK, timedelta(0), 1, timedelta(0), True, False, 1, False, timedelta(hours=1))
    assert after_looking(look, PACE).state is State.QUEUED


@given(st.sampled_from(State), st.sampled_from(State))
def test_from_acceptance_on_a_state_only_rises(old, new):
    if RANK.get(old, -1) >= 3 and rises(old, new):
        assert RANK[new] > RANK[old]


@given(st.lists(st.sampled_from([state for state, rank in RANK.items() if rank >= 3]), max_size=6))
def test_evidence_in_any_order_and_repeated_leads_to_the_same_state(evidence):
    def fold(events):
        state = State.SUBMITTING
        for event in events:
            state = event if rises(state, event) else state
        return state

    ends = {fold([*order, *evidence]) for order in list(permutations(evidence))[:50]}
    assert len(ends) == 1


@given(st.integers(1, 200))
def test_waiting_after_a_refusal_grows_to_a_limit(attempt):
    assert PACE.first_back_off <= PACE.back_off(attempt) <= PACE.back_off(attempt + 1) <= PACE.longest_back_off


@given(st.floats(0.01, 1))
def test_a_scaled_pace_keeps_its_ratios(factor):
    small = PACE.scaled(factor)
    assert small.trust / small.lease == pytest.approx(PACE.trust / PACE.lease, rel=1e-3)
    assert small.grace[TextClass.REMINDER] / small.lease == pytest.approx(5, rel=1e-3)
    assert small.batch == PACE.batch


def test_a_worker_that_would_trust_its_lease_too_long_does_not_start():
    with pytest.raises(ValueError, match="trust"):
        Pace(trust=timedelta(seconds=40))
