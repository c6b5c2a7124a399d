"""`cop cascade capacity`: the answer before any date is set, for programs and for people."""

import pytest

from clusters.people.rules import PostRole
from clusters.training.models import TrainingSession
from tests import build


def test_a_programme_that_does_not_stand_yet_is_answered_for_as_it_usually_is(run):
    wanted = ("--subjects", "maths,science", "--teachers", "22000", "--days", "2", "--weeks", "1")
    found = run("cascade", "capacity", *wanted, "--json").document
    assert (found["clusters"], found["circles"], found["trainers_a_circle"]) == (500, 125, 3)
    assert found["trainers"]["circle_trainers"] == 375
    assert found["venue_days"]["teacher"] == 500 * 2 * 2 * 2
    assert found["segments"] >= found["texts"] > 22_000 * 2 * 3
    assert found["rupees"] == round(found["segments"] * found["rupees_a_segment"])
    assert found["within"]["trainers"] is None
    assert "No number of trainers" in found["within"]["sentence"]
    assert len(found["by_start"]) == 12
    assert [each["people"] for each in found["languages"]] == [22_000]
    assert found["binds"]["sentence"].startswith("With 3 circle trainers a circle ")


def test_what_stands_is_counted_and_nothing_is_written(run, own_unit):
    with own_unit() as db:
        circle = build.circle(db, build.block(db))
        build.trainer(db, circle, role=PostRole.CIRCLE_TRAINER)
        for school in build.schools_of(db, build.cluster(db, 3, in_circle=circle)):
            build.teacher(db, school)
    found = run("cascade", "capacity", "--subjects", "maths", "--json").document
    assert (found["teachers"], found["clusters"], found["circles"], found["trainers_a_circle"]) == (3, 1, 1, 1)
    assert found["weeks"] >= 1
    with own_unit() as db:
        assert db.query(TrainingSession).count() == 0


def test_people_read_it_in_sentences(run):
    done = run("cascade", "capacity", "--subjects", "maths", "--trainers", "2", "--price", "2.5")
    assert "With 2 circle trainers a circle" in done.told
    assert "at Rs 2.5 each" in done.told
    assert done.stdout == ""


@pytest.mark.parametrize("wrong", [("--subjects", "magic"), ("--subjects", "maths", "--trainers", "0")])
def test_wrong_use_is_refused(run, wrong):
    assert run("cascade", "capacity", *wrong).code == 2
