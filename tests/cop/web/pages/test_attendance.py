"""Attendance by day and its versions on pages: tabs, late corrections with a reason, reports side by side."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from clusters.scope import Scope
from clusters.training import queries
from clusters.training.rules import Mark, SessionState
from cop.web.views import paths
from tests import build
from tests.browsing import place_at

EVERYWHERE = Scope.everywhere()


@pytest.fixture
def world(house):
    with house.unit() as db:
        ours = build.cluster(db, 4, in_circle=place_at(db, "T/B1.C01."), name="Kakki", admin_path="KP.BANNU.")
        trainer = build.trainer(db, place_at(db, "T/B1.C01."), "Zakir")
        teachers = [build.teacher(db, school, f"Gul {n}") for n, school in enumerate(build.schools_of(db, ours), 1)]
        two = build.training_session(db, ours, led_by=[trainer], invited=teachers, days=2)
        return SimpleNamespace(session=two, teachers=teachers)


def save(browser, world, **fields):
    return browser.submit(paths.session_act(world.session.id, "attendance"), **fields)


def row_of(house, world):
    with house.unit() as db:
        return queries.training_session(db, EVERYWHERE, world.session.id)


def marks(house, world, day):
    with house.unit() as db:
        return [row.mark for row in queries.roster(db, EVERYWHERE, world.session.id, day)]


def test_each_day_is_saved_for_itself_and_the_last_one_makes_the_session_held(client_as, house, world, clock):
    clock.at = world.session.starts_at
    clerk = client_as("clerk", "A/KP.BANNU.")
    first = clerk.follow(save(clerk, world, day=1, all="here", **{"r-2": "away"})).text
    assert 'aria-current="true"' in first
    assert "3 / 4" in first
    assert row_of(house, world).state is SessionState.PLANNED
    clock.at = world.session.ends_at
    clerk = client_as("clerk", "A/KP.BANNU.")
    clerk.follow(save(clerk, world, day=2, all="here"))
    assert row_of(house, world).state is SessionState.HELD
    assert marks(house, world, 1)[1] is Mark.AWAY
    assert marks(house, world, 2)[1] is Mark.HERE


def test_the_second_day_still_moves_after_the_first_was_reported(client_as, house, world, clock):
    clock.at = world.session.starts_at + timedelta(hours=4)
    manager = client_as("manager", "A/KP.BANNU.")
    save(manager, world, day=1, all="here")
    page = manager.get(paths.session(world.session.id)).text
    assert '<option value="1" selected>' in page
    assert '<option value="0"' not in page
    sent = manager.submit(
        paths.session_act(world.session.id, "move"), meeting=1, day="2026-03-25", start="10:00", end="13:00"
    )
    assert sent.status_code == 303
    assert row_of(house, world).ends_at.date().isoformat() == "2026-03-25"
    refused = manager.submit(
        paths.session_act(world.session.id, "move"), meeting=0, day="2026-03-26", start="10:00", end="13:00"
    )
    assert refused.status_code == 422


def test_after_two_days_a_trainer_sees_no_form_and_the_clerk_gives_a_reason(client_as, house, world, clock):
    clock.at = world.session.ends_at
    save(client_as("clerk", "A/KP.BANNU."), world, day=2, all="here")
    clock.advance(hours=49)
    clerk, trainer = client_as("clerk", "A/KP.BANNU."), client_as("trainer", "T/B1.C01.")
    assert 'name="r-1"' not in trainer.get(paths.session(world.session.id)).text
    asked = save(clerk, world, day=2, all="here", **{"r-1": "away"})
    assert asked.status_code == 422
    assert "Say why it is corrected" in asked.text
    done = save(clerk, world, day=2, all="here", why="paper sheet", **{"r-1": "away"})
    assert done.status_code == 303
    assert marks(house, world, 2)[0] is Mark.AWAY


def test_all_reports_stand_side_by_side_where_they_differ_and_one_is_taken_back(client_as, house, world, clock):
    clock.at = world.session.ends_at
    clerk = client_as("clerk", "A/KP.BANNU.", name="Sajida Begum")
    for away in (1, 3):
        save(clerk, world, day=2, all="here", **{f"r-{away}": "away"})
    page = clerk.get(paths.attendance(world.session.id)).text
    assert page.count("Sajida Begum") >= 2
    assert "They differ in 2 rows" in page
    assert "Gul 2" not in page
    back = clerk.submit(paths.undo_attendance(world.session.id, 2))
    assert back.status_code == 303
    assert marks(house, world, 2)[0] is Mark.AWAY
    assert "taken back" in clerk.get(paths.attendance(world.session.id)).text


def test_reports_of_another_district_do_not_exist(client_as, world):
    stranger = client_as("clerk", "A/KP.HANGU.")
    assert stranger.get(paths.attendance(world.session.id)).status_code == 404
