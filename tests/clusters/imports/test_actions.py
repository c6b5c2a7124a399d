"""Lists applied to the real database: all or nothing, twice the same, and taken back without a trace."""

import threading
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, sessionmaker

from clusters.imports.actions import Refused, apply, undo
from clusters.imports.coordinates import ANYWHERE
from clusters.imports.given import GivenList, given_list
from clusters.imports.models import Import, ImportedRow
from clusters.imports.outcome import Checked, Outcome
from clusters.imports.queries import check, import_, imports
from clusters.imports.vocabulary import ListKind
from clusters.kernel.audit import Actor
from clusters.kernel.clock import today
from clusters.kernel.database import connect, sessions
from clusters.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clusters.kernel.unit import UnitOfWork
from clusters.modules.rules import Subject
from clusters.people.actions import give_number, retire
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.rules import PostRole
from clusters.scope import Held, Scope
from clusters.structure.actions import place_schools
from clusters.structure.models import Place, Placement, School
from clusters.structure.queries import schools_of
from clusters.structure.rules import PlaceKind, SchoolGender, Tree
from cop.reactions import REACTIONS
from messaging.consent.actions import opt_out
from messaging.consent.queries import silent
from tests import build, lists
from tests.conftest import HandClock

EVERYWHERE = Scope.everywhere()
BANNU = Scope(None, (Held("A", "KP.BANNU.", "education_manager"),))
HEAD = ("EMIS Code", "School Name", "Gender", "Level", "Latitude", "Longitude", "Province", "District", "Tehsil")
KAKKI = ("30001", "GPS Kakki", "Boys", "Primary", 32.9, 70.6, "KP", "Bannu", "Domel")
DOMEL = ("30002", "GGPS Domel", "Girls", "Primary", 32.95, 70.65, "KP", "Bannu", "Domel")
LACHI = ("30003", "GHS Lachi", "Boys", "High", 33.4, 71.3, "KP", "Kohat", "Lachi")
STAFF = ("Name", "Designation", "EMIS Code", "Personal No", "Mobile No", "Gender", "Subject")
ZAKIR = ("Zakir Ullah", "PST", "30001", "00123456", "0345-1234567", "Male", "Maths")
NASREEN = ("Nasreen Bibi", "Head Teacher", "30002", "00123457", "0345 7654321", "Female", None)

Row = Sequence[str | float | None]


def schools(*rows: Row, head: Sequence[str] = HEAD) -> GivenList:
    return given_list(lists.xlsx([head, *rows]), "schools.xlsx", ListKind.SCHOOLS)


def staff(*rows: Row, head: Sequence[str] = STAFF) -> GivenList:
    return given_list(lists.xlsx([head, *rows]), "staff.xlsx", ListKind.STAFF)


def put(unit: UnitOfWork, listed: GivenList, scope: Scope = EVERYWHERE, *, only_good: bool = False) -> int:
    """Apply a list in a unit of its own; its number."""
    with unit(Actor("test")) as db:
        return apply(db, scope, listed, only_good=only_good).import_id


def take_back(unit: UnitOfWork, number: int) -> dict[str, int]:
    with unit(Actor("test")) as db:
        return undo(db, EVERYWHERE, number).counts()


def counts(checked: Checked) -> dict[str, int]:
    """Outcomes that occur, and how often."""
    return {outcome.value: checked.count(outcome) for outcome in Outcome if checked.count(outcome)}


def everything(unit: UnitOfWork) -> dict[str, str]:
    """A fingerprint of every table but the imports' own, the audit and the marks of stale figures, which only grow."""
    with unit() as db:
        names = db.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).all()
        growing = ("import", "imported_row", "audit_entry", "tally_mark", "alembic_version")
        kept = [name for name in names if name not in growing]
        rows = "SELECT coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '') FROM \"{}\" t"
        return {name: str(db.scalar(text(rows.format(name)))) for name in kept}


def school_of(db: Session, code: str) -> School:
    return db.scalars(select(School).where(School.code == code)).one()


def person_of(db: Session, number: str) -> Person:
    return db.scalars(select(Person).where(Person.personal_no == number)).one()


