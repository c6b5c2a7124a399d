"""Days and hours are read as people write them, day first, and nothing that can be meant in two ways is guessed."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.inbound.dates import When, WhenInDoubt, happened, meant
from messaging.inbound.script import tokens

TODAY = date(2026, 3, 10)
"""A Tuesday."""
THE_21ST = date(2026, 3, 21)


def move(text: str, today: date = TODAY) -> When | WhenInDoubt:
    return meant(tokens(text), today)


@pytest.mark.parametrize(
    "text",
    [
        *("21/3 10", "21-3 10", "21.3 10", "21/3, 10", "21/03 10 bajay", "21/3 10bje", "21/3 10:00", "21/3 10.00"),
        *("21/3/2026 10", "21/3/26 10", "2026-03-21 10:00", "21 march 10", "21 march 2026 10 baje", "march 21 10am"),
        *("21st march 10am", "21 mar subah 10", "21-march 10", "۲۱/۳ ۱۰", "٢١/٣ ١٠ بجے", "۲۱ مارچ ۱۰ بجے"),
        *("۲۱ مارچ صبح ۱۰ بجے", "21 3 10", "21-3-10", "21/3/10", "21 tarikh 10 bajay", "21 تاریخ 10 بجے"),
        *("hafta 21 march 10 bajay", "sat 21/3 10", "saturday 21/3 10", "ہفتہ ۲۱/۳ ۱۰ بجے", "2l/3 1O"),
        *("21/3 10 bajay kar dein", "21 march ko 10 bajay", "21/3 ko subah 10 baje", "10 bajay 21/3", "<21/3> <10>"),
        *("date 21/3 time 10", "21/3 10 am"),
    ],
)  # fmt: skip
def test_the_21st_of_march_at_ten(text: str) -> None:
    assert move(text) == When(THE_21ST, time(10))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21/3", When(THE_21ST)),
        ("21 march", When(THE_21ST)),
        ("kal", When(date(2026, 3, 11))),
        ("kal 2 bajay", When(date(2026, 3, 11), time(14))),
        ("parson 11 bajay", When(date(2026, 3, 12), time(11))),
        ("پرسوں 11 بجے", When(date(2026, 3, 12), time(11))),
        ("aaj sham 5", When(TODAY, time(17))),
        ("hafta 10 bajay", When(date(2026, 3, 14), time(10))),
        ("sat 10 am", When(date(2026, 3, 14), time(10))),
        ("ہفتہ ۱۰ بجے", When(date(2026, 3, 14), time(10))),
        ("peer 10", When(date(2026, 3, 16), time(10))),
        ("peer ko 10 baje", When(date(2026, 3, 16), time(10))),
        ("جمعرات", When(date(2026, 3, 12))),
        ("mangal", When(date(2026, 3, 17))),
        ("21/3 2", When(THE_21ST, time(14))),
        ("21/3 2pm", When(THE_21ST, time(14))),
        ("21/3 6", When(THE_21ST, time(18))),
        ("21/3 7", When(THE_21ST, time(7))),
        ("21/3 12", When(THE_21ST, time(12))),
        ("21/3 12 pm", When(THE_21ST, time(12))),
        ("21/3 6 am", When(THE_21ST, time(6))),
        ("21/3 subah 6 baje", When(THE_21ST, time(6))),
        ("21/3 dopehar 2 baje", When(THE_21ST, time(14))),
        ("21/3 dopehar 12 baje", When(THE_21ST, time(12))),
        ("21/3 11 dopehar", When(THE_21ST, time(11))),
        ("21/3 sham 4 bajay", When(THE_21ST, time(16))),
        ("21/3 14:30", When(THE_21ST, time(14, 30))),
        ("21/3 10.30", When(THE_21ST, time(10, 30))),
        ("21.3 10.30", When(THE_21ST, time(10, 30))),
        ("21/3 10 30", When(THE_21ST, time(10, 30))),
        ("21/3 sarhe 10 baje", When(THE_21ST, time(10, 30))),
        ("21/3 sawa 10", When(THE_21ST, time(10, 15))),
        ("21/3 paune 10 bajay", When(THE_21ST, time(9, 45))),
        ("21 مارچ ساڑھے 10 بجے", When(THE_21ST, time(10, 30))),
        ("5 april 9am", When(date(2026, 4, 5), time(9))),
        ("۵ اپریل", When(date(2026, 4, 5))),
        ("", WhenInDoubt("missing")),
        ("10 bajay", WhenInDoubt("missing")),
        ("10", WhenInDoubt("missing", "10")),
        ("21 3", WhenInDoubt("missing", "21 3")),
        ("agle hafte 10 baje", WhenInDoubt("missing")),
        ("31/2 10", WhenInDoubt("impossible", "31 / 2")),
        ("32 march", WhenInDoubt("impossible", "32 march")),
        ("21/13 10", WhenInDoubt("impossible", "21 / 13")),
        ("21/3 25", WhenInDoubt("unread", "25")),
        ("21/3 25 baje", WhenInDoubt("impossible", "25")),
        ("21/3 10:75", WhenInDoubt("impossible", "10:75")),
        ("1/3 10", WhenInDoubt("past", "1 / 3")),
        ("9/3/2026 10", WhenInDoubt("past", "9 / 3 / 2026")),
        ("21/3 ya 28/3", WhenInDoubt("several", "21 / 3")),
        ("21/3 28/3", WhenInDoubt("several", "21 / 3")),
        ("21/3 nahi 28/3", WhenInDoubt("several", "21 / 3")),
        ("itwar 21/3", WhenInDoubt("several", "itwar")),
        ("21/3 10 baje 11 baje", WhenInDoubt("several", "10")),
        ("21/3 10 12 14", WhenInDoubt("unread", "12")),
    ],
)
def test_a_day_and_an_hour(text: str, expected: When | WhenInDoubt) -> None:
    assert move(text) == expected


def test_a_day_without_a_year_is_the_next_such_day() -> None:
    assert move("10/1 9", date(2026, 12, 20)) == When(date(2027, 1, 10), time(9))
    assert move("10/3 9") == When(TODAY, time(9))
    assert move("29/2", date(2028, 1, 10)) == When(date(2028, 2, 29))
    assert move("29/2", date(2026, 1, 10)) == WhenInDoubt("impossible", "29 / 2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", TODAY),
        ("sab theek tha", TODAY),
        ("kal kiya tha", date(2026, 3, 9)),
        ("کل کیا تھا", date(2026, 3, 9)),
        ("kal", TODAY),
        ("parson gaya tha", date(2026, 3, 8)),
        ("aaj kiya", TODAY),
        ("8/3", date(2026, 3, 8)),
        ("8 march ko kiya", date(2026, 3, 8)),
        ("jumerat ko", date(2026, 3, 5)),
        ("3 bachay ghair hazir thay", TODAY),
        ("kal karun ga", WhenInDoubt("future", "kal")),
        ("kal karunga", WhenInDoubt("future", "kal")),
        ("کل کروں گا", WhenInDoubt("future", "کل")),
        ("parson", WhenInDoubt("future", "parson")),
        ("18/3", WhenInDoubt("future", "18 / 3")),
        ("31/2", WhenInDoubt("impossible", "31 / 2")),
    ],
)
def test_the_day_of_a_visit(text: str, expected: date | WhenInDoubt) -> None:
    assert happened(tokens(text), TODAY) == expected


@given(st.dates(date(2026, 3, 10), date(2026, 9, 1)), st.integers(7, 12), st.sampled_from("/-."))
def test_any_coming_day_written_in_digits_is_that_day(day: date, hour: int, sign: str) -> None:
    assert move(f"{day.day}{sign}{day.month} {hour}") == When(day, time(hour))


@given(st.text(max_size=200), st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_any_text_is_read_for_its_day_without_failing(text: str, today: date) -> None:
    found = meant(tokens(text), today)
    assert isinstance(found, WhenInDoubt) or found.day >= today
    went = happened(tokens(text), today)
    assert isinstance(went, WhenInDoubt) or went <= today
