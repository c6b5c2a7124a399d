"""The message centre: figures inside the scope, and a sentence for every text."""

from types import SimpleNamespace

import pytest

from clusters.kernel.facts import note
from clusters.training.facts import SessionsScheduled
from tests import build
from tests.browsing import place_at


@pytest.fixture
def world(house):
    with house.unit() as db:
        ours = build.cluster(db, 3, in_circle=place_at(db, "T/B1.C01."), name="Kakki", admin_path="KP.BANNU.")
        theirs = build.cluster(db, 3, in_circle=place_at(db, "T/B2.C01."), name="Hangu Khas", admin_path="KP.HANGU.")
        teachers = [build.teacher(db, school, f"Gul {n}") for n, school in enumerate(build.schools_of(db, ours))]
        hidden = build.teacher(db, build.schools_of(db, theirs)[0], "Noor Hidden")
        sessions = [
            build.training_session(db, ours, invited=teachers),
            build.training_session(db, theirs, invited=[hidden]),
        ]
        note(db, SessionsScheduled(tuple(session.id for session in sessions)))
    return SimpleNamespace(teachers=teachers, hidden=hidden, session=sessions[0])


def test_the_figures_count_what_the_scope_holds(client_as, world):
    both = client_as("manager", "T/").get("/messages").text
    ours = client_as("manager", "A/KP.BANNU.").get("/messages").text
    assert "0 of 4 wanted texts" in both
    assert "0 of 3 wanted texts" in ours


def test_a_search_says_when_each_text_goes(client_as, world):
    page = client_as("manager", "A/KP.BANNU.").get("/messages?q=Gul").text
    assert "Gul 0" in page
    assert "goes" in page


def test_a_search_by_code_finds_the_texts_of_that_session(client_as, world):
    page = client_as("manager", "A/KP.BANNU.").get(f"/messages?q={world.session.code}").text
    assert "Gul 2" in page


@pytest.mark.parametrize("words", ["Noor", "Hidden", "0300-5550004"])
def test_a_search_finds_nobody_of_another_district(client_as, world, words):
    page = client_as("manager", "A/KP.BANNU.").get(f"/messages?q={words}").text
    assert "Noor Hidden" not in page
    assert "Hangu" not in page
