"""A manager asks on a page for a round; a child of the worker plans it."""

from sqlalchemy import select

from cop.planning.models import PlanJob
from tests import build


def test_what_is_asked_for_is_kept_and_what_is_missing_is_said(client_as, house):
    with house.unit() as db:
        build.cluster(db, 4)
    manager = client_as("manager", "T/")
    page = manager.get("/planner/plan/cascade")
    assert page.status_code == 200
    refused = manager.submit("/planner/plan/cascade", seed="x", once="a")
    assert refused.status_code == 422
    assert "Choose at least one subject." in refused.text
    asked = manager.submit(
        "/planner/plan/cascade", subjects="maths", from_date="2026-04-06", habits="women_apart", seed="3", once="b"
    )
    assert asked.status_code == 303
    with house.unit() as db:
        job = db.scalars(select(PlanJob)).one()
        assert job.wish == {
            "subjects": ["maths"],
            "from_date": "2026-04-06",
            "women_apart": True,
            "last_working_day": False,
            "seed": 3,
            "name": "",
            "instead_of": None,
        }


def test_a_manager_of_a_part_is_told_who_plans_a_round(client_as, house):
    with house.unit() as db:
        build.cluster(db, 4)
    manager = client_as("manager", "T/B1.")
    assert "Ask whoever plans all of it." in manager.get("/planner/plan/cascade").text
    assert manager.submit("/planner/plan/cascade", subjects="maths").status_code == 403
