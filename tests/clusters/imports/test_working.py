"""Long lists are worked on by any number of workers: taken up again after a death, told meanwhile, written once."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from clusters.imports.actions import Choices, apply_draft, check_draft, keep_draft, undo_later, work_next, working
from clusters.imports.drafts import import_draft
from clusters.imports.models import Import, ImportDraft
from clusters.imports.queries import import_
from clusters.imports.steps import SHORT_ROWS, Stage, Step, Work
from clusters.imports.vocabulary import ListKind
from clusters.kernel.audit import Actor
from clusters.kernel.failpoints import arm
from clusters.people.rules import PostRole
from clusters.scope import Held, Scope
from clusters.structure.models import School
from cop.house import House, open_house
from cop.settings import Settings
from tests import build

ROWS = SHORT_ROWS + 500
LONG = ("EMIS Code,School Name,Latitude,Longitude,District\n" + "".join(
    f"{40000 + row},GPS {row},{33 + row % 90 / 100:.4f},70.5,District {row % 3}\n" for row in range(ROWS)
)).encode()  # fmt: skip
COLUMNS = {"#1": "code", "#2": "name", "#3": "lat", "#4": "lon", "#5": "district"}
WORKER = """
import sys
from pathlib import Path
from clusters.imports.actions import work_next
from cop.house import open_house
from cop.settings import Settings
settings = Settings(database_url=sys.argv[1], failpoints=sys.argv[2], data_dir=Path(sys.argv[3]))
with open_house(settings) as house:
    work_next(house.worker_unit)
"""


@pytest.fixture
def house(new_database, tmp_path) -> Iterator[House]:
    with open_house(Settings(database_url=new_database(), data_dir=tmp_path)) as house:
        yield house


@pytest.fixture
def her(house) -> Scope:
    """An administrator of the whole programme."""
    with house.unit() as db:
        person = build.manager(db, build.programme(db), role=PostRole.ADMINISTRATOR)
        return Scope(person.id, (Held("T", "", "administrator"),))


@pytest.fixture
def draft_id(house, her) -> int:
    """A long list that waits to be applied."""
    with house.unit(Actor("web", her.person_id)) as db:
        draft_id = keep_draft(db, her, ListKind.SCHOOLS, "long.csv", LONG, Choices("any"))
        check_draft(db, her, draft_id, COLUMNS)
    assert state(house, her, draft_id).wanted is Work.CHECK
    work_next(house.worker_unit)
    with house.unit(Actor("web", her.person_id)) as db:
        assert apply_draft(db, her, draft_id, only_good=False) is None
    return draft_id


def state(house, her, draft_id):
    with house.unit() as db:
        return import_draft(db, her, draft_id)


def count(house, model) -> int:
    with house.unit() as db:
        return db.scalar(select(func.count()).select_from(model)) or 0


def end_leases(house) -> None:
    with house.unit() as db:
        db.execute(update(ImportDraft).values(leased_until=func.clock_timestamp() - timedelta(seconds=1)))


def test_a_long_list_is_checked_applied_and_taken_back_by_a_worker(house, her, draft_id):
    checked = state(house, her, draft_id).checked
    assert checked is not None
    assert (checked["rows"], checked["new"]) == (ROWS, ROWS)
    assert work_next(house.worker_unit)
    row = state(house, her, draft_id)
    assert (row.step, row.wanted, row.error) == (Step.APPLIED, None, None)
    assert count(house, School) == ROWS
    assert not work_next(house.worker_unit)
    with house.unit() as db:
        done = import_(db, her, row.import_id or 0)
        assert done.by_person_id == her.person_id
        assert db.scalar(select(func.length(Import.content))) == len(LONG)
        assert db.scalar(select(ImportDraft.content)) is None
    with house.unit(Actor("web", her.person_id)) as db:
        undoing = undo_later(db, her, done.id)
        assert undo_later(db, her, done.id) == undoing
    work_next(house.worker_unit)
    assert count(house, School) == 0
    with house.unit() as db:
        assert (import_(db, her, done.id).undone or {})["reversed"] == ROWS


def test_a_worker_that_is_killed_leaves_nothing_and_the_next_one_writes_once(house, her, draft_id):
    command = [sys.executable, "-c", WORKER, house.url, "imports.before_commit=kill9", str(house.settings.data_dir)]
    died = subprocess.run(command, cwd=Path(__file__).parents[3], check=False, capture_output=True)
    assert died.returncode == -9
    assert count(house, School) == count(house, Import) == 0
    assert not work_next(house.worker_unit)
    end_leases(house)
    assert work_next(house.worker_unit)
    assert (count(house, School), count(house, Import)) == (ROWS, 1)


def test_who_was_overtaken_writes_nothing(house, her, draft_id):
    def overtaken() -> bool:
        with house.unit() as db:
            db.execute(update(ImportDraft).values(token=ImportDraft.token + 1))
        return False

    assert work_next(house.worker_unit, overtaken)
    assert count(house, School) == count(house, Import) == 0
    end_leases(house)
    work_next(house.worker_unit)
    assert (count(house, School), count(house, Import)) == (ROWS, 1)


def test_work_that_fails_again_and_again_is_given_up_with_a_word(house, her, draft_id):
    arm("imports.before_commit=raise")
    for _ in range(working.TRIES):
        assert work_next(house.worker_unit)
        end_leases(house)
    arm("")
    assert not work_next(house.worker_unit)
    row = state(house, her, draft_id)
    assert (row.wanted, row.error) == (None, {"key": "import_failed", "values": {}})
    assert count(house, School) == 0


def test_a_worker_that_is_asked_to_end_lets_the_work_go_at_once(house, her, draft_id):
    assert work_next(house.worker_unit, stopping=lambda: True)
    row = state(house, her, draft_id)
    assert (row.wanted, row.leased_until) == (Work.APPLY, None)


def test_progress_is_told_while_the_work_lasts(house, her, draft_id):
    told = []

    def look() -> bool:
        row = state(house, her, draft_id)
        told.append((row.stage, row.done))
        return False

    work_next(house.worker_unit, look, told_every=0.0)
    assert told[1:4] == [(Stage.CHECKING, 1000), (Stage.CHECKING, 2000), (Stage.WRITING, 0)]
    row = state(house, her, draft_id)
    assert (row.stage, row.done, row.of) == (None, 0, 0)


def test_what_changed_since_the_check_is_checked_again_and_nothing_is_written(house, her, draft_id):
    with house.unit() as db:
        build.school(db, code="040001")
    work_next(house.worker_unit)
    row = state(house, her, draft_id)
    assert (row.step, row.wanted) == (Step.CHECKED, None)
    assert (row.error or {})["key"] == "list_has_problems"
    assert count(house, School) == 1
