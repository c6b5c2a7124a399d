"""`cop import`: the documents and exit codes that scripts rely on, and what it says to people."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from clusters.imports.models import Import
from clusters.kernel.unit import UnitOfWork
from clusters.people.models import Person, PersonNumber, Post
from clusters.structure.models import School
from tests import lists

Run = Callable[..., Any]

HEAD = ("EMIS Code", "School Name", "Gender", "Latitude", "Longitude", "Province", "District", "Tehsil")
GOOD = (
    ("30001", "GPS Kakki", "Boys", 32.9, 70.6, "KP", "Bannu", "Domel"),
    ("30002", "GGPS Domel", "Girls", 32.95, 70.65, "KP", "Bannu", "Domel"),
)
SWAPPED = ("30003", "GPS Swapped", "Boys", 70.6, 32.9, "KP", "Bannu", "Domel")
BARE = ("30004", None, "Girls", None, None, "KP", "Bannu", "Domel")
AWAY = ("30005", "GPS Away", "Boys", 5.0, 5.0, "KP", "Bannu", "Domel")
KEYS = {
    "rows", "new", "changed", "unchanged", "duplicates", "problems", "problem_rows", "swapped_repaired", "repairs",
    "without_coordinates", "names_missing", "remarks", "skipped", "encoding", "sheet", "header_row", "delimiter",
    "columns", "unsure_columns", "columns_not_read", "notes",
}  # fmt: skip


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes an XLSX with these rows."""

    def make(*rows: Any, name: str = "schools.xlsx", head: Any = HEAD) -> Path:
        file = tmp_path / name
        file.write_bytes(lists.xlsx([head, *rows]))
        return file

    return make


def schools(unit: UnitOfWork) -> dict[str, str]:
    with unit() as db:
        return {row.code: row.name for row in db.execute(select(School.code, School.name))}


def test_a_check_counts_and_writes_nothing(run: Run, own_unit: UnitOfWork, write: Callable[..., Path]) -> None:
    done = run("import", "check", write(*GOOD, SWAPPED, BARE, GOOD[0]), "--kind", "schools", "--json")
    assert done.code == 0
    document = done.document
    assert set(document) == KEYS
    counts = ("rows", "new", "changed", "unchanged", "duplicates", "problem_rows")
    assert [document[name] for name in counts] == [5, 4, 0, 0, 1, 0]
    assert (document["swapped_repaired"], document["without_coordinates"], document["names_missing"]) == (1, 1, 1)
    assert document["repairs"] == [{"row": 4, "code": "30003", "lat": 32.9, "lon": 70.6}]
    assert document["encoding"] == {"name": "utf-8", "sure": True}
    assert schools(own_unit) == {}
    assert done.told == ""


def test_a_check_with_problems_exits_3_and_names_them(run: Run, write: Callable[..., Path]) -> None:
    done = run("import", "check", write(*GOOD, AWAY), "--kind", "schools", "--json")
    assert (done.code, done.document["problem_rows"]) == (3, 1)
    problem = done.document["problems"][0]
    assert set(problem) == {"row", "column", "cause", "message"}
    assert (problem["row"], problem["column"], problem["cause"]) == (4, "Latitude", "coordinates_impossible")


def test_applying_writes_everything_and_the_same_again_nothing(
    run: Run, own_unit: UnitOfWork, write: Callable[..., Path]
) -> None:
    file = write(*GOOD, SWAPPED, BARE)
    done = run("import", "apply", file, "--kind", "schools", "--json", "--yes")
    assert (done.code, done.document["new"]) == (0, 4)
    assert set(done.document) == KEYS | {"import_id"}
    assert schools(own_unit) == {
        "30001": "GPS Kakki", "30002": "GGPS Domel", "30003": "GPS Swapped", "30004": "30004",
    }  # fmt: skip
    again = run("import", "apply", file, "--kind", "schools", "--json")
    assert (again.code, again.document["new"], again.document["changed"], again.document["unchanged"]) == (0, 0, 0, 4)


def test_applying_with_problems_writes_nothing_unless_the_good_rows_are_asked_for(
    run: Run, own_unit: UnitOfWork, write: Callable[..., Path]
) -> None:
    file = write(*GOOD, AWAY)
    refused = run("import", "apply", file, "--kind", "schools", "--json")
    assert (refused.code, refused.document["error"]["key"]) == (3, "list_has_problems")
    assert (refused.document["problem_rows"], refused.document["new"]) == (1, 2)
    assert "import_id" not in refused.document
    assert schools(own_unit) == {}
    with own_unit() as db:
        assert db.scalar(select(func.count()).select_from(Import)) == 0
    partly = run("import", "apply", file, "--kind", "schools", "--only-good", "--json")
    assert (partly.code, partly.document["import_id"]) == (8, 1)
    assert set(schools(own_unit)) == {"30001", "30002"}