def posts_of(db: Session, person: Person) -> list[tuple[PostRole, str | None, Range[date]]]:
    query = select(Post.role, School.code, Post.during).outerjoin(School, School.id == Post.school_id)
    return [tuple(row) for row in db.execute(query.where(Post.person_id == person.id).order_by(Post.id))]


def numbers_of(db: Session, person: Person) -> list[str]:
    query = select(PersonNumber.number).where(PersonNumber.person_id == person.id, PersonNumber.until.is_(None))
    return list(db.scalars(query))


def test_a_school_list_makes_schools_areas_and_dated_placements(unit: UnitOfWork) -> None:
    number = put(unit, schools(KAKKI, DOMEL, LACHI))
    with unit() as db:
        kakki = school_of(db, "30001")
        assert (kakki.name, kakki.gender, kakki.level, kakki.lat, kakki.lon) == (
            "GPS Kakki", SchoolGender.BOYS, "primary", 32.9, 70.6,
        )  # fmt: skip
        assert (kakki.admin_path, kakki.training_path, kakki.invented) == ("KP.BANNU.DOMEL.", None, False)
        placement = db.scalars(select(Placement).where(Placement.school_id == kakki.id)).one()
        assert (placement.tree, placement.during) == (Tree.ADMINISTRATIVE, Range(today(db), None))
        assert [school.code for school in schools_of(db, EVERYWHERE, "A/KP.BANNU.")] == ["30001", "30002"]
        kept = db.get_one(Import, number)
        assert kept.counts == {
            "rows": 3, "new": 3, "changed": 0, "unchanged": 0, "duplicates": 0, "problem_rows": 0,
        }  # fmt: skip
        assert kept.columns["columns"]["code"] == "EMIS Code"
        rows = db.scalars(select(ImportedRow.row).where(ImportedRow.import_id == number).order_by(ImportedRow.row))
        assert list(rows) == [0, 2, 3, 4]


def test_the_file_is_kept_with_its_hash(unit: UnitOfWork) -> None:
    listed = schools(KAKKI)
    number = put(unit, listed)
    with unit() as db:
        kept = db.get_one(Import, number)
        assert (kept.content, kept.sha256, kept.file_name) == (listed.content, listed.sha256, "schools.xlsx")


def test_the_same_list_again_is_nothing_new_and_nothing_changed(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI, DOMEL, LACHI))
    before = everything(unit)
    with unit() as db:
        assert counts(apply(db, EVERYWHERE, schools(KAKKI, DOMEL, LACHI)).checked) == {"unchanged": 3}
    assert everything(unit) == before


def test_other_spellings_of_the_same_areas_change_nothing(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI, LACHI))
    respelt = (*KAKKI[:6], "Khyber Pakhtunkhwa", "BANNU", " domel ")
    with unit() as db:
        assert counts(check(db, EVERYWHERE, schools(respelt, LACHI))) == {"unchanged": 2}


def test_a_list_with_a_problem_writes_nothing(unit: UnitOfWork) -> None:
    before = everything(unit)
    bad = ("30009", "GPS Nowhere", "Boys", "Primary", 5.0, 5.0, "KP", "Bannu", "Domel")
    with pytest.raises(Refused) as refused:
        put(unit, schools(KAKKI, bad))
    assert counts(refused.value.checked) == {"new": 1, "problem": 1}
    assert everything(unit) == before
    with unit() as db:
        assert db.scalar(select(func.count()).select_from(Import)) == 0


def test_only_good_rows_are_written_where_that_is_asked(unit: UnitOfWork) -> None:
    bad = (None, "GPS Without a code", "Boys", "Primary", 32.9, 70.6, "KP", "Bannu", "Domel")
    put(unit, schools(KAKKI, bad, KAKKI, DOMEL), only_good=True)
    with unit() as db:
        assert list(db.scalars(select(School.code).order_by(School.code))) == ["30001", "30002"]


