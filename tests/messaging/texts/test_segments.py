"""Texts are counted as phone networks count them."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.texts.segments import Measure, costly, fold, measure

EXTENSION = "^{}\\[~]|€\f"

CODES = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet by code, 0x00 to 0x7F; 0x1B is the escape and no character."""
ESCAPED = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
ESCAPE = 0x1B
EMOJI = "👍😀🙏🏽🇵🇰👩\u200d🏫"
PHONE_LETTERS = [*(set(CODES) - {chr(ESCAPE)})]


def counted_apart(text: str) -> Measure:
    """The size of a text, counted on what travels: septets with their escapes, or UTF-16, cut into parts one by one."""
    if all(char in ESCAPED or (char in CODES and ord(char) != ESCAPE) for char in text):
        septets: list[int] = []
        for char in text:
            septets += [ESCAPE, ESCAPED[char]] if char in ESCAPED else [CODES.index(char)]
        return Measure("GSM-7", len(septets), parts(septets, 160, 153, lambda unit: unit == ESCAPE))
    raw = text.encode("utf-16-be", "surrogatepass")
    units = [int.from_bytes(raw[place : place + 2]) for place in range(0, len(raw), 2)]
    return Measure("UCS-2", len(units), parts(units, 70, 67, lambda unit: 0xD800 <= unit < 0xDC00))


def parts(units: list[int], alone: int, most: int, opens_a_pair: Callable[[int], bool]) -> int:
    """Into how many parts the units are cut; none ends with the first half of a pair."""
    if len(units) <= alone:
        return 1
    count, left = 0, units
    while left:
        cut = most - 1 if len(left) > most and opens_a_pair(left[most - 1]) else most
        count, left = count + 1, left[cut:]
    return count


@pytest.mark.parametrize(
    ("text", "units", "segments"),
    [
        ("", 0, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 76, 152, 1),
        ("|" * 81, 162, 2),
        ("|" * 153, 306, 3),
        ("{" * 152, 304, 2),
        ("a" * 152 + "€" + "a" * 150, 304, 2),
        ("a" * 152 + "€" + "a" * 152, 306, 3),
    ],
)
def test_texts_in_the_phone_alphabet(text: str, units: int, segments: int) -> None:
    assert measure(text) == Measure("GSM-7", units, segments)


@pytest.mark.parametrize(
    ("text", "units", "segments"),
    [
        ("ب" * 70, 70, 1),
        ("ب" * 71, 71, 2),
        ("ب" * 134, 134, 2),
        ("ب" * 135, 135, 3),
        ("👍", 2, 1),
        ("ب" * 69 + "👍", 71, 2),
        ("ب" * 66 + "👍" + "ب" * 66, 134, 3),
        ("a’", 2, 1),
        ("`", 1, 1),
        ("\ud800", 1, 1),
    ],
)
def test_one_other_character_makes_the_whole_text_ucs2(text: str, units: int, segments: int) -> None:
    assert measure(text) == Measure("UCS-2", units, segments)


def test_every_vector_on_which_four_counters_agree_is_counted_alike(shared_data: Path) -> None:
    vectors = json.loads((shared_data / "sms" / "segment_vectors.json").read_text(encoding="utf-8"))["vectors"]
    agreed = [vector for vector in vectors if vector["agree"]]
    assert len(agreed) == len(vectors) == 107
    wrong = []
    for vector in agreed:
        counted, expected = measure(vector["text"]), vector["twilio"]
        bits = counted.units * (7 if counted.encoding == "GSM-7" else 16)
        if (counted.encoding, counted.segments, bits) != (
            expected["encoding"],
            expected["segments"],
            expected["messageSize_bits"],
        ):
            wrong.append((vector["description"], counted))
    assert wrong == []


def test_every_vector_is_counted_alike_by_the_counter_of_these_tests(shared_data: Path) -> None:
    vectors = json.loads((shared_data / "sms" / "segment_vectors.json").read_text(encoding="utf-8"))["vectors"]
    assert [
        vector["description"] for vector in vectors if counted_apart(vector["text"]) != measure(vector["text"])
    ] == []


def test_folding_makes_each_vector_as_short_as_the_providers_own_folding(shared_data: Path) -> None:
    vectors = json.loads((shared_data / "sms" / "segment_vectors.json").read_text(encoding="utf-8"))["vectors"]
    assert [
        vector["description"]
        for vector in vectors
        if measure(fold(vector["text"])).segments > vector["twilio_smart"]["segments"]
    ] == []


def test_folding_keeps_the_sense_of_typographic_characters() -> None:
    assert fold("“Kal” – don’t… 9\u00a0bajay\u200b") == '"Kal" - don\'t... 9 bajay'
    assert fold("ہفتہ 14 مارچ۔ می\u200cں") == "ہفتہ 14 مارچ۔ می\u200cں"


def test_the_costly_characters_are_named_once_in_their_order() -> None:
    assert costly("a’b—c’") == ("’", "—")
    assert costly("Kal 10 bajay") == ()


def test_the_cost_is_the_price_of_each_segment() -> None:
    assert measure("a" * 161).cost(Decimal("2.10")) == Decimal("4.20")


@given(st.text())
def test_any_text_is_counted_and_segments_hold_its_units(text: str) -> None:
    counted = measure(text)
    alone, part = (160, 153) if counted.encoding == "GSM-7" else (70, 67)
    assert (counted.segments == 1) == (counted.units <= alone)
    assert counted.units <= max(alone, counted.segments * part)
    if counted.segments > 1:
        assert counted.units > (counted.segments - 1) * (part - 1)


CORPUS = st.one_of(
    st.text(PHONE_LETTERS, max_size=500),
    st.text([*PHONE_LETTERS, *EXTENSION * 6], max_size=500),
    st.text("ابپتٹثجچحخدڈذرڑزسشصضطظعغفقکگلمنںوہھءیے 0123456789", max_size=300),
    st.text([*"Kal 10 bajay", *EMOJI], max_size=300),
    st.text(max_size=300),
)
"""What people write: letters of phones, with what is escaped, Urdu, emoji of one and of several pairs, and all else."""


@settings(max_examples=400, deadline=None)
@given(CORPUS)
def test_a_text_is_predicted_as_a_second_counter_counts_what_travels(text: str) -> None:
    assert measure(text) == counted_apart(text)
    assert measure(fold(text)) == counted_apart(fold(text))


@pytest.mark.parametrize(("letter", "pair"), [("a", "€"), ("ب", "👍")])
@pytest.mark.parametrize("pairs", [1, 2, 3])
def test_a_pair_at_any_place_around_the_border_of_a_part_is_never_cut(letter: str, pair: str, pairs: int) -> None:
    for before in range(320):
        for after in (0, 1, 66, 67, 152, 153):
            text = letter * before + pair * pairs + letter * after
            assert measure(text) == counted_apart(text), (before, after)


@given(st.text())
def test_folding_twice_is_folding_once_and_never_costs_a_character_set(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert not (measure(text).encoding == "GSM-7" and measure(fold(text)).encoding == "UCS-2")


@given(st.text(alphabet=EXTENSION + "ab", max_size=400))
def test_escape_pairs_are_never_split(text: str) -> None:
    parts, used = 1, 0
    for char in text:
        width = 2 if char in EXTENSION else 1
        if used + width > 153:
            parts, used = parts + 1, 0
        used += width
    counted = measure(text)
    assert counted.segments == (1 if counted.units <= 160 else parts)
