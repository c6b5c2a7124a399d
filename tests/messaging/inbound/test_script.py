"""Three scripts, many keyboards, one form."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.inbound.script import Phrases, Senses, tokens, word_form


def spoken(text: str) -> list[str]:
    return [token.text for token in tokens(text) if token.kind != "mark"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HAZRI 4814 3 7", ["hazri", "4814", "3", "7"]),
        ("HAZRI4814 3,7", ["hazri", "4814", "3", "7"]),
        ("hazri-4814/3.7#9*1_2;4", ["hazri", "4814", "3", "7", "9", "1", "2", "4"]),
        ("حاضری ۴۸۱۴ ۳، ۷", ["حاضری", "4814", "3", "7"]),
        ("حاضرى ٤٨١٤ ٣", ["حاضری", "4814", "3"]),
        ("४८१४ ३", ["4814", "3"]),
        ("４８１４ ｈａｚｒｉ", ["4814", "hazri"]),
        ("𝐡𝐚𝐳𝐫𝐢", ["hazri"]),
        ("\u200fHAZ\u200dRI\ufeff\u00a04814", ["hazri", "4814"]),
        ("حَاضِرِی كـــل", ["حاضری", "کل"]),
        ("هو نه ة ۃ", ["ہو", "نہ", "ہ", "ہ"]),
        ("don't can’t", ["dont", "cant"]),
        ("1️⃣ 👍🏽 👍👎", ["1", "👍", "👍", "👎"]),
        ("\x00HAZRI\x00", ["hazri"]),
        ("3aur7", ["3", "aur", "7"]),
        ("4814g3g7", ["4814", "g", "3", "g", "7"]),
        ("HAZRI|4814|3|7", ["hazri", "4814", "3", "7"]),
        ("", []),
    ],
)
def test_a_text_has_one_form(text: str, expected: list[str]) -> None:
    assert spoken(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("48l4", "4814"),
        ("48I4", "4814"),
        ("1O", "10"),
        ("l9", "19"),
        ("2345I", "23451"),
        ("3|", "31"),
        ("1°", "10"),
        ("4S14", "4514"),
        ("2B", "28"),
        ("1Z", "12"),
    ],
)
def test_letters_among_digits_are_read_as_the_digits_they_look_like(text: str, expected: str) -> None:
    (token,) = tokens(text)
    assert (token.kind, token.text, token.repaired) == ("number", expected, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("S4814", ["s", "4814"]), ("G3", ["g", "3"]), ("B2", ["b", "2"]), ("H5", ["h", "5"]), ("AB1", ["ab", "1"])],
)
def test_a_letter_before_a_number_is_a_label(text: str, expected: list[str]) -> None:
    assert spoken(text) == expected
    assert not any(token.repaired for token in tokens(text))


def test_letters_drawn_out_are_known_by_both_their_short_forms() -> None:
    haan, okay = tokens("haaaan okkk")
    assert (haan.text, haan.single) == ("haan", "han")
    assert haan.is_word({"haan"})
    assert haan.is_word({"han"})
    assert okay.is_word({"ok"})


def test_a_token_knows_its_place_in_the_raw_text() -> None:
    raw = "\u200fAOA  HAZRI4814, کب"
    assert [raw[token.start : token.end] for token in tokens(raw)] == ["AOA", "HAZRI", "4814", ",", "کب"]


def test_the_longest_phrase_that_begins_at_a_token_wins() -> None:
    known = Phrases("sab, sab hazir, koi ghair hazir nahi")
    row = tokens("koi sab hazir")
    assert [known.at(row, place) for place in range(3)] == [0, 2, 0]
    senses = Senses((("all", Phrases("sab, sab hazir")), ("here", Phrases("hazir"))))
    assert senses.at(row, 1) == ("all", 2)
    assert senses.at(row, 2) == ("here", 1)
    assert senses.at(row, 0) is None


@given(st.text(max_size=300))
def test_any_text_is_cut_into_tokens_in_their_order(text: str) -> None:
    row = tokens(text)
    assert all(0 <= token.start < token.end <= len(text) for token in row)
    assert all(before.start <= after.start for before, after in pairwise(row))
    assert all(token.text.isascii() and token.text.isdigit() for token in row if token.kind == "number")
    assert all(token.text for token in row)


@given(st.text(alphabet="0123456789۰۱۲۳۴۵۶۷۸۹٠١٢٣ ", max_size=40))
def test_digits_of_every_script_are_the_same_digits(text: str) -> None:
    assert spoken(text) == word_form(text).split()
    assert [token.text for token in tokens(text)] == [
        str(int(d)) if len(d) == 1 else d for d in word_form(text).split()
    ]