def test_a_guessed_encoding_is_not_applied(unit: UnitOfWork) -> None:
    rows = [["EMIS Code", "School Name"], ["30001", "GPS Käkki £ ñandú"], ["30002", "\x8f\x90"]]
    content = "\r\n".join(";".join(row) for row in rows).encode("latin-1")
    listed = given_list(content, "schools.csv", ListKind.SCHOOLS)
    assert not listed.sheet.encoding.sure
    with pytest.raises(Invalid, match="encoding_unsure"):
        put(unit, listed)
    chosen = given_list(content, "schools.csv", ListKind.SCHOOLS, encoding=listed.sheet.encoding.name)
    assert put(unit, chosen)


def test_a_later_list_changes_what_it_says_and_clears_nothing(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI, DOMEL))
    later = ("30001", "GPS Kakki No.1", None, None, None, None, None, None, None)
    with unit() as db:
        assert counts(apply(db, EVERYWHERE, schools(later)).checked) == {"changed": 1}
    with unit() as db:
        kakki = school_of(db, "30001")
        assert (kakki.name, kakki.gender, kakki.lat) == ("GPS Kakki No.1", SchoolGender.BOYS, 32.9)
        assert kakki.admin_path == "KP.BANNU.DOMEL."


def test_a_school_in_another_area_leaves_the_old_one_on_the_day_and_posts_follow(
    unit: UnitOfWork, clock: HandClock
) -> None:
    put(unit, schools(KAKKI, LACHI))
    with unit() as db:
        teacher = build.teacher(db, school_of(db, "30001"))
        first = today(db)
    clock.advance(days=10)
    put(unit, schools((*KAKKI[:7], "Kohat", "Lachi")))
    with unit() as db:
        kakki = school_of(db, "30001")
        assert kakki.admin_path == "KP.KOHAT.LACHI."
        spans = db.scalars(
            select(Placement.during).where(Placement.school_id == kakki.id).order_by(func.lower(Placement.during))
        ).all()
        moved = first + timedelta(days=10)
        assert spans == [Range(first, moved), Range(moved, None)]
        assert db.scalars(select(Post.admin_path).where(Post.person_id == teacher.id)).one() == "KP.KOHAT.LACHI."


def test_a_new_district_leaves_the_tehsil_of_the_old_one_behind(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI))
    put(unit, schools(("30001", "Kohat"), head=("EMIS Code", "District")))
    with unit() as db:
        assert school_of(db, "30001").admin_path == "KP.KOHAT."
        assert counts(check(db, EVERYWHERE, schools(("30001", "Kohat"), head=("EMIS Code", "District")))) == {
            "unchanged": 1
        }


def test_undo_leaves_the_database_as_it_was_before(unit: UnitOfWork, clock: HandClock) -> None:
    put(unit, schools(KAKKI, DOMEL))
    before = everything(unit)
    clock.advance(days=3)
    number = put(unit, schools((*KAKKI[:7], "Kohat", "Lachi"), (*DOMEL[:1], "GGPS Domel Khas", *DOMEL[2:]), LACHI))
    assert everything(unit) != before
    clock.advance(days=3)
    assert take_back(unit, number) == {"reversed": 3, "kept_edited": 0, "could_not": 0}
    assert everything(unit) == before


def test_a_school_moved_on_the_day_it_came_moves_back_too(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI))
    before = everything(unit)
    number = put(unit, schools((*KAKKI[:7], "Kohat", "Lachi")))
    assert take_back(unit, number)["reversed"] == 1
    assert everything(unit) == before


def test_undo_of_the_first_list_leaves_nothing_at_all(unit: UnitOfWork) -> None:
    before = everything(unit)
    number = put(unit, schools(KAKKI, DOMEL, LACHI))
    assert take_back(unit, number) == {"reversed": 3, "kept_edited": 0, "could_not": 0}
    assert everything(unit) == before


