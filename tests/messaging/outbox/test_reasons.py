"""For every message there is one plain sentence: why it did not arrive, or when it will go."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.outbox.reasons import SENTENCES, Reason, Standing, reason
from messaging.outbox.rules import ALWAYS, State, TextClass
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


@given(st.sampled_from(State), st.none() | st.sampled_from([*SENTENCES, "strange"]), st.booleans())
def test_there_is_a_sentence_for_every_message(state, why, silent):
    told = reason(standing(state, why=why, silent=silent), NOON, ALWAYS)
    assert told.sentence
    assert ("{at}" in SENTENCES[told.key]) == (told.at is not None)


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
    ],
)
def test_the_sentence_fits_the_case(message, window, told):
    assert reason(message, NOON, window) == told
