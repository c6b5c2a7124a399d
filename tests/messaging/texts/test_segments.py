"""Texts are counted as phone networks count them."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.texts.segments import Measure, costly, fold, measure

EXTENSION = "^{}\\[~]|€\f"


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
    assert len(agreed) > 100
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
