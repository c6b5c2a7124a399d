"""An attendance report is stored whole and sure, or asked about; nothing in it is dropped or guessed."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.inbound.labels import is_report
from messaging.inbound.report import read_report
from messaging.inbound.reported import Headcount, NoCode, NotOnSheet, Reading, Report, ReportInDoubt, Sheet, WrongCode
from messaging.inbound.script import tokens

ROWS = frozenset(range(1, 32))
SHEETS: Mapping[str, Sheet] = {
    "4814": Sheet("4814", ROWS, date(2026, 3, 14)),
    "5127": Sheet("5127", frozenset(range(1, 21)), date(2026, 3, 21)),
}
ALL_BUT_3_AND_7 = " ".join(str(row) for row in sorted(ROWS - {3, 7}))


def read(values: str, score: float = 1.0, code: str | None = None) -> Reading:
    return read_report(tokens(values), SHEETS, score=score, code=code)


def stored(*absent: int, code: str = "4814", score: float = 1.0) -> Report:
    return Report(code, absent, len(SHEETS[code].rows) - len(absent), score, sure=True)


@pytest.mark.parametrize(
    "values",
    [
        "4814 3 7",
        "4814 7 3",
        "4814 3 3 7",
        "4814-3-7",
        "4814,3,7",
        "4814/3/7",
        "4814.3.7",
        "4814#3#7",
        "4814*3*7",
        "4814_3_7",
        "4814;3;7",
        "4814،3،7",
        "4814\n3\n7",
        "4814\u00a03\u00a07",
        "4814 3-7-7",
        "۴۸۱۴ ۳ ۷",
        "٤٨١٤ ٣ ٧",
        "4814 ۳ 7",
        "4814 03 07",
        "S4814 G3 G7",
        "4814 G 3 7",
        "4814 g 3 g 7",
        "4814 ghair 3 7",
        "4814 ghair hazir 3,7",
        "code:4814 ghair:3,7",
        "ghair 3 7 session 4814",
        "4814 3 7 ghair hazir",
        "4814 3 7 absent",
        "4814 غیر حاضر 3 7",
        "4814 غ 3 7",
        "<4814> <3> <7>",
        '"4814 3 7"',
        "4814 3 aur 7",
        "4814 no. 3 no. 7",
        "4814 number 3 and 7",
        "4814 row 3 & 7 only",
        "4814 sirf 3 7 wale",
        "4814 نمبر 3 اور 7",
        "4814 3 7 baqi sab aaye",
        "4814 3 7 rest present",
        "4814 3 7 baqi hazir",
        "4814 3 7 باقی سب",
        "4814 3 7 ji",
        "4814 3 7 g",
        "4814 3 7 sir thanks",
        "4814 3 7 ?",
        "4814 14/3 3 7",
        "4814 14-3 3 7",
        "4814 14/03 3 7",
        "4814 H " + ALL_BUT_3_AND_7,
        "4814 hazir " + ALL_BUT_3_AND_7,
        "4814 حاضر " + ALL_BUT_3_AND_7,
        "4814 H " + ALL_BUT_3_AND_7 + " G 3 7",
        "4814 KUL 29 G 3 7",
        "4814 3 7 4814 3 7",
        "4814 3g 7g",
        "4814 3g7g",
        "4814 3 7 nahi aaye",
        "4814 3 aur 7 nahi aye",
        "4814 ۳ اور ۷ نہیں آئے",
        "4814 3 7 chutti per hain",
        "4814 3 and 7 are absent",
        "4814 roll no 3 7",
        "4814 r 3 r 7",
        "aaj ki 4814 3 7",
        "4814 3 n 7",
        "4814 3,7 absent rest all present",
    ],
)
def test_rows_3_and_7_are_absent(values: str) -> None:
    assert read(values) == stored(3, 7)


@pytest.mark.parametrize(
    "values",
    [
        *("4814 0", "4814 SAB", "4814 sab hazir", "4814 all", "4814 all present", "4814 everyone", "4814 nil"),
        *("4814 koi ghair hazir nahi", "4814 سب", "4814 سب حاضر", "4814 کوئی غیر حاضر نہیں", "4814 صفر", "4814 ۰"),
        *("4814 sab aaye", "sab 4814", "4814 KUL 31", "4814 sab k sab hazir", "4814 sab aa gaye", "4814 سب آ گئے"),
        *(
            "4814 absent nil",
            "4814 full attendance",
            "4814 all ok",
            "4814 sab log aaye thay",
            "4814 sab ustad hazir hain",
        ),
    ],
)
def test_all_were_present(values: str) -> None:
    assert read(values) == stored()


def test_a_letter_for_a_digit_is_repaired_at_a_small_price() -> None:
    assert read("48l4 3,7 l9") == stored(3, 7, 19, score=round(0.97**2, 4))
    assert read("4814 1O 3") == stored(3, 10, score=0.97)


def test_a_label_allows_a_single_row() -> None:
    assert read("4814 G 7") == stored(7)
    assert read("4814 absent 7") == stored(7)
    assert read("4814 abs 7") == stored(7)
    assert read("abs 4814 7") == stored(7)


@pytest.mark.parametrize(
    ("values", "kind", "numbers", "options"),
    [
        ("4814 28", "one_number", (28,), (stored(28), Headcount("4814", 28))),
        ("4814 28 g", "one_number", (28,), (stored(28), Headcount("4814", 28))),
        ("4814 7 7", "one_number", (7,), (stored(7), Headcount("4814", 7))),
        ("4814 28 3", "sum", (28, 3), (stored(3, 28), Headcount("4814", 28))),
        ("4814 3 28", "sum", (3, 28), (stored(3, 28), Headcount("4814", 28))),
        ("4814 4-9", "pair", (4, 9), (stored(4, 9), stored(4, 5, 6, 7, 8, 9))),
        ("4814 4 se 9 tak", "range", (4, 9), (stored(4, 5, 6, 7, 8, 9), stored(4, 9))),
        ("4814 4 to 9", "range", (4, 9), (stored(4, 5, 6, 7, 8, 9), stored(4, 9))),
        ("4814 4 سے 9 تک", "range", (4, 9), (stored(4, 5, 6, 7, 8, 9), stored(4, 9))),
        ("4814 4-9 tak", "range", (4, 9), (stored(4, 5, 6, 7, 8, 9), stored(4, 9))),
        ("4814 4..9", "pair", (4, 9), (stored(4, 9), stored(4, 5, 6, 7, 8, 9))),
        ("4814 4 تا 9", "range", (4, 9), (stored(4, 5, 6, 7, 8, 9), stored(4, 9))),
        ("4814 2 4-6 12", "pair", (4, 6), (stored(2, 4, 6, 12), stored(2, 4, 5, 6, 12))),
        ("4814 3/7", "date", (3, 7), (stored(3, 7), None)),
        ("4814 15/3 6", "date", (15, 3), (stored(3, 6, 15), None)),
        ("4814/14/3", "date", (14, 3), (stored(3, 14), None)),
    ],
)
def test_what_can_be_meant_in_two_ways_is_asked_with_both_readings(
    values: str, kind: str, numbers: tuple[int, ...], options: tuple[Report | Headcount | None, ...]
) -> None:
    reading = read(values)
    assert isinstance(reading, ReportInDoubt)
    assert (reading.kind, reading.numbers, reading.options) == (kind, numbers, options)


@pytest.mark.parametrize(
    ("values", "present", "away"),
    [
        ("4814 31 mein se 28", 28, 3),
        ("4814 28 out of 31", 28, 3),
        ("4814 28 of 31", 28, 3),
        ("4814 28 hazir 3 ghair", 28, 3),
        ("4814 hazir 28 ghair 3", 28, 3),
        ("4814 28 present", 28, 3),
        ("4814 28 aaye", 28, 3),
        ("4814 28 log aaye", 28, 3),
        ("4814 31 28 3", 28, 3),
    ],
)
def test_counts_are_answered_by_asking_which_rows(values: str, present: int, away: int) -> None:
    assert read(values) == ReportInDoubt("count", "4814", present=present, away=away)


def test_a_head_count_says_so_with_its_label() -> None:
    assert read("4814 KUL 28") == Headcount("4814", 28)


@pytest.mark.parametrize(
    "values",
    [
        *("4814 sab 3", "4814 0 3", "4814 sab ghair hazir", "4814 G 3 7 H 1 2", "4814 H 3 G 3", "4814 3 ghair 7"),
        *("4814 KUL 28 G 3 7", "4814 sab hazir 3 ghair", "4814 baqi ghair hazir", "4814 baqi absent 3 7"),
    ],
)
def test_present_and_absent_that_do_not_fit_are_asked(values: str) -> None:
    reading = read(values)
    assert isinstance(reading, ReportInDoubt)
    assert reading.kind == "mixed"


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ("4814 3 7 کل", "کل"),
        ("4814 3 7 kal", "kal"),
        ("4814 3 7 nahi", "nahi"),
        ("4814 3 7 ya 8", "ya"),
        ("4814 koi nahi aaya", "koi"),
        ("4814 maths wale sab chalay gaye phir 3 7", "maths"),
        ("4814 7 no", "no"),
        ("4814 maths 28", "maths"),
    ],
)
def test_an_unread_word_among_numbers_is_asked_and_never_skipped(values: str, word: str) -> None:
    assert read(values) == ReportInDoubt("unread", "4814", word=word)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ("4814 3 7 o", "o"),
        ("4814 maths 3 7", "maths"),
        ("ok 4814 3 7", "ok"),
        ("4814 3 7 Zakir Khan", "zakir"),
        ("4814 3 7 bhej diya", "bhej"),
    ],
)
def test_what_a_report_would_be_without_a_word_is_offered_and_never_stored(values: str, word: str) -> None:
    assert read(values) == ReportInDoubt("unread", "4814", word=word, options=(stored(3, 7), None))


@pytest.mark.parametrize(
    ("values", "absent"),
    [
        ("4814 3 twenty", (3, 20)),
        ("4814 3 بیس", (3, 20)),
        ("4814 teen saat", (3, 7)),
        ("4814 twenty one 3", (3, 21)),
        ("4814 تین سات", (3, 7)),
        ("4814 sab hazir siwaye 3 7", (3, 7)),
        ("4814 siwaye 3 7", (3, 7)),
        ("4814 sab aaye 3 7 ke siwa", (3, 7)),
        ("4814 all present except 3 and 7", (3, 7)),
        ("4814 سب حاضر سوائے ۳ ۷", (3, 7)),
        ("4814 A 3 7", (3, 7)),
        ("4814 29 hazir 3 7 ghair hazir", (3, 7)),
        ("4814 total 31 absent 3 7", (3, 7)),
        ("48143 7", (3, 7)),
        ("48 14 3 7", (3, 7)),
        ("4 8 1 4 3 7", (3, 7)),
        ("4814 sb hazir", ()),
        ("4814 ghair hazir 0", ()),
        ("4814 0 absent", ()),
    ],
)
def test_what_is_rather_guessed_than_read_is_proposed(values: str, absent: tuple[int, ...]) -> None:
    reading = read(values)
    assert isinstance(reading, Report)
    assert (reading.absent, reading.sure) == (absent, False)


@pytest.mark.parametrize(
    ("values", "beyond"),
    [("4814 3 45", (45,)), ("4814 230 2", (230,)), ("4814 45 3 50", (45, 50)), ("4814 1234 3", (1234,))],
)
def test_a_number_that_is_not_on_the_sheet_is_named(values: str, beyond: tuple[int, ...]) -> None:
    assert read(values) == NotOnSheet("4814", beyond, 31)


@pytest.mark.parametrize(
    ("values", "written", "near"),
    [
        ("4841 SAB", "4841", ("4814",)),
        ("4841 3 7", "4841", ("4814",)),
        ("5217 3", "5217", ("5127",)),
        ("2304 3 7", "2304", ()),
        ("481 3 7", "481", ()),
        ("code 481 3", "481", ()),
    ],
)
def test_a_wrong_code_is_told_with_the_senders_nearest(values: str, written: str, near: tuple[str, ...]) -> None:
    assert read(values) == WrongCode(written, near)


def test_a_report_without_a_code_says_so_and_is_read_again_with_the_chosen_one() -> None:
    assert read("3 7") == NoCode()
    assert read("SAB") == NoCode()
    assert read("") == NoCode()
    assert read("3 7", code="4814") == stored(3, 7)
    assert read("SAB", code="5127") == stored(code="5127")


def test_a_wrong_code_is_replaced_by_the_one_that_was_offered() -> None:
    assert read("4841 SAB", code="4814") == stored()
    assert read("4841 3 7", code="4814") == stored(3, 7)
    assert read("4841 3 7", code="2304") == WrongCode("2304", ())


def test_the_code_alone_asks_for_the_rows() -> None:
    assert read("4814") == ReportInDoubt("empty", "4814")


def test_two_codes_or_two_different_reports_in_one_text_store_nothing() -> None:
    assert read("4814 3 5127 7") == ReportInDoubt("two_reports", "4814")


def test_a_report_read_less_surely_is_only_proposed() -> None:
    def sure(values: str, score: float) -> bool:
        reading = read(values, score)
        assert isinstance(reading, Report)
        return reading.sure

    assert sure("4814 3 7", 0.9)
    assert sure("48l4 3 7", 0.9)
    assert not sure("48l4 3 l9", 0.9)
    assert sure("4814 3 7", 0.8)
    assert not sure("48l4 3 7", 0.8)
    assert not sure("4814 3 7", 0.6)
    assert not sure("4814 7 ghair", 1.0)


def test_a_text_is_a_report_when_every_word_of_it_belongs_to_one() -> None:
    assert is_report(tokens("4814 3 7"))
    assert is_report(tokens("ghair 3 7 session 4814"))
    assert not is_report(tokens("4814 kab hai"))
    assert not is_report(tokens("sab"))


@given(
    st.sets(st.sampled_from(sorted(ROWS)), min_size=3),
    st.sampled_from([" ", ",", ", ", " aur ", "\n", " - ", "،"]),
    st.sampled_from(["", "G ", "ghair "]),
)
def test_any_three_rows_or_more_are_stored_as_they_were_written(rows: set[int], between: str, label: str) -> None:
    reading = read(f"4814 {label}{between.join(str(row) for row in sorted(rows))}")
    counts = len(rows) == 3 and max(rows) == 31 and sum(rows) == 62 and not label
    if counts:
        assert isinstance(reading, ReportInDoubt)
    else:
        assert reading == stored(*sorted(rows))


@given(st.sets(st.sampled_from(sorted(ROWS)), min_size=2))
def test_present_rows_say_the_same_as_the_absent_others(rows: set[int]) -> None:
    assert read("4814 hazir " + " ".join(map(str, rows))) == stored(*sorted(ROWS - rows))


def test_one_letter_that_makes_most_of_the_sheet_absent_is_proposed() -> None:
    reading = read("4814 H 3 7")
    assert isinstance(reading, Report)
    assert (reading.present, reading.sure) == (2, False)
    assert read("4814 H " + ALL_BUT_3_AND_7) == stored(3, 7)


WORDS = st.sampled_from(
    (
        *(
            "4814",
            "5127",
            "4841",
            "3",
            "7",
            "28",
            "31",
            "45",
            "0",
            "sab",
            "G",
            "H",
            "ghair",
            "hazir",
            "kul",
            "baqi sab",
        ),
        *("se", "tak", "-", "/", "14/3", "twenty", "aur", "48l4", "mein se", "no", "کل"),
    )
)


@given(st.lists(WORDS, max_size=10).map(" ".join), st.sampled_from([None, "4814"]))
def test_whatever_is_written_a_stored_report_holds_only_numbers_that_were_written(
    values: str, code: str | None
) -> None:
    reading = read(values, code=code)
    if isinstance(reading, Report) and reading.sure:
        written = {token.value for token in tokens(values) if token.kind == "number"}
        away = set(reading.absent)
        assert away <= written or SHEETS[reading.code].rows - away <= written
        assert reading.present == len(SHEETS[reading.code].rows) - len(away)
        assert away <= SHEETS[reading.code].rows


@given(st.text(max_size=200))
def test_any_text_is_read_as_a_report_without_failing(text: str) -> None:
    read(text)
    read(text, code="4814")
