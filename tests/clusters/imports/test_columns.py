"""Columns are recognised by English, Urdu and roman names, checked against their cells, and named by people."""

from collections.abc import Mapping, Sequence

import pytest

from clusters.imports.columns import Columns, guess, override, recognised, require
from clusters.imports.sheet import Cell
from clusters.imports.vocabulary import FIELDS, ListKind, tokens
from clusters.kernel.errors import Invalid
from tests.lists import sheet_of

SCHOOLS, STAFF = ListKind.SCHOOLS, ListKind.STAFF


def found(
    headers: Sequence[str],
    rows: Sequence[Sequence[Cell]] = (),
    kind: ListKind = SCHOOLS,
    named: Mapping[str, str] | None = None,
) -> dict[str, str]:
    columns = guess(sheet_of(headers, rows), kind, named)
    return {field: headers[place] for field, place in columns.places.items()}


def test_the_census_names_of_khyber_pakhtunkhwa_are_all_recognised() -> None:
    headers = [
        *("S.No", "EMIS Code", "School Name", "Gender", "Level", "X", "Y", "District", "Tehsil/Town", "UC"),
        *("Village Council", "Circle (ASDEO) Office", "SDEO Office", "Summer/Winter Zone", "DDO Code"),
    ]
    row = [
        *(1, 30001, "GPS Kakki", "Boys", "Primary", 70.6, 32.9, "Bannu", "Domel", "Kakki"),
        *("Kakki 1", "Kakki", "Bannu", "Summer", "BN1234"),
    ]
    assert found(headers, [row, row]) == {
        "code": "EMIS Code",
        "name": "School Name",
        "gender": "Gender",
        "level": "Level",
        "lon": "X",
        "lat": "Y",
        "district": "District",
        "tehsil": "Tehsil/Town",
        "union_council": "UC",
        "village_council": "Village Council",
        "asdeo_circle": "Circle (ASDEO) Office",
        "sdeo_office": "SDEO Office",
        "zone": "Summer/Winter Zone",
        "ddo_code": "DDO Code",
    }


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("EMISCode", "code"),
        ("emis_code", "code"),
        ("EMIS", "code"),
        ("BEMIS Code", "code"),
        ("SEMIS Code", "code"),
        ("school_code", "code"),
        ("SchoolID", "code"),
        ("schoolcode", "code"),
        ("SCH_CODE", "code"),
        ("ایمس کوڈ", "code"),
        ("ای ایم آئی ایس كوڈ", "code"),
        ("سکول کا کوڈ", "code"),
        ("School ka code", "code"),
        ("Emiss Code", "code"),
        ("Name of School", "name"),
        ("NAME OF INSTITUTION", "name"),
        ("Schol Name", "name"),
        ("اسکول کا نام", "name"),
        ("نام سکول", "name"),
        ("school ka naam", "name"),
        ("Girls/Boys/Mixed", "gender"),
        ("جنس", "gender"),
        ("Latitude", "lat"),
        ("Lattitude", "lat"),
        ("LAT", "lat"),
        ("Latitude (N)", "lat"),
        ("GPS Latitude (DD)", "lat"),
        ("_gps_latitude", "lat"),
        ("POINT_Y", "lat"),
        ("Ycoord", "lat"),
        ("عرض بلد", "lat"),
        ("arz e balad", "lat"),
        ("Longitude", "lon"),
        ("Long", "lon"),
        ("lng", "lon"),
        ("Longtitude", "lon"),
        ("X-Coordinate", "lon"),
        ("طول بلد", "lon"),
        ("tool balad", "lon"),
        ("ضلع", "district"),
        ("Zilla", "district"),
        ("Distt", "district"),
        ("Name of District", "district"),
        ("تحصیل", "tehsil"),
        ("Taluka", "tehsil"),
        ("یونین کونسل", "union_council"),
        ("UC Name", "union_council"),
        ("VC/NC", "village_council"),
        ("صوبہ", "province"),
        ("School Level", "level"),
        ("ASDEO Circle", "asdeo_circle"),
    ],
)
def test_a_header_of_a_school_list_is_recognised(header: str, field: str) -> None:
    rows = [[f"{30 + place}.5", f"{place}"] for place in range(8)]
    assert found([header, "Remarks"], rows)[field] == header


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Name", "name"),
        ("Teacher Name", "name"),
        ("Name of Official", "name"),
        ("استاد کا نام", "name"),
        ("ustad ka naam", "name"),
        ("Designation", "designation"),
        ("عہدہ", "designation"),
        ("Ohda", "designation"),
        ("Post", "designation"),
        ("EMIS Code", "code"),
        ("School Code", "code"),
        ("Personal No", "personal_no"),
        ("Personnel Number", "personal_no"),
        ("P.No", "personal_no"),
        ("پرسنل نمبر", "personal_no"),
        ("Mobile No", "mobile_no"),
        ("Cell #", "mobile_no"),
        ("Contact No.", "mobile_no"),
        ("موبائل نمبر", "mobile_no"),
        ("فون نمبر", "mobile_no"),
        ("رابطہ نمبر", "mobile_no"),
        ("Subject", "subject"),
        ("مضمون", "subject"),
    ],
)
def test_a_header_of_a_staff_list_is_recognised(header: str, field: str) -> None:
    assert found([header, "Remarks"], [["x1", ""]], STAFF)[field] == header


