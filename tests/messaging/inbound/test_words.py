"""A table of words that could be misread is refused before it is used."""

import dataclasses

import pytest
from sqlalchemy.orm import Session

from clusters.scope import Scope
from messaging.inbound.words import (
    RESERVED,
    Asked,
    Digit,
    Reply,
    Text,
    Word,
    WordBook,
    close_pairs,
    collisions,
    reserved,
)


def act(db: Session, scope: Scope, text: Text) -> Reply | None:
    return Reply("nothing_changed")


def word(name: str, *spelt: str, tier: int = 0, fuzzy: bool = True) -> Word:
    return Word(name, {"ur_latn": spelt}, tier, act, fuzzy=fuzzy)


def test_a_book_finds_its_words_and_digits() -> None:
    attend = Word("attend", {"ur_latn": ("hazri",), "en": ("att",), "ur": ("حاضری",)}, 1, act, anywhere=True)
    book = WordBook([attend, word("next", "kab")], [Digit(1, act), Digit(0, act)])
    assert book.words["attend"] is attend
    assert set(book.digits) == {0, 1}
    assert {spelling.name for spelling in book.vocabulary.spellings} == {"attend", "next"}
    assert attend.spelling.stores
    assert attend.spelling.anywhere
    assert attend.words == ("hazri", "att", "حاضری")


def test_texts_print_the_first_word_of_their_language() -> None:
    attend = Word("attend", {"ur_latn": ("hazri", "haazri"), "en": ("att",)}, 1, act)
    assert attend.printed("ur_latn") == "HAZRI"
    assert attend.printed("en") == "ATT"
    assert attend.printed("ur") == "HAZRI"


def test_two_commands_may_not_share_a_word_however_it_is_typed() -> None:
    assert collisions([word("attend", "حاضری"), word("who", "حاضرى")]) == ["'حاضرى' stands for attend and for who"]
    with pytest.raises(ValueError, match="stands for attend and for next"):
        WordBook([word("attend", "hazri"), word("next", "HAZRI")])


@pytest.mark.parametrize("taken", sorted(RESERVED))
def test_a_word_that_providers_take_for_themselves_is_refused(taken: str) -> None:
    assert reserved([word("attend", taken.upper())])
    with pytest.raises(ValueError, match="reserved by providers"):
        WordBook([word("attend", taken)])


def test_a_name_or_a_digit_may_stand_only_once() -> None:
    with pytest.raises(ValueError, match="twice in the table"):
        WordBook([word("attend", "hazri"), word("attend", "att")])
    with pytest.raises(ValueError, match="twice in the table"):
        WordBook([], [Digit(1, act), Digit(1, act)])


def test_words_of_different_commands_that_are_one_letter_apart_are_named() -> None:
    table = [word("where", "kahan"), word("who", "kaun"), word("next", "kab"), word("city", "kahin")]
    assert close_pairs(table) == [("kahan", "kahin", 1)]
    assert ("kahan", "kaun", 2) in close_pairs(table, 2)
    assert not [pair for pair in close_pairs(table, 2) if "kab" in pair]


def test_a_reply_is_a_key_and_values_and_may_put_a_question() -> None:
    asks = Asked("attendance", 7, {"absent": [3, 7]})
    said = Reply("attendance_proposed", asks=asks, undo={"report": 5}, code="4814")
    assert (said.key, said.values, said.asks, said.undo) == (
        "attendance_proposed",
        {"code": "4814"},
        asks,
        {"report": 5},
    )
    assert Reply("opted_out") == Reply("opted_out")
    assert Reply("opted_out") != Reply("opted_in")
    with pytest.raises(dataclasses.FrozenInstanceError):
        said.key = "other"  # type: ignore[misc]  # that it cannot be set is what is tested
