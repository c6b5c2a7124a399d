"""For every message there is one plain sentence: why it did not arrive, or when it will go."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.channels.base import Fault
from messaging.outbox.mistakes import MEANINGS, OF_REFUSALS, UNKNOWN
from messaging.outbox.reasons import SENTENCES, Reason, Standing, held_for, reason
from messaging.outbox.rules import ALWAYS, LOST, State, StopReason, TextClass
from tests.messaging.voice import opening_at

NOON = datetime(2026, 3, 2, 7, tzinfo=UTC)
LATER = NOON + timedelta(hours=3)


def standing(state, **changes):
    values = {
        "state": state,
        "why": None,
        "text_class": TextClass.REMINDER,
        "send_after": NOON,
        "state_at": NOON,
        "silent": False,
    }
    return Standing(**{**values, **changes})


WHYS = (None, *SENTENCES, "in_doubt", "tried_often", "unspeakable", "channel_failed", "strange")
ERRORS = [
    (None, None),
    *((None, fault) for fault in Fault),
    *((code, None) for code in MEANINGS),
    *(("99999", fault) for fault in (None, *Fault)),
]


@pytest.mark.parametrize("state", State)
def test_there_is_a_sentence_for_every_state_reason_and_error(state):
    for why in WHYS:
        for code, fault in ERRORS:
            for silent in (False, True):
                for text_class in TextClass:
                    message = standing(state, why=why, silent=silent, code=code, fault=fault, text_class=text_class)
                    told = reason(message, NOON, ALWAYS)
                    assert told.sentence.endswith(".")
                    assert "None" not in told.sentence
                    assert ("{at}" in SENTENCES[told.key]) == (told.at is not None)
                    assert ("{code}" in SENTENCES[told.key]) == (told.code is not None)


@pytest.mark.parametrize("key", SENTENCES)
def test_a_sentence_is_plain_and_short_and_names_no_more_than_instants_and_numbers_of_errors(key):
    said = SENTENCES[key]
    assert said[0].isupper()
    assert said.endswith(".")
    assert len(said) <= 120
    assert set(re.findall(r"{(\w*)}", said)) <= {"at", "code"}


def test_every_meaning_of_an_error_has_its_own_sentence():
    assert {*MEANINGS.values(), *OF_REFUSALS.values(), *LOST.values(), UNKNOWN} <= set(SENTENCES)
    assert set(OF_REFUSALS) == set(Fault)
    assert set(LOST) == {None, *Fault}


@pytest.mark.parametrize("state", [State.FAILED, State.UNDELIVERED, State.REJECTED])
@given(code=st.from_regex(r"[0-9]{5}", fullmatch=True))
def test_a_number_of_an_error_that_nobody_knows_is_told_as_it_is(state, code):
    told = reason(standing(state, code=code), NOON, ALWAYS)
    assert (told.key == "unknown_code") == (code not in MEANINGS)
    assert (code in told.sentence) == (code not in MEANINGS)


@pytest.mark.parametrize("state", sorted(set(State) - {State.FAILED, State.UNDELIVERED, State.REJECTED}))
@given(code=st.none() | st.sampled_from(sorted(MEANINGS)), fault=st.none() | st.sampled_from(Fault))
def test_only_a_message_that_is_surely_lost_is_told_by_its_error(state, code, fault):
    plain = reason(standing(state), NOON, ALWAYS)
    assert reason(standing(state, code=code, fault=fault), NOON, ALWAYS) == plain


@pytest.mark.parametrize(
    ("message", "window", "told"),
    [
        (standing(State.QUEUED, send_after=LATER), ALWAYS, Reason("goes_when_due", LATER)),
        (standing(State.QUEUED), ALWAYS, Reason("goes_now")),
        (standing(State.QUEUED), opening_at(LATER), Reason("goes_when_open", LATER)),
        (standing(State.QUEUED, text_class=TextClass.REPLY), opening_at(LATER), Reason("goes_now")),
        (standing(State.QUEUED, silent=True), ALWAYS, Reason("goes_never")),
        (standing(State.CANCELLED, why="answered_no"), ALWAYS, Reason("answered_no")),
        (standing(State.CANCELLED, why="other"), ALWAYS, Reason("withdrawn")),
        (standing(State.ACCEPTED), ALWAYS, Reason("taken", NOON)),
        (standing(State.SENT), ALWAYS, Reason("passed_on", NOON)),
        (standing(State.READ), ALWAYS, Reason("opened", NOON)),
        (standing(State.QUEUED, why="channel_down", send_after=LATER), ALWAYS, Reason("again", LATER)),
        (standing(State.QUEUED, why="channel_down"), ALWAYS, Reason("again_now")),
        (standing(State.QUEUED, why="channel_down"), opening_at(LATER), Reason("goes_when_open", LATER)),
        (standing(State.QUEUED, why="capped_number", send_after=LATER), ALWAYS, Reason("capped_number", LATER)),
        (standing(State.QUEUED, held=held_for(StopReason.PERSON)), ALWAYS, Reason("stopped")),
        (standing(State.QUEUED, held=held_for(StopReason.ACCOUNT)), ALWAYS, Reason("account_held")),
        (standing(State.QUEUED, held=held_for(StopReason.BUDGET)), ALWAYS, Reason("over_budget")),
        (standing(State.QUEUED, held="stopped", send_after=LATER), ALWAYS, Reason("goes_when_due", LATER)),
        (standing(State.FAILED), ALWAYS, Reason("lost_unexplained")),
        (standing(State.FAILED, why="lost_on_the_way"), ALWAYS, Reason("lost_on_the_way")),
        (standing(State.SUPPRESSED, why="wrong_number"), ALWAYS, Reason("wrong_number")),
        (standing(State.FAILED, code="30003", fault=Fault.NUMBER), ALWAYS, Reason("phone_off")),
        (standing(State.UNDELIVERED, code="30005"), ALWAYS, Reason("not_in_service")),
        (standing(State.UNDELIVERED, code="30004"), ALWAYS, Reason("blocked")),
        (standing(State.FAILED, code="99999"), ALWAYS, Reason("unknown_code", code="99999")),
        (standing(State.FAILED, code="99999", fault=Fault.ACCOUNT), ALWAYS, Reason("lost_by_account")),
        (standing(State.REJECTED, why=UNKNOWN, code="99999", fault=Fault.OURS), ALWAYS, Reason(UNKNOWN, code="99999")),
        (standing(State.REJECTED, why="no_template"), ALWAYS, Reason("no_template")),
        (standing(State.REJECTED, code="21610"), ALWAYS, Reason("opted_out_there")),
        (standing(State.REJECTED, code="63016"), ALWAYS, Reason("template_wanted")),
        (standing(State.REJECTED, fault=Fault.OURS), ALWAYS, Reason("ours")),
        (standing(State.UNRESOLVED, why="in_doubt"), ALWAYS, Reason("perhaps_sent")),
        (standing(State.UNRESOLVED, why="moved"), ALWAYS, Reason("perhaps_withdrawn")),
        (standing(State.UNRESOLVED, why="too_late"), ALWAYS, Reason("perhaps_late")),
        (standing(State.UNRESOLVED, why="opted_out"), ALWAYS, Reason("perhaps_silent")),
        (standing(State.UNRESOLVED, why="tried_often"), ALWAYS, Reason("perhaps_often")),
    ],
)
def test_the_sentence_fits_the_case(message, window, told):
    assert reason(message, NOON, window) == told


@pytest.mark.parametrize(
    ("changes", "window", "key"),
    [
        ({"send_by": LATER}, opening_at(LATER), "goes_too_late"),
        ({"send_by": LATER, "send_after": LATER, "why": "capped_number"}, ALWAYS, "goes_too_late"),
        ({"send_by": LATER + timedelta(minutes=1)}, opening_at(LATER), "goes_when_open"),
        ({"send_by": LATER, "text_class": TextClass.REPLY}, opening_at(LATER), "goes_now"),
    ],
)
def test_no_hour_is_promised_at_which_a_text_is_of_no_use_any_more(changes, window, key):
    assert reason(standing(State.QUEUED, **changes), NOON, window).key == key
