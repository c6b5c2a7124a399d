"""Names in one form: a girls' school is never the boys' school next door, and spelling does not make two of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.imports.matching import SchoolName, candidates, fold, same_school, school_name
from clusters.people.names import name_key
from clusters.structure.rules import SchoolGender


@pytest.mark.parametrize(
    "other",
    [
        "Govt Primary School Kakki No 1",
        "G.P.S. Kakki No.1",
        "GPS KAKKI NO-1",
        "GPS Kakki #1",
        "GPS Kakki 1",
        "GPS Kakki No. I",
        "Government Primary School, Kakki (No.1)",
        "GPS No.1 Kakki",
        "Kakki No 1 Primary School",
    ],
)
def test_one_school_in_another_spelling_is_the_same_school(other: str) -> None:
    assert same_school("GPS Kakki No.1", other)


@pytest.mark.parametrize(
    "other",
    ["GGPS Kakki No.1", "GBPS Kakki No.1", "GMS Kakki No.1", "GPS Kakki No.2", "GPS Kakki", "GPS Kakka No.1"],
)
def test_another_gender_level_number_or_name_is_another_school(other: str) -> None:
    assert not same_school("GPS Kakki No.1", other)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("GGHSS Mir Ali", SchoolName("higher_secondary", SchoolGender.GIRLS, None, "mir ali")),
        (
            "Govt. Girls Higher Secondary School Mir Ali",
            SchoolName("higher_secondary", SchoolGender.GIRLS, None, "mir ali"),
        ),
        ("گورنمنٹ گرلز پرائمری سکول ککی نمبر ۱", SchoolName("primary", SchoolGender.GIRLS, 1, "ککی")),
        ("TAMBAYA SEC SCH", SchoolName("secondary", None, None, "tambaya")),
        ("GPS", SchoolName("primary", None, None, "gps")),
        ("", SchoolName(None, None, None, "")),
    ],
)
def test_a_school_name_tells_level_gender_number_and_name(written: str, read: SchoolName) -> None:
    assert school_name(written) == read


def test_spaces_within_the_name_proper_do_not_make_another_school() -> None:
    assert same_school("GHS Mir Ali", "GHS Mirali")


def test_all_schools_of_the_same_name_are_candidates_and_a_person_chooses() -> None:
    known = {"1": "GPS Kakki No.1", "2": "GGPS Kakki No.1", "3": "Govt Primary School Kakki No 1"}
    assert candidates("gps kakki no 1", known) == ["1", "3"]
    assert candidates("GPS Elsewhere", known) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zakir Ullah", "Zakirullah"),
        ("Mr. Zakir Ullah", "ZAKIR ULLAH"),
        ("Mohd. Ali", "Muhammad Ali"),
        ("Sa'eed Khan", "Saeed Khan"),
        ("علي خان", "علی خان"),
    ],
)
def test_a_person_written_differently_has_the_same_form(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_different_persons_keep_different_forms() -> None:
    assert name_key("Zakir Ullah") != name_key("Zakia Ullah")
    assert name_key("Dr") == "dr"


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("EMIS_Code ", "emis code"),
        ("كوڈ", "کوڈ"),
        ("مدرسة", "مدرسہ"),
        ("ضِلَع", "ضلع"),
        ("۱۲۳ ٤٥٦", "123 456"),
        ("Café", "cafe"),
        ("ﺍﺳﮑﻮﻝ", "اسکول"),
    ],
)
def test_letters_that_sound_alike_fold_to_one(written: str, form: str) -> None:
    assert fold(written) == form


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_any_text_can_be_read_as_a_school_name(text: str) -> None:
    assert same_school(text, text)
