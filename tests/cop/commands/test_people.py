"""`cop people fill`: invents people once, and says how many."""

import pytest

from tests import build


@pytest.fixture
def district(own_unit):
    with own_unit() as db:
        build.cluster(db, 25)


def test_people_are_invented_once(run, district):
    code, document, told = run("people", "fill", "--seed", "3", "--json")
    assert (code, told) == (0, "")
    assert document == {
        "seed": 3,
        "teachers": 35,
        "circle_trainers": 6,
        "master_trainers": 10,
        "core_team": 6,
        "without_phone": 2,
        "sharing_a_phone": 2,
    }
    again = run("people", "fill", "--seed", "3", "--json").document
    assert sum(again[key] for key in ("teachers", "circle_trainers", "master_trainers", "core_team")) == 0


def test_people_are_told_what_comes_next(run, district):
    done = run("people", "fill", "--seed", "3", "--teachers-per-school", "1")
    assert done.stdout == ""
    assert "25 teachers" in done.told
    assert done.told.endswith("Next: cop cascade plan --subjects maths")
    assert "nobody was invented" in run("people", "fill", "--seed", "3").told


def test_a_mean_nobody_could_keep_is_refused(run, district):
    code, document, _ = run("people", "fill", "--seed", "3", "--teachers-per-school", "7", "--json")
    assert (code, document["error"]["key"]) == (3, "teachers_per_school")
    assert run("people", "fill").code == 2