@pytest.mark.parametrize(
    "header",
    [
        *("S.No", "Sr #", "Serial No", "Tehsil Code", "District Code", "Remarks", "CNIC", "Head Teacher Name", ""),
        *("Father Name", "Bank Account No", "Post Office", "Total Enrolment", "Public or Private", "Contact No"),
    ],
)
def test_a_header_of_something_else_is_not_taken_for_a_field_of_schools(header: str) -> None:
    assert found([header], [["1"], ["2"]]) == {}


def test_the_name_of_the_school_is_not_the_name_of_the_teacher() -> None:
    headers = ["School Name", "Teacher Name", "Designation", "EMIS Code"]
    assert found(headers, kind=STAFF)["name"] == "Teacher Name"
    assert found(headers)["name"] == "School Name"


def test_the_cells_decide_what_a_header_with_two_meanings_is() -> None:
    places = [["1", "NYERI", "(-0.52, 37.01)", "CENTRAL"], ["2", "THIKA", "(-0.53, 37.0)", "NORTH"]]
    columns = found(["Code", "Location", "Location 1", "School Zone"], places)
    assert columns["latlon"] == "Location 1"
    assert "zone" not in columns
    by_type = [["1", "Primary", "Male"], ["2", "Middle", "Female"]]
    assert found(["Code", "School Type", "Category"], by_type) == {
        "code": "Code",
        "level": "School Type",
        "gender": "Category",
    }


def test_a_lone_letter_is_an_axis_only_over_degrees() -> None:
    assert found(["Code", "X", "Y"], [["1", "yes", "no"], ["2", "no", "no"]]) == {"code": "Code"}
    assert found(["Code", "N", "E"], [["1", "34.1", "71.5"]]) == {"code": "Code", "lat": "N", "lon": "E"}


def test_two_columns_of_coordinates_are_preferred_to_one_cell_and_parts_make_up_for_neither() -> None:
    assert found(["Code", "Coordinates", "Lat", "Long"], [["1", "34.1, 71.5", 34.1, 71.5]]).keys() == {
        "code",
        "lat",
        "lon",
    }
    parts = ["Code", *(f"{axis} ({part})" for axis in ("Latitude", "Longitude") for part in ("Deg", "Min", "Sec"))]
    assert set(found(parts, [["1", 34, 7, 24, 71, 30, 0]])) == {
        "code",
        *("lat_deg", "lat_min", "lat_sec", "lon_deg", "lon_min", "lon_sec"),
    }
    assert set(found(["Code", "Latitude (degrees)", "Longitude (degrees)"], [["1", 34.1, 71.5]])) == {
        "code",
        "lat",
        "lon",
    }


def test_the_header_says_which_coordinate_comes_first_in_one_cell() -> None:
    sheet = sheet_of(["Code", "Long/Lat"], [["1", "71.5, 34.1"]])
    assert guess(sheet, SCHOOLS).lon_first
    assert not guess(sheet_of(["Code", "Lat/Long"], [["1", "34.1, 71.5"]]), SCHOOLS).lon_first