def test_conflicting_rows_are_problems_and_equal_ones_duplicates(run: Run, write: Callable[..., Path]) -> None:
    file = write(*GOOD, GOOD[0], ("30002", "Another name", *GOOD[1][2:]))
    document = run("import", "check", file, "--kind", "schools", "--json").document
    assert (document["duplicates"], document["problem_rows"]) == (1, 2)
    assert {(each["row"], each["cause"]) for each in document["problems"]} == {
        (3, "conflicting_code"),
        (5, "conflicting_code"),
    }


def test_an_import_is_undone_once(run: Run, own_unit: UnitOfWork, write: Callable[..., Path]) -> None:
    number = run("import", "apply", write(*GOOD), "--kind", "schools", "--json").document["import_id"]
    done = run("import", "undo", number, "--json")
    assert done.code == 0
    assert {name: done.document[name] for name in ("reversed", "kept_edited", "could_not")} == {
        "reversed": 2, "kept_edited": 0, "could_not": 0,
    }  # fmt: skip
    assert schools(own_unit) == {}
    twice = run("import", "undo", number, "--json")
    assert (twice.code, twice.document["error"]["key"]) == (5, "import_undone_already")
    unknown = run("import", "undo", 99, "--json")
    assert (unknown.code, unknown.document["error"]["key"]) == (4, "import_not_found")


def test_undo_exits_8_where_a_person_edited_something(
    run: Run, own_unit: UnitOfWork, write: Callable[..., Path]
) -> None:
    number = run("import", "apply", write(*GOOD), "--kind", "schools", "--json").document["import_id"]
    with own_unit() as db:
        db.execute(update(School).where(School.code == "30001").values(name="GPS Kakki, corrected"))
    done = run("import", "undo", number, "--json")
    assert done.code == 8
    assert (done.document["reversed"], done.document["kept_edited"], done.document["could_not"]) == (1, 1, 0)
    assert done.document["edited"] == [
        {"row": 2, "name": "30001", "fields": ["name"], "why": "it was changed after the import"}
    ]
    assert schools(own_unit) == {"30001": "GPS Kakki, corrected"}


def test_staff_go_in_after_their_schools(run: Run, own_unit: UnitOfWork, write: Callable[..., Path]) -> None:
    head = ("Name", "Designation", "EMIS Code", "Personal No", "Mobile No")
    good = ("Zakir Ullah", "PST", "30001", "00123456", "0345-1234567")
    file = write(good, name="staff.xlsx", head=head)
    early = run("import", "apply", file, "--kind", "staff", "--json")
    assert (early.code, early.document["problems"][0]["cause"]) == (3, "school_unknown")
    run("import", "apply", write(*GOOD), "--kind", "schools")
    assert run("import", "apply", file, "--kind", "staff", "--json").document["new"] == 1
    damaged = write(
        good,
        ("Gul Zaman", "PST", "30001", "00123457", "3.45E+09"),
        ("Nasreen", "PST", "30001", "00123458", "+14155550123"),
        ("Rabia", "Astronaut", "30001", "00123459", "N/A"),
        name="damaged.xlsx",
        head=head,
    )
    done = run("import", "apply", damaged, "--kind", "staff", "--only-good", "--json")
    assert (done.code, done.document["unchanged"], done.document["problem_rows"]) == (8, 1, 3)
    assert [each["cause"] for each in done.document["problems"]] == [
        "phone_damaged", "phone_not_pk_mobile", "designation_unknown",
    ]  # fmt: skip
    with own_unit() as db:
        assert db.scalars(select(Person.name)).all() == ["Zakir Ullah"]
        assert db.scalars(select(PersonNumber.number)).all() == ["+923451234567"]
        assert db.scalar(select(func.count()).select_from(Post)) == 1


