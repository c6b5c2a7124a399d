"""What a programme takes, asked on a page before any date is set."""

import pytest

from clusters.people.rules import PostRole
from clusters.training.models import TrainingSession
from tests import build


@pytest.fixture
def circle(house):
    with house.unit() as db:
        circle = build.circle(db, build.block(db))
        build.trainer(db, circle, role=PostRole.CIRCLE_TRAINER)
        for school in build.schools_of(db, build.cluster(db, 3, in_circle=circle)):
            build.teacher(db, school)


def test_it_answers_for_what_stands_and_for_what_is_asked(client_as, house, circle):
    browser = client_as("manager")
    page = browser.get("/planner/capacity").text
    assert "3 teachers" in page
    assert "Left empty, it is as it is today." in page
    asked = "?subject=maths&teachers=22000&trainers=3&days=5&teacher_days=4&weeks=1"
    twin = browser.get(f"/planner/capacity.json{asked}").json()
    assert twin["form"]["subjects"] == ["maths"]
    assert (twin["teachers"], twin["trainers"], twin["days_a_teacher"]) == (22_000, 3, 5)
    assert (twin["within"], twin["enough"]) == (1, None)
    assert "No number of trainers does it in 1 weeks." in browser.get(f"/planner/capacity{asked}").text
    with house.unit() as db:
        assert db.query(TrainingSession).count() == 0


def test_a_wrong_number_comes_back_with_what_to_write(client_as, circle):
    browser = client_as("manager")
    page = browser.get("/planner/capacity?teachers=many&trainers=0").text
    assert page.count("Write a number from 1 to 2000000.") == 2
    assert page.count("Write a number from 1 to 100.") == 2
    assert 'value="many"' in page