def test_undo_keeps_the_field_that_somebody_edited_and_restores_the_others(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI, DOMEL))
    number = put(unit, schools(("30001", "GPS Kakki Two", "Girls", *KAKKI[3:]), ("30002", "New name", *DOMEL[2:])))
    with unit() as db:
        school_of(db, "30001").name = "GPS Kakki, as the head says"
    with unit() as db:
        undone = undo(db, EVERYWHERE, number)
    assert undone.counts() == {"reversed": 1, "kept_edited": 1, "could_not": 0}
    assert [(left.row, left.name, left.fields) for left in undone.edited] == [(2, "30001", ("name",))]
    with unit() as db:
        kakki = school_of(db, "30001")
        assert (kakki.name, kakki.gender) == ("GPS Kakki, as the head says", SchoolGender.BOYS)
        assert school_of(db, "30002").name == "GGPS Domel"


def test_a_new_school_that_somebody_edited_stays_with_its_place(unit: UnitOfWork) -> None:
    number = put(unit, schools(KAKKI, LACHI))
    with unit() as db:
        school_of(db, "30001").zone = "winter"
    assert take_back(unit, number) == {"reversed": 1, "kept_edited": 1, "could_not": 0}
    with unit() as db:
        assert list(db.scalars(select(School.code))) == ["30001"]
        areas = db.scalars(select(Place.path).where(Place.tree == Tree.ADMINISTRATIVE).order_by(Place.path))
        assert list(areas) == ["KP.", "KP.BANNU.", "KP.BANNU.DOMEL."]


def test_a_new_school_where_somebody_works_cannot_be_taken_back(unit: UnitOfWork) -> None:
    number = put(unit, schools(KAKKI, DOMEL))
    put(unit, staff(ZAKIR))
    with unit() as db:
        undone = undo(db, EVERYWHERE, number)
    assert undone.counts() == {"reversed": 1, "kept_edited": 0, "could_not": 1}
    assert [(left.name, left.why) for left in undone.stuck] == [
        ("30001", "somebody holds a post there that this import did not make; end that post first")
    ]


def test_a_school_that_somebody_moved_since_stays_where_it_is(unit: UnitOfWork, clock: HandClock) -> None:
    put(unit, schools(KAKKI))
    clock.advance(days=1)
    changed = put(unit, schools((*KAKKI[:7], "Kohat", "Lachi")))
    made = put(unit, schools(DOMEL))
    clock.advance(days=1)
    with unit() as db:
        elsewhere = build.area(db, "KP.SWAT.")
        moved = {school_of(db, code).id: elsewhere.id for code in ("30001", "30002")}
        place_schools(db, Tree.ADMINISTRATIVE, moved, today(db))
    for number in (changed, made):
        with unit() as db:
            undone = undo(db, EVERYWHERE, number)
        assert [left.fields for left in undone.edited] == [("area",)]
    with unit() as db:
        assert db.scalars(select(School.admin_path)).all() == ["KP.SWAT.", "KP.SWAT."]


def test_a_post_that_somebody_ended_since_stays_ended(unit: UnitOfWork, clock: HandClock) -> None:
    put(unit, schools(KAKKI, DOMEL))
    put(unit, staff(ZAKIR))
    clock.advance(days=1)
    number = put(unit, staff((*ZAKIR[:2], "30002", *ZAKIR[3:])))
    clock.advance(days=1)
    with unit() as db:
        retire(db, EVERYWHERE, person_of(db, "00123456").id)
    before = everything(unit)
    with unit() as db:
        undone = undo(db, EVERYWHERE, number)
    assert [(left.name, left.fields) for left in undone.edited] == [("Zakir Ullah", ("posts",))]
    assert everything(unit) == before


def test_an_area_that_another_list_uses_is_named_as_staying(unit: UnitOfWork) -> None:
    number = put(unit, schools(KAKKI))
    put(unit, schools(DOMEL))
    with unit() as db:
        undone = undo(db, EVERYWHERE, number)
        assert {left.name for left in undone.stuck} == {"KP", "Bannu", "Domel"}
        assert undone.reversed == 1


def test_what_a_later_list_changed_is_kept(unit: UnitOfWork) -> None:
    first = put(unit, schools(KAKKI))
    second = put(unit, schools(("30001", "GPS Kakki No.1", *KAKKI[2:])))
    assert take_back(unit, first) == {"reversed": 0, "kept_edited": 1, "could_not": 0}
    assert take_back(unit, second) == {"reversed": 1, "kept_edited": 0, "could_not": 0}
    with unit() as db:
        assert school_of(db, "30001").name == "GPS Kakki"


