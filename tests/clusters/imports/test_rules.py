"""A list is judged row by row: counts that agree, conflicts named on every row, repairs listed, nothing guessed."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.imports.columns import guess
from clusters.imports.coordinates import ANYWHERE, PAKISTAN, Bounds
from clusters.imports.outcome import Checked, Outcome, Value
from clusters.imports.reading import read
from clusters.imports.rules import StoredPerson, check_schools, check_staff
from clusters.imports.sheet import Cell
from clusters.imports.vocabulary import ListKind
from clusters.modules.rules import Subject
from clusters.people.rules import Gender, PostRole
from clusters.structure.rules import SchoolGender
from tests.lists import Rows, shared, sheet_of, text

HEADERS = ("EMIS Code", "School Name", "Latitude", "Longitude", "District")
KAKKI = ("30001", "GPS Kakki", 34.1, 71.5, "Bannu")
DOMEL = ("30002", "GGPS Domel", 34.2, 71.6, "Bannu")
Stored = Mapping[str, Mapping[str, Value | None]]


def schools(
    rows: Rows, stored: Stored | None = None, headers: Sequence[str] = HEADERS, bounds: Bounds = PAKISTAN
) -> Checked:
    sheet = sheet_of(headers, rows)
    return check_schools(sheet, guess(sheet, ListKind.SCHOOLS), stored or {}, bounds)


def stored(checked: Checked) -> dict[str, dict[str, Value | None]]:
    """What would be stored once the good rows are applied."""
    kept: dict[str, dict[str, Value | None]] = {}
    for row in checked.rows:
        if row.outcome in (Outcome.NEW, Outcome.CHANGED):
            assert row.code
            kept[row.code] = dict(row.values)
    return kept


def outcomes(checked: Checked) -> list[str]:
    return [row.outcome.value for row in checked.rows]


def problems(checked: Checked) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.cause) for problem in checked.problems]


def agrees(checked: Checked) -> bool:
    said = checked.document()
    parts = ("new", "changed", "unchanged", "duplicates", "problem_rows")
    assert said["rows"] == sum(said[part] for part in parts)
    assert said["problem_rows"] == len({problem["row"] for problem in said["problems"]})
    assert said["swapped_repaired"] == len(said["repairs"])
    return True


def test_new_schools_are_taken_with_clean_values() -> None:
    checked = schools([KAKKI, DOMEL])
    assert outcomes(checked) == ["new", "new"]
    assert checked.good
    assert checked.rows[1].values == {
        "name": "GGPS Domel",
        "lat": 34.2,
        "lon": 71.6,
        "district": "Bannu",
        "gender": SchoolGender.GIRLS,
        "level": "primary",
    }
    assert agrees(checked)


def test_the_same_list_again_changes_nothing() -> None:
    rows: Rows = [KAKKI, DOMEL, ("30003", None, None, None, None), ("30004", "GMS", 71.5, 34.1, "Bannu")]
    again = schools(rows, stored(schools(rows)))
    assert outcomes(again) == ["unchanged"] * 4
    assert agrees(again)


def test_a_changed_value_is_named_with_old_and_new() -> None:
    known: Stored = {"30001": {"name": "GPS Kaki", "lat": 34.1, "lon": 71.5, "district": "BANNU"}}
    checked = schools([KAKKI], known)
    assert outcomes(checked) == ["changed"]
    assert checked.rows[0].changes == {"name": ("GPS Kaki", "GPS Kakki")}


def test_empty_cells_clear_nothing_and_a_missing_name_does_not_become_the_code_of_a_known_school() -> None:
    known: Stored = {"30001": {"name": "GPS Kakki", "lat": 34.1, "lon": 71.5, "gender": SchoolGender.MIXED}}
    checked = schools([("30001", None, "N/A", None, "-")], known)
    assert outcomes(checked) == ["unchanged"]
    assert (checked.names_missing, checked.without_coordinates) == (1, 1)


def test_what_a_name_says_fills_only_new_schools() -> None:
    known: Stored = {"30002": {"name": "GGPS Domel", "lat": 34.2, "lon": 71.6, "district": "Bannu", "gender": None}}
    assert outcomes(schools([DOMEL], known)) == ["unchanged"]


def test_a_missing_name_becomes_the_code_and_is_counted() -> None:
    checked = schools([("30001", None, 34.1, 71.5, None)])
    assert checked.rows[0].values["name"] == "30001"
    assert checked.names_missing == 1


def test_missing_and_zero_coordinates_are_taken_and_counted() -> None:
    checked = schools([("1", "A", None, None, ""), ("2", "B", 0, 0, ""), ("3", "C", "nil", 71.5, ""), KAKKI])
    assert outcomes(checked) == ["new"] * 4
    assert checked.without_coordinates == 3
    assert "lat" not in checked.rows[1].values


def test_swapped_coordinates_are_repaired_counted_and_listed() -> None:
    checked = schools([("1", "A", 71.5, 34.1, ""), KAKKI])
    assert checked.good
    assert (checked.rows[0].values["lat"], checked.rows[0].values["lon"]) == (34.1, 71.5)
    assert checked.document()["repairs"] == [{"row": 2, "code": "1", "lat": 34.1, "lon": 71.5}]
    assert agrees(checked)


def test_impossible_and_unreadable_coordinates_are_problems_of_their_cell() -> None:
    checked = schools([("1", "A", 10.0, 71.5, ""), ("2", "B", 34.1, "there", ""), ("3", "C", 34.1, 10.0, "")])
    assert problems(checked) == [
        (2, "Latitude", "coordinates_impossible"),
        (3, "Longitude", "coordinate_unreadable"),
        (4, "Longitude", "coordinates_impossible"),
    ]
    assert "outside the country" in checked.problems[0].message


def test_other_bounds_make_other_coordinates_possible() -> None:
    kenya = ("A2050004", "TAMBAYA", -0.524287, 37.019456, "NYERI")
    assert not schools([kenya]).good
    assert schools([kenya], bounds=ANYWHERE).good
    assert schools([kenya], bounds=Bounds(-5, 33.9, 5.5, 42)).good


def test_a_row_that_says_the_same_again_is_a_duplicate() -> None:
    rows: Rows = [
        KAKKI,
        ("30001.0", "gps  kakki", "34.1", "71.5 E", "BANNU"),
        (30001, "GPS Kakki", 71.5, 34.1, "Bannu"),
    ]
    checked = schools(rows)
    assert outcomes(checked) == ["new", "duplicate", "duplicate"]
    assert len(checked.repairs) == 0
    assert agrees(checked)


def test_the_same_code_with_other_values_is_a_problem_on_every_row_involved() -> None:
    other = ("30001", "GPS Surani", 34.1, 71.5, "Bannu")
    checked = schools([KAKKI, other, KAKKI, DOMEL])
    assert outcomes(checked) == ["problem", "problem", "problem", "new"]
    assert problems(checked) == [(row, "EMIS Code", "conflicting_code") for row in (2, 3, 4)]
    assert "Rows 2, 3, 4" in checked.problems[0].message
    assert "(School Name)" in checked.problems[0].message
    assert agrees(checked)


def test_an_impossible_place_beside_a_good_one_is_a_conflict_as_well() -> None:
    checked = schools([KAKKI, ("30001", "GPS Kakki", 10.0, 10.0, "Bannu")])
    assert problems(checked) == [
        (2, "EMIS Code", "conflicting_code"),
        (3, "Latitude", "coordinates_impossible"),
        (3, "EMIS Code", "conflicting_code"),
    ]


def test_two_equal_rows_with_the_same_fault_are_both_problems() -> None:
    bad = ("1", "A", 10.0, 10.0, "")
    checked = schools([bad, bad])
    assert outcomes(checked) == ["problem", "problem"]
    assert agrees(checked)


@pytest.mark.parametrize(
    ("code", "cause"),
    [(None, "code_missing"), ("N/A", "code_missing"), ("2.9E+10", "code_damaged"), ("#REF!", "code_damaged")],
)
def test_a_code_that_is_missing_or_damaged_is_a_problem(code: Cell, cause: str) -> None:
    assert problems(schools([(code, "A", 34.1, 71.5, ""), KAKKI])) == [(2, "EMIS Code", cause)]


def test_a_code_known_with_other_zeros_is_asked_and_not_added() -> None:
    known: Stored = {"00123": {"name": "A"}}
    checked = schools([("123", "A", 34.1, 71.5, "")], known)
    assert problems(checked) == [(2, "EMIS Code", "code_zeros")]
    assert checked.problems[0].proposal == "00123"
    both = schools([("00123", "A", 34.1, 71.5, ""), ("123", "B", 34.1, 71.5, "")], known)
    assert outcomes(both) == ["changed", "new"]


def test_rows_with_more_cells_than_headers_are_problems() -> None:
    sheet = sheet_of(HEADERS, [KAKKI, DOMEL], overlong=[3])
    checked = check_schools(sheet, guess(sheet, ListKind.SCHOOLS), {})
    assert problems(checked) == [(3, "District", "row_too_long")]


def test_totals_headings_numbering_and_repeated_headers_are_no_rows() -> None:
    sheet = sheet_of(
        ("S.No", *HEADERS),
        [
            ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"),
            (None, "Tehsil Domel", None, None, None, None),
            (1, *KAKKI),
            ("S.No", *HEADERS),
            (2, *DOMEL),
            (3, None, None, None, None, None),
            ("Grand Total", None, "2 schools", None, None, None),
            (None, "Total", None, None, None, None),
            (None, None, "Prepared by the office", None, None, None),
        ],
        banners=[3],
    )
    checked = check_schools(sheet, guess(sheet, ListKind.SCHOOLS), {})
    assert [row.row for row in checked.rows] == [4, 6]
    assert [row for row, _ in checked.skipped] == [2, 3, 5, 7, 8, 9, 10]
    assert checked.good


def test_a_school_without_a_code_between_others_is_a_problem_and_never_skipped() -> None:
    checked = schools([KAKKI, (None, "GPS Lost", None, None, None), DOMEL])
    assert problems(checked) == [(3, "EMIS Code", "code_missing")]


def test_a_heading_in_the_column_of_codes_is_not_taken_for_a_school() -> None:
    checked = schools([KAKKI, ("Tehsil Domel", None, None, None, None), DOMEL])
    assert problems(checked) == [(3, "EMIS Code", "code_damaged")]
    assert "heading" in checked.problems[0].message


def test_words_that_are_not_understood_are_left_out_and_said_once() -> None:
    headers = ("EMIS Code", "School Name", "Gender")
    checked = schools([("1", "A", "Boys"), ("2", "B", "?!x"), ("3", "C", "?!x"), ("4", "D", "Girls")], headers=headers)
    assert [row.values.get("gender") for row in checked.rows] == ["boys", None, None, "girls"]
    assert [(remark.column, remark.row, remark.rows) for remark in checked.remarks] == [("Gender", 3, 2)]


def test_a_lone_column_of_latitudes_does_not_go_unnoticed() -> None:
    checked = schools([("1", "A", 34.1)], headers=("EMIS Code", "School Name", "Latitude"))
    assert checked.without_coordinates == 1
    assert "--column 'header=lon'" in checked.remarks[0].message


def test_coordinates_in_one_cell_and_in_parts_are_read() -> None:
    one = schools([("1", "(34.1, 71.5)"), ("2", "71.5 34.1"), ("3", "NYERI")], headers=("Code", "GPS Coordinates"))
    assert [row.outcome for row in one.rows] == [Outcome.NEW, Outcome.NEW, Outcome.PROBLEM]
    assert (one.rows[0].values["lat"], len(one.repairs)) == (34.1, 1)
    headers = ("Code", "Lat Deg", "Lat Min", "Lat Sec", "Long Deg", "Long Min", "Long Sec")
    parts = schools([("1", 34, 30, 0, 71, 15, 36), ("2", 34, 75, 0, 71, 0, 0)], headers=headers)
    assert (parts.rows[0].values["lat"], parts.rows[0].values["lon"]) == (34.5, pytest.approx(71.26))
    assert problems(parts) == [(3, "Lat Deg", "coordinate_unreadable")]


CODES = st.sampled_from([None, "1", "2", "3", "0", "1.0", "4E+10", "Total", "#REF!", 1, 2.0, 7.5])
NAMES = st.sampled_from([None, "A", "B", "a", "GGPS A", "N/A"])
DEGREES = st.sampled_from([None, 0, 34.1, "34.1", 71.5, "71.5 E", "34,1", 10.0, "x"])


@given(st.lists(st.tuples(CODES, NAMES, DEGREES, DEGREES, NAMES), max_size=12), st.booleans())
def test_the_counts_of_any_list_agree_and_applying_it_twice_changes_nothing(rows: Rows, known: bool) -> None:
    before: Stored = {"1": {"name": "A"}, "03": {"name": "C"}} if known else {}
    checked = schools(rows, before)
    assert agrees(checked)
    assert len(checked.rows) + len(checked.skipped) == sum(
        any(cell is not None for cell in row) or True for row in rows
    )
    after = {code: dict(values) for code, values in before.items()}
    for code, values in stored(checked).items():
        after.setdefault(code, {}).update(values)
    again = schools(rows, after)
    assert again.count(Outcome.NEW) == again.count(Outcome.CHANGED) == 0
    assert again.count(Outcome.PROBLEM) == checked.count(Outcome.PROBLEM)


@given(st.permutations([KAKKI, DOMEL, ("30001", "GPS Other", 34.1, 71.5, "Bannu"), DOMEL, ("5", "E", 71.5, 34.1, "")]))
def test_the_order_of_the_rows_changes_no_count(rows: Rows) -> None:
    said = schools(rows).document()
    assert [said[part] for part in ("new", "duplicates", "problem_rows", "swapped_repaired")] == [2, 1, 2, 1]


def test_real_lists_are_taken_whole_or_with_their_true_conflicts_named() -> None:
    expected = {
        "schools/killa_saifullah_gps.xlsx": (PAKISTAN, 621, 621, 0, 0),
        "schools/kenya_secondary_schools.csv": (ANYWHERE, 6494, 6494, 0, 0),
        "schools/karnataka_16k_latlong.csv": (ANYWHERE, 15883, 15881, 2, 15881),
    }
    for path, (bounds, rows, new, conflicts, nameless) in expected.items():
        sheet = read(shared(path))
        columns = guess(sheet, ListKind.SCHOOLS)
        checked = check_schools(sheet, columns, {}, bounds)
        said = checked.document()
        assert (said["rows"], said["new"], said["problem_rows"], said["names_missing"]) == (
            rows,
            new,
            conflicts,
            nameless,
        )
        assert said["without_coordinates"] == said["swapped_repaired"] == len(said["skipped"]) == 0
        assert {problem.cause for problem in checked.problems} <= {"conflicting_code"}
        again = check_schools(sheet, columns, stored(checked), bounds)
        assert again.count(Outcome.UNCHANGED) == new


def test_a_semicolon_list_with_decimal_commas_and_swapped_axes_is_taken() -> None:
    rows: Rows = [
        ["EMIS Code", "School Name", "Lat", "Long"],
        ["1", "GPS A", "34,1", "71,5"],
        ["2", "GPS B", "71,6", "34,2"],
    ]
    sheet = read(text(rows, ";", "cp1252"))
    checked = check_schools(sheet, guess(sheet, ListKind.SCHOOLS), {})
    assert [(row.values["lat"], row.values["lon"]) for row in checked.rows] == [(34.1, 71.5), (34.2, 71.6)]
    assert len(checked.repairs) == 1


STAFF = ("Name", "Designation", "EMIS Code", "Personal No", "Mobile No", "Gender", "Subject")
ZAKIR = ("Zakir Ullah", "PST", "30001", "501", "0301-2345678", "M", "Maths")
PLACES = frozenset({"30001", "30002"})
STORED = StoredPerson(
    key=7,
    name="Zakir Ullah",
    personal_no="501",
    numbers=frozenset({"+923012345678"}),
    posts=frozenset({(PostRole.TEACHER, "30001")}),
    gender=Gender.MAN,
    subjects=frozenset({Subject.MATHS}),
)


def staff(rows: Rows, people: Sequence[StoredPerson] = (), headers: Sequence[str] = STAFF) -> Checked:
    sheet = sheet_of(headers, rows)
    return check_staff(sheet, guess(sheet, ListKind.STAFF), PLACES, people)


def test_a_new_person_is_taken_with_post_number_and_subject() -> None:
    checked = staff([ZAKIR])
    assert outcomes(checked) == ["new"]
    assert checked.rows[0].values == {
        "name": "Zakir Ullah",
        "post": PostRole.TEACHER,
        "code": "30001",
        "personal_no": "501",
        "mobile_no": "+923012345678",
        "gender": Gender.MAN,
        "subject": Subject.MATHS,
    }


def test_the_same_staff_list_again_changes_nothing() -> None:
    checked = staff([ZAKIR], [STORED])
    assert outcomes(checked) == ["unchanged"]
    assert checked.rows[0].match == 7


@pytest.mark.parametrize("unknown", [None, "", "N/A", "-"])
def test_an_unknown_number_never_clears_a_known_one(unknown: str | None) -> None:
    assert outcomes(staff([(*ZAKIR[:4], unknown, None, None)], [STORED])) == ["unchanged"]


def test_a_new_number_school_or_post_is_a_change() -> None:
    moved = staff([("Zakir Ullah", "Circle Trainer", "30002", 501.0, "03022345678", "", "")], [STORED])
    assert moved.rows[0].changes == {
        "mobile_no": ("+923012345678", "+923022345678"),
        "post": (PostRole.TEACHER, PostRole.CIRCLE_TRAINER),
        "code": ("30001", "30002"),
    }


@pytest.mark.parametrize(
    ("row", "column", "cause"),
    [
        ((None, *ZAKIR[1:]), "Name", "name_missing"),
        (("Zakir", None, *ZAKIR[2:]), "Designation", "designation_missing"),
        (("Zakir", "Chowkidar", *ZAKIR[2:]), "Designation", "designation_unknown"),
        (("Zakir", "PST", None, *ZAKIR[3:]), "EMIS Code", "code_missing"),
        (("Zakir", "PST", "3.0E+10", *ZAKIR[3:]), "EMIS Code", "code_damaged"),
        (("Zakir", "PST", "39999", *ZAKIR[3:]), "EMIS Code", "school_unknown"),
        (("Zakir", "PST", "30001", "5.01E+10", None), "Personal No", "personal_no_damaged"),
        (("Zakir", "PST", "30001", "501", "3.01235E+09"), "Mobile No", "phone_damaged"),
        (("Zakir", "PST", "30001", "501", "0301-2345678, 0302-2345678"), "Mobile No", "phone_damaged"),
        (("Zakir", "PST", "30001", "501", "0912345678"), "Mobile No", "phone_not_pk_mobile"),
        (("Zakir", "PST", "30001", "501", "+1 415 555 2671"), "Mobile No", "phone_not_pk_mobile"),
    ],
)
def test_a_fault_of_a_staff_row_is_named_by_its_cell(row: tuple[Cell, ...], column: str, cause: str) -> None:
    checked = staff([row])
    assert problems(checked) == [(2, column, cause)]
    assert checked.problems[0].message.endswith(".")
    assert agrees(checked)


def test_a_damaged_number_comes_with_a_proposal_and_no_number_in_the_sentence() -> None:
    problem = staff([("Zakir", "PST", "30001", "501", "O3012345678")]).problems[0]
    assert problem.proposal == "0301-2345678"
    assert "2345678" not in problem.message
    assert (
        staff([("Zakir", "PST", "30001", "501", "O3012345678")]).document()["problems"][0]["proposal"] == "0301-2345678"
    )


def test_several_persons_may_share_a_number() -> None:
    assert staff([ZAKIR, ("Gul Bibi", "PST", "30001", "502", "03012345678")]).good


def test_the_same_personal_number_is_a_duplicate_or_a_conflict() -> None:
    assert outcomes(staff([ZAKIR, ZAKIR])) == ["new", "duplicate"]
    other = ("Gul Khan", *ZAKIR[1:])
    assert problems(staff([ZAKIR, other])) == [(row, "Personal No", "conflicting_code") for row in (2, 3)]


def test_without_a_personal_number_name_and_school_tell_who_it_is() -> None:
    headers = STAFF[:3]
    rows: Rows = [("Zakir Ullah", "PST", "30001"), ("ZAKIRULLAH", "PST", "30001"), ("Zakir Ullah", "PST", "30002")]
    first = staff(rows, headers=headers)
    assert problems(first) == [(2, "Name", "conflicting_code"), (3, "Name", "conflicting_code")]
    again = staff([rows[0], rows[0], rows[2]], [STORED], headers=headers)
    assert outcomes(again) == ["unchanged", "duplicate", "new"]


def test_a_personal_number_is_added_to_the_one_person_of_that_name_at_that_school() -> None:
    without = StoredPerson(8, "Zakirullah", posts=STORED.posts)
    checked = staff([ZAKIR], [without])
    assert (checked.rows[0].match, checked.rows[0].changes["personal_no"]) == (8, (None, "501"))
    numbered = StoredPerson(9, "Zakir Ullah", personal_no="777", posts=STORED.posts)
    assert outcomes(staff([ZAKIR], [numbered])) == ["new"]


def test_where_several_persons_may_be_meant_a_person_is_asked() -> None:
    twins = [StoredPerson(key, "Zakir Ullah", posts=STORED.posts) for key in (8, 9)]
    assert problems(staff([("Zakir Ullah", "PST", "30001")], twins)) == [(2, "Name", "person_ambiguous")]
    half = staff([ZAKIR, ("Zakir Ullah", "PST", "30001")])
    assert problems(half) == [(3, "Name", "person_ambiguous")]
    both = staff([("Zakir Ullah", "PST", "30001", "501"), ("Zakirullah", "PST", "30001", "502")], twins[:1])
    assert problems(both) == [(2, "Name", "person_ambiguous"), (3, "Name", "person_ambiguous")]


PEOPLE = st.tuples(
    st.sampled_from([None, "Zakir", "Gul", "zakir"]),
    st.sampled_from(["PST", "CT", "Clerk", None]),
    st.sampled_from(["30001", "30002", "39999", None]),
    st.sampled_from([None, "501", "502", 501.0]),
    st.sampled_from([None, "03012345678", "0912345678", "N/A"]),
)


@given(st.lists(PEOPLE, max_size=10), st.booleans())
def test_the_counts_of_any_staff_list_agree(rows: Rows, known: bool) -> None:
    checked = staff(rows, [STORED] if known else [])
    assert agrees(checked)
    assert len({row.match for row in checked.rows if row.match}) <= 1
