"""Lists come in by a page: uploaded, read, checked, applied and taken back, and nothing is written before."""

import csv
import io
import re

import pytest
from sqlalchemy import func, select

from clusters.imports.models import Import, ImportDraft
from clusters.imports.reading import read
from clusters.people.models import Person
from clusters.structure.models import School
from cop.web.views import paths
from tests.lists import xlsx

SCHOOLS = (
    b"EMIS Code,School Name,Gender,Level,Latitude,Longitude,District\r\n"
    b"35101,GPS Kakki,Boys,Primary,33.02,70.55,Bannu\r\n"
    b"35102,GGPS Kakki,Girls,Primary,33.03,70.54,Bannu\r\n"
)
BAD = SCHOOLS + b"35103,GPS Far,Boys,Primary,3.0,3.0,Bannu\r\n,GPS Nameless,Boys,Primary,33.0,70.0,Bannu\r\n"


@pytest.fixture
def her(client_as):
    return client_as("admin", "T/", name="Sajida Begum")


def count(house, model) -> int:
    with house.unit() as db:
        return db.scalar(select(func.count()).select_from(model)) or 0


def brought(her, content=SCHOOLS, name="schools.csv", kind="schools", **more) -> str:
    """The address of the list once it was uploaded."""
    answer = her.send("/imports", name, content, kind=kind, **more)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def named(page: str) -> dict[str, str]:
    """What the page would send of the columns."""
    return {
        field: (re.search(r'<option value="([^"]*)" selected>', options) or ["", ""])[1]
        for field, options in re.findall(r'<select id="(field-\d+)".*?>(.*?)</select>', page, re.DOTALL)
    }


def checked(her, at: str, **changed: str):
    page = her.get(f"{at}?at=columns").text
    return her.follow(her.submit(f"{at}/check", **(named(page) | changed)))


def test_a_list_goes_from_file_to_done_and_back(her, house):
    at = brought(her)
    page = her.get(at).text
    assert "Which column is which" in page
    assert named(page)["field-0"] == "code"
    assert "GPS Kakki · " in re.sub(r"</?bdi>", "", page)
    assert count(house, School) == 0
    page = checked(her, at).text
    assert "2 would be new" in page
    assert "an import sends nothing" in page
    assert count(house, School) == 0
    done = her.submit(f"{at}/apply", rows="all")
    page = her.follow(done).text
    assert count(house, School) == 2
    assert "Nobody was texted" in page
    assert her.get(at).headers["location"] == done.headers["location"]
    page = her.follow(her.submit(f"{done.headers['location']}/undo")).text
    assert "2 rows are as before" in page
    assert count(house, School) == 0


def test_the_same_list_again_would_change_nothing(her):
    at = brought(her)
    checked(her, at)
    her.submit(f"{at}/apply", rows="all")
    page = checked(her, brought(her)).text
    assert "2 as stored" in page
    assert "would change nothing" in page


def test_problems_are_grouped_and_their_rows_come_as_a_file_with_reasons(her, house):
    at = brought(her, BAD)
    page = checked(her, at).text
    assert "2 rows have problems" in page
    assert "1 · The EMIS code is missing" in page
    assert "1 · The place lies outside the country" in page
    file = her.get(f"{at}/problems")
    assert file.headers["content-disposition"].startswith("attachment")
    header, *rows = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert header[:3] == ["Row of the file", "Problem", "EMIS Code"]
    assert [row[0] for row in rows] == ["4", "5"]
    assert "outside the country" in rows[0][1]
    assert 'value="all"' not in page
    her.submit(f"{at}/apply", rows="good")
    assert count(house, School) == 2


def test_all_rows_are_refused_as_long_as_one_has_a_problem(her, house):
    at = brought(her, BAD)
    checked(her, at)
    page = her.follow(her.submit(f"{at}/apply", rows="all")).text
    assert "Not done." in page
    assert count(house, School) == count(house, Import) == 0


