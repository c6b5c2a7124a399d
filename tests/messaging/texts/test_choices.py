"""Options of a text become quick replies: the digits with their words, and nothing where none are put."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.texts.choices import MOST_QUICK, choices


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kya aap aayenge? Jawab likhein: 1=Haan 2=Nahi 3=Pata nahi. Madad: 0345-1234567",
            ["Haan", "Nahi", "Pata nahi"],
        ),
        ("ریاضی تربیت: ہفتہ 14 مارچ 10 بجے، ککی۔ جواب: 1 ہاں، 2 نہیں، 3 پتہ نہیں", ["ہاں", "نہیں", "پتہ نہیں"]),
        ("Did you mean 4814 (Maths, 14 March)? 1=Yes 2=No", ["Yes", "No"]),
        ("Thank you. Saved: YES, 14 March 10am.", []),
        ("HAZRI 4814 3 7 19", []),
        ("2=Nahi 1=Haan", []),
    ],
)
def test_options_are_found_in_their_order(text, expected):
    assert choices(text) == tuple((str(n), words) for n, words in enumerate(expected, start=1))


@given(st.text(max_size=200))
def test_no_text_has_more_than_three_or_one_alone(text):
    found = choices(text)
    assert len(found) != 1
    assert len(found) <= MOST_QUICK
