"""Days, times, figures and numbers as pages say them, in both languages."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.web.i18n import Language, bdi, languages, local, ltr, masked, national, speech

NOW = datetime(2026, 3, 14, 9, 5, tzinfo=UTC)
ENGLISH, URDU = speech(Language.ENGLISH), speech(Language.URDU)


def plain(words: str) -> str:
    """Without the tags that keep a direction, and with plain spaces."""
    return words.replace('<bdi dir="ltr">', "").replace("</bdi>", "").replace("\u00a0", " ")


def test_times_are_told_on_a_clock_in_karachi_even_across_midnight() -> None:
    late = datetime(2026, 3, 14, 20, 30, tzinfo=UTC)
    assert plain(ENGLISH.clock(late)) == "01:30"
    assert ENGLISH.day(late) == "Sun 15 March 2026"
    assert ENGLISH.local_day(late) == date(2026, 3, 15)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        local(datetime(2026, 3, 14, 9, 5))  # noqa: DTZ001 (the mistake that is refused)


@pytest.mark.parametrize(
    ("at", "moment", "when"),
    [
        (NOW - timedelta(hours=1), "Today 13:05", "13:05 today"),
        (NOW - timedelta(days=7), "7 Mar 14:05", "7 Mar, 14:05"),
        (NOW - timedelta(days=400), "7 Feb 2025 14:05", "7 Feb 2025, 14:05"),
    ],
)
def test_a_moment_is_said_as_near_as_it_is(at: datetime, moment: str, when: str) -> None:
    assert plain(ENGLISH.moment(at, NOW)) == moment
    assert plain(ENGLISH.when(at, NOW)) == when


def test_a_span_stays_together_on_one_line() -> None:
    said = ENGLISH.span(NOW, NOW + timedelta(hours=3))
    assert plain(said) == "14:05 to 17:05"
    assert " " not in said.replace("<bdi dir", "<bdi_dir")


def test_days_of_a_period_name_the_month_once_when_they_share_it() -> None:
    assert ENGLISH.days_of(date(2026, 3, 7), date(2026, 3, 13)) == "7 to 13 March"
    assert ENGLISH.days_of(date(2026, 2, 28), date(2026, 3, 6)) == "28 February to 6 March"


def test_urdu_names_days_in_urdu_and_reads_from_right_to_left() -> None:
    assert URDU.full_day(date(2026, 3, 14)) == "ہفتہ 14 مارچ 2026"
    assert (URDU.direction, ENGLISH.direction) == ("rtl", "ltr")
    assert "رمضان" in URDU.hijri(date(2026, 3, 14))


def test_the_day_by_the_moon_is_about_and_a_new_month_names_itself() -> None:
    assert ENGLISH.hijri(date(2026, 3, 14)) == "about 24 Ramadan"
    assert ENGLISH.hijri(NOW) == "about 24 Ramadan"
    assert ENGLISH.hijri_mark(date(2026, 3, 14)) == "24"
    assert ENGLISH.hijri_mark(date(2026, 2, 19)) == "1 Ramadan"
    assert ENGLISH.hijri(date(1900, 1, 1)) == ENGLISH.hijri_mark(date(1900, 1, 1)) == ""


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-5, "0 min"), (59, "59 min"), (60, "1 h"), (560, "9 h 20 min"), (605, "10 h"), (2879, "47 h"), (2880, "2 days")],
)
def test_a_wait_is_told_as_roughly_as_it_is_long(minutes: int, said: str) -> None:
    assert plain(ENGLISH.wait(minutes)) == said


def test_figures_have_thousands_and_distances_one_decimal() -> None:
    assert ENGLISH.number(2140) == URDU.number(2140) == "2,140"
    assert (ENGLISH.km(13.64), ENGLISH.km(0), ENGLISH.km(None)) == ("13.6", "0.0", "-")
    assert ENGLISH.rupees(3760) == "Rs 3,760"
    assert plain(ENGLISH.percent(212, 640)) == "33 %"
    assert plain(ENGLISH.percent(0, 0)) == "-"


@pytest.mark.parametrize("number", ["+923451234567", "923451234567", "03451234567", "0345-1234567"])
def test_a_mobile_number_is_shown_as_people_write_it(number: str) -> None:
    assert national(number) == "0345-1234567"
    assert masked(number) == "0345-…567"


def test_what_is_no_pakistani_mobile_stays_as_it_is() -> None:
    assert [national(n) for n in ("8300", "+447700900123", "", "ABCDE")] == ["8300", "+447700900123", "", "ABCDE"]
    assert masked("8300") == "…"


@given(st.text())
def test_words_of_people_are_escaped_wherever_they_are_isolated(words: str) -> None:
    for isolated in (ltr(words), bdi(words)):
        inside = isolated.removeprefix('<bdi dir="ltr">').removeprefix("<bdi>").removesuffix("</bdi>")
        assert "<" not in inside
        assert isolated.unescape().count("<bdi") == 1 + words.count("<bdi")


def test_english_is_always_offered_and_another_language_with_its_catalogue_only() -> None:
    assert languages()[0] is Language.ENGLISH