def test_columns_can_be_named_and_bounds_given(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "kenya.csv"
    with file.open("w", newline="") as into:
        csv.writer(into).writerows([("Site", "Called", "Lat", "Lon"), ("K1", "Moi", "-1.28", "36.82")])
    missing = run("import", "check", file, "--kind", "schools", "--json")
    assert (missing.code, missing.document["error"]["key"]) == (3, "column_missing")
    named = ("--column", "Site=code", "--column", "Called=name")
    outside = run("import", "check", file, "--kind", "schools", *named, "--json")
    assert (outside.code, outside.document["problems"][0]["cause"]) == (3, "coordinates_impossible")
    for bounds in ("any", "-5,33,6,42"):
        done = run("import", "check", file, "--kind", "schools", *named, "--bounds", bounds, "--json")
        assert (done.code, done.document["new"]) == (0, 1)
        assert done.document["columns"] == {"code": "Site", "name": "Called", "lat": "Lat", "lon": "Lon"}


@pytest.mark.parametrize(
    "options",
    [
        ("--kind", "parents"),
        (),
        ("--kind", "schools", "--bounds", "north"),
        ("--kind", "schools", "--column", "Site"),
    ],
)
def test_wrong_usage_exits_2(run: Run, write: Callable[..., Path], options: tuple[str, ...]) -> None:
    assert run("import", "check", write(*GOOD), *options).code == 2


def test_a_file_that_is_not_there_is_wrong_usage_and_one_that_is_no_list_a_problem(run: Run, tmp_path: Path) -> None:
    assert run("import", "check", tmp_path / "none.xlsx", "--kind", "schools").code == 2
    (tmp_path / "page.xlsx").write_text("<html>Not a list</html>")
    done = run("import", "check", tmp_path / "page.xlsx", "--kind", "schools", "--json")
    assert (done.code, done.document["error"]["key"]) == (3, "file_is_markup")


def test_a_guessed_encoding_has_to_be_named_before_it_is_applied(
    run: Run, own_unit: UnitOfWork, tmp_path: Path
) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes("EMIS Code;School Name\r\n30001;GPS Käkki £ ñandú\r\n30002;".encode("latin-1") + b"\x8f\x90\r\n")
    checked = run("import", "check", file, "--kind", "schools", "--json")
    assert checked.document["encoding"]["sure"] is False
    refused = run("import", "apply", file, "--kind", "schools", "--json")
    assert (refused.code, refused.document["error"]["key"]) == (3, "encoding_unsure")
    assert schools(own_unit) == {}
    name = checked.document["encoding"]["name"]
    assert run("import", "apply", file, "--kind", "schools", "--encoding", name, "--json").code == 0


def test_people_read_a_summary_the_problems_by_cause_and_the_next_command(run: Run, write: Callable[..., Path]) -> None:
    many = [(str(40000 + each), f"GPS {each}", "Boys", 5.0, 5.0, "KP", "Bannu", "Domel") for each in range(12)]
    done = run("import", "check", write(*GOOD, *many), "--kind", "schools")
    assert (done.code, done.stdout) == (3, "")
    assert "14 rows: 2 would be new, 0 would change, 0 as stored, 0 repeated, 12 with problems." in done.told
    assert "coordinates_impossible: 12 rows" in done.told
    assert "and 2 more" in done.told
    assert "Nothing was written." in done.told
    assert "--only-good" in done.told
    fine = run("import", "apply", write(*GOOD), "--kind", "schools")
    assert "2 new" in fine.told
    assert "cop import undo 1" in fine.told
    assert "Next: cop clusters plan" in fine.told
    taken = run("import", "undo", 1)
    assert "2 rows reversed" in taken.told


def test_the_real_list_goes_in_twice_and_out(run: Run, own_unit: UnitOfWork) -> None:
    file = lists.shared("schools/killa_saifullah_gps.xlsx")
    first = run("import", "apply", file, "--kind", "schools", "--json")
    assert (first.code, first.document["rows"], first.document["new"]) == (0, 621, 621)
    second = run("import", "apply", file, "--kind", "schools", "--json").document
    assert (second["new"], second["changed"], second["unchanged"]) == (0, 0, 621)
    assert run("import", "undo", second["import_id"], "--json").document["reversed"] == 0
    assert run("import", "undo", first.document["import_id"], "--json").document["reversed"] == 621
    assert schools(own_unit) == {}


def test_what_is_exported_comes_in_again_unchanged(run: Run, write: Callable[..., Path], tmp_path: Path) -> None:
    assert run("import", "apply", write(*GOOD, BARE), "--kind", "schools", "--json").code == 0
    out = tmp_path / "out.xlsx"
    done = run("export", "schools", "--out", out, "--json")
    assert (done.code, done.document) == (0, {"file": str(out), "rows": 3, "left_out": {}})
    again = run("import", "apply", out, "--kind", "schools", "--json").document
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 3)
    refused = run("export", "staff", "--out", tmp_path / "out.doc", "--json")
    assert (refused.code, refused.document["error"]["key"]) == (2, "export_kind_unknown")
