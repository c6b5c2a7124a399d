"""A command's code is found as people write it, and the words after it are kept exactly as they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.inbound.codes import leading, one_time, schools, trimmed
from messaging.inbound.script import tokens


def led(text: str, *known: str) -> tuple[str, str]:
    found = leading(tokens(text), text, known)
    return found.digits, found.rest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4814 GHS Kakki", ("4814", "GHS Kakki")),
        ("4814: GHS Kakki", ("4814", "GHS Kakki")),
        ("S4814 GHS Kakki", ("4814", "GHS Kakki")),
        ("code 4814, GHS Kakki", ("4814", "GHS Kakki")),
        ("session no. 4814 - GHS Kakki", ("4814", "GHS Kakki")),
        ("<4814> <GHS Kakki>", ("4814", "GHS Kakki")),
        ("48l4 GHS Kakki", ("4814", "GHS Kakki")),
        ("۴۸۱۴ جی ایچ ایس ککی", ("4814", "جی ایچ ایس ککی")),
        ("کوڈ ۴۸۱۴ ککی", ("4814", "ککی")),
        ("4814", ("4814", "")),
        ("4814 kal 10 bajay calculator layein!", ("4814", "kal 10 bajay calculator layein!")),
        ("4814GHS Kakki", ("4814", "GHS Kakki")),
        ("2345I Gul Zaman", ("23451", "Gul Zaman")),
        ("GHS Kakki", ("", "GHS Kakki")),
        ("GHS Kakki 2", ("", "GHS Kakki 2")),
        ("", ("", "")),
        ("...", ("", "")),
    ],
)
def test_the_code_comes_first_and_the_rest_is_kept(text: str, expected: tuple[str, str]) -> None:
    assert led(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GHS Kakki 4814", ("4814", "GHS Kakki")),
        ("calculator layein (4814)", ("4814", "calculator layein")),
        ("ki training 4814 GHS Kakki", ("4814", "GHS Kakki")),
        ("GHS Kakki 4841", ("", "GHS Kakki 4841")),
    ],
)
def test_a_code_of_the_senders_own_is_found_anywhere(text: str, expected: tuple[str, str]) -> None:
    found = led(text, "4814")
    assert (found[0], found[1].strip(" ()")) == expected


def test_a_repaired_code_says_so() -> None:
    assert leading(tokens("48l4 x"), "48l4 x").repaired
    assert not leading(tokens("4814 x"), "4814 x").repaired


def test_numbers_too_short_for_a_code_belong_to_the_words() -> None:
    found = leading(tokens("2 ustad bemar hain"), "2 ustad bemar hain", shortest=3)
    assert (found.digits, found.rest) == ("", "2 ustad bemar hain")


@pytest.mark.parametrize(
    ("text", "digits"),
    [("638214", "638214"), ("638 214", "638214"), ("638-214", "638214"), ("6 3 8 2 1 4", "638214"), ("", ""),
     ("code 638214 sir", "638214"), ("4814 638214", "638214"), ("۶۳۸ ۲۱۴", "638214"), ("6382l4", "638214"),
     ("4814", "4814")],
)  # fmt: skip
def test_the_digits_of_a_one_time_code_are_joined(text: str, digits: str) -> None:
    assert one_time(tokens(text)) == digits


def test_schools_are_numbers_as_long_as_an_emis_code() -> None:
    found = schools(tokens("23451 aur 2346O kal 10 bajay 03451234567 23451"))
    assert [token.text for token in found] == ["23451", "23460"]


@given(st.text(max_size=200), st.sampled_from([(), ("4814",)]))
def test_any_text_has_a_code_or_none_and_keeps_its_words(text: str, known: tuple[str, ...]) -> None:
    found = leading(tokens(text), text, known)
    assert all(word in text for word in found.rest.split())
    assert trimmed(found.rest) == found.rest or not known
