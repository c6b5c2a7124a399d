"""The data twins of pages."""

import csv
import io
from dataclasses import dataclass
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cop.web.twins import as_csv
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
