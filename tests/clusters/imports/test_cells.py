"""A cell's text without what cannot be seen, and codes that are told exactly or called damaged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.imports.cells import DamagedCode, code_of, text_of, visible


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  GPS \xa0SHABAN\t ", "GPS SHABAN"),
        ("GPS\nKakki", "GPS Kakki"),
        ("\u202bسکول\u202c", "سکول"),
        ("GPS\x07 Kakki", "GPS Kakki"),
        (12, "12"),
        (12.0, "12"),
        (12.5, "12.5"),
        ("'=SUM", "=SUM"),
        ("'+92", "+92"),
        ("'-", None),
        ("O'Brien", "O'Brien"),
        (None, None),
        ("", None),
        ("  ", None),
        ("N/A", None),
        ("-", None),
        ("Nil", None),
        ("دستیاب نہیں", None),
    ],
)
def test_a_cell_says_what_can_be_seen_in_it(cell: str | float | None, text: str | None) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (12345, "12345"),
        (12345.0, "12345"),
        ("12345.0", "12345"),
        ("12345.00", "12345"),
        ("00123", "00123"),
        (" 00123 ", "00123"),
        ("'00123", "00123"),
        ('="00123"', "00123"),
        ("A2050004", "A2050004"),
        ("12E4567", "12E4567"),
        ("BN-123/4", "BN-123/4"),
        ("۱۲۳۴۵", "12345"),
        ("\u200e12345\u200e", "12345"),
        ("29030300401", "29030300401"),
        (29030300401.0, "29030300401"),
    ],
)
def test_a_code_stays_text_with_its_zeros_and_loses_only_what_a_spreadsheet_added(cell: str | float, code: str) -> None:
    assert code_of(cell) == code


@pytest.mark.parametrize(
    "cell",
    [
        "2.90303E+10",
        "2,90303E+10",
        "2.9E10",
        "1E+10",
        1e15,
        12345678901234567890.0,
        12345.5,
        -12345,
        float("nan"),
        float("inf"),
        "#REF!",
        "#VALUE!",
        "12,345",
        "123.45",
        "2024-05-01",
        "2024-05-01T00:00:00",
        "5-Jan",
        "May-24",
        "///",
        "12\ufffd45",
    ],
)
def test_a_code_that_a_spreadsheet_spoiled_is_called_damaged(cell: str | float) -> None:
    code = code_of(cell)
    assert isinstance(code, DamagedCode)
    assert code.why


@pytest.mark.parametrize("cell", [None, "", "-", "N/A", "0", 0, 0.0, "000"])
def test_a_missing_code_is_nothing(cell: str | float | None) -> None:
    assert code_of(cell) is None


@given(st.integers(1, 10**15 - 1))
def test_a_whole_number_is_its_figures_whether_typed_as_text_or_number(number: int) -> None:
    assert code_of(float(number)) == code_of(number) == code_of(str(number)) == code_of(f"{number}.0") == str(number)


@given(st.text(max_size=50))
def test_what_is_visible_has_no_control_or_direction_marks_and_stays_so(text: str) -> None:
    shown = visible(text)
    assert not any(sign in shown for sign in "\0\n\t\u202a\u202e\u2066\u2069\ufeff")
    assert visible(shown) == shown
    assert isinstance(code_of(text), str | DamagedCode | None)
