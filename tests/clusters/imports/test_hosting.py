"""A list says what a school has to host and to which official LTRC it belongs; all of it is stored, and undone."""

import pytest

from clusters.imports.actions import apply, undo
from clusters.imports.given import given_list
from clusters.imports.kinds import count_of, yes_or_no
from clusters.imports.vocabulary import ListKind
from clusters.scope import Scope
from clusters.structure.queries import schools_to_plan
from clusters.structure.rules import Lack, lacks

ALL = Scope.everywhere()
SCHOOLS = """EMIS Code,School Name,No. of Rooms,Electricity,Safe Access,Can Host,LTRC,LTRC Host
61001,GPS One,5,Yes,Yes,,Kakki,61001
61002,GPS Two,1,Yes,Yes,,Kakki,61001
61003,GPS Three,4,No,nahi,,Domel,
61004,GPS Four,1,No,Yes,Yes,Domel,yes
61005,GPS Five,,,,No,,
61006,GPS Six,many,perhaps,,,,
"""


def stored(db):
    return {school.code: school for school in schools_to_plan(db, ALL)}


def test_what_a_list_says_of_hosting_is_stored_and_decides_who_can(db):
    done = apply(db, ALL, given_list(SCHOOLS.encode(), "list.csv", ListKind.SCHOOLS))
    found = stored(db)
    assert (found["61001"].rooms, found["61001"].power, found["61001"].safe_access) == (5, True, True)
    assert (found["61001"].official_cluster, found["61001"].official_host) == ("Kakki", "61001")
    assert {code: school.lacks for code, school in found.items()} == {
        "61001": (),
        "61002": (Lack.ROOMS,),
        "61003": (Lack.POWER, Lack.ACCESS),
        "61004": (),
        "61005": (Lack.SAID,),
        "61006": (),
    }
    assert {code for code, school in found.items() if school.site().can_host} == {"61001", "61004", "61006"}
    assert {remark.cause for remark in done.checked.remarks} == {"rooms_unknown", "power_unknown"}


def test_taken_back_nothing_of_it_is_left(db):
    apply(db, ALL, given_list(b"EMIS Code,School Name\n61001,GPS One\n", "old.csv", ListKind.SCHOOLS))
    done = apply(db, ALL, given_list(SCHOOLS.encode(), "list.csv", ListKind.SCHOOLS))
    assert done.import_id is not None
    undo(db, ALL, done.import_id)
    found = stored(db)
    assert set(found) == {"61001"}
    assert (found["61001"].rooms, found["61001"].power, found["61001"].official_cluster) == (None, None, None)


@pytest.mark.parametrize(
    ("written", "said"),
    [("Yes", True), ("AVAILABLE", True), ("haan", True), ("ہاں", True), ("No", False), ("Not available", False),
     ("نہیں", False), ("0", False), ("perhaps", None), ("", None)],
)  # fmt: skip
def test_yes_and_no_are_read_as_lists_write_them(written, said):
    assert yes_or_no(written) is said


@pytest.mark.parametrize(("written", "rooms"), [("5", 5), ("۵", 5), (" 12.0", 12), ("many", None), ("-1", None)])
def test_rooms_are_small_whole_numbers(written, rooms):
    assert count_of(written) == rooms


def test_what_is_not_known_keeps_nobody_and_a_plain_yes_is_believed():
    assert lacks(None, None, None, None) == ()
    assert lacks(0, False, False, True) == ()
    assert lacks(0, False, False, False) == (Lack.SAID, Lack.ROOMS, Lack.POWER, Lack.ACCESS)
