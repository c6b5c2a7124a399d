"""The calendar page: one month, inside the scope, with its closed days and clashes."""

from datetime import date
from types import SimpleNamespace

import pytest

from clusters.modules.rules import Subject
from cop.web.views import paths
from tests import build
from tests.browsing import place_at


@pytest.fixture
def world(house):
    with house.unit() as db:
        ours = build.cluster(db, 3, in_circle=place_at(db, "T/B1.C01."), name="Kakki", admin_path="KP.BANNU.")
        theirs = build.cluster(db, 3, in_circle=place_at(db, "T/B2.C01."), name="Hangu Khas", admin_path="KP.HANGU.")
        teachers = [build.teacher(db, school) for school in build.schools_of(db, ours)]
        return SimpleNamespace(
            ours=ours,
            theirs=theirs,
            april=build.training_session(db, ours, day=date(2026, 4, 7), invited=teachers, days=2),
            again=build.training_session(db, ours, day=date(2026, 4, 7), invited=teachers[:2], subject=Subject.SCIENCE),
            hidden=build.training_session(db, theirs, day=date(2026, 4, 8)),
        )


@pytest.mark.parametrize("place", ["T/B1.", "A/KP.BANNU."])
def test_a_month_shows_what_the_scope_holds_and_nothing_else(client_as, world, place):
    page = client_as("manager", place).get("/sessions?month=2026-04").text
    assert paths.session(world.april.id) in page
    assert "Kakki" in page
    assert "Hangu Khas" not in page
    assert paths.session(world.hidden.id) not in page


def test_a_session_of_two_days_stands_on_both(client_as, world):
    page = client_as("manager", "T/").get("/sessions?month=2026-04").text
    assert "day 1 of 2" in page
    assert "day 2 of 2" in page


def test_teachers_invited_twice_on_a_day_are_named_as_a_clash(client_as, world):
    page = client_as("manager", "A/KP.BANNU.").get("/sessions?month=2026-04").text
    assert "2 teachers are invited twice" in page
    elsewhere = client_as("manager", "A/KP.HANGU.").get("/sessions?month=2026-04").text
    assert "invited twice" not in elsewhere


def test_holidays_are_named(client_as):
    assert "Pakistan Day" in client_as("manager", "T/").get("/sessions?month=2026-03").text


def test_an_empty_month_leads_to_one_with_sessions(client_as, world):
    assert "month=2026-04" in client_as("manager", "T/").get("/sessions?month=2026-09").text


def test_a_month_that_is_none_is_refused_in_words(client_as):
    answer = client_as("manager", "T/").get("/sessions?month=soon")
    assert answer.status_code == 422
    assert "2026-04" in answer.text
