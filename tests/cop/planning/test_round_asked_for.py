"""A round that is asked for on a page: planned by the child and saved as a draft of hers, or refused with a reason."""

import pytest

from clusters.cascade.models import Round
from clusters.kernel.audit import Actor
from clusters.people.rules import PostRole
from clusters.scope import Held, Scope
from cop.compute.planning import make
from cop.house import open_house
from cop.planning.actions import ask_for_plan
from cop.planning.leases import take
from cop.planning.queries import plan_job
from cop.planning.rules import PlanKind, PlanState
from cop.settings import Settings
from tests import build
from tests.conftest import NOON_IN_MARCH

WISH = {
    "subjects": ["maths"],
    "from_date": "2026-04-06",
    "women_apart": False,
    "last_working_day": False,
    "seed": 1,
    "name": "Spring",
    "instead_of": None,
}


@pytest.fixture
def house(new_database, tmp_path):
    with open_house(Settings(database_url=new_database(), data_dir=tmp_path, now=NOON_IN_MARCH)) as house:
        yield house


def made(house, her):
    with house.unit(Actor("web", her.person_id)) as db:
        job_id, _ = ask_for_plan(db, her, PlanKind.CASCADE, WISH)
    with house.worker_unit() as db:
        held = take(db)
    make(house, held.id, held.token)
    with house.unit() as db:
        return plan_job(db, her, job_id)


def test_a_round_that_is_asked_for_becomes_a_draft_and_one_without_trainers_or_reach_a_reason(house):
    with house.unit() as db:
        root, block = build.programme(db), build.block(db)
        manager = build.manager(db, root)
        circle = build.circle(db, block)
        cluster = build.cluster(db, 4, in_circle=circle)
        for school in build.schools_of(db, cluster):
            build.teacher(db, school)
    her = Scope(manager.id, (Held("T", "", "education_manager"),))
    refused = made(house, her)
    assert (refused.state, refused.error["key"]) == (PlanState.REFUSED, "round_infeasible")
    with house.unit() as db:
        for where, role in ((root, PostRole.CORE_TEAM), (block, PostRole.MASTER_TRAINER)):
            build.trainer(db, where, role=role)
            build.trainer(db, where, role=role)
        build.trainer(db, circle)
    done = made(house, her)
    assert (done.state, done.share) == (PlanState.DONE, 1.0)
    with house.unit() as db:
        draft = db.get_one(Round, done.draft_id)
        assert (draft.name, draft.state, draft.author_id) == ("Spring", "draft", manager.id)
