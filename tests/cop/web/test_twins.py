"""The data twins of pages."""

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from cop.web.covers import Cover
from cop.web.models import Login
from cop.web.twins import as_csv, as_xlsx, whole
from tests import build
from tests.browsing import place_at


@dataclass(frozen=True)
class Place:
    name: str
    km: float | None


@dataclass(frozen=True)
class Row:
    code: str
    place: Place
    on: date | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Part:
    rows: tuple[Row, ...]
    places: tuple[Place, ...] = ()
    total: int = 0
    more: str | None = None


COVER = Cover("About", [("Filter", "q = x")], "Rows of", right_to_left=True, made_at=datetime(2026, 3, 14, tzinfo=UTC))


def opened(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def read(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_table_of_a_page_is_flat_and_keeps_its_order():
    page = Sheet(
        "x", (Row("4814", Place("Kakki", 1.5), date(2026, 3, 14), ("a", "b")), Row("0012", Place("ککی", None)))
    )
    assert read(as_csv(page)) == [
        {"code": "4814", "place.name": "Kakki", "place.km": "1.5", "on": "2026-03-14", "tags": "a;b"},
        {"code": "0012", "place.name": "ککی", "place.km": "", "on": "", "tags": ""},
    ]


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=30))
def test_no_cell_is_a_formula_and_nothing_else_changes(name):
    (row,) = read(as_csv(Sheet("x", (Row("1", Place(name, 0)),))))
    said = row["place.name"]
    assert said in (name, f"'{name}")
    assert not said.startswith(("=", "+", "-", "@"))


def test_a_page_has_its_table_at_its_path_plus_csv(client_as, house):
    with house.unit() as db:
        cluster = build.cluster(db, 3, in_circle=place_at(db, "T/B1.C01."), admin_path="KP.BANNU.")
        teachers = [build.teacher(db, school, f"Gul {n}") for n, school in enumerate(build.schools_of(db, cluster))]
        session = build.training_session(db, cluster, invited=teachers)
    manager = client_as("manager", "A/KP.BANNU.")
    answer = manager.get(f"/sessions/{session.id}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert [row["name"] for row in read(answer.content)] == ["Gul 0", "Gul 1", "Gul 2"]
    assert manager.get("/clusters.csv").status_code == 200
    assert client_as("manager", "A/KP.HANGU.").get(f"/sessions/{session.id}.csv").status_code == 404


def test_a_workbook_says_first_what_it_is_and_has_every_table_of_the_page():
    page = Part((Row("0012", Place("=1+1", 1.5), date(2026, 3, 14), ("a", "b")),), (Place("Kakki", None),), total=2)
    assert opened(as_xlsx(page, COVER)) == {
        "About": [["Filter", "q = x"], ["Rows of rows", "1"], ["Rows of places", "1"], ["Rows of page", "1"]],
        "rows": [
            ["code", "place.name", "place.km", "on", "tags"],
            ["0012", "=1+1", 1.5, date(2026, 3, 14), "a;b"],
        ],
        "places": [["name", "km"], ["Kakki", ""]],
        "page": [["total"], [2.0]],
    }


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=30))
def test_no_text_of_a_workbook_is_a_formula(name):
    with zipfile.ZipFile(io.BytesIO(as_xlsx(Sheet(name, (Row(name, Place(name, 0)),)), COVER))) as archive:
        for part in archive.namelist():
            assert b"<f>" not in archive.read(part)
            assert not part.startswith("xl/externalLinks")


def test_a_workbook_is_the_same_for_the_same_rows():
    page = Part((Row("1", Place("x", 0)),))
    assert as_xlsx(page, COVER) == as_xlsx(page, COVER)


def test_a_phone_is_written_as_people_write_it():
    (row,) = read(as_csv(Sheet("x", (Row("+923451234567", Place("x", 0)),))))
    assert row["code"] == "0345-1234567"


def test_a_table_holds_the_rows_of_every_page_that_follows():
    place = Place("x", 0)
    pages = {
        "/x?after=2": Part((Row("3", place), Row("4", place)), (place,), 5, "/x?after=4"),
        "/x?after=4": Part((Row("5", place),), (place,), 5),
    }
    found = whole(Part((Row("1", place), Row("2", place)), (place,), 5, "/x?after=2"), pages.__getitem__)
    assert [row.code for row in found.rows] == ["1", "2", "3", "4", "5"]
    assert found.places == (place,), "what stands on every page is not said again"
    assert (found.total, found.more) == (5, None)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_people_beyond_the_first_page_are_in_the_file(client_as, house, suffix):
    with house.unit() as db:
        cluster = build.cluster(db, 3, in_circle=place_at(db, "T/B1.C01."), admin_path="KP.BANNU.")
        school = build.schools_of(db, cluster)[0]
        for n in range(75):
            build.teacher(db, school, f"Gul {n:03}")
    content = client_as("manager", "A/KP.BANNU.").get(f"/people{suffix}").content
    if suffix == ".csv":
        names = {row["name"] for row in read(content)}
    else:
        header, *rows = opened(content)["rows"]
        names = {row[header.index("name")] for row in rows}
    assert {f"Gul {n:03}" for n in range(75)} <= names


def test_a_workbook_in_urdu_is_read_from_the_right(client_as, house):
    manager = client_as("manager", "A/KP.BANNU.")
    with house.unit() as db:
        db.execute(update(Login).values(language="ur"))
    answer = manager.get("/clusters.xlsx")
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert b'rightToLeft="1"' in archive.read("xl/worksheets/sheet1.xml")


@dataclass(frozen=True)
class Told:
    history: tuple[Row, ...]
    more: int = 0


def test_how_many_more_there_are_is_no_address_of_them():
    page = Told((Row("1", Place("x", 0)),), more=7)
    assert whole(page, {}.__getitem__) is page


def test_no_sheet_has_the_name_that_makes_excel_refuse_the_file():
    names = opened(as_xlsx(Told((Row("1", Place("x", 0)),)), COVER)).keys()
    assert len(names) == 2
    assert "history" not in {name.casefold() for name in names}


def test_a_number_that_is_none_leaves_its_cell_empty():
    rows = opened(as_xlsx(Sheet("x", (Row("1", Place("x", float("nan"))),)), COVER))["rows"]
    assert rows[1][:3] == ["1", "x", ""]
