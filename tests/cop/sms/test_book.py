"""The book of words as a house has it: no word can be taken for another's, and each is read in every script."""

import pytest

from cop.words import BOOK
from messaging.inbound.nearness import Vocabulary
from messaging.inbound.outcomes import Verb
from messaging.inbound.reading import Context, read
from messaging.inbound.script import tokens
from messaging.inbound.words import close_pairs, collisions, reserved

WORDS = list(BOOK.words.values())
SPELT = [(word.name, spelt) for word in WORDS for spelt in word.words if word.name != "hold"]
"""ROKO is read before any command, as a wish to leave or to stop a send."""
CONTEXT = Context(codes=frozenset({"4814"}))
VALUES = {"": "", "session": " 4814", "school": " 23451", "number": " 5127"}
TWO_APART = {
    *(("done", "date"), ("done", "move"), ("jaga", "paka"), ("jawab", "jaga"), ("jawab", "jagah")),
    *(("kahaan", "zabaan"), ("kahan", "kaon"), ("kahan", "kaun"), ("kahan", "zaban"), ("khayal", "khatam")),
    *(("madat", "mydata"), ("masala", "misaal"), ("masala", "misal"), ("masla", "misal"), ("menu", "mera")),
    *(("menu", "venue"), ("naya", "jaga"), ("naya", "paka"), ("note", "date"), ("note", "done"), ("note", "move")),
    *(("rasta", "masla"), ("sawal", "jawab"), ("when", "where"), ("خیال", "سوال"), ("خیال", "مثال")),
    *(("سوال", "جواب"), ("سوال", "مثال"), ("سکول", "سوال"), ("dora", "mera"), ("dora", "jaga"), ("dora", "paka")),
    *(("dora", "note"), ("dora", "done"), ("dora", "date"), ("dora", "move"), ("naya", "dora"), ("visit", "list")),
    *(
        ("naya", "raye"),
        ("raye", "date"),
    ),
}
"""Pairs that a word in between ties, and that is asked; a new one needs a reason to stand here."""


def test_no_word_stands_for_two_commands_and_none_is_reserved() -> None:
    assert collisions(WORDS) == []
    assert reserved(WORDS) == []


def test_no_two_commands_are_one_letter_apart() -> None:
    assert close_pairs(WORDS) == []


def test_every_pair_two_letters_apart_is_known() -> None:
    known = {frozenset(pair) for pair in TWO_APART}
    assert [pair for pair in close_pairs(WORDS, 2) if frozenset(pair[:2]) not in known] == []


def test_a_word_between_two_commands_is_a_tie_or_only_one_of_them() -> None:
    vocabulary: Vocabulary = BOOK.vocabulary
    for left, right, _ in close_pairs(WORDS, 2):
        for place in range(len(left)):
            between = left[:place] + right[place : place + 1] + left[place + 1 :]
            found = vocabulary.near(tokens(between)[0]) if tokens(between) else ()
            assert len({match.spelling.name for match in found}) == len(found)


@pytest.mark.parametrize(("name", "spelt"), SPELT)
def test_every_word_is_read_as_its_command_in_capitals_after_a_greeting_and_with_a_mark(name: str, spelt: str) -> None:
    number = VALUES[BOOK.words[name].expects]
    for text in (
        f"{spelt}{number}",
        f"{spelt.upper()}{number}",
        f"AOA sir, {spelt}{number}.",
        f"\u200f{spelt}{number} shukriya",
    ):
        if spelt == "?" and text != "?":
            continue
        heard = read(text, BOOK.vocabulary, CONTEXT)
        assert isinstance(heard, Verb), text
        assert (heard.name, heard.how) == (name, "exact"), text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "mera bhai bemar he",
            "mera naam Gul hai",
            "school jana hai",
            "school mein pani nahi hai",
            "naya number hai mera",
        ),
        *(
            "khayal rakhen",
            "note kar lein",
            "masla nahi",
            "koi masla nahi",
            "date kya hai?",
            "tarikh kya hai",
            "venue?",
        ),
        *("jawab nahi mila abhi tak", "ghar wapas kab", "میرا بھائی بیمار ہے", "sms nahi mila", "training nahi hui"),
        *("next time", "kaunsi training hai yeh?", "first time a raha", "tariq sb kahan", "noted sir g theek nahi"),
    ],
)
def test_a_sentence_that_begins_with_a_commands_word_is_no_command(text: str) -> None:
    assert not isinstance(read(text, BOOK.vocabulary, CONTEXT), Verb)


def test_every_word_prints_itself_in_each_language() -> None:
    for word in WORDS:
        for language in ("ur_latn", "en", "ur"):
            assert word.printed(language)