def test_an_import_is_undone_once_and_within_thirty_days(unit: UnitOfWork, clock: HandClock) -> None:
    number, other = put(unit, schools(KAKKI)), put(unit, schools(DOMEL))
    take_back(unit, number)
    with pytest.raises(Conflict, match="import_undone_already"):
        take_back(unit, number)
    clock.advance(days=31)
    with pytest.raises(Conflict, match="import_too_old"):
        take_back(unit, other)
    with pytest.raises(NotFound, match="import_not_found"):
        take_back(unit, other + 1)


def test_staff_are_registered_with_post_and_number(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI, DOMEL))
    put(unit, staff(ZAKIR, NASREEN))
    with unit() as db:
        zakir, nasreen = person_of(db, "00123456"), person_of(db, "00123457")
        assert (zakir.name, zakir.name_key, zakir.gender) == ("Zakir Ullah", "zakirullah", "man")
        assert posts_of(db, zakir) == [(PostRole.TEACHER, "30001", Range(today(db), None))]
        assert posts_of(db, nasreen) == [(PostRole.HEAD_TEACHER, "30002", Range(today(db), None))]
        assert numbers_of(db, zakir) == ["+923451234567"]
        post = db.scalars(select(Post).where(Post.person_id == zakir.id)).one()
        assert (post.subject, post.admin_path) == (Subject.MATHS, "KP.BANNU.DOMEL.")
        assert counts(check(db, EVERYWHERE, staff(ZAKIR, NASREEN))) == {"unchanged": 2}


def test_a_number_that_is_not_known_clears_none(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI, DOMEL))
    put(unit, staff(ZAKIR, NASREEN))
    before = everything(unit)
    for unknown in ("N/A", "-", None):
        with unit() as db:
            applied = apply(db, EVERYWHERE, staff((*ZAKIR[:4], unknown, *ZAKIR[5:]), (*NASREEN[:4], unknown)))
            assert counts(applied.checked) == {"unchanged": 2}
    assert everything(unit) == before


def test_a_new_number_takes_the_place_of_the_old_one_and_silence_goes_with_her(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI))
    put(unit, staff(ZAKIR))
    with unit() as db:
        opt_out(db, "+923451234567", "text")
    put(unit, staff((*ZAKIR[:4], "0300-7654321", *ZAKIR[5:])))
    with unit() as db:
        assert numbers_of(db, person_of(db, "00123456")) == ["+923007654321"]
        assert silent(db, ["+923451234567", "+923007654321"]) == {"+923451234567", "+923007654321"}


def test_an_import_never_ends_a_silence(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI))
    put(unit, staff(ZAKIR))
    with unit() as db:
        opt_out(db, "+923451234567", "text")
    for _ in range(5):
        put(unit, staff(ZAKIR, (*NASREEN[:2], "30001", "00123499", "03451234567", None, None)))
    with unit() as db:
        assert silent(db, ["+923451234567"]) == {"+923451234567"}


def test_a_teacher_at_another_school_leaves_the_first_one(unit: UnitOfWork, clock: HandClock) -> None:
    put(unit, schools(KAKKI, DOMEL))
    put(unit, staff(ZAKIR))
    with unit() as db:
        first = today(db)
    clock.advance(days=5)
    before = everything(unit)
    number = put(unit, staff((*ZAKIR[:2], "30002", *ZAKIR[3:])))
    with unit() as db:
        moved = first + timedelta(days=5)
        assert posts_of(db, person_of(db, "00123456")) == [
            (PostRole.TEACHER, "30001", Range(first, moved)),
            (PostRole.TEACHER, "30002", Range(moved, None)),
        ]
    assert take_back(unit, number) == {"reversed": 1, "kept_edited": 0, "could_not": 0}
    assert everything(unit) == before


