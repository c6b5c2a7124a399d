"""What goes out comes in again as it was: every school and person, and no cell is ever a formula."""

import csv
import io
import zipfile

import pytest

from clusters.imports.actions import apply
from clusters.imports.exports import STAFF, national, schools_listed, staff_listed
from clusters.imports.given import given_list
from clusters.imports.kinds import post_of
from clusters.imports.outcome import Outcome
from clusters.imports.queries import check
from clusters.imports.tables import written
from clusters.imports.vocabulary import ListKind
from clusters.kernel.clock import today
from clusters.kernel.errors import Invalid
from clusters.modules.rules import Subject
from clusters.people.rules import PLACED, Gender, PostRole
from clusters.scope import Held, Scope
from clusters.structure.actions import place_schools
from clusters.structure.models import School
from clusters.structure.rules import Tree
from tests import build

EVERYWHERE = Scope.everywhere()
SCHOOLS = (
    "EMIS Code,School Name,Gender,Level,Latitude,Longitude,Province,District,Tehsil,Union Council,Village Council,"
    "Circle (ASDEO) Office,SDEO Office,Summer/Winter Zone,DDO Code\n"
    "00351,GPS Kakki,Boys,Primary,33.0213374,70.5523,KP,Bannu,Bannu,Kakki,VC 1,Kakki,Bannu,Summer,BN-1\n"
    "35102,'=HYPERLINK(1),Girls,Higher Secondary,33.03,70.54,KP,Bannu,,,,,,Winter,\n"
    "35103,گورنمنٹ سکول,Mixed,Sub-Campus,,,,,,,,,,,\n"
    "35104,,,,,,,,,,,,,,\n"
)
FORMULAS = ("=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "＝1")


def into(db, text, kind=ListKind.SCHOOLS):
    given = given_list(text.encode(), "list.csv", kind)
    assert apply(db, EVERYWHERE, given).checked.good


def again(db, listed, name):
    """What the import says of a list that was just exported."""
    return check(db, EVERYWHERE, given_list(written(listed, name, (("Rows", "1"),)), name, listed.kind))


@pytest.mark.parametrize("name", ["schools.csv", "schools.xlsx"])
def test_schools_go_out_and_in_again_and_nothing_changes(db, name):
    into(db, SCHOOLS)
    checked = again(db, schools_listed(db, EVERYWHERE), name)
    assert [row.outcome for row in checked.rows] == [Outcome.UNCHANGED] * 4
    assert checked.good


HOSTING = (
    "EMIS Code,School Name,Rooms,Electricity,Safe Access,Can Host,LTRC,LTRC Host\n"
    "00351,GPS Kakki,5,Yes,No,,Kakki,00351\n35102,GPS Domel,0,No,Yes,No,Domel,yes\n35103,GPS Baran,,,,Yes,,\n"
)


@pytest.mark.parametrize("name", ["schools.csv", "schools.xlsx"])
def test_what_schools_have_to_host_and_their_official_ltrcs_go_out_and_in_again(db, name):
    into(db, HOSTING)
    listed = schools_listed(db, EVERYWHERE)
    assert [row[-6:] for row in listed.rows] == [
        (5, "Yes", "No", None, "Kakki", "00351"),
        (0, "No", "Yes", "No", "Domel", "yes"),
        (None, None, None, "Yes", None, None),
    ]
    checked = again(db, listed, name)
    assert [row.outcome for row in checked.rows] == [Outcome.UNCHANGED] * 3
    assert checked.good


@pytest.mark.parametrize("name", ["staff.csv", "staff.xlsx"])
def test_staff_go_out_and_in_again_and_nothing_changes(db, name):
    cluster = build.cluster(db, 2)
    codes = [school.code for school in build.schools_of(db, cluster)]
    into(
        db,
        f"{','.join(STAFF)}\n0041,Zakir Ullah,PST,{codes[0]},0300-1234567,Male,Maths\n"
        f",Gul Bibi,Head Teacher,{codes[1]},,Female,\n0042,Shaista,Circle Trainer,{codes[1]},0301-1234567,Female,\n"
        f",Noor Wali,Master Trainer,{codes[0]},,,\n",
        ListKind.STAFF,
    )
    build.manager(db, build.programme(db), role=PostRole.ADMINISTRATOR)
    listed = staff_listed(db, EVERYWHERE)
    assert listed.left_out == {"without_a_school": 1}
    checked = again(db, listed, name)
    assert [row.outcome for row in checked.rows] == [Outcome.UNCHANGED] * 4
    assert checked.good


def test_a_post_more_of_one_person_is_counted_and_not_a_second_line(db):
    cluster = build.cluster(db, 1)
    who = build.teacher(db, build.schools_of(db, cluster)[0])
    build.post(db, who, PostRole.FACILITATOR, at_place=cluster)
    listed = staff_listed(db, EVERYWHERE)
    assert len(listed.rows) == 1
    assert listed.left_out == {"further_posts": 1}


def test_a_list_holds_what_the_scope_holds(db):
    into(db, SCHOOLS)
    other = build.school(db, code="99", admin_path="KP.HANGU.")
    build.teacher(db, other)
    bannu = Scope(1, (Held("A", "KP.BANNU.", "administrator"),))
    assert [row[0] for row in schools_listed(db, bannu).rows] == ["00351", "35102"]
    assert staff_listed(db, bannu).rows == []


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_file_is_a_formula_and_the_text_comes_back(db, text):
    school = School(code="1", name=f"{text}", admin_path="")
    db.add(school)
    db.flush()
    place_schools(db, Tree.ADMINISTRATIVE, {}, today(db))
    listed = schools_listed(db, EVERYWHERE)
    content = written(listed, "s.csv", ())
    assert content.startswith(b"\xef\xbb\xbf")
    assert not written(listed, "s.csv", (), machine=True).startswith(b"\xef\xbb\xbf")
    row = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1]
    assert row[1] == f"'{text}"
    with zipfile.ZipFile(io.BytesIO(written(listed, "s.xlsx", ()))) as book:
        assert all(b"<f>" not in book.read(name) for name in book.namelist())


def test_a_name_without_a_known_ending_is_refused(db):
    with pytest.raises(Invalid):
        written(schools_listed(db, EVERYWHERE), "schools.pdf", ())


def test_every_word_of_ours_is_read_back():
    assert national("+923001234567") == "0300-1234567"
    for role in PLACED:
        assert post_of(role.value.replace("_", " ").title()) is role
    assert {each.value for each in Gender} == {"man", "woman"}
    assert len(Subject) == 5
