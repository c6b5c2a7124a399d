"""Two people at one draft of LTRCs in the same moment: the second one meets what the first has left."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from clusters.kernel.errors import Conflict, NotFound
from clusters.scope import Scope
from clusters.structure.actions import accept_draft, discard_draft, found_programme, move_school, save_draft
from clusters.structure.formation import form
from clusters.structure.models import ClusterDraft, School
from clusters.structure.queries import draft, schools_to_plan
from cop.house import open_house
from cop.settings import Settings
from tests import build
from tests.conftest import NOON_IN_MARCH

ALL = Scope.everywhere()
WAITING_HERE = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
RULES = {"min": 25, "max": 35, "circle_min": 3, "circle_max": 4, "strata": [], "seed": 1, "waive": None}


@pytest.fixture
def house(new_database, tmp_path):
    with open_house(Settings(database_url=new_database(), data_dir=tmp_path, now=NOON_IN_MARCH)) as house:
        with house.unit() as db:
            found_programme(db, ALL, "Bannu", languages=("en", "ur"))
            for number in range(90):
                build.school(db, at=(32.6 + 0.02 * (number // 10), 70.4 + 0.02 * (number % 10)))
        yield house


def drafted(house):
    with house.unit() as db:
        formation = form([school.site() for school in schools_to_plan(db, ALL)], seed=1, steps=0)
        return save_draft(db, ALL, "April", formation, RULES)


def waits(house):
    """Until somebody waits for a lock."""
    for _ in range(200):
        with house.unit() as db:
            if db.scalar(text(WAITING_HERE)):
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits for the draft")


def do(house, act, *arguments):
    with house.unit() as db:
        return act(db, ALL, *arguments)


def test_what_is_put_in_place_is_what_the_draft_says_after_a_change_in_the_same_moment(house):
    draft_id = drafted(house)
    with ThreadPoolExecutor(1) as second:
        with house.unit() as db:
            schools = draft(db, ALL, draft_id).schools
            moving = next(school for school in schools if not school.host)
            there = next(school for school in schools if school.key != moving.key)
            move_school(db, ALL, draft_id, moving.id, there.cluster_name)
            accepting = second.submit(do, house, accept_draft, draft_id)
            waits(house)
        accepting.result()
    with house.unit() as db:
        placed = dict(db.execute(select(School.id, School.training_path)).all())
    assert placed[moving.id] == placed[there.id]


@pytest.mark.parametrize(
    ("first", "then", "refused", "state"),
    [(discard_draft, accept_draft, NotFound, "discarded"), (accept_draft, discard_draft, Conflict, "accepted")],
)
def test_a_draft_is_accepted_or_discarded_never_both(house, first, then, refused, state):
    draft_id = drafted(house)
    with ThreadPoolExecutor(1) as second:
        with house.unit() as db:
            first(db, ALL, draft_id)
            other = second.submit(do, house, then, draft_id)
            waits(house)
        with pytest.raises(refused):
            other.result()
    with house.unit() as db:
        assert db.scalar(select(ClusterDraft.state).where(ClusterDraft.id == draft_id)) == state
