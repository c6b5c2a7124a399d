"""The home page: what needs somebody, inside her places."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from clusters.scope import Scope
from clusters.training.actions import take_attendance
from clusters.training.rules import Mark
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
            teachers=teachers,
            coming=build.training_session(db, ours, invited=teachers),
            hidden=build.training_session(db, theirs),
        )


def test_nothing_of_another_district_stands_on_the_home_page(client_as, world):
    page = client_as("manager", "A/KP.BANNU.").get("/").text
    assert "Kakki" in page
    assert "Hangu Khas" not in page
    assert paths.session(world.hidden.id) not in page


def test_a_session_without_a_report_needs_somebody_until_it_has_one(client_as, house, world, clock):
    clock.at = world.coming.ends_at + timedelta(hours=1)
    manager = client_as("manager", "A/KP.BANNU.")
    assert "who came is not known" in manager.get("/").text
    with house.unit() as db:
        take_attendance(db, Scope.everywhere(), world.coming.id, {1: Mark.AWAY}, "page", others=Mark.HERE)
    page = manager.get("/").text
    assert "who came is not known" not in page
    assert "2 of 3 invited teachers came" in page


def test_clusters_outside_the_band_are_counted(client_as, world):
    assert "1 of 1 LTRCs is outside 25 to 35 schools" in client_as("manager", "A/KP.BANNU.").get("/").text


def test_people_without_a_phone_are_said(client_as, house, world, clock):
    with house.unit() as db:
        school = build.schools_of(db, place_at(db, "T/B1.C01."))[0]
        mute = build.teacher(db, school, number=None)
        day = (clock.at + timedelta(days=2)).date()
        build.training_session(db, place_at(db, "T/B1.C01.L1."), invited=[mute], day=day)
    assert "1 person must be told by hand" in client_as("manager", "A/KP.BANNU.").get("/").text


def test_an_empty_house_says_so(client_as):
    assert "Nothing needs you today" in client_as("manager", "T/").get("/").text