def test_undo_of_a_staff_list_leaves_the_database_as_it_was_before(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI, DOMEL))
    empty = everything(unit)
    first = put(unit, staff(ZAKIR))
    before = everything(unit)
    changed = ("Zakir Ullah Khan", "Head Teacher", "30002", "00123456", "0300-7654321", "Male", "Science")
    number = put(unit, staff(changed, NASREEN))
    assert take_back(unit, number) == {"reversed": 2, "kept_edited": 0, "could_not": 0}
    assert everything(unit) == before
    assert take_back(unit, first)["reversed"] == 1
    assert everything(unit) == empty


def test_undo_keeps_a_number_that_was_given_since(unit: UnitOfWork, clock: HandClock) -> None:
    put(unit, schools(KAKKI))
    put(unit, staff(ZAKIR))
    number = put(unit, staff(("Zakir Khan", *ZAKIR[1:4], "0300-7654321", *ZAKIR[5:])))
    clock.advance(hours=1)
    with unit() as db:
        give_number(db, EVERYWHERE, person_of(db, "00123456").id, "0311-1111111")
    with unit() as db:
        undone = undo(db, EVERYWHERE, number)
    assert undone.counts() == {"reversed": 0, "kept_edited": 1, "could_not": 0}
    assert undone.edited[0].fields == ("mobile_no",)
    with unit() as db:
        zakir = person_of(db, "00123456")
        assert (zakir.name, numbers_of(db, zakir)) == ("Zakir Ullah", ["+923111111111"])


def test_a_person_on_whom_something_hangs_cannot_be_taken_back(unit: UnitOfWork) -> None:
    with unit() as db:
        cluster = build.cluster(db, 2)
        code = build.schools_of(db, cluster)[0].code
    number = put(unit, staff((*ZAKIR[:2], code, *ZAKIR[3:])))
    with unit() as db:
        build.training_session(db, cluster, invited=[person_of(db, "00123456")])
    with unit() as db:
        undone = undo(db, EVERYWHERE, number)
    assert undone.counts() == {"reversed": 0, "kept_edited": 0, "could_not": 1}
    assert "training session" in undone.stuck[0].why


@pytest.mark.parametrize(
    ("designation", "kind"),
    [
        ("Master Trainer", PlaceKind.BLOCK),
        ("Circle Trainer", PlaceKind.CIRCLE),
        ("LTRC Facilitator", PlaceKind.CLUSTER),
        ("Core Team", PlaceKind.PROGRAMME),
    ],
)
@pytest.mark.parametrize("number", ["00123456", None])
def test_a_trainer_serves_the_place_of_the_school_in_the_training_tree(
    unit: UnitOfWork, designation: str, kind: PlaceKind, number: str | None
) -> None:
    with unit() as db:
        code = build.schools_of(db, build.cluster(db, 3))[0].code
    listed = staff(("Gul Zaman", designation, code, number, "0345-1234567", "Male", "Maths"))
    before = everything(unit)
    imported = put(unit, listed)
    with unit() as db:
        assert db.scalars(select(Place.kind).join(Post, Post.place_id == Place.id)).one() is kind
        assert counts(check(db, EVERYWHERE, listed)) == {"unchanged": 1}
    assert take_back(unit, imported)["reversed"] == 1
    assert everything(unit) == before


def test_a_trainer_without_a_cluster_yet_holds_the_post_at_the_school(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI))
    put(unit, staff(("Gul Zaman", "Circle Trainer", "30001", None, None, None, None)))
    with unit() as db:
        post = db.scalars(select(Post)).one()
        assert (post.role, post.school_id) == (PostRole.CIRCLE_TRAINER, school_of(db, "30001").id)


def test_a_subject_said_later_belongs_to_the_post(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI))
    put(unit, staff((*ZAKIR[:6], None)))
    before = everything(unit)
    number = put(unit, staff(ZAKIR))
    with unit() as db:
        assert db.scalars(select(Post.subject)).all() == [Subject.MATHS]
    take_back(unit, number)
    assert everything(unit) == before


