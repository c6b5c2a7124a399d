"""What is stored, as lists are judged against it: few statements for many rows, and how the file was read."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import event
from sqlalchemy.orm import Session

from clusters.imports.actions import apply
from clusters.imports.given import GivenList, given_list
from clusters.imports.queries import check, import_, imports
from clusters.imports.stored import open_placements, people_like, schools_like
from clusters.imports.vocabulary import ListKind
from clusters.kernel.unit import UnitOfWork
from clusters.people.rules import PostRole
from clusters.scope import Held, Scope
from tests import build, lists
from tests.conftest import HandClock

EVERYWHERE = Scope.everywhere()


def school_list(count: int) -> GivenList:
    rows = [(str(90000 + each), f"GPS {each}", f"District {each % 7}") for each in range(count)]
    return given_list(lists.text([("EMIS Code", "School Name", "District"), *rows]), "s.csv", ListKind.SCHOOLS)


def staff_list(count: int) -> GivenList:
    rows = [(f"Teacher {each}", "PST", str(90000 + each), f"5{each}") for each in range(count)]
    head = ("Name", "Designation", "EMIS Code", "Personal No")
    return given_list(lists.text([head, *rows]), "p.csv", ListKind.STAFF)


def statements(db: Session, act: Callable[[], object]) -> int:
    """How many statements an act needs."""
    seen: list[str] = []

    def count(*said: object) -> None:
        seen.append(str(said[2]))

    event.listen(db.connection(), "before_cursor_execute", count)
    act()
    event.remove(db.connection(), "before_cursor_execute", count)
    return len(seen)


def test_many_rows_are_judged_and_written_by_as_many_statements_as_few(unit: UnitOfWork) -> None:
    with unit() as db:
        apply(db, EVERYWHERE, school_list(400))
    costs = {}
    for count in (20, 400):
        with unit() as db:
            costs[count] = [
                statements(db, partial(act, db, EVERYWHERE, given))
                for act in (check, apply)
                for given in (school_list(count), staff_list(count))
            ]
    assert costs[400] == costs[20]
    assert max(costs[400]) < 25


def test_a_stored_school_tells_its_areas_by_name_and_whether_it_is_seen(db: Session) -> None:
    build.school(db, code="0777", admin_path="KP.BANNU.DOMEL.")
    elsewhere = Scope(None, (Held("A", "KP.KOHAT.", "education_manager"),))
    found = schools_like(db, elsewhere, ["777"])["0777"]
    assert not found.seen
    assert [found.values[name] for name in ("province", "district", "tehsil", "union_council")] == [
        "Kp", "Bannu", "Domel", None,
    ]  # fmt: skip
    assert schools_like(db, EVERYWHERE, ["0777"])["0777"].seen
    assert schools_like(db, EVERYWHERE, ["778"]) == {}
    assert list(open_placements(db, [found.id])) == [found.id]


def test_everybody_of_the_listed_schools_and_everybody_with_a_listed_number_is_known(db: Session) -> None:
    here, there = build.school(db, code="1"), build.school(db, code="2")
    teacher, stranger, numbered = (build.teacher(db, school) for school in (here, there, there))
    numbered.personal_no = "0099"
    trainer = build.trainer(db, build.circle(db))
    db.flush()
    found = people_like(db, EVERYWHERE, ["0099"], ["1"])
    assert set(found) == {teacher.id, numbered.id, trainer.id}
    assert stranger.id not in found
    assert [(post.role, post.code) for post in found[teacher.id].posts] == [(PostRole.TEACHER, "1")]
    assert len(found[teacher.id].numbers) == 1


def test_an_import_tells_how_the_file_was_read_and_how_long_it_can_be_undone(
    unit: UnitOfWork, clock: HandClock
) -> None:
    with unit() as db:
        number = apply(db, EVERYWHERE, school_list(3)).import_id
    with unit() as db:
        row = import_(db, EVERYWHERE, number)
        assert imports(db, EVERYWHERE) == (row,)
        assert (row.kind, row.file_name, row.counts["new"]) == (ListKind.SCHOOLS, "s.csv", 3)
        assert row.columns["columns"] == {"code": "EMIS Code", "name": "School Name", "district": "District"}
        assert row.columns["encoding"] == {"name": "utf-8", "sure": True}
        assert row.undoable(clock.at)
    clock.advance(days=31)
    with unit() as db:
        assert not import_(db, EVERYWHERE, number).undoable(clock.at)