def test_a_column_can_be_given_another_meaning(her, house):
    at = brought(her, b"EMIS Code,Title,Remarks\n35101,GPS Kakki,Domel\n")
    page = her.get(at).text
    assert named(page)["field-2"] == ""
    checked(her, at, **{"field-2": "district"})
    her.submit(f"{at}/apply", rows="all")
    with house.unit() as db:
        assert db.scalars(select(School.admin_path)).one() != ""


def test_two_columns_cannot_be_the_same_and_a_code_is_needed(her):
    at = brought(her)
    page = her.get(at).text
    for wrong, told in (({"field-1": "code"}, "Only one column"), ({"field-0": ""}, "Say which column")):
        answer = her.submit(f"{at}/check", **(named(page) | wrong))
        assert answer.status_code == 422
        assert told in answer.text


def test_places_of_another_country_are_taken_where_any_is_chosen(her):
    far = b'code,name,location\n1001,First,"(-1.28, 36.82)"\n1002,Second,"(-1.30, 36.80)"\n'
    assert "2 rows have problems" in checked(her, brought(her, far)).text
    assert "2 would be new" in checked(her, brought(her, far, bounds="any")).text


def test_a_list_can_be_read_as_another_kind_and_from_another_sheet(her):
    book = xlsx([["EMIS Code", "School Name"], ["1", "A"]], sheet="One", more={"Two": [["Name"], ["x"], ["y"]]})
    at = brought(her, book, "book.xlsx")
    assert "<option selected>One</option>" in her.get(at).text
    page = her.follow(her.submit(f"{at}/read", kind="staff", sheet="Two")).text
    assert "<option selected>Two</option>" in page
    assert '<option value="designation">' in page


def test_a_guessed_encoding_has_to_be_chosen(her):
    urdu = "EMIS Code,School Name\n35101,گورنمنٹ ہائ سکول بنوں\n".encode("cp1256")
    at = brought(her, urdu)
    page = her.get(at).text
    assert "choose how the letters are written" in page
    assert "Check 1 row" not in page
    page = her.follow(her.submit(f"{at}/read", kind="schools", encoding="cp1256")).text
    assert "گورنمنٹ ہائ سکول بنوں" in page
    assert "Check 1 row" in page