def test_a_manager_cannot_touch_schools_outside_her_district(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI, LACHI))
    before = everything(unit)
    renamed = ("30003", "Taken over", *LACHI[2:])
    elsewhere = ("30004", "GPS New in Kohat", *LACHI[2:])
    nowhere = ("30005", "GPS Nowhere", *LACHI[2:6], None, None, None)
    moved = (*KAKKI[:7], "Kohat", "Lachi")
    for row in (renamed, elsewhere, nowhere, moved, LACHI):
        with unit() as db:
            checked = check(db, BANNU, schools(row))
        assert [problem.cause for problem in checked.problems] == ["outside_scope"], row
        assert all(not row.changes for row in checked.rows)
        with pytest.raises(Refused):
            put(unit, schools(row), BANNU)
        put(unit, schools(row), BANNU, only_good=True)
    assert everything(unit) == before
    put(unit, schools(("30001", "GPS Kakki No.1", *KAKKI[2:]), DOMEL), BANNU)
    with unit() as db:
        assert (school_of(db, "30001").name, school_of(db, "30002").admin_path) == (
            "GPS Kakki No.1", "KP.BANNU.DOMEL.",
        )  # fmt: skip


def test_a_manager_cannot_appoint_outside_her_district_or_above_herself(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI, LACHI))
    put(unit, staff((*ZAKIR[:2], "30003", *ZAKIR[3:])))
    stranger = ("Gul Zaman", "PST", "30003", "00999999", None, None, None)
    boss = ("Gul Zaman", "DEO", "30001", "00999998", None, None, None)
    for row, cause in ((stranger, "school_unknown"), (boss, "may_not_appoint"), (ZAKIR, "outside_scope")):
        with unit() as db:
            assert [problem.cause for problem in check(db, BANNU, staff(row)).problems] == [cause]
        with pytest.raises(Refused):
            put(unit, staff(row), BANNU)


def test_a_district_manager_cannot_make_trainers_of_a_circle_beyond_her_district(unit: UnitOfWork) -> None:
    with unit() as db:
        circle = build.circle(db)
        here = build.cluster(db, 2, in_circle=circle)
        build.cluster(db, 2, in_circle=circle, admin_path="KP.KOHAT.")
        code = build.schools_of(db, here)[0].code
    with unit() as db:
        checked = check(db, BANNU, staff(("Gul Zaman", "Circle Trainer", code, None, None, None, None)))
        assert [problem.cause for problem in checked.problems] == ["may_not_appoint"]
        checked = check(db, BANNU, staff(("Gul Zaman", "LTRC Facilitator", code, None, None, None, None)))
        assert checked.good


def test_trainers_and_monitors_import_nothing(unit: UnitOfWork) -> None:
    for role in ("circle_trainer", "monitor", "teacher"):
        scope = Scope(None, (Held("A", "KP.BANNU.", role),))
        for listed in (schools(KAKKI), staff(ZAKIR)):
            for act in (check, apply):
                with pytest.raises(NotAllowed, match="may_not_import"), unit() as db:
                    act(db, scope, listed)


def test_a_manager_sees_and_undoes_her_own_imports_only(unit: UnitOfWork) -> None:
    with unit() as db:
        build.area(db, "KP.BANNU.")
        manager = build.manager(db, build.area(db, "KP.BANNU."))
        person_id = manager.id
    hers = Scope(person_id, BANNU.places)
    foreign = put(unit, schools(LACHI))
    with unit(Actor("web", person_id)) as db:
        own = apply(db, hers, schools(KAKKI)).import_id
    with unit() as db:
        assert [row.id for row in imports(db, hers)] == [own]
        assert [row.id for row in imports(db, EVERYWHERE)] == [own, foreign]
        assert import_(db, hers, own).undone_at is None
        with pytest.raises(NotFound):
            import_(db, hers, foreign)
        with pytest.raises(NotFound):
            undo(db, hers, foreign)
        assert undo(db, hers, own).reversed == 1


def test_a_person_applies_no_more_than_twenty_lists_a_day(unit: UnitOfWork, clock: HandClock) -> None:
    with unit() as db:
        manager = build.manager(db, build.area(db, "KP.BANNU.")).id
    actor, scope = Actor("web", manager), Scope(manager, BANNU.places)
    for _ in range(20):
        with unit(actor) as db:
            apply(db, scope, schools(KAKKI))
    with pytest.raises(Conflict, match="imports_too_many"), unit(actor) as db:
        apply(db, scope, schools(KAKKI))
    put(unit, schools(KAKKI))
    clock.advance(days=1)
    with unit(actor) as db:
        assert apply(db, scope, schools(KAKKI)).import_id


