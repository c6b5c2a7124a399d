"""A text is made from its key and values, named where a phone is shared, or refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.outbox.wording import SEGMENTS_MAX, Unspeakable, worded
from messaging.texts.segments import measure

ONE = "+923001234567"
VALUES = {"subject": "maths", "start": "2026-03-14T05:00:00+00:00", "venue": "GPS Kakki"}


def test_a_written_text_goes_as_it_is():
    assert worded(ONE, "", {"text": "Kal ‘yahan’"}, "en").text == "Kal ‘yahan’"


def test_on_a_shared_phone_the_name_stands_first():
    assert worded(ONE, "reminder_eve", {**VALUES, "to": "Usman Ali"}, "ur_latn").text.startswith("Usman Ali: Kal Maths")


@given(st.text(min_size=1, max_size=60), st.sampled_from(["ur_latn", "en"]))
def test_a_name_of_any_letters_makes_no_second_segment(name, language):
    said = worded(ONE, "invitation", {**VALUES, "help_number": "0345-1234567", "to": name}, language)
    assert said.measure.segments == 1
    assert said.measure == measure(said.text)


@given(st.text(max_size=400))
def test_whatever_is_written_is_said_whole_or_refused(text):
    try:
        said = worded(ONE, "", {"text": text}, "en")
    except Unspeakable:
        return
    assert said.text == text
    assert said.measure.segments <= SEGMENTS_MAX


@pytest.mark.parametrize("number", ["", "03001234567", "+92300123456", "+923001234567\n", "+14155550100"])
def test_no_other_number_than_a_mobile_of_pakistan_gets_a_text(number):
    with pytest.raises(Unspeakable):
        worded(number, "", {"text": "Kal"}, "en")
