"""By what a text goes, when free words may go on WhatsApp, and after what an SMS follows: rules without exception."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.channels.base import Fault, Medium
from messaging.outbox.legs import (
    FREE_FOR,
    NO_TEMPLATE,
    WORTH_A_LEG,
    Asked,
    Ended,
    First,
    Habit,
    falls_back,
    free_words_go,
    medium_of,
)
from messaging.outbox.rules import LOST_STATES, State, TextClass

NOON = datetime(2026, 3, 2, 7, tzinfo=UTC)
PLAIN = Asked(Medium.SMS, 0, TextClass.REMINDER, tried=False, reachable=True)
ON_WHATSAPP = Habit(last=Medium.WHATSAPP, on_whatsapp_at=NOON)

media = st.sampled_from(Medium)
asked = st.builds(
    Asked,
    medium=media,
    leg=st.sampled_from([0, 1]),
    text_class=st.sampled_from(TextClass),
    tried=st.booleans(),
    reachable=st.booleans(),
)
habits = st.builds(Habit, last=st.none() | media, on_whatsapp_at=st.none() | st.just(NOON), chosen=st.none() | media)
ended = st.builds(
    Ended,
    state=st.sampled_from(State),
    why=st.sampled_from([None, NO_TEMPLATE, "in_doubt", "refused"]),
    fault=st.none() | st.sampled_from(Fault),
    copies=st.integers(0, 3),
    lost=st.integers(0, 3),
    doubtful=st.integers(0, 4),
    wanted=st.booleans(),
    time_left=st.sampled_from([timedelta(0), WORTH_A_LEG, timedelta(hours=2)]),
)


@pytest.mark.parametrize(
    ("habit", "first", "medium"),
    [
        (Habit(), First.WROTE, Medium.SMS),
        (ON_WHATSAPP, First.WROTE, Medium.WHATSAPP),
        (replace(ON_WHATSAPP, last=Medium.SMS), First.WROTE, Medium.SMS),
        (replace(ON_WHATSAPP, chosen=Medium.SMS), First.WROTE, Medium.SMS),
        (Habit(chosen=Medium.WHATSAPP), First.WROTE, Medium.WHATSAPP),
        (ON_WHATSAPP, First.CHOSE, Medium.SMS),
        (Habit(chosen=Medium.WHATSAPP), First.CHOSE, Medium.WHATSAPP),
        (Habit(), First.EVERYBODY, Medium.WHATSAPP),
        (Habit(chosen=Medium.SMS), First.EVERYBODY, Medium.SMS),
    ],
)
def test_a_text_goes_by_what_its_reader_uses_or_chose(habit, first, medium):
    assert medium_of(PLAIN, habit, first) is medium


@given(asked, habits, st.sampled_from(First))
def test_where_whatsapp_cannot_carry_a_text_it_goes_as_sms(message, habit, first):
    assert medium_of(replace(message, reachable=False), habit, first) is Medium.SMS


@given(asked, habits, st.sampled_from(First))
def test_replies_second_legs_and_second_tries_stay_what_they_are(message, habit, first):
    fixed = replace(message, reachable=True)
    for kept in (replace(fixed, leg=1), replace(fixed, tried=True), replace(fixed, text_class=TextClass.REPLY)):
        assert medium_of(kept, habit, first) is message.medium


@given(st.timedeltas(timedelta(0), timedelta(days=3)))
def test_free_words_go_for_a_day_after_her_last_text_on_whatsapp_and_not_a_moment_longer(ago):
    assert free_words_go(Habit(on_whatsapp_at=NOON - ago), NOON) == (ago < FREE_FOR)
    assert not free_words_go(Habit(last=Medium.SMS), NOON)


@given(ended)
def test_an_sms_follows_known_failures_alone(message):
    if falls_back(message):
        assert message.state in (*LOST_STATES, State.REJECTED)
        assert message.wanted
        assert message.time_left >= WORTH_A_LEG
        assert message.fault is not Fault.OPTED_OUT


@given(ended)
def test_no_sms_follows_while_a_copy_may_still_be_on_its_way(message):
    """Every attempt that may have reached the provider has its id, and of every id it is known that it was lost."""
    if falls_back(message):
        assert message.lost == message.copies
        assert message.doubtful <= message.copies or not message.doubtful


@given(ended, st.sampled_from([state for state in State if state not in (*LOST_STATES, State.REJECTED)]))
def test_nothing_follows_what_waits_is_in_doubt_or_arrived(message, state):
    assert not falls_back(replace(message, state=state))


LOST = Ended(State.UNDELIVERED, None, None, 1, 1, 1, wanted=True, time_left=timedelta(hours=1))
REFUSED = Ended(State.REJECTED, "x", Fault.TEMPLATE, 0, 0, 0, wanted=True, time_left=timedelta(hours=1))


@pytest.mark.parametrize(
    ("message", "follows"),
    [
        (LOST, True),
        (replace(LOST, state=State.FAILED, fault=Fault.CHANNEL), True),
        (replace(LOST, copies=2, doubtful=2), False),
        (replace(LOST, copies=2, lost=2, doubtful=2), True),
        (replace(LOST, doubtful=2), False),
        (replace(LOST, fault=Fault.OPTED_OUT), False),
        (replace(LOST, wanted=False), False),
        (replace(LOST, time_left=timedelta(seconds=30)), False),
        (REFUSED, True),
        (replace(REFUSED, fault=Fault.NUMBER), True),
        (replace(REFUSED, fault=None, why=NO_TEMPLATE), True),
        (replace(REFUSED, fault=Fault.OURS), False),
        (replace(REFUSED, fault=Fault.ACCOUNT), False),
        (replace(REFUSED, doubtful=1), False),
    ],
)
def test_what_follows_what(message, follows):
    assert falls_back(message) is follows