def test_the_better_name_is_preferred_and_an_empty_code_column_is_passed_over() -> None:
    rows = [[str(place), f"30{place:02}"] for place in range(20)]
    assert found(["ID", "EMIS Code"], rows)["code"] == "EMIS Code"
    assert found(["EMIS Code", "School ID"], [[None, "7"], [None, "8"], [None, "9"]])["code"] == "School ID"
    assert found(["Code", "School ID"], [["17", str(place)] for place in range(9)])["code"] == "School ID"


def test_a_misspelt_header_is_taken_and_marked_unsure() -> None:
    columns = guess(sheet_of(["EMIS Code", "Schol Name"], [["1", "GPS Kakki"]]), SCHOOLS)
    assert columns.unsure == {"name"}


def test_a_heading_over_a_group_of_columns_counts_unless_it_only_says_school_or_place() -> None:
    headers = ["School: Code", "School: Name", "Head Teacher: Name", "Coordinates: Y", "Coordinates: X"]
    columns = found(headers, [["1", "GPS Kakki", "Zakir", 34.1, 71.5]])
    assert columns == {
        "code": "School: Code",
        "name": "School: Name",
        "lat": "Coordinates: Y",
        "lon": "Coordinates: X",
    }


def test_under_any_heading_a_name_that_says_enough_is_recognised() -> None:
    headers = [
        "Code",
        "Hierarchy of 2023: District",
        "Hierarchy of 2023: Tehsil",
        "Survey: Latitude",
        "Survey: Longitude",
    ]
    assert set(found(headers, [["1", "Bannu", "Domel", 34.1, 71.5]])) == {"code", "district", "tehsil", "lat", "lon"}


def test_what_a_person_names_outweighs_every_guess() -> None:
    headers = ["EMIS Code", "Site", "School Name", "Y", "X"]
    rows = [["1", "A1", "GPS Kakki", 34.1, 71.5]]
    named = found(headers, rows, named={"Site": "code", "y": "Latitude", "#5": "lon", "School Name": "ignore"})
    assert named == {"code": "Site", "lat": "Y", "lon": "X"}
    assert found(["EMIS Code", "Where"], [["1", "34.1, 71.5"]], named={"Where": "coordinates"})["latlon"] == "Where"


def test_a_column_under_a_heading_can_be_named_by_its_own_header() -> None:
    assert found(["A: Site No.", "B: Place"], [["1", "2"]], named={"site no": "code"})["code"] == "A: Site No."


@pytest.mark.parametrize(
    ("named", "key"),
    [
        ({"Nowhere": "code"}, "column_unknown"),
        ({"#9": "code"}, "column_unknown"),
        ({"Site": "shoe_size"}, "field_unknown"),
        ({"Site": "designation"}, "field_unknown"),
        ({"Twice": "code"}, "column_ambiguous"),
    ],
)
def test_a_name_that_fits_no_column_or_field_is_refused_with_what_there_is(named: dict[str, str], key: str) -> None:
    with pytest.raises(Invalid) as refused:
        found(["Site", "Twice", "Twice"], [["1", "2", "3"]], named=named)
    assert refused.value.key == key
    assert refused.value.values["sentence"]


def test_an_override_is_split_at_its_last_equals_sign() -> None:
    assert override("Site ID=code") == ("Site ID", "code")
    assert override("a = b=lat") == ("a = b", "lat")
    for wrong in ("Site ID", "=code", "Site ID="):
        with pytest.raises(Invalid, match="column_unreadable"):
            override(wrong)


def test_a_list_without_a_required_column_is_refused_by_name() -> None:
    sheet = sheet_of(["Name", "Mobile"], [["Zakir", ""]])
    with pytest.raises(Invalid) as refused:
        require(guess(sheet, STAFF), sheet.headers)
    assert refused.value.key == "column_missing"
    assert "'Name', 'Mobile'" in str(refused.value.values["sentence"])
    require(Columns(SCHOOLS, {"code": 0}), ["Code"])


def test_no_name_of_the_vocabulary_leads_to_two_fields() -> None:
    for kind, fields in FIELDS.items():
        seen: dict[frozenset[str], str] = {}
        for field, names in fields.items():
            for name in names.split(","):
                assert tokens(name), name
                assert seen.setdefault(frozenset(tokens(name)), field) == field, (kind, name)
                assert recognised(name)
