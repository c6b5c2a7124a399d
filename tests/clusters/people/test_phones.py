"""Numbers as people and spreadsheets write them are read right or asked about, never guessed."""

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clusters.people.phones import E164, Phone, PhoneFault, PhoneProblem, read, show, tail
from tests.lists import shared

DAMAGED, NOT_PK_MOBILE = PhoneFault.DAMAGED, PhoneFault.NOT_PK_MOBILE


@pytest.mark.parametrize(
    "written",
    [
        "03012345678",
        "0301 2345678",
        "0301-2345678",
        "(0301) 2345678",
        "0301.2345678",
        "+923012345678",
        "+92-301-2345678",
        "(+92) 301 2345678",
        "00923012345678",
        "923012345678",
        "3012345678",
        "+9203012345678",
        "0092 0301 2345678",
        "\u202a+92 301 2345678\u202c",
        "0301\u00a02345678",
        "0301\u20112345678",
        "٠٣٠١٢٣٤٥٦٧٨",
        "۰۳۰۱-۲۳۴۵۶۷۸",
        "＋９２３０１２３４５６７８",
        "'03012345678",
        "=03012345678",
        '="03012345678"',
        "=+923012345678",
        '"03012345678"',
        "0301-2345678;",
        "whatsapp:+923012345678",
        "tel:0301-2345678",
        "3012345678.0",
        "03012345678.0",
        "923012345678.0",
        "3.012345678E+9",
        "3.012345678E9",
        "3,012345678e+09",
        "9.23012345678E+11",
        3012345678,
        3012345678.0,
        923012345678.0,
    ],
)
def test_every_spelling_of_a_mobile_number_is_read_as_that_number(written: str | float) -> None:
    assert read(written) == Phone("+923012345678")


@pytest.mark.parametrize("written", [None, "", "  ", "-", "--", "N/A", "n/a", "NA", "nil", "null", "#N/A", "0", 0, 0.0])
def test_ways_to_say_that_no_number_is_known_are_no_number_and_no_fault(written: str | float | None) -> None:
    assert read(written) is None


@pytest.mark.parametrize(
    ("written", "cause"),
    [
        ("3.0012E+9", DAMAGED),
        ("3.01235E+09", DAMAGED),
        ("9.23012E+11", DAMAGED),
        ("3.012345678E+8", DAMAGED),
        ("3012350000.0", DAMAGED),
        (3012350000, DAMAGED),
        (923012000000.0, DAMAGED),
        (3012345678.5, DAMAGED),
        (-3012345678, DAMAGED),
        (float("nan"), DAMAGED),
        (float("inf"), DAMAGED),
        ("#REF!", DAMAGED),
        ("#VALUE!", DAMAGED),
        ("#DIV/0!", DAMAGED),
        ("0301234567", DAMAGED),
        ("030123456789", DAMAGED),
        ("092 301 2345678", DAMAGED),
        ("+0301 2345678", DAMAGED),
        ("00000000000", DAMAGED),
        ("15", DAMAGED),
        ("=A1", DAMAGED),
        ("0301-2345678/9", DAMAGED),
        ("03012345678 03022345678", DAMAGED),
        ("0" * 3000, DAMAGED),
        ("+1 415 555 2671", NOT_PK_MOBILE),
        ("+93 70 123 4567", NOT_PK_MOBILE),
        ("0093701234567", NOT_PK_MOBILE),
        ("0912345678", NOT_PK_MOBILE),
        ("+92 91 9212345", NOT_PK_MOBILE),
        ("021-99212345", NOT_PK_MOBILE),
        ("111-111-111", NOT_PK_MOBILE),
        ("021-111-111-111", NOT_PK_MOBILE),
        ("0800-12345", NOT_PK_MOBILE),
        ("0380 1234567", NOT_PK_MOBILE),
        ("03000000000", NOT_PK_MOBILE),
    ],
)
def test_a_number_that_cannot_be_told_is_refused_with_its_cause(written: str | float, cause: PhoneFault) -> None:
    problem = read(written)
    assert isinstance(problem, PhoneProblem)
    assert problem.cause is cause
    assert problem.proposal is None


@pytest.mark.parametrize(
    "written",
    [
        "O3012345678",
        "o3o12345678",
        "03012345678(home)",
        "0301 2345678 Ext",
        "Cell: 0301-2345678",
        "0301_2345678",
        "301,234,5678",
        "03012345678,03331234567",
        "0301-2345678 / 0333-1234567",
        "0301-2345678 - 0333-1234567",
        "0301-2345678\n0333-1234567",
    ],
)
def test_letters_and_second_numbers_are_refused_with_what_may_have_been_meant(written: str) -> None:
    problem = read(written)
    assert isinstance(problem, PhoneProblem)
    assert (problem.cause, problem.proposal) == (DAMAGED, "0301-2345678")


def test_the_collected_spellings_are_never_read_as_another_number() -> None:
    vectors = json.loads(shared("phones/pk_phone_vectors.json").read_text(encoding="utf-8"))["vectors"]
    mended = {"3012345678.0", "3.012345678E9"}
    """The library reads these as a number of one figure more."""
    for vector in vectors:
        written, found = vector["input"], read(vector["input"])
        right = vector.get("valid") and vector["type"] == "MOBILE" and vector["e164"].startswith("+92")
        if written in mended:
            assert found == Phone("+923012345678"), written
        elif right and written != "O3012345678":
            assert found == Phone(vector["e164"]), written
        else:
            assert not isinstance(found, Phone), written


@given(st.text(max_size=40) | st.floats() | st.integers() | st.from_regex(r"[0-9+ .eE,()/-]{0,20}", fullmatch=True))
@example("+")
@example("E")
@example("²³")
@example("３.０E+９")
def test_whatever_the_cell_holds_the_answer_is_a_stored_form_a_problem_or_nothing(cell: str | float) -> None:
    found = read(cell)
    if isinstance(found, Phone):
        assert E164.fullmatch(found.e164)
        figures = re.sub(r"\D", "", found.e164)[2:]
        assert read(figures) == found
    elif found is not None:
        assert found.why


@given(st.integers(0, 99), st.integers(1, 9_999_999), st.sampled_from(["0{}", "+92{}", "92{}", "0092{}", "{}", "0{} "]))
def test_a_number_of_a_mobile_network_comes_back_as_it_was_written(prefix: int, rest: int, form: str) -> None:
    number = f"3{prefix:02}{rest:07}"
    found = read(form.format(number))
    if isinstance(found, Phone):
        assert found.e164 == f"+92{number}"
        assert read(show(found.e164)) == found
    else:
        assert isinstance(found, PhoneProblem)
        assert found.cause is NOT_PK_MOBILE
        assert prefix >= 50 or 38 <= prefix < 40


@given(st.integers(3_000_000_000, 3_499_999_999), st.integers(2, 6))
def test_a_number_shortened_to_powers_of_ten_is_never_expanded(number: int, kept: int) -> None:
    shortened = f"{number:.{kept}E}"
    assert not isinstance(read(shortened), Phone)


def test_numbers_are_shown_with_a_hyphen_that_keeps_their_zero_and_recognised_by_two_figures() -> None:
    assert show("+923012345678") == "0301-2345678"
    assert tail("+923012345678") == "78"
