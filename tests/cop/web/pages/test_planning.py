"""A plan asked for on a page: the form, the page of its progress, leaving and coming back, cancelling, going on."""

import pytest
from sqlalchemy import select, update

from clusters.scope import Scope
from clusters.structure.actions import found_programme
from cop.compute.planning import make
from cop.planning.leases import take, tell
from cop.planning.models import PlanJob
from cop.planning.rules import PlanStage, PlanState
from cop.web.views import paths
from tests import build

FORM = paths.plan_form("clusters")


@pytest.fixture
def her(house, client_as):
    """The manager of a district with sixty schools, and her browser."""
    with house.unit() as db:
        found_programme(db, Scope.everywhere(), "Teachers of Pakhtunkhwa", languages=("en", "ur"))
        for number in range(60):
            spot = 32.6 + 0.02 * (number // 10), 70.4 + 0.02 * (number % 10)
            build.school(db, name=f"GPS {number}", admin_path="KP.BANNU.", at=spot)
    return client_as("manager", "A/KP.BANNU.")


def asked(browser, **fields):
    given = {"smallest": "25", "largest": "35", **fields}
    return browser.submit(FORM, **given)


def jobs(house):
    with house.unit() as db:
        return [(row.id, row.state, row.wish) for row in db.scalars(select(PlanJob).order_by(PlanJob.id))]


def test_a_manager_asks_for_a_plan_leaves_the_page_and_comes_back_to_its_draft(house, her):
    assert "60 schools" in her.get(FORM).text
    answer = asked(her, apart="gender", longest="12,5", name="April")
    [(job_id, state, wish)] = jobs(house)
    page = paths.plan_job(job_id)
    assert answer.headers["location"].startswith(page)
    assert state is PlanState.WAITING
    assert (wish["strata"], wish["max_km"], wish["name"], wish["seed"]) == (["gender"], 12.5, "April", 0)
    shown = her.get(page).text
    assert 'http-equiv="refresh" content="5"' in shown
    assert "It waits for a worker" in shown
    with house.worker_unit() as db:
        held = take(db)
        tell(db, held, stage=PlanStage.GROUPING, share=0.42, about="Boys")
    assert page in her.get(paths.PLANNER).text
    shown = her.get(page).text
    assert "Grouping schools" in shown
    assert 'value="42"' in shown
    make(house, job_id, held.token)
    done = her.get(page)
    assert done.status_code == 303
    draft = her.get(done.headers["location"]).text
    assert "April" in draft
    assert page not in her.get(paths.PLANNER).text


def test_a_draft_says_while_a_tighter_figure_is_looked_for_that_it_is(house, her):
    asked(her)
    with house.worker_unit() as db:
        held = take(db)
    make(house, held.id, held.token)
    [(job_id, *_)] = jobs(house)
    draft = her.get(paths.plan_job(job_id)).headers["location"]
    looking = "Still looking for a tighter figure"
    assert looking not in her.get(draft).text
    with house.unit() as db:
        db.execute(update(PlanJob).values(state="tightening"))
    assert looking in her.get(draft).text
    progress = her.get(paths.plan_job(job_id)).text
    assert looking in progress
    assert draft in progress
    assert "http-equiv" in progress
    her.submit(paths.plan_job(job_id, "cancel"))
    assert her.get(paths.plan_job(job_id)).headers["location"] == draft


def test_what_is_wrong_with_the_form_is_said_beside_it_and_nothing_is_asked(house, her):
    for fields, said in (
        ({"smallest": "0"}, "the fewest schools"),
        ({"smallest": "9" * 5000}, "the fewest schools"),
        ({"smallest": "40"}, "the most schools"),
        ({"longest": "far"}, "the longest way in km"),
        ({"longest": "-3"}, "the longest way in km"),
        ({"seed": "x"}, "whole number"),
    ):
        answer = asked(her, **fields)
        assert answer.status_code == 422
        assert said in answer.text
    assert jobs(house) == []


def test_a_second_plan_waits_for_the_first_to_end_or_to_be_cancelled(house, her):
    asked(her)
    [(first, *_)] = jobs(house)
    again = asked(her, seed="2")
    assert again.headers["location"].startswith(paths.plan_job(first))
    assert len(jobs(house)) == 1
    her.submit(paths.plan_job(first, "cancel"))
    shown = her.get(paths.plan_job(first)).text
    assert "It was cancelled" in shown
    assert "http-equiv" not in shown
    her.submit(paths.plan_job(first, "again"))
    [(_, cancelled, old), (_, waiting, new)] = jobs(house)
    assert (cancelled, waiting, new) == (PlanState.CANCELLED, PlanState.WAITING, old)


def test_sizes_that_cannot_be_kept_are_shown_with_ways_out_and_planned_with_a_reason(house, her):
    asked(her, smallest="41", largest="59")
    with house.worker_unit() as db:
        held = take(db)
    make(house, held.id, held.token)
    page = paths.plan_job(held.id)
    shown = her.get(page).text
    assert "cannot be cut into LTRCs" in shown
    assert "60 schools" in shown
    refused = her.submit(paths.plan_job(held.id, "again"), reason=" ")
    assert refused.status_code == 422
    her.submit(paths.plan_job(held.id, "again"), reason="the river")
    assert jobs(house)[-1][2]["waive"] == "the river"


def test_a_plan_that_nobody_takes_up_or_that_failed_says_what_to_do(house, her):
    asked(her)
    [(job_id, *_)] = jobs(house)
    with house.unit() as db:
        db.execute(update(PlanJob).values(asked_at=build.SINCE))
    assert "cop worker" in her.get(paths.plan_job(job_id)).text
    with house.unit() as db:
        db.execute(update(PlanJob).values(state="failed", error={"key": "plan_failed", "values": {"tries": 3}}))
    shown = her.get(paths.plan_job(job_id)).text
    assert "ended unexpectedly 3 times" in shown
    assert "Plan it again" in shown
