"""An officer brings in schools and staff, corrects one thing by hand, brings in the wrong list, and takes it back."""

from sqlalchemy import select

from clusters.imports.actions import apply, undo
from clusters.imports.given import GivenList, given_list
from clusters.imports.vocabulary import ListKind
from clusters.kernel.audit import AuditEntry
from clusters.kernel.facts import note
from clusters.kernel.unit import UnitOfWork
from clusters.people.models import Person
from clusters.people.queries import teachers_of
from clusters.scope import Scope
from clusters.structure.models import School
from clusters.structure.queries import schools_of
from clusters.training.facts import SessionsScheduled
from messaging.outbox.models import Message
from tests import build, lists
from tests.conftest import HandClock

EVERYWHERE = Scope.everywhere()
HEAD = ("EMIS Code", "School Name", "Gender", "Latitude", "Longitude", "District")
STAFF = ("Name", "Designation", "EMIS Code", "Personal No", "Mobile No")


def school_list(count: int, district: str = "Bannu") -> GivenList:
    rows = [(str(30000 + each), f"GPS {each}", "Boys", 32.9 + each * 0.01, 70.6, district) for each in range(count)]
    return given_list(lists.xlsx([HEAD, *rows]), "schools.xlsx", ListKind.SCHOOLS)


def staff_list(count: int, *, phone: str = "0345-12345{:02}") -> GivenList:
    rows = [
        (f"Teacher {chr(65 + each)}", "PST", str(30000 + each), f"900{each}", phone.format(each))
        for each in range(count)
    ]
    return given_list(lists.xlsx([STAFF, *rows]), "staff.xlsx", ListKind.STAFF)


def test_a_wrong_list_is_taken_back_and_what_was_corrected_by_hand_stays(unit: UnitOfWork, clock: HandClock) -> None:
    with unit() as db:
        apply(db, EVERYWHERE, school_list(5))
    with unit() as db:
        apply(db, EVERYWHERE, staff_list(5))
    clock.advance(days=2)
    with unit() as db:
        wrong = apply(db, EVERYWHERE, school_list(8, "Kohat"))
        assert wrong.checked.document()["changed"] == 5
    with unit() as db:
        assert len(teachers_of(db, EVERYWHERE, "A/KOHAT.")) == 5
        db.scalars(select(School).where(School.code == "30007")).one().name = "GPS Corrected"
    clock.advance(days=1)
    with unit() as db:
        undone = undo(db, EVERYWHERE, wrong.import_id)
        assert undone.counts() == {"reversed": 7, "kept_edited": 1, "could_not": 0}
    with unit() as db:
        assert [row.code for row in schools_of(db, EVERYWHERE, "A/BANNU.")] == [str(30000 + each) for each in range(5)]
        assert [row.code for row in schools_of(db, EVERYWHERE, "A/KOHAT.")] == ["30007"]
        assert len(teachers_of(db, EVERYWHERE, "A/BANNU.")) == 5
        verbs = list(db.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)))
        assert verbs.count("imported") == 3
        assert verbs.count("took back") == 1


def test_an_import_sends_nothing_and_waiting_texts_follow_new_numbers_there_and_back(
    unit: UnitOfWork, clock: HandClock
) -> None:
    with unit() as db:
        cluster = build.cluster(db, 3)
        codes = [school.code for school in build.schools_of(db, cluster)]
    rows = [(f"Teacher {code}", "PST", code, f"77{code}", f"0345-12{code}") for code in codes]
    first = given_list(lists.xlsx([STAFF, *rows]), "staff.xlsx", ListKind.STAFF)
    with unit() as db:
        apply(db, EVERYWHERE, first)
    with unit() as db:
        assert db.scalars(select(Message)).all() == []
        teachers = db.scalars(select(Person).where(Person.personal_no.startswith("77"))).all()
        session = build.training_session(db, cluster, invited=teachers)
        note(db, SessionsScheduled((session.id,)))
    before = waiting(unit)
    assert len(before) == 3
    moved = [(*row[:4], f"0300-12{row[2]}") for row in rows]
    with unit() as db:
        number = apply(db, EVERYWHERE, given_list(lists.xlsx([STAFF, *moved]), "s.xlsx", ListKind.STAFF)).import_id
    assert waiting(unit) == {number.replace("+92345", "+92300") for number in before}
    with unit() as db:
        undo(db, EVERYWHERE, number)
    assert waiting(unit) == before


def waiting(unit: UnitOfWork) -> set[str]:
    """Numbers to which a text still waits to go."""
    with unit() as db:
        return set(db.scalars(select(Message.number).where(Message.state == "queued")))
