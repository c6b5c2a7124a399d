"""A near miss is taken only for one command, and never across scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.inbound.nearness import Match, Spelling, Vocabulary, distance, sound
from messaging.inbound.script import tokens

ATTEND = Spelling("attend", ("hazri", "attendance", "حاضری"), stores=True)
WHERE = Spelling("where", ("kahan", "kahan hai"))
WHO = Spelling("who", ("kaun", "who"))
CONFIRM = Spelling("confirm", ("pakka",), fuzzy=False)
BOOK = Vocabulary((ATTEND, WHERE, WHO, CONFIRM))


def near(word: str) -> set[tuple[str, str]]:
    return {(match.spelling.name, match.how) for match in BOOK.near(tokens(word)[0])}


@pytest.mark.parametrize(
    ("left", "right", "apart"),
    [("hazri", "hazri", 0), ("hazri", "hazrii", 1), ("hazri", "ahzri", 1), ("hazri", "haazr", 2), ("", "ab", 2),
     ("hazri", "kab", 3), ("kaan", "kahan", 1), ("kaan", "kaun", 1)],
)  # fmt: skip
def test_letters_dropped_added_changed_and_swapped_are_counted(left: str, right: str, apart: int) -> None:
    assert distance(left, right, 2) == apart
    assert distance(right, left, 2) == apart


@given(st.text("abcd", max_size=7), st.text("abcd", max_size=7), st.integers(1, 3))
def test_the_distance_is_cut_at_its_limit_and_never_below_the_difference_in_length(
    left: str, right: str, most: int
) -> None:
    apart = distance(left, right, most)
    assert apart == distance(right, left, most)
    assert (apart == 0) == (left == right)
    assert min(abs(len(left) - len(right)), most + 1) <= apart <= most + 1
    assert apart == min(distance(left, right, 7), most + 1)


@pytest.mark.parametrize(
    ("word", "key"),
    [("hazri", "hzr"), ("haazree", "hzr"), ("hajri", "hzr"), ("zindagi", "zndg"), ("zindagee", "zndg"),
     ("zindagy", "zndg"), ("qaida", "kd"), ("حاضری", ""), ("nahi", "n"), ("na", "n")],
)  # fmt: skip
def test_words_that_sound_alike_have_one_key(word: str, key: str) -> None:
    assert sound(word) == key


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("hazrii", {("attend", "one_letter")}),
        ("hazr", {("attend", "one_letter")}),
        ("attendnse", {("attend", "two_letters")}),
        ("hoozaree", {("attend", "sound")}),
        ("حاضر", {("attend", "one_letter")}),
        ("kaan", {("where", "one_letter"), ("who", "one_letter")}),
        ("whe", set()),
        ("hal", set()),
        ("pakkaa", set()),
        ("hаzri", set()),
        ("4814", set()),
    ],
)
def test_a_word_is_near_to_what_it_may_be_meant_for(word: str, found: set[tuple[str, str]]) -> None:
    assert near(word) == found


def test_the_longest_phrase_is_the_command() -> None:
    assert BOOK.exact(tokens("kahan hai training")) == Match(WHERE, "exact", 2)
    assert BOOK.exact(tokens("kahaaan")) == Match(WHERE, "exact", 1)
    assert BOOK.exact(tokens("pakka 1")) == Match(CONFIRM, "exact", 1)
    assert BOOK.exact(tokens("training kahan")) is None
    assert BOOK.exact(tokens("training kahan"), 1) == Match(WHERE, "exact", 1)


@given(st.text(max_size=60))
def test_any_first_word_gets_an_answer(text: str) -> None:
    for token in tokens(text)[:1]:
        BOOK.near(token)