def test_columns_of_an_earlier_import_can_be_taken_over(her, house):
    odd = b"Site,Wo\n35101,GPS Kakki\n"
    at = brought(her, odd)
    checked(her, at, **{"field-0": "code", "field-1": "name"})
    done = her.submit(f"{at}/apply", rows="all").headers["location"]
    at = brought(her, odd)
    assert named(her.get(at).text)["field-0"] == ""
    page = her.follow(her.submit(f"{at}/read", kind="schools", preset=done.rpartition("/")[2])).text
    assert (named(page)["field-0"], named(page)["field-1"]) == ("code", "name")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "holds no rows"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old Excel workbook"),
        (b"<html><table>", "web page"),
        (b"code,name\n1,a\x00b\n2,abcdefghijklmnopqrst\n", "empty bytes"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence_and_not_kept(her, house, content, told):
    answer = her.send("/imports", "list.xlsx", content, kind="staff")
    assert answer.status_code == 422
    assert told in answer.text
    assert '<option value="staff" selected>' in answer.text
    assert count(house, ImportDraft) == 0


def test_a_file_above_ten_megabytes_is_refused_before_it_is_read(her, house):
    answer = her.send("/imports", "list.csv", b"x" * (10 * 1024 * 1024 + 70_000), kind="schools")
    assert answer.status_code == 413
    assert count(house, ImportDraft) == 0


def test_an_upload_needs_the_tokens_the_origin_and_somebody_signed_in(her, anybody, house):
    file = {"file": ("list.csv", SCHOOLS)}
    origin = {"Origin": house.settings.address}
    assert her._ask("POST", "/imports", data={"kind": "schools"}, files=file, headers=origin).status_code == 403
    fields = {"kind": "schools", "_csrf_token": her.token()}
    assert her._ask("POST", "/imports", data=fields, files=file, headers=origin).status_code == 403
    fields["once"] = "once"
    assert her._ask("POST", "/imports", data=fields, files=file, headers={}).status_code == 403
    assert her.submit("/imports", kind="schools").status_code == 403
    assert anybody.send("/imports", "list.csv", SCHOOLS, kind="schools").status_code == 401
    assert count(house, ImportDraft) == 0


def test_a_form_with_a_file_sent_twice_brings_one_list(her, house):
    ways = {her.send("/imports", "l.csv", SCHOOLS, once="same", kind="schools").headers["location"] for _ in range(2)}
    assert len(ways) == 1
    assert count(house, ImportDraft) == 1


def test_a_file_name_is_for_people_and_never_a_path(her, house):
    brought(her, name="../../etc/<b>passwd.csv")
    with house.unit() as db:
        assert db.scalars(select(ImportDraft.file_name)).one() == "<b>passwd.csv"
    assert "<b>passwd" not in her.get("/imports").text


@pytest.mark.parametrize(
    "body", [b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n", b"garbage"]
)
def test_a_broken_form_with_a_file_is_refused(her, body):
    headers = {"Origin": her.house.settings.address, "Content-Type": "multipart/form-data; boundary=x"}
    assert her._ask("POST", "/imports", content=body, headers=headers).status_code in (400, 403)


def test_a_manager_writes_inside_her_places_alone(client_as, house):
    her = client_as("manager", "A/KP.BANNU.")
    at = brought(her, SCHOOLS.replace(b"70.54,Bannu", b"70.54,Hangu"))
    page = checked(her, at).text
    assert "It lies outside your places" in page


def test_nobody_sees_the_drafts_and_imports_of_somebody_else(client_as, her):
    other = client_as("manager", "T/B1.")
    at = brought(her, name="hidden.csv")
    checked(her, at)
    assert other.get(at).status_code == 404
    done = her.submit(f"{at}/apply", rows="all").headers["location"]
    assert other.get(done).status_code == 404
    assert "hidden.csv" not in other.get("/imports").text
    assert "hidden.csv" in her.get("/imports").text


def test_a_discarded_list_is_gone_with_its_file(her, house):
    at = brought(her)
    her.submit(f"{at}/discard")
    assert her.get(at).status_code == 404
    assert count(house, ImportDraft) == 0


def test_what_somebody_changed_since_is_kept_and_named(her, house):
    at = brought(her)
    checked(her, at)
    done = her.submit(f"{at}/apply", rows="all").headers["location"]
    with house.unit() as db:
        db.scalars(select(School).where(School.code == "35101")).one().name = "GPS New Kakki"
    page = her.follow(her.submit(f"{done}/undo")).text
    assert "Kept, because somebody changed it since" in page
    assert "changed after the import" in page
    assert "35101" in page
    assert count(house, School) == 1


@pytest.mark.parametrize("kind", ["schools", "staff"])
def test_the_examples_go_in_as_they_are(her, house, kind):
    file = her.get(paths.import_example(kind))
    assert read(file.content).headers[0] in ("EMIS Code", "Personal No")
    if kind == "staff":
        at = brought(her, her.get(paths.import_example("schools")).content, "schools.xlsx")
        checked(her, at)
        her.submit(f"{at}/apply", rows="all")
    page = checked(her, brought(her, file.content, "example.xlsx", kind)).text
    assert "3 would be new" in page
    assert "problem" not in page


def test_a_staff_list_names_people_only_where_they_would_be_new(her, house):
    at = brought(her)
    checked(her, at)
    her.submit(f"{at}/apply", rows="all")
    staff = b"Name,Designation,EMIS Code,Mobile No\nZakir Ullah,PST,35101,0300-1234567\nGul,PST,99999,\n"
    page = checked(her, brought(her, staff, "staff.csv", "staff")).text
    assert "1 would be new" in page
    assert "The school is not here yet" in page
    assert "Import the list of schools first" in page
    assert count(house, Person) == 1
