"""Plans that are asked for on a page: made by a child, told meanwhile, saved once, cancelled, taken up again."""

import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from clusters.kernel.audit import Actor
from clusters.kernel.errors import NotAllowed, NotFound
from clusters.people.rules import PostRole
from clusters.scope import Held, Scope
from clusters.structure.models import ClusterDraft, ClusterDraftRow
from cop.child import Child
from cop.compute.planning import make
from cop.house import open_house
from cop.jobs import make_plans, tools
from cop.planning.actions import ask_for_plan, cancel_plan
from cop.planning.leases import LEASE, Overtaken, end, give_back, held_as, renew, settle, take, tell
from cop.planning.models import PlanJob
from cop.planning.queries import plan_job, plans_under_way
from cop.planning.rules import TRIES, PlanKind, PlanStage, PlanState
from cop.planning.working import plan_next
from cop.settings import Settings
from tests import build
from tests.conftest import NOON_IN_MARCH

WISH = {"min": 25, "max": 35, "max_km": None, "strata": [], "seed": 1, "name": "", "waive": None}


@pytest.fixture
def house(new_database, tmp_path):
    with open_house(Settings(database_url=new_database(), data_dir=tmp_path, now=NOON_IN_MARCH)) as house:
        yield house


@pytest.fixture
def her(house) -> Scope:
    """The manager of a district with sixty schools."""
    with house.unit() as db:
        build.programme(db)
        for number in range(60):
            spot = 32.6 + 0.02 * (number // 10), 70.4 + 0.02 * (number % 10)
            build.school(db, name=f"GPS {number}", admin_path="KP.BANNU.", at=spot)
        place = build.area(db, "KP.BANNU.")
        person = build.manager(db, place, role=PostRole.EDUCATION_MANAGER)
        return Scope(person.id, (Held("A", "KP.BANNU.", "education_manager"),))


def asked(house, her, **wish):
    with house.unit(Actor("web", her.person_id)) as db:
        return ask_for_plan(db, her, PlanKind.CLUSTERS, WISH | wish)[0]


def state(house, her, job_id):
    with house.unit() as db:
        return plan_job(db, her, job_id)


def held(house):
    with house.worker_unit() as db:
        return take(db)


def drafts(house):
    with house.unit() as db:
        return db.scalar(select(func.count()).select_from(ClusterDraft))


def never():
    return False


def saying(program):
    return Child({}, (sys.executable, "-c", program))


def test_a_plan_that_is_asked_for_becomes_a_draft_of_hers_made_by_a_child(house, her):
    job_id = asked(house, her)
    with house.unit() as db:
        assert [row.id for row in plans_under_way(db, her)] == [job_id]
    assert make_plans(tools(house)) == {"plans": 1}
    row = state(house, her, job_id)
    assert (row.state, row.share, row.error) == (PlanState.DONE, 1.0, None)
    assert row.found["gap_percent"] is not None
    with house.unit() as db:
        draft = db.get_one(ClusterDraft, row.draft_id)
        assert draft.author_id == her.person_id
        prices = db.scalars(select(ClusterDraftRow.price).where(ClusterDraftRow.draft_id == row.draft_id)).all()
        assert len(prices) == 60
        assert all(price >= 0 for price in prices)
        assert plans_under_way(db, her) == ()
    assert make_plans(tools(house)) == {}


def test_one_person_has_one_plan_of_a_kind_made_at_a_time_and_others_see_nothing_of_it(house, her):
    job_id = asked(house, her)
    with house.unit() as db:
        assert ask_for_plan(db, her, PlanKind.CLUSTERS, WISH) == (job_id, False)
        another = Scope((her.person_id or 0) + 1, her.places)
        for do in (plan_job, cancel_plan):
            with pytest.raises(NotFound):
                do(db, another, job_id)
        with pytest.raises(NotAllowed):
            ask_for_plan(db, Scope(1, (Held("T", "", "monitor"),)), PlanKind.CLUSTERS, WISH)


def test_sizes_that_cannot_be_kept_are_named_with_their_choices_and_nothing_is_saved(house, her):
    job_id = asked(house, her, min=41, max=59)
    job = held(house)
    make(house, job.id, job.token)
    row = state(house, her, job_id)
    assert (row.state, row.draft_id, drafts(house)) == (PlanState.REFUSED, None, 0)
    assert [each["size"] for each in row.found["strata_infeasible"]] == [60]


def test_what_cannot_be_planned_says_why(house, her):
    job_id = asked(house, her, strata=["colour"])
    job = held(house)
    make(house, job.id, job.token)
    assert state(house, her, job_id).error["key"] == "stratum_unknown"


def test_a_cancelled_plan_saves_nothing_whatever_its_child_still_does(house, her):
    job_id = asked(house, her)
    job = held(house)
    with house.unit(Actor("web", her.person_id)) as db:
        assert cancel_plan(db, her, job_id) is PlanState.CANCELLED
    with house.worker_unit() as db:
        assert not renew(db, job)
    with pytest.raises(Overtaken):
        make(house, job.id, job.token)
    with house.worker_unit() as db, pytest.raises(Overtaken):
        end(db, job, PlanState.DONE, draft_id=1)
    assert drafts(house) == 0
    assert held(house) is None


def test_a_child_is_ended_when_its_plan_is_cancelled(house, her, monkeypatch):
    asked(house, her)
    sleeper = saying("import time; time.sleep(60)")
    monkeypatch.setattr("cop.planning.working.LOOKED_EVERY", 0.0)

    def cancel_meanwhile():
        with house.unit() as db:
            for row in plans_under_way(db, her):
                cancel_plan(db, her, row.id)
        return False

    assert plan_next(house.worker_unit, sleeper, cancel_meanwhile)
    assert not plan_next(house.worker_unit, sleeper, never)


def test_a_plan_whose_child_dies_is_made_again_and_given_up_after_so_many_tries(house, her):
    job_id = asked(house, her)
    deadly = saying("import os; os.kill(os.getpid(), 9)")
    for _ in range(TRIES):
        assert state(house, her, job_id).state is PlanState.WAITING
        assert plan_next(house.worker_unit, deadly, never)
    row = state(house, her, job_id)
    assert (row.state, row.error) == (PlanState.FAILED, {"key": "plan_failed", "values": {"tries": TRIES}})
    assert not plan_next(house.worker_unit, deadly, never)


def test_a_plan_of_a_worker_that_died_is_taken_up_when_its_lease_is_over_and_written_once(house, her):
    job_id = asked(house, her)
    first = held(house)
    assert held(house) is None
    with house.unit() as db:
        db.execute(update(PlanJob).values(leased_until=func.clock_timestamp() - LEASE))
    second = held(house)
    assert (second.id, second.tries) == (job_id, 2)
    with pytest.raises(Overtaken):
        make(house, first.id, first.token)
    make(house, second.id, second.token)
    assert (state(house, her, job_id).state, drafts(house)) == (PlanState.DONE, 1)


def test_a_house_that_closes_gives_the_plan_back_and_it_is_no_try(house, her):
    job_id = asked(house, her)
    plan_next(house.worker_unit, saying("import time; time.sleep(60)"), lambda: True)
    row = state(house, her, job_id)
    assert (row.state, row.tries) == (PlanState.WAITING, 0)


def test_what_takes_too_long_is_ended_and_says_so(house, her):
    job_id = asked(house, her)
    job = held(house)
    with house.worker_unit() as db:
        settle(db, job, "out_of_time")
    assert state(house, her, job_id).error["key"] == "plan_took_too_long"


def test_a_draft_that_stands_is_not_planned_again_when_its_figure_could_not_become_better(house, her):
    job_id = asked(house, her)
    for after in (give_back, lambda db, job: settle(db, job, "killed")):
        with house.unit() as db:
            db.execute(update(PlanJob).values(state=PlanState.WAITING, leased_until=None))
        job = held(house)
        with house.worker_unit() as db:
            tell(db, job, state=PlanState.TIGHTENING, stage=PlanStage.TIGHTENING, draft_id=7)
        with house.worker_unit() as db:
            assert held_as(db, job.id, job.token).id == job_id
            after(db, job)
        assert held(house) is None
        assert state(house, her, job_id).state is PlanState.DONE


def test_a_lease_lasts_longer_than_the_pause_between_two_looks():
    assert timedelta(seconds=5) < LEASE < timedelta(minutes=1)