def test_the_pages_own_rights_are_enough(connection: Connection, clock: HandClock) -> None:
    maker = sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    web = UnitOfWork(maker, REACTIONS, clock, role="cop_web")
    first, second = put(web, schools(KAKKI, DOMEL)), put(web, staff(ZAKIR, NASREEN))
    assert take_back(web, second)["reversed"] == 2
    assert take_back(web, first)["reversed"] == 2


def test_two_imports_at_once_follow_each_other(new_database: Callable[[], str], clock: HandClock) -> None:
    engine = connect(new_database())
    unit = UnitOfWork(sessions(engine), REACTIONS, clock)
    listed = schools(*[(str(30000 + each), f"GPS {each}", *KAKKI[2:]) for each in range(200)])
    found: list[dict[str, int]] = []
    ready = threading.Barrier(2)

    def run() -> None:
        ready.wait()
        with unit() as db:
            found.append(counts(apply(db, EVERYWHERE, listed).checked))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert sorted(found, key=str) == [{"new": 200}, {"unchanged": 200}]


CODES = st.sampled_from(["30001", "30002", "030002", "30003", "x1", None])
NAMES = st.sampled_from(["GPS Kakki", "GGPS Domel", None])
AREAS = st.sampled_from([("KP", "Bannu", "Domel"), ("KPK", "Kohat", None), (None, "Bannu", None), (None, None, None)])
SPOTS = st.sampled_from([(32.9, 70.6), (70.6, 32.9), (None, None), (0, 0), (5.0, 5.0)])


@st.composite
def school_rows(draw: st.DrawFn) -> Row:
    gender, level = draw(st.sampled_from(["Boys", "?", None])), draw(st.sampled_from(["Primary", None]))
    return (draw(CODES), draw(NAMES), gender, level, *draw(SPOTS), *draw(AREAS))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(school_rows(), min_size=1, max_size=6), min_size=1, max_size=3))
def test_lists_taken_back_in_reverse_leave_no_trace_and_every_row_is_counted_once(
    unit: UnitOfWork, given_lists: list[list[Row]]
) -> None:
    before = everything(unit)
    numbers = []
    for rows in given_lists:
        with unit() as db:
            applied = apply(db, EVERYWHERE, schools(("30001", *[None] * 8), *rows), only_good=True)
            document = applied.checked.document()
            numbers.append(applied.import_id)
        parts = ("new", "changed", "unchanged", "duplicates", "problem_rows")
        assert document["rows"] == sum(document[part] for part in parts)
    for number in reversed(numbers):
        counted = take_back(unit, number)
        assert (counted["kept_edited"], counted["could_not"]) == (0, 0)
    assert everything(unit) == before


def test_a_list_of_another_country_needs_its_bounds(unit: UnitOfWork) -> None:
    content = lists.xlsx([("EMIS Code", "Latitude", "Longitude"), ("1", -1.28, 36.8)])
    with unit() as db:
        assert not check(db, EVERYWHERE, given_list(content, "k.xlsx", ListKind.SCHOOLS)).good
        assert check(db, EVERYWHERE, given_list(content, "k.xlsx", ListKind.SCHOOLS, bounds=ANYWHERE)).good


def test_a_person_known_by_name_gets_her_personal_number_and_gives_it_up_again(unit: UnitOfWork) -> None:
    put(unit, schools(KAKKI))
    with unit() as db:
        teacher = build.teacher(db, school_of(db, "30001"), "Gul Zaman", number=None)
        db.execute(update(Person).where(Person.id == teacher.id).values(name_key="gulzaman"))
    number = put(unit, staff(("Gul Zaman", "PST", "30001", "00555555", None, None, None)))
    with unit() as db:
        assert person_of(db, "00555555").name == "Gul Zaman"
    assert take_back(unit, number)["reversed"] == 1
