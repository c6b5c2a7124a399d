"""Which texts are alike, and that an example holds no name and no long number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.words import BOOK
from messaging.inbound.likeness import example, form, kept, shape, unknown_first
from messaging.inbound.script import tokens

VOCABULARY = BOOK.vocabulary


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mojood 4814 3 7", "mojood 4814  3 7 9 11"),
        ("mojood sab log", "salam sir mojood ustad"),
        ("موجود ۴۸۱۴ ۳", "موجود 4814 12 13"),
    ],
)
def test_an_unknown_first_word_and_the_same_kinds_behind_it_are_one_shape(one, other):
    assert shape(one, VOCABULARY) == shape(other, VOCABULARY) is not None


@pytest.mark.parametrize(("one", "other"), [("mojood 4814 3", "mojood sab"), ("mojood 3", "aamad 3")])
def test_another_word_or_other_kinds_are_another_shape(one, other):
    assert shape(one, VOCABULARY) != shape(other, VOCABULARY)


@pytest.mark.parametrize("text", ["hazri 4814 3", "4814 3 7", "", "salam", "؟"])
def test_a_known_command_a_number_or_nothing_has_no_unknown_first_word(text):
    assert unknown_first(text, VOCABULARY) is None
    assert shape(text, VOCABULARY) is None


def test_an_example_keeps_short_numbers_and_loses_names_and_long_ones():
    said = example("Gul Zaman 0345-1234567 hazri 4821 3 7", {"gul", "zaman"})
    assert said == "naam naam 4814 - 4814 hazri 4814 3 7"


@given(st.text(max_size=60), st.sets(st.sampled_from(["gul", "noor", "خان"])))
def test_no_example_holds_a_name_or_another_long_number(text, names):
    said = tokens(example(text, names))
    assert not [token for token in said if token.kind == "word" and token.text in names]
    assert {token.text for token in said if token.kind == "number" and len(token.text) > 2} <= {"4814"}


@given(st.text(max_size=60))
def test_the_one_form_of_a_text_is_its_own_form(text):
    assert form(form(text)) == form(text)


def test_of_a_reading_only_what_names_nothing_is_kept():
    assert kept({"do": "attend", "session": "4814", "absent": [3]}) == {"do": "attend"}
    assert kept({"do": "note", "text": "mera raaz"}) == {"do": "note"}
    assert kept({"do": "rsvp", "session": "4814", "answer": "no"}) == {"do": "rsvp", "answer": "no"}
