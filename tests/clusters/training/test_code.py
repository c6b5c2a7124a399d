"""The session code catches the two slips people make with numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.training.code import check_digit, complete, is_near, is_valid, nearest

ALL_CODES = tuple(complete(prefix) for prefix in range(100, 1000))


@pytest.mark.parametrize(("prefix", "digit"), [("481", 4), ("512", 7), ("230", 4), ("101", 0)])
def test_the_check_digit_of_known_prefixes(prefix: str, digit: int) -> None:
    assert check_digit(prefix) == digit


def test_there_are_nine_hundred_different_valid_codes() -> None:
    assert len(set(ALL_CODES)) == 900
    assert all(is_valid(code) for code in ALL_CODES)


def test_the_commonest_slip_of_4814_leaves_the_remainder_eight() -> None:
    assert check_digit("4841") == 8
    assert not is_valid("4841")


def test_every_single_wrong_digit_is_caught() -> None:
    slips = [
        code[:place] + digit + code[place + 1 :]
        for code in ALL_CODES
        for place in range(4)
        for digit in "0123456789"
        if digit != code[place]
    ]
    assert len(slips) == 900 * 4 * 9
    assert not [slip for slip in slips if is_valid(slip)]


def test_every_swap_of_neighbours_is_caught() -> None:
    slips = [
        code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        for code in ALL_CODES
        for place in range(3)
        if code[place] != code[place + 1]
    ]
    assert slips
    assert not [slip for slip in slips if is_valid(slip)]


@pytest.mark.parametrize("text", ["", "481", "48144", "0000", "0317", "48 4", "٤٨١٤", "4８14", "-481", "abc", "4814\n"])
def test_only_four_plain_digits_without_a_leading_zero_can_be_a_code(text: str) -> None:
    assert not is_valid(text)


@given(st.text(max_size=8))
def test_any_text_gets_an_answer(text: str) -> None:
    assert is_valid(text) == (text in ALL_CODES)


@pytest.mark.parametrize("prefix", [0, 99, 1000, -481])
def test_a_prefix_outside_three_digits_is_refused(prefix: int) -> None:
    with pytest.raises(ValueError, match="begins with 100 to 999"):
        complete(prefix)


def test_a_wrong_digit_and_a_swap_are_near_and_anything_else_is_not() -> None:
    assert is_near("4841", "4814")
    assert is_near("4514", "4814")
    assert not is_near("4814", "4814")
    assert not is_near("1844", "4814")
    assert not is_near("481", "4814")
    assert not is_near("4418", "4814")


def test_the_nearest_codes_are_found_among_the_candidates_alone() -> None:
    assert nearest("4841", ["5127", "4814", "2304"]) == ("4814",)
    assert nearest("4841", ["5127", "2304"]) == ()
    assert nearest("4814", ["4814"]) == ()
    assert nearest("5126", ["5127", "5116", "4814"]) == ("5116", "5127")
